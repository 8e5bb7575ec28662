"""What the page of stations shows: how each station is, since when, and when something was last scanned there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from hub.store.moments import from_ms
from hub.store.pages.books import StationView, one_station, stations
from hub.store.pages.live import newest_event
from hub.store.pages.station_settings import SetView, Status, newest_sets, status_of
from hub.store.schema import desk, event, station_context

MOST = 500
LOOKED_THROUGH = 5000
"""The newest events, in which a return is looked for; of one before them only the station's own start is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationNow:
    """How one station is."""

    station: StationView
    desk_name: str
    since: datetime | None
    """Since when it is there, or away."""
    last_scan_at: datetime | None
    settings: Status


def stations_now(connection: Connection) -> tuple[StationNow, ...]:
    """Give how all stations are, by name."""
    return _now(connection, stations(connection, MOST).items)


def station_now(connection: Connection, name: str) -> StationNow:
    """Give how one station is; NotFound says so in words."""
    return _now(connection, (one_station(connection, name),))[0]


def _now(connection: Connection, found: tuple[StationView, ...]) -> tuple[StationNow, ...]:
    names = {row.code: row.name for row in connection.execute(select(desk.c.code, desk.c.name))}
    came, scans, sets = _came(connection), _last_scans(connection), newest_sets(connection)
    return tuple(_one(each, names[each.desk], came.get(each.name), scans.get(each.name), sets.get(each.name)) for each in found)


def _one(each: StationView, desk_name: str, came: datetime | None, scanned: datetime | None, wanted: SetView | None) -> StationNow:
    known = [at for at in (each.born_at, came) if at is not None]
    return StationNow(
        station=each,
        desk_name=desk_name,
        since=max(known, default=None) if each.online else each.seen_at,
        last_scan_at=scanned,
        settings=status_of(wanted, each.state or {}),
    )


def _came(connection: Connection) -> dict[str, datetime]:
    """Give when each station came back last."""
    recent = event.c.seq > newest_event(connection) - LOOKED_THROUGH
    query = (
        select(event.c.subject, func.max(event.c.at).label("at")).where(recent, event.c.type == "station.online").group_by(event.c.subject)
    )
    return {row.subject: from_ms(row.at) for row in connection.execute(query) if row.subject is not None}


def _last_scans(connection: Connection) -> dict[str, datetime]:
    query = select(station_context.c.station, func.max(station_context.c.at).label("at")).group_by(station_context.c.station)
    return {row.station: from_ms(row.at) for row in connection.execute(query)}
