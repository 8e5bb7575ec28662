"""The way of a batch of scans through PostgreSQL: read ahead, decided in memory, written together; a handful of statements a batch.

It answers as ScanStore does, scan by scan. What was not foreseen is asked of the database by ScanStore's own statements.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from hub.core.context import Context
from hub.core.desk import Desk
from hub.core.notices import NoticeState, QueuedNotice
from hub.core.request import ClosedAs, Item, Request, State
from hub.core.seen import Decision, PatronAtDesk, Read
from hub.core.streams import Stream
from hub.store.file_batch import FileStore
from hub.store.history import End, Line
from hub.store.moments import from_ms, maybe_moment, maybe_ms, to_ms
from hub.store.picture import Picture, Row
from hub.store.read_ahead import read_ahead
from hub.store.read_by_key import notices_of, work_about
from hub.store.remembered import PUT_CONTEXT_COLUMNS, LastScan, Remembered
from hub.store.rows import item_of, row_of
from hub.store.scan_path import (
    DROPPED,
    OF_A_BARCODE,
    SAME_WORK,
    SCAN_COLUMNS,
    SEEN_LAST,
    WHOLE_REQUEST,
    Poison,
    ScanRecord,
    ScanStore,
    in_order,
    scan_row,
    whole_request,
)
from hub.store.sql import Connection
from hub.store.wanted import NOTHING_WANTED, Wanted
from hub.store.write_behind import WriteBehind
from hub.store.write_to_file import write_to_file
from hub.store.write_together import ITEM_COLUMNS, Waiting, write_together

NUMBERS = "SELECT nextval(pg_get_serial_sequence('item', 'key')) FROM generate_series(1, ?)"
NUMBERS_AT_ONCE = 50
"""Numbers of items are had before the items: so many are there for scans to come. Those of a hub that ends are never given."""
REPLY_TO = "SELECT reply FROM scan WHERE scan_id = ?"
_QUEUED = str(NoticeState.QUEUED)
_ITEM, _SCAN, _CONTEXT = ITEM_COLUMNS.split(", "), SCAN_COLUMNS.split(", "), PUT_CONTEXT_COLUMNS.split(", ")


def store_for(connection: Connection) -> ScanStore:
    """Give the store that suits the database: a file is asked as things come, a server that is some way off once for a batch."""
    return FileStore(connection) if connection.dialect == "sqlite" else ServerStore(connection)


class ServerStore(ScanStore):
    """A ScanStore on a server, whose batches work on a picture."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.numbers = Numbers(connection)

    @contextmanager
    def batch(self, wanted: Wanted = NOTHING_WANTED) -> Iterator[ScanStore]:
        """Read ahead what is wanted, and write at the end all that came of it."""
        self.numbers.have(len(wanted.scans))
        store = BatchStore(self.connection, *read_ahead(self.connection, wanted), self.numbers)
        yield store
        store.write()
        store.end()


