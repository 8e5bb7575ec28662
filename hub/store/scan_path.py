"""The way of a scan through the database: plain prepared SQL, a handful of short statements a scan."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hub.core.context import NOTHING, Context
from hub.core.decide import Decision, PatronAtDesk, Read
from hub.core.desk import Desk
from hub.core.notices import NoticeState, QueuedNotice
from hub.core.request import ClosedAs, Item, Reason, Request, State
from hub.store.moments import from_ms, maybe_moment, maybe_ms, to_ms

_REQUEST = (
    "r.key, r.request_id, r.title, r.state, r.requester, r.pickup_desk, d.name, d.active, r.partner, p.name, "
    "r.partner_due_date, r.pieces, r.version, r.outcome, r.closed_at"
)
_REQUEST_FROM = "FROM request r JOIN desk d ON d.code = r.pickup_desk JOIN partner p ON p.code = r.partner"
_REQUEST_COLUMNS = 15
_ITEM = (
    "i.key, i.request, i.piece, i.barcode, i.state, i.received_at, i.changed_at, i.hold_until, i.shelf_code, i.episode, "
    "i.due_at, i.checked_out_at, i.checked_out_by, i.circulated, i.reason, i.version"
)

OPEN_ITEM = (
    f"SELECT {_REQUEST}, {_ITEM} FROM item i JOIN request r ON r.key = i.request JOIN desk d ON d.code = r.pickup_desk "
    "JOIN partner p ON p.code = r.partner WHERE i.barcode = ? AND i.closed_at IS NULL"
)
CLOSED_REQUEST = (
    f"SELECT {_REQUEST} FROM item i JOIN request r ON r.key = i.request JOIN desk d ON d.code = r.pickup_desk "
    "JOIN partner p ON p.code = r.partner WHERE i.barcode = ? AND i.closed_at IS NOT NULL ORDER BY i.closed_at DESC LIMIT 1"
)
ITEM_BY_KEY = f"SELECT {_ITEM} FROM item i WHERE i.key = ?"
REQUEST_BY_KEY = f"SELECT {_REQUEST} {_REQUEST_FROM} WHERE r.key = ?"
REQUEST_BY_ID = f"SELECT {_REQUEST} {_REQUEST_FROM} WHERE r.request_id = ?"
STATION = (
    "SELECT d.code, d.name, d.resource_sharing, d.pickup, d.shelf_prefix, d.shelf_slots, d.active "
    "FROM station s JOIN desk d ON d.code = s.desk WHERE s.name = ?"
)
STREAM = "SELECT key, seq, fault_seq FROM stream WHERE station = ? AND incarnation = ?"
CONTEXT = (
    "SELECT session_patron, session_until, request, request_until, item, item_until, asked, "
    "last_barcode, last_scanned_at, last_boot, last_scan_id FROM station_context WHERE station = ?"
)
PUT_CONTEXT = (
    "INSERT INTO station_context VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(station) DO UPDATE SET "
    "session_patron = excluded.session_patron, session_until = excluded.session_until, request = excluded.request, "
    "request_until = excluded.request_until, item = excluded.item, item_until = excluded.item_until, asked = excluded.asked, "
    "last_barcode = excluded.last_barcode, last_scanned_at = excluded.last_scanned_at, last_boot = excluded.last_boot, "
    "last_scan_id = excluded.last_scan_id"
)
PUT_SCAN = (
    "INSERT INTO scan(stream, seq, scan_id, desk, barcode, source, happened_at, decided_at, request, item, outcome, rule, reply) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
PUT_ITEM = (
    "INSERT INTO item(request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, checked_out_at, "
    "checked_out_by, circulated, reason, version, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
CHANGE_ITEM = (
    "UPDATE item SET state = ?, changed_at = ?, hold_until = ?, shelf_code = ?, episode = ?, due_at = ?, checked_out_at = ?, "
    "checked_out_by = ?, circulated = ?, reason = ?, version = ?, closed_at = ? WHERE key = ?"
)
CHANGE_REQUEST = "UPDATE request SET state = ?, outcome = ?, version = version + 1, changed_at = ?, closed_at = ? WHERE key = ?"
PUT_TRANSITION = "INSERT INTO transition(request, item, was, became, rule, desk, actor, scan_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_SIGHTING = "INSERT INTO sighting(request, item, desk, station, rule, scan_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
PUT_EVENT = "INSERT INTO event(type, desk, subject, at, data) VALUES (?, ?, ?, ?, ?)"
PUT_NOTICE = (
    "INSERT INTO notice(type, request, item, episode, patron, desk, state, queued_at, not_before, attempts) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) "
    # A book that had strayed when its letter was to leave is back: the patron has heard nothing yet.
    "ON CONFLICT(request, type, episode) DO UPDATE SET state = excluded.state, queued_at = excluded.queued_at, "
    "not_before = excluded.not_before, attempts = 0, last_error = NULL WHERE notice.state = 'suppressed'"
)
DROP_NOTICES = "UPDATE notice SET state = ? WHERE request = ? AND state = ?"
PUT_EXCEPTION = "INSERT INTO exception(kind, desk, station, barcode, request, item, note, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
CLEAR_EXCEPTIONS = "UPDATE exception SET cleared_at = ?, cleared_by = ? WHERE barcode = ? AND kind = ? AND cleared_at IS NULL"
PATRON = "SELECT key, alias FROM patron WHERE card = ?"
READY_CODES = (
    # CROSS JOIN: the patron's few open requests first, whatever the planner thinks of the shelves.
    "SELECT i.shelf_code, count(*) FROM request r CROSS JOIN item i ON i.request = r.key "
    "WHERE r.requester = ? AND r.state <> 'CLOSED' AND r.pickup_desk = ? AND i.state = 'ON_HOLD_SHELF' GROUP BY i.shelf_code"
)


@dataclass(frozen=True, slots=True)
class Stream:
    """How far one incarnation of a station's journal has been taken."""

    key: int
    seq: int
    fault_seq: int


