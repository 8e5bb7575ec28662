"""The loop that is held up, the database that cannot be written, the parts that are late: each is told, and over when it is over."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from datetime import datetime, timedelta

import pytest

from hub.store.database import open_reader
from hub.watch.disk import LITTLE_BYTES, DiskWatch, Room
from hub.watch.loop import LoopWatch
from hub.watch.parts import PartsWatch
from hub.watch.problem import Kind
from tests.support.desks import Library
from tests.support.roads import shelved
from tests.support.web import until


async def test_a_loop_that_was_held_up_is_told_with_its_place_and_then_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    watch = LoopWatch(tick_s=0.02, late_s=0.2, told_s=0.5)
    running = asyncio.create_task(watch.run())
    await until(lambda: watch.worst_s() > 0)
    assert watch.problem is None
    # The one thing that is tested here is what holds up a loop.
    time.sleep(0.4)  # noqa: ASYNC251
    await until(lambda: watch.problem is not None, 0.4)
    assert watch.problem is not None
    assert watch.problem.kind is Kind.LOOP
    assert watch.problem.stops_scans
    await until(lambda: watch.problem is None)
    assert watch.worst_s() > 0.2
    [record] = caplog.records
    assert "test_loop_disk_parts.py" in vars(record)["at"]
    running.cancel()


def _disk(library: Library, trouble: str | None = None) -> DiskWatch:
    return DiskWatch(library.connection, library.database, trouble=lambda: trouble, quiet_s=30)


def test_a_hub_that_writes_is_not_asked_to_write_more(library: Library) -> None:
    watch = _disk(library)
    for second in range(0, 200, 5):
        library.scan("rs-1", "30000000000996", after_s=5)
        watch.try_to_write(second)
    assert library.rows("PRAGMA user_version") == [(0,)]
    for second in range(200, 300, 5):
        watch.try_to_write(second)
    assert library.rows("PRAGMA user_version") == [(3,)]
    assert watch.problem is None


def test_a_quiet_hub_finds_that_its_database_cannot_be_written_and_that_it_can_again(library: Library) -> None:
    watch = _disk(library)
    watch.try_to_write(0)
    other = sqlite3.connect(library.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    watch.try_to_write(31)
    assert time.monotonic() - began < 1
    assert watch.problem is not None
    assert (watch.problem.kind, watch.problem.stops_scans) == (Kind.DATABASE, True)
    assert "database is locked" in watch.problem.says
    other.execute("ROLLBACK")
    other.close()
    watch.try_to_write(36)
    assert watch.problem is None
    assert library.rows("PRAGMA busy_timeout") == [(5000,)]


def test_a_database_that_is_read_only_is_told(library: Library) -> None:
    library.connection.execute("PRAGMA query_only=ON")
    watch = _disk(library)
    watch.try_to_write(0)
    watch.try_to_write(31)
    assert watch.problem is not None
    assert "cannot be written" in watch.problem.says
    library.connection.execute("PRAGMA query_only=OFF")
    watch.try_to_write(36)
    assert watch.problem is None


@pytest.mark.parametrize(
    ("free", "kind"), [(LITTLE_BYTES, None), (LITTLE_BYTES - 1, Kind.DISK), (1 << 20, Kind.DISK), ((1 << 20) - 1, Kind.DATABASE)]
)
def test_little_room_is_a_warning_and_none_is_the_end(library: Library, free: int, kind: Kind | None) -> None:
    watch = _disk(library)
    watch.room = Room(free, 1 << 40, 0, 0)
    assert (watch.problem.kind if watch.problem is not None else None) == kind
    assert "/" not in (watch.problem.says if watch.problem is not None else "")


def test_what_the_inbox_met_goes_first(library: Library) -> None:
    watch = _disk(library, "The database cannot be written (disk full).")
    assert watch.problem is not None
    assert watch.problem.says == "The database cannot be written (disk full)."


async def test_the_room_is_measured(library: Library) -> None:
    watch = _disk(library)
    running = asyncio.create_task(watch.run())
    await until(lambda: watch.room is not None)
    running.cancel()
    assert watch.room is not None
    assert watch.room.database == library.database.stat().st_size
    assert watch.room.log > 0
    assert 0 < watch.room.free <= watch.room.size


class Parts:
    """The parts of a hub that began with the library's first hour."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.looked_at: datetime | None = None
        self.reader = open_reader(library.database)
        self.watch = PartsWatch(self.reader, now=lambda: library.now, clock_looked_at=lambda: self.looked_at)

    async def kinds_after(self, **time_: float) -> list[Kind]:
        """Let time go by while nothing works; give what is late then."""
        running = asyncio.create_task(self.watch.run())
        await until(lambda: self.watch._waiting.letter is not None)
        self.library.now += timedelta(**time_)
        found = list(self.watch.problems())
        running.cancel()
        self.reader.close()
        assert not any(problem.stops_scans for problem in found)
        return [problem.kind for problem in found]


@pytest.mark.parametrize(
    ("minutes", "late"),
    [
        (0.9, []),
        (1.1, [Kind.DASHBOARDS]),
        (5.1, [Kind.CLOCK, Kind.DASHBOARDS]),
        (11.1, [Kind.CLOCK, Kind.DASHBOARDS, Kind.PATRONS]),
    ],
)
async def test_parts_that_do_nothing_are_late_one_after_the_other(library: Library, minutes: float, late: list[Kind]) -> None:
    shelved(library)
    library.now += timedelta(minutes=1)
    assert await Parts(library).kinds_after(minutes=minutes) == late


async def test_what_waited_while_the_hub_was_away_is_not_late(library: Library) -> None:
    shelved(library)
    library.now += timedelta(days=2)
    parts = Parts(library)
    parts.looked_at = library.now
    assert await parts.kinds_after(minutes=0.5) == []
