"""A closed request forgets who asked for it: the link, what was written about it, and what a desk was told of the patron."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from hub.core.acts import Act
from hub.core.request import Request
from hub.core.seen import Site
from hub.store.events import cursor, set_cursor
from hub.store.history import Line
from hub.store.moments import to_ms
from hub.store.scan_path import ScanStore

FORGET = (
    "UPDATE request SET requester = NULL, internal_note = NULL, patron_note = NULL "
    "WHERE key = ? AND requester IS NOT NULL AND closed_at < ?",
    "UPDATE notice SET patron = NULL, last_error = NULL WHERE request = ?",
    "UPDATE history SET note = NULL, note_salt = NULL WHERE request = ? AND note IS NOT NULL",
    "UPDATE exception SET note = NULL WHERE request = ?",
)
CARDS = "forgotten-cards"
"""The cursor of the scans whose replies no longer name a patron."""
CARDS_AT_A_TIME = 500
SCANS = "SELECT key, rule, reply FROM scan WHERE key > ? AND decided_at < ? ORDER BY key LIMIT ?"


def forget(store: ScanStore, site: Site, request: Request, now: datetime) -> bool:
    """Remove the link from a closed request to its requester, and notes with it; what was done and when stays."""
    execute = store.connection.execute
    # Brought back meanwhile, it is open and forgets nothing.
    if not execute(FORGET[0], (request.key, to_ms(now - timedelta(days=site.policy.forget_days)))).rowcount:
        return False
    for statement in FORGET[1:]:
        execute(statement, (request.key,))
    store.add_history(Line(request=request.key, kind="time", at=now, rule=Act.FORGET, actor="clock"))
    return True


def forget_cards(connection: sqlite3.Connection, site: Site, now: datetime) -> int:
    """Take patrons out of the kept replies to their cards, some at a time; gives how many scans were looked at, 0 at the end."""
    behind = cursor(connection, CARDS)
    before = to_ms(now - timedelta(days=site.policy.forget_days))
    rows = connection.execute(SCANS, (behind, before, CARDS_AT_A_TIME)).fetchall()
    for key, rule, reply in rows:
        if rule.startswith("patron."):
            told = json.loads(reply) | {"message": "-"}
            connection.execute("UPDATE scan SET reply = ? WHERE key = ?", (json.dumps(told, ensure_ascii=False), key))
    if rows:
        set_cursor(connection, CARDS, rows[-1][0])
    return len(rows)


def wipe(connection: sqlite3.Connection) -> bool:
    """Fold the write-ahead log into the database and empty it, so that nothing forgotten is left in it; False while somebody reads."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