@dataclass(frozen=True, slots=True)
class LastScan:
    """What this station scanned last, to tell a bounce."""

    barcode: str
    scanned_at: datetime
    boot: str | None
    scan_id: str


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


class ScanStore:
    """Reads and writes inside the open transaction of the one writing connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._do = connection.execute

    def stream(self, station: str, incarnation: str) -> Stream:
        """Give the position of a stream, made at 0 when it is new."""
        row = self._do(STREAM, (station, incarnation)).fetchone()
        if row is not None:
            return Stream(*row)
        added = self._do("INSERT INTO stream(station, incarnation, seq, fault_seq) VALUES (?, ?, 0, 0)", (station, incarnation))
        return Stream(int(added.lastrowid or 0), 0, 0)

    def advance(self, stream: int, seq: int) -> None:
        """Write that all scans up to ``seq`` are taken."""
        self._do("UPDATE stream SET seq = ? WHERE key = ?", (seq, stream))

    def advance_faults(self, stream: int, seq: int) -> None:
        """Write that all faults up to ``seq`` are taken."""
        self._do("UPDATE stream SET fault_seq = ? WHERE key = ?", (seq, stream))

    def desk_of(self, station: str) -> Desk | None:
        """Give the desk a station stands at, None for an unknown station."""
        row = self._do(STATION, (station,)).fetchone()
        return None if row is None else Desk(row[0], row[1], bool(row[2]), bool(row[3]), row[4], row[5], bool(row[6]))

    def reply_to(self, scan_id: str) -> str | None:
        """Give the stored reply of a scan by its id."""
        row = self._do("SELECT reply FROM scan WHERE scan_id = ?", (scan_id,)).fetchone()
        return None if row is None else row[0]

    def context(self, station: str) -> tuple[Context, LastScan | None]:
        """Give a station's context and its last scan."""
        row = self._do(CONTEXT, (station,)).fetchone()
        if row is None:
            return NOTHING, None
        if row[1] is None and row[3] is None and row[5] is None:
            context = NOTHING
        else:
            context = Context(maybe_moment(row[1]), row[0], row[2], maybe_moment(row[3]), row[4], maybe_moment(row[5]), row[6])
        last = LastScan(row[7], from_ms(row[8]), row[9], row[10]) if row[7] is not None else None
        return context, last

    def keep_context(self, station: str, context: Context, last: LastScan) -> None:
        """Write a station's context and its last scan."""
        until = (maybe_ms(context.session_until), maybe_ms(context.request_until), maybe_ms(context.item_until))
        told = (context.session_patron, until[0], context.request, until[1], context.item, until[2], context.asked)
        self._do(PUT_CONTEXT, (station, *told, last.barcode, to_ms(last.scanned_at), last.boot, last.scan_id))

    def open_item(self, barcode: str) -> Read | None:
        """Give the open item with this barcode and its request."""
        row = self._do(OPEN_ITEM, (barcode,)).fetchone()
        return None if row is None else Read(_item(row[_REQUEST_COLUMNS:]), _request(row))

    def closed_request(self, barcode: str) -> Request | None:
        """Give the request that was closed last with an item of this barcode."""
        row = self._do(CLOSED_REQUEST, (barcode,)).fetchone()
        return None if row is None else _request(row)

    def item(self, key: int) -> Item | None:
        """Give an item by its key."""
        row = self._do(ITEM_BY_KEY, (key,)).fetchone()
        return None if row is None else _item(row)

    def request(self, key: int) -> Request | None:
        """Give a request by its key."""
        row = self._do(REQUEST_BY_KEY, (key,)).fetchone()
        return None if row is None else _request(row)

    def request_by_id(self, request_id: str) -> Request | None:
        """Give a request by its printable id."""
        row = self._do(REQUEST_BY_ID, (request_id,)).fetchone()
        return None if row is None else _request(row)

    def patron_at(self, card: str, desk: str) -> PatronAtDesk | None:
        """Give the owner of a card with what is ready for them at a desk."""
        row = self._do(PATRON, (card,)).fetchone()
        if row is None:
            return None
        codes = self._do(READY_CODES, (row[0], desk)).fetchall()
        return PatronAtDesk(row[0], row[1], sum(code[1] for code in codes), tuple(code[0] for code in codes))

    def keep_scan(self, record: ScanRecord, desk: str | None, decision: Decision, item: int | None, reply: str) -> None:
        """Write one scan with the reply it got."""
        request = decision.request.key if decision.request is not None else None
        moments = (to_ms(record.happened_at), to_ms(record.decided_at))
        row = (record.stream, record.seq, record.scan_id, desk, record.barcode, record.source, *moments)
        self._do(PUT_SCAN, (*row, request, item, decision.outcome, decision.rule, reply))

    def keep_item(self, item: Item, closed_at: datetime | None) -> int:
        """Write an item as it is now and give its key; key 0 is a new one."""
        changed = (item.state, to_ms(item.changed_at), maybe_ms(item.hold_until), item.shelf_code, item.episode, maybe_ms(item.due_at))
        lent = (maybe_ms(item.checked_out_at), item.checked_out_by, item.circulated, item.reason, item.version, maybe_ms(closed_at))
        if item.key:
            self._do(CHANGE_ITEM, (*changed, *lent, item.key))
            return item.key
        added = self._do(PUT_ITEM, (item.request, item.piece, item.barcode, changed[0], to_ms(item.received_at), *changed[1:], *lent))
        return int(added.lastrowid or 0)

    def keep_request(self, key: int, state: State, outcome: ClosedAs | None, at: datetime) -> None:
        """Write the state a request shows."""
        moment = to_ms(at)
        self._do(CHANGE_REQUEST, (state, outcome, moment, moment if state is State.CLOSED else None, key))

    def add_transition(self, item: Item, key: int, was: State | None, rule: str, desk: str, station: str, scan_id: str) -> None:
        """Write that an item moved."""
        self._do(PUT_TRANSITION, (item.request, key, was, item.state, rule, desk, station, scan_id, to_ms(item.changed_at)))

    def add_sighting(self, item: Item, key: int, rule: str, desk: str, station: str, scan_id: str, at: datetime) -> None:
        """Write that an item was seen at a desk."""
        self._do(PUT_SIGHTING, (item.request, key, desk, station, rule, scan_id, to_ms(at)))

    def add_events(self, types: tuple[str, ...], desk: str | None, subject: str | None, at: datetime, data: str) -> None:
        """Write the events of one happening; all carry the same data."""
        moment = to_ms(at)
        for type_ in types:
            self._do(PUT_EVENT, (type_, desk, subject, moment, data))

    def add_notice(self, notice: QueuedNotice, request: Request, item: int, now: datetime) -> bool:
        """Queue a notice; False when this episode has had one of its kind."""
        row = (notice.type, request.key, item, notice.episode, request.requester, request.pickup_desk, NoticeState.QUEUED)
        return self._do(PUT_NOTICE, (*row, to_ms(now), to_ms(notice.not_before))).rowcount == 1

    def drop_notices(self, request: int) -> int:
        """Suppress what has not been sent for a request; gives how many."""
        return self._do(DROP_NOTICES, (NoticeState.SUPPRESSED, request, NoticeState.QUEUED)).rowcount

    def add_exception(
        self, kind: str, at: datetime, *, desk: str | None, station: str | None, barcode: str | None = None, request: int | None = None,
        item: int | None = None, note: str | None = None,
    ) -> None:  # fmt: skip
        """Write down work for staff."""
        self._do(PUT_EXCEPTION, (kind, desk, station, barcode, request, item, note, to_ms(at)))

    def clear_exceptions(self, barcode: str, kind: str, by: str, at: datetime) -> None:
        """Clear the work that this scan has just resolved."""
        self._do(CLEAR_EXCEPTIONS, (to_ms(at), by, barcode, kind))

    def add_poison(self, topic: str, payload: bytes, reason: str, at: datetime) -> None:
        """Put a message aside with its bytes, the first 64 KiB of them."""
        self._do(
            "INSERT INTO poison(topic, payload, size, reason, received_at) VALUES (?, ?, ?, ?, ?)",
            (topic, payload[:65536], len(payload), reason, to_ms(at)),
        )

    def add_fault(self, stream: int, seq: int, kind: str, scanner: str | None, detail: str, at: datetime) -> None:
        """Write one fault of a scanner."""
        self._do("INSERT INTO fault VALUES (?, ?, ?, ?, ?, ?)", (stream, seq, kind, scanner, detail, to_ms(at)))


def _request(row: Any) -> Request:
    (
        key,
        request_id,
        title,
        state,
        requester,
        pickup,
        pickup_name,
        active,
        partner,
        partner_name,
        due,
        pieces,
        version,
        outcome,
        closed,
        *_,
    ) = row
    return Request(
        key, request_id, title, State(state), requester, pickup, pickup_name, bool(active), partner, partner_name,
        date.fromisoformat(due) if due else None,
        pieces, version,
        ClosedAs(outcome) if outcome else None,
        maybe_moment(closed),
    )  # fmt: skip


def _item(row: Any) -> Item:
    key, request, piece, barcode, state, received, changed, hold, shelf, episode, due, out_at, out_by, circulated, reason, version = row
    return Item(
        key, request, piece, barcode, State(state), from_ms(received), from_ms(changed), maybe_moment(hold), shelf, episode,
        maybe_moment(due), maybe_moment(out_at), out_by, bool(circulated), Reason(reason) if reason else None, version,
    )  # fmt: skip
