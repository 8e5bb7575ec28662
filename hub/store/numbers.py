"""Where the numbers of a table go on after a restore: never where they have been before.

A file holds it in a row of the cursor table, forgotten by nobody, used once; a server in the sequence it has anyway.
"""

from __future__ import annotations

from typing import Literal

from hub.store.sql import Connection, Dialect

Numbered = Literal["request", "notice"]


def number_for(table: Numbered, dialect: Dialect) -> str:
    """Give the expression for the key of a new row; in SQLite it is NULL where the table's own next one is right."""
    if dialect != "sqlite":
        return f"nextval(pg_get_serial_sequence('{table}', 'key'))"
    return f"(SELECT seq + 1 FROM cursor WHERE name = 'numbers-{table}' AND seq >= (SELECT coalesce(max(key), 0) FROM {table}))"


def go_on_behind(connection: Connection, table: Numbered, number: int) -> None:
    """Let the next row get a number behind this one."""
    if connection.dialect != "sqlite":
        sequence = f"pg_get_serial_sequence('{table}', 'key')"
        connection.execute(f"SELECT setval({sequence}, greatest(?, nextval({sequence})))", (number,))
        return
    connection.execute(
        "INSERT INTO cursor VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET seq = max(seq, excluded.seq)", (f"numbers-{table}", number)
    )
