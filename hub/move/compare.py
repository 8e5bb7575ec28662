"""Holds every row on the server against the row of the file, both in the order of their keys; each side is hashed as it goes by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from hub.errors import DataFolderError
from hub.move.fields import Fields, Row, canonical, tables
from hub.move.numbers import HISTORY, next_ones
from hub.move.source import Source
from hub.move.target import Target
from hub.store.history import Verdict, verify
from hub.store.schema import metadata
from hub.store.sql import in_pages

EVERY = 2000
"""Rows between two words about how far it has come."""
ANEW = "Nothing was changed here; see that nobody else writes to either, and run it again with --anew."
EXAMPLES = 5
Heard = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """A table that is on the server as it is in the file; in ``mended`` texts a sign was replaced, ``examples`` names some of them."""

    table: str
    rows: int
    sha256: str
    mended: int
    examples: tuple[str, ...]


class _Mended:
    """Counts the texts in which a sign was replaced, and names the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []

    def hear(self, fields: Fields, row: Row) -> None:
        """Look at a row of the file."""
        for column in fields.mended(row):
            self.count += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(f"{fields.name(row)} ({column})")


def compare(source: Source, target: Target, fields: Fields, heard: Heard) -> Compared:
    """Compare one table; DataFolderError names the first row that differs."""
    here, there, mended, rows = hashlib.sha256(), hashlib.sha256(), _Mended(), 0
    differs: str | None = None
    for ours, theirs in zip_longest(_from_file(source, target, fields, mended), _from_server(target, fields)):
        for row, digest in ((ours, here), (theirs, there)):
            if row is not None:
                digest.update(canonical(row) + b"\n")
        if differs is None and ours != theirs:
            differs = _difference(fields, ours, theirs)
        rows += 1
        if rows % EVERY == 0:
            heard(rows)
    if differs is not None or here.digest() != there.digest():
        raise DataFolderError(f"The server has not what the file has: {differs or fields.table}. {ANEW}")
    return Compared(fields.table, rows, here.hexdigest(), mended.count, tuple(mended.examples))


def _from_file(source: Source, target: Target, fields: Fields, mended: _Mended) -> Iterator[Row]:
    """Give the rows as they should be there, without those that were put aside."""
    aside = {row.place for row in target.aside(fields)}
    for place, row in enumerate(source.rows(fields)):
        if place in aside or _is_given(fields, row):
            continue
        mended.hear(fields, row)
        yield fields.fitted(row)


def _from_server(target: Target, fields: Fields) -> Iterator[Row]:
    # As SQLite sorts: by bytes, whatever the database's locale.
    texts = {column.name for column in metadata.tables[fields.table].columns if column.type.python_type is str}
    order = ", ".join(f'"{name}" COLLATE "C"' if name in texts else f'"{name}"' for name in fields.key)
    columns = ", ".join(f'"{name}"' for name in fields.columns)
    for row in in_pages(target.connection, f'SELECT {columns} FROM "{fields.table}" ORDER BY {order}'):
        if not _is_given(fields, row):
            yield tuple(row)


def _is_given(fields: Fields, row: Row) -> bool:
    """The row that says how far the history's numbers were given: only a server needs it."""
    return fields.table == "cursor" and row[0] == HISTORY


def _difference(fields: Fields, ours: Row | None, theirs: Row | None) -> str:
    """Say where the first difference is, without what is in it."""
    if ours is None or theirs is None:
        row = ours or theirs or ()
        return f"{fields.name(row)} is only {'in the file' if theirs is None else 'on the server'}"
    key = [fields.columns.index(name) for name in fields.key]
    if (mine := [ours[place] for place in key]) != (others := [theirs[place] for place in key]):
        first = fields.name(ours), fields.name(theirs)
        return f"{first[0]} is only in the file" if mine < others else f"{first[1]} is only on the server"
    columns = [name for name, mine, other in zip(fields.columns, ours, theirs, strict=True) if mine != other]
    return f"{fields.name(ours)} differs in {', '.join(columns)}"


def compare_numbers(source: Source, target: Target) -> None:
    """DataFolderError where a table's numbers would not go on where they were."""
    for table, (here, there) in next_ones(source, target).items():
        if here != there:
            raise DataFolderError(f"The numbers of {table} go on behind {there} on the server, and behind {here} in the file. {ANEW}")


def compare_history(source: Source, target: Target, heard: Heard) -> Verdict:
    """Check the chain of the history on both sides; DataFolderError where the server's has a break that the file's has not."""
    [fields] = [each for each in tables() if each.table == HISTORY]
    # A row that was put aside is missing in the chain; it is told anyway.
    aside = {int(row.called.split()[-1]) for row in target.aside(fields)}
    before = verify(source.connection, progress=heard)
    after = verify(target.connection, progress=heard)
    differs = [one for one in {*before.broken} ^ {*after.broken} if one.key not in aside]
    if differs or (after.fingerprint != before.fingerprint and not aside):
        where = "".join(f": row {one.key}: {one.what}" for one in differs[:1])
        raise DataFolderError(f"The history on the server is not the file's{where}. {ANEW}")
    return after
