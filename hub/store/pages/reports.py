"""What the reports show, from the counts that are kept by day and by month: the edges of a range by day, all between by month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, text

from hub.core.tally import CAME, CREATED, END, EXPIRED, LEFT, LENDER, NOT_TAKEN, NOTICE, READY, SCANNED, STEPS, TOTAL, share_of

MOST_DAYS = 92
"""A range of more days is shown by month."""
ONE_DAY = timedelta(days=1)
FOREVER = date(1970, 1, 1)
COUNTED = "SELECT coalesce(max(seq), 0) FROM cursor WHERE name = 'tally-history'"
NEWEST = "SELECT coalesce(max(key), 0) FROM history"
_COLUMNS = "measure, day, desk, partner, bucket, count, total"
_PART = f"SELECT {_COLUMNS} FROM tally WHERE measure = :measure AND grain = {{}} AND day >= {{}} AND day < {{}}"
_WHOLE = " UNION ALL ".join(
    (_PART.format("'D'", ":first", ":head"), _PART.format("'M'", ":head", ":tail"), _PART.format("'D'", ":tail", ":end"))
)
MEASURES = "SELECT DISTINCT measure FROM tally WHERE grain = 'M' AND measure >= :low AND measure < :high"
Span = tuple[int, int | None, int | None]
"""How many, the duration in the middle, and the one that nine in ten stay below; in milliseconds."""


@dataclass(frozen=True, slots=True)
class Range:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def by_day(self) -> bool:
        """Whether it is short enough to be shown day by day."""
        return (self.last - self.first).days < MOST_DAYS

    def periods(self) -> list[str]:
        """Give its days, or its months, as text."""
        if self.by_day:
            return [(self.first + ONE_DAY * number).isoformat() for number in range((self.last - self.first).days + 1)]
        months, month = [], self.first.replace(day=1)
        while month <= self.last:
            months.append(month.isoformat()[:7])
            month = (month + 31 * ONE_DAY).replace(day=1)
        return months

    def marks(self) -> dict[str, str]:
        """Give where its whole months begin and end; what is shown by day, or has none, is all read by day."""
        end = self.last + ONE_DAY
        head = self.first if self.first.day == 1 else (self.first.replace(day=1) + 31 * ONE_DAY).replace(day=1)
        tail = end.replace(day=1)
        if self.by_day or head >= tail:
            head = tail = end
        days = {"first": self.first, "head": head, "tail": tail, "end": end}
        return {name: day.isoformat() for name, day in days.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is shown of a range; spans by step, counts by the names of what is counted."""

    range: Range
    steps: dict[str, Span]
    partners: dict[str, dict[str, Span]]
    """Steps by the code of the partner, the busiest first."""
    names: dict[str, str]
    """Of partners, by code."""
    times: dict[str, dict[str, tuple[int, int]]]
    """Count and duration of READY, LENDER and TOTAL by period."""
    created: dict[str, int]
    ended: dict[str, dict[str, int]]
    """By period and kind of end."""
    ends: dict[str, dict[str, int]]
    """By desk: each kind of end, what was shelved and what expired."""
    hours: dict[int, dict[str, int]]
    """Scans by hour of the day and desk."""
    not_taken: int
    shelf: dict[str, dict[str, int]]
    """Books that stand on each desk's shelf at the end of each period."""
    shelves: dict[str, tuple[int, int, int]]
    """By desk: came, left, and how long those stood that left."""
    notices: dict[str, dict[str, int]]
    """By type: queued, sent, failed, suppressed."""
    desks: dict[str, str]
    """Names by code, for those that have something."""
    behind: int
    """Lines of history that are not counted yet."""


def report(connection: Connection, wanted: Range) -> Report:
    """Give the report of a range."""
    read = _Read(connection, wanted)
    steps = {step: read.buckets(step) for step in STEPS}
    partners = {row[0]: row[1] for row in connection.execute(text("SELECT code, name FROM partner"))}
    desks = {row[0]: row[1] for row in connection.execute(text("SELECT code, name FROM desk ORDER BY code"))}
    shelf, shelves = _shelf(connection, read, wanted)
    ends = read.kinds(END)
    return Report(
        range=wanted,
        steps={step: _span(_together(found)) for step, found in steps.items()},
        partners=_partners(steps),
        names=partners,
        times={step: read.over_time(step) for step in (LENDER, READY, TOTAL)},
        created={period: count for period, (count, _) in read.over_time(CREATED).items()},
        ended=_ended(read, ends),
        ends=_ends(read, ends),
        hours=_hours(read),
        not_taken=sum(count for count, _ in read.over_time(NOT_TAKEN).values()),
        shelf=shelf,
        shelves=shelves,
        notices=_notices(read),
        desks=desks,
        behind=_number(connection, NEWEST) - _number(connection, COUNTED),
    )


