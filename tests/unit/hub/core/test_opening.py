"""When a desk is open, how its open days are counted, and how they are written down."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.opening import ALWAYS, Hours, Opening, dump, parse, read

MORNING, AFTERNOON = Hours(time(9), time(12)), Hours(time(13), time(18))
WEEKDAYS_ONLY = Opening(((MORNING, AFTERNOON),) * 5 + ((),) * 2)
NEVER = Opening(((),) * 7)
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)


def test_a_weekday_without_hours_is_closed() -> None:
    assert WEEKDAYS_ONLY.is_open(FRIDAY)
    assert not WEEKDAYS_ONLY.is_open(SATURDAY)


def test_a_closed_day_is_closed_whatever_its_weekday() -> None:
    assert not Opening(WEEKDAYS_ONLY.hours, frozenset({FRIDAY})).is_open(FRIDAY)
    assert not Opening(closed=frozenset({FRIDAY})).is_open(FRIDAY)


def test_a_desk_whose_hours_nobody_said_is_open_and_shows_none() -> None:
    assert ALWAYS.is_open(SATURDAY)
    assert ALWAYS.hours_on(SATURDAY) == ()


def test_a_closed_day_has_no_hours() -> None:
    opening = Opening(WEEKDAYS_ONLY.hours, frozenset({MONDAY}))
    assert opening.hours_on(FRIDAY) == (MORNING, AFTERNOON)
    assert opening.hours_on(SATURDAY) == ()
    assert opening.hours_on(MONDAY) == ()


@pytest.mark.parametrize(("count", "expected"), [(1, MONDAY), (2, date(2026, 12, 1)), (5, date(2026, 12, 4)), (6, date(2026, 12, 7))])
def test_open_days_are_counted_over_the_weekend(count: int, expected: date) -> None:
    assert WEEKDAYS_ONLY.open_day(FRIDAY, count) == expected


def test_a_desk_that_never_opens_counts_plain_days() -> None:
    assert NEVER.open_day(FRIDAY, 10) == FRIDAY + timedelta(days=10)


def test_open_days_between_two_days_leave_out_the_first_and_count_the_last() -> None:
    assert WEEKDAYS_ONLY.open_days(FRIDAY, MONDAY) == 1
    assert WEEKDAYS_ONLY.open_days(FRIDAY, FRIDAY) == 0
    assert WEEKDAYS_ONLY.open_days(MONDAY, FRIDAY) == 0


@pytest.mark.parametrize(
    ("until", "not_before", "expected"),
    [
        (date(2026, 11, 29), FRIDAY, FRIDAY),
        (MONDAY, FRIDAY, MONDAY),
        (date(2026, 11, 29), SATURDAY, None),
        (FRIDAY, SATURDAY, None),
    ],
)
def test_the_last_open_day_is_looked_for_in_its_range_only(until: date, not_before: date, expected: date | None) -> None:
    assert WEEKDAYS_ONLY.last_open_day(until, not_before) == expected


def test_the_29th_of_february_is_a_day_like_any_other() -> None:
    assert WEEKDAYS_ONLY.open_day(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert read({"closed": ["2028-02-29"]}).open_day(date(2028, 2, 28), 1) == date(2028, 3, 1)


def test_opening_days_are_written_by_weekday_and_sorted() -> None:
    opening = Opening(WEEKDAYS_ONLY.hours, frozenset({date(2027, 1, 1), date(2026, 12, 25)}))
    days = ", ".join(f'"{name}": ["09:00-12:00", "13:00-18:00"]' for name in ("mon", "tue", "wed", "thu", "fri"))
    assert dump(opening) == f'{{"hours": {{{days}, "sat": [], "sun": []}}, "closed": ["2026-12-25", "2027-01-01"]}}'


def test_open_every_day_is_written_as_nothing() -> None:
    assert dump(ALWAYS) is None
    assert parse(None) is ALWAYS
    assert parse("{}") == ALWAYS


def test_a_text_is_read_once() -> None:
    text = dump(WEEKDAYS_ONLY)
    assert parse(text) is parse(text)


def test_a_weekday_left_out_is_closed_and_hours_are_put_in_order() -> None:
    opening = read({"hours": {"mon": ["13:00-18:00", "9:00-12:00"], "tue": ("09:00-12:00",)}})
    assert opening.hours == ((MORNING, AFTERNOON), (MORNING,), (), (), (), (), ())


def test_hours_may_meet() -> None:
    assert read({"hours": {"mon": ["09:00-12:00", "12:00-18:00"]}}).hours_on(MONDAY) == (MORNING, Hours(time(12), time(18)))


def test_a_settings_file_may_write_dates_as_dates() -> None:
    assert read({"closed": [date(2026, 12, 25)]}) == read({"closed": ["2026-12-25", "2026-12-25"]})


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"open": {}}, "'open' is no part of opening days"),
        ({"hours": ["09:00-18:00"]}, "hours are time ranges by weekday"),
        ({"hours": {"funday": []}}, "'funday' is no weekday"),
        ({"hours": {"mon": "09:00-18:00"}}, "the hours of mon are a list"),
        ({"hours": {"fri": ["9-18"]}}, "'9-18' of fri is no time range"),
        ({"hours": {"fri": [9]}}, "9 of fri is no time range"),
        ({"hours": {"fri": ["09:00-24:00"]}}, "'09:00-24:00' of fri is no time range"),
        ({"hours": {"fri": ["09:00-18:00\n"]}}, "is no time range"),
        ({"hours": {"fri": ["18:00-09:00"]}}, "the hours 18:00-09:00 of fri close before they open"),
        ({"hours": {"fri": ["09:00-09:00"]}}, "close before they open"),
        ({"hours": {"fri": ["11:00-13:00", "09:00-12:00"]}}, "the hours 09:00-12:00 and 11:00-13:00 of fri overlap"),
        ({"hours": {"fri": []}}, "leave no weekday open"),
        ({"hours": {}}, "leave no weekday open"),
        ({"closed": "2026-12-25"}, "closed days are a list of dates"),
        ({"closed": ["2026-02-29"]}, "'2026-02-29' of the closed days is no date there is"),
        ({"closed": [20261225]}, "20261225 of the closed days is no date"),
        ({"closed": [datetime(2026, 12, 25, 9)]}, "is no date"),
    ],
)
def test_what_cannot_be_read_is_named(value: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        read(value)
    assert "\n" not in str(refused.value)


def test_a_very_long_mistake_is_not_repeated_in_full() -> None:
    with pytest.raises(ValueError, match="is no time range") as refused:
        read({"hours": {"mon": ["x" * 10_000]}})
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("text", ["", "[]", "closed", '{"hours": {"mon": []}}', '{"closed": null, "open": 1}'])
def test_a_text_that_is_no_opening_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is not JSON is told in the words of json
        parse(text)


MINUTES = st.lists(st.integers(0, 24 * 60 - 1), unique=True, max_size=4).map(sorted)
DAYS = st.dates(date(2025, 1, 1), date(2031, 12, 31))


def hours_at(minutes: list[int]) -> tuple[Hours, ...]:
    times = [time(*divmod(minute, 60)) for minute in minutes]
    return tuple(Hours(opens, closes) for opens, closes in zip(times[::2], times[1::2], strict=False))


WEEKS = st.none() | st.tuples(*[MINUTES.map(hours_at)] * 7).filter(any)
OPENINGS = st.builds(Opening, WEEKS, st.frozensets(DAYS, max_size=30))


@given(OPENINGS)
@settings(deadline=None)
def test_what_is_written_is_read_again(opening: Opening) -> None:
    assert parse(dump(opening)) == opening


@given(OPENINGS, DAYS, st.integers(1, 60))
@settings(deadline=None)
def test_the_count_th_open_day_is_open_and_ends_a_stretch_of_so_many(opening: Opening, after: date, count: int) -> None:
    day = opening.open_day(after, count)
    assert opening.is_open(day)
    assert opening.open_days(after, day) == count
    assert opening.last_open_day(day, after) == day
