"""A systems librarian sets a station from the hub: real programs, a real broker, a scanner on a pseudo-terminal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from station.kept_settings import Kept, SettingsKeeper
from tests.support.house import House, Station
from tests.support.programs import LIMIT_S, script, wait_for

STX = {"framing": "stx", "prefix": "~"}
GONE = {"scanner": [{"kind": "serial", "path": "/dev/serial/by-id/usb-Not_There"}]}


def scanner(station: Station, **more: Any) -> dict[str, Any]:
    """Give a setup with the scanner the station has, set up otherwise."""
    return {"scanner": [{"kind": "serial", "path": str(station.scanner.path), "name": "scanner"} | more]}


def set_(house: House, name: str, setup: dict[str, Any]) -> int:
    """Set it over HTTP and give the version."""
    answer = house.api.put(f"/stations/{name}/settings", json={"settings": setup, "actor": "Kim"})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["wanted"]["version"])


def settings_of(house: House, name: str) -> Any:
    """Give what the hub knows of a station's settings."""
    return house.get(f"/stations/{name}/settings")


def until_status(house: House, name: str, status: str) -> Any:
    """Wait for what became of them."""
    wait_for(lambda: settings_of(house, name)["status"] == status, f"the settings of {name} to be {status}")
    return settings_of(house, name)


def send(station: Station, data: bytes) -> None:
    """Scan, and wait until the desk is told."""
    before = station.answered
    station.scanner.write(data)
    wait_for(lambda: station.answered > before, f"{station.name} to be answered about {data!r}")


def kept_by(house: House, name: str) -> Kept:
    """Give what lies beside a station's journal."""
    return SettingsKeeper(house.data.stations / f"{name}.journal.db").read()


