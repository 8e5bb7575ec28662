"""Until when an item stands on the shelf, and until when it is lent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.calendar import Policy, due_at, hold_until
from tests.support.builders import NOW, ZONE

POLICY = Policy(hold_days=10, loan_days=28, shipping_margin_days=7, shortest_loan_days=7)
TODAY = date(2026, 11, 24)


def last_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


@pytest.mark.parametrize(
    ("partner_due", "expected"),
    [
        (None, date(2026, 12, 4)),
        (date(2027, 1, 31), date(2026, 12, 4)),
        (date(2026, 12, 18), date(2026, 12, 4)),
        (date(2026, 12, 17), date(2026, 12, 3)),
        (date(2026, 12, 1), date(2026, 11, 17)),
    ],
)
def test_a_hold_lasts_the_policys_days_or_less_so_that_a_useful_loan_still_fits(partner_due: date | None, expected: date) -> None:
    assert last_day(hold_until(NOW, partner_due, POLICY, ZONE)) == expected


@pytest.mark.parametrize(
    ("partner_due", "expected"),
    [
        (None, date(2026, 12, 22)),
        (date(2026, 12, 29), date(2026, 12, 22)),
        (date(2026, 12, 28), date(2026, 12, 21)),
        (date(2026, 11, 20), TODAY),
    ],
)
def test_a_loan_lasts_the_policys_days_or_less_so_that_the_book_is_home_in_time(partner_due: date | None, expected: date) -> None:
    assert last_day(due_at(NOW, partner_due, POLICY, ZONE)) == expected


def test_a_day_ends_at_midnight_where_the_library_is() -> None:
    late_evening = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert hold_until(late_evening, None, POLICY, ZONE) == datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert hold_until(after_midnight, None, POLICY, ZONE) == datetime(2026, 12, 5, 22, 59, 59, tzinfo=UTC)


def test_summer_time_does_not_move_the_end_of_the_day() -> None:
    before_the_change = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    assert hold_until(before_the_change, None, POLICY, ZONE) == datetime(2026, 10, 30, 22, 59, 59, tzinfo=UTC)


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, st.none() | st.dates(date(2025, 1, 1), date(2031, 12, 31)))
@settings(deadline=None)
def test_a_hold_is_never_past_what_the_lender_allows_and_a_loan_lasts_at_least_the_day(at: datetime, partner_due: date | None) -> None:
    held, due = hold_until(at, partner_due, POLICY, ZONE), due_at(at, partner_due, POLICY, ZONE)
    assert last_day(held) <= last_day(at) + timedelta(days=10)
    assert partner_due is None or last_day(held) <= partner_due - timedelta(days=14)
    assert at.replace(microsecond=0) <= due
    assert last_day(due) <= last_day(at) + timedelta(days=28)
