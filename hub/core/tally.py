"""What is counted for reports, worked out of the history of a request: how long each step took, what came and went, how it ended.

A count belongs to a day at the library. What is taken back or brought back again takes its counts with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from hub.core.acts import Act
from hub.core.request import ClosedAs, State

SHELF = frozenset({State.ON_HOLD_SHELF, State.PULL_FROM_SHELF})
"""Where a book stands on a hold shelf, wanted or not."""
LENDER, READY, TOTAL = "step.lender", "step.ready", "step.total"
SPENT: dict[str, str] = {
    State.IN_TRANSIT_TO_PICKUP: "step.transit",
    State.ON_HOLD_SHELF: "step.shelf",
    State.PULL_FROM_SHELF: "step.pull",
    State.CHECKED_OUT: "step.loan",
    State.IN_TRANSIT_TO_RS: "step.back",
}
"""The step that a book is at in each state; what is missing or lost is at none."""
STEPS = (LENDER, *SPENT.values(), READY, TOTAL)
CREATED, EXPIRED, CAME, LEFT, SCANNED, NOT_TAKEN = "created", "expired", "shelf.in", "shelf.out", "scan", "scanned.no"
END, NOTICE = "end.", "notice."
_WITHOUT_A_BOOK = {Act.CANCEL.value: ClosedAs.CANCELLED, Act.NOT_RECEIVED.value: ClosedAs.NOT_RECEIVED}
QUARTER_MS = 900_000
"""What is in one quarter of an hour is in one hour and on one day in every zone: since 1972 all are whole quarters from UTC."""
_PER_OCTAVE = 4
"""Durations are kept to a tenth: four marks between one span and its double. Eight would double what a report reads."""


class Past(NamedTuple):
    """A line of a request's history, as far as it counts."""

    key: int
    item: int | None
    kind: str
    at: int
    rule: str
    was: str | None
    became: str | None
    desk: str | None
    notice: str | None


class Cell(NamedTuple):
    """What is counted together; ``bucket`` is an hour of the day for scans, a mark on the scale of durations for steps."""

    day: date
    measure: str
    desk: str = ""
    partner: str = ""
    bucket: int = 0


@dataclass(slots=True)
class Sum:
    """How many there were, and their durations together, in milliseconds."""

    count: int = 0
    total: int = 0


@dataclass(slots=True)
class Tally:
    """Counts, as they come together."""

    zone: tzinfo
    cells: dict[Cell, Sum] = field(default_factory=dict)
    _days: dict[int, date] = field(default_factory=dict)
    """By quarter of an hour, in which no day ends in any zone: the calendar is most of the work otherwise."""

    def add(self, cell: Cell, total: int = 0, count: int = 1) -> None:
        """Count one more, or with ``count`` -1 one less."""
        found = self.cells.get(cell)
        if found is None:
            found = self.cells[cell] = Sum()
        found.count += count
        found.total += total * count

    def day(self, at: int) -> date:
        """Give the day of a moment at the library."""
        quarter = at // QUARTER_MS
        if (day := self._days.get(quarter)) is None:
            day = self._days[quarter] = _local(at, self.zone).date()
        return day

    def scan(self, at: int, desk: str | None, *, taken: bool, count: int = 1) -> None:
        """Count a scan, or several of one moment."""
        hour = _local(at, self.zone)
        self.add(Cell(hour.date(), SCANNED, desk or "", bucket=hour.hour), count=count)
        if not taken:
            self.add(Cell(hour.date(), NOT_TAKEN, desk or "", bucket=hour.hour), count=count)


def bucket_of(span: int) -> int:
    """Give the mark on the scale that a duration of so many milliseconds has."""
    return int(_PER_OCTAVE * math.log2(max(span, 0) / 60_000 + 1))


def span_of(bucket: int) -> int:
    """Give the duration in the middle of a mark, in milliseconds."""
    return round((2 ** ((bucket + 0.5) / _PER_OCTAVE) - 1) * 60_000)


def share_of(buckets: Iterable[tuple[int, int]], share: float) -> int | None:
    """Give the duration that this share of all stays below, from marks and how many have each; None where there are none."""
    found = sorted((bucket, count) for bucket, count in buckets if count > 0)
    left = share * sum(count for _, count in found)
    for bucket, count in found:
        left -= count
        if left <= 0:
            return span_of(bucket)
    return None


