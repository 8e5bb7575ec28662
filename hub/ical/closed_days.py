"""The closed days in an iCalendar file (RFC 5545), as a university's or a state's calendar exports them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, vRecur, vWeekday

from hub.errors import Invalid
from hub.ical.repeats import Effort, Per, Rule, repetitions

# A file may be anybody's; these keep the worst one under a few seconds.
LONGEST_FILE_CHARACTERS = 2_000_000
MOST_EVENTS = 5_000
MOST_OF_EVENTS_CHARACTERS = 700_000
MOST_DAYS_LOOKED_AT = 500_000
LONGEST_NAME_CHARACTERS = 200

_DAY = timedelta(days=1)
_MONTHS = frozenset(range(1, 13))
_BORDERS = frozenset({"BEGIN", "END"})
_EVENT_BEGINS = "BEGIN:VEVENT"
_DATES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
_WANTED = {
    ("VCALENDAR",): _BORDERS,
    ("VCALENDAR", "VEVENT"): _BORDERS | _DATES | {"UID", "SUMMARY", "STATUS", "DURATION", "RRULE", "EXRULE"},
}
_ZONE = re.compile(r';TZID=("[^"]*"|[^;:]*)', re.IGNORECASE)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SETS = {"BYMONTH": "months", "BYWEEKNO": "week_numbers", "BYYEARDAY": "year_days", "BYMONTHDAY": "month_days", "BYSETPOS": "positions"}
# A rule's hours, minutes and seconds are to be ignored where an event is about whole days, says RFC 5545.
_IN_RULES = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", *_SETS}


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day something is closed, and what the calendar calls it."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a calendar says: each closed day once, in order; and how many events were passed over because they have a time of day."""

    days: tuple[ClosedDay, ...]
    ignored: int


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    uid: str
    instead_of: date | None
    cancelled: bool
    start: date | None = None
    """None where it does not matter: for an event with a time of day, and for a cancelled one."""
    days: int = 1
    rule: Rule | None = None
    also: frozenset[date] = frozenset()
    without: frozenset[date] = frozenset()


def closed_days(text: str, first: date, last: date) -> Imported:
    """Give the days from first to last on which a calendar has whole-day events; raises Invalid for a file that cannot be used."""
    events = [_Reader(number, event).event() for number, event in enumerate(_events(text), 1)]
    effort = Effort(MOST_DAYS_LOOKED_AT)
    names: dict[date, str] = {}
    for event in _without_moved(events):
        for start in _starts(event, first, last, effort):
            for day in _days_from(start, event.days, first, last, effort):
                names.setdefault(day, event.name)
    ignored = sum(event.start is None and not event.cancelled for event in events)
    return Imported(tuple(ClosedDay(day, names[day]) for day in sorted(names)), ignored)


def _without_moved(events: list[_Event]) -> list[_Event]:
    """Take out of each series the days that other events of the file stand in for."""
    moved: dict[str, set[date]] = {}
    for event in events:
        if event.uid and event.instead_of is not None:
            moved.setdefault(event.uid, set()).add(event.instead_of)
    series = [event for event in events if event.instead_of is None]
    others = [event for event in events if event.instead_of is not None]
    return [replace(event, without=event.without | moved.get(event.uid, set())) for event in series] + others


def _starts(event: _Event, first: date, last: date, effort: Effort) -> set[date]:
    """Give the days an event starts on, from early enough on that its last day may be the first one asked for."""
    if event.start is None:
        return set()
    early = date.fromordinal(max(1, first.toordinal() - event.days + 1))
    repeated = () if event.rule is None else repetitions(event.rule, event.start, early, last, effort)
    return {day for day in {event.start, *event.also, *repeated} if early <= day <= last} - event.without


def _days_from(start: date, days: int, first: date, last: date, effort: Effort) -> Iterator[date]:
    begin, end = max(start, first).toordinal(), min(start.toordinal() + days - 1, last.toordinal())
    effort.spend(max(0, end - begin + 1))
    return map(date.fromordinal, range(begin, end + 1))