class _Read:
    """Reads sums of a range, each measure by itself: its rows lie together."""

    def __init__(self, connection: Connection, wanted: Range) -> None:
        self._connection, self._marks = connection, wanted.marks()
        self._period = "substr(day, 1, 10)" if wanted.by_day else "substr(day, 1, 7)"

    def sums(self, measure: str, by: str) -> list[tuple[str, int, int]]:
        """Give count and total by a column."""
        sql = f"SELECT {by}, sum(count), sum(total) FROM ({_WHOLE}) AS found GROUP BY {by}"
        rows = self._connection.execute(text(sql), self._marks | {"measure": measure})
        return [(row[0], int(row[1]), int(row[2])) for row in rows]

    def over_time(self, measure: str) -> dict[str, tuple[int, int]]:
        """Give count and total by day or month."""
        return {period: (count, total) for period, count, total in self.sums(measure, self._period)}

    def buckets(self, measure: str) -> dict[str, dict[int, int]]:
        """Give by partner how many there were of each duration."""
        sql = f"SELECT partner, bucket, sum(count) FROM ({_WHOLE}) AS found GROUP BY partner, bucket"
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for partner, bucket, count in self._connection.execute(text(sql), self._marks | {"measure": measure}):
            found[partner][bucket] = int(count)
        return found

    def by_hour(self) -> list[tuple[int, str, int]]:
        """Give scans by hour and desk."""
        sql = f"SELECT bucket, desk, sum(count) FROM ({_WHOLE}) AS found GROUP BY bucket, desk"
        return [(row[0], row[1], int(row[2])) for row in self._connection.execute(text(sql), self._marks | {"measure": SCANNED})]

    def over_time_by_desk(self, measure: str) -> list[tuple[str, str, int]]:
        """Give counts by day or month and desk."""
        sql = f"SELECT {self._period}, desk, sum(count) FROM ({_WHOLE}) AS found GROUP BY {self._period}, desk"
        return [(row[0], row[1], int(row[2])) for row in self._connection.execute(text(sql), self._marks | {"measure": measure})]

    def kinds(self, measures: str) -> list[str]:
        """Give the measures there are that begin so."""
        rows = self._connection.execute(text(MEASURES), {"low": measures, "high": measures + "\x7f"})
        return sorted(row[0] for row in rows)


def _number(connection: Connection, sql: str) -> int:
    return int(connection.execute(text(sql)).scalar_one())


def _together(found: dict[str, dict[int, int]]) -> dict[int, int]:
    all_: dict[int, int] = defaultdict(int)
    for buckets in found.values():
        for bucket, count in buckets.items():
            all_[bucket] += count
    return all_


def _span(buckets: dict[int, int]) -> Span:
    return sum(buckets.values()), share_of(buckets.items(), 0.5), share_of(buckets.items(), 0.9)


def _partners(steps: dict[str, dict[str, dict[int, int]]]) -> dict[str, dict[str, Span]]:
    codes = {partner for found in steps.values() for partner in found}
    spans = {code: {step: _span(found.get(code, {})) for step, found in steps.items()} for code in codes}
    return dict(sorted(spans.items(), key=lambda each: (-each[1][TOTAL][0], each[0])))


def _ended(read: _Read, ends: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for measure in (*ends, EXPIRED):
        for period, (count, _) in read.over_time(measure).items():
            found[period][measure.removeprefix(END)] = count
    return found


def _ends(read: _Read, ends: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for measure in (*ends, EXPIRED, CAME):
        for desk, count, _ in read.sums(measure, "desk"):
            found[desk][measure.removeprefix(END)] = count
    return dict(sorted(found.items()))


def _hours(read: _Read) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {hour: {} for hour in range(24)}
    for hour, desk, count in read.by_hour():
        found[hour][desk] = count
    return found


def _shelf(
    connection: Connection, read: _Read, wanted: Range
) -> tuple[dict[str, dict[str, int]], dict[str, tuple[int, int, int]]]:  # fmt: skip
    """Give what stood on each shelf: all that ever came, less all that left."""
    came = {desk: count for desk, count, _ in read.sums(CAME, "desk")}
    left = {desk: (count, total) for desk, count, total in read.sums(LEFT, "desk")}
    before = _Read(connection, Range(FOREVER, wanted.first - ONE_DAY))
    stands = {desk: count for desk, count, _ in before.sums(CAME, "desk")}
    for desk, count, _ in before.sums(LEFT, "desk"):
        stands[desk] = stands.get(desk, 0) - count
    moves: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for measure, sign in ((CAME, 1), (LEFT, -1)):
        for period, desk, count in read.over_time_by_desk(measure):
            moves[period][desk] += sign * count
    desks = sorted({*came, *left, *(desk for desk, count in stands.items() if count)})
    shelf: dict[str, dict[str, int]] = {}
    for period in wanted.periods():
        for desk in desks:
            stands[desk] = stands.get(desk, 0) + moves[period][desk]
        shelf[period] = {desk: stands[desk] for desk in desks}
    return shelf, {desk: (came.get(desk, 0), *left.get(desk, (0, 0))) for desk in desks}


def _notices(read: _Read) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for measure in read.kinds(NOTICE):
        state, _, kind = measure.removeprefix(NOTICE).partition(":")
        for _, count, _ in read.sums(measure, "measure"):
            found[kind][state] = count
    return dict(sorted(found.items()))
