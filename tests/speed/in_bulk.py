"""Writes very many rows at once, as no flow of the hub ever would: by ``COPY`` on a server, many to a call on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from hub.store.sql import Connection

AT_A_TIME = 10_000


def write_rows(connection: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows of a table in the open transaction; ``columns`` are their names with commas between."""
    if connection.dialect == "postgresql":
        connection.fill(table, columns.split(", "), rows)  # type: ignore[attr-defined] # a server's connection has it
        return
    marks = ", ".join("?" * len(columns.split(", ")))
    statement = f"INSERT INTO {table}({columns}) VALUES ({marks})"  # noqa: S608 - as named above
    left = iter(rows)
    while some := list(islice(left, AT_A_TIME)):
        connection.executemany(statement, some)


def go_on_behind(connection: Connection, *tables: str) -> None:
    """Let a server give numbers behind those that were written; SQLite looks by itself."""
    if connection.dialect == "postgresql":
        for table in tables:
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'key'), (SELECT max(key) FROM {table}))")  # noqa: S608 - as named


def settle(connection: Connection) -> None:
    """Have statistics made of what was written, and the log folded in."""
    connection.execute("ANALYZE" if connection.dialect == "sqlite" else "VACUUM ANALYZE")
    if connection.dialect == "sqlite":
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
