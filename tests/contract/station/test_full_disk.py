"""A station whose disk takes nothing, or fails."""

from __future__ import annotations

import sqlite3

import pytest

from station.errors import StationError
from station.journal import Lane
from tests.contract.station.conftest import Bench
from tests.contract.station.test_agent import replies, state_of
from tests.support.brokers import until
from tests.support.failing_disk import FailingDisk


async def test_a_full_disk_shows_red_takes_nothing_and_comes_back_by_itself(bench: Bench) -> None:
    station = await bench.online()
    disk = FailingDisk(station.agent._journal, sqlite3.SQLITE_FULL)
    bench.pty.write(b"A1\r")
    await until(lambda: bool(station.shown("not_stored")), "the red line")
    await until(lambda: state_of(bench).problem is not None, "the problem in the state")
    assert "the disk is full" in str(state_of(bench).problem)
    disk.code = None
    await until(lambda: any(note["kind"] == "storing" for note in station.shown("note")), "the good news")
    bench.pty.write(b"A2\r")
    await replies(station, 1)
    assert [(scan.seq, scan.barcode) for scan in bench.hub.scans] == [(1, "A2")]
    await until(lambda: state_of(bench).problem is None, "the problem to go")


async def test_a_full_disk_is_said_before_the_next_scan_finds_out(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    disk = FailingDisk(station.agent._journal, sqlite3.SQLITE_FULL)
    # As a hub that was put back from a backup says it.
    station.agent._journal.confirm(Lane.SCANS, 0)
    await until(lambda: any("No scan is accepted" in str(note) for note in station.shown("note")), "the problem")
    assert station.shown("not_stored") == []
    disk.code = None
    await until(lambda: any(note["kind"] == "storing" for note in station.shown("note")), "the good news")


async def test_a_full_disk_is_no_ack_for_the_scanner(bench: Bench) -> None:
    bench.more = {"scanner": [{"kind": "serial", "path": str(bench.pty.path), "name": "pty", "framing": "stx", "answer": True}]}
    station = await bench.online()
    disk = FailingDisk(station.agent._journal, sqlite3.SQLITE_FULL)
    bench.pty.write(b"\x02A1\x03")
    await until(lambda: bool(station.shown("not_stored")), "the red line")
    disk.code = None
    bench.pty.write(b"\x02A1\x03")
    await replies(station, 1)
    await until(lambda: bool(bench.pty.heard), "the ACK")
    assert bench.pty.heard == b"\x06"


async def test_a_failing_disk_ends_the_program_at_once(bench: Bench) -> None:
    station = await bench.online()
    disk = FailingDisk(station.agent._journal, sqlite3.SQLITE_IOERR_FSYNC)
    bench.pty.write(b"A1\r")
    await until(station.task.done, "the station to end")
    disk.code = None
    with pytest.raises(StationError, match="check the disk"):
        station.task.result()
    assert bench.hub.scans == []
