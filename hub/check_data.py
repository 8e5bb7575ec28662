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
from hub.store.moved import check_arrived, check_stays
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
    place = settings.place(config.parent)
    yield from _modes(config, settings)
    if isinstance(place, str):
        yield from check_server(place, watch)
    elif place.exists():
        yield from _file(place, watch)
    else:
        return
    try:
        read_restored(config.parent)
    except DataFolderError as error:
        yield Finding(str(error).rstrip("."), "the hub does not start with it")


def _file(database: Path, watch: Watch) -> Iterator[Finding]:
    yield from _moved(lambda: check_stays(database))
    yield from _room(database)
    try:
        with contextlib.closing(open_reader(database)) as connection:
            damaged = damage_in(connection, watch=lambda done, of: watch("integrity, tables", done, of))
            yield from (Finding(f"The database {database} is damaged ({what})", RESTORE) for what in damaged)
            if (wrong := wrong_schema(connection)) is not None:
                yield wrong
            elif not damaged:
                yield from contents(connection, watch)
    except sqlite3.DatabaseError as error:
        yield Finding(f"The database {database} cannot be read ({error})", RESTORE)


def check_server(place: str, watch: Watch = lambda what, done, of: None) -> Iterator[Finding]:
    """Give all that is wrong with a database on a server; its disk and its files are the server's business."""
    try:
        connection = open_reader(place)
    except DataFolderError as error:
        yield Finding(str(error).rstrip("."), "the hub does not start without it")
        return
    with contextlib.closing(connection):
        for setting in ("fsync", "full_page_writes"):
            if connection.execute(f"SHOW {setting}").fetchone()[0] != "on":
                yield Finding(
                    f"The server has {setting} = off: a power cut may lose or break everything", "set it to on in postgresql.conf"
                )
        yield from _moved(lambda: check_arrived(connection))
        if (wrong := wrong_schema(connection)) is not None:
            yield wrong
        else:
            yield from contents(connection, watch)


def _moved(look: Callable[[], None]) -> Iterator[Finding]:
    """Say that a site has moved out of a database, or is not yet in it."""
    try:
        look()
    except DataFolderError as error:
        yield Finding(str(error).rstrip("."), "a hub does not start on it")


def _modes(config: Path, settings: HubSettings) -> Iterator[Finding]:
    """Passwords and patrons must not lie open: a file may, where its folder lets nobody else in."""
    folder = config.parent
    database = settings.place(Path())
    inside = (database,) if isinstance(database, Path) and not database.is_absolute() else ()
    for place in {*contents_of(config, settings).inside, *inside}:
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


def wrong_schema(connection: Connection) -> Finding | None:
    """Say that a database is not of this program, where it is not; an empty one on a server is to be filled yet."""
    revision = revision_of(connection)
    if revision == HEAD or (revision is None and connection.dialect != "sqlite"):
        return None
    older = revision is None or revision < HEAD
    do = "the hub brings it up to date at its next start" if older else "install the later version again"
    copied = "; a copy is made before" if connection.dialect == "sqlite" else "; make a backup before (pg_dump)"
    return Finding(f"The database has schema {revision}, this program works with {HEAD}", do + (copied if older else ""))


def contents(connection: Connection, watch: Watch) -> Iterator[Finding]:
    """Give what does not fit together in a database that can be read."""
    if revision_of(connection) is None:
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
