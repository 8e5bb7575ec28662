"""The way of a scan through the database: plain prepared SQL, a handful of short statements a scan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

from pydantic_core import to_json

from hub.core.context import Context
from hub.core.desk import Desk
from hub.core.notices import NoticeState, QueuedNotice
from hub.core.request import ClosedAs, Item, Request, State
from hub.core.seen import Before, Decision, PatronAtDesk, Read
from hub.core.streams import Stream
from hub.store import history
from hub.store.database import transaction
from hub.store.history import Line
from hub.store.moments import from_ms, maybe_ms, to_ms
from hub.store.numbers import number_for
from hub.store.remembered import CONTEXT, PUT_CONTEXT, LastScan, Remembered, context_row, remembered_of
from hub.store.rows import DESK, ITEM, REQUEST, REQUEST_COLUMNS, REQUEST_FROM, desk_of, item_of, request_of, row_of
from hub.store.sql import Connection, inserted
from hub.store.wanted import NOTHING_WANTED, Wanted

T = TypeVar("T")
HTTP_INCARNATION = "00000000-0000-7000-8000-000000000000"
"""Scans from a page have a stream of their own beside the station's journal."""
OPEN_ITEM = (
    f"SELECT {REQUEST}, {ITEM}, EXISTS (SELECT 1 FROM exception e WHERE e.request = r.key AND e.cleared_at IS NULL) "
    "FROM item i JOIN request r ON r.key = i.request JOIN desk d ON d.code = r.pickup_desk "
    "JOIN partner p ON p.code = r.partner WHERE i.barcode = ? AND i.closed_at IS NULL"
)
CLOSED_REQUEST = (
    f"SELECT {REQUEST}, i.closed_at FROM item i JOIN request r ON r.key = i.request JOIN desk d ON d.code = r.pickup_desk "
    "JOIN partner p ON p.code = r.partner WHERE i.barcode = ? AND i.closed_at IS NOT NULL ORDER BY i.closed_at DESC, i.key DESC LIMIT 1"
)
ITEM_BY_KEY = f"SELECT {ITEM} FROM item i WHERE i.key = ?"
ITEMS_OF = f"SELECT {ITEM} FROM item i WHERE i.request = ? ORDER BY i.piece, i.key"
REQUEST_BY_KEY = f"SELECT {REQUEST} {REQUEST_FROM} WHERE r.key = ?"
REQUEST_BY_ID = f"SELECT {REQUEST} {REQUEST_FROM} WHERE r.request_id = ?"
STATION = f"SELECT {DESK} FROM station s JOIN desk d ON d.code = s.desk WHERE s.name = ?"
DESK_BY_CODE = f"SELECT {DESK} FROM desk d WHERE d.code = ?"
STREAM = "SELECT key, seq, fault_seq FROM stream WHERE station = ? AND incarnation = ?"
PUT_STREAM = "INSERT INTO stream(station, incarnation, seq, fault_seq) VALUES (?, ?, 0, 0) RETURNING key"
KEEP_POSITION = "UPDATE stream SET seq = ?, fault_seq = ? WHERE key = ?"
UNDO_OF = "SELECT undo FROM station_context WHERE station = ? AND stream = ?"
SCAN_COLUMNS = "stream, seq, scan_id, desk, barcode, source, happened_at, decided_at, request, item, outcome, rule, reply"
PUT_SCAN = f"INSERT INTO scan({SCAN_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_ITEM = (
    "INSERT INTO item(request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, checked_out_at, "
    "checked_out_by, circulated, reason, version, outcome, renewals, closed_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key"
)
_CHANGE_ITEM = (
    "UPDATE item SET state = ?, changed_at = ?, hold_until = ?, shelf_code = ?, episode = ?, due_at = ?, checked_out_at = ?, "
    "checked_out_by = ?, circulated = ?, reason = ?, version = ?, outcome = ?, renewals = ?"
)
CHANGE_ITEM, MOVE_ITEM = f"{_CHANGE_ITEM}, closed_at = ? WHERE key = ?", f"{_CHANGE_ITEM} WHERE key = ? AND closed_at IS NULL"
"""The second is that of a book that is open and stays so: its indexes tell open from closed, and would be written anew by the first."""
_CHANGE_REQUEST = "UPDATE request SET state = ?, outcome = ?, version = version + 1, changed_at = ?"
CHANGE_REQUEST, MOVE_REQUEST = f"{_CHANGE_REQUEST}, closed_at = ? WHERE key = ?", f"{_CHANGE_REQUEST} WHERE key = ? AND closed_at IS NULL"
WHOLE_REQUEST = ("state", "outcome", "pickup_desk", "pieces", "volumes", "cancel_reason", "changed_at", "closed_at", "key")
"""What an act may change of a request, and which it is."""
KEEP_WHOLE_REQUEST = (
    f"UPDATE request SET {', '.join(f'{column} = ?' for column in WHOLE_REQUEST[:-1])}, version = version + 1 WHERE key = ?"
)
SEEN_LAST = (
    "SELECT desk FROM history WHERE request = (SELECT request FROM item WHERE key = ?) AND item = ? AND kind = 'scan' AND scan_id <> ? "
    "ORDER BY key DESC LIMIT 1"
)
PUT_EVENT = "INSERT INTO event(type, desk, subject, at, data) VALUES (?, ?, ?, ?, ?)"
PUT_NOTICE = (
    "INSERT INTO notice(key, type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, queued_by) "
    "VALUES ({number}, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) "
    # A book that had strayed when its letter was to leave is back: the patron has heard nothing yet.
    "ON CONFLICT(request, type, episode) DO UPDATE SET state = excluded.state, item = excluded.item, patron = excluded.patron, "
    "desk = excluded.desk, queued_at = excluded.queued_at, not_before = excluded.not_before, attempts = 0, last_error = NULL, "
    "queued_by = excluded.queued_by, dropped_by = NULL, message_id = NULL, channel = NULL WHERE notice.state = 'suppressed'"
)
DROPPED = ("READY_FOR_PICKUP", "HOLD_REMINDER", "HOLD_EXTENDED", "HOLD_EXPIRED")
"""What is no longer of use once a book has left the shelf; the rest speaks of what has happened."""
DROP_NOTICES = (
    "UPDATE notice SET state = 'suppressed', dropped_by = ?, message_id = NULL "
    f"WHERE request = ? AND state = 'queued' AND type IN {DROPPED} "
    "RETURNING type, item"
)
SEEN_AGAIN = (
    "UPDATE exception SET last_desk = ?, last_seen_at = ? "
    "WHERE kind IN (?, ?) AND barcode = ? AND coalesce(request, 0) = ? AND cleared_at IS NULL"
)
SAME_WORK = {"wrong_desk": "off_shelf"}
"""A book that strayed from its shelf and is scanned once more where it should not be is one thing to look after."""
PUT_EXCEPTION = (
    "INSERT INTO exception(kind, desk, station, barcode, request, item, note, opened_at, opened_scan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
CLEAR = (
    "UPDATE exception SET cleared_at = ?, cleared_by = ?, cleared_scan = ? "
    "WHERE {} = ? AND cleared_at IS NULL AND kind IN ({}) AND (item IS NULL OR item = coalesce(?, item))"
)
OF_A_BARCODE = frozenset({"unknown_barcode", "closed_item_seen"})
"""Exceptions that belong to no request."""
IS_ITEM = "SELECT 1 FROM item WHERE barcode = ? AND closed_at IS NULL"
IS_CARD = "SELECT 1 FROM patron WHERE card = ?"
POISON_A_TOPIC = 100
KEPT_BYTES = 65536
"""Kept of one topic: who has a station's password shall not fill the disk, nor push aside what others sent."""
PUT_POISON = "INSERT INTO poison(topic, payload, size, reason, received_at) VALUES (?, ?, ?, ?, ?)"
OLD_POISON = (
    "DELETE FROM poison WHERE topic = ? AND key <= (SELECT key FROM poison WHERE topic = ? ORDER BY key DESC LIMIT 1 OFFSET ?)"
)  # fmt: skip
PATRON = "SELECT key, alias FROM patron WHERE card = ?"
READY_CODES = (
    # CROSS JOIN: the patron's few open requests first, whatever the planner thinks of the shelves.
    "SELECT i.shelf_code, count(*) FROM request r CROSS JOIN item i "
    "WHERE i.request = r.key AND r.requester = ? AND r.closed_at IS NULL AND r.pickup_desk = ? "
    "AND i.state = 'ON_HOLD_SHELF' GROUP BY i.shelf_code ORDER BY i.shelf_code"
)


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """One row of the scan table; ``barcode`` is None for a patron's card."""

    stream: int
    seq: int
    scan_id: str
    station: str
    barcode: str | None
    source: str
    happened_at: datetime
    decided_at: datetime


class Poison(NamedTuple):
    """A message that cannot be worked on: where it came, its bytes, why not."""

    topic: str
    payload: bytes
    reason: str

    @property
    def kept(self) -> bytes:
        """What is kept of its bytes."""
        return self.payload[:KEPT_BYTES]


class ScanStore:
    """Reads and writes inside the open transaction of the one writing connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._do = connection.execute
        self._put_notice = PUT_NOTICE.format(number=number_for("notice", connection.dialect))
        self._chain: history.End | None = None
        self._batch = False
        self.commit_s = 0.0
        """How long the last commit took, in seconds."""

    @contextmanager
    def batch(self, wanted: Wanted = NOTHING_WANTED) -> Iterator[ScanStore]:
        """Give the store to work with inside one transaction; ``wanted`` says what is to come, for a store that reads ahead.

        This one remembers the end of the history's chain: nobody else writes to it meanwhile.
        """
        self._batch, self._chain = True, None
        try:
            yield self
        finally:
            self._batch, self._chain = False, None

    def run(self, work: Callable[[ScanStore], T], wanted: Wanted = NOTHING_WANTED) -> T:
        """Do work with a batch's store in one transaction; gives what it gives once it is committed."""
        with transaction(self.connection):
            with self.batch(wanted) as store:
                given = work(store)
            written = perf_counter()
        self.commit_s = perf_counter() - written
        return given

    def stream(self, station: str, incarnation: str) -> Stream:
        """Give the position of a stream, made at 0 when it is new."""
        row = self._do(STREAM, (station, incarnation)).fetchone()
        if row is not None:
            return Stream(*row)
        return Stream(inserted(self._do(PUT_STREAM, (station, incarnation))), 0, 0)

    def position(self, station: str, incarnation: str) -> int:
        """Give how far a stream's scans are taken, 0 for one that is not known; writes nothing."""
        row = self._do(STREAM, (station, incarnation)).fetchone()
        return 0 if row is None else int(row[1])

    def advance(self, stream: int, seq: int) -> None:
        """Write that all scans up to ``seq`` are taken."""
        self._do("UPDATE stream SET seq = ? WHERE key = ?", (seq, stream))

    def keep_position(self, stream: Stream) -> None:
        """Write how far scans and faults of a stream are taken."""
        self._do(KEEP_POSITION, (stream.seq, stream.fault_seq, stream.key))

    def desk_of(self, station: str) -> Desk | None:
        """Give the desk a station stands at, None for an unknown station."""
        row = self._do(STATION, (station,)).fetchone()
        return None if row is None else desk_of(row)

    def desk(self, code: str) -> Desk | None:
        """Give a desk by its code."""
        row = self._do(DESK_BY_CODE, (code,)).fetchone()
        return None if row is None else desk_of(row)

    def clock_offset(self, station: str) -> timedelta:
        """Give how far a station's clock was behind ours at its last hello."""
        row = self._do("SELECT clock_offset_ms FROM station WHERE name = ?", (station,)).fetchone()
        return timedelta(milliseconds=row[0] or 0) if row is not None else timedelta()

    def reply_to(self, scan_id: str) -> str | None:
        """Give the stored reply of a scan by its id."""
        row = self._do("SELECT reply FROM scan WHERE scan_id = ?", (scan_id,)).fetchone()
        return None if row is None else row[0]

    def remembered(self, station: str, stream: int, at: datetime) -> Remembered:
        """Give what a station remembers at a moment.

        Its journal and a page share what was scanned last at either. What a journal brings later, after a cut of the network,
        is read as the journal left it: a page has meanwhile gone on.
        """
        return remembered_of(self._do(CONTEXT, (station,)).fetchall(), stream, at)

    def keep_context(
        self, station: str, stream: int, context: Context, last: LastScan, before: Remembered, undo: str | None = None
    ) -> None:  # fmt: skip
        """Write what a station remembers now; ``undo``, where given, takes the place of what could be taken back so far."""
        if undo is None and before.stream not in (None, stream):
            undo = self.undo(station, before)
        self._do(PUT_CONTEXT, context_row(station, stream, context, last, undo))

    def undo(self, station: str, remembered: Remembered) -> str | None:
        """Give what a station kept of its last move."""
        row = self._do(UNDO_OF, (station, remembered.stream)).fetchone()
        return None if row is None else row[0]

    def open_item(self, barcode: str) -> Read | None:
        """Give the open item with this barcode, its request, and of a set the other items."""
        row = self._do(OPEN_ITEM, (barcode,)).fetchone()
        if row is None:
            return None
        request, item = request_of(row), item_of(row[REQUEST_COLUMNS:-1])
        return Read(item, request, others=self.others(request, item.key), work=bool(row[-1]))

    def others(self, request: Request, item: int | None = None) -> tuple[Item, ...]:
        """Give the items of a set but this one; of a single book there are none to look for."""
        if request.pieces < 2:
            return ()
        return tuple(other for other in self.items_of(request.key) if other.key != item)

    def items_of(self, request: int) -> tuple[Item, ...]:
        """Give all items of a request, open and closed, by piece."""
        return tuple(item_of(row) for row in self._do(ITEMS_OF, (request,)))

    def closed_request(self, barcode: str) -> Request | None:
        """Give the request of the item that was closed last with this barcode; ``closed_at`` is when, though the rest of a set is out."""
        row = self._do(CLOSED_REQUEST, (barcode,)).fetchone()
        return None if row is None else replace(request_of(row), closed_at=from_ms(row[REQUEST_COLUMNS]))

    def item(self, key: int) -> Item | None:
        """Give an item by its key."""
        row = self._do(ITEM_BY_KEY, (key,)).fetchone()
        return None if row is None else item_of(row)

    def request(self, key: int) -> Request | None:
        """Give a request by its key."""
        row = self._do(REQUEST_BY_KEY, (key,)).fetchone()
        return None if row is None else request_of(row)

    def request_by_id(self, request_id: str) -> Request | None:
        """Give a request by its printable id."""
        row = self._do(REQUEST_BY_ID, (request_id,)).fetchone()
        return None if row is None else request_of(row)

    def patron_at(self, card: str, desk: str) -> PatronAtDesk | None:
        """Give the owner of a card with what is ready for them at a desk."""
        row = self._do(PATRON, (card,)).fetchone()
        if row is None:
            return None
        codes = self._do(READY_CODES, (row[0], desk)).fetchall()
        return PatronAtDesk(row[0], row[1], sum(code[1] for code in codes), tuple(code[0] for code in codes))

    def is_card(self, barcode: str) -> bool:
        """Say whether a patron has this card and no open item this barcode."""
        return self._do(IS_CARD, (barcode,)).fetchone() is not None and not self.is_item(barcode)

    def is_item(self, barcode: str) -> bool:
        """Say whether an open item has this barcode; reads nothing else of it."""
        return self._do(IS_ITEM, (barcode,)).fetchone() is not None

    def keep_scan(self, record: ScanRecord, desk: str | None, decision: Decision, item: int | None, reply: str) -> None:
        """Write one scan with the reply it got."""
        self._do(PUT_SCAN, scan_row(record, desk, decision, item, reply))

    def keep_item(self, item: Item, closed_at: datetime | None) -> int:
        """Write an item as it is now and give its key; key 0 is a new one."""
        key, request, piece, barcode, state, received, *rest = row_of(item)
        if key:
            if closed_at is not None or not self._do(MOVE_ITEM, (state, *rest, key)).rowcount:
                self._do(CHANGE_ITEM, (state, *rest, maybe_ms(closed_at), key))
            return item.key
        return inserted(self._do(PUT_ITEM, (request, piece, barcode, state, received, *rest, maybe_ms(closed_at))))

    def remove_item(self, key: int) -> None:
        """Take away an item that was never received after all; its history stays."""
        self._do("DELETE FROM item WHERE key = ?", (key,))

    def keep_request(self, key: int, state: State, outcome: ClosedAs | None, at: datetime) -> None:
        """Write the state a request shows."""
        moment = to_ms(at)
        if state is State.CLOSED or not self._do(MOVE_REQUEST, (state, outcome, moment, key)).rowcount:
            self._do(CHANGE_REQUEST, (state, outcome, moment, moment if state is State.CLOSED else None, key))

    def keep_whole_request(self, request: Request, at: datetime) -> None:
        """Write all of a request that an act may change."""
        self._do(KEEP_WHOLE_REQUEST, whole_request(request, at))

    def add_history(self, line: Line) -> None:
        """Write one line of a request's history."""
        end = self._chain if self._chain is not None else history.end_of_chain(self.connection)
        new = history.extend(self.connection, line, end)
        self._chain = new if self._batch else None

    def seen_last_at(self, item: int, but: str) -> str | None:
        """Give the desk that saw an item last, before this scan."""
        row = self._do(SEEN_LAST, (item, item, but)).fetchone()
        return None if row is None else row[0]

    def add_events(self, types: tuple[str, ...], desk: str | None, subject: str | None, at: datetime, data: str) -> None:
        """Write the events of one happening; all carry the same data."""
        moment = to_ms(at)
        for type_ in types:
            self._do(PUT_EVENT, (type_, desk, subject, moment, data))

    def add_notice(self, notice: QueuedNotice, request: Request, item: int | None, now: datetime, by: str | None) -> bool:
        """Queue a notice; False when this episode has had one of its kind. ``by`` names the scan that asks for it."""
        row = (notice.type, request.key, item, notice.episode, request.requester, request.pickup_desk, NoticeState.QUEUED)
        return self._do(self._put_notice, (*row, to_ms(now), to_ms(notice.not_before), by)).rowcount == 1

    def drop_notices(self, request: int, by: str | None) -> list[tuple[str, int | None]]:
        """Suppress what has not been sent of a hold that is over; gives type and item of each."""
        return in_order(self._do(DROP_NOTICES, (by, request)))

    def add_exception(
        self, kind: str, at: datetime, *, desk: str | None, station: str | None, barcode: str | None = None, request: int | None = None,
        item: int | None = None, note: str | None = None, scan_id: str | None = None,
    ) -> None:  # fmt: skip
        """Write down work for staff; what is open already about this barcode is only seen again."""
        if barcode is not None and self._do(SEEN_AGAIN, (desk, to_ms(at), kind, SAME_WORK.get(kind, kind), barcode, request or 0)).rowcount:
            return
        self._do(PUT_EXCEPTION, (kind, desk, station, barcode, request, item, note, to_ms(at), scan_id))

    def clear_exceptions(
        self, kinds: Sequence[str], by: str, at: datetime, *, barcode: str | None, request: int | None, item: int | None = None,
        scan_id: str | None = None,
    ) -> None:  # fmt: skip
        """Clear the work that this happening has resolved; with ``item`` only this piece's of a set, and what is the whole request's."""
        for statement, by_barcode, wanted in _clearing(tuple(kinds)):
            subject = barcode if by_barcode else request
            if subject is not None:
                self._do(statement, (to_ms(at), by, scan_id, subject, *wanted, item))

    def add_poison(self, messages: Sequence[Poison], at: datetime) -> None:
        """Put messages aside with their bytes, the first 64 KiB of each; of one topic the last hundred are kept."""
        when = to_ms(at)
        for each in messages:
            self._do(PUT_POISON, (each.topic, each.kept, len(each.payload), each.reason, when))
        for topic in {each.topic for each in messages}:
            self._do(OLD_POISON, (topic, topic, POISON_A_TOPIC))

    def add_fault(self, stream: int, seq: int, kind: str, scanner: str | None, detail: str, at: datetime) -> None:
        """Write one fault of a scanner; where its stream once went back behind it, it is there already and the same."""
        self._do(
            "INSERT INTO fault VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (stream, seq) DO NOTHING",
            (stream, seq, kind, scanner, detail, to_ms(at)),
        )


@cache
def _clearing(kinds: tuple[str, ...]) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
    """Give the statements that clear these kinds: each whether by barcode or by request, and the kinds it clears."""
    of_barcode = tuple(kind for kind in kinds if kind in OF_A_BARCODE)
    of_request = tuple(kind for kind in kinds if kind not in OF_A_BARCODE)
    found = (("barcode", True, of_barcode), ("request", False, of_request))
    return tuple((CLEAR.format(column, ", ".join("?" * len(some))), by, some) for column, by, some in found if some)


def scan_row(record: ScanRecord, desk: str | None, decision: Decision, item: int | None, reply: str) -> tuple[Any, ...]:
    """Give one scan with the reply it got, as SCAN_COLUMNS."""
    request = decision.request.key if decision.request is not None else None
    moments = (to_ms(record.happened_at), to_ms(record.decided_at))
    row = (record.stream, record.seq, record.scan_id, desk, record.barcode, record.source, *moments)
    return (*row, request, item, decision.outcome, decision.rule, reply)


def whole_request(request: Request, at: datetime) -> tuple[Any, ...]:
    """Give a request that an act has changed, as WHOLE_REQUEST."""
    moment = to_ms(at)
    closed = moment if request.state is State.CLOSED else None
    volumes = json.dumps(request.volumes, ensure_ascii=False) if request.volumes else None
    told = (request.state, request.closed_as, request.pickup_desk, request.pieces, volumes, request.cancelled)
    return (*told, moment, closed, request.key)


def in_order(turned: Iterable[tuple[str, int | None]]) -> list[tuple[str, int | None]]:
    """Give type and item of notices in an order that is always the same: a server gives rows as they lie."""
    return sorted(turned, key=lambda notice: (notice[0], notice[1] or 0))


def undo_of(before: Before) -> str:
    """Give what is kept of a move so that it can be taken back."""
    item = list(row_of(before.item)) if before.item is not None else None
    others = [list(row_of(other)) for other in before.others]
    kept = [to_ms(before.at), before.scan_id, before.rule, before.request.key, item, others, before.key, before.version]
    return to_json(kept).decode()