@dataclass(slots=True)
class _Book:
    since: int
    spent: dict[str, int] = field(default_factory=dict)
    ready_at: int | None = None
    lent: bool = False
    shelf: str = ""
    shelved_at: int = 0
    closed: list[tuple[Cell, int]] = field(default_factory=list)


class OneRequest:
    """Walks through the lines of a request, all of them, and counts those behind ``after``."""

    def __init__(self, tally: Tally, partner: str, pickup: str, after: int) -> None:
        self._tally, self._partner, self._pickup, self._after = tally, partner, pickup, after
        self._created = 0
        self._books: dict[int, _Book] = {}
        self._counts = False

    def walk(self, lines: Iterable[Past]) -> None:
        """Count line after line."""
        for line in lines:
            self._counts = line.key > self._after
            self._take(line)

    def _take(self, line: Past) -> None:
        if line.kind == "notice":
            self._count(Cell(self._tally.day(line.at), f"{NOTICE}{line.rule}:{line.notice}", line.desk or ""))
            return
        if line.rule == Act.EXPIRE:
            self._count(self._at_pickup(line.at, EXPIRED))
        if line.rule == "create":
            self._created = line.at
            self._count(self._at_pickup(line.at, CREATED))
        elif line.item is None:
            if line.became == State.CLOSED and (ended := _WITHOUT_A_BOOK.get(line.rule)) is not None:
                self._count(self._at_pickup(line.at, f"{END}{ended}"))
        elif line.became is not None:
            self._moved(line, line.item, line.became)

    def _moved(self, line: Past, item: int, became: str) -> None:
        book, was = self._books.get(item), line.was
        if book is None:
            book = self._books[item] = _Book(line.at)
        if was == State.REQUESTED:
            book.spent[LENDER] = line.at - self._created
        elif was is not None and (step := SPENT.get(was)) is not None:
            book.spent[step] = book.spent.get(step, 0) + line.at - book.since
        book.since = line.at
        book.lent = book.lent or became == State.CHECKED_OUT
        if book.ready_at is None and became in (State.ON_HOLD_SHELF, State.CHECKED_OUT):
            book.ready_at = line.at
        self._shelf(line, book)
        self._end(line, book)

    def _shelf(self, line: Past, book: _Book) -> None:
        stood, stands = line.was in SHELF, line.became in SHELF
        if stands and not stood:
            book.shelf, book.shelved_at = line.desk or self._pickup, line.at
            self._count(Cell(self._tally.day(line.at), CAME, book.shelf))
        elif stood and not stands:
            self._count(Cell(self._tally.day(line.at), LEFT, book.shelf), max(line.at - book.shelved_at, 0))

    def _end(self, line: Past, book: _Book) -> None:
        if line.was == State.CLOSED:
            # Brought back: it has not ended after all.
            for cell, total in book.closed:
                self._count(cell, total, -1)
            book.closed = []
        if line.became == State.CLOSED:
            book.closed = list(self._closed(line, book))
            for cell, total in book.closed:
                self._count(cell, total)

    def _closed(self, line: Past, book: _Book) -> Iterator[tuple[Cell, int]]:
        day, spent = self._tally.day(line.at), book.spent | {TOTAL: line.at - self._created}
        if book.ready_at is not None:
            spent[READY] = book.ready_at - self._created
        for step, span in spent.items():
            yield Cell(day, step, "", self._partner, bucket_of(span)), max(span, 0)
        ended = ClosedAs.LOST if line.rule == Act.CLOSE else ClosedAs.RETURNED if book.lent else ClosedAs.RETURNED_UNCIRCULATED
        yield self._at_pickup(line.at, f"{END}{ended}"), 0

    def _at_pickup(self, at: int, measure: str) -> Cell:
        return Cell(self._tally.day(at), measure, self._pickup, self._partner)

    def _count(self, cell: Cell, total: int = 0, count: int = 1) -> None:
        if self._counts:
            self._tally.add(cell, total, count)


def _local(at: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
