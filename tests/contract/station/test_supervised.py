"""The station as systemd runs it: it says when it is ready and how it is, and ceases to say that it works when it does not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from tests.support.brokers import free_port
from tests.support.notify import Manager
from tests.support.programs import Program, part_of, wait_for
from tests.support.ptys import PtyScanner

WATCHDOG_S = 1.5


def settings(folder: Path, scanner: str, *, journal: Path | None = None) -> Path:
    """Write a station.toml with a broker that is not there."""
    file = folder / "station.toml"
    lines = ['station = "front-1"', 'site = "main"', "[mqtt]", f"port = {free_port()}", 'password = "x"']
    lines += ["[journal]", f'path = "{journal or folder / "journal.db"}"', "[[scanner]]", scanner]
    file.write_text("\n".join(lines) + "\n")
    return file


@contextmanager
def supervised(config: Path, manager: Manager, **more: str) -> Iterator[Program]:
    with Program("holdshelf-station", "run", "--json", "--config", config, environment=manager.environment | more) as station:
        yield station


def serial(path: Path) -> str:
    return f'kind = "serial"\npath = "{path}"\nname = "pty"'


HID = 'kind = "hid"\nmatch = "usb-Nobody_Has_This_*"'


def test_a_station_that_is_offline_is_ready_and_works(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty, Manager(tmp_path, WATCHDOG_S) as manager:
        with supervised(settings(tmp_path, serial(pty.path)), manager):
            wait_for(lambda: bool(manager.said("READY")), "the station to be ready")
            manager.wait_status("Offline, nothing waits.")
            pty.write(b"A1\r")
            manager.wait_status("Offline, 1 scan waits for the hub.")
            manager.wait_pings(4)
        assert manager.said("STOPPING") == ["1"]
        pings = manager.pings()
        assert max(after - before for before, after in pairwise(pings)) < WATCHDOG_S


def test_a_scanner_that_is_not_there_is_in_the_status_and_no_reason_to_start_again(tmp_path: Path) -> None:
    with Manager(None, WATCHDOG_S) as manager, supervised(settings(tmp_path, serial(tmp_path / "unplugged")), manager):
        wait_for(lambda: bool(manager.said("READY")), "the station to be ready")
        manager.wait_status("not there: pty")
        manager.wait_pings(3)


def test_a_station_that_cannot_start_is_never_ready(tmp_path: Path) -> None:
    with Manager(tmp_path, WATCHDOG_S) as manager:
        program = Program("holdshelf-station", "run", "--config", tmp_path / "none.toml", environment=manager.environment)
        assert program.ended() == 1
        assert manager.heard == []


def test_a_program_that_stands_still_no_longer_says_that_it_works(tmp_path: Path) -> None:
    with Manager(tmp_path, WATCHDOG_S) as manager, supervised(settings(tmp_path, serial(tmp_path / "unplugged")), manager) as station:
        manager.wait_pings(2)
        station.process.send_signal(signal.SIGSTOP)
        try:
            manager.would_kill()
        finally:
            station.process.send_signal(signal.SIGCONT)
        manager.wait_pings(2)


def test_a_reader_of_keyboards_that_stands_still_is_the_end_of_the_station(tmp_path: Path) -> None:
    with Manager(tmp_path, WATCHDOG_S) as manager:
        station = Program("holdshelf-station", "run", "--config", settings(tmp_path, HID), environment=manager.environment)
        wait_for(lambda: reader_of(station) is not None, "the reader")
        manager.wait_pings(4)
        reader = reader_of(station)
        assert reader is not None
        reader.suspend()
        # No more than two rounds of ten seconds.
        assert station.ended(25) == 1
        assert "The reader of the keyboard scanners said nothing for 10 s" in station.err.tail()
        assert not psutil.pid_exists(reader.pid)
        before = len(manager.pings())
        manager.would_kill()
        assert len(manager.pings()) == before
        assert manager.said("STOPPING") == ["1"]


def test_a_reader_that_works_is_never_taken_for_one_that_does_not(tmp_path: Path) -> None:
    with Manager(tmp_path, WATCHDOG_S) as manager, supervised(settings(tmp_path, HID), manager):
        # Longer than a reader may be silent.
        manager.wait_pings(30, limit_s=30)
        manager.wait_status("not there: usb-Nobody_Has_This_*")


def test_what_systemd_kills_says_in_the_log_where_it_stood(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty, Manager(tmp_path, WATCHDOG_S) as manager:
        config = settings(tmp_path, serial(pty.path))
        station = Program("holdshelf-station", "run", "--config", config, environment=manager.environment | {"PYTHONFAULTHANDLER": "1"})
        manager.wait_pings(3)
        station.send(signal.SIGABRT)
        assert station.ended() == -signal.SIGABRT
        assert "Fatal Python error: Aborted" in station.err.all()
        assert any("base_events.py" in line for line in station.err.all())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, which can be frozen."""
    if os.geteuid() != 0 or shutil.which("fsfreeze", path="/usr/sbin:/sbin") is None:
        pytest.skip("needs root and fsfreeze: a file system is mounted and frozen")
    image, folder = tmp_path / "disk", tmp_path / "mounted"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    subprocess.run(["/sbin/mkfs.ext4", "-q", image], check=True)
    if subprocess.run(["mount", "-o", "loop", image, folder], check=False, capture_output=True).returncode != 0:
        pytest.skip("needs a loop device: a file system is mounted and frozen")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_never_answers_stops_the_pings_and_costs_no_scan(tmp_path: Path, disk: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty, Manager(tmp_path, WATCHDOG_S) as manager:
        config = settings(tmp_path, serial(pty.path), journal=disk / "journal.db")
        with supervised(config, manager):
            manager.wait_pings(2)
            subprocess.run(["/sbin/fsfreeze", "--freeze", disk], check=True)
            try:
                # The loop stands in this scan's commit, as on a memory card that has died.
                pty.write(b"A1\r")
                manager.would_kill()
            finally:
                subprocess.run(["/sbin/fsfreeze", "--unfreeze", disk], check=True)
            manager.wait_status("Offline, 1 scan waits for the hub.")
            manager.wait_pings(2)


def test_a_full_disk_is_said_once_and_waited_out(tmp_path: Path, small_disk: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty, Manager(tmp_path, WATCHDOG_S) as manager:
        config = settings(tmp_path, serial(pty.path), journal=small_disk / "journal.db")
        with supervised(config, manager) as station:
            manager.wait_status("Offline, nothing waits.")
            fill(small_disk / "filler")
            scan_until(station, pty, "not_stored")
            manager.wait_status("Nothing can be stored: the disk is full")
            manager.wait_pings(4)
            # As long as the disk is full nobody says that it is not.
            assert not any('"kind": "storing"' in line for line in station.out.all())
            (small_disk / "filler").unlink()
            station.out.wait('"kind": "storing"')
            pty.write(b"A1\r")
            manager.wait_status("for the hub.")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", folder], check=False).returncode != 0:
        pytest.skip("needs root: a small file system is mounted")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(file: Path) -> None:
    """Take all the room there is."""
    with file.open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(1024))
        except OSError:
            return


def scan_until(station: Program, pty: PtyScanner, event: str) -> None:
    """Scan until the desk is told this: what the journal has taken already of its disk is used up first."""

    def seen() -> bool:
        pty.write(b"30000000000012\r")
        return any(f'"event": "{event}"' in line for line in station.out.all())

    wait_for(seen, event)


def reader_of(station: Program) -> psutil.Process | None:
    return part_of(station, "station.scanners.reader")
