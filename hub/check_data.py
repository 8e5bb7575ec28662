"""Whether a data folder is sound: files, room, schema, database, history. Changes nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.backup.contents import contents_of
from hub.backup.restored import read_restored
from hub.errors import DataFolderError
from hub.settings import HubSettings
from hub.store.agreement import disagreements
from hub.store.copy import damage_in, megabytes
from hub.store.database import open_reader, revision_of
from hub.store.history import verify
from hub.store.migrations import HEAD
from hub.store.sql import Connection

ROOM = 200_000_000
"""Bytes that should be free: a database that cannot grow takes no scan."""
RESTORE = "stop the hub and restore the last good backup (holdshelf restore); the stations send again what it misses"
REPORT = "make a backup, and report it with what this command says"
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: what, and what to do."""

    what: str
    do: str

    def __str__(self) -> str:
        """Give it as one sentence."""
        return f"{self.what}: {self.do}."


def check_data(config: Path, settings: HubSettings, watch: Watch = lambda what, done, of: None) -> Iterator[Finding]:
    """Give all that is wrong with a hub's files and database."""
    database = config.parent / settings.database
    yield from _modes(config, settings)
    if not database.exists():
        return
    yield from _room(database)
    try:
        with contextlib.closing(open_reader(database)) as connection:
            yield from _database(connection, database, watch)
    except sqlite3.DatabaseError as error:
        yield Finding(f"The database {database} cannot be read ({error})", RESTORE)
    try:
        read_restored(config.parent)
    except DataFolderError as error:
        yield Finding(str(error).rstrip("."), "the hub does not start with it")


def _modes(config: Path, settings: HubSettings) -> Iterator[Finding]:
    """Passwords and patrons must not lie open: a file may, where its folder lets nobody else in."""
    folder = config.parent
    database = settings.database
    for place in {*contents_of(config, settings).inside, *((database,) if not database.is_absolute() else ())}:
        path = folder / place
        if path.exists() and path.stat().st_mode & 0o077 and not any(_closed(above, folder) for above in path.parents):
            yield Finding(f"{path} can be read by others on this machine, and holds passwords or patrons", f"chmod go= {path}")


def _closed(above: Path, folder: Path) -> bool:
    return above.is_relative_to(folder) and not above.stat().st_mode & 0o077


def _room(database: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(database.parent).free
    needed = database.stat().st_size + ROOM
    if free < needed:
        yield Finding(
            f"{megabytes(free)} MB are free beside {database}, and a copy before an upgrade takes {megabytes(needed)} MB", "make room"
        )
    if not os.access(database, os.W_OK):
        yield Finding(f"{database} cannot be written by this user", "change its owner, or run this as the user of the hub")


def _database(connection: Connection, database: Path, watch: Watch) -> Iterator[Finding]:
    damaged = damage_in(connection, watch=lambda done, of: watch("integrity, tables", done, of))
    yield from (Finding(f"The database {database} is damaged ({what})", RESTORE) for what in damaged)
    revision = revision_of(connection)
    if revision != HEAD:
        older = revision is None or revision < HEAD
        do = "the hub brings it up to date at its next start; a copy is made before" if older else "install the later version again"
        yield Finding(f"The database has schema {revision}, this program works with {HEAD}", do)
    if damaged or revision != HEAD:
        return
    said = disagreements(connection, watch=lambda done, of: watch("rows that belong together", done, of))
    yield from (Finding(what, REPORT) for what in said)
    (rows,) = connection.execute("SELECT count(*) FROM history").fetchone()
    verdict = verify(connection, progress=lambda done: watch("history", done, rows))
    if verdict.broken:
        first = verdict.broken[0]
        yield Finding(
            f"The history is not as it was written: row {first.key}: {first.what}"
            + (f", and {len(verdict.broken) - 1:,} more" if len(verdict.broken) > 1 else ""),
            "compare with a backup; holdshelf check --history lists them",
        )
