"""What is known of requests whose keys are known: a statement for each table, on either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.store.picture import Found, Picture, Row
from hub.store.rows import ITEM, REQUEST, REQUEST_FROM
from hub.store.sql import Connection, among
from hub.store.wanted import NOTHING_WANTED

NOTICE_COLUMNS = (
    "key, type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, last_error, queued_by, dropped_by, "
    "message_id, channel"
)
WORK_COLUMNS = "key, kind, barcode, request, item, last_desk, last_seen_at, cleared_at, cleared_by, cleared_scan"
REQUESTS = f"SELECT {REQUEST} {REQUEST_FROM} WHERE r.key IN ({{}})"
ITEMS = f"SELECT i.closed_at, {ITEM} FROM item i WHERE i.request IN ({{}})"
NOTICES = f"SELECT {NOTICE_COLUMNS} FROM notice WHERE request IN ({{}}) ORDER BY key"
WORK = f"SELECT {WORK_COLUMNS} FROM exception WHERE {{}} IN ({{}}) AND cleared_at IS NULL ORDER BY key"
MARKS = "SELECT subject, occasion FROM time_mark WHERE kind = ? AND subject IN ({})"


def picture_of(connection: Connection, keys: Sequence[int]) -> Picture:
    """Give these requests with all their items and their notices, read in the open transaction; of work for staff nothing is known."""
    marks, values = among(keys)
    requests = connection.execute(REQUESTS.format(marks), values).fetchall()
    there = {row[0] for row in requests}
    items = [row for row in connection.execute(ITEMS.format(marks), values) if row[2] in there]
    notices = notices_of(connection, keys)
    found = Found(requests_concerned=list(keys), requests=requests, items=items, sets=list(there), notices=notices, work=None)
    return Picture(found, [], NOTHING_WANTED)


def notices_of(connection: Connection, requests: Sequence[int]) -> list[Row]:
    """Give all notices about these requests."""
    marks, values = among(requests)
    return _named(NOTICE_COLUMNS, connection.execute(NOTICES.format(marks), values).fetchall())


def work_about(connection: Connection, column: str, subjects: Sequence[str | int]) -> list[Row]:
    """Give the open work about these barcodes or requests."""
    marks, values = among(subjects)
    return _named(WORK_COLUMNS, connection.execute(WORK.format(column, marks), values).fetchall())


def marks_of(connection: Connection, kind: str, subjects: Sequence[int]) -> set[tuple[int, int]]:
    """Give subject and occasion of what is marked as said."""
    marks, values = among(subjects)
    return {(row[0], row[1]) for row in connection.execute(MARKS.format(marks), (kind, *values))}


def _named(columns: str, rows: Sequence[Sequence[Any]]) -> list[Row]:
    names = columns.split(", ")
    return [dict(zip(names, row, strict=True)) for row in rows]
