"""Can the database be written, and is there room? When nothing was written for a while, something is, to see."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.store.database import BUSY_TIMEOUT_MS, transaction
from hub.store.place import Place
from hub.store.sql import DATABASE_ERRORS, Connection, Fenced, told
from hub.watch.problem import Kind, Problem

log = logging.getLogger(__name__)

EVERY_S = 5.0
QUIET_S = 30.0
"""A hub that writes knows that it can: only one that was quiet for so long tries."""
LITTLE_BYTES = 256 << 20
NONE_BYTES = 1 << 20
"""Less than one batch of scans may take."""
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes on the database's disk and in its files."""

    free: int
    size: int
    database: int
    log: int


class DiskWatch:
    """Looks every few seconds; ``problem`` is what it found."""

    def __init__(
        self,
        connection: Connection,
        database: Place,
        *,
        trouble: Callable[[], str | None],
        every_s: float = EVERY_S,
        quiet_s: float = QUIET_S,
    ) -> None:
        """``connection`` is the one writing one; ``trouble`` gives what the inbox met when it wrote."""
        self._connection, self._database, self._trouble = connection, database, trouble
        self._every_s, self._quiet_s = every_s, quiet_s
        self._changes = -1
        self._wrote_at = 0.0
        self._refused: str | None = None
        self.room: Room | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            if isinstance(self._database, Path):
                # The disk of a server is its own watch's.
                with contextlib.suppress(OSError):
                    self.room = await asyncio.to_thread(room_of, self._database)
            self.try_to_write(asyncio.get_running_loop().time())
            await asyncio.sleep(self._every_s)

    def try_to_write(self, now: float) -> None:
        """Write something, if nothing was written for a while or the last try was refused."""
        changes = self._connection.total_changes
        if changes != self._changes and self._refused is None:
            self._changes, self._wrote_at = changes, now
        elif self._refused is not None or now - self._wrote_at >= self._quiet_s:
            self._wrote_at = now
            self._write()

    def _write(self) -> None:
        before = self._refused
        try:
            with _not_waiting(self._connection), transaction(self._connection):
                _change_something(self._connection)
        except Fenced:
            # The database can be written, by others: what that means is said where the lease is kept.
            return
        except DATABASE_ERRORS as error:
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR"):
                # What a disk that fails has kept is not known: the start looks at it anew.
                raise
            self._refused = told(error)
            if before is None:
                log.error("database not writable", extra={"action": "disk_watch", "error": str(error)})
            return
        self._refused = None
        if before is not None:
            log.info("database writable again", extra={"action": "disk_watch"})

    @property
    def problem(self) -> Problem | None:
        """Say what keeps the database from being written, or will soon."""
        if (trouble := self._trouble()) is not None:
            return Problem(Kind.DATABASE, trouble)
        if self._refused is not None:
            return Problem(
                Kind.DATABASE,
                f"The database cannot be written ({self._refused}). Make room on its disk, or give the hub's user the right to "
                "write it; scans wait at their stations meanwhile.",
            )
        if self.room is None or self.room.free >= LITTLE_BYTES:
            return None
        # Everybody may read this: not where the database lies.
        free = f"{self.room.free / MB:.1f} MB are free on the database's disk"
        if self.room.free < NONE_BYTES:
            return Problem(Kind.DATABASE, f"Only {free}: it is full. Make room; scans wait at their stations meanwhile.")
        return Problem(Kind.DISK, f"Only {free}. Make room before it is full: then scans wait at their stations.")


def _change_something(connection: Connection) -> None:
    if connection.dialect != "sqlite":
        connection.execute("INSERT INTO cursor VALUES ('watch', 0) ON CONFLICT(name) DO UPDATE SET seq = cursor.seq + 1")
        return
    # Nothing of ours reads the user version: it is there to be changed, and changing it is a commit like any other.
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {(number + 1) % 1_000_000}")


@contextlib.contextmanager
def _not_waiting(connection: Connection) -> Iterator[None]:
    """Be refused at once where another program writes: a look must not hold up a scan."""
    if connection.dialect != "sqlite":
        yield
        return
    connection.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def room_of(database: Path) -> Room:
    """Give the room of the disk a database lies on, and how big its files are."""
    there = database.resolve()
    usage = shutil.disk_usage(there)
    return Room(usage.free, usage.total, _size(there), _size(there.with_name(f"{there.name}-wal")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
