"""Until when: the hold on the shelf and the loan, in the site's own days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hub.core.opening import ALWAYS, Opening


@dataclass(frozen=True, slots=True)
class Policy:
    """The days a site gives, counted from the day of the scan; those of a hold are open days of its desk."""

    hold_days: int = 10
    loan_days: int = 28
    shipping_margin_days: int = 7
    shortest_loan_days: int = 7
    transit_days: int = 5
    recall_days: int = 7
    renewals: int = 2
    reactivate_days: int = 30
    forget_days: int = 1


def hold_until(at: datetime, partner_due: date | None, policy: Policy, zone: tzinfo, opening: Opening = ALWAYS) -> datetime:
    """Give the end of the last day on the shelf: the policy's open days, or earlier so that a useful loan still fits.

    A book that came too late for a useful loan has a day in the past: staff see at once that it cannot wait.
    """
    return _hold_of(policy.hold_days, local_day(at, zone), hold_cap(partner_due, policy), zone, opening)


def hold_cap(partner_due: date | None, policy: Policy) -> date | None:
    """Give the last day a hold may have so that a useful loan and the way home still fit; None when the partner set no day."""
    if partner_due is None:
        return None
    return partner_due - timedelta(days=policy.shipping_margin_days + policy.shortest_loan_days)


def hold_days_left(at: datetime, until: datetime, zone: tzinfo, opening: Opening) -> int:
    """Give how many open days a hold still has after today; at least 1 while it lasts, 0 once it is past."""
    if until < at:
        return 0
    return max(1, opening.open_days(local_day(at, zone), local_day(until, zone)))


def resume_hold(
    at: datetime, gone_at: datetime, until: datetime, partner_due: date | None, policy: Policy, zone: tzinfo, opening: Opening
) -> datetime:
    """Give the end of the hold of a book that was missing: the open days it had left when it went, at least 1, under the same cap."""
    left = max(1, hold_days_left(gone_at, until, zone, opening))
    return _hold_of(left, local_day(at, zone), hold_cap(partner_due, policy), zone, opening)


def due_at(at: datetime, partner_due: date | None, policy: Policy, zone: tzinfo) -> datetime:
    """Give the end of the day the loan is due: the policy's days, or earlier so that the book is home in time; today at the earliest."""
    today = local_day(at, zone)
    last = today + timedelta(days=policy.loan_days)
    if partner_due is not None:
        last = min(last, partner_due - timedelta(days=policy.shipping_margin_days))
    return end_of_day(max(last, today), zone)


def local_day(at: datetime, zone: tzinfo) -> date:
    """Give the day it is at a moment, where the library is."""
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Give the last second of a day where the library is, in UTC."""
    # fold: where clocks change at midnight, an hour comes twice (Santiago) or not at all (Nuuk); this is right for both.
    return datetime.combine(day, time(23, 59, 59, fold=1), zone).astimezone(UTC)


def _hold_of(open_days: int, today: date, cap: date | None, zone: tzinfo, opening: Opening) -> datetime:
    last = opening.open_day(today, open_days)
    if cap is not None and cap < last:
        last = opening.last_open_day(cap, today) or cap
    return end_of_day(last, zone)
