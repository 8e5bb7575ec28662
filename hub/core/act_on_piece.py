"""What an act does to one piece, and what must hold first: a piece afterwards, or the sentence that refuses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.core import calendar
from hub.core.acts import Act, ActRow, Effect, Wish
from hub.core.desk import Desk
from hub.core.loans import renewal
from hub.core.request import ClosedAs, Item, Reason, Request, State, item_with
from hub.core.say import dated
from hub.core.seen import Site
from hub.core.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish with all it is decided by."""

    site: Site
    wish: Wish
    request: Request
    items: tuple[Item, ...]
    pickup: Desk
    now: datetime

    @property
    def words(self) -> Words:
        """Give the words of the site."""
        return self.site.words

    @property
    def to_come(self) -> int:
        """Give how many pieces have not come."""
        return max(0, self.request.pieces - len(self.items))

    def no(self, key: str, **places: object) -> str:
        """Give the sentence that refuses, with the request's own places filled in."""
        return self.words.say(key, **({"request": self.request.request_id, "title": self.request.title} | places))

    def day(self, moment: datetime | date) -> str:
        """Give a day in words."""
        return self.words.day(moment, calendar.local_day(self.now, self.site.zone), self.site.zone)


@dataclass(frozen=True, slots=True)
class Moved:
    """One piece before and after; ``detail`` is what the history keeps beside its states."""

    before: Item
    after: Item
    detail: str | None = None


def always(asked: Asked, item: Item) -> bool:
    """Say that a row asks of a piece nothing but its state."""
    return True


FITS: dict[tuple[Act, State], Callable[[Asked, Item], bool]] = {
    (Act.CANCEL, State.PULL_FROM_SHELF): lambda asked, item: item.reason is Reason.EXPIRED,
    (Act.CANCEL, State.MISSING): lambda asked, item: item.reason in (None, Reason.EXPIRED) and not item.circulated,
    (Act.RECALL, State.PULL_FROM_SHELF): lambda asked, item: item.reason is not Reason.RECALLED,
    (Act.EXTEND, State.PULL_FROM_SHELF): lambda asked, item: item.reason is Reason.EXPIRED,
    (Act.CHANGE_PICKUP, State.MISSING): lambda asked, item: item.reason is None and not item.circulated,
    (Act.REACTIVATE, State.CLOSED): lambda asked, item: item.closed_as is not ClosedAs.LOST,
    (Act.EXPIRE, State.ON_HOLD_SHELF): lambda asked, item: item.hold_until is not None and item.hold_until < asked.now,
}
"""What a row asks of a piece beside its state: nothing is given up or called back twice, and what goes home stays on its way."""


# -- what is checked once, before any piece is touched


def nothing(asked: Asked, fitting: Sequence[Item]) -> str | None:
    """Say that an act is not checked beforehand."""
    return None


def _check_pickup(asked: Asked, fitting: Sequence[Item]) -> str | None:
    desk = asked.wish.desk
    if desk is None or not desk.pickup or not desk.active:
        return asked.no("no.change-pickup.desk", pickup=desk.name if desk is not None else "-")
    if desk.code == asked.request.pickup_desk:
        return asked.no("no.change-pickup.same", pickup=desk.name)
    return None


def _check_recall(asked: Asked, fitting: Sequence[Item]) -> str | None:
    """Where all that could be called back is on loan, a loan must get shorter by it, or be called back for the first time."""
    dues = [item.due_at for item in fitting if item.state is State.CHECKED_OUT and item.due_at is not None]
    if len(dues) < len(fitting) or any(_recall_due(asked, item) != item.due_at for item in fitting):
        return None
    if asked.wish.day is None and any(item.reason is not Reason.RECALLED for item in fitting):
        return None
    return asked.no("no.recall.longer", due=asked.day(max(dues)))


def _check_reactivate(asked: Asked, fitting: Sequence[Item]) -> str | None:
    request = asked.request
    oldest = asked.now - timedelta(days=asked.site.policy.reactivate_days)
    if request.closed_at is not None and request.closed_at < oldest:
        return asked.no("no.reactivate.old", days=asked.site.policy.reactivate_days)
    if asked.wish.to is State.CHECKED_OUT and request.requester is None:
        return asked.no("no.reactivate.requester")
    return None


CHECKS: dict[Act, Callable[[Asked, Sequence[Item]], str | None]] = {
    Act.CHANGE_PICKUP: _check_pickup,
    Act.RECALL: _check_recall,
    Act.REACTIVATE: _check_reactivate,
}


# -- what becomes of one piece


def _moved(asked: Asked, item: Item, row: ActRow, **changes: object) -> Item:
    told: dict[str, object] = {"state": row.to or item.state, "version": item.version + 1}
    if row.to is not None:
        # Where the book stays, a scan that a station brings later from before is not late.
        told["changed_at"] = asked.now
    return item_with(item, **(told | changes))