def _events(text: str) -> list[Any]:
    """Give the events of a file as icalendar reads them."""
    if len(text) > LONGEST_FILE_CHARACTERS:
        raise Invalid(f"The calendar file is longer than {LONGEST_FILE_CHARACTERS:,} characters. Export only the closed days.")
    lines = _essential(text)
    if not lines:
        raise Invalid("This is no iCalendar file: no calendar begins in it. Export one as .ics.")
    if lines.count(_EVENT_BEGINS) > MOST_EVENTS or sum(map(len, lines)) > MOST_OF_EVENTS_CHARACTERS:
        raise Invalid(f"The calendar file has too many events; {MOST_EVENTS:,} can be read. Export only the closed days.")
    try:
        calendars = Calendar.from_ical("\r\n".join(lines), multiple=True)
    except (ValueError, AttributeError) as error:
        # AttributeError: icalendar 7 takes it for granted that no property has two VALUE parameters.
        raise Invalid("The calendar file is damaged: one of its events cannot be read. Export it again.") from error
    return [event for calendar in calendars for event in calendar.walk("VEVENT")]


def _essential(text: str) -> list[str]:
    """Give the lines of events that matter here: time zones, alarms and descriptions are most of a file, and can do harm."""
    inside: list[str] = []
    kept: list[str] = []
    for line in _unfolded(text):
        name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
        component = line.partition(":")[2].strip().upper()[:40]
        if name == "BEGIN":
            inside.append(component)
        if name in _WANTED.get(tuple(inside[:3]), ()):
            kept.append(f"{name}:{component}" if name in _BORDERS else _without_zone(name, line))
        if name == "END" and (not inside or inside.pop() != component):
            raise Invalid(f"The calendar file is damaged: {component} ends where it has not begun. Export it again.")
    if inside:
        raise Invalid(f"The calendar file stops in the middle: {inside[-1]} has no end. Export it again.")
    return kept


