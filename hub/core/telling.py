"""Which notices leave, when and how: what a site says, and what it says otherwise of a desk or a partner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from hub.core.notices import USUAL, NoticeType
from hub.core.opening import ALWAYS, Opening

LOOK_AHEAD_DAYS = 60
"""So long a letter waits for a desk to open; one that stays closed longer holds up nothing."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which nobody is written to; ``begins`` after ``ends`` goes over midnight."""

    begins: time
    ends: time

    def covers(self, at: time) -> bool:
        """Say whether it is quiet at this time of the day."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for the notices of a request."""

    send: frozenset[NoticeType] = USUAL
    delay: timedelta = timedelta(seconds=60)
    """What every notice waits, so that a mistake can be taken back."""
    delays: Mapping[NoticeType, timedelta] = field(default_factory=dict)
    """Of single notices, in its place."""
    hold_reminder_days: int = 2
    due_soon_days: int = 3
    overdue_days: tuple[int, ...] = (1,)
    """On which days after the due day a loan is called for, rising; none never."""
    together: timedelta = timedelta(minutes=10)
    """So long a letter waits at most for more books of its patron that come meanwhile; 0 writes of each book by itself."""
    quiet: Quiet | None = None
    open_days_only: bool = False
    channels: tuple[str, ...] = ("mail",)
    """The ways to reach a patron who has said nothing, in their order."""
    calendar: bool = False
    """Whether a letter about a hold brings an entry for a calendar."""

    def grace(self, kind: NoticeType) -> timedelta:
        """Give how long a notice of this kind waits."""
        return self.delays.get(kind, self.delay)


@dataclass(frozen=True, slots=True)
class Scope:
    """Other terms, for the requests picked up at a desk, lent by a partner, or both."""

    desk: str | None
    partner: str | None
    terms: Terms

    def fits(self, desk: str | None, partner: str | None) -> bool:
        """Say whether these terms are for such a request."""
        return (self.desk is None or self.desk == desk) and (self.partner is None or self.partner == partner)


@dataclass(frozen=True, slots=True)
class Telling:
    """The terms of a site, and those of its scopes: the first that fits counts."""

    usual: Terms = Terms()
    scopes: tuple[Scope, ...] = ()

    def at(self, desk: str | None, partner: str | None) -> Terms:
        """Give the terms for a request."""
        for scope in self.scopes:
            if scope.fits(desk, partner):
                return scope.terms
        return self.usual


def may_leave(terms: Terms, now: datetime, zone: tzinfo, opening: Opening = ALWAYS) -> datetime:
    """Give the first moment from now on at which a letter may leave: not in quiet hours, and on open days alone where that is wished."""
    day = now.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        that = day + ahead * _DAY
        if terms.open_days_only and not opening.is_open(that):
            continue
        if (found := _on(that, terms.quiet, now, zone)) is not None:
            return found
    return now


def _on(day: date, quiet: Quiet | None, now: datetime, zone: tzinfo) -> datetime | None:
    """Give the first moment of a day that is neither past nor quiet, None where there is none."""
    for at in (time(), *(() if quiet is None else (quiet.ends,))):
        # By way of UTC: a time that the change of clocks leaves out is the moment after the change.
        moment = max(datetime.combine(day, at, zone).astimezone(now.tzinfo), now)
        local = moment.astimezone(zone)
        if local.date() == day and not (quiet is not None and quiet.covers(local.time())):
            return moment
    return None
