"""Numbers a monitoring system may ask for every few seconds: each from an index or a small table."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from hub.core.request import State
from hub.store.pages.live import newest_event
from hub.store.pages.requests import count_active
from hub.store.schema import cursor, exception, notice, poison, station, stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The hub in numbers."""

    scans: int
    faults: int
    poison: int
    events: int
    events_behind: int
    active: dict[State, int]
    open_exceptions: int
    notices_waiting: int
    stations: int
    stations_online: int


def measure(connection: Connection) -> Measures:
    """Give the numbers as they are now."""

    def count(table: str, condition: str | None = None) -> int:
        query = select(func.count()).select_from(text(table))
        return int(connection.scalar(query if condition is None else query.where(text(condition))) or 0)

    scans, faults = connection.execute(select(func.sum(stream.c.seq), func.sum(stream.c.fault_seq))).one()
    events = newest_event(connection)
    published = connection.scalar(select(cursor.c.seq).where(cursor.c.name == "mqtt")) or 0
    return Measures(
        scans=int(scans or 0),
        faults=int(faults or 0),
        poison=count(poison.name),
        events=events,
        events_behind=max(events - int(published), 0),
        active=count_active(connection),
        open_exceptions=count(exception.name, "cleared_at IS NULL"),
        notices_waiting=count(notice.name, "state = 'queued'"),
        stations=count(station.name),
        stations_online=count(station.name, "online"),
    )
