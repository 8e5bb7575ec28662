"""The way of a batch of scans through a file: what stays the same meanwhile is read once, what nobody looks for is written at the end.

Books, requests and notices are asked for and changed as things come: a scan finds what the scan before it has changed. What a scan only
leaves behind (itself, its line of history, its events, what its station remembers) waits for the end of the batch, and is written many
rows to a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any

from hub.core.context import Context
from hub.core.desk import Desk
from hub.core.seen import Decision
from hub.core.streams import Stream
from hub.store.history import End, Line, end_of_chain, following_all
from hub.store.moments import to_ms
from hub.store.remembered import CONTEXTS_OF, PUT_CONTEXT, Contexts, LastScan, Remembered
from hub.store.rows import DESK, desk_of
from hub.store.scan_path import KEEP_POSITION, ScanRecord, ScanStore, scan_row
from hub.store.sql import Connection, among
from hub.store.wanted import NOTHING_WANTED, Wanted
from hub.store.write_behind import WriteBehind
from hub.store.write_to_file import EVENTS, LINES, SCANS, insert_rows

REPLIES_TO = "SELECT scan_id, reply FROM scan WHERE scan_id IN ({})"
STREAMS = (
    # CROSS JOIN: each is looked up; the planner would read all streams there ever were, and most stations have had several.
    "SELECT s.station, s.incarnation, s.key, s.seq, s.fault_seq FROM (VALUES {}) w "
    "CROSS JOIN stream s ON s.station = w.column1 AND s.incarnation = w.column2"
)
DESKS_OF = f"SELECT s.name, {DESK} FROM station s JOIN desk d ON d.code = s.desk WHERE s.name IN ({{}})"
FROM = 4
"""With fewer scans than so many a batch costs more than it saves."""
_STREAM, _CONTEXT = frozenset({"stream"}), frozenset({"station_context"})


class FileStore(ScanStore):
    """A ScanStore on a file, whose batches write together what they only leave behind."""

    @contextmanager
    def batch(self, wanted: Wanted = NOTHING_WANTED) -> Iterator[ScanStore]:
        """Read what is known to be wanted, and write at the end what waits; few scans are taken one by one."""
        if len(wanted.scans) < FROM:
            with super().batch(wanted) as one_by_one:
                yield one_by_one
            return
        store = FileBatch(self.connection, wanted)
        yield store
        store.write()
        store.end()


class FileBatch(ScanStore):
    """A ScanStore for the length of one transaction.

    Its own statements go straight to the file, because none of them looks for what waits. Those that others run on its connection (UNDO,
    a station's state) find written what they are about.
    """

    def __init__(self, connection: Connection, wanted: Wanted) -> None:
        super().__init__(WriteBehind(connection, before=self._before, changed=self._changed))
        self._file, self._do = connection, connection.execute
        self._known_scans = {scan.scan_id for scan in wanted.scans}
        self._replies: dict[str, str] = {row[0]: row[1] for row in self._read(REPLIES_TO, self._known_scans)}
        self._desks: dict[str, Desk] = {row[0]: desk_of(row[1:]) for row in self._read(DESKS_OF, wanted.stations)}
        self._streams = {(row[0], row[1]): Stream(*row[2:]) for row in self._read_streams(wanted)}
        self._contexts = Contexts(wanted.stations, self._read(CONTEXTS_OF, wanted.stations))
        self._end: End | None = None
        self._scans: list[tuple[Any, ...]] = []
        self._lines: list[Line] = []
        self._events: list[tuple[str, str | None, str | None, int, str]] = []
        self._remembered: dict[tuple[str, int], tuple[Any, ...]] = {}
        self._positions: dict[int, tuple[int, int, int]] = {}

    def _read(self, sql: str, about: Iterable[str]) -> Sequence[Any]:
        marks, values = among(sorted(about))
        return self._file.execute(sql.format(marks), values).fetchall() if values else ()

    def _read_streams(self, wanted: Wanted) -> Sequence[Any]:
        marks, pairs = among(sorted(wanted.streams))
        return self._file.execute(STREAMS.format(marks.replace("?", "(?, ?)")), tuple(chain(*pairs))).fetchall() if pairs else ()

    def write(self) -> None:
        """Write all that waits."""
        file = self._file
        if self._positions:
            file.executemany(KEEP_POSITION, list(self._positions.values()))
            self._streams = {}
        if self._remembered:
            file.executemany(PUT_CONTEXT, list(self._remembered.values()))
        insert_rows(file, SCANS, self._scans)
        if self._lines:
            lines, self._end = following_all(self._lines, self._end or end_of_chain(file))
            insert_rows(file, LINES, lines)
        insert_rows(file, EVENTS, self._events)
        for waiting in (self._positions, self._remembered, self._scans, self._lines, self._events):
            waiting.clear()

    def end(self) -> None:
        """Let go of the connection that writes first: the two hold each other, and only a search for garbage would find them."""
        self.connection = self._file

    def _before(self, tables: frozenset[str]) -> None:
        waiting = {
            "stream": self._positions, "station_context": self._remembered, "scan": self._scans, "history": self._lines,
            "event": self._events,
        }  # fmt: skip
        if any(waiting.get(table) for table in tables):
            self.write()

    def _changed(self, table: str) -> None:
        match table:
            case "station" | "desk":
                self._desks = {}
            case "stream":
                self._streams = {}
            case "station_context":
                self._contexts = Contexts((), ())
            case "scan":
                self._known_scans, self._replies = set(), {}
            case "history":
                self._end = None
            case _:
                pass

    # -- streams and stations

    def stream(self, station: str, incarnation: str) -> Stream:
        """Give the position of a stream, made at 0 when it is new."""
        self._before(_STREAM)
        key = (station, incarnation)
        if key not in self._streams:
            self._streams[key] = super().stream(station, incarnation)
        return self._streams[key]

    def position(self, station: str, incarnation: str) -> int:
        """Give how far a stream's scans are taken."""
        self._before(_STREAM)
        return super().position(station, incarnation)

    def advance(self, stream: int, seq: int) -> None:
        """Write that all scans up to ``seq`` are taken."""
        self._before(_STREAM)
        super().advance(stream, seq)
        self._streams = {}

    def keep_position(self, stream: Stream) -> None:
        """Write how far scans and faults of a stream are taken."""
        self._positions[stream.key] = (stream.seq, stream.fault_seq, stream.key)

    def desk_of(self, station: str) -> Desk | None:
        """Give the desk a station stands at, None for an unknown station."""
        known = self._desks.get(station)
        if known is None and (known := super().desk_of(station)) is not None:
            self._desks[station] = known
        return known

    # -- what a station remembers

    def remembered(self, station: str, stream: int, at: datetime) -> Remembered:
        """Give what a station remembers at a moment."""
        self._learn(station)
        return self._contexts.remembered(station, stream, at)

    def undo(self, station: str, remembered: Remembered) -> str | None:
        """Give what a station kept of its last move."""
        self._learn(station)
        return self._contexts.undo(station, remembered)

    def keep_context(
        self, station: str, stream: int, context: Context, last: LastScan, before: Remembered, undo: str | None = None
    ) -> None:  # fmt: skip
        """Write what a station remembers now."""
        self._learn(station)
        self._remembered[station, stream] = self._contexts.keep(station, stream, context, last, before, undo)

    def _learn(self, station: str) -> None:
        if station not in self._contexts.known:
            self._before(_CONTEXT)
            self._contexts.learn({station}, self._read(CONTEXTS_OF, {station}))

    # -- scans, history and events

    def reply_to(self, scan_id: str) -> str | None:
        """Give the stored reply of a scan by its id."""
        if scan_id in self._replies or scan_id in self._known_scans:
            return self._replies.get(scan_id)
        return super().reply_to(scan_id)

    def keep_scan(self, record: ScanRecord, desk: str | None, decision: Decision, item: int | None, reply: str) -> None:
        """Write one scan with the reply it got."""
        self._replies[record.scan_id] = reply
        self._scans.append(scan_row(record, desk, decision, item, reply))

    def add_history(self, line: Line) -> None:
        """Write one line of a request's history."""
        self._lines.append(line)

    def seen_last_at(self, item: int, but: str) -> str | None:
        """Give the desk that saw an item last, before this scan."""
        for line in reversed(self._lines):
            if line.kind == "scan" and line.item == item and line.scan_id != but:
                return line.desk
        return super().seen_last_at(item, but)

    def add_events(self, types: tuple[str, ...], desk: str | None, subject: str | None, at: datetime, data: str) -> None:
        """Write the events of one happening; all carry the same data."""
        moment = to_ms(at)
        self._events += [(type_, desk, subject, moment, data) for type_ in types]
