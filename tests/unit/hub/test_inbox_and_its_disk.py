"""The inbox and a database that cannot be written: a full disk is waited for, a broken one ends the hub, nothing is lost by either."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from hub.errors import DataFolderError
from tests.support.desks import ONLY_SQLITE, Library
from tests.support.rig import LIMIT_S, Rig


@ONLY_SQLITE
async def test_a_full_disk_is_waited_for_and_nothing_is_acknowledged(rig: Rig) -> None:
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    payload = b"x" * 16_000
    for _ in range(5):
        rig.send("scan", payload)
    rig.scan(1)
    await rig.until(lambda: rig.inbox.problem is not None)
    assert "Make room on its disk" in str(rig.inbox.problem)
    assert rig.acknowledged == []
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: len(rig.replies()) == 1)
    assert rig.inbox.problem is None
    assert len(rig.acknowledged) == 6


@ONLY_SQLITE
async def test_a_scan_that_waited_for_room_is_placed_when_it_happened(rig: Rig) -> None:
    """Placed when there was room, a book was in time what it was not: a return was the hand-over, a loan came late."""
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(5):
        rig.send("scan", b"x" * 16_000)
    rig.scan(1, age_ms=3000)
    await rig.until(lambda: rig.inbox.problem is not None)
    rig.scan(2, "30000000000996", age_ms=1000)
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: len(rig.replies()) == 2)
    ages = [decided - happened for happened, decided in rig.library.rows("SELECT happened_at, decided_at FROM scan ORDER BY seq")]
    assert ages[0] == pytest.approx(4000, abs=400), "waited a second"
    assert 1000 < ages[1] <= 2400
    rig.scan(3, "30000000000997", age_ms=1000)
    await rig.until(lambda: len(rig.replies()) == 3)
    assert rig.library.rows("SELECT decided_at - happened_at FROM scan WHERE seq = 3") == [(1000,)]


@ONLY_SQLITE
async def test_what_a_kept_session_begins_with_is_passed_also_when_its_batch_is_tried_again(rig: Rig) -> None:
    """The hello behind it counted although its commit had failed: at the second try an old scan was taken for a new one."""
    rig.inbox.connected(resumed=True)
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    rig.scan(1, age_ms=4)
    rig.came_back()
    rig.hello(following=2)
    for _ in range(5):
        rig.send("scan", b"x" * 16_000)
    await rig.until(lambda: rig.inbox.problem is not None)
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: rig.inbox.problem is None and (0, "hello") in rig.positions())
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]
    rig.scan(1, age_ms=5000)
    await rig.until(lambda: len(rig.replies()) == 1)


@ONLY_SQLITE
async def test_a_database_that_fails_ends_the_inbox_and_with_it_the_hub(rig: Rig) -> None:
    running = asyncio.create_task(rig.inbox.run())
    await asyncio.sleep(0)
    rig.library.connection.execute("ALTER TABLE stream RENAME TO lost")
    rig.scan(1)
    with pytest.raises(DataFolderError, match=r"^The database failed \(no such table: stream\)\. Check its disk"):
        await asyncio.wait_for(running, LIMIT_S)
    assert rig.acknowledged == []


@ONLY_SQLITE
async def test_after_the_database_failed_nothing_more_is_taken(rig: Rig) -> None:
    """An fsync that failed may succeed the next time without what it lost; and a second failure was only a traceback in the log."""
    running = asyncio.create_task(rig.inbox.run())
    await asyncio.sleep(0)
    rig.library.connection.execute("ALTER TABLE stream RENAME TO lost")
    rig.scan(1)
    with pytest.raises(DataFolderError):
        await asyncio.wait_for(running, LIMIT_S)
    rig.library.connection.execute("ALTER TABLE lost RENAME TO stream")
    rig.scan(1)
    await asyncio.sleep(0.05)
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]
    assert rig.acknowledged == []


@ONLY_SQLITE
async def test_only_what_waits_long_and_not_for_room_is_stuck(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.inbox.STUCK_S", 0.05)
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(5):
        rig.send("scan", b"x" * 16_000)
    await rig.until(lambda: rig.inbox.problem is not None)
    await asyncio.sleep(0.1)
    assert rig.inbox.stuck() is None
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: rig.inbox.problem is None)
    assert rig.inbox.stuck() is None


async def test_a_broken_disk_stops_the_inbox(rig: Rig, library: Library) -> None:
    class Broken(sqlite3.OperationalError):
        sqlite_errorname = "SQLITE_IOERR_FSYNC"

    with pytest.raises(Broken):
        rig.inbox._wait_for_room(Broken("disk I/O error"))
