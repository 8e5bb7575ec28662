"""Whether what is in the database fits together: what rows refer to is there, and what is said twice is said alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from hub.core.request import State, shown_state
from hub.store.rows import ITEM, item_of
from hub.store.sql import Connection, Dialect

SHOWN = 5
"""So many examples are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold: ``broken`` names what breaks it, ``said`` says so of them; SPOKEN fills its ``{places}``."""

    broken: str
    said: str


RULES = (
    Rule(
        "SELECT DISTINCT 'history row ' || h.key FROM history h LEFT JOIN request r ON r.key = h.request WHERE r.key IS NULL",
        "belong to a request that is not there",
    ),
    Rule(
        "SELECT 'exception ' || e.key FROM exception e LEFT JOIN request r ON r.key = e.request "
        "WHERE e.request IS NOT NULL AND r.key IS NULL",
        "belong to a request that is not there",
    ),
    Rule(
        "SELECT request_id FROM request WHERE (state = 'CLOSED') <> (closed_at IS NOT NULL) OR (state = 'CLOSED') <> (outcome IS NOT NULL)",
        "are closed without the moment or the outcome of it, or open with one",
    ),
    Rule(
        "SELECT 'item ' || barcode FROM item "
        "WHERE (state = 'CLOSED') <> (closed_at IS NOT NULL) OR (state = 'CLOSED') <> (outcome IS NOT NULL)",
        "are closed without the moment or the outcome of it, or open with one",
    ),
    Rule(
        "SELECT r.request_id FROM request r WHERE r.state = 'CLOSED' AND EXISTS "
        "(SELECT 1 FROM item i WHERE i.request = r.key AND i.closed_at IS NULL)",
        "are closed, and an item of theirs is not",
    ),
    Rule(
        "SELECT 'item ' || i.barcode FROM item i WHERE i.state {differs_from} "
        "(SELECT h.became FROM history h WHERE h.request = i.request "
        "AND h.item = i.key AND h.became IS NOT NULL ORDER BY h.key DESC LIMIT 1)",
        "are elsewhere than their history says",
    ),
    Rule(
        "SELECT 'notice ' || key FROM notice WHERE state NOT IN ('queued', 'sent', 'failed', 'suppressed') "
        "OR (state = 'sent' AND (sent_at IS NULL OR message_id IS NULL))",
        "are in no state that there is, or sent without a Message-ID",
    ),
    Rule(
        "SELECT 'notice ' || n.key FROM notice n JOIN request r ON r.key = n.request JOIN item i ON i.key = n.item "
        "WHERE n.state = 'queued' AND n.type = 'READY_FOR_PICKUP' AND r.state = 'CLOSED' AND i.closed_at < n.queued_at",
        "wait to call a patron for a book that had gone home before",
    ),
    Rule(
        "SELECT t.station || ' ' || s.seq FROM scan s JOIN stream t ON t.key = s.stream WHERE s.seq > t.seq",
        "are scans beyond the position of their station: the next ones would be taken for repeats, or twice",
    ),
    Rule(
        "SELECT t.station || ' ' || s.seq FROM scan s JOIN stream t ON t.key = s.stream "
        "GROUP BY t.station, s.stream, s.seq HAVING count(*) > 1",
        "are scans that were taken twice",
    ),
    Rule(
        "SELECT 'cursor ' || name FROM cursor WHERE name = 'mqtt' AND seq > ({last_event})",
        "is beyond the last event: dashboards would not hear the next ones",
    ),
)
SPOKEN: dict[Dialect, dict[str, str]] = {
    "sqlite": {"differs_from": "IS NOT", "last_event": "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'"},
    "postgresql": {
        "differs_from": "IS DISTINCT FROM",
        "last_event": "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('event', 'seq')::regclass), 0)",
    },
}
LINKS = {
    "item": "request",
    "notice": "request",
    "request": "desk, partner or patron",
    "station": "desk",
    "scan": "stream",
    "fault": "stream",
}


def disagreements(connection: Connection, *, watch: Callable[[int, int], None] = lambda done, of: None) -> Iterator[str]:
    """Say what does not fit together, one sentence each; reads one moment."""
    steps = [_links, _shown_states, *(_of_rule(rule) for rule in RULES)]
    connection.execute("BEGIN")
    try:
        for place, step in enumerate(steps):
            watch(place, len(steps))
            yield from step(connection)
    finally:
        connection.execute("ROLLBACK")


def _of_rule(rule: Rule) -> Callable[[Connection], Iterator[str]]:
    def look(connection: Connection) -> Iterator[str]:
        found = [str(row[0]) for row in connection.execute(rule.broken.format(**SPOKEN[connection.dialect]))]
        if found:
            yield _sentence(found, rule.said)

    return look


def _links(connection: Connection) -> Iterator[str]:
    if connection.dialect != "sqlite":
        # The server lets nobody write such a row.
        return
    found: dict[str, list[str]] = {}
    for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
        found.setdefault(table, []).append(f"{table} {row}")
    for table, rows in found.items():
        yield _sentence(rows, f"belong to a {LINKS.get(table, 'row')} that is not there")


def _shown_states(connection: Connection) -> Iterator[str]:
    """A request shows the state of its least advanced piece."""
    query = f"SELECT r.request_id, r.pieces, r.state, {ITEM} FROM request r LEFT JOIN item i ON i.request = r.key ORDER BY r.key"
    wrong = []
    for (named, pieces, state), rows in groupby((tuple(row) for row in connection.execute(query)), key=lambda row: row[:3]):
        items = [item_of(row[3:]) for row in rows if row[3] is not None]
        if (items or state != State.CLOSED) and shown_state(pieces, items) != state:
            wrong.append(named)
    if wrong:
        yield _sentence(wrong, "show another state than their items are in")


def _sentence(found: list[str], said: str) -> str:
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return f"{', '.join(found[:SHOWN])}{more} {said}"
