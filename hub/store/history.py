"""What happened to each request: appended only, each row's hash made over the one before it, so that no row can go unseen.

What staff wrote in their own words stands beside the chain: only its salted hash is chained, so that it can be forgotten.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic_core import to_json

from hub.store.moments import FIRST_MS, LAST_MS, from_ms, to_ms
from hub.store.sql import SIGN_FOR_NUL, Connection, in_pages, odd_text

Kind = Literal["scan", "act", "time", "notice"]
CHAINED = (
    "request", "item", "kind", "at", "rule", "was", "became", "desk", "actor", "barcode", "scan_id", "notice", "detail", "note_hash",
)  # fmt: skip
"""The columns a row's hash is made over, in this order, as a JSON array behind the hash of the row before."""
LAST = "SELECT key, hash FROM history ORDER BY key DESC LIMIT 1"
COLUMNS = ("key", *CHAINED, "note", "note_salt", "hash")
"""All of a row, in the order in which ``following`` gives them."""
APPEND = f"INSERT INTO history({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
ALL = f"SELECT key, hash, note, note_salt, {', '.join(CHAINED)} FROM history ORDER BY key"
HIGHEST = "SELECT seq FROM {} WHERE name = 'history'"
END = "(SELECT seq FROM cursor WHERE name = 'history'), (SELECT hash FROM history ORDER BY key DESC LIMIT 1)"
"""On a server, as a part of another statement: highest key ever given, hash of the last row."""
GIVEN = "INSERT INTO cursor VALUES ('history', ?) ON CONFLICT(name) DO UPDATE SET seq = excluded.seq"
HASH = 1
"""Its place among the columns of ALL: the only one that holds bytes."""
EVERY = 2000
"""Rows between two words about how far a check has come."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of a request's history. ``became`` is set where an item or a request moved; ``note`` holds somebody's own words."""

    request: int
    kind: Kind
    at: datetime
    rule: str
    actor: str
    item: int | None = None
    was: str | None = None
    became: str | None = None
    desk: str | None = None
    barcode: str | None = None
    scan_id: str | None = None
    notice: str | None = None
    detail: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The end of the chain: where the next row goes on."""

    key: int
    hash: bytes


def append(connection: Connection, line: Line) -> int:
    """Write one line in the open transaction and give its key."""
    return extend(connection, line, end_of_chain(connection)).key


def end_of_chain(connection: Connection) -> End:
    """Give the highest key ever given and the hash of the last row; 0 and nothing where there is none."""
    row = connection.execute(LAST).fetchone()
    # Behind the highest number ever given: rows removed at the end leave a hole that is seen.
    return End(_highest_given(connection), row[1] if row is not None else b"")


def extend(connection: Connection, line: Line, end: End) -> End:
    """Write one line behind the last row; gives the new end."""
    row, new = following(line, end)
    connection.execute(APPEND, row)
    if connection.dialect != "sqlite":
        connection.execute(GIVEN, (new.key,))
    return new


def following(line: Line, end: End) -> tuple[tuple[Any, ...], End]:
    """Give the row that a line makes behind the last one, as COLUMNS, and the new end."""
    (row,), new = following_all([line], end)
    return row, new


def following_all(lines: Iterable[Line], end: End) -> tuple[list[tuple[Any, ...]], End]:
    """Give the rows that some lines make behind the last one, and the new end."""
    rows, key, hashed = [], end.key, end.hash
    at, moment = None, 0
    for line in lines:
        salt = note_hash = None
        if line.note is not None:
            salt = secrets.token_hex(16)
            note_hash = hash_of_note(salt, line.note)
        if line.at is not at:
            at, moment = line.at, to_ms(line.at)
        chained = (
            line.request, line.item, line.kind, moment, line.rule, line.was, line.became, line.desk, line.actor, line.barcode,
            line.scan_id, line.notice, line.detail, note_hash,
        )  # fmt: skip
        # The number is given here: a server's sequence leaves holes, and a hole looks like a row that was removed.
        key, hashed = key + 1, link(hashed, chained)
        rows.append((key, *chained, line.note, salt, hashed))
    return rows, End(key, hashed)


def link(before: bytes, chained: Sequence[object]) -> bytes:
    """Give the hash of a row: SHA-256 over the hash before it and the row's columns as a JSON array, in UTF-8 and without white space."""
    return hashlib.sha256(before + to_json(chained)).digest()


