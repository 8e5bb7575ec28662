"""Log lines: the same fields for people and for programs, and never what an exception was about."""

from __future__ import annotations

import json
import logging
import sqlite3
from types import TracebackType

import pytest

from broker.log_lines import JsonLines, Lines, told

CARD = "20000000000014"
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def _caught(error: Exception, cause: Exception | None = None) -> ExcInfo:
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return caught.type, caught.value, caught.tb


def _record(exc_info: ExcInfo | None = None, **fields: object) -> logging.LogRecord:
    record = logging.LogRecord("hub.inbox", logging.ERROR, __file__, 1, "message %s", ("put aside",), exc_info)
    vars(record).update(fields)
    return record


def test_a_line_for_people_ends_with_the_fields() -> None:
    assert Lines("%(levelname)s %(message)s").format(_record(action="quarantine", scan="0197")) == (
        "ERROR message put aside action='quarantine' scan='0197'"
    )


def test_a_line_for_programs_is_one_object() -> None:
    line = JsonLines().format(_record(_caught(ValueError(f"no card {CARD}\n!")), action="quarantine", seq=4, level="mine"))
    assert "\n" not in line
    found = json.loads(line)
    assert found["time"].endswith("Z")
    wanted = {"level": "ERROR", "level_": "mine", "logger": "hub.inbox", "message": "message put aside", "action": "quarantine", "seq": 4}
    assert {key: found[key] for key in wanted} == wanted
    assert found["error"][0] == "ValueError"
    assert found["error"][1].startswith("at broker/test_log_lines.py:")
    assert CARD not in line


@pytest.mark.parametrize("form", [Lines("%(message)s"), JsonLines()])
def test_a_traceback_shows_types_and_places_and_no_words(form: logging.Formatter) -> None:
    text = form.format(_record(_caught(KeyError(CARD), ValueError(CARD))))
    assert CARD not in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "_caught" in text


def test_what_another_formatter_wrote_of_an_error_is_not_taken_over() -> None:
    record = _record(_caught(ValueError(CARD)))
    assert CARD in logging.Formatter("%(message)s").format(record)
    assert CARD not in Lines("%(message)s").format(record)


def test_errors_of_the_system_and_of_sqlite_keep_their_words() -> None:
    assert told(OSError(28, "No space left on device")) == ["OSError: [Errno 28] No space left on device"]
    assert told(sqlite3.OperationalError("database is locked")) == ["OperationalError: database is locked"]


def test_a_group_tells_what_is_in_it_and_a_circle_ends() -> None:
    first, second = ValueError(CARD), TypeError(CARD)
    first.__cause__, second.__cause__ = second, first
    assert told(ExceptionGroup("parts", [first])) == ["ExceptionGroup", "ValueError", "TypeError"]
