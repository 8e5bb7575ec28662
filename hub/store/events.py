"""The event table: written in the transaction of what happened, read by MQTT and the live feed, each at its own pace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.store.moments import from_ms, to_ms
from hub.store.sql import Connection


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as kept; ``seq`` is its place for ever."""

    seq: int
    type: str
    desk: str | None
    subject: str | None
    at: datetime
    data: dict[str, Any]


def add_event(connection: Connection, type_: str, *, at: datetime, desk: str | None, subject: str | None, data: dict[str, Any]) -> None:
    """Write one event in the open transaction; ``data`` never holds patron data."""
    connection.execute(
        "INSERT INTO event(type, desk, subject, at, data) VALUES (?, ?, ?, ?, ?)", (type_, desk, subject, to_ms(at), json.dumps(data))
    )


def events_after(connection: Connection, seq: int, limit: int) -> list[StoredEvent]:
    """Give the events behind a place, oldest first."""
    rows = connection.execute("SELECT seq, type, desk, subject, at, data FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [StoredEvent(row[0], row[1], row[2], row[3], from_ms(row[4]), json.loads(row[5])) for row in rows]


def last_event(connection: Connection) -> int:
    """Give the place of the newest event, 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def cursor(connection: Connection, name: str) -> int:
    """Give how far a reader has come, 0 for a new one."""
    row = connection.execute("SELECT seq FROM cursor WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def set_cursor(connection: Connection, name: str, seq: int) -> None:
    """Write how far a reader has come."""
    connection.execute("INSERT INTO cursor VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET seq = excluded.seq", (name, seq))
