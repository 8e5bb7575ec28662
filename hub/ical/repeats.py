"""On which days something repeats: the rules of RFC 5545, section 3.3.10, for whole days and in a limited number of steps."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hub.errors import Invalid


class Per(StrEnum):
    """The stretch of time a rule looks at, one after the other."""

    DAY = "DAILY"
    WEEK = "WEEKLY"
    MONTH = "MONTHLY"
    YEAR = "YEARLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A repetition; an empty set asks for nothing. Negative numbers count from the end of the month or year."""

    per: Per
    interval: int = 1
    count: int | None = None
    until: date | None = None
    week_start: int = 0
    """0 is Monday, as everywhere here."""
    months: frozenset[int] = frozenset()
    week_numbers: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    """Which one of its month or year (0 is each of them), and the weekday."""
    positions: frozenset[int] = frozenset()


class Effort:
    """How many days may still be looked at for one file."""

    def __init__(self, days: int) -> None:
        self._left = days

    def spend(self, days: int) -> None:
        """Count days looked at; raises Invalid when the file has used up its share."""
        self._left -= days
        if self._left < 0:
            raise Invalid("The calendar repeats too much to be worked out. Export only the closed days, for a year or two.")


def repetitions(rule: Rule, start: date, first: date, last: date, effort: Effort) -> Iterator[date]:
    """Give the days from first to last, in order, of something that repeats from its start; the start is the first of them."""
    if first <= start <= last:
        yield start
    stop, given = min(last, rule.until or last), 1
    for day in _matching(_completed(rule, start), start, first, stop, effort):
        if day <= start:
            continue
        given += 1
        if day > stop or (rule.count is not None and given > rule.count):
            return
        if day >= first:
            yield day


def _completed(rule: Rule, start: date) -> Rule:
    """Take what a rule does not say from the day it starts on."""
    if rule.year_days or rule.month_days or rule.weekdays:
        return rule
    if rule.per is Per.WEEK or rule.week_numbers:
        return replace(rule, weekdays=frozenset({(0, start.weekday())}))
    if rule.per is Per.MONTH:
        return replace(rule, month_days=frozenset({start.day}))
    if rule.per is Per.YEAR:
        return replace(rule, months=rule.months or frozenset({start.month}), month_days=frozenset({start.day}))
    return rule


def _matching(rule: Rule, start: date, first: date, last: date, effort: Effort) -> Iterator[date]:
    number, end = _number(rule, start), _number(rule, last)
    behind = _number(rule, first) - number
    if rule.count is None and behind > 0:
        # Without a count, nothing before the first day asked for matters.
        number += -(-behind // rule.interval) * rule.interval
    while number <= end:
        days = _days_of(rule, number)
        effort.spend(1 + len(days))
        yield from _chosen(rule.positions, [day for day in days if _fits(rule, day)])
        number += rule.interval


def _number(rule: Rule, day: date) -> int:
    """Number the days, weeks, months or years, so that an interval is a difference."""
    match rule.per:
        case Per.DAY:
            return day.toordinal()
        case Per.WEEK:
            return (day.toordinal() - 1 - rule.week_start) // 7
        case Per.MONTH:
            return day.year * 12 + day.month - 1
        case Per.YEAR:
            return day.year


def _days_of(rule: Rule, number: int) -> list[date]:
    match rule.per:
        case Per.DAY:
            return [date.fromordinal(number)]
        case Per.WEEK:
            begin = number * 7 + 1 + rule.week_start
            return [date.fromordinal(day) for day in range(max(begin, 1), min(begin + 7, date.max.toordinal() + 1))]
        case Per.MONTH:
            year, month = divmod(number, 12)
            return _days_of_month(year, month + 1) if not rule.months or month + 1 in rule.months else []
        case Per.YEAR:
            return [day for month in sorted(rule.months or range(1, 13)) for day in _days_of_month(number, month)]


def _days_of_month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _fits(rule: Rule, day: date) -> bool:
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.month_days or _either(day.day, monthrange(day.year, day.month)[1], rule.month_days))
        and (not rule.year_days or _either(_day_of_year(day), _length_of_year(day), rule.year_days))
        and (not rule.week_numbers or _either(*_week_of_year(day, rule.week_start), rule.week_numbers))
        and (not rule.weekdays or not rule.weekdays.isdisjoint(_weekday_names(rule, day)))
    )


def _either(number: int, length: int, wanted: frozenset[int]) -> bool:
    """Say whether a number is wanted, counted from the front or, negative, from the end."""
    return number in wanted or number - length - 1 in wanted


def _week_of_year(day: date, week_start: int) -> tuple[int, int]:
    """Give the number of a day's week, and how many weeks its year has: a week belongs to the year of its fourth day."""
    fourth = day.toordinal() - (day.weekday() - week_start) % 7 + 3
    middle = date.fromordinal(min(max(fourth, 1), date.max.toordinal()))
    week = (_day_of_year(middle) - 1) // 7 + 1
    return week, week + (_length_of_year(middle) - _day_of_year(middle)) // 7


def _weekday_names(rule: Rule, day: date) -> set[tuple[int, int]]:
    """Give what a day can be called: a Friday, the second Friday of its month or year, the last but two."""
    weekday = day.weekday()
    if rule.per in (Per.DAY, Per.WEEK):
        return {(0, weekday)}
    if rule.per is Per.MONTH or rule.months:
        number, length = day.day, monthrange(day.year, day.month)[1]
    else:
        number, length = _day_of_year(day), _length_of_year(day)
    return {(0, weekday), ((number - 1) // 7 + 1, weekday), (-((length - number) // 7 + 1), weekday)}


def _chosen(positions: frozenset[int], days: list[date]) -> list[date]:
    if not positions:
        return days
    return [day for place, day in enumerate(days, 1) if _either(place, len(days), positions)]


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _length_of_year(day: date) -> int:
    return _day_of_year(date(day.year, 12, 31))
