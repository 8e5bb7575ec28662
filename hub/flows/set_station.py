"""What is set of a station from here: kept version by version, and told to it in the form it reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broker.messages import StationSettings
from broker.setup import SAYS, unfit
from broker.versions import reads_second
from hub.errors import Conflict, Invalid, NotFound
from hub.store.moments import to_ms
from hub.store.sql import Connection

NEWEST = "SELECT version, setup, set_by FROM station_settings WHERE station = ? ORDER BY version DESC LIMIT 2"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a station stands, and the version of what it is told."""

    version: int
    desk: str
    desk_name: str
    state: dict[str, Any]
    """What it said last."""

    @property
    def reads_second(self) -> bool:
        """Whether it can be set from here."""
        return reads_second(self.state.get("version", ""))

    @property
    def lags(self) -> bool:
        """Whether it works by another version than the one it was told, without having said why."""
        said = self.state.get("settings") or {}
        return self.version not in (self.state.get("settings_version"), said.get("refused"), said.get("trying"))


def set_station(connection: Connection, name: str, setup: Mapping[str, Any], *, actor: str, version: int | None, now: datetime) -> int:
    """Set this of a station from now on and give the new version; Conflict when it is not of the ``version`` that was looked at."""
    _check_version(connection, name, version)
    if why := unfit(setup):
        raise Invalid(SAYS[why[0]].format(**why[1])).keyed(why[0], **why[1])
    connection.execute("UPDATE station SET settings_version = settings_version + 1 WHERE name = ?", (name,))
    new = place_of(connection, name).version
    connection.execute(
        "INSERT INTO station_settings(station, version, setup, set_at, set_by) VALUES (?, ?, ?, ?, ?)",
        (name, new, json.dumps(setup, ensure_ascii=False), to_ms(now), actor),
    )
    return new


def set_station_back(connection: Connection, name: str, to: int | None, *, actor: str, version: int | None, now: datetime) -> int:
    """Set once more what was set in version ``to``, or before the newest; before the first, the station's file stood alone."""
    _check_version(connection, name, version)
    rows = connection.execute(NEWEST, (name,)).fetchall()
    if not rows:
        raise Conflict(f"Nothing was ever set of {name} from here: its own station.toml is in force.").keyed(
            "stations.never-set", station=name
        )
    if to is None:
        setup = json.loads(rows[1][1]) if len(rows) > 1 else {}
    else:
        row = connection.execute("SELECT setup FROM station_settings WHERE station = ? AND version = ?", (name, to)).fetchone()
        if row is None:
            missing = f"There is no version {to} of the settings of {name}: look which there are."
            raise NotFound(missing).keyed("stations.no-version", station=name, version=str(to))
        setup = json.loads(row[0])
    return set_station(connection, name, setup, actor=actor, version=None, now=now)


def place_of(connection: Connection, name: str) -> Place:
    """Give where a station stands; NotFound says so in words."""
    row = connection.execute(
        "SELECT s.settings_version, d.code, d.name, s.state FROM station s JOIN desk d ON d.code = s.desk WHERE s.name = ?", (name,)
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no station {name!r}.").keyed("stations.none", station=name)
    return Place(row[0], row[1], row[2], json.loads(row[3]) if row[3] else {})


def message_for(connection: Connection, name: str, place: Place) -> StationSettings:
    """Give what a station is to be told: as version 2 where it reads that, else its desk alone."""
    told = {"station": name, "version": place.version, "desk": place.desk, "desk_name": place.desk_name}
    if not place.reads_second:
        return StationSettings.model_validate(told)
    row = connection.execute(NEWEST, (name,)).fetchone()
    more = {"setup": json.loads(row[1]), "setup_version": row[0]} if row else {}
    return StationSettings.model_validate(told | more | {"v": 2})


def _check_version(connection: Connection, name: str, version: int | None) -> None:
    now = place_of(connection, name).version
    if version is not None and version != now:
        row = connection.execute(NEWEST, (name,)).fetchone()
        who = f" (set by {row[2]})" if row and row[0] == now else ""
        changed = f"The settings of {name} have changed meanwhile: they are of version {now}{who}. Look at them again."
        raise Conflict(changed).keyed("stations.changed", station=name, version=str(now))
