"""What happened to each request: appended only, each row's hash made over the one before it, so that no row can go unseen.

What staff wrote in their own words stands beside the chain: only its salted hash is chained, so that it can be forgotten.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic_core import to_json

from hub.store.moments import from_ms, to_ms

Kind = Literal["scan", "act", "time", "notice"]
CHAINED = (
    "request", "item", "kind", "at", "rule", "was", "became", "desk", "actor", "barcode", "scan_id", "notice", "detail", "note_hash",
)  # fmt: skip
"""The columns a row's hash is made over, in this order, as a JSON array behind the hash of the row before."""
LAST = "SELECT hash FROM history ORDER BY key DESC LIMIT 1"
APPEND = f"INSERT INTO history({', '.join(CHAINED)}, note, note_salt, hash) VALUES ({', '.join('?' * (len(CHAINED) + 3))})"
ALL = f"SELECT key, hash, note, note_salt, {', '.join(CHAINED)} FROM history ORDER BY key"
EVERY = 2000
"""Rows between two words about how far a check has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
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


def append(connection: sqlite3.Connection, line: Line) -> int:
    """Write one line in the open transaction and give its key."""
    salt = note_hash = None
    if line.note is not None:
        salt = secrets.token_hex(16)
        note_hash = hash_of_note(salt, line.note)
    chained = (
        line.request, line.item, line.kind, to_ms(line.at), line.rule, line.was, line.became, line.desk, line.actor, line.barcode,
        line.scan_id, line.notice, line.detail, note_hash,
    )  # fmt: skip
    before = connection.execute(LAST).fetchone()
    added = connection.execute(APPEND, (*chained, line.note, salt, link(before[0] if before else b"", chained)))
    return int(added.lastrowid or 0)


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


def verify(connection: sqlite3.Connection, *, noted: str | None = None, progress: Callable[[int], None] = lambda done: None) -> Verdict:
    """Read the whole history and say where a row was changed, removed or put in; ``noted`` is a fingerprint of earlier.

    ``progress`` is told how many rows are read, now and then.
    """
    rows, first, last, before, expected = 0, None, None, b"", 1
    key = 0
    broken: list[Broken] = []
    seen_noted = noted is None
    for key, kept, note, salt, *chained in connection.execute(ALL):
        broken += _faults(key, expected, before, kept, note, salt, chained)
        first, last = first if first is not None else chained[3], chained[3]
        before, expected, rows = kept, key + 1, rows + 1
        seen_noted = seen_noted or fingerprint(key, kept) == noted
        if rows % EVERY == 0:
            progress(rows)
    broken += _end(connection, key)
    if not seen_noted:
        broken.append(Broken(key, f"the fingerprint {noted} that was noted is not in this history: it was written anew, or is another one"))
    moments = (from_ms(first) if first is not None else None, from_ms(last) if last is not None else None)
    return Verdict(rows, *moments, fingerprint(key, before) if rows else None, tuple(broken))


def fingerprint(key: int, kept: bytes) -> str:
    """Give the name of a row and all before it: its number and the beginning of its hash."""
    return f"{key}-{kept.hex()[:32]}"


def _faults(
    key: int, expected: int, before: bytes, kept: bytes, note: str | None, salt: str | None, row: Sequence[object]
) -> Iterator[Broken]:
    if key != expected:
        yield Broken(expected, f"{_rows(expected, key - 1)} removed")
    elif link(before, row) != kept:
        yield Broken(key, "this row does not follow from the one before it: one of the two was changed")
    if note is not None and (salt is None or hash_of_note(salt, note) != row[-1]):
        yield Broken(key, "the note of this row was changed")


def _end(connection: sqlite3.Connection, key: int) -> Iterator[Broken]:
    """The database remembers the highest number it ever gave; rows removed at the end show by it."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'history'").fetchone()
    given = int(row[0]) if row else 0
    if given > key:
        yield Broken(key + 1, f"{_rows(key + 1, given)} removed at the end")


def _rows(first: int, last: int) -> str:
    return f"row {first} was" if first == last else f"rows {first} to {last} were"
