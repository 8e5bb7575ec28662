"""A house full of requests of which very much is due, made by chance; and the slow way to do it, statement by statement."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any, cast

from hub.core.notices import NoticeState, NoticeType, day_number
from hub.core.request import ClosedAs, Item, Reason, State, request_outcome, shown_state
from hub.flows.pass_time import do_one
from hub.store.database import transaction
from hub.store.due import Due
from hub.store.moments import from_ms, to_ms
from hub.store.picture import Row
from hub.store.read_by_key import notices_of
from hub.store.rows import item_of
from hub.store.scan_path import ITEM_BY_KEY, ScanStore
from hub.store.time_store import TimeStore
from tests.support.desks import Library

TERMS: dict[str, Any] = {
    "overdue_days": [1, 8, 22],
    "quiet": "20:00-08:00",
    "open_days_only": True,
    "at": [
        {"desk": "east", "partner": "ocl", "send": []},
        {"desk": "east", "hold_reminder_days": 5, "due_soon_days": 0, "overdue_days": [2]},
        {"partner": "gbv", "overdue_days": [], "delay_s": {"DUE_SOON": 3600}},
    ],
}
"""Terms that switch off by site, desk and partner."""
DESKS, PARTNERS = ("main", "east", "joint"), ("tul", "ocl", "gbv")
NAMES = {
    "request": "request_id, source, title, requester, pickup_desk, partner, needed_by, pieces, volumes, state, outcome, version, "
    "created_at, changed_at, closed_at",
    "item": "request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, checked_out_at, "
    "circulated, reason, version, closed_at, outcome",
    "notice": "type, request, item, episode, patron, desk, state, queued_at, not_before, attempts",
    "exception": "kind, desk, barcode, request, item, note, opened_at",
}


STATES = (
    State.IN_TRANSIT_TO_PICKUP, State.IN_TRANSIT_TO_RS, *[State.ON_HOLD_SHELF] * 3, *[State.CHECKED_OUT] * 4, State.CLOSED,
)  # fmt: skip


class House:
    """Fills a library by one seed."""

    def __init__(self, library: Library, seed: int, requests: int) -> None:
        self._library, self._by, self._zone = library, Random(seed), library.site.zone
        with transaction(library.connection):
            for number in range(1, requests + 1):
                self._request(number)

    def _put(self, table: str, *values: object) -> int:
        names = NAMES[table]
        sql = f"INSERT INTO {table}({names}) VALUES ({', '.join('?' * len(values))}) RETURNING key"  # noqa: S608 - names of our own
        return int(self._library.connection.execute(sql, values).fetchall()[0][0])

    def _day(self, first: int, last: int) -> int:
        return to_ms(self._library.now + timedelta(days=self._by.randint(first, last), hours=self._by.randint(-9, 9)))

    def _request(self, number: int) -> None:
        by, pieces = self._by, self._by.choice((1, 1, 1, 2, 3))
        here = by.randint(0, pieces) if by.random() < 0.3 else pieces
        needed = (self._library.now.date() + timedelta(days=by.randint(-3, 3))).isoformat() if by.random() < 0.5 else None
        volumes = '["I", "II", "III"]' if pieces == 3 else None
        desk, partner = by.choice(DESKS), by.choice(PARTNERS)
        title = by.choice(("Plain", "Ümläut “quoted”", 'He said "no"\\'))
        said = (f"ILL-{number:06d}", "manual", title, by.choice((1, 2)), desk, partner, needed, pieces, volumes, State.REQUESTED, None)
        key = self._put("request", *said, by.randint(1, 4), 0, self._day(-30, -5), None)
        items = [self._item(number, key, piece, desk) for piece in range(1, here + 1)]
        shows = shown_state(pieces, items)
        ended: ClosedAs | None = request_outcome(items) if shows is State.CLOSED else None
        self._library.connection.execute("UPDATE request SET state = ?, outcome = ? WHERE key = ?", (shows, ended, key))
        if by.random() < 0.3:
            self._put("exception", "needed_by_passed", desk, None, key, None, None, self._day(-9, -1))

    def _item(self, number: int, request: int, piece: int, desk: str) -> Item:
        by, connection = self._by, self._library.connection
        state = by.choice(STATES)
        barcode, lent, shut = f"3{number:08d}{piece:05d}", state is State.CHECKED_OUT, state is State.CLOSED
        held, due = self._day(-3, 6), self._day(-25, 6)
        changed, closed_at = self._day(-12, -1), self._day(-9, -2)
        key = self._put(
            "item", request, piece, barcode, state, self._day(-60, -40), changed, held, f"A{by.randint(1, 9)}", by.randint(1, 3),
            due if lent else None, self._day(-40, -30) if lent else None, lent or shut, by.choice((None, Reason.RECALLED)),
            by.randint(1, 9), closed_at if shut else None, ClosedAs.RETURNED if shut else None,
        )  # fmt: skip
        item = item_of(connection.execute(ITEM_BY_KEY, (key,)).fetchone())
        for kind, episode in (
            (NoticeType.READY_FOR_PICKUP, item.episode),
            (NoticeType.HOLD_REMINDER, day_number(from_ms(held), self._zone)),
            (NoticeType.HOLD_EXPIRED, day_number(from_ms(held), self._zone)),
            (NoticeType.DUE_SOON, day_number(from_ms(due), self._zone)),
            (NoticeType.OVERDUE, day_number(from_ms(due), self._zone)),
        ):
            if by.random() < 0.25 and not self._had(request, kind, episode):
                how = by.choice((NoticeState.QUEUED, NoticeState.SENT, NoticeState.SUPPRESSED, NoticeState.FAILED))
                at = self._day(-6, -2)
                self._put("notice", kind, request, key, episode, 1, desk, how, at, at, by.randint(0, 2))
        if by.random() < 0.3:
            self._put("exception", "transit_too_old", desk, barcode, request, key, None, self._day(-9, -1))
        if by.random() < 0.15:
            mark = "INSERT INTO time_mark(kind, subject, occasion) VALUES (?, ?, ?)"
            connection.execute(mark, (by.choice(("overdue", "overdue-8")), key, due))
        return item

    def _had(self, request: int, kind: str, episode: int) -> bool:
        return bool(self._library.rows("SELECT 1 FROM notice WHERE request = ? AND type = ? AND episode = ?", request, kind, episode))


class PlainStore(ScanStore):
    """Says and asks each thing by a statement of its own, at once; nothing is read ahead or kept back."""

    def mark(self, kind: str, subject: int, occasion: int) -> bool:
        """Mark as said; False where it was."""
        sql = "INSERT INTO time_mark(kind, subject, occasion) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        return bool(self._do(sql, (kind, subject, occasion)).rowcount)

    def notices_of(self, request: int) -> list[Row]:
        """Give all notices about a request."""
        return notices_of(self.connection, [request])


def done_one_by_one(library: Library, what: list[Due]) -> int:
    """Do what was found in the open transaction, each as if it were the only one."""
    done = 0
    for one in what:
        done += do_one(cast(TimeStore, PlainStore(library.connection)), library.site, one, library.now, {})
    return done
