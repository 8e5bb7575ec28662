"""The station's journal: every scan and fault on disk before it goes on the wire.

One SQLite file, WAL with synchronous=FULL: a row is safe when ``append`` returned. It holds two lanes, scans and
faults, each counted from 1 without gaps or reuse within the journal's incarnation (AUTOINCREMENT: a purged number never
comes again). The bodies are opaque bytes. What the hub has confirmed is remembered too, but a scan never waits for
that: the hub says it again after every connect, so ``note`` writes it between two scans, and without a flush.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from station.errors import JournalBroken, JournalFull, JournalUnusable
from station.moment import Moment
from station.words import Key, Saying

APPLICATION_ID = 0x48534A31
"""``HSJ1`` in the file's header: a Holdshelf journal."""
FORMAT = 1
BUSY_LIMIT_S = 2
KEEP_DAYS = 30
ROOM_BYTES = 65536
"""A disk that was full has room again when some scans fit."""

_TABLES = """
CREATE TABLE about (incarnation TEXT NOT NULL) STRICT;
CREATE TABLE confirmed (lane TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE scan (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL, at TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, boot TEXT NOT NULL
) STRICT;
CREATE TABLE fault (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL, at TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, boot TEXT NOT NULL
) STRICT;
"""

_PROBE = "INSERT INTO confirmed VALUES ('probe', 1) ON CONFLICT DO UPDATE SET position = position + 1"
"""A row of no lane, which nobody reads."""

_FLUSHING = "PRAGMA synchronous = FULL"
_NOT_FLUSHING = "PRAGMA synchronous = NORMAL"
"""A commit survives a killed program, and perhaps not a power cut: that one is with the next flush."""
_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    _FLUSHING,
    "PRAGMA wal_autocheckpoint = 500",
    "PRAGMA cache_size = -256",
)


class Lane(StrEnum):
    """A stream of its own within the journal."""

    SCANS = "scan"
    FAULTS = "fault"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was read, and when."""

    seq: int
    body: bytes
    moment: Moment


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a lane holds: the lowest seq kept (``next_seq`` when none is), the next one, the confirmed position."""

    lowest: int
    next_seq: int
    position: int


@dataclass(frozen=True, slots=True)
class _Sql:
    append: str
    rows: str
    bounds: str
    purge: str
    drop: str


def _sql(lane: Lane) -> _Sql:
    return _Sql(
        append=f"INSERT INTO {lane} (body, at, monotonic_ns, boot) VALUES (?, ?, ?, ?)",  # noqa: S608 - a lane is one of two constants
        rows=f"SELECT seq, body, at, monotonic_ns, boot FROM {lane} WHERE seq >= ? ORDER BY seq LIMIT ?",  # noqa: S608 - as above
        bounds=f"SELECT (SELECT min(seq) FROM {lane}), (SELECT seq FROM sqlite_sequence WHERE name = '{lane}')",  # noqa: S608 - as above
        # Only from the low end: a clock that jumped must leave no hole, which the hub would wait for without end.
        purge=f"DELETE FROM {lane} WHERE seq <= ? AND seq < coalesce((SELECT min(seq) FROM {lane} WHERE at >= ?), 1 << 62)",  # noqa: S608 - as above
        drop=f"DELETE FROM {lane}",  # noqa: S608 - as above
    )


_SQL = {lane: _sql(lane) for lane in Lane}


