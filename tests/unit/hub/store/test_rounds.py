"""Those who work beside the scans wait for a database that is busy, and do not hide one that is broken."""

from __future__ import annotations

import asyncio
import logging
import sqlite3

import pytest

from hub.store.rounds import again_and_again

log = logging.getLogger("holdshelf.test")


def failure(name: str, text: str) -> sqlite3.OperationalError:
    """Give what SQLite raises."""
    error = sqlite3.OperationalError(text)
    error.sqlite_errorname = name
    return error


async def test_a_busy_database_is_waited_for_and_said(caplog: pytest.LogCaptureFixture) -> None:
    looked = 0
    enough = asyncio.Event()

    async def look() -> None:
        nonlocal looked
        looked += 1
        if looked == 1:
            raise failure("SQLITE_FULL", "database or disk is full")
        enough.set()

    task = asyncio.create_task(again_and_again(look, 0.001, log, "count", "the counts wait"))
    await asyncio.wait_for(enough.wait(), 5)
    task.cancel()
    (record,) = [each for each in caplog.records if each.message == "the counts wait"]
    assert record.__dict__["action"] == "count"
    assert "full" in record.__dict__["error"]


async def test_what_cannot_pass_is_raised() -> None:
    async def look() -> None:
        raise failure("SQLITE_CORRUPT", "database disk image is malformed")

    with pytest.raises(sqlite3.OperationalError, match="malformed"):
        await asyncio.wait_for(again_and_again(look, 0.001, log, "count", "the counts wait"), 5)
