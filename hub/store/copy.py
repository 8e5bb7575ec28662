"""A copy of a database that is in use: one moment of it, page by page, without holding up whoever writes to it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from hub.errors import DataFolderError
from hub.store.database import open_reader
from hub.store.sql import Connection, SqliteConnection

PAGES = 256
"""Copied at a time, 1 MiB: between two of these the hub has disk and processor to itself."""
FLUSH_EVERY = 8
"""Steps between two flushes: what the kernel may hold back is small, so that no scan's own flush waits behind it."""
REST = 1.0
"""How long it rests after each step, measured by what the step took: half of the time the disk belongs to the hub."""

SPARE = 50_000_000
"""Bytes that must be left: the hub writes on meanwhile."""

Watch = Callable[[int, int], None]
"""Hears how many pages are done, and of how many."""


def copy_moment(source: SqliteConnection, to: Path, *, watch: Watch = lambda done, of: None, rest: float = REST) -> None:
    """Copy the moment an open reading transaction sees into a new file, flushed.

    SQLite begins its copy anew whenever somebody else writes, unless the reader holds its moment: here it does, so that a busy hub
    never makes the copy endless. Nothing is locked against the writer; its log grows until the copy is done.
    """
    if not source.in_transaction:
        raise ValueError("the reader must hold its moment")
    pace = _Pace(to, watch, rest)
    with closing(sqlite3.connect(to, isolation_level=None)) as copy:
        # The file is flushed by us, and worth nothing until it is whole.
        copy.execute("PRAGMA synchronous=OFF").fetchall()
        source.backup(copy, pages=PAGES, progress=pace.step)
    settle(to)


def settle(path: Path) -> None:
    """Make a copy one file without a log beside it, on disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    flush(path)


def flush(path: Path) -> None:
    """Put a file or a folder's entries on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Pace:
    """Rests between steps, and flushes now and then."""

    def __init__(self, to: Path, watch: Watch, rest: float) -> None:
        self._to, self._watch, self._rest = to, watch, rest
        self._steps = 0
        self._began = time.monotonic()

    def step(self, status: int, remaining: int, total: int) -> None:
        """Called by SQLite after each step."""
        self._steps += 1
        if self._steps % FLUSH_EVERY == 0:
            flush(self._to)
        self._watch(total - remaining, total)
        if remaining and self._rest:
            time.sleep((time.monotonic() - self._began) * self._rest)
        self._began = time.monotonic()


def damage(path: Path, *, watch: Watch = lambda done, of: None) -> list[str]:
    """Say what is damaged in a database file, table by table; nothing where it is whole."""
    try:
        with closing(open_reader(path)) as connection:
            return damage_in(connection, watch=watch)
    except sqlite3.DatabaseError as error:
        return [str(error)]


def damage_in(connection: Connection, *, watch: Watch = lambda done, of: None) -> list[str]:
    """Say what is damaged, table by table, each in a reading transaction of its own; every index is held beside its table."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name")]
    found: list[str] = []
    for place, table in enumerate(tables):
        watch(place, len(tables))
        try:
            rows = connection.execute(f"PRAGMA integrity_check('{table}')").fetchall()
        except sqlite3.DatabaseError as error:
            rows = [(str(error),)]
        found += [f"{table}: {row[0]}" for row in rows if row[0] != "ok"]
    return found


def make_private(folder: Path) -> None:
    """Make a folder with all above it that are missing, for its owner alone."""
    if not folder.exists():
        make_private(folder.parent)
        folder.mkdir(mode=0o700)


def check_room(folder: Path, needed: int, what: str) -> None:
    """DataFolderError where there is no room for so many bytes and a little more."""
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if free < needed + SPARE:
        raise DataFolderError(
            f"There is no room for {what} in {folder}: it takes {megabytes(needed)} MB and {megabytes(free)} MB are free. "
            "Make room, or choose another place."
        )


def megabytes(size: int) -> str:
    """Give a size for people."""
    return f"{max(1, round(size / 1e6)):,}"