def hash_of_note(salt: str, note: str) -> str:
    """Give what the chain keeps of somebody's own words."""
    return hashlib.sha256((salt + note).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the history is not as it was written."""

    key: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the history found; ``fingerprint`` names its last row, to be noted elsewhere and compared later."""

    rows: int
    first_at: datetime | None
    last_at: datetime | None
    fingerprint: str | None
    broken: tuple[Broken, ...]


def verify(connection: Connection, *, noted: str | None = None, progress: Callable[[int], None] = lambda done: None) -> Verdict:
    """Read the whole history and say where a row was changed, removed or put in; ``noted`` is a fingerprint of earlier.

    ``progress`` is told how many rows are read, now and then.
    """
    # Asked for before the rows are read: what is written meanwhile is no break.
    given = _highest_given(connection)
    rows, key, expected, before, ends = 0, 0, 1, b"", list[object]()
    broken: list[Broken] = []
    name = noted.strip().lower() if noted is not None else None
    seen = name is None
    for key, hashed, note, salt, *chained in _rows_of(connection):
        rows += 1
        if key < 1:
            broken.append(Broken(key, "this row was put in"))
            continue
        kept = hashed if isinstance(hashed, bytes) else repr(hashed).encode()
        broken += _faults(key, expected, before, kept, note, salt, chained)
        before, expected, ends = kept, key + 1, [*ends[:1], chained[3]]
        seen = seen or fingerprint(key, kept) == name
        if rows % EVERY == 0:
            progress(rows)
    broken += _end(given, key)
    if not seen:
        broken.append(Broken(key, f"the fingerprint {noted} that was noted is not in this history: it was written anew, or is another one"))
    first, last = (_moment(end) for end in (ends[0], ends[-1])) if ends else (None, None)
    return Verdict(rows, first, last, fingerprint(key, before) if rows else None, tuple(broken))


def _rows_of(connection: Connection) -> Iterator[Sequence[Any]]:
    """Give all rows, also where somebody has put in what is no text."""
    with odd_text(connection):
        for row in in_pages(connection, ALL):
            yield [repr(value) if isinstance(value, bytes) and place != HASH else value for place, value in enumerate(row)]


def _moment(at: object) -> datetime | None:
    return from_ms(at) if isinstance(at, int) and FIRST_MS <= at <= LAST_MS else None


def fingerprint(key: int, kept: bytes) -> str:
    """Give the name of a row and all before it: its number and the beginning of its hash."""
    return f"{key}-{kept.hex()[:32]}"


def _faults(
    key: int, expected: int, before: bytes, kept: bytes, note: str | None, salt: str | None, row: Sequence[object]
) -> Iterator[Broken]:
    if key != expected:
        yield Broken(expected, f"{_rows(expected, key - 1)} removed")
    elif kept not in (link(before, row), link(before, [_as_in_the_file(value) for value in row])):
        yield Broken(key, "this row does not follow from the one before it: one of the two was changed")
    if note is not None and (salt is None or row[-1] not in (hash_of_note(salt, note), hash_of_note(salt, str(_as_in_the_file(note))))):
        yield Broken(key, "the note of this row was changed")


def _as_in_the_file(value: object) -> object:
    """Give a text as it was hashed before it came to a server that keeps no NUL."""
    return value.replace(SIGN_FOR_NUL, "\0") if isinstance(value, str) else value


def _highest_given(connection: Connection) -> int:
    """The database remembers the highest number it ever gave: SQLite by itself, for others it is written down."""
    row = connection.execute(HIGHEST.format("sqlite_sequence" if connection.dialect == "sqlite" else "cursor")).fetchone()
    return int(row[0]) if row else 0


def _end(given: int, key: int) -> Iterator[Broken]:
    """Rows removed at the end show by the number that was given to them."""
    if given > key:
        yield Broken(key + 1, f"{_rows(key + 1, given)} removed at the end")


def _rows(first: int, last: int) -> str:
    return f"row {first} was" if first == last else f"rows {first} to {last} were"
