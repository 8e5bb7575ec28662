"""Counts a long past request by request, as after an upgrade: all of it is added up first, and each count is written once.

The ordinary way (``keep_tally``) follows the history line by line, reads the whole of each request for every line of it, and writes as many
rows as it counts. Here a line of history is fixed first, the requests are walked in their order up to that line, and what they count is
added up in a temporary database of this process. Then it takes the place of what was counted before, in short transactions. A count that
is broken off is begun anew: nothing of it is taken twice. At the end the ordinary way follows from that line.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import tzinfo
from itertools import groupby
from operator import itemgetter
from typing import Any

from hub.core.tally import QUARTER_MS, OneRequest, Past, Tally
from hub.flows.keep_tally import BY_DAY, BY_MONTH, HISTORY, NOT_TAKEN, SCANS, UNTIL, Counted, Row
from hub.store.events import cursor
from hub.store.sql import Connection

PARTS = "tally-parts"
"""The cursor that each part moves by one, so that of two who count one is stopped."""
LONG_LINES = 200_000
"""The ordinary way takes half a minute for so many."""
ROWS = 1000
"""Of a part: the transaction that writes them takes some milliseconds."""
BLOCK, SCANS_AT_ONCE = 1000, 100_000
"""Requests and scans that are read at a time."""
CELLS = 50_000
"""Counts that are added up in memory before they go into the temporary database; they take some 20 MiB."""
NEWEST_LINE, NEWEST_SCAN = (f"SELECT coalesce(max(key), 0) FROM {table}" for table in ("history", "scan"))  # noqa: S608 - two names
NEXT_REQUEST = "SELECT min(request) FROM history WHERE request > ?"
ABOUT = "SELECT key, partner, pickup_desk FROM request WHERE key >= ? AND key <= ?"
LINES_OF = (
    "SELECT request, key, item, kind, at, rule, was, became, desk, notice FROM history "
    "WHERE request >= ? AND request <= ? AND key <= ? ORDER BY request, key"
)
_NOT_TAKEN = ", ".join(f"'{outcome}'" for outcome in sorted(NOT_TAKEN))
SCANS_BY_QUARTER = (
    f"SELECT happened_at / {QUARTER_MS}, desk, CASE WHEN outcome IN ({_NOT_TAKEN}) THEN 0 ELSE 1 END, count(*) "  # noqa: S608 - constants
    "FROM scan WHERE key > ? AND key <= ? GROUP BY 1, 2, 3"
)
COUNTED_BEFORE = "SELECT DISTINCT measure, grain, day FROM tally"
SUMS = (
    "CREATE TABLE sums(measure TEXT, day TEXT, desk TEXT, partner TEXT, bucket INTEGER, count INTEGER, total INTEGER, "
    "PRIMARY KEY (measure, day, desk, partner, bucket)) WITHOUT ROWID"
)
ADD_SUM = (
    "INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count, total = total + excluded.total"
)
DAYS = f"SELECT measure, '{BY_DAY}', day, desk, partner, bucket, count, total FROM sums WHERE count != 0 OR total != 0"  # noqa: S608 - constants
MONTHS = (
    f"SELECT measure, '{BY_MONTH}', substr(day, 1, 8) || '01', desk, partner, bucket, sum(count), sum(total) FROM sums "  # noqa: S608 - constants
    "GROUP BY 1, 3, 4, 5, 6 HAVING sum(count) != 0 OR sum(total) != 0"
)


def is_long(reader: Connection) -> bool:
    """Say whether most of a long past is still to be counted, or whether that was broken off."""
    if cursor(reader, UNTIL):
        return True
    counted, newest = cursor(reader, HISTORY), _number(reader, NEWEST_LINE)
    return newest - counted > max(LONG_LINES, counted)


def count_past(reader: Connection, zone: tzinfo) -> Iterator[Counted]:
    """Count all of the past anew, whatever was counted before; gives it in parts, to be kept in their order."""
    number, before = cursor(reader, PARTS), cursor(reader, UNTIL)
    history, scans = cursor(reader, HISTORY), cursor(reader, SCANS)
    until, last_scan = _number(reader, NEWEST_LINE), _number(reader, NEWEST_SCAN)
    yield Counted({PARTS: (number, number + 1), HISTORY: (history, history), UNTIL: (before, until)})
    # A temporary database, in a file only as far as it does not fit: gone with this process.
    with closing(sqlite3.connect("", isolation_level=None)) as sums:
        sums.execute(SUMS)
        _add_scans(reader, sums, zone, last_scan)
        _add_requests(reader, sums, zone, until)
        for gone, rows in _written(reader, sums):
            number += 1
            yield Counted({PARTS: (number, number + 1), UNTIL: (until, until)}, rows, gone)
    number += 1
    yield Counted({PARTS: (number, number + 1), HISTORY: (history, until), SCANS: (scans, last_scan), UNTIL: (until, 0)})


def _add_scans(reader: Connection, sums: sqlite3.Connection, zone: tzinfo, last: int) -> None:
    for place in range(0, last, SCANS_AT_ONCE):
        tally = Tally(zone)
        for quarter, desk, taken, count in reader.execute(SCANS_BY_QUARTER, (place, min(place + SCANS_AT_ONCE, last))).fetchall():
            tally.scan(quarter * QUARTER_MS, desk, taken=bool(taken), count=count)
        _add(sums, tally)


def _add_requests(reader: Connection, sums: sqlite3.Connection, zone: tzinfo, until: int) -> None:
    tally = Tally(zone)
    for partner, pickup, lines in _requests(reader, until):
        OneRequest(tally, partner, pickup, 0).walk(lines)
        if len(tally.cells) >= CELLS:
            _add(sums, tally)
            tally = Tally(zone)
    _add(sums, tally)


def _requests(reader: Connection, until: int) -> Iterator[tuple[str, str, list[Past]]]:
    """Give of each request its partner, its pickup desk and its lines up to one."""
    place = 0
    while (first := reader.execute(NEXT_REQUEST, (place,)).fetchone()[0]) is not None:
        place = int(first) + BLOCK - 1
        about: dict[int, Any] = {row[0]: row for row in reader.execute(ABOUT, (first, place)).fetchall()}
        for request, lines in groupby(reader.execute(LINES_OF, (first, place, until)).fetchall(), key=itemgetter(0)):
            _, partner, pickup = about.get(request, (request, "", ""))
            yield partner, pickup, [Past._make(line[1:]) for line in lines]


def _add(sums: sqlite3.Connection, tally: Tally) -> None:
    rows = [(each.measure, each.day.isoformat(), *each[2:], found.count, found.total) for each, found in tally.cells.items()]
    sums.execute("BEGIN")
    sums.executemany(ADD_SUM, sorted(rows))
    sums.execute("COMMIT")


def _written(reader: Connection, sums: sqlite3.Connection) -> Iterator[tuple[list[Row], list[Row]]]:
    """Give what goes and what comes, some rows at a time."""
    for row in reader.execute(COUNTED_BEFORE).fetchall():
        yield [tuple(row)], []
    for query in (DAYS, MONTHS):
        rows = sums.execute(query)
        while some := rows.fetchmany(ROWS):
            yield [], some


def _number(reader: Connection, sql: str) -> int:
    return int(reader.execute(sql).fetchone()[0])
