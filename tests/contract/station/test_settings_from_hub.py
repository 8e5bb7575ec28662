"""What a station does with settings from the hub while it works: on ptys, with a broker in memory."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

import pytest
import serial

from broker.codec import decode
from broker.messages import SettingsState, StationState
from station import changing, trial
from station.kept_settings import Kept, Sent, SettingsKeeper
from station.settings import StationFile
from tests.contract.station.conftest import ROOT, Bench, Running
from tests.support.brokers import until
from tests.support.ptys import PtyScanner

STATE = ROOT.topic("state", station="main-1")
BARCODE = "30000000000017"


def state_of(bench: Bench) -> StationState:
    """What is retained now."""
    state = decode(StationState, bench.broker.retained[STATE])
    assert isinstance(state, StationState)
    return state


def settings_of(bench: Bench) -> tuple[int | None, SettingsState | None]:
    """The version in force, and what the state says of settings."""
    state = state_of(bench)
    return state.settings_version, state.settings


def kept_by(bench: Bench) -> Kept:
    """What lies beside the journal."""
    return SettingsKeeper(bench.folder / "journal.db").read()


def the_pty(bench: Bench, **more: Any) -> dict[str, Any]:
    """A setup with the scanner there is, set up otherwise."""
    return {"scanner": [{"kind": "serial", "path": str(bench.pty.path), "name": "pty"} | more]}


async def in_force(bench: Bench, version: int) -> None:
    """Wait until a version is in force."""
    await until(lambda: settings_of(bench) == (version, SettingsState(source="hub")), f"version {version}", but=lambda: state_of(bench))


async def tried(station: Running) -> None:
    """Wait until the new settings are on trial and in use."""
    await until(lambda: station.agent._changing._trial is not None, "the trial")
    await until(lambda: station.agent._changing.now != station.agent._changing._file, "the new settings in use")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial ends within a moment."""
    monkeypatch.setattr(trial, "SETTLED_NS", 50_000_000)
    monkeypatch.setattr(trial, "LIMIT_NS", 300_000_000)
    monkeypatch.setattr(changing, "LOOK_EVERY_S", 0.01)


async def test_framing_and_prefix_change_without_a_restart_and_a_scan_proves_them(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: len(bench.hub.barcodes) == 1, "a scan by the old settings")
    bench.hub.say_settings("main-1", 2, the_pty(bench, framing="stx", prefix="~"))
    await tried(station)
    assert kept_by(bench).trying is not None
    bench.pty.write(b"\x02~" + BARCODE.encode() + b"\x03")
    await in_force(bench, 2)
    assert bench.hub.barcodes == [BARCODE, BARCODE]
    assert kept_by(bench) == Kept(good=Sent(version=2, setup_version=2, setup=the_pty(bench, framing="stx", prefix="~")))
    words = [note["words"] for note in station.shown("note") if note["kind"] == "settings"]
    assert words == ["New settings from the hub are being tried (version 2).", "Settings from the hub are in force (version 2)."]


@pytest.mark.usefixtures("soon")
async def test_scanners_that_stay_open_prove_them_too(bench: Bench) -> None:
    await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, prefix="~"))
    await in_force(bench, 2)


async def test_half_a_scan_in_hand_is_finished_by_the_old_settings(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"3000000")
    await until(lambda: station.half_a_scan == b"3000000", "half a scan")
    bench.hub.say_settings("main-1", 2, the_pty(bench, framing="stx"))
    await until(lambda: station.agent._changing._trial is not None, "the trial")
    bench.pty.write(b"0000017\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "the scan in hand")
    await until(lambda: any(note["kind"] == "settings" for note in station.shown("note")), "the desk to hear of the trial")
    # It came by the old settings, and proves nothing of the new ones.
    trial = station.agent._changing._trial
    assert trial is not None
    assert not trial.scanned
    bench.pty.write(b"\x02" + BARCODE.encode() + b"\x03")
    await in_force(bench, 2)
    assert (bench.hub.barcodes, bench.hub.faults) == ([BARCODE, BARCODE], [])


async def test_scans_that_pour_in_while_settings_change_are_all_taken_once(bench: Bench) -> None:
    station = await bench.online()
    sent = [f"3000000000{number:04}" for number in range(200)]

    async def pour() -> None:
        for number, barcode in enumerate(sent):
            bench.pty.write(barcode.encode() + b"\r")
            if number % 20 == 10:
                bench.hub.say_settings("main-1", 2 + number, the_pty(bench, max_length=100 + number, suffix=f"x{number}"))
            await asyncio.sleep(0.002)

    await pour()
    await until(lambda: len(bench.hub.barcodes) == len(sent), "all scans", but=lambda: len(bench.hub.barcodes))
    assert (bench.hub.barcodes, bench.hub.faults) == (sent, [])
    assert station.shown("fault") == []


async def test_bad_settings_are_refused_with_the_key_and_what_to_do_and_nothing_changes(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, framng="stx"))
    why = "scanner[1].framng: unknown key: remove it or correct its name."
    await until(lambda: settings_of(bench)[1] == SettingsState(source="file", refused=2, why=why), "the refusal")
    assert settings_of(bench)[0] != 2
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "a scan by the old settings")
    problems = [note["words"] for note in station.shown("note") if note["kind"] == "problem"]
    assert problems == [f"Settings from the hub (version 2) are not in force: {why}"]


