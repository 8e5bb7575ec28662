"""Decodes a recording of ``recording`` again, as the station would have: one line a reading or fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from station import layouts
from station.errors import StationError
from station.framers import framer_of, reading_rules
from station.framing import Broken, Frame, Framer
from station.keymap import KeyDecoder, KeyEvent
from station.reading import read
from station.scanners.hid import section_of
from station.settings import ScannerSettings

NS_PER_S = 1_000_000_000

Ended = tuple[int, Frame | Broken]


def replay(path: Path) -> int:
    """Print what the file's scanner read; gives the exit code."""
    try:
        with path.open(encoding="utf-8") as lines:
            for line in replayed(lines):
                print(line)
    except (OSError, UnicodeDecodeError) as error:
        raise StationError(f"{path} cannot be read ({error}): name a file that record wrote.") from error
    except ValueError as error:
        raise StationError(f"{path} is no recording: {error}.") from error
    return 0


def replayed(lines: Iterable[str]) -> Iterator[str]:
    """Give the JSON lines of a recording's readings and faults; ValueError names the line that is wrong."""
    rows = _rows(lines)
    settings = _settings(next(rows, (1, {})))
    rules = reading_rules(settings)
    for t_ns, each in _ended(settings, rows):
        found = read(each.data, rules) if isinstance(each, Frame) else each
        at = {"t": round(t_ns / NS_PER_S, 6)}
        if isinstance(found, Broken):
            yield json.dumps(at | {"fault": found.kind, "detail": str(found.detail)}, ensure_ascii=False)
        elif found:
            yield json.dumps(at | {"barcode": found.barcode, "aim": found.aim, "check": found.check, "raw": found.raw}, ensure_ascii=False)


def _ended(settings: ScannerSettings, rows: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[Ended]:
    if settings.kind == "hid":
        return _from_keys(settings, (_event(*row) for row in rows))
    return _from_bytes(settings, (_bytes(*row) for row in rows))


def _from_keys(settings: ScannerSettings, events: Iterable[KeyEvent]) -> Iterator[Ended]:
    section = section_of(settings)
    keys, last_ns = KeyDecoder(layouts.load(section.layout), section.rules), 0
    for event in events:
        yield from ((last_ns, each) for each in _paused(keys, event.t_ns))
        last_ns = event.t_ns
        yield from ((last_ns, each) for each in keys.feed([event]))
        if keys.needs_keys:
            # Which were down was not recorded; what depends on it is damaged anyway.
            keys.resync((), last_ns)
    yield from ((last_ns, each) for each in _paused(keys, None))


def _paused(keys: KeyDecoder, until_ns: int | None) -> list[Frame | Broken]:
    """Give what the station's timer would have ended before this time, None for any."""
    due_ns = keys.deadline_ns
    return keys.idle(due_ns) if due_ns is not None and (until_ns is None or due_ns <= until_ns) else []


def _from_bytes(settings: ScannerSettings, reads: Iterable[tuple[int, bytes]]) -> Iterator[Ended]:
    framer, last_ns = framer_of(settings), 0
    for t_ns, data in reads:
        yield from _silent(framer, t_ns)
        yield from ((t_ns, each) for each in framer.feed(data, t_ns))
        # It is owed the scanner, and was sent when this was recorded.
        framer.answer()
        last_ns = t_ns
    yield from _silent(framer, None)
    yield from ((last_ns, each) for each in framer.cut_off())


def _silent(framer: Framer, until_ns: int | None) -> Iterator[Ended]:
    """Give what the silence before this time ended, None for any."""
    while (due_ns := framer.due_ns) is not None and (until_ns is None or due_ns <= until_ns):
        yield from ((due_ns, each) for each in framer.expire(due_ns))
        if framer.due_ns == due_ns:
            return


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _fields(number, line)


def _fields(number: int, line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON") from error
    if not isinstance(fields, dict):
        raise ValueError(f"line {number} is no JSON object")
    return fields


def _settings(row: tuple[int, dict[str, Any]]) -> ScannerSettings:
    number, fields = row
    try:
        return ScannerSettings.model_validate(fields["scanner"])
    except KeyError as error:
        raise ValueError(f'line {number} must be {{"scanner": {{settings}}}}') from error
    except ValidationError as error:
        first = error.errors()[0]
        words = [*map(str, first["loc"]), first["msg"].removeprefix("Value error, ")]
        raise ValueError(f"line {number}: {': '.join(words)}") from error


def _event(number: int, fields: dict[str, Any]) -> KeyEvent:
    try:
        return KeyEvent(round(fields["t"] * NS_PER_S), int(fields["type"]), int(fields["code"]), int(fields["value"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"line {number} must have t, type, code and value") from error


def _bytes(number: int, fields: dict[str, Any]) -> tuple[int, bytes]:
    try:
        return round(fields["t"] * NS_PER_S), bytes.fromhex(fields["hex"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"line {number} must have t and hex") from error
