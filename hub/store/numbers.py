"""Where the numbers of a table go on after a restore: a row of the cursor table, forgotten by nobody, used once."""

from __future__ import annotations

import sqlite3
from typing import Literal

Numbered = Literal["request", "notice"]

NEXT = {
    table: f"SELECT seq + 1 FROM cursor WHERE name = 'numbers-{table}' AND seq >= (SELECT coalesce(max(key), 0) FROM {table})"
    for table in ("request", "notice")
}
"""Gives the number to use, and nothing where the table's own next one is right."""


def go_on_behind(connection: sqlite3.Connection, table: Numbered, number: int) -> None:
    """Let the next row get a number behind this one."""
    connection.execute(
        "INSERT INTO cursor VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET seq = max(seq, excluded.seq)", (f"numbers-{table}", number)
    )


def next_number(connection: sqlite3.Connection, table: Numbered) -> int | None:
    """Give the number for the next row, None to leave it to the table."""
    row = connection.execute(NEXT[table]).fetchone()
    return None if row is None else int(row[0])