class Numbers:
    """Keys for items that are still to be made: each is given once, those of a hub that ends never."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._free: deque[int] = deque()

    def have(self, count: int) -> None:
        """See that there are so many."""
        if len(self._free) < count:
            self._free.extend(row[0] for row in self._connection.execute(NUMBERS, (max(count - len(self._free), NUMBERS_AT_ONCE),)))

    def take(self) -> int:
        """Give the next one."""
        self.have(1)
        return self._free.popleft()


class BatchStore(ScanStore):
    """A ScanStore that works on a picture, for the length of one transaction."""

    def __init__(self, connection: Connection, picture: Picture, end: End | None, numbers: Numbers) -> None:
        super().__init__(WriteBehind(connection, before=self._before, changed=picture.forget))
        self._server, self._picture, self._numbers = connection, picture, numbers
        self._waiting, self._end = Waiting(), end
        self._at: datetime | None = None
        self._at_ms = 0

    def write(self) -> None:
        """Write all that waits."""
        waiting, self._waiting = self._waiting, Waiting()
        write = write_to_file if self._server.dialect == "sqlite" else write_together
        self._end = write(self._server, waiting, self._end)
        # Rows of these get their keys from the server, and are not known by them here.
        for table in waiting.tables() & {"notice", "exception"}:
            self._picture.forget(table)

    def end(self) -> None:
        """Let go of the picture: the store and its connection hold each other, and only a search for garbage would find them."""
        self.connection, self._do = self._server, self._server.execute
        del self._picture

    def _before(self, tables: frozenset[str]) -> None:
        if not tables.isdisjoint(self._waiting.tables()):
            self.write()

    # -- streams and stations

    def stream(self, station: str, incarnation: str) -> Stream:
        """Give the position of a stream, made at 0 when it is new."""
        known = self._picture.streams.get((station, incarnation)) or super().stream(station, incarnation)
        self._picture.streams[station, incarnation] = known
        return known

    def advance(self, stream: int, seq: int) -> None:
        """Write that all scans up to ``seq`` are taken."""
        found = next((each for each in self._picture.streams.values() if each.key == stream), None)
        if found is None:
            super().advance(stream, seq)
        else:
            self.keep_position(found._replace(seq=seq))

    def keep_position(self, stream: Stream) -> None:
        """Write how far scans and faults of a stream are taken."""
        self._waiting.streams[stream.key] = {"key": stream.key, "seq": stream.seq, "fault_seq": stream.fault_seq}

    def desk_of(self, station: str) -> Desk | None:
        """Give the desk a station stands at, None for an unknown station."""
        if station not in self._picture.known_stations:
            return super().desk_of(station)
        found = self._picture.stations.get(station)
        return found[0] if found is not None else None

    def clock_offset(self, station: str) -> timedelta:
        """Give how far a station's clock was behind ours at its last hello."""
        if station not in self._picture.known_stations:
            return super().clock_offset(station)
        found = self._picture.stations.get(station)
        return found[1] if found is not None else timedelta()

    def desk(self, code: str) -> Desk | None:
        """Give a desk by its code."""
        known = self._picture.desks.get(code)
        return known or super().desk(code)

    # -- what a station remembers

    def remembered(self, station: str, stream: int, at: datetime) -> Remembered:
        """Give what a station remembers at a moment."""
        if station not in self._picture.contexts.known:
            return super().remembered(station, stream, at)
        return self._picture.contexts.remembered(station, stream, at)

    def undo(self, station: str, remembered: Remembered) -> str | None:
        """Give what a station kept of its last move."""
        if station not in self._picture.contexts.known:
            return super().undo(station, remembered)
        return self._picture.contexts.undo(station, remembered)

    def keep_context(
        self, station: str, stream: int, context: Context, last: LastScan, before: Remembered, undo: str | None = None
    ) -> None:  # fmt: skip
        """Write what a station remembers now."""
        if station not in self._picture.contexts.known:
            super().keep_context(station, stream, context, last, before, undo)
            return
        row = self._picture.contexts.keep(station, stream, context, last, before, undo)
        self._waiting.contexts[station, stream] = dict(zip(_CONTEXT, row, strict=True))

    # -- scans

    def reply_to(self, scan_id: str) -> str | None:
        """Give the stored reply of a scan by its id."""
        if scan_id in self._picture.known_scans or scan_id in self._picture.replies:
            return self._picture.replies.get(scan_id)
        # What waits is in the picture: there is nothing to be written first.
        row = self._server.execute(REPLY_TO, (scan_id,)).fetchone()
        return None if row is None else row[0]

    def keep_scan(self, record: ScanRecord, desk: str | None, decision: Decision, item: int | None, reply: str) -> None:
        """Write one scan with the reply it got."""
        self._picture.replies[record.scan_id] = reply
        self._waiting.scans.append(dict(zip(_SCAN, scan_row(record, desk, decision, item, reply), strict=True)))

    # -- requests and items

    def open_item(self, barcode: str) -> Read | None:
        """Give the open item with this barcode, its request, and of a set the other items."""
        if barcode not in self._picture.books.known:
            return super().open_item(barcode)
        item = self._picture.books.open_item(barcode)
        if item is None:
            return None
        request = self._picture.books.requests[item.request]
        return Read(item, request, others=self.others(request, item.key), work=bool(self._work("request", request.key)))

    def items_of(self, request: int) -> tuple[Item, ...]:
        """Give all items of a request, open and closed, by piece."""
        if request not in self._picture.books.whole:
            return super().items_of(request)
        return self._picture.books.items_of(request)

    def closed_request(self, barcode: str) -> Request | None:
        """Give the request of the item that was closed last with this barcode."""
        if not self._picture.books.knows_closed(barcode):
            return super().closed_request(barcode)
        return self._picture.books.closed_request(barcode)

    def item(self, key: int) -> Item | None:
        """Give an item by its key."""
        known = self._picture.books.items.get(key)
        return known or super().item(key)

    def request(self, key: int) -> Request | None:
        """Give a request by its key."""
        known = self._picture.books.requests.get(key)
        return known or super().request(key)

    def request_by_id(self, request_id: str) -> Request | None:
        """Give a request by its printable id."""
        if request_id not in self._picture.books.known:
            return super().request_by_id(request_id)
        key = self._picture.books.by_id.get(request_id)
        return self._picture.books.requests[key] if key is not None else None

    def patron_at(self, card: str, desk: str) -> PatronAtDesk | None:
        """Give the owner of a card with what is ready for them at a desk."""
        if card not in self._picture.books.known_cards:
            return super().patron_at(card, desk)
        return self._picture.books.patron_at(card, desk)

    def is_item(self, barcode: str) -> bool:
        """Say whether an open item has this barcode."""
        if barcode not in self._picture.books.known:
            return super().is_item(barcode)
        return self._picture.books.open_item(barcode) is not None

    def is_card(self, barcode: str) -> bool:
        """Say whether a patron has this card and no open item this barcode."""
        if barcode not in self._picture.books.known_cards:
            return super().is_card(barcode)
        return barcode in self._picture.books.patrons and not self.is_item(barcode)

    def keep_item(self, item: Item, closed_at: datetime | None) -> int:
        """Write an item as it is now and give its key; key 0 is a new one."""
        if not item.key:
            item = replace(item, key=self._numbers.take())
            self._waiting.new_items.add(item.key)
        row, closed = row_of(item), maybe_ms(closed_at)
        # Read again as it will be stored: moments to the millisecond.
        self._picture.books.put(item_of(row), closed)
        self._waiting.items[item.key] = dict(zip(_ITEM, (*row, closed), strict=True))
        return item.key

    def remove_item(self, key: int) -> None:
        """Take away an item that was never received after all; its history stays."""
        self._before(frozenset({"item"}))
        self._picture.books.remove(key)
        self._server.execute("DELETE FROM item WHERE key = ?", (key,))

    def keep_request(self, key: int, state: State, outcome: ClosedAs | None, at: datetime) -> None:
        """Write the state a request shows."""
        if key in self._waiting.whole_requests:
            self.write()
        moment = to_ms(at)
        closed = moment if state is State.CLOSED else None
        steps = self._waiting.requests.get(key, {"version": 0})["version"] + 1
        row = {"key": key, "state": state, "outcome": outcome, "version": steps, "changed_at": moment, "closed_at": closed}
        self._waiting.requests[key] = row
        closed_at = from_ms(moment) if closed is not None else None
        self._picture.books.change_request(key, state=state, closed_as=outcome, closed_at=closed_at)

    def keep_whole_request(self, request: Request, at: datetime) -> None:
        """Write all of a request that an act may change."""
        if request.key in self._waiting.requests:
            # Within one statement there is no before.
            self.write()
        steps = self._waiting.whole_requests.get(request.key, {"version": 0})["version"] + 1
        row = dict(zip(WHOLE_REQUEST, whole_request(request, at), strict=True))
        self._waiting.whole_requests[request.key] = {"version": steps, **row}
        self._picture.books.keep_request(replace(request, closed_at=maybe_moment(row["closed_at"])))

    # -- history and events

    def add_history(self, line: Line) -> None:
        """Write one line of a request's history."""
        self._waiting.lines.append(line)

    def seen_last_at(self, item: int, but: str) -> str | None:
        """Give the desk that saw an item last, before this scan."""
        for line in reversed(self._waiting.lines):
            if line.kind == "scan" and line.item == item and line.scan_id != but:
                return line.desk
        row = self._server.execute(SEEN_LAST, (item, item, but)).fetchone()
        return None if row is None else row[0]

    def add_events(self, types: tuple[str, ...], desk: str | None, subject: str | None, at: datetime, data: str) -> None:
        """Write the events of one happening; all carry the same data."""
        moment = self._ms(at)
        self._waiting.events += [(type_, desk, subject, moment, data) for type_ in types]

    def _ms(self, at: datetime) -> int:
        """Give the milliseconds of a moment, which is that of the one before on most calls."""
        if at is not self._at:
            self._at, self._at_ms = at, to_ms(at)
        return self._at_ms

    # -- notices

    def add_notice(self, notice: QueuedNotice, request: Request, item: int | None, now: datetime, by: str | None) -> bool:
        """Queue a notice; False when this episode has had one of its kind."""
        kind = str(notice.type)
        known = self._notices(request.key).get((kind, notice.episode))
        if known is not None and known["state"] != NoticeState.SUPPRESSED:
            return False
        row: Row = known if known is not None else {"key": None, "type": kind, "request": request.key, "episode": notice.episode}
        row |= {
            "item": item, "patron": request.requester, "desk": request.pickup_desk, "state": _QUEUED, "queued_at": self._ms(now),
            "not_before": to_ms(notice.not_before), "attempts": 0, "last_error": None, "queued_by": by, "dropped_by": None,
            "message_id": None, "channel": None,
        }  # fmt: skip
        self._picture.keep_notice(row)
        if row["key"] is not None:
            self._waiting.notices_changed[row["key"]] = row
        elif known is None:
            self._waiting.notices.append(row)
        return True

    def drop_notices(self, request: int, by: str | None) -> list[tuple[str, int | None]]:
        """Suppress what has not been sent of a hold that is over; gives type and item of each."""
        dropped = [row for row in self._notices(request).values() if row["state"] == NoticeState.QUEUED and row["type"] in DROPPED]
        for row in dropped:
            row |= {"state": NoticeState.SUPPRESSED, "dropped_by": by, "message_id": None}
            if row["key"] is not None:
                self._waiting.notices_changed[row["key"]] = row
        return in_order((str(row["type"]), row["item"]) for row in dropped)

    def _notices(self, request: int) -> dict[tuple[str, int], Row]:
        if request not in self._picture.notices:
            rows = notices_of(self.connection, [request])
            self._picture.notices[request] = {}
            for row in rows:
                self._picture.keep_notice(row)
        return self._picture.notices[request]

    # -- work for staff

    def add_exception(
        self, kind: str, at: datetime, *, desk: str | None, station: str | None, barcode: str | None = None, request: int | None = None,
        item: int | None = None, note: str | None = None, scan_id: str | None = None,
    ) -> None:  # fmt: skip
        """Write down work for staff; what is open already about this barcode is only seen again."""
        same = [] if barcode is None else [row for row in self._work("barcode", barcode) if row["request"] == request]
        same = [row for row in same if row["kind"] in (kind, SAME_WORK.get(kind, kind))]
        for seen in same:
            self._change_work(seen, last_desk=desk, last_seen_at=to_ms(at))
        if not same:
            row: Row = {
                "key": None, "kind": kind, "desk": desk, "station": station, "barcode": barcode, "request": request, "item": item,
                "note": note, "opened_at": to_ms(at), "opened_scan": scan_id,
            }  # fmt: skip
            row |= dict.fromkeys(("last_desk", "last_seen_at", "cleared_at", "cleared_by", "cleared_scan"))
            self._picture.work.put(row)
            self._waiting.work.append(row)

    def clear_exceptions(
        self, kinds: Sequence[str], by: str, at: datetime, *, barcode: str | None, request: int | None, item: int | None = None,
        scan_id: str | None = None,
    ) -> None:  # fmt: skip
        """Clear the work that this happening has resolved."""
        of_barcode = {kind for kind in kinds if kind in OF_A_BARCODE}
        for column, subject, wanted in (("barcode", barcode, of_barcode), ("request", request, set(kinds) - of_barcode)):
            if subject is None or not wanted:
                continue
            for row in self._work(column, subject):
                if row["kind"] in wanted and (row["item"] is None or item is None or row["item"] == item):
                    self._change_work(row, cleared_at=to_ms(at), cleared_by=by, cleared_scan=scan_id)

    def _work(self, column: str, subject: str | int) -> list[Row]:
        """Give the open work about a barcode or a request."""
        if not self._picture.work.knows(column, subject):
            # What waits is written first, and what was known of work forgotten by that.
            rows = work_about(self.connection, column, [subject])
            self._picture.work.learn(column, subject, rows)
        return self._picture.work.about(column, subject)

    def _change_work(self, row: Row, **changes: object) -> None:
        row |= changes
        if row["key"] is not None:
            self._waiting.work_changed[row["key"]] = row

    # -- what is put aside

    def add_poison(self, messages: Sequence[Poison], at: datetime) -> None:
        """Put messages aside with their bytes."""
        when = to_ms(at)
        self._waiting.poison += [
            {"topic": each.topic, "size": len(each.payload), "reason": each.reason, "received_at": when, "payload": f"\\x{each.kept.hex()}"}
            for each in messages
        ]

    def add_fault(self, stream: int, seq: int, kind: str, scanner: str | None, detail: str, at: datetime) -> None:
        """Write one fault of a scanner."""
        told = {"stream": stream, "seq": seq, "kind": kind, "scanner": scanner, "detail": detail}
        self._waiting.faults.append({**told, "occurred_at": to_ms(at)})
        return None
