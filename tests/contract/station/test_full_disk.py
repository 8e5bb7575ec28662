"""A station whose disk takes nothing, or fails."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from station.errors import StationError
from tests.contract.station.conftest import Bench, Running
from tests.contract.station.test_agent import replies, state_of
from tests.support.brokers import until


class _FullDisk:
    """A database connection whose commits fail while the disk is full."""

    def __init__(self, real: sqlite3.Connection, code: int) -> None:
        self._real = real
        self.code: int | None = code

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT" and self.code is not None:
            error = sqlite3.OperationalError("made to fail")
            error.sqlite_errorcode = self.code
            raise error
        return self._real.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def failing_disk(station: Running, code: int) -> _FullDisk:
    journal = station.agent._journal
    disk = _FullDisk(journal._db, code)
    journal._db = disk  # type: ignore[assignment]  # stands in for a disk
    return disk


async def test_a_full_disk_shows_red_takes_nothing_and_comes_back_by_itself(bench: Bench) -> None:
    station = await bench.online()
    disk = failing_disk(station, sqlite3.SQLITE_FULL)
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


async def test_a_full_disk_is_no_ack_for_the_scanner(bench: Bench) -> None:
    bench.more = {"scanner": [{"kind": "serial", "path": str(bench.pty.path), "name": "pty", "framing": "stx", "answer": True}]}
    station = await bench.online()
    disk = failing_disk(station, sqlite3.SQLITE_FULL)
    bench.pty.write(b"\x02A1\x03")
    await until(lambda: bool(station.shown("not_stored")), "the red line")
    disk.code = None
    bench.pty.write(b"\x02A1\x03")
    await replies(station, 1)
    await until(lambda: bool(bench.pty.heard), "the ACK")
    assert bench.pty.heard == b"\x06"


async def test_a_failing_disk_ends_the_program_at_once(bench: Bench) -> None:
    station = await bench.online()
    disk = failing_disk(station, sqlite3.SQLITE_IOERR_FSYNC)
    bench.pty.write(b"A1\r")
    await until(station.task.done, "the station to end")
    disk.code = None
    with pytest.raises(StationError, match="check the disk"):
        station.task.result()
    assert bench.hub.scans == []
