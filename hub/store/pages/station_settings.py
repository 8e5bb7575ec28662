"""What was set of a station from here, and what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from broker.versions import reads_second
from hub.store.moments import from_ms
from hub.store.pages.books import no_station
from hub.store.schema import station, station_settings

EARLIER = 20

Status = Literal["not_set", "waiting", "trying", "in_force", "refused", "too_old"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """One version of what was set."""

    version: int
    settings: dict[str, Any]
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """What is wanted of a station and what is in force there."""

    station: str
    version: int
    """The version of what it is told, its desk included: what a change has to name."""
    status: Status
    why: str | None
    """Where they are refused or the station is too old for them: what to do."""
    in_force: int | None
    """The version the station said it works with."""
    source: Literal["file", "hub"] | None
    """Whether the station works by what was set here, or by its own file alone."""
    wanted: SetView | None
    """What was set last; none: its file is left alone."""
    earlier: tuple[SetView, ...]


def settings_of(connection: Connection, name: str) -> SettingsView:
    """Give what is known of a station's settings."""
    row = connection.execute(select(station).where(station.c.name == name)).one_or_none()
    if row is None:
        raise no_station(name)
    query = select(station_settings).where(station_settings.c.station == name).order_by(station_settings.c.version.desc())
    sets = [_set(found) for found in connection.execute(query.limit(EARLIER + 1))]
    state: dict[str, Any] = json.loads(row.state) if row.state else {}
    said = state.get("settings") or {}
    wanted = sets[0] if sets else None
    status = status_of(wanted, state)
    return SettingsView(
        station=name,
        version=row.settings_version,
        status=status,
        why=_why(status, name, state),
        in_force=state.get("settings_version"),
        source=said.get("source"),
        wanted=wanted,
        earlier=tuple(sets[1:]),
    )


def newest_sets(connection: Connection) -> dict[str, SetView]:
    """Give what was set last of each station of which anything was."""
    last = (
        select(station_settings.c.station, func.max(station_settings.c.version).label("version"))
        .group_by(station_settings.c.station)
        .subquery()
    )
    here = (station_settings.c.station == last.c.station) & (station_settings.c.version == last.c.version)
    return {row.station: _set(row) for row in connection.execute(select(station_settings).join(last, here))}


def _set(row: Row[Any]) -> SetView:
    return SetView(version=row.version, settings=json.loads(row.setup), set_at=from_ms(row.set_at), set_by=row.set_by)


def status_of(wanted: SetView | None, state: dict[str, Any]) -> Status:
    """Give what became of what was set, by what the station said last."""
    if wanted is None:
        return "not_set"
    if state and not reads_second(state["version"]):
        return "too_old"
    said = state.get("settings") or {}
    # A desk that moves counts on: what was said of a later version is about the same settings.
    if (said.get("refused") or 0) >= wanted.version:
        return "refused"
    if (said.get("trying") or 0) >= wanted.version:
        return "trying"
    used = said.get("source") == ("hub" if wanted.settings else "file")
    return "in_force" if used and (state.get("settings_version") or 0) >= wanted.version else "waiting"


def _why(status: Status, name: str, state: dict[str, Any]) -> str | None:
    if status == "refused":
        return str(state["settings"].get("why") or "")
    if status == "too_old":
        return f"{name} runs version {state['version']}, which takes no settings from here: install 0.2 or later there."
    return None