class Journal:
    """The open journal; only one program can have it open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path
        self._told: dict[Lane, int] = {}
        self._was_full = False
        (self.incarnation,) = connection.execute("SELECT incarnation FROM about").fetchone()
        self._bounds = {lane: self._read_bounds(lane) for lane in Lane}

    def append(self, lane: Lane, body: bytes, moment: Moment) -> int:
        """Store one row and give its seq; when this returns it survives a power cut. JournalFull: nothing was stored."""
        # One statement is a transaction by itself.
        with self._writing():
            seq = self._insert(lane, body, moment)
        before = self._bounds[lane]
        self._bounds[lane] = Bounds(min(before.lowest, seq), seq + 1, before.position)
        return seq

    def rows(self, lane: Lane, first: int, limit: int) -> list[Row]:
        """Give up to ``limit`` rows from seq ``first`` on, in order; JournalBroken where the disk does not give them back."""
        try:
            return [_row(*found) for found in self._db.execute(_SQL[lane].rows, (first, limit))]
        except sqlite3.Error as error:
            raise JournalBroken(f"Reading the journal {self._path} failed ({error}): check the disk before you start again.") from error

    def row(self, lane: Lane, seq: int) -> Row | None:
        """Give one row, None when it is no longer kept."""
        return next((row for row in self.rows(lane, seq, 1) if row.seq == seq), None)

    def bounds(self, lane: Lane) -> Bounds:
        """Say what the lane holds."""
        return self._bounds[lane]

    def confirm(self, lane: Lane, position: int) -> None:
        """Hear how far the hub has committed; ``note`` writes it, and so does every change but a new row."""
        before = self._bounds[lane]
        if position != before.position:
            self._told[lane] = position
            self._bounds[lane] = Bounds(before.lowest, before.next_seq, position)

    def note(self) -> None:
        """Write what the hub has confirmed since, without a flush."""
        if not self._told:
            return
        self._db.execute(_NOT_FLUSHING)
        try:
            with self._change():
                pass
        finally:
            self._db.execute(_FLUSHING)

    def probe(self) -> None:
        """Write something that nobody reads: JournalFull says why the disk takes no scan now."""
        if self._was_full and _room_bytes(self._path) < ROOM_BYTES:
            # What is written here is smaller than a scan, and fits where a scan did not.
            raise JournalFull(Saying(Key.DISK_FULL))
        with self._change():
            # Without a change nothing would be written, and that succeeds on a full disk.
            self._db.execute(_PROBE)

    def purge(self, before: datetime) -> int:
        """Drop confirmed rows older than this; unconfirmed ones stay for ever. Gives how many went."""
        with self._change():
            gone = sum(self._db.execute(_SQL[lane].purge, (self._bounds[lane].position, before.isoformat())).rowcount for lane in Lane)
        self._bounds = {lane: self._read_bounds(lane) for lane in Lane}
        return gone

    def start_again(self, incarnation: str) -> None:
        """Begin a new incarnation: what the hub has not confirmed is numbered anew from 1, the rest goes.

        For a journal that came back from an old copy: the hub is ahead of it, so its next numbers would be taken for repeats.
        """
        with self._change():
            for lane in Lane:
                waiting = list(self._all_rows(lane, self._bounds[lane].position + 1))
                self._db.execute(_SQL[lane].drop)
                self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (lane.value,))
                for row in waiting:
                    self._insert(lane, row.body, row.moment)
            self._db.execute("UPDATE about SET incarnation = ?", (incarnation,))
            self._db.execute("DELETE FROM confirmed")
            self._told.clear()
        self.incarnation = incarnation
        self._bounds = {lane: self._read_bounds(lane) for lane in Lane}

    def close(self) -> None:
        """Write what the hub has confirmed, if the disk takes it, and let go of the file."""
        # Nothing else can be lost by this, and the hub says it again.
        with closing(self._db), suppress(JournalFull):
            self.note()

    def _insert(self, lane: Lane, body: bytes, moment: Moment) -> int:
        values = (body, moment.wall.isoformat(), moment.monotonic_ns, moment.boot)
        seq = self._db.execute(_SQL[lane].append, values).lastrowid
        assert seq is not None  # noqa: S101 - an INSERT always has one
        return seq

    def _all_rows(self, lane: Lane, first: int) -> Iterator[Row]:
        while page := self.rows(lane, first, 500):
            yield from page
            first = page[-1].seq + 1

    def _read_bounds(self, lane: Lane) -> Bounds:
        lowest, last = self._db.execute(_SQL[lane].bounds).fetchone()
        position = self._told.get(lane)
        if position is None:
            found = self._db.execute("SELECT position FROM confirmed WHERE lane = ?", (lane.value,)).fetchone()
            position = found[0] if found else 0
        next_seq = (last or 0) + 1
        return Bounds(lowest or next_seq, next_seq, position)

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction with the confirmed positions in it."""
        with self._writing():
            self._db.execute("BEGIN IMMEDIATE")
            yield
            if self._told:
                told = [(lane.value, position) for lane, position in self._told.items()]
                self._db.executemany("INSERT OR REPLACE INTO confirmed (lane, position) VALUES (?, ?)", told)
            self._db.execute("COMMIT")
        self._told.clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """An error leaves the file as it was, and comes out in our words."""
        try:
            yield
        except sqlite3.Error as error:
            self._roll_back()
            self._was_full = _primary(error) == sqlite3.SQLITE_FULL
            raise _explained(error, self._path) from error
        self._was_full = False

    def _roll_back(self) -> None:
        # A failed commit may have rolled back already.
        if self._db.in_transaction:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")