@pytest.mark.usefixtures("soon")
async def test_settings_that_leave_no_scanner_open_are_taken_back(bench: Bench) -> None:
    await bench.online()
    bench.hub.say_settings("main-1", 2, {"scanner": [{"kind": "serial", "path": "/dev/serial/by-id/usb-Not_There"}]})
    await until(lambda: (settings_of(bench)[1] or SettingsState(source="file")).refused == 2, "the old ones to be back")
    why = str((settings_of(bench)[1] or SettingsState(source="hub")).why)
    assert "no scanner could be opened: usb-Not_There: /dev/serial/by-id/usb-Not_There is not there" in why
    await until(lambda: [each.name for each in state_of(bench).scanners if each.present] == ["pty"], "the old scanner")
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "a scan by the old settings")
    # Sent again by a desk that moved, they are not tried again; set again, they are.
    setup = {"scanner": [{"kind": "serial", "path": "/dev/serial/by-id/usb-Not_There"}]}
    bench.hub.say_settings("main-1", 3, setup, setup_version=2)
    await until(lambda: (settings_of(bench)[1] or SettingsState(source="file")).refused == 3, "the same word")
    assert kept_by(bench).trying is None
    bench.hub.say_settings("main-1", 4, setup)
    await until(lambda: kept_by(bench).trying is not None, "another trial")


@pytest.mark.usefixtures("soon")
async def test_one_scanner_of_two_is_enough_and_the_other_is_reported_missing(bench: Bench) -> None:
    await bench.online()
    two = the_pty(bench)["scanner"] + [{"kind": "serial", "path": "/dev/serial/by-id/usb-Not_There"}]
    bench.hub.say_settings("main-1", 2, {"scanner": two})
    await in_force(bench, 2)
    assert {each.name: each.present for each in state_of(bench).scanners} == {"pty": True, "usb-Not_There": False}


@pytest.mark.usefixtures("soon")
async def test_where_no_scanner_was_before_none_is_no_worse(bench: Bench) -> None:
    bench.pty.unplug()
    await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, prefix="~"))
    await in_force(bench, 2)


async def test_a_station_killed_in_the_middle_of_a_trial_comes_up_with_the_old_settings(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, framing="stx"))
    await tried(station)
    await station.kill()
    again = bench.start_station()
    await until(lambda: (settings_of(bench)[1] or SettingsState(source="hub")).refused == 2, "the refusal")
    assert "the station ended while it tried them" in str((settings_of(bench)[1] or SettingsState(source="hub")).why)
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "a scan by the old settings")
    # What the broker kept came with the connect, and is not tried again.
    assert again.agent._changing._trial is None


async def test_a_station_stopped_in_the_middle_of_a_trial_tries_again(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, framing="stx"))
    await tried(station)
    await station.stop()
    assert kept_by(bench).trying is None
    again = bench.start_station()
    await tried(again)
    bench.pty.write(b"\x02" + BARCODE.encode() + b"\x03")
    await in_force(bench, 2)


async def test_with_the_hub_away_the_last_good_settings_are_in_force_at_the_start(bench: Bench) -> None:
    setup = the_pty(bench, framing="stx")
    SettingsKeeper(bench.folder / "journal.db").write(Kept(good=Sent(version=5, setup_version=5, setup=setup)))
    station = bench.start_station()
    await until(lambda: bool(station.announced), "the start")
    bench.pty.write(b"\x02" + BARCODE.encode() + b"\x03")
    await until(lambda: bool(station.shown("waiting")), "a scan by the hub's settings")
    assert station.shown("fault") == []
    await bench.start_hub()
    await until(lambda: bench.hub.barcodes == [BARCODE], "the scan to be taken")
    await in_force(bench, 5)


async def test_of_two_quick_changes_the_last_counts(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, framing="stx", prefix="a"))
    await until(lambda: station.agent._changing._trial is not None, "the first trial")
    bench.hub.say_settings("main-1", 3, the_pty(bench, framing="stx", prefix="b"))
    bench.hub.say_settings("main-1", 4, the_pty(bench, prefix="c"))
    await until(lambda: (kept_by(bench).trying or Sent(version=1, setup_version=1, setup={})).version == 4, "the last one")
    await until(lambda: station.agent._changing.now.scanner[0].prefix == "c", "the last one in use")
    bench.pty.write(b"c" + BARCODE.encode() + b"\r")
    await in_force(bench, 4)
    assert bench.hub.barcodes == [BARCODE]


