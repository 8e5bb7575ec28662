"""Counts what has happened since the last look, some lines at a time, into the table that reports read.

Reading and counting take a connection and a thread of their own; what comes of them is a few rows, written in one short transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from hub.core.tally import Cell, OneRequest, Past, Sum, Tally
from hub.store.events import cursor, set_cursor
from hub.store.sql import Connection

HISTORY, SCANS = "tally-history", "tally-scans"
"""The cursors: how far history and scans are counted."""
UNTIL = "tally-until"
"""While the whole past is counted anew: the line of history up to which."""
LINES, SCANNED = 200, 1000
"""Lines of history and scans that are counted at a time."""
TOGETHER = 40
"""Rows written by one statement."""
BY_DAY, BY_MONTH = "D", "M"
NEW_LINES = "SELECT key, request FROM history WHERE key > ? ORDER BY key LIMIT ?"
MARKS = ", ".join("?" * LINES)
REQUESTS = f"SELECT key, partner, pickup_desk FROM request WHERE key IN ({MARKS})"  # noqa: S608 - marks
_LINE = "SELECT request, key, item, kind, at, rule, was, became, desk, notice FROM history"
LINES_OF = f"{_LINE} WHERE request IN ({MARKS}) AND key <= ? ORDER BY key"
NEW_SCANS = "SELECT key, happened_at, desk, outcome FROM scan WHERE key > ? ORDER BY key LIMIT ?"
NOT_TAKEN = frozenset({"refused", "unknown"})
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?)"
ADD = (
    "INSERT INTO tally(measure, grain, day, desk, partner, bucket, count, total) VALUES {} "
    "ON CONFLICT(measure, grain, day, desk, partner, bucket) "
    "DO UPDATE SET count = tally.count + excluded.count, total = tally.total + excluded.total"
)
REMOVE = "DELETE FROM tally WHERE measure = ? AND grain = ? AND day = ?"
SOME, ONE = ADD.format(", ".join([_ROW] * TOGETHER)), ADD.format(_ROW)


Row = tuple[str | int, ...]
"""As it stands in the table."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted between two places of each cursor that it depends on."""

    moved: dict[str, tuple[int, int]]
    rows: Sequence[Row] = ()
    gone: Sequence[Row] = ()
    """Measure, grain and day of what was counted before and is counted anew."""
    full: bool = False
    """As much as is counted at a time: there is probably more."""

    @property
    def more(self) -> bool:
        """Whether there was anything."""
        return any(before != behind for before, behind in self.moved.values())


def count_some(reader: Connection, zone: tzinfo) -> Counted:
    """Count the next lines of history and the next scans."""
    tally = Tally(zone)
    history, scans = cursor(reader, HISTORY), cursor(reader, SCANS)
    history_end, many_lines = _count_history(reader, tally, history)
    scans_end, many_scans = _count_scans(reader, tally, scans)
    # Not beside a count of the whole past, which these lines are in, too.
    moved = {UNTIL: (0, 0), HISTORY: (history, history_end), SCANS: (scans, scans_end)}
    return Counted(moved, rows_of(tally.cells), full=many_lines or many_scans)


def _count_history(reader: Connection, tally: Tally, after: int) -> tuple[int, bool]:
    new = reader.execute(NEW_LINES, (after, LINES)).fetchall()
    if not new:
        return after, False
    end = int(new[-1][0])
    requests = list(dict.fromkeys(row[1] for row in new))
    # Always as many marks: a server prepares the statement once.
    marks = (*requests, *[requests[-1]] * (LINES - len(requests)))
    about = {row[0]: (row[1], row[2]) for row in reader.execute(REQUESTS, marks).fetchall()}
    lines: dict[int, list[Past]] = defaultdict(list)
    for row in reader.execute(LINES_OF, (*marks, end)).fetchall():
        lines[row[0]].append(Past._make(tuple(row)[1:]))
    for request, past in lines.items():
        partner, pickup = about.get(request, ("", ""))
        OneRequest(tally, partner, pickup, after).walk(past)
    return end, len(new) == LINES


def _count_scans(reader: Connection, tally: Tally, after: int) -> tuple[int, bool]:
    new = reader.execute(NEW_SCANS, (after, SCANNED)).fetchall()
    for _, at, desk, outcome in new:
        tally.scan(at, desk, taken=outcome not in NOT_TAKEN)
    return int(new[-1][0]) if new else after, len(new) == SCANNED


def keep_counted(connection: Connection, counted: Counted) -> bool:
    """Add what was counted, in the open transaction; False where another has counted it meanwhile."""
    if any(cursor(connection, name) != before for name, (before, _) in counted.moved.items()):
        return False
    for row in counted.gone:
        connection.execute(REMOVE, row)
    whole = len(counted.rows) - len(counted.rows) % TOGETHER
    for first in range(0, whole, TOGETHER):
        connection.execute(SOME, [value for row in counted.rows[first : first + TOGETHER] for value in row])
    for row in counted.rows[whole:]:
        connection.execute(ONE, row)
    for name, (before, behind) in counted.moved.items():
        if before != behind:
            set_cursor(connection, name, behind)
    return True


def rows_of(cells: dict[Cell, Sum]) -> list[Row]:
    """Give each count twice, for its day and, added up, for its month: a report over a year reads twelve rows instead of 365.

    They come in the order of the table, whose pages are then written one after the other.
    """
    rows: list[Row] = []
    months: dict[Cell, Sum] = {}
    for cell, found in cells.items():
        if found.count or found.total:
            rows.append(_row(BY_DAY, cell.day, cell, found))
        first = cell.day.replace(day=1)
        month = months.setdefault(Cell(first, cell.measure, cell.desk, cell.partner, cell.bucket), Sum())
        month.count += found.count
        month.total += found.total
    rows += (_row(BY_MONTH, cell.day, cell, found) for cell, found in months.items() if found.count or found.total)
    return sorted(rows)


def _row(grain: str, day: date, cell: Cell, found: Sum) -> Row:
    return (cell.measure, grain, day.isoformat(), cell.desk, cell.partner, cell.bucket, found.count, found.total)
