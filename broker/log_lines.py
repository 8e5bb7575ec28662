"""How our programs log: one line a record to standard error, for people or, with HOLDSHELF_LOG_FORMAT=json, for programs.

A line names what was done (``action``) and by which ids: scan, station, request. An exception is told by its type and the places
it went through, and by its words only where those cannot hold a value: what was scanned may be a patron's card.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

FORMAT_VARIABLE, LEVEL_VARIABLE = "HOLDSHELF_LOG_FORMAT", "HOLDSHELF_LOG"
MOST_PLACES = 12
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

log = logging.getLogger(__name__)


class Lines(logging.Formatter):
    """``time LEVEL what key=value …``; the fields come from ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        # A formatter before us may have left the traceback with all its words there.
        record.exc_text = None
        fields = " ".join(f"{key}={value!r}" for key, value in fields_of(record).items())
        first, *more = super().format(record).split("\n", 1)
        return "\n".join([f"{first} {fields}".rstrip(), *more])

    def formatException(self, ei: _ExcInfo) -> str:
        """Give type and places."""
        return "\n".join(f"  {line}" for line in told(ei[1]))


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``logger``, ``message``, the fields of the record, and ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        # A field that is named like one of ours must not take its place.
        line |= {key if key not in line else f"{key}_": value for key, value in fields_of(record).items()}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Give what was said by ``extra``."""
    return {key: value for key, value in vars(record).items() if key not in _OWN}


def told(error: BaseException | None) -> list[str]:
    """Give an exception as lines: what it is, then where it came from, innermost first; then what it was caused by."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines.append(f"{type(error).__name__}{_words(error)}")
        lines += [f"at {place}" for place in _places(error.__traceback__)]
        inside = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = inside or error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _words(error: BaseException) -> str:
    """Give the words of errors of the system and of SQLite: they name files and columns, never a value."""
    safe = isinstance(error, OSError) or type(error).__module__ == "sqlite3"
    return f": {error}" if safe else ""


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


def log_to_stderr(line: str, *, level: str, force: bool = False) -> None:
    """Log to standard error from now on; ``line`` is the form for people, ``level`` what counts unless the environment says more."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if os.environ.get(FORMAT_VARIABLE) == "json" else Lines(line))
    logging.basicConfig(level=level, handlers=[handler], force=force)
    sys.excepthook = _end


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell of the error a program ends by, in the way everything else is told."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("the program ends by an error", exc_info=(kind, error, trace), extra={"action": "end"})
