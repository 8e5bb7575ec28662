"""Until when: the hold on the shelf and the loan, in the site's own days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Policy:
    """The days a site gives; whole days, counted from the day of the scan."""

    hold_days: int = 10
    loan_days: int = 28
    shipping_margin_days: int = 7
    shortest_loan_days: int = 7
    ready_delay: timedelta = timedelta(seconds=60)


def hold_until(at: datetime, partner_due: date | None, policy: Policy, zone: tzinfo) -> datetime:
    """Give the end of the last day on the shelf: the policy's days, or earlier so that a useful loan still fits.

    A book that came too late for a useful loan has a day in the past: staff see at once that it cannot wait.
    """
    last = _day(at, zone) + timedelta(days=policy.hold_days)
    if partner_due is not None:
        last = min(last, partner_due - timedelta(days=policy.shipping_margin_days + policy.shortest_loan_days))
    return _end_of(last, zone)


def due_at(at: datetime, partner_due: date | None, policy: Policy, zone: tzinfo) -> datetime:
    """Give the end of the day the loan is due: the policy's days, or earlier so that the book is home in time; today at the earliest."""
    today = _day(at, zone)
    last = today + timedelta(days=policy.loan_days)
    if partner_due is not None:
        last = min(last, partner_due - timedelta(days=policy.shipping_margin_days))
    return _end_of(max(last, today), zone)


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
