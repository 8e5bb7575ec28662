"""How a letter says a day. The languages named here are those there are letters in."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from itertools import groupby

from hub.core.opening import Opening

MOST_CLOSED = 6
TO = "\u2013"
"""Between two days, and between two times."""

MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
}  # fmt: skip
DAY_AND_MONTH: dict[str, str] = {"en": "{} {}", "de": "{}. {}"}


WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
}


def day(moment: datetime, today: date, zone: tzinfo, language: str) -> str:
    """Give a local day in words: ``4 December``, ``4. Dezember``, with the year when it is not this one."""
    return named_day(moment.astimezone(zone).date(), today, language)


def named_day(local: date, today: date, language: str) -> str:
    """Give a day in words."""
    named = DAY_AND_MONTH[language].format(local.day, MONTHS[language][local.month - 1])
    return named if local.year == today.year else f"{named} {local.year}"


def hours(opening: Opening, language: str) -> str | None:
    """Give the hours of a week, ``Mon-Fri 09:00-18:00, Sat 10:00-13:00``; None where nobody has said them."""
    if opening.hours is None:
        return None
    parts: list[str] = []
    for _, same in groupby(enumerate(opening.hours), lambda one: one[1]):
        days = list(same)
        if ranges := days[0][1]:
            names = [WEEKDAYS[language][number] for number, _ in days]
            named = f"{names[0]}{TO}{names[-1]}" if len(names) > 2 else ", ".join(names)
            spans = " ".join(f"{each.opens:%H:%M}{TO}{each.closes:%H:%M}" for each in ranges)
            # Not to be torn apart on a phone.
            parts.append(f"{named}\u00a0{spans}")
    return "; ".join(parts)


def closed_days(opening: Opening, today: date, until: date, language: str) -> str | None:
    """Give the days up to a day on which a desk is closed though its hours say otherwise; None where there is none."""
    between = [
        each for each in sorted(opening.closed) if today <= each <= until and (opening.hours is None or opening.hours[each.weekday()])
    ]
    return ", ".join(named_day(each, today, language) for each in between[:MOST_CLOSED]) or None
