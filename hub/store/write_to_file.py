"""What a batch writes to a file: the rows of a table by one prepared statement.

Python's driver looks up names for each row, and asks of each None what it may be: half a microsecond a value. So values go by place,
and a column that is empty in all rows is not named. A statement writes AT_ONCE rows: each begins with a look at the highest number ever
given, ends with writing it down, and lets go of Python's lock meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from hub.store import history
from hub.store.history import End
from hub.store.numbers import number_for
from hub.store.scan_path import SCAN_COLUMNS, WHOLE_REQUEST
from hub.store.sql import Connection
from hub.store.write_together import (
    EVENT_COLUMNS,
    ITEM_CHANGES,
    MARK_COLUMNS,
    NOTICE_CHANGES,
    NOTICE_COLUMNS,
    WORK_CHANGES,
    WORK_COLUMNS,
    Waiting,
    by_form,
)

AT_ONCE = 16
"""Rows of one statement: with 128 they cost as much. A slice that has just begun is of twenty."""


class New(NamedTuple):
    """Rows that are new: their table, and the columns that say something."""

    table: str
    columns: tuple[str, ...]
    number: str | None = None
    """The expression for the key of the first of them, where the table's own next one is not always right."""


EVENTS, MARKS = New("event", tuple(EVENT_COLUMNS.split(", "))), New("time_mark", tuple(MARK_COLUMNS.split(", ")))
LINES, SCANS = New("history", history.COLUMNS), New("scan", tuple(SCAN_COLUMNS.split(", ")))
ADDED = {
    "notices": New("notice", tuple(NOTICE_COLUMNS.split(", ")), number_for("notice", "sqlite")),
    "work": New("exception", tuple(WORK_COLUMNS.split(", "))),
}
CHANGED = {
    "items_changed": ("item", ITEM_CHANGES),
    "notices_changed": ("notice", NOTICE_CHANGES),
    "work_changed": ("exception", WORK_CHANGES),
}
KEEP_REQUEST = (
    f"UPDATE request SET {', '.join(f'{column} = ?' for column in WHOLE_REQUEST[:-1])}, version = version + ? WHERE key = ?",
    itemgetter(*WHOLE_REQUEST[:-1], "version", "key"),
)


def write_to_file(connection: Connection, waiting: Waiting, end: End | None) -> End | None:
    """Write all that waits, in the open transaction; ``end`` is that of the history, if it is known. Gives the new one."""
    for name, rows in by_form(waiting).items():
        if not rows:
            continue
        if name in ADDED:
            insert_rows(connection, ADDED[name], list(map(itemgetter(*ADDED[name].columns), rows)))
            continue
        sql, values = KEEP_REQUEST if name == "whole_requests" else _change(*CHANGED[name])
        connection.executemany(sql, list(map(values, rows)))
    if waiting.lines:
        lines, end = history.following_all(waiting.lines, end or history.end_of_chain(connection))
        insert_rows(connection, LINES, lines)
    insert_rows(connection, MARKS, waiting.marks)
    insert_rows(connection, EVENTS, waiting.events)
    return end


def insert_rows(connection: Connection, new: New, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows that are new, in the open transaction."""
    if not rows:
        return
    columns = new.columns
    if len(rows) >= AT_ONCE:
        said = [place for place, values in enumerate(zip(*rows, strict=True)) if values[0] is not None or values.count(None) < len(rows)]
        if len(said) < len(columns):
            rows = list(map(itemgetter(*said), rows))
            columns = tuple(columns[place] for place in said)
    if new.number is not None:
        # Behind the first the table's own next number is right.
        connection.execute(_statement(new.table, columns, number=new.number), rows[0])
        rows = rows[1:]
    whole = len(rows) - len(rows) % AT_ONCE
    if whole:
        together = [tuple(chain.from_iterable(rows[first : first + AT_ONCE])) for first in range(0, whole, AT_ONCE)]
        connection.executemany(_statement(new.table, columns, AT_ONCE), together)
    if whole < len(rows):
        connection.executemany(_statement(new.table, columns), rows[whole:])


@cache
def _statement(table: str, columns: tuple[str, ...], count: int = 1, *, number: str | None = None) -> str:
    names, values = list(columns), ["?"] * len(columns)
    if number is not None:
        names, values = ["key", *names], [number, *values]
    row = f"({', '.join(values)})"
    return f"INSERT INTO {table}({', '.join(names)}) VALUES {', '.join([row] * count)}"


@cache
def _change(table: str, columns: str) -> tuple[str, itemgetter[Any]]:
    names = columns.split(", ")
    return f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE key = ?", itemgetter(*names, "key")
