"""Until when an item stands on the shelf, and until when it is lent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.calendar import Policy, due_at, end_of_day, hold_cap, hold_days_left, hold_until, local_day, resume_hold
from hub.core.opening import ALWAYS, Hours, Opening
from tests.support.builders import NOW, ZONE

POLICY = Policy(hold_days=10, loan_days=28, shipping_margin_days=7, shortest_loan_days=7)
TODAY = date(2026, 11, 24)
WEEKDAYS_ONLY = Opening(((Hours(time(9), time(18)),),) * 5 + ((),) * 2)
CHRISTMAS = Opening(WEEKDAYS_ONLY.hours, frozenset(date(2026, 12, 24) + timedelta(days=day) for day in range(14)))
"""Closed from 24 December to 6 January, and at weekends."""


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


def a_morning(day: date) -> datetime:
    return datetime.combine(day, time(9), ZONE).astimezone(UTC)


def test_a_hold_is_counted_in_open_days_of_its_desk() -> None:
    assert last_day(hold_until(NOW, None, POLICY, ZONE, WEEKDAYS_ONLY)) == date(2026, 12, 8)


def test_a_hold_over_the_christmas_closing_gets_its_open_days_after_it() -> None:
    arrived = a_morning(date(2026, 12, 21))
    assert last_day(hold_until(arrived, None, POLICY, ZONE, CHRISTMAS)) == date(2027, 1, 18)
    assert last_day(hold_until(arrived, date(2027, 1, 24), POLICY, ZONE, CHRISTMAS)) == date(2027, 1, 8)


@pytest.mark.parametrize(
    ("partner_due", "expected"),
    [
        (date(2027, 1, 15), date(2026, 12, 23)),
        (date(2027, 1, 6), date(2026, 12, 23)),
        (date(2027, 1, 4), date(2026, 12, 21)),
        (date(2027, 1, 1), date(2026, 12, 18)),
    ],
)
def test_a_cap_on_a_closed_day_moves_back_to_an_open_one_but_not_before_today(partner_due: date, expected: date) -> None:
    assert last_day(hold_until(a_morning(date(2026, 12, 21)), partner_due, POLICY, ZONE, CHRISTMAS)) == expected


def test_a_cap_among_closed_days_only_stays_where_it_is() -> None:
    christmas_day = a_morning(date(2026, 12, 25))
    assert last_day(hold_until(christmas_day, date(2027, 1, 15), POLICY, ZONE, CHRISTMAS)) == date(2027, 1, 1)


def test_the_cap_leaves_room_for_a_useful_loan_and_the_way_home() -> None:
    assert hold_cap(date(2026, 12, 18), POLICY) == date(2026, 12, 4)
    assert hold_cap(None, POLICY) is None


def test_the_29th_of_february_counts_and_can_be_the_last_day() -> None:
    arrived, five_days = a_morning(date(2028, 2, 22)), Policy(hold_days=5)
    assert last_day(hold_until(arrived, None, five_days, ZONE, WEEKDAYS_ONLY)) == date(2028, 2, 29)
    closed_then = Opening(WEEKDAYS_ONLY.hours, frozenset({date(2028, 2, 29)}))
    assert last_day(hold_until(arrived, None, five_days, ZONE, closed_then)) == date(2028, 3, 1)
    assert hold_cap(date(2028, 3, 14), POLICY) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Europe/Vienna", date(2026, 3, 29), datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        ("Europe/Vienna", date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
        ("America/Chicago", date(2026, 3, 8), datetime(2026, 3, 9, 4, 59, 59, tzinfo=UTC)),
        ("America/Chicago", date(2026, 11, 1), datetime(2026, 11, 2, 5, 59, 59, tzinfo=UTC)),
        ("America/Santiago", date(2026, 4, 4), datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)),
        ("America/Nuuk", date(2026, 3, 28), datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_day_the_clocks_change_ends_with_its_last_second(zone: str, day: date, ends: datetime) -> None:
    place = ZoneInfo(zone)
    assert end_of_day(day, place) == ends
    assert local_day(ends, place) == day
    assert local_day(ends + timedelta(seconds=1), place) == day + timedelta(days=1)


@pytest.mark.parametrize(("zone", "sunday"), [("Europe/Vienna", date(2026, 3, 29)), ("America/Chicago", date(2026, 11, 1))])
def test_open_days_are_counted_over_the_night_the_clocks_change(zone: str, sunday: date) -> None:
    place = ZoneInfo(zone)
    late_on_friday = datetime.combine(sunday - timedelta(days=2), time(23, 30), place).astimezone(UTC)
    until = hold_until(late_on_friday, None, Policy(hold_days=1), place, WEEKDAYS_ONLY)
    assert until == end_of_day(sunday + timedelta(days=1), place)
    assert hold_days_left(late_on_friday, until, place, ALWAYS) == 3
    assert hold_days_left(late_on_friday, until, place, WEEKDAYS_ONLY) == 1


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (NOW, 10),
        (a_morning(date(2026, 12, 4)), 2),
        (a_morning(date(2026, 12, 6)), 2),
        (a_morning(date(2026, 12, 8)), 1),
        (end_of_day(date(2026, 12, 8), ZONE), 1),
        (a_morning(date(2026, 12, 9)), 0),
    ],
)
def test_the_days_left_are_open_days_and_at_least_one_until_the_hold_is_past(at: datetime, left: int) -> None:
    assert hold_days_left(at, end_of_day(date(2026, 12, 8), ZONE), ZONE, WEEKDAYS_ONLY) == left


def found(day: date, gone: date, partner_due: date | None = None) -> date:
    until = end_of_day(date(2026, 12, 8), ZONE)
    return last_day(resume_hold(a_morning(day), a_morning(gone), until, partner_due, POLICY, ZONE, WEEKDAYS_ONLY))


def test_a_book_found_again_gets_the_open_days_it_had_left() -> None:
    assert found(day=date(2026, 12, 10), gone=date(2026, 12, 3)) == date(2026, 12, 15)
    assert found(day=date(2026, 12, 3), gone=date(2026, 12, 3)) == date(2026, 12, 8)


def test_a_book_that_went_on_its_last_day_or_later_gets_one_open_day() -> None:
    assert found(day=date(2026, 12, 11), gone=date(2026, 12, 8)) == date(2026, 12, 14)
    assert found(day=date(2026, 12, 11), gone=date(2026, 12, 10)) == date(2026, 12, 14)


def test_a_book_found_again_stays_under_the_lenders_cap() -> None:
    assert found(day=date(2026, 12, 10), gone=date(2026, 12, 3), partner_due=date(2026, 12, 27)) == date(2026, 12, 11)
    assert found(day=date(2026, 12, 10), gone=date(2026, 12, 3), partner_due=date(2026, 12, 20)) == date(2026, 12, 6)


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, st.none() | st.dates(date(2025, 1, 1), date(2031, 12, 31)))
@settings(deadline=None)
def test_a_hold_is_never_past_what_the_lender_allows_and_a_loan_lasts_at_least_the_day(at: datetime, partner_due: date | None) -> None:
    held, due = hold_until(at, partner_due, POLICY, ZONE), due_at(at, partner_due, POLICY, ZONE)
    assert last_day(held) <= last_day(at) + timedelta(days=10)
    assert partner_due is None or last_day(held) <= partner_due - timedelta(days=14)
    assert at.replace(microsecond=0) <= due
    assert last_day(due) <= last_day(at) + timedelta(days=28)


HOURS = (Hours(time(9), time(18)),)
OPENINGS = st.builds(
    Opening,
    st.none() | st.tuples(*[st.sampled_from([(), HOURS])] * 7).filter(any),
    st.frozensets(st.dates(date(2026, 11, 1), date(2027, 1, 31)), max_size=60),
)
AUTUMN = st.datetimes(datetime(2026, 10, 20), datetime(2027, 1, 15), timezones=st.just(UTC))
DUE_SOON = st.none() | st.dates(date(2026, 10, 20), date(2027, 3, 31))


@given(AUTUMN, DUE_SOON, OPENINGS, st.integers(1, 30), st.sampled_from(["Europe/Vienna", "America/Chicago"]))
@settings(deadline=None)
def test_a_hold_never_passes_its_cap_and_ends_on_an_open_day_where_there_is_one(
    at: datetime, partner_due: date | None, opening: Opening, hold_days: int, zone: str
) -> None:
    place, policy = ZoneInfo(zone), Policy(hold_days=hold_days)
    today, cap = local_day(at, place), hold_cap(partner_due, policy)
    last = local_day(hold_until(at, partner_due, policy, place, opening), place)
    assert cap is None or last <= cap
    assert opening.open_days(today, last) <= hold_days
    assert opening.is_open(last) or opening.last_open_day(cap or last, today) is None


@given(AUTUMN, DUE_SOON, st.integers(1, 30))
@settings(deadline=None)
def test_a_desk_whose_days_nobody_said_counts_every_day(at: datetime, partner_due: date | None, hold_days: int) -> None:
    policy = Policy(hold_days=hold_days)
    days = [local_day(at, ZONE) + timedelta(days=hold_days), hold_cap(partner_due, policy)]
    assert hold_until(at, partner_due, policy, ZONE) == end_of_day(min(day for day in days if day), ZONE)
