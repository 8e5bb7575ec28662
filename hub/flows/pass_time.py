"""The day comes: holds end, loans are due, what is long on its way is looked for. Each is said once, however long the hub stood.

``hub.store.due`` finds what the time has come for; here it is done in the caller's transaction, after another look: what a scan has
changed meanwhile is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from hub.core.acts import Act, Wish
from hub.core.decide_act import Change, decide_act
from hub.core.notices import NoticeType
from hub.core.request import Item, Request, State
from hub.core.seen import Site
from hub.flows.act_on_request import pickup_of, write_change
from hub.flows.forget import forget
from hub.store.due import Due
from hub.store.moments import to_ms
from hub.store.scan_path import ScanStore

CLOCK = "clock"
"""Who acts, in the history."""


SEPARATE = frozenset({Act.EXPIRE, Act.FORGET})
"""What changes a row so that it is not found again; the rest is marked as said."""
MARK = "INSERT INTO time_mark VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def pass_time(connection: sqlite3.Connection, site: Site, found: Iterable[Due], now: datetime) -> int:
    """Do what is due, in the open transaction; gives how much was done."""
    store = ScanStore(connection)
    return sum(_do(store, site, one, now) for one in found)


def _do(store: ScanStore, site: Site, one: Due, now: datetime) -> bool:
    request = store.request(one.request)
    if request is None:
        return False
    if one.act is Act.FORGET:
        return forget(store, site, request, now)
    item = store.item(one.item) if one.item is not None else None
    if not _STILL[one.act](request, item, one, now):
        return False
    if one.act not in SEPARATE and not store.connection.execute(MARK, (one.act, one.item or one.request, one.occasion)).rowcount:
        return False
    items = store.items_of(request.key)
    change = decide_act(site, Wish(act=one.act), request, items, pickup_of(store, request), now, only=item)
    if isinstance(change, str):
        return False
    write_change(store, _only_told(store, change), kind="time", actor=CLOCK, note=None, now=now)
    return True


def _only_told(store: ScanStore, change: Change) -> Change:
    """A patron who never heard that a book was ready need not hear that its hold is over."""

    def heard(item: Item | None) -> bool:
        sent = "SELECT 1 FROM notice WHERE request = ? AND type = 'READY_FOR_PICKUP' AND episode = ? AND state = 'sent'"
        episode = item.episode if item is not None else 0
        return store.connection.execute(sent, (change.request.key, episode)).fetchone() is not None

    kept = tuple(one for one in change.notices if one[0].type is not NoticeType.HOLD_EXPIRED or heard(one[1]))
    return change if len(kept) == len(change.notices) else replace(change, notices=kept)


Still = Callable[[Request, Item | None, Due, datetime], bool]


def _held(request: Request, item: Item | None, one: Due, now: datetime) -> bool:
    return item is not None and item.state is State.ON_HOLD_SHELF and item.hold_until is not None and to_ms(item.hold_until) == one.occasion


def _lent(request: Request, item: Item | None, one: Due, now: datetime) -> bool:
    return item is not None and item.state is State.CHECKED_OUT and item.due_at is not None and to_ms(item.due_at) == one.occasion


def _on_its_way(request: Request, item: Item | None, one: Due, now: datetime) -> bool:
    return item is not None and to_ms(item.changed_at) == one.occasion


def _awaited(request: Request, item: Item | None, one: Due, now: datetime) -> bool:
    return request.state is State.REQUESTED


_STILL: dict[Act, Still] = {
    Act.EXPIRE: _held,
    Act.REMIND: _held,
    Act.DUE_SOON: _lent,
    Act.OVERDUE: _lent,
    Act.TRANSIT_OLD: _on_its_way,
    Act.NEEDED_BY: _awaited,
}
