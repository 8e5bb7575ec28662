"""Rules of repetition, beside dateutil, which knows them all; it would only look for a rule that never comes true to the year 9999."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday  # type: ignore[import-untyped] # no types of its own
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import Invalid
from hub.ical.repeats import Effort, Per, Rule, repetitions

FREQUENCIES = {Per.DAY: DAILY, Per.WEEK: WEEKLY, Per.MONTH: MONTHLY, Per.YEAR: YEARLY}


def some(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[frozenset[int]]:
    return st.just(frozenset[int]()) | st.frozensets(numbers, max_size=3)


def around(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most) | st.integers(-most, -1)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Give rules that RFC 5545 allows and that dateutil reads as it does."""
    per = draw(st.sampled_from(Per))
    broad = per in (Per.MONTH, Per.YEAR)
    which = st.just(0) if not broad or draw(st.booleans()) else around(5)
    weekdays = draw(st.frozensets(st.tuples(which, st.integers(0, 6)), max_size=3))
    # Weeks of the year: with weekdays, or dateutil takes all seven; and once a year only, as the RFC says. Of a year's last week it
    # leaves out the days in January where weeks do not begin on Monday: it counts the weeks of the year before as those of this one.
    by_week = per is Per.YEAR and bool(weekdays) and all(which == 0 for which, _ in weekdays)
    return Rule(
        per=per,
        interval=draw(st.integers(1, 5)),
        count=draw(st.none() | st.integers(1, 20)),
        until=draw(st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))),
        week_start=draw(st.integers(0, 6)),
        months=draw(some(st.integers(1, 12))),
        week_numbers=draw(some(st.integers(1, 51))) if by_week else frozenset(),
        year_days=draw(some(around(366))) if per is Per.YEAR else frozenset(),
        month_days=draw(some(around(31))) if per is not Per.WEEK else frozenset(),
        weekdays=weekdays,
        positions=draw(some(around(10))) if broad else frozenset(),
    )


def as_dateutil_says(rule: Rule, start: date, last: date) -> list[date]:
    """Give the days until last; the start is one of them in any case, and counts."""
    end = min(last, rule.until or last)
    found = rrule(
        FREQUENCIES[rule.per],
        dtstart=datetime.combine(start, time()),
        interval=rule.interval,
        until=datetime.combine(end, time()),
        wkst=rule.week_start,
        bymonth=rule.months or None,
        byweekno=rule.week_numbers or None,
        byyearday=rule.year_days or None,
        bymonthday=rule.month_days or None,
        byweekday=[weekday(day, which or None) for which, day in rule.weekdays] or None,
        bysetpos=rule.positions or None,
    )
    days = [start, *(moment.date() for moment in found if moment.date() != start)]
    return [day for day in days[: rule.count] if day <= last]


@given(rules(), st.dates(date(2015, 1, 1), date(2026, 1, 1)), st.integers(0, 2000), st.integers(0, 2000))
@settings(deadline=None, max_examples=50)
def test_days_repeat_as_dateutil_says(rule: Rule, start: date, skipped: int, asked: int) -> None:
    first = start + timedelta(days=skipped)
    last = first + timedelta(days=asked)
    expected = [day for day in as_dateutil_says(rule, start, last) if day >= first]
    assert list(repetitions(rule, start, first, last, Effort(10**9))) == expected


def test_days_of_a_years_last_week_in_january_belong_to_it() -> None:
    # Weeks from Wednesday: the first of 2017 begins on 4 January, the 52nd on 27 December, the first of 2018 on 3 January.
    rule = Rule(per=Per.YEAR, week_start=2, week_numbers=frozenset({52}), weekdays=frozenset({(0, 0), (0, 3)}))
    days = list(repetitions(rule, date(2017, 6, 1), date(2017, 6, 2), date(2018, 6, 1), Effort(10**6)))
    assert days == [date(2017, 12, 28), date(2018, 1, 1)]


def test_a_week_of_the_year_without_a_weekday_means_the_weekday_it_began_on() -> None:
    rule = Rule(per=Per.YEAR, week_numbers=frozenset({20}))
    assert list(repetitions(rule, date(2025, 5, 14), date(2026, 1, 1), date(2027, 12, 31), Effort(10_000))) == [
        date(2026, 5, 13),
        date(2027, 5, 19),
    ]


def test_the_days_before_the_first_one_asked_for_cost_nothing_unless_they_are_counted() -> None:
    long_ago, day = date(1, 1, 1), date(2026, 5, 5)
    assert list(repetitions(Rule(per=Per.DAY), long_ago, day, day, Effort(10))) == [day]
    with pytest.raises(Invalid, match="repeats too much"):
        list(repetitions(Rule(per=Per.DAY, count=10**6), long_ago, day, day, Effort(10_000)))


def test_a_rule_that_never_comes_true_ends_with_the_last_day_asked_for() -> None:
    never = Rule(per=Per.DAY, months=frozenset({2}), month_days=frozenset({30}))
    assert list(repetitions(never, date(2026, 1, 1), date(2026, 1, 1), date(2027, 12, 31), Effort(2_000))) == [date(2026, 1, 1)]


@pytest.mark.parametrize("week_start", range(7))
def test_the_first_and_the_last_week_of_all_time_are_weeks(week_start: int) -> None:
    weekly = Rule(per=Per.WEEK, week_start=week_start)
    assert len(list(repetitions(weekly, date.min, date.min, date(1, 1, 31), Effort(100)))) == 5
    assert len(list(repetitions(weekly, date(9999, 12, 1), date.min, date.max, Effort(100)))) == 5