def open_journal(path: Path, new_incarnation: Callable[[], str]) -> Journal:
    """Open the journal, or make it; JournalUnusable says in one sentence why it cannot be used."""
    # Patrons' cards are among the scans: nobody else on this machine reads them. SQLite gives its log the same rights.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        connection = sqlite3.connect(path, timeout=BUSY_LIMIT_S, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(error, path) from error
    try:
        _prepare(connection, path, new_incarnation)
        return Journal(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise _unusable(error, path) from error
    except JournalUnusable:
        connection.close()
        raise


def _prepare(connection: sqlite3.Connection, path: Path, new_incarnation: Callable[[], str]) -> None:
    # Before the first read: no shared-memory file, and a second program on this journal is told so at once.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    marked = connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    if not (empty or marked):
        raise JournalUnusable(f"{path} is a database of another program, not a journal: set [journal] path to another file.")
    for setting in _SETTINGS:
        connection.execute(setting)
    if empty:
        _create(connection, new_incarnation())
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if form != FORMAT:
        raise JournalUnusable(f"The journal {path} has format {form}, this program knows {FORMAT}: install the version that wrote it.")
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise JournalUnusable(_DAMAGED.format(path=path))


def _create(connection: sqlite3.Connection, incarnation: str) -> None:
    connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};")
    connection.execute("INSERT INTO about (incarnation) VALUES (?)", (incarnation,))
    connection.execute("COMMIT")


def _row(seq: int, body: bytes, at: str, monotonic_ns: int, boot: str) -> Row:
    return Row(seq, body, Moment(datetime.fromisoformat(at), monotonic_ns, boot))


_DAMAGED = "The journal {path} is damaged: move it away (keep it, it may hold scans that were not sent) and start again."

_UNUSABLE = {
    sqlite3.SQLITE_NOTADB: "{path} is not a journal: set [journal] path to another file, or move this one away.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_BUSY: "The journal {path} is in use by another program: stop the other holdshelf-station first.",
    sqlite3.SQLITE_CANTOPEN: "The journal {path} cannot be opened: check that its folder exists and that this user may write there.",
    sqlite3.SQLITE_READONLY: "The journal {path} cannot be written: check the rights of the file and its folder.",
    sqlite3.SQLITE_FULL: "The journal {path} cannot be written because the disk is full: make room.",
}

_MAY_PASS = {
    sqlite3.SQLITE_FULL: Key.DISK_FULL,
    sqlite3.SQLITE_READONLY: Key.JOURNAL_UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: Key.JOURNAL_UNOPENED,
    sqlite3.SQLITE_BUSY: Key.JOURNAL_IN_USE,
    sqlite3.SQLITE_LOCKED: Key.JOURNAL_IN_USE,
}


def _room_bytes(path: Path) -> int:
    found = os.statvfs(path.parent)
    return found.f_bavail * found.f_frsize


def _primary(error: sqlite3.Error) -> int:
    # The low byte is the kind of failure, the rest its place.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _unusable(error: sqlite3.Error, path: Path) -> JournalUnusable:
    words = _UNUSABLE.get(_primary(error), "The journal {path} cannot be used ({error}): check its disk.")
    return JournalUnusable(words.format(path=path, error=error))


def _explained(error: sqlite3.Error, path: Path) -> JournalFull | JournalBroken:
    if key := _MAY_PASS.get(_primary(error)):
        return JournalFull(Saying(key))
    return JournalBroken(f"Writing the journal {path} failed ({error}): check the disk before you start again.")
