"""What a batch of scans knows of the database, and what its own scans have changed in it so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hub.core.barcode import COMMAND_PREFIX
from hub.core.desk import Desk
from hub.core.request import Item, Request, State
from hub.core.seen import PatronAtDesk
from hub.core.streams import Stream
from hub.store.moments import from_ms
from hub.store.remembered import Contexts
from hub.store.rows import desk_of, item_of, request_of
from hub.store.wanted import Pair, Wanted

Row = dict[str, Any]
"""A row by its columns."""


@dataclass(slots=True)
class Found:
    """The rows that READ gives, in its order."""

    requests_concerned: list[int] = field(default_factory=list)
    barcodes: list[str] = field(default_factory=list)
    stations: list[Any] = field(default_factory=list)
    desks: list[Any] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    work: list[Row] | None = field(default_factory=list)
    """None where nothing is known of it."""


class Picture:
    """Answers where it knows; ``knows…`` and ``in`` tell where it does."""

    def __init__(self, found: Found, streams: list[Any], wanted: Wanted) -> None:
        self.streams: dict[Pair, Stream] = {(row[1], row[2]): Stream(row[0], row[3], row[4]) for row in streams}
        self.desks: dict[str, Desk] = {row[0]: desk_of(row) for row in found.desks}
        self.stations: dict[str, tuple[Desk, timedelta]] = {
            row[0]: (desk_of(row[2:]), timedelta(milliseconds=row[1] or 0)) for row in found.stations
        }
        self.known_stations = wanted.stations
        self.contexts = Contexts(wanted.stations, found.contexts)
        self.replies: dict[str, str] = dict(found.replies)
        self.known_scans = {scan.scan_id for scan in wanted.scans}
        self.books = Books(found)
        self.notices: dict[int, dict[tuple[str, int], Row]] = {key: {} for key in found.requests_concerned}
        """By request, then by type and episode; a request that is not here is not known."""
        for notice in found.notices:
            self.keep_notice(notice)
        self.work = Work(found)

    def keep_notice(self, notice: Row) -> None:
        """Know one notice more."""
        self.notices.setdefault(notice["request"], {})[notice["type"], notice["episode"]] = notice

    def forget(self, table: str) -> None:
        """Know no more what somebody has written to this table in another way."""
        match table:
            case "station" | "desk":
                self.known_stations = set()
                self.desks = {}
            case "station_context":
                self.contexts = Contexts((), ())
            case "stream":
                self.streams = {}
            case "item" | "request" | "patron":
                self.books = Books(Found())
            case "notice":
                self.notices = {}
            case "exception":
                self.work = Work(Found())


class Books:
    """Requests, their items, and who waits for them."""

    def __init__(self, found: Found) -> None:
        self.known = set(found.barcodes)
        """Of these barcodes the open item and the slip are known."""
        self.requests: dict[int, Request] = {}
        self.by_id: dict[str, int] = {}
        self._asked_by: defaultdict[int, set[int]] = defaultdict(set)
        for row in found.requests:
            self._put_request(request_of(row))
        self.items: dict[int, Item] = {}
        self.closed_at: dict[int, int | None] = {}
        self._open: dict[str, int] = {}
        self._of_request: defaultdict[int, set[int]] = defaultdict(set)
        self.whole = set(found.sets)
        """Of these requests all items are known."""
        self._last_closed: dict[str, tuple[int, int, int]] = {}
        self._known_closed: set[str] = set()
        for row in found.items:
            self.put(item_of(row[1:]), row[0])
        self.patrons: dict[str, tuple[int, str]] = {}
        self.known_cards: set[str] = set()
        self._shelved: defaultdict[int, list[Any]] = defaultdict(list)

    def unknown(self, barcode: str) -> bool:
        """Say whether a barcode is neither an open item, nor a slip, nor a command."""
        return barcode not in self._open and barcode not in self.by_id and not barcode.startswith(COMMAND_PREFIX)

    def learn(self, barcodes: list[str], closed: list[Any], requests: list[Any], patrons: list[Any], shelved: list[Any]) -> None:
        """Know of these barcodes what was closed last with them, whose cards they are, and what is ready for whom."""
        for row in requests:
            if row[0] not in self.requests:
                self._put_request(request_of(row))
        self._last_closed |= {row[0]: (row[1], row[2], row[3]) for row in closed}
        self._known_closed |= set(barcodes)
        self.patrons |= {card: (key, alias) for card, key, alias in patrons}
        self.known_cards |= set(barcodes)
        for patron, *row in shelved:
            self._shelved[patron].append(row)

    def open_item(self, barcode: str) -> Item | None:
        """Give the open item of a known barcode."""
        key = self._open.get(barcode)
        return self.items[key] if key is not None else None

    def knows_closed(self, barcode: str) -> bool:
        """Say whether the item that was closed last with this barcode is known."""
        return barcode in self._known_closed

    def closed_request(self, barcode: str) -> Request | None:
        """Give the request of that item."""
        last = self._last_closed.get(barcode)
        return replace(self.requests[last[2]], closed_at=from_ms(last[0])) if last is not None else None

    def items_of(self, request: int) -> tuple[Item, ...]:
        """Give the known items of a request, by piece."""
        items = [self.items[key] for key in self._of_request[request]]
        return tuple(items if len(items) < 2 else sorted(items, key=lambda item: (item.piece, item.key)))

    def put(self, item: Item, closed_at: int | None) -> None:
        """Know an item as it is now."""
        if item.request not in self.requests:
            # Never foreseen: what follows from it for others is not known either.
            self.known, self.known_cards, self._known_closed, self.whole = set(), set(), set(), set()
        self.items[item.key], self.closed_at[item.key] = item, closed_at
        self._of_request[item.request].add(item.key)
        code, last = item.barcode, self._last_closed.get(item.barcode)
        if closed_at is None:
            self._open[code] = item.key
            if last is not None and last[1] == item.key:
                # Open again: which one was closed before it is not known.
                self._known_closed.discard(code)
            return
        if self._open.get(code) == item.key:
            del self._open[code]
        if last is None or (closed_at, item.key) > last[:2]:
            self._last_closed[code] = (closed_at, item.key, item.request)

    def remove(self, key: int) -> None:
        """Know that an item is gone."""
        item = self.items.pop(key, None)
        if item is not None:
            self._of_request[item.request].discard(key)
            if self._open.get(item.barcode) == key:
                del self._open[item.barcode]

    def change_request(self, key: int, **changes: Any) -> None:
        """Know a request as it is now, if it was known."""
        if key in self.requests:
            self._put_request(replace(self.requests[key], version=self.requests[key].version + 1, **changes))

    def keep_request(self, request: Request) -> None:
        """Know all of a request as it is now, if it was known."""
        if request.key in self.requests:
            self._put_request(replace(request, version=self.requests[request.key].version + 1))

    def patron_at(self, card: str, desk: str) -> PatronAtDesk | None:
        """Give the owner of a known card with what is ready for them at a desk."""
        if card not in self.patrons:
            return None
        patron, alias = self.patrons[card]
        ready = self._ready(patron, desk)
        return PatronAtDesk(patron, alias, len(ready), tuple(sorted(set(ready))))

    def _ready(self, patron: int, desk: str) -> list[str]:
        """Give the shelf code of each item that is ready; what scans of this batch have changed counts as it is now."""
        untouched = [
            code for request, pickup, item, code in self._shelved[patron] if item not in self.items and self._waits(request, desk, pickup)
        ]
        known = [self.items[item] for request in self._asked_by[patron] if self._waits(request, desk) for item in self._of_request[request]]
        return untouched + [item.shelf_code or "" for item in known if item.state is State.ON_HOLD_SHELF]

    def _waits(self, request: int, desk: str, pickup: str | None = None) -> bool:
        now = self.requests.get(request)
        return pickup == desk if now is None else now.state is not State.CLOSED and now.pickup_desk == desk

    def _put_request(self, request: Request) -> None:
        self.requests[request.key], self.by_id[request.request_id] = request, request.key
        if request.requester is not None:
            self._asked_by[request.requester].add(request.key)


class Work:
    """Open work for staff, by its barcode and by its request; what is written down anew has no key yet."""

    def __init__(self, found: Found) -> None:
        self._rows: dict[int, Row] = {}
        self._by: dict[tuple[str, str | int], list[Row]] = {}
        if found.work is None:
            return
        self._by |= {("request", key): [] for key in found.requests_concerned}
        self._by |= {("barcode", code): [] for code in found.barcodes}
        for row in found.work:
            self.put(row)

    def knows(self, column: str, subject: str | int) -> bool:
        """Say whether all open work about this is known."""
        return (column, subject) in self._by

    def learn(self, column: str, subject: str | int, rows: list[Row]) -> None:
        """Know all open work about this from now on."""
        self._by[column, subject] = [self._rows.setdefault(row["key"], row) for row in rows]

    def put(self, row: Row) -> None:
        """Know of work."""
        if row["key"] is not None:
            self._rows[row["key"]] = row
        for column in ("barcode", "request"):
            if (subject := row[column]) is not None and (column, subject) in self._by:
                self._by[column, subject].append(row)

    def about(self, column: str, subject: str | int) -> list[Row]:
        """Give the open work about this."""
        return [row for row in self._by[column, subject] if row["cleared_at"] is None]
