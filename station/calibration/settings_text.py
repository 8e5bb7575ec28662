"""One [[scanner]] section of a settings file, changed or added, with every other character of the file as it was.

Only plain files are changed: a line a key, a head a section. Whatever is written otherwise is noticed by reading the result again
and comparing it with what it should say; then nothing is changed.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence

from station.calibration.findings import Value

_HEAD = re.compile(r"\s*\[")
_SCANNER = re.compile(r"\s*\[\[\s*[\"']?scanner[\"']?\s*\]\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")

Changes = Mapping[str, Value | None]
Section = dict[str, object]


class CannotChange(Exception):
    """The file is written in a way that is not changed safely."""


def lines(section: Changes) -> str:
    """Give a section as it is pasted into a settings file."""
    return "".join(["[[scanner]]\n", *(f"{key} = {toml(value)}\n" for key, value in section.items() if value is not None)])


def added(text: str, section: Changes) -> str:
    """Give the file with one more scanner at its end."""
    before = text if not text or text.endswith("\n") else f"{text}\n"
    found = f"{before}\n{lines(section)}" if before else lines(section)
    _hold(found, text, lambda scanners: [*scanners, _values(section)])
    return found


def changed(text: str, place: int, changes: Changes) -> str:
    """Give the file with these keys of the scanner at this place, counted from 0, set or, without a value, gone."""
    rows = text.splitlines(keepends=True)
    heads = [number for number, row in enumerate(rows) if _SCANNER.match(row)]
    if place >= len(heads):
        raise CannotChange
    begin = heads[place] + 1
    end = next((number for number in range(begin, len(rows)) if _HEAD.match(rows[number])), len(rows))
    found = "".join([*rows[:begin], *_section(rows[begin:end], changes), *rows[end:]])

    def wanted(scanners: list[Section]) -> list[Section]:
        kept = {key: value for key, value in scanners[place].items() if key not in changes}
        return [*scanners[:place], kept | _values(changes), *scanners[place + 1 :]]

    _hold(found, text, wanted)
    return found


def toml(value: Value) -> str:
    """Give a value as TOML writes it."""
    match value:
        case bool() | int():
            return json.dumps(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return f"{{ {', '.join(f'{toml(key)} = {toml(each)}' for key, each in value.items())} }}"


def _section(rows: list[str], changes: Changes) -> list[str]:
    keys = [(head[1] if (head := _KEY.match(row)) else None) for row in rows]
    after_last = max((place + 1 for place, key in enumerate(keys) if key), default=0)
    found: list[str] = []
    for place, (row, key) in enumerate(zip(rows, keys, strict=True)):
        if place == after_last:
            found += _new(changes, keys)
        found += _changed_row(row, changes[key]) if key is not None and key in changes else [row]
    return found if after_last < len(rows) else [*_ended(found), *_new(changes, keys)]


def _changed_row(row: str, value: Value | None) -> list[str]:
    begin = row.index("=") + 1
    if value is None:
        return []
    if toml(value) == toml(_value(row[begin:])):
        return [row]
    return [f"{row[:begin].rstrip(' =')} = {toml(value)}{_comment(row[begin:])}"]


def _value(rest: str) -> Value:
    try:
        value = tomllib.loads(f"v ={rest}")["v"]
    except tomllib.TOMLDecodeError as error:
        raise CannotChange from error
    if not isinstance(value, (str, int, dict)):
        raise CannotChange
    return value


def _comment(rest: str) -> str:
    """Give the comment behind a value with the white space before it, or the line end."""
    for place, sign in enumerate(rest):
        if sign == "#" and _reads_the_same(rest[:place], rest):
            return rest[len(rest[:place].rstrip()) :]
    return rest[len(rest.rstrip()) :]


def _reads_the_same(part: str, whole: str) -> bool:
    try:
        return bool(tomllib.loads(f"v ={part}") == tomllib.loads(f"v ={whole}"))
    except tomllib.TOMLDecodeError:
        return False


def _ended(rows: list[str]) -> list[str]:
    # The last line of a file may lack its end.
    return [*rows[:-1], f"{rows[-1]}\n"] if rows and not rows[-1].endswith("\n") else rows


def _new(changes: Changes, keys: Sequence[str | None]) -> list[str]:
    return [f"{key} = {toml(value)}\n" for key, value in changes.items() if value is not None and key not in keys]


def _values(changes: Changes) -> Section:
    return {key: value for key, value in changes.items() if value is not None}


def _hold(found: str, text: str, wanted: Callable[[list[Section]], list[Section]]) -> None:
    """Refuse a result that does not say what it should, and only that."""
    before = tomllib.loads(text)
    try:
        after = tomllib.loads(found)
    except tomllib.TOMLDecodeError as error:
        raise CannotChange from error
    if after != before | {"scanner": wanted(list(before.get("scanner", [])))}:
        raise CannotChange
