"""What a patron is told, when it is still true, and the name each notice keeps for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import lru_cache

from hub.core.request import CANCELLED, ClosedAs, Item, Reason, Request, State, all_here


class NoticeType(StrEnum):
    """The notices there are; a site's settings say which of them it sends."""

    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    HOLD_REMINDER = "HOLD_REMINDER"
    HOLD_EXTENDED = "HOLD_EXTENDED"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    REQUEST_CANCELLED = "REQUEST_CANCELLED"
    CHECKOUT_RECEIPT = "CHECKOUT_RECEIPT"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    RECALLED = "RECALLED"
    RETURN_RECEIPT = "RETURN_RECEIPT"
    LOST = "LOST"
    FOUND = "FOUND"


RECEIPTS = frozenset({NoticeType.CHECKOUT_RECEIPT, NoticeType.RETURN_RECEIPT})
USUAL = frozenset(NoticeType) - RECEIPTS
"""What a site sends unless its settings say otherwise: a receipt for each book is a matter of taste."""


class NoticeState(StrEnum):
    """How far a notice has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """The other side refused it for good, or every try is used up: work for staff."""
    SUPPRESSED = "suppressed"
    """No longer true when it was to leave."""


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice to write down: at most one of a type in an episode.

    The episode is the hold's for READY_FOR_PICKUP, the day it speaks of (``day_number``) for what is tied to a date, and the
    item's or request's version for what happens once.
    """

    type: NoticeType
    episode: int
    not_before: datetime


def message_id(request_id: str, notice: str, episode: int, domain: str) -> str:
    """Give the Message-ID: the same for every repeat, so that mail systems drop a second copy."""
    return f"<{request_id.lower()}.{notice.lower().replace('_', '-')}.{episode}@{domain}>"


@lru_cache(maxsize=1024)
def day_number(moment: datetime, zone: tzinfo) -> int:
    """Give the number of a local day: the episode of a notice that is tied to a date, so that another date is another notice."""
    return moment.astimezone(zone).date().toordinal()


_CALLS = 10_000_000
"""More than there are days: the episode of a later call for a loan says on which day it is made, and by its rest when the loan was due."""


def call(day: int, after: int) -> int:
    """Give the episode of a call for a loan that was due on a day, so many days after that."""
    return after * _CALLS + day


def once(item: Item) -> int:
    """Give the episode of a notice of what happens once to this piece: pieces of a set have each their own."""
    return item.piece * 1_000_000 + item.version


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice speaks of, as it is now: its request, its item where it has one, and the request's other items."""

    request: Request
    item: Item | None
    others: Sequence[Item] = ()
    told_of: frozenset[int] = frozenset()
    """Keys of the other items of which a notice of this type has been queued for themselves."""


def still_true(notice: NoticeType, about: Subject, episode: int, now: datetime, zone: tzinfo) -> bool:
    """Say whether a notice may leave now, by the state read at this moment."""
    if notice is NoticeType.REQUEST_CANCELLED:
        return _cancelled(about)
    item = about.item
    return item is not None and _true_of_item(notice, about, item, episode, now, zone)


def spoken_of(notice: NoticeType, about: Subject, episode: int, now: datetime, zone: tzinfo) -> Subject | None:
    """Give what a notice speaks of if it may leave now: its own piece, else another of the set for which it is true; None if it may not.

    One letter speaks of all pieces of a set that share a day or an act; it hangs on the first of them, which may be home by now.
    """
    if still_true(notice, about, episode, now, zone):
        return about
    if about.item is None:
        return None
    items = (about.item, *about.others)
    rest = [item for item in about.others if notice not in _OF_AN_ACT or item.key not in about.told_of]
    subjects = (Subject(about.request, item, tuple(other for other in items if other is not item)) for item in rest)
    return next((subject for subject in subjects if still_true(notice, subject, episode, now, zone)), None)


_OF_AN_ACT = frozenset({NoticeType.REQUEST_CANCELLED, NoticeType.HOLD_EXPIRED, NoticeType.RECALLED, NoticeType.LOST})
"""Tied to no day, so that a piece with a letter of its own is told from one that another's letter speaks of."""


def _cancelled(about: Subject) -> bool:
    if about.request.closed_as in (ClosedAs.CANCELLED, ClosedAs.NOT_RECEIVED):
        return True
    # A piece that was lent after all is cancelled no longer; without one the request has the word.
    return (about.request.cancelled if about.item is None else about.item.reason) in CANCELLED


def _true_of_item(notice: NoticeType, about: Subject, item: Item, episode: int, now: datetime, zone: tzinfo) -> bool:
    held = item.state is State.ON_HOLD_SHELF and item.hold_until is not None and day_number(item.hold_until, zone) == episode
    lent = item.state is State.CHECKED_OUT and item.due_at is not None and day_number(item.due_at, zone) == episode % _CALLS
    lasts = item.hold_until is not None and now <= item.hold_until
    here = item.state is State.ON_HOLD_SHELF and item.episode == episode and lasts
    truth = {
        NoticeType.READY_FOR_PICKUP: here and all_here(about.request.pieces, (item, *about.others)),
        NoticeType.HOLD_EXTENDED: held,
        NoticeType.HOLD_REMINDER: held and lasts,
        NoticeType.HOLD_EXPIRED: item.reason is Reason.EXPIRED,
        NoticeType.DUE_SOON: lent and item.due_at is not None and now <= item.due_at,
        NoticeType.OVERDUE: lent and item.due_at is not None and now > item.due_at,
        # Who has brought it back already need not hear that it was called back.
        NoticeType.RECALLED: lent or (item.reason is Reason.RECALLED and not item.circulated),
        NoticeType.LOST: item.state is State.LOST or item.closed_as is ClosedAs.LOST,
    }
    # A receipt, and FOUND, speak of something that has happened; what is undone drops its notice.
    return truth.get(notice, True)
