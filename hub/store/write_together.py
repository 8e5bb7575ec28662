"""What a batch of scans writes to PostgreSQL: kept until its end, then written by one statement, the rows of a table as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic_core import to_json

from hub.store import history
from hub.store.history import End, Line
from hub.store.picture import Row
from hub.store.remembered import CHANGE_CONTEXT, PUT_CONTEXT_COLUMNS
from hub.store.scan_path import POISON_A_TOPIC, SCAN_COLUMNS, WHOLE_REQUEST
from hub.store.sql import Connection

ITEM_COLUMNS = (
    "key, request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, checked_out_at, "
    "checked_out_by, circulated, reason, version, outcome, renewals, closed_at"
)
ITEM_CHANGES = ITEM_COLUMNS.removeprefix("key, request, piece, barcode, ")
EVENT_COLUMNS = "type, desk, subject, at, data"
NOTICE_COLUMNS = "type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, last_error, queued_by, dropped_by"
WORK_COLUMNS = (
    "kind, desk, station, barcode, request, item, note, opened_at, opened_scan, last_desk, last_seen_at, "
    "cleared_at, cleared_by, cleared_scan"
)  # fmt: skip
FAULT_COLUMNS = "stream, seq, kind, scanner, detail, occurred_at"
NOTICE_CHANGES = "item, patron, desk, state, queued_at, not_before, attempts, last_error, queued_by, dropped_by, message_id, channel"
WORK_CHANGES = "last_desk, last_seen_at, cleared_at, cleared_by, cleared_scan"
MARK_COLUMNS = "kind, subject, occasion"
POISON_COLUMNS = "topic, payload, size, reason, received_at"


def _rows(table: str, name: str) -> str:
    # The limit leaves out nothing. Without it a server expects a hundred rows, and reads a whole table to find one.
    return f"FROM (SELECT * FROM json_populate_recordset(NULL::{table}, :{name}::json) LIMIT json_array_length(:{name}::json)) x"


def _insert(table: str, columns: str, name: str, more: str = "") -> str:
    return f"INSERT INTO {table}({columns}) SELECT {columns} {_rows(table, name)} {more}"


def _update(table: str, columns: str, name: str) -> str:
    changes = ", ".join(f"{column} = x.{column}" for column in columns.split(", "))
    return f"UPDATE {table} SET {changes} {_rows(table, name)} WHERE {table}.key = x.key"


FORMS = {
    "streams": _update("stream", "seq, fault_seq", "streams"),
    "items": _insert("item", ITEM_COLUMNS, "items"),
    "items_changed": _update("item", ITEM_CHANGES, "items_changed"),
    "requests": (
        "UPDATE request SET state = x.state, outcome = x.outcome, version = request.version + x.version, changed_at = x.changed_at, "
        f"closed_at = x.closed_at {_rows('request', 'requests')} WHERE request.key = x.key"
    ),
    "whole_requests": (
        f"UPDATE request SET {', '.join(f'{column} = x.{column}' for column in WHOLE_REQUEST[:-1])}, version = request.version + x.version "
        f"{_rows('request', 'whole_requests')} WHERE request.key = x.key"
    ),
    # WHERE true: without it ON CONFLICT could be taken for a part of a join.
    "contexts": _insert("station_context", PUT_CONTEXT_COLUMNS, "contexts", f"WHERE true {CHANGE_CONTEXT}"),
    "scans": _insert("scan", SCAN_COLUMNS, "scans"),
    "notices": _insert("notice", NOTICE_COLUMNS, "notices"),
    "notices_changed": _update("notice", NOTICE_CHANGES, "notices_changed"),
    "work": _insert("exception", WORK_COLUMNS, "work"),
    "work_changed": _update("exception", WORK_CHANGES, "work_changed"),
    "faults": _insert("fault", FAULT_COLUMNS, "faults", "ON CONFLICT (stream, seq) DO NOTHING"),
    "poison": _insert("poison", POISON_COLUMNS, "poison"),
    "history": _insert("history", ", ".join(history.COLUMNS), "history"),
    "marks": _insert("time_mark", MARK_COLUMNS, "marks", "ON CONFLICT DO NOTHING"),
    "given": _insert("cursor", "name, seq", "given", "WHERE true ON CONFLICT (name) DO UPDATE SET seq = excluded.seq"),
    "events": _insert("event", EVENT_COLUMNS, "events"),
}
"""What is written by which part of the statement; each is there only when it has rows."""
TABLES = {
    "streams": "stream", "items": "item", "requests": "request", "contexts": "station_context", "scans": "scan", "notices": "notice",
    "notices_changed": "notice", "work": "exception", "work_changed": "exception", "faults": "fault", "poison": "poison",
    "lines": "history", "events": "event", "whole_requests": "request", "marks": "time_mark",
}  # fmt: skip
"""The table of each kind of rows that wait."""
OLD_POISON = (
    "DELETE FROM poison WHERE key IN (SELECT p.key FROM unnest(?::text[]) t(topic) JOIN poison p ON p.topic = t.topic AND p.key <= "
    f"(SELECT q.key FROM poison q WHERE q.topic = t.topic ORDER BY q.key DESC LIMIT 1 OFFSET {POISON_A_TOPIC}))"
)


@dataclass(slots=True)
class Waiting:
    """Rows that wait to be written, each table's in their order."""

    streams: dict[int, Row] = field(default_factory=dict)
    items: dict[int, Row] = field(default_factory=dict)
    new_items: set[int] = field(default_factory=set)
    requests: dict[int, Row] = field(default_factory=dict)
    whole_requests: dict[int, Row] = field(default_factory=dict)
    contexts: dict[tuple[str, int], Row] = field(default_factory=dict)
    scans: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    notices_changed: dict[int, Row] = field(default_factory=dict)
    work: list[Row] = field(default_factory=list)
    work_changed: dict[int, Row] = field(default_factory=dict)
    faults: list[Row] = field(default_factory=list)
    poison: list[Row] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    marks: list[tuple[str, int, int]] = field(default_factory=list)
    events: list[tuple[str, str | None, str | None, int, str]] = field(default_factory=list)

    def tables(self) -> set[str]:
        """Give the tables for which rows wait."""
        return {table for name, table in TABLES.items() if getattr(self, name)}