async def test_a_hub_restored_from_a_backup_counts_lower_and_is_followed(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 9, the_pty(bench, prefix="a"))
    await tried(station)
    bench.pty.write(b"a" + BARCODE.encode() + b"\r")
    await in_force(bench, 9)
    bench.hub.say_settings("main-1", 4, the_pty(bench, prefix="b"))
    await until(lambda: station.agent._changing.now.scanner[0].prefix == "b", "the older number in use")
    bench.pty.write(b"b" + BARCODE.encode() + b"\r")
    await in_force(bench, 4)


@pytest.mark.usefixtures("soon")
async def test_settings_taken_away_leave_the_file_alone(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, prefix="~"))
    await in_force(bench, 2)
    bench.hub.say_settings("main-1", 3, {})
    await until(lambda: settings_of(bench) == (3, SettingsState(source="file")), "the file alone")
    assert station.agent._changing.now == bench.settings
    assert kept_by(bench) == Kept()


@pytest.mark.usefixtures("soon")
async def test_an_older_hub_says_nothing_of_settings_and_takes_none_away(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, prefix="~"))
    await in_force(bench, 2)
    bench.hub.say_settings("main-1", 3)
    bench.hub.say_settings("main-1", 4, the_pty(bench, prefix="~"), setup_version=2)
    await in_force(bench, 4)
    bench.hub.say_settings("main-1", 5)
    bench.pty.write(b"~" + BARCODE.encode() + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "a scan by the hub's settings")
    assert station.agent._changing.now.scanner[0].prefix == "~"
    assert settings_of(bench)[0] == 4


async def test_a_desk_is_named_once_and_again_when_it_is_another(bench: Bench) -> None:
    station = await bench.online()
    for version in (2, 3):
        bench.hub.say_settings("main-1", version)
    await until(lambda: state_of(bench).settings_version == 3, "both")
    assert [note["words"] for note in station.shown("note") if note["kind"] == "ready"] == ["Desk: Main desk"]


async def test_a_file_that_stands_alone_refuses_them_and_says_why(bench: Bench) -> None:
    bench.more = {"settings_from": "file"}
    await bench.online()
    bench.hub.say_settings("main-1", 2, the_pty(bench, framing="stx"))
    await until(lambda: (settings_of(bench)[1] or SettingsState(source="hub")).refused == 2, "the refusal")
    assert 'station.toml says settings_from = "file"' in str((settings_of(bench)[1] or SettingsState(source="hub")).why)
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "a scan by the file")


async def test_another_device_is_opened_and_the_first_let_go(bench: Bench, tmp_path: Path) -> None:
    station = await bench.online()
    with PtyScanner(tmp_path / "usb-Other") as other:
        bench.more = {"scanner": [*the_pty(bench)["scanner"], {"kind": "serial", "path": str(other.path), "name": "other"}]}
        await station.stop()
        station = bench.start_station()
        await until(lambda: [each.present for each in state_of(bench).scanners] == [True, True], "both")
        bench.hub.say_settings("main-1", 2, {"scanner": [{"kind": "serial", "path": str(other.path), "name": "other", "suffix": "!"}]})
        await until(lambda: [each.name for each in state_of(bench).scanners] == ["other"], "only the other one")
        other.write(BARCODE.encode() + b"!\r")
        await in_force(bench, 2)
        assert bench.hub.barcodes == [BARCODE]
        # The first one's port is free: somebody else may have it for themselves.
        serial.Serial(str(bench.pty.path), exclusive=True).close()


async def test_the_desk_gets_what_the_hub_sets_of_language_and_printer(bench: Bench) -> None:
    around: list[tuple[str, bool]] = []
    bench.surround = lambda settings: around.append((settings.language, settings.printer is not None))
    await bench.online()
    bench.hub.say_settings("main-1", 2, {"language": "de", "printer": {"kind": "lp"}})
    await until(lambda: around == [("de", True)], "the desk to hear of it")


async def test_sounds_that_cannot_be_had_leave_the_scanners_as_they_were(bench: Bench, tmp_path: Path) -> None:
    def surround(settings: StationFile) -> None:
        if settings.sounds is not None:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    bench.surround = surround
    with PtyScanner(tmp_path / "another") as another:
        await bench.online()
        elsewhere = {"scanner": [{"kind": "serial", "path": str(another.path.resolve()), "name": "pty"}]}
        bench.hub.say_settings("main-1", 2, elsewhere | {"sounds": {"output": "bell"}})
        await until(lambda: settings_of(bench)[1] is not None and settings_of(bench)[1].refused == 2, "the refusal")  # type: ignore[union-attr]
        bench.pty.write(BARCODE.encode() + b"\r")
        await until(lambda: bench.hub.barcodes == [BARCODE], "a scan of the scanner there was")
