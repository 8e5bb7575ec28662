"""When a desk is open: weekly hours, closed days, and how open days are counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = timedelta(days=1)
_LOOK_AHEAD_DAYS = 1500
_RANGE = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of a day in which a desk is open, in the site's own time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Opening:
    """The days and hours of a desk: seven weekdays, Monday first, and the days it is closed all the same.

    A weekday without hours is closed; ``hours=None`` is open every day, at hours nobody has said.
    """

    hours: tuple[tuple[Hours, ...], ...] | None = None
    closed: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """Say whether the desk is open at all on this day."""
        return day not in self.closed and (self.hours is None or bool(self.hours[day.weekday()]))

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """Give the hours of this day; none when it is closed or its hours are not said."""
        return () if self.hours is None or day in self.closed else self.hours[day.weekday()]

    def open_day(self, after: date, count: int) -> date:
        """Give the count-th open day after a day; count is 1 or more."""
        left = count
        for day in _days(after + _DAY, after + _LOOK_AHEAD_DAYS * _DAY):
            left -= self.is_open(day)
            if left == 0:
                return day
        # A desk closed for good, with books still on its shelf: a hold of some years would help nobody, so plain days count.
        return after + count * _DAY

    def open_days(self, after: date, until: date) -> int:
        """Give how many open days there are after one day, up to and including another."""
        return sum(map(self.is_open, _days(after + _DAY, until)))

    def last_open_day(self, until: date, not_before: date) -> date | None:
        """Give the last open day from one day up to and including another; None when all are closed."""
        back = (until - offset * _DAY for offset in range((until - not_before).days + 1))
        return next(filter(self.is_open, back), None)


ALWAYS = Opening()
"""Open every day: a desk whose days nobody has said."""


@lru_cache(maxsize=256)
def parse(text: str | None) -> Opening:
    """Give the opening days that a text of ``dump`` holds; raises ValueError for any other text."""
    if text is None:
        return ALWAYS
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError('opening days are an object with "hours" and "closed"')
    return read(value)


def dump(opening: Opening) -> str | None:
    """Give opening days as the text the database keeps, the same for the same days; None for open every day."""
    if opening == ALWAYS:
        return None
    closed = sorted(day.isoformat() for day in opening.closed)
    if opening.hours is None:
        return json.dumps({"closed": closed})
    week = {name: [_written(hours) for hours in day] for name, day in zip(WEEKDAYS, opening.hours, strict=True)}
    return json.dumps({"hours": week, "closed": closed})


def read(value: Mapping[str, object]) -> Opening:
    """Give the opening days that a settings file or a request says; raises ValueError with a sentence naming what is wrong.

    ``hours`` has time ranges by weekday, a weekday left out is closed; ``closed`` has dates. Both may be left out.
    """
    for part in value:
        if part not in ("hours", "closed"):
            raise ValueError(f'{part!r:.60} is no part of opening days; there are "hours" and "closed"')
    return Opening(_week(value.get("hours")), _closed(value.get("closed")))


def _week(value: object) -> tuple[tuple[Hours, ...], ...] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError("hours are time ranges by weekday, from mon to sun")
    for name in value:
        if name not in WEEKDAYS:
            raise ValueError(f"{name!r:.60} is no weekday; the weekdays are {', '.join(WEEKDAYS)}")
    week = tuple(_weekday(name, value.get(name)) for name in WEEKDAYS)
    if not any(week):
        raise ValueError("the hours leave no weekday open; a desk is open on one day of the week at least")
    return week


def _weekday(name: str, value: object) -> tuple[Hours, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise ValueError(f'the hours of {name} are a list of time ranges such as ["09:00-12:00", "13:00-18:00"]')
    several = tuple(sorted((_range(name, text) for text in value), key=lambda hours: hours.opens))
    for one, other in pairwise(several):
        if other.opens < one.closes:
            raise ValueError(f"the hours {_written(one)} and {_written(other)} of {name} overlap")
    return several


def _range(name: str, text: object) -> Hours:
    found = _RANGE.fullmatch(text) if isinstance(text, str) else None
    try:
        if found is None:
            raise ValueError
        hour, minute, to_hour, to_minute = map(int, found.groups())
        hours = Hours(time(hour, minute), time(to_hour, to_minute))
    except ValueError:
        raise ValueError(f"{text!r:.60} of {name} is no time range; write one such as 09:00-18:00, 23:59 at the latest") from None
    if hours.closes <= hours.opens:
        raise ValueError(f"the hours {_written(hours)} of {name} close before they open")
    return hours


def _closed(value: object) -> frozenset[date]:
    if value is None:
        return frozenset()
    if not isinstance(value, list | tuple | set | frozenset):
        raise ValueError('closed days are a list of dates such as ["2026-12-25"]')
    return frozenset(map(_date, value))


def _date(value: object) -> date:
    # TOML has dates of its own; a moment is one too, for Python, and is none here.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{value!r:.60} of the closed days is no date there is; write one such as 2026-12-25") from None


def _written(hours: Hours) -> str:
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"


def _days(first: date, last: date) -> Iterator[date]:
    return (first + offset * _DAY for offset in range((last - first).days + 1))