def write_together(connection: Connection, waiting: Waiting, end: End | None) -> End | None:
    """Write all that waits, in the open transaction; ``end`` is that of the history, if it is known. Gives the new one."""
    rows = by_form(waiting)
    if early := _closed_early(waiting):
        _write(connection, {"items_changed": early})
        done = {row["key"] for row in early}
        rows["items_changed"] = [row for row in rows["items_changed"] if row["key"] not in done]
    if waiting.lines:
        lines, end = history.following_all(waiting.lines, end or history.end_of_chain(connection))
        rows["history"] = _named(", ".join(history.COLUMNS), ((*line[:-1], f"\\x{line[-1].hex()}") for line in lines))
        rows["given"] = [{"name": "history", "seq": end.key}]
    rows["marks"], rows["events"] = _named(MARK_COLUMNS, waiting.marks), _named(EVENT_COLUMNS, waiting.events)
    _write(connection, rows)
    if waiting.poison:
        connection.execute(OLD_POISON, (sorted({row["topic"] for row in waiting.poison}),))
    return end


def by_form(waiting: Waiting) -> dict[str, list[Row]]:
    """Give the rows that wait by the names of FORMS, in the order in which they are written; lines, marks and events are apart."""
    items, new = waiting.items, waiting.new_items
    return {
        "streams": _by_key(waiting.streams),
        "items_changed": [items[key] for key in sorted(items.keys() - new)],
        "items": [items[key] for key in sorted(new)],
        "requests": _by_key(waiting.requests),
        "whole_requests": _by_key(waiting.whole_requests),
        "contexts": list(waiting.contexts.values()),
        "scans": waiting.scans,
        "notices": waiting.notices,
        "notices_changed": _by_key(waiting.notices_changed),
        "work": waiting.work,
        "work_changed": _by_key(waiting.work_changed),
        "faults": waiting.faults,
        "poison": waiting.poison,
    }


def _named(columns: str, rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    names = columns.split(", ")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _by_key(rows: dict[int, Row]) -> list[Row]:
    return [rows[key] for key in sorted(rows)]


def _closed_early(waiting: Waiting) -> list[Row]:
    """Give the items that must be closed before another with the same barcode is open (again): within one statement there is no before."""
    opened = {row["barcode"] for row in waiting.items.values() if row["closed_at"] is None}
    return [
        waiting.items[key]
        for key in sorted(waiting.items.keys() - waiting.new_items)
        if waiting.items[key]["closed_at"] is not None and waiting.items[key]["barcode"] in opened
    ]


def _write(connection: Connection, rows: dict[str, list[Row]]) -> None:
    rows = {name: some for name, some in rows.items() if some}
    if rows:
        connection.execute(_statement(tuple(rows)), {name: to_json(some).decode() for name, some in rows.items()})


@cache
def _statement(names: tuple[str, ...]) -> str:
    """Give the statement that writes these."""
    return "WITH " + ", ".join(f"{name}_ AS ({FORMS[name]})" for name in names) + " SELECT 1"
