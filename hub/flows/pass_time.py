"""The day comes: holds end, loans are due, what is long on its way is looked for. Each is said once, however long the hub stood.

``hub.store.due`` finds what the time has come for; here it is done in the caller's transaction, after another look: what a scan has
changed meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from hub.core.acts import OF_TIME, Act, Wish
from hub.core.decide_act import Change, decide_act
from hub.core.desk import Desk
from hub.core.notices import NoticeState, NoticeType, call, day_number
from hub.core.request import Item, Request, State
from hub.core.seen import Site
from hub.flows.act_on_request import pickup_of, write_change
from hub.flows.forget import forget
from hub.store.due import FIRST_DAY, Due, mark_of
from hub.store.moments import to_ms
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection
from hub.store.time_store import TimeStore, time_batch

CLOCK = "clock"
"""Who acts, in the history."""


SEPARATE = frozenset({Act.EXPIRE, Act.FORGET})
"""What changes a row so that it is not found again; the rest is marked as said."""
AHEAD = frozenset({Act.REMIND, Act.DUE_SOON})
"""What is said before its occasion."""
WISHES = {act: Wish(act=act) for act in OF_TIME}
ON_ITS_WAY = frozenset({State.IN_TRANSIT_TO_PICKUP, State.IN_TRANSIT_TO_RS})


def pass_time(connection: Connection, site: Site, found: Iterable[Due], now: datetime) -> int:
    """Do what is due, in the open transaction; gives how much was done."""
    done = 0
    moment = to_ms(now)
    # Where the clock was set back since, it is found again when its time comes; what lies behind it by now is not announced.
    still = (one for one in found if one.found_at <= moment and not (one.act in AHEAD and one.occasion < moment))
    for forgetting, some in groupby(still, lambda one: one.act is Act.FORGET):
        done += (_forget if forgetting else _together)(connection, site, list(some), now)
    return done


def _forget(connection: Connection, site: Site, found: Sequence[Due], now: datetime) -> int:
    with ScanStore(connection).batch() as store:
        requests = (store.request(one.request) for one in found)
        return sum(forget(store, site, request, now) for request in requests if request is not None)


def _together(connection: Connection, site: Site, found: Sequence[Due], now: datetime) -> int:
    """Do what is said or changed, read and written for all at once."""
    requests = list(dict.fromkeys(one.request for one in found))
    subjects = list(dict.fromkeys(one.item or one.request for one in found))
    desks: dict[str, Desk] = {}
    with time_batch(connection, requests, subjects) as store:
        return sum(do_one(store, site, one, now, desks) for one in found)


def do_one(store: TimeStore, site: Site, one: Due, now: datetime, desks: dict[str, Desk]) -> bool:
    """Do one thing that is due with a batch's store, if it still is; ``desks`` are those looked at already."""
    request = store.request(one.request)
    if request is None:
        return False
    items = store.items_of(request.key)
    item = _piece(items, one.item)
    if not _STILL[one.act](request, item, one):
        return False
    if one.act not in SEPARATE and not _mark(store, one, one.day):
        return False
    pickup = desks.get(request.pickup_desk) or desks.setdefault(request.pickup_desk, pickup_of(store, request))
    # The hold of a set ends for all its pieces at once; the rest is said of each piece.
    only = None if one.act is Act.EXPIRE else item
    change = decide_act(site, WISHES[one.act], request, items, pickup, now, only=only)
    if one.act is Act.OVERDUE and not isinstance(change, str):
        change = _called_for(store, site, one, change)
    if isinstance(change, str) or not (change.events or change.notices or change.exceptions):
        return False
    if one.act is Act.EXPIRE:
        change = _only_told(store, site, change)
    write_change(store, change, kind="time", actor=CLOCK, note=None, now=now)
    return True


def _piece(items: Sequence[Item], key: int | None) -> Item | None:
    for item in items:
        if item.key == key:
            return item
    return None


def _mark(store: TimeStore, one: Due, day: int) -> bool:
    """Mark it as said; False where it was."""
    return store.mark(mark_of(one.act, day), one.item or one.request, one.occasion)


def _called_for(store: TimeStore, site: Site, one: Due, change: Change) -> Change:
    """One call for a loan, however long the hub stood: the days before it count as said, and a call that waits to leave is enough."""
    days = site.telling.at(change.request.pickup_desk, change.request.partner).overdue_days
    # It becomes overdue once.
    new = one.day == FIRST_DAY or _mark(store, one, FIRST_DAY)
    for day in days:
        if FIRST_DAY < day < one.day:
            _mark(store, one, day)
    waits = any(
        row["type"] == NoticeType.OVERDUE and row["item"] == one.item and row["state"] == NoticeState.QUEUED
        for row in store.notices_of(one.request)
    )
    notices = change.notices if one.day in days and not waits else ()
    if one.day != FIRST_DAY:
        notices = tuple((replace(notice, episode=call(notice.episode, one.day)), item) for notice, item in notices)
    return replace(change, notices=notices, events=change.events if new else ())


def _only_told(store: TimeStore, site: Site, change: Change) -> Change:
    """A patron who never heard that a book was held need not hear that its hold is over."""

    def heard(item: Item | None) -> bool:
        if item is None or item.hold_until is None:
            return False
        said = {NoticeType.READY_FOR_PICKUP: item.episode, NoticeType.HOLD_EXTENDED: day_number(item.hold_until, site.zone)}
        rows = store.notices_of(change.request.key)
        return any(row["state"] == NoticeState.SENT and said.get(row["type"]) == row["episode"] for row in rows)

    kept = tuple(one for one in change.notices if one[0].type is not NoticeType.HOLD_EXPIRED or heard(one[1]))
    return change if len(kept) == len(change.notices) else replace(change, notices=kept)


Still = Callable[[Request, Item | None, Due], bool]


def _held(request: Request, item: Item | None, one: Due) -> bool:
    return item is not None and item.state is State.ON_HOLD_SHELF and item.hold_until is not None and to_ms(item.hold_until) == one.occasion


def _lent(request: Request, item: Item | None, one: Due) -> bool:
    return item is not None and item.state is State.CHECKED_OUT and item.due_at is not None and to_ms(item.due_at) == one.occasion


def _on_its_way(request: Request, item: Item | None, one: Due) -> bool:
    return item is not None and item.state in ON_ITS_WAY and to_ms(item.changed_at) == one.occasion


def _awaited(request: Request, item: Item | None, one: Due) -> bool:
    return request.state is State.REQUESTED


_STILL: dict[Act, Still] = {
    Act.EXPIRE: _held,
    Act.REMIND: _held,
    Act.DUE_SOON: _lent,
    Act.OVERDUE: _lent,
    Act.TRANSIT_OLD: _on_its_way,
    Act.NEEDED_BY: _awaited,
}
