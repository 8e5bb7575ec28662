"""What a batch writes to a file: the rows of a table by one prepared statement. Only what the time has come for is; scans write one by one.

Python's driver looks up names for each row, and asks of each None what it may be: half a microsecond a value. So values go by place,
and a column that is empty in all rows is not named.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from hub.store import history
from hub.store.history import End
from hub.store.numbers import number_for
from hub.store.scan_path import WHOLE_REQUEST
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


class New(NamedTuple):
    """Rows that are new: their table, and the columns that say something."""

    table: str
    columns: tuple[str, ...]
    number: str | None = None
    """The expression for their keys, where the table's own next one is not always right."""


EVENTS, MARKS = New("event", tuple(EVENT_COLUMNS.split(", "))), New("time_mark", tuple(MARK_COLUMNS.split(", ")))
LINES = New("history", history.COLUMNS)
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
            _insert(connection, ADDED[name], list(map(itemgetter(*ADDED[name].columns), rows)))
            continue
        sql, values = KEEP_REQUEST if name == "whole_requests" else _change(*CHANGED[name])
        connection.executemany(sql, list(map(values, rows)))
    if waiting.lines:
        lines, end = history.following_all(waiting.lines, end or history.end_of_chain(connection))
        _insert(connection, LINES, lines)
    _insert(connection, MARKS, waiting.marks)
    _insert(connection, EVENTS, waiting.events)
    return end


def _insert(connection: Connection, new: New, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    said = [place for place, values in enumerate(zip(*rows, strict=True)) if values.count(None) < len(rows)]
    if len(said) < len(new.columns):
        rows = list(map(itemgetter(*said), rows))
    connection.executemany(_statement(new, tuple(new.columns[place] for place in said)), rows)


@cache
def _statement(new: New, columns: tuple[str, ...]) -> str:
    names, values = list(columns), ["?"] * len(columns)
    if new.number is not None:
        names, values = ["key", *names], [new.number, *values]
    return f"INSERT INTO {new.table}({', '.join(names)}) VALUES ({', '.join(values)})"


@cache
def _change(table: str, columns: str) -> tuple[str, itemgetter[Any]]:
    names = columns.split(", ")
    return f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE key = ?", itemgetter(*names, "key")
