"""The write-ahead log is folded back while nobody scans, not while somebody waits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.database import open_database, transaction
from hub.store.folding import DUE_CHANGES, QUIET_S, Folding
from hub.store.sql import Connection
from tests.support.desks import ONLY_SQLITE

pytestmark = ONLY_SQLITE
LIMIT_S = 5.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hub.db"


@pytest.fixture
def connection(path: Path) -> Iterator[Connection]:
    with contextlib.closing(open_database(path)) as opened:
        # The tables themselves are in the file already.
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        yield opened


def write(connection: Connection, count: int) -> None:
    with transaction(connection):
        for _ in range(count):
            connection.execute("INSERT INTO event(type, at, data) VALUES ('item.received', 0, '{}')")


def in_the_file(path: Path, tmp_path: Path) -> int:
    """Give how many events the database file holds by itself, without its log."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with contextlib.closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as opened:
        try:
            (count,) = opened.execute("SELECT count(*) FROM event").fetchone()
        except sqlite3.DatabaseError:
            # Half folded: whole only together with its log.
            return 0
    return int(count)


async def folded(path: Path, tmp_path: Path) -> int:
    """Wait until something is in the file, and give how much."""
    async with asyncio.timeout(LIMIT_S):
        while not (count := in_the_file(path, tmp_path)):  # noqa: ASYNC110 - a file has no event
            await asyncio.sleep(QUIET_S)
    return count


async def test_many_changes_are_in_the_file_a_moment_after_the_last_one(connection: Connection, path: Path, tmp_path: Path) -> None:
    folding = Folding(connection)
    write(connection, DUE_CHANGES)
    assert in_the_file(path, tmp_path) == 0
    folding.committed()
    assert await folded(path, tmp_path) == DUE_CHANGES


async def test_a_few_changes_wait_for_more(connection: Connection, path: Path, tmp_path: Path) -> None:
    folding = Folding(connection)
    write(connection, DUE_CHANGES - 1)
    folding.committed()
    await asyncio.sleep(2 * QUIET_S)
    assert in_the_file(path, tmp_path) == 0
    write(connection, 1)
    folding.committed()
    assert await folded(path, tmp_path) == DUE_CHANGES


async def test_while_scans_come_one_after_the_other_none_waits_for_it(connection: Connection, path: Path, tmp_path: Path) -> None:
    folding = Folding(connection)
    write(connection, DUE_CHANGES)
    folding.committed()
    end = asyncio.get_running_loop().time() + 4 * QUIET_S
    while asyncio.get_running_loop().time() < end:
        folding.committed()
        await asyncio.sleep(0)
    assert in_the_file(path, tmp_path) == 0
    assert await folded(path, tmp_path) == DUE_CHANGES


async def test_what_somebody_reads_is_folded_at_another_time(connection: Connection, path: Path, tmp_path: Path) -> None:
    folding = Folding(connection)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM event").fetchone() == (0,)
        write(connection, DUE_CHANGES)
        folding.committed()
        await asyncio.sleep(3 * QUIET_S)
        assert in_the_file(path, tmp_path) == 0
    write(connection, DUE_CHANGES)
    folding.committed()
    assert await folded(path, tmp_path) == 2 * DUE_CHANGES


async def test_a_file_that_cannot_grow_is_said_and_loses_nothing(
    connection: Connection, path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folding = Folding(connection)
    write(connection, 20 * DUE_CHANGES)
    before, size = resource.getrlimit(resource.RLIMIT_FSIZE), os.stat(path).st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        folding.committed()
        async with asyncio.timeout(LIMIT_S):
            while "was not folded back" not in caplog.text:  # noqa: ASYNC110 - as above
                await asyncio.sleep(QUIET_S)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caplog.records[-1].levelno == logging.WARNING
    write(connection, DUE_CHANGES)
    folding.committed()
    assert await folded(path, tmp_path) == 21 * DUE_CHANGES


async def test_nothing_is_folded_after_the_end(connection: Connection, path: Path, tmp_path: Path) -> None:
    folding = Folding(connection)
    write(connection, DUE_CHANGES)
    folding.committed()
    folding.stop()
    await asyncio.sleep(2 * QUIET_S)
    assert in_the_file(path, tmp_path) == 0
