"""What a systems librarian does with stations from the command line: look at them, and set what can be set from here."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from hub.ask_hub import ask
from hub.errors import ConfigError
from hub.flows.set_station import set_station, set_station_back
from hub.office import Office, plain
from hub.store.database import transaction
from hub.store.pages.books import StationView, stations
from hub.store.pages.cursor import Page
from hub.store.pages.station_settings import SettingsView, settings_of
from hub.where import settings_file

MOST = 500
MB = 1_000_000
CLOCK_WORTH_SAYING_MS = 2000
STATUS = {
    "not_set": "nothing is set from here: the station's own station.toml is in force",
    "waiting": "not in force yet: the station is away, or has not answered yet",
    "trying": "the station is trying them now",
    "in_force": "in force",
    "refused": "refused, those before are in force",
    "too_old": "the station cannot take them",
}


class StationDesk(Office):
    """One command's settings, and the hub or the database it works with."""

    def every(self) -> list[dict[str, Any]]:
        """Give all stations as HTTP gives them."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self._page(cursor)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    def _page(self, cursor: str | None) -> dict[str, Any]:
        query = f"?limit={MOST}" + (f"&cursor={cursor}" if cursor else "")
        answer: dict[str, Any] | None = ask(self.settings, self.folder, "GET", f"/stations{query}")
        if answer is None:
            self._say_that_it_is_old()
            return plain(Page[StationView], self.read(lambda connection: stations(connection, MOST, cursor)))
        return answer

    def settings_of(self, name: str) -> dict[str, Any]:
        """Give what was set of a station, and what became of it."""
        answer: dict[str, Any] | None = ask(self.settings, self.folder, "GET", f"/stations/{name}/settings")
        if answer is None:
            self._say_that_it_is_old()
            return plain(SettingsView, self.read(lambda connection: settings_of(connection, name)))
        return answer

    @staticmethod
    def _say_that_it_is_old() -> None:
        print("The hub does not run: this is what it knew of the stations when it ended.", file=sys.stderr)

    def set(self, name: str, setup: dict[str, Any], actor: str, version: int | None) -> None:
        """Set this of a station."""
        told = {"settings": setup, "actor": actor, "version": version}
        if ask(self.settings, self.folder, "PUT", f"/stations/{name}/settings", told) is None:
            with self.database() as connection, transaction(connection):
                set_station(connection, name, setup, actor=actor, version=version, now=datetime.now(UTC))

    def back(self, name: str, to: int | None, actor: str, version: int | None) -> None:
        """Set once more what was set before."""
        told = {"to": to, "actor": actor, "version": version}
        if ask(self.settings, self.folder, "POST", f"/stations/{name}/settings/back", told) is None:
            with self.database() as connection, transaction(connection):
                set_station_back(connection, name, to, actor=actor, version=version, now=datetime.now(UTC))


def list_stations(options: argparse.Namespace) -> int:
    """Print each station and how it is."""
    desk = StationDesk(settings_file(options))
    found = desk.every()
    zone = desk.settings.site_rules().zone
    print(json.dumps(found, indent=2, ensure_ascii=False) if options.json else "\n".join(line_of(each, zone) for each in found))
    return 0


def settings(options: argparse.Namespace) -> int:
    """Set, take back or show what was set of a station."""
    desk = StationDesk(settings_file(options))
    if options.set is not None:
        desk.set(options.name, setup_in(options.set), options.actor, options.version)
    elif options.back:
        desk.back(options.name, options.to, options.actor, options.version)
    found = desk.settings_of(options.name)
    print(json.dumps(found, indent=2, ensure_ascii=False) if options.json else shown(found, desk.settings.site_rules().zone))
    return 0


def setup_in(file: Path) -> dict[str, Any]:
    """Give what a file sets: TOML with the sections of station.toml, or the same as JSON (.json)."""
    try:
        text = file.read_text(encoding="utf-8")
        found = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The file {file} cannot be read ({error}): give one with the sections to set.") from error
    except ValueError as error:
        raise ConfigError(f"{file} is not valid {'JSON' if file.suffix == '.json' else 'TOML'}: {error}.") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{file} holds no sections: write language, scanner, sounds, light, printer as in station.toml.")
    return found


def line_of(station: dict[str, Any], zone: tzinfo) -> str:
    """Give one station in one line for a person."""
    state: dict[str, Any] = station["state"] or {}
    if not state:
        return f"{station['name']} at {station['desk']}: was never there"
    # Its last will was written when it connected; when that was heard, it went.
    since = state["born_at"] if station["online"] else station.get("seen_at") or state["at"]
    parts = [f"{'online' if station['online'] else 'offline'} since {_time(since, zone)}", *_queue(state, zone)]
    parts += [f"scanner {each['name']} missing" for each in state.get("scanners", ()) if not each["present"]]
    if (free := state.get("disk_free_bytes")) is not None:
        parts.append(f"disk {_size(free)} free" + (" (too little)" if state.get("disk_low") else ""))
    if abs(offset := station["clock_offset_ms"] or 0) >= CLOCK_WORTH_SAYING_MS:
        parts.append(f"its clock is {abs(offset) / 1000:.0f} s {'behind' if offset > 0 else 'ahead'}")
    if kinds := state.get("faults_by_kind"):
        parts.append("faults: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    if refused := (state.get("settings") or {}).get("refused"):
        parts.append(f"settings of version {refused} refused")
    problem = f"\n  {state['problem']}" if state.get("problem") and station["online"] else ""
    return f"{station['name']} at {station['desk']}: {', '.join(parts)}{problem}"


def _queue(state: dict[str, Any], zone: tzinfo) -> list[str]:
    if not state.get("waiting"):
        return ["no scan waits"]
    oldest = f", oldest {_time(state['oldest_waiting_at'], zone)}" if state.get("oldest_waiting_at") else ""
    return [f"{state['waiting']} {'scan' if state['waiting'] == 1 else 'scans'} waiting{oldest}"]


def _time(text: str, zone: tzinfo) -> str:
    """Give a moment as a clock on the wall there shows it; the day where it is not today."""
    moment = datetime.fromisoformat(text).astimezone(zone)
    return f"{moment:%H:%M}" if moment.date() == datetime.now(zone).date() else f"{moment:%Y-%m-%d %H:%M}"


def _size(free: int) -> str:
    return f"{free / MB / 1000:.1f} GB" if free >= 1000 * MB else f"{free // MB} MB"


def shown(found: dict[str, Any], zone: tzinfo) -> str:
    """Give a station's settings in a few lines for a person."""
    status = STATUS[found["status"]]
    lines = [f"{found['station']}  version {found['version']}: {status}"]
    if found["why"]:
        lines.append(f"  {found['why']}")
    source = {"hub": "what was set here, over its station.toml", "file": "its station.toml alone", None: "not said yet"}[found["source"]]
    in_force = f"version {found['in_force']}, " if found["in_force"] else ""
    lines.append(f"  in force  {in_force}{source}")
    for each, what in [(found["wanted"], "wanted"), *((one, "earlier") for one in found["earlier"])]:
        if each is not None:
            text = json.dumps(each["settings"], ensure_ascii=False) if each["settings"] else "nothing: its station.toml alone"
            lines.append(f"  {what:<9} version {each['version']}, {_time(each['set_at'], zone)} by {each['set_by']}: {text}")
    return "\n".join(lines)
