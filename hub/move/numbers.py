"""Numbers go on on the server where the file had come to: none is given twice, also of rows that are gone."""

from __future__ import annotations

from hub.move.fields import tables
from hub.move.source import Source
from hub.move.target import Target
from hub.store.database import transaction
from hub.store.history import GIVEN

HISTORY = "history"
"""Its numbers are given by the hub, from a row of the cursor table that a file does not need."""


def go_on(source: Source, target: Target) -> None:
    """Set each table's sequence to the highest number the file has given."""
    for fields in tables():
        if fields.numbered is None:
            continue
        highest = source.highest(fields)
        target.connection.execute(
            "SELECT setval(pg_get_serial_sequence(?, ?), ?, ?)", (f'"{fields.table}"', fields.numbered, max(highest, 1), highest > 0)
        )
        if fields.table == HISTORY and highest:
            with transaction(target.connection):
                target.connection.execute(GIVEN, (highest,))


def next_ones(source: Source, target: Target) -> dict[str, tuple[int, int]]:
    """Give for each table the highest number given by the file and by the server."""
    last = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, ?)::regclass), 0)"
    found = {}
    for fields in tables():
        if fields.numbered is not None:
            [there] = target.connection.execute(last, (f'"{fields.table}"', fields.numbered)).fetchone()
            found[fields.table] = source.highest(fields), int(there)
    return found