def _unfolded(text: str) -> list[str]:
    """Give the lines of a file; one that begins with white space goes on with the one before it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")


def _without_zone(name: str, line: str) -> str:
    # A day is a day in every zone, and some programs name one even there; icalendar would look each of them up.
    return _ZONE.sub("", line, count=1) if name in _DATES else line


class _Reader:
    """Reads one event; whatever is wrong with it becomes a sentence that names the event."""

    def __init__(self, number: int, properties: Any) -> None:
        self._properties = properties
        self._broken = {name for name, _ in properties.errors}
        self._name = " ".join(str(next(iter(self._all("SUMMARY")), "")).split())[:LONGEST_NAME_CHARACTERS]
        self._label = f'The event "{self._name}" (number {number} in the file)' if self._name else f"The event number {number} in the file"

    def event(self) -> _Event:
        """Give the event as values; raises Invalid when it cannot be read."""
        event = _Event(self._name, str(self._one("UID") or ""), self._instead_of(), str(self._one("STATUS")).upper() == "CANCELLED")
        if event.cancelled or isinstance(start := self._date("DTSTART"), datetime):
            return event
        if None in self._broken:
            raise self._refusal("cannot be read: one of its lines is damaged")
        if self._all("EXRULE"):
            raise self._refusal("leaves out days by a rule (EXRULE), which is not understood here")
        also, without = self._set("RDATE"), self._set("EXDATE")
        return replace(event, start=start, days=self._days(start), rule=self._rule(), also=also, without=without)

    def _refusal(self, why: str) -> Invalid:
        return Invalid(f"{self._label} {why}. Correct it in the calendar, or leave it out.")

    def _unreadable(self, name: str) -> Invalid:
        return self._refusal(f"cannot be read: its {name} is wrong")

    def _all(self, name: str) -> list[Any]:
        if name in self._broken:
            raise self._unreadable(name)
        value = self._properties.get(name, [])
        return value if isinstance(value, list) else [value]

    def _one(self, name: str) -> Any:
        several = self._all(name)
        if len(several) > 1:
            raise self._refusal(f"has more than one {name}")
        return several[0] if several else None

    def _date(self, name: str) -> date:
        value = self._one(name)
        if value is None:
            raise self._refusal(f"has no {name}")
        day = getattr(value, "dt", None)
        if not isinstance(day, date):
            raise self._unreadable(name)
        return day

    def _instead_of(self) -> date | None:
        if self._one("RECURRENCE-ID") is None:
            return None
        day = self._date("RECURRENCE-ID")
        if not isinstance(day, datetime) and "RANGE" in self._one("RECURRENCE-ID").params:
            raise self._refusal("changes all that follow it (RANGE), which is not understood here")
        return _plain(day)

    def _days(self, start: date) -> int:
        """Give how many days the event lasts, one at least: some programs write an end that is the beginning."""
        length = self._until_end(start) if self._one("DTEND") is not None else self._duration()
        if length < timedelta():
            raise self._refusal("ends before it begins")
        return max(1, -(-length // _DAY))

    def _until_end(self, start: date) -> timedelta:
        end = self._date("DTEND")
        if isinstance(end, datetime):
            raise self._refusal("begins as a whole day and ends at a time of day")
        return end - start

    def _duration(self) -> timedelta:
        value = self._one("DURATION")
        if value is None:
            return _DAY
        length = getattr(value, "dt", None)
        if not isinstance(length, timedelta):
            raise self._unreadable("DURATION")
        return length

    def _set(self, name: str) -> frozenset[date]:
        """Give the days that a property lists; a period stands for the day it begins."""
        values = [getattr(listed, "dt", None) for value in self._all(name) for listed in getattr(value, "dts", [value])]
        begins = [value[0] if isinstance(value, tuple) else value for value in values]
        days = frozenset(_plain(day) for day in begins if isinstance(day, date))
        if not all(isinstance(day, date) for day in begins):
            raise self._unreadable(name)
        return days

    def _rule(self) -> Rule | None:
        value = self._one("RRULE")
        if value is None:
            return None
        if not isinstance(value, vRecur) or not value.get("FREQ"):
            raise self._unreadable("RRULE")
        if unknown := sorted(set(value) - _IN_RULES):
            raise self._refusal(f"repeats by {unknown[0]:.40}, which is not understood here")
        if value["FREQ"][0] not in set(Per):
            raise self._refusal("is about whole days but repeats more often than once a day")
        if not _makes_sense(value):
            raise self._unreadable("RRULE")
        return _rule_of(value)


def _makes_sense(value: vRecur) -> bool:
    """Say whether the parts of a rule are ones that a calendar can have; icalendar has read them one by one."""
    per_day_or_week = value["FREQ"][0] in (Per.DAY, Per.WEEK)
    return (
        all(number >= 1 for part in ("INTERVAL", "COUNT") for number in value.get(part, []))
        and all(isinstance(until, date) for until in value.get("UNTIL", []))
        and all(month in _MONTHS and not month.leap for month in value.get("BYMONTH", []))
        and not any(day.relative and per_day_or_week for day in value.get("BYDAY", []))
    )


def _rule_of(value: vRecur) -> Rule:
    def first(name: str, otherwise: Any) -> Any:
        return value.get(name, [otherwise])[0]

    until = first("UNTIL", None)
    return Rule(
        per=Per(first("FREQ", None)),
        interval=first("INTERVAL", 1),
        count=first("COUNT", None),
        until=None if until is None else _plain(until),
        week_start=_WEEKDAYS.index(first("WKST", vWeekday("MO")).weekday),
        weekdays=frozenset((day.relative or 0, _WEEKDAYS.index(day.weekday)) for day in value.get("BYDAY", [])),
        **{field: frozenset(map(int, value.get(part, []))) for part, field in _SETS.items()},
    )


def _plain(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day