def only_state(asked: Asked, item: Item, row: ActRow) -> Moved:
    """Give a piece of which only the state changes."""
    return Moved(item, _moved(asked, item, row))


def _cancelled(asked: Asked, item: Item, row: ActRow) -> Moved:
    return Moved(item, _moved(asked, item, row, reason=asked.wish.by or Reason.CANCELLED_BY_STAFF))


def _recalled(asked: Asked, item: Item, row: ActRow) -> Moved:
    if Effect.NEW_DUE not in row.effects:
        return Moved(item, _moved(asked, item, row, reason=Reason.RECALLED))
    due = _recall_due(asked, item)
    return Moved(item, _moved(asked, item, row, reason=Reason.RECALLED, due_at=due), dated("due_at", item.due_at, due))


def _recall_due(asked: Asked, item: Item) -> datetime:
    """Give when a loan that is called back is due: on the day named or by the policy, today at the earliest, never later than before."""
    today = calendar.local_day(asked.now, asked.site.zone)
    day = asked.wish.day or today + timedelta(days=asked.site.policy.recall_days)
    due = calendar.end_of_day(max(day, today), asked.site.zone)
    return due if item.due_at is None else min(due, item.due_at)


def _extended(asked: Asked, item: Item, row: ActRow) -> Moved | str:
    if item.hold_until is None:
        return asked.no("no.extend.part")
    site, home, named = asked.site, asked.request.partner_due, asked.wish.day
    wanted = named or asked.pickup.opening.open_day(calendar.local_day(asked.now, site.zone), site.policy.hold_days)
    until = calendar.end_of_day(wanted if named is not None or home is None else min(wanted, home), site.zone)
    no_later = until <= max(item.hold_until, asked.now)
    if home is not None and wanted > home and (named is not None or no_later):
        return asked.no("no.extend.partner", date=asked.day(wanted), partner_due=asked.day(home))
    if no_later:
        return asked.no("no.extend.earlier", until=asked.day(item.hold_until))
    return Moved(item, _moved(asked, item, row, hold_until=until, reason=None), dated("hold_until", item.hold_until, until))


def _sent_elsewhere(asked: Asked, item: Item, row: ActRow) -> Moved:
    """At another desk the hold begins anew; until then the book belongs on no shelf."""
    return Moved(item, _moved(asked, item, row, hold_until=None, shelf_code=None))


def _renewed(asked: Asked, item: Item, row: ActRow) -> Moved | str:
    due = renewal(asked.site, asked.words, asked.request, item, asked.now, asked.now)
    if isinstance(due, str):
        return due
    if asked.wish.day is not None:
        due = min(due, calendar.end_of_day(asked.wish.day, asked.site.zone))
        if item.due_at is not None and due <= item.due_at:
            return asked.no("no.renew.early", due=asked.day(item.due_at))
    return Moved(item, _moved(asked, item, row, due_at=due, renewals=item.renewals + 1), dated("due_at", item.due_at, due))


def _closed(asked: Asked, item: Item, row: ActRow) -> Moved:
    return Moved(item, _moved(asked, item, row, closed_as=ClosedAs.LOST))


def _restored(asked: Asked, item: Item, row: ActRow) -> Moved:
    lent: dict[str, object] = {"circulated": True} if row.to is State.CHECKED_OUT else {}
    if row.to is State.CHECKED_OUT and item.due_at is None:
        due = calendar.due_at(asked.now, asked.request.partner_due, asked.site.policy, asked.site.zone)
        lent |= {"due_at": due, "checked_out_at": asked.now}
    return Moved(item, _moved(asked, item, row, closed_as=None, reason=None, **lent))


def _expired(asked: Asked, item: Item, row: ActRow) -> Moved:
    """The book stays where it is: who took it on its last day, at a station without network, has it."""
    return Moved(item, _moved(asked, item, row, reason=Reason.EXPIRED, changed_at=item.changed_at))


def _unchanged(asked: Asked, item: Item, row: ActRow) -> Moved:
    """Only something is said of it."""
    return Moved(item, item)


CHANGES: dict[Act, Callable[[Asked, Item, ActRow], Moved | str]] = {
    Act.CANCEL: _cancelled,
    Act.RECALL: _recalled,
    Act.EXTEND: _extended,
    Act.CHANGE_PICKUP: _sent_elsewhere,
    Act.RENEW: _renewed,
    Act.CLOSE: _closed,
    Act.REACTIVATE: _restored,
    Act.EXPIRE: _expired,
    Act.REMIND: _unchanged,
    Act.DUE_SOON: _unchanged,
    Act.OVERDUE: _unchanged,
    Act.TRANSIT_OLD: _unchanged,
    Act.NEEDED_BY: _unchanged,
}
