"""Holds on the shelf: when one begins, what ends it, and how those of a set belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.core import calendar
from hub.core.desk import Desk
from hub.core.opening import ALWAYS
from hub.core.request import Item, Request, State, all_here, item_with
from hub.core.seen import Site


def shelve(site: Site, at: datetime, desk: Desk, request: Request, before: Item, item: Item) -> Item:
    """Give the item on its shelf, where its hold goes on or is to begin.

    A book that strayed keeps its date and its episode; one that was missing gets the days it had left.
    """
    if before.state is State.MISSING and before.hold_until is not None:
        until = calendar.resume_hold(
            at, before.changed_at, before.hold_until, request.partner_due, site.policy, site.zone, desk.opening
        )  # fmt: skip
        return item_with(item, hold_until=until, shelf_code=item.shelf_code or desk.shelf_code(request.requester or 1))
    if item.hold_until is not None and at <= item.hold_until:
        return item
    return item_with(item, hold_until=None, shelf_code=desk.shelf_code(request.requester or 1))


def carried(site: Site, at: datetime, request: Request, before: Item) -> datetime | None:
    """Give the end of the hold of a book that is sent to its shelf: of one that was missing as many days later as it was gone.

    Its desk's open days are not known where it was found; plain days count.
    """
    if before.state is not State.MISSING or before.hold_until is None:
        return before.hold_until
    return calendar.resume_hold(at, before.changed_at, before.hold_until, request.partner_due, site.policy, site.zone, ALWAYS)


def begin(site: Site, at: datetime, desk: Desk, request: Request, items: Sequence[Item]) -> tuple[Item, ...]:
    """Give those of a request's items whose hold begins now: all on the shelf without one, once every expected piece has come."""
    waiting = [item for item in items if item.hold_until is None and item.state is State.ON_HOLD_SHELF]
    if not waiting or not all_here(request.pieces, items):
        return ()
    until = calendar.hold_until(at, request.partner_due, site.policy, site.zone, desk.opening)
    episode = max(item.episode for item in items) + 1
    return tuple(item_with(item, hold_until=until, episode=episode, version=item.version + 1) for item in waiting)


def ended(site: Site, at: datetime, request: Request, item: Item) -> bool:
    """Say whether a missing book's hold is over: it was lent, had to go, or its date was past when it went; the clock stood since.

    A hold that never began is still to come, unless its lender's date leaves no room for one.
    """
    if item.circulated or item.reason is not None:
        return True
    if item.hold_until is not None and item.hold_until < item.changed_at:
        return True
    cap = calendar.hold_cap(request.partner_due, site.policy)
    return item.hold_until is not None and cap is not None and cap < calendar.local_day(at, site.zone)


def merged(items: Sequence[Item], changed: Sequence[Item]) -> tuple[Item, ...]:
    """Give the items with those that changed in their place."""
    if not changed:
        return tuple(items)
    by_key = {item.key: item for item in changed}
    return tuple(by_key.get(item.key, item) for item in items)