def holdshelf(house: House, *words: str, code: int = 0, program: str = "holdshelf") -> str:
    """Run one command and give what it said."""
    place = ["--data", str(house.data.path)] if program == "holdshelf" else []
    done = subprocess.run([script(program), *words, *place], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return (done.stdout + done.stderr).strip()


def test_framing_and_prefix_are_set_from_the_command_line_and_a_scan_proves_them(house: House, tmp_path: Path) -> None:
    station = house.station("main-1")
    station.scan("30000000000017")
    file = tmp_path / "stx.json"
    file.write_text(json.dumps(scanner(station, **STX)))
    said = holdshelf(house, "station", "settings", "main-1", "--set", str(file), "--actor", "Kim")
    assert "main-1  version" in said
    wait_for(lambda: kept_by(house, "main-1").trying is not None, "the trial")
    wait_for(lambda: bool(station.shown("note")[-1]["words"].startswith("New settings")), "the desk to hear of it")
    send(station, b"\x02~30000000000017\x03")
    found = until_status(house, "main-1", "in_force")
    assert (found["source"], found["in_force"]) == ("hub", found["version"])
    assert "in force" in holdshelf(house, "station", "settings", "main-1", "--show")
    check = holdshelf(house, "check", "--config", str(house.data.stations / "main-1.toml"), program="holdshelf-station", code=1)
    assert "in use by another program" in check


def test_one_finds_a_station_by_its_beep(house: House) -> None:
    station = house.station("east-1")
    station.scan("30000000000019")
    answer = house.api.post("/stations/east-1/identify")
    assert answer.status_code == 200, answer.text
    wait_for(lambda: station.shown("reply")[-1]["reply"]["rule"] == "identify", "the station to say where it is")
    assert station.shown("reply")[-1]["reply"]["message"] == "This is station east-1, East branch. Somebody is looking for it."
    station.scan("30000000000026")


def test_bad_settings_are_refused_and_reported_and_the_station_scans_on(house: House) -> None:
    station = house.station("east-1")
    set_(house, "east-1", scanner(station, framing="stx", idle_ms=50))
    found = until_status(house, "east-1", "refused")
    assert found["why"] == 'scanner[1]: idle_ms goes with framing = "idle" only: remove it, or change framing.'
    assert "settings of version" in holdshelf(house, "station", "list")
    station.scan("30000000000024")
    words = [note["words"] for note in station.shown("note") if note["kind"] == "problem"]
    assert "idle_ms goes with framing" in words[-1]


def test_a_device_that_is_not_there_is_taken_back(house: House) -> None:
    station = house.station("joint-1")
    station.scan("30000000000031")
    set_(house, "joint-1", GONE)
    until_status(house, "joint-1", "trying")
    found = until_status(house, "joint-1", "refused")
    assert "no scanner could be opened: usb-Not_There: /dev/serial/by-id/usb-Not_There is not there" in found["why"]
    # Opened again a moment ago, it may be in the middle of a scan: it is believed, and said to be there, after a silence.
    wait_for(lambda: [note["kind"] for note in station.shown("note")].count("scanner") == 2, "the scanner of before to be there")
    station.scan("30000000000032")


def test_a_station_killed_in_the_middle_of_a_trial_comes_up_with_the_old_ones(house: House) -> None:
    station = house.station("rs-1")
    station.scan("30000000000048")
    set_(house, "rs-1", scanner(station, framing="stx"))
    wait_for(lambda: kept_by(house, "rs-1").trying is not None, "the mark on the disk")
    station.kill()
    station.start()
    station.scan("30000000000049")
    found = until_status(house, "rs-1", "refused")
    assert "the station ended while it tried them" in found["why"]
    # Set again, they are tried again; and a scan proves them.
    set_(house, "rs-1", scanner(station, framing="stx"))
    wait_for(lambda: kept_by(house, "rs-1").trying is not None, "another trial")
    wait_for(lambda: station.shown("note")[-1]["words"].startswith("New settings"), "the desk to hear of it")
    send(station, b"\x0230000000000050\x03")
    until_status(house, "rs-1", "in_force")


def test_two_changes_quickly_end_with_the_last_and_one_can_go_back(house: House) -> None:
    station = house.station("main-1")
    first, second = set_(house, "main-1", scanner(station, prefix="a")), set_(house, "main-1", scanner(station, prefix="b"))
    assert second == first + 1
    wait_for(lambda: (kept := kept_by(house, "main-1").trying) is not None and kept.version == second, "the last one on trial")
    wait_for(lambda: station.shown("note")[-1]["words"].endswith(f"(version {second})."), "the desk to hear of it")
    send(station, b"b30000000000055\r")
    assert until_status(house, "main-1", "in_force")["in_force"] == second
    holdshelf(house, "station", "settings", "main-1", "--back")
    assert settings_of(house, "main-1")["wanted"]["settings"] == scanner(station, prefix="a")
    # Nothing is scanned: the scanner that stays open proves them after three seconds.
    until_status(house, "main-1", "in_force")
    send(station, b"a30000000000056\r")


def test_with_the_hub_away_a_station_starts_with_the_last_good_ones(house: House) -> None:
    station = house.station("main-1")
    wait_for(lambda: settings_of(house, "main-1")["status"] == "in_force", "settings in force")
    good = kept_by(house, "main-1").good
    assert good is not None
    assert good.setup == scanner(station, prefix="a")
    station.kill()
    house.kill_hub()
    station.start(wait_online=False)
    before = len(station.shown("waiting"))
    station.scanner.write(b"a30000000000063\r")
    wait_for(lambda: len(station.shown("waiting")) > before, "the scan to be stored")
    assert station.shown("waiting")[-1]["barcode"] == "30000000000063"
    # Set while the hub is away: by the database, and told at the hub's start.
    house.start_hub()
    wait_for(lambda: bool(house.query("SELECT 1 FROM scan WHERE barcode = '30000000000063'")), "the hub to take it")
    until_status(house, "main-1", "in_force")


def test_settings_set_while_no_hub_runs_are_told_at_its_start(house: House, tmp_path: Path) -> None:
    station = house.station("main-1")
    file = tmp_path / "de.toml"
    file.write_text('language = "de"\n')
    house.stop_hub()
    said = holdshelf(house, "station", "settings", "main-1", "--set", str(file))
    assert "not in force yet" in said
    assert "The hub does not run" in holdshelf(house, "station", "list")
    house.start_hub()
    until_status(house, "main-1", "in_force")
    # Its own file's framing again, and in German.
    station.scan("30000000000070")
    wait_for(lambda: "Einstellungen der Zentrale" in station.shown("note")[-1]["words"], "the desk in German")


def test_what_a_librarian_reads_of_the_stations(house: House) -> None:
    house.station("main-1")
    set_(house, "main-1", {"language": "de"})
    until_status(house, "main-1", "in_force")
    lines = {line.split(" ")[0]: line for line in holdshelf(house, "station", "list").splitlines() if not line.startswith(" ")}
    assert "online since" in lines["main-1"]
    assert "no scan waits" in lines["main-1"]
    assert "disk" in lines["main-1"]
    told = json.loads(holdshelf(house, "station", "list", "--json"))
    state = next(each for each in told if each["name"] == "main-1")["state"]
    assert (state["v"], state["settings"]["source"]) == (2, "hub")
    assert "only language, scanner" in holdshelf(house, "station", "settings", "main-1", "--set", str(house.data.hub_toml), code=1)
