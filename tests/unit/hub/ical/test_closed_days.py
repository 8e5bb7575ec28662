"""Which days a calendar file says something is closed, and which files are refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import Invalid
from hub.ical.closed_days import ClosedDay, Imported, closed_days

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def a_calendar(*events: tuple[str, ...], ends: str = "\r\n") -> str:
    """Give the text of a calendar with these events, each said as its lines."""
    inner = [line for event in events for line in ("BEGIN:VEVENT", *event, "END:VEVENT")]
    return ends.join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Library//Calendar//EN", *inner, "END:VCALENDAR", ""])


def days_of(*lines: str, first: date = FIRST, last: date = LAST) -> list[str]:
    """Give the days of a calendar with one event, written as it would write them."""
    return [f"{closed.day:%Y%m%d}" for closed in closed_days(a_calendar(lines), first, last).days]


def start(day: str) -> str:
    return f"DTSTART;VALUE=DATE:{day}"


def test_a_whole_day_event_is_a_closed_day_with_its_name() -> None:
    text = a_calendar((start("20261225"), "DTEND;VALUE=DATE:20261226", "SUMMARY:Christmas Day\\, closed"))
    assert closed_days(text, FIRST, LAST) == Imported((ClosedDay(date(2026, 12, 25), "Christmas Day, closed"),), 0)


@pytest.mark.parametrize(
    "end",
    ["DTEND;VALUE=DATE:20261227", "DURATION:P3D", "DURATION:PT49H"],
)
def test_the_end_is_the_day_after(end: str) -> None:
    assert days_of(start("20261224"), end) == ["20261224", "20261225", "20261226"]


@pytest.mark.parametrize("end", [(), ("DTEND;VALUE=DATE:20261224",), ("DURATION:P0D",)])
def test_an_event_that_lasts_no_time_is_one_day(end: tuple[str, ...]) -> None:
    assert days_of(start("20261224"), *end) == ["20261224"]


def test_only_the_days_asked_for_are_given() -> None:
    closing = (start("20261220"), "DTEND;VALUE=DATE:20270110")
    assert days_of(*closing, last=date(2026, 12, 21)) == ["20261220", "20261221"]
    assert days_of(*closing, first=date(2027, 1, 8)) == ["20270108", "20270109"]
    assert days_of(*closing, first=date(2027, 2, 1)) == []
    assert days_of(*closing, first=date(2026, 12, 25), last=date(2026, 12, 24)) == []


def test_days_are_sorted_and_each_is_given_once() -> None:
    text = a_calendar(
        (start("20261225"), "DURATION:P2D", "SUMMARY:Christmas"),
        (start("20261224"), "DURATION:P2D", "SUMMARY:Closing"),
        (start("20261225"), "DURATION:P2D", "SUMMARY:Christmas"),
    )
    found = closed_days(text, FIRST, LAST).days
    assert [(closed.day.day, closed.name) for closed in found] == [(24, "Closing"), (25, "Christmas"), (26, "Christmas")]


def test_events_with_a_time_of_day_are_passed_over_and_counted() -> None:
    text = a_calendar(
        ("DTSTART:20261224T090000Z", "RRULE:FREQ=SECONDLY", "EXDATE:nonsense"),
        ("DTSTART;TZID=Europe/Vienna:20261224T090000", "DTEND;TZID=Europe/Vienna:20261224T100000"),
        ("DTSTART:20261224T090000Z", "STATUS:CANCELLED"),
        (start("20261225"),),
    )
    found = closed_days(text, FIRST, LAST)
    assert (len(found.days), found.ignored) == (1, 2)


def test_a_cancelled_event_closes_nothing() -> None:
    assert days_of(start("20261224"), "STATUS:cancelled") == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY", ["20261225", "20271225"]),
        ("FREQ=YEARLY;UNTIL=20270101", ["20261225"]),
        ("FREQ=YEARLY;UNTIL=20271225T000000Z", ["20261225", "20271225"]),
        ("FREQ=YEARLY;COUNT=7", ["20261225"]),
        ("FREQ=YEARLY;INTERVAL=7;BYHOUR=9", ["20271225"]),
    ],
)
def test_what_repeats_every_year_is_closed_every_year(rule: str, expected: list[str]) -> None:
    assert days_of(start("20201225"), f"RRULE:{rule}") == expected


def test_the_29th_of_february_repeats_in_leap_years_only() -> None:
    assert days_of(start("20240229"), "RRULE:FREQ=YEARLY", last=date(2033, 1, 1)) == ["20280229", "20320229"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["20261126", "20271125"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", ["20260525", "20270531"]),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", ["20270104"]),
        ("FREQ=YEARLY;BYYEARDAY=-1", ["20261231", "20271231"]),
        ("FREQ=MONTHLY;BYMONTH=1,2;BYMONTHDAY=-1", ["20260131", "20260228", "20270131", "20270228"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20260301", ["20260130", "20260227"]),
    ],
)
def test_rules_find_the_day_that_moves(rule: str, expected: list[str]) -> None:
    assert [day for day in days_of(start("20251201"), f"RRULE:{rule}") if day >= "20260101"] == expected


def test_what_repeats_every_week_keeps_its_length() -> None:
    assert days_of(start("20260103"), "DURATION:P2D", "RRULE:FREQ=WEEKLY", last=date(2026, 1, 17)) == [
        *("20260103", "20260104"),
        *("20260110", "20260111"),
        "20260117",
    ]


def test_a_closing_that_repeats_and_began_before_the_first_day_reaches_into_it() -> None:
    assert days_of(start("20201224"), "DURATION:P14D", "RRULE:FREQ=YEARLY", first=date(2027, 1, 5), last=date(2027, 2, 1)) == [
        "20270105",
        "20270106",
    ]


def test_days_can_be_added_and_left_out() -> None:
    lines = (
        start("20260105"),
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "RDATE;VALUE=DATE:20260301,20260302",
        "RDATE;VALUE=PERIOD:20260401T000000Z/P1D",
        "EXDATE;VALUE=DATE:20260105,20260119",
        "EXDATE;TZID=Europe/Vienna:20260302T000000",
    )
    assert days_of(*lines) == ["20260112", "20260126", "20260301", "20260401"]


def test_one_day_of_a_series_can_be_moved_or_cancelled_or_given_a_time() -> None:
    text = a_calendar(
        ("UID:a", "RECURRENCE-ID;VALUE=DATE:20260112", start("20260113"), "SUMMARY:Moved"),
        ("UID:a", start("20260105"), "RRULE:FREQ=WEEKLY;COUNT=5", "SUMMARY:Inventory"),
        ("UID:a", "RECURRENCE-ID;VALUE=DATE:20260119", start("20260119"), "STATUS:CANCELLED"),
        ("UID:a", "RECURRENCE-ID;VALUE=DATE:20260126", "DTSTART:20260126T090000Z"),
        ("UID:a", "RECURRENCE-ID;VALUE=DATE:20260202", start("20260202"), "SUMMARY:Renamed"),
        ("UID:b", start("20260112"), "SUMMARY:Another"),
    )
    found = closed_days(text, FIRST, LAST)
    assert [(f"{closed.day:%m%d}", closed.name) for closed in found.days] == [
        ("0105", "Inventory"),
        ("0112", "Another"),
        ("0113", "Moved"),
        ("0202", "Renamed"),
    ]
    assert found.ignored == 1


def test_a_file_may_be_folded_have_a_mark_at_its_head_and_plain_line_ends() -> None:
    text = a_calendar((start("20261225"), "SUMMARY:Christ\n mas Day"), ends="\n")
    assert closed_days("\ufeff" + text, FIRST, LAST).days == (ClosedDay(date(2026, 12, 25), "Christmas Day"),)


def test_a_day_with_a_zone_is_a_day() -> None:
    assert days_of('DTSTART;TZID="Europe/Vienna";VALUE=DATE:20261225', "DTEND;VALUE=DATE;TZID=Nowhere:20261226") == ["20261225"]


def test_time_zones_alarms_and_other_entries_are_not_even_read() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Nowhere\r\nBEGIN:STANDARD\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    todo = f"BEGIN:VTODO\r\n{start('20260101')}\r\nEND:VTODO\r\n"
    text = a_calendar((start("20261225"), "BEGIN:VALARM", "TRIGGER:nonsense", start("20260101"), "END:VALARM"))
    assert len(closed_days(text.replace("BEGIN:VEVENT", zone + todo + "BEGIN:VEVENT"), FIRST, LAST).days) == 1


def test_several_calendars_in_one_file_are_all_read() -> None:
    assert len(closed_days(a_calendar((start("20261224"),)) + a_calendar((start("20261225"),)), FIRST, LAST).days) == 2


def test_a_calendar_without_events_closes_nothing() -> None:
    assert closed_days(a_calendar(), FIRST, LAST) == Imported((), 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no calendar begins"),
        ("<!DOCTYPE html><p>Sign in", "no calendar begins"),
        ("%PDF-1.7\n\x00\x01", "no calendar begins"),
        (a_calendar((start("20261225"),)).removesuffix("END:VCALENDAR\r\n"), "stops in the middle: VCALENDAR has no end"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "damaged: VCALENDAR ends where it has not begun"),
        ("END:VCALENDAR", "damaged"),
        (a_calendar(("DTSTART;VALUE=DATE,DATE:20261225",)), "damaged: one of its events cannot be read"),
    ],
)
def test_what_is_no_whole_calendar_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        closed_days(text, FIRST, LAST)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((), "has no DTSTART"),
        (("DTSTART;VALUE=DATE:20260229",), "its DTSTART is wrong"),
        (("DTSTART:tomorrow",), "its DTSTART is wrong"),
        (("DTSTART:P1D",), "its DTSTART is wrong"),
        ((start("20261224"), start("20261225")), "has more than one DTSTART"),
        ((start("20261224"), "DTEND;VALUE=DATE:20261223"), "ends before it begins"),
        ((start("20261224"), "DURATION:-P1D"), "ends before it begins"),
        ((start("20261224"), "DTEND:20261224T100000Z"), "begins as a whole day and ends at a time of day"),
        ((start("20261224"), "DURATION:long"), "its DURATION is wrong"),
        ((start("20261224"), "DURATION;VALUE=DATE:20261225"), "its DURATION is wrong"),
        ((start("20261224"), "EXDATE:never"), "its EXDATE is wrong"),
        ((start("20261224"), "EXDATE;;:20261224"), "one of its lines is damaged"),
        ((start("20261224"), "RDATE:P1D"), "its RDATE is wrong"),
        ((start("20261224"), "EXRULE:FREQ=YEARLY"), "leaves out days by a rule"),
        ((start("20261224"), "RRULE:FREQ=OFTEN"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE;VALUE=TEXT:FREQ=DAILY"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=DAILY;INTERVAL=0"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=DAILY;COUNT=0"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=DAILY;UNTIL=P1D"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=YEARLY;BYMONTH=13"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=YEARLY;BYMONTH=5L"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=WEEKLY;BYDAY=2MO"), "its RRULE is wrong"),
        ((start("20261224"), "RRULE:FREQ=YEARLY;BYEASTER=1"), "repeats by BYEASTER, which is not understood"),
        ((start("20261224"), "RRULE:RSCALE=CHINESE;FREQ=YEARLY"), "repeats by RSCALE, which is not understood"),
        ((start("20261224"), "RRULE:FREQ=SECONDLY"), "repeats more often than once a day"),
        ((start("20261224"), "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261224"), "changes all that follow it"),
    ],
)
def test_the_event_that_is_wrong_is_named(lines: tuple[str, ...], says: str) -> None:
    text = a_calendar((start("20260101"),), ("SUMMARY:Winter\\nbreak", *lines))
    with pytest.raises(Invalid, match=says) as refused:
        closed_days(text, FIRST, LAST)
    assert str(refused.value).startswith('The event "Winter break" (number 2 in the file) ')


def test_an_event_without_a_name_is_named_by_its_place() -> None:
    with pytest.raises(Invalid, match="The event number 1 in the file has no DTSTART"):
        days_of("UID:a")


MANY_RULES = ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "DTSTART;VALUE=DATE:00010101")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("x" * 10_000_000, "longer than", id="ten megabytes"),
        pytest.param("\n" * 10_000_000, "longer than", id="ten megabytes of line ends"),
        pytest.param(a_calendar(*[("DTSTART:20260101",)] * 100_000), "longer than", id="a hundred thousand events"),
        pytest.param(a_calendar(*[()] * 5_001), "too many events", id="one event too many"),
        pytest.param(a_calendar((start("20260101"), "RDATE:" + "20260101," * 100_000)), "too many events", id="a very long list"),
        pytest.param("BEGIN:VCALENDAR\n" + "BEGIN:A\n" * 200_000, "stops in the middle", id="very deep"),
        pytest.param(a_calendar(*[MANY_RULES] * 300), "repeats too much", id="rules that never come true"),
        pytest.param(
            a_calendar(*[(start("19700101"), "DTEND;VALUE=DATE:99991231", "RRULE:FREQ=DAILY")] * 300), "repeats too much", id="for ever"
        ),
    ],
)
def test_a_hostile_file_is_refused_after_a_limited_number_of_steps(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        closed_days(text, FIRST, LAST)


def test_the_most_that_is_read_is_enough_for_any_library() -> None:
    text = a_calendar(*[(f"UID:{number}", start("20200101"), "RRULE:FREQ=YEARLY") for number in range(1_000)])
    assert len(closed_days(text, FIRST, FIRST + timedelta(days=1000)).days) == 3


def test_the_whole_of_time_is_a_window_too() -> None:
    assert len(closed_days(a_calendar((start("00010101"), "RRULE:FREQ=YEARLY")), date.min, date.max).days) == 9_999


PIECES = st.sampled_from(
    ["VALUE=", "DATE", "TEXT", "P1D", "RECUR", "FREQ=DAILY", ",", ";", ":", "=", "-", '"', "\\", "\n", " ", "0", "99999999", "\x00"]
)
LINES = st.sampled_from(
    [
        "DTSTART;VALUE=DATE:20260101",
        "DTEND;VALUE=DATE:20260103",
        "DURATION:P2D",
        "RRULE:FREQ=YEARLY;BYDAY=1MO;UNTIL=20270101",
        "RDATE;VALUE=PERIOD:20260301T000000Z/PT5H",
        "EXDATE;TZID=Europe/Vienna:20260101T000000",
        "RECURRENCE-ID:20260101",
        "SUMMARY;LANGUAGE=de:Weihnachten",
    ]
)


@given(st.lists(st.tuples(LINES, st.integers(0, 40), st.none() | PIECES), min_size=1, max_size=5))
@settings(deadline=None)
def test_whatever_is_in_a_file_it_is_read_or_refused(lines: list[tuple[str, int, str | None]]) -> None:
    text = a_calendar(tuple(line[:place] + piece + line[place:] if piece else line for line, place, piece in lines))
    with suppress(Invalid):
        assert all(FIRST <= closed.day <= LAST for closed in closed_days(text, FIRST, LAST).days)
