"""How stations are shown to people: every state by a word and a shape, and what somebody should look at as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from broker import __version__
from hub.store.pages.station_settings import SettingsView
from hub.store.pages.stations_page import StationNow
from hub.web.shown import moment
from hub.web.words import say

CLOCK_WORTH_SAYING_MS = 2000
CLOCK_WRONG_MS = 60_000
WAITS_LONG = timedelta(minutes=1)
MB = 1_000_000


def shown_stations(found: Sequence[StationNow], language: str, now: datetime) -> dict[str, Any]:
    """Give all stations, and what is to be said of them in one sentence."""
    stations = [shown_station(each, language, now) for each in found]
    return {
        "says": _summary(stations, language),
        "well": not any(each["trouble"] or each["kind"] == "offline" for each in stations),
        "stations": stations,
    }


def shown_station(one: StationNow, language: str, now: datetime) -> dict[str, Any]:
    """Give the fields of one station."""
    station, state = one.station, one.station.state or {}
    kind = "online" if station.online else "offline" if state else "never"
    waiting, oldest = state.get("waiting") or 0, state.get("oldest_waiting_at")
    return {
        "name": station.name,
        "desk": one.desk_name,
        "kind": kind,
        "state": say(language, f"stations.{kind}"),
        "since": _moment(one.since) if state else "",
        "scanners": [_scanner(each, language) for each in state.get("scanners") or ()],
        "no_scanner": ""
        if state.get("scanners")
        else say(language, "stations.scanners.none" if state.get("hello") else "stations.scanners.unknown"),
        "waiting": str(waiting) if waiting else say(language, "stations.waiting.none") if state else say(language, "stations.not-known"),
        "waits": bool(waiting),
        "oldest": _moment(datetime.fromisoformat(oldest)) if waiting and oldest else "",
        "clock": _clock(station.clock_offset_ms, language),
        "version": _version(state.get("version"), language),
        "last_scan": _moment(one.last_scan_at),
        "settings": say(language, f"stations.settings.{one.settings}"),
        "trouble": _trouble(one, language, now),
    }


def shown_settings(view: SettingsView, one: StationNow, language: str) -> dict[str, Any]:
    """Give what the station has made of what was set."""
    in_force = say(language, "setting.in-force", version=view.in_force) if view.in_force else say(language, "setting.in-force.none")
    source = say(language, f"setting.source.{view.source}") if view.source else ""
    return {
        "version": view.version,
        "status": view.status,
        "says": say(language, f"setting.status.{view.status}"),
        "why": (view.why or "") if view.status == "refused" else "",
        "in_force": f"{in_force}: {source}" if source and view.in_force else source or in_force,
        "away": "" if one.station.online else say(language, "setting.offline"),
        "scanners": [_scanner(each, language) for each in (one.station.state or {}).get("scanners") or ()],
    }


def _summary(stations: list[dict[str, Any]], language: str) -> str:
    if not stations:
        return say(language, "stations.none-yet")
    troubled = [each["name"] for each in stations if each["trouble"] or each["kind"] == "offline"]
    never = [each["name"] for each in stations if each["kind"] == "never"]
    said = [say(language, "stations.need", names=", ".join(troubled))] if troubled else []
    if not troubled and (well := len(stations) - len(never)):
        said.append(say(language, "stations.one-well") if well == 1 else say(language, "stations.all-well", count=well))
    if never:
        said.append(say(language, "stations.never-there", names=", ".join(never)))
    return " ".join(said)


def _scanner(scanner: dict[str, Any], language: str) -> dict[str, Any]:
    # Nobody misses a keyboard at which just nobody types.
    there = scanner["present"] or scanner["kind"] == "typed"
    why = "" if there else str(scanner.get("detail") or "")
    return {"name": scanner["name"], "there": there, "word": say(language, "stations.there" if there else "stations.missing"), "why": why}


def _trouble(one: StationNow, language: str, now: datetime) -> list[str]:
    station, state = one.station, one.station.state or {}
    said: list[str] = []
    if station.online:
        missing = [each for each in state.get("scanners") or () if not each["present"] and each["kind"] != "typed"]
        said += [say(language, "stations.trouble.scanner", name=each["name"]) for each in missing]
        oldest = state.get("oldest_waiting_at")
        if state.get("waiting") and oldest and now - datetime.fromisoformat(oldest) >= WAITS_LONG:
            said.append(say(language, "stations.trouble.waiting"))
        if abs(station.clock_offset_ms or 0) >= CLOCK_WRONG_MS:
            said.append(say(language, "stations.trouble.clock"))
        if state.get("disk_low"):
            said.append(say(language, "stations.trouble.disk", free=(state.get("disk_free_bytes") or 0) // MB))
        if state.get("problem"):
            said.append(str(state["problem"]))
    if one.settings == "refused":
        said.append(say(language, "stations.trouble.refused", version=state["settings"]["refused"]))
    if one.settings == "too_old":
        said.append(say(language, "stations.trouble.too_old", version=state["version"]))
    return said


def _clock(offset_ms: int | None, language: str) -> str:
    if offset_ms is None:
        return say(language, "stations.not-known")
    if abs(offset_ms) < CLOCK_WORTH_SAYING_MS:
        return say(language, "stations.clock.right")
    return say(language, "stations.clock.behind" if offset_ms > 0 else "stations.clock.ahead", span=_span(abs(offset_ms) // 1000, language))


def _span(seconds: int, language: str) -> str:
    unit, length = next(((unit, length) for unit, length, most in (("s", 1, 120), ("min", 60, 7200)) if seconds < most), ("h", 3600))
    return say(language, f"stations.span.{unit}", count=seconds // length)


def _version(version: str | None, language: str) -> str:
    if version is None:
        return say(language, "stations.not-known")
    return version if version == __version__ else say(language, "stations.version.other", version=version, hub=__version__)


def _moment(at: datetime | None) -> str:
    return "" if at is None else moment(at)
