"""Numbers a monitoring system may ask for every few seconds: each from an index or a small table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from hub.core.notices import NoticeState
from hub.core.request import State
from hub.store.moments import to_ms
from hub.store.pages.live import newest_event
from hub.store.pages.requests import count_active
from hub.store.schema import cursor, event, exception, notice, poison, station, stream

WORK = (NoticeState.QUEUED, NoticeState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationMeasures:
    """One station as it last told of itself; None for what it has not told. Moments in milliseconds since 1970."""

    name: str
    online: bool
    seen_at: int | None
    lag: int | None
    """Scans its journal had made when it said so, less those the hub has committed since."""
    waiting: int | None
    oldest_waiting_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The hub in numbers, as its database holds them. Moments in milliseconds since 1970."""

    scans: int
    events: int
    events_behind: int
    oldest_event_behind_at: int | None
    active: dict[State, int]
    exceptions: dict[str, int]
    notices: dict[str, int]
    oldest_notice_at: dict[str, int]
    """Of those that wait since when the oldest could have left, of the failed since when it was asked for."""
    poison: int
    stations: tuple[StationMeasures, ...]


def measure(connection: Connection) -> Measures:
    """Give the numbers as they are now."""
    events, behind, oldest = _outbox(connection)
    notices, oldest_notice_at = _notices(connection)
    return Measures(
        scans=int(connection.scalar(select(func.sum(stream.c.seq))) or 0),
        events=events,
        events_behind=behind,
        oldest_event_behind_at=oldest,
        active=count_active(connection),
        exceptions=_exceptions(connection),
        notices=notices,
        oldest_notice_at=oldest_notice_at,
        poison=int(connection.scalar(select(func.count()).select_from(poison)) or 0),
        stations=_stations(connection),
    )


def _outbox(connection: Connection) -> tuple[int, int, int | None]:
    """Give the newest event, how many the broker has not confirmed, and when the first of those happened."""
    events = newest_event(connection)
    confirmed = int(connection.scalar(select(cursor.c.seq).where(cursor.c.name == "mqtt")) or 0)
    oldest = connection.scalar(select(event.c.at).where(event.c.seq > confirmed).order_by(event.c.seq).limit(1))
    return events, max(events - confirmed, 0), oldest


def _exceptions(connection: Connection) -> dict[str, int]:
    # As text: the index of open exceptions is used only where its condition stands word for word.
    counted = select(exception.c.kind, func.count()).where(text("cleared_at IS NULL")).group_by(exception.c.kind)
    return {kind: int(count) for kind, count in connection.execute(counted)}


def _notices(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    oldest = {NoticeState.QUEUED: notice.c.not_before, NoticeState.FAILED: notice.c.queued_at}
    counts, since = dict.fromkeys(map(str, WORK), 0), {}
    for state in WORK:
        found = select(func.count(), func.min(oldest[state])).where(text(f"state = '{state.value}'"))
        count, at = connection.execute(found.select_from(notice)).one()
        counts[state.value] = int(count)
        if at is not None:
            since[state.value] = int(at)
    return counts, since


def _stations(connection: Connection) -> tuple[StationMeasures, ...]:
    taken = {(row.station, row.incarnation): row.seq for row in connection.execute(select(stream))}
    rows = connection.execute(select(station.c.name, station.c.online, station.c.seen_at, station.c.state).order_by(station.c.name))
    return tuple(_station(row, taken) for row in rows)


def _station(row: Any, taken: dict[tuple[str, str], int]) -> StationMeasures:
    state: dict[str, Any] = json.loads(row.state) if row.state else {}
    hello: dict[str, Any] | None = state.get("hello")
    # A last will says nothing of the journal: what waits there is not known until the station is back.
    known = bool(state.get("online"))
    oldest = state.get("oldest_waiting_at") if known else None
    return StationMeasures(
        name=row.name,
        online=bool(row.online),
        seen_at=row.seen_at,
        lag=max(hello["next_seq"] - 1 - taken.get((row.name, hello["incarnation"]), 0), 0) if hello else None,
        waiting=state.get("waiting", 0) if known else None,
        oldest_waiting_at=to_ms(datetime.fromisoformat(oldest)) if oldest else None,
    )
