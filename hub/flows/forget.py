"""A closed request forgets who asked for it: the link, what was written about it, and what a desk was told of the patron."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import takewhile

from hub.core.acts import Act
from hub.core.request import Request
from hub.core.seen import Site
from hub.store.database import BUSY_TIMEOUT_MS
from hub.store.events import cursor, set_cursor
from hub.store.history import Line
from hub.store.moments import to_ms
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection

FORGET = (
    "UPDATE request SET requester = NULL, internal_note = NULL, patron_note = NULL WHERE key = ? AND requester IS NOT NULL",
    "UPDATE notice SET patron = NULL, last_error = NULL WHERE request = ? AND (patron IS NOT NULL OR last_error IS NOT NULL)",
    "UPDATE history SET note = NULL, note_salt = NULL WHERE request = ? AND note IS NOT NULL",
    "UPDATE exception SET note = NULL WHERE request = ? AND note IS NOT NULL",
)
CARDS = "forgotten-cards"
"""The cursor of the scans whose replies no longer name a patron."""
CARDS_AT_A_TIME = 500
SCANS = "SELECT key, rule, reply, decided_at FROM scan WHERE key > ? ORDER BY key LIMIT ?"
LAST_SCANS = (
    "UPDATE station_context SET session_patron = NULL, last_barcode = NULL "
    "WHERE last_barcode IS NOT NULL AND last_scanned_at NOT BETWEEN ? AND ?"
)
"""A station that stands still would keep the card it read last."""


def forget(store: ScanStore, site: Site, request: Request, now: datetime) -> bool:
    """Remove the link from a closed request to its requester, and notes with it; what was done and when stays."""
    # Brought back meanwhile, it is open and forgets nothing.
    if request.closed_at is None or request.closed_at >= now - timedelta(days=site.policy.forget_days):
        return False
    if not any([store.connection.execute(statement, (request.key,)).rowcount for statement in FORGET]):
        return False
    store.add_history(Line(request=request.key, kind="time", at=now, rule=Act.FORGET, actor="clock"))
    return True


def forget_cards(connection: Connection, site: Site, now: datetime) -> int:
    """Take patrons out of the kept replies to their cards, some at a time; gives how many scans were looked at, 0 at the end."""
    # What is later than tomorrow was written before the clock was set back.
    recent = to_ms(now - timedelta(days=site.policy.forget_days)), to_ms(now + timedelta(days=1))
    found = connection.execute(SCANS, (cursor(connection, CARDS), CARDS_AT_A_TIME)).fetchall()
    rows = list(takewhile(lambda row: not recent[0] <= row[3] <= recent[1], found))
    for key, rule, reply, _ in rows:
        if rule.startswith("patron."):
            told = json.loads(reply) | {"message": "-"}
            connection.execute("UPDATE scan SET reply = ? WHERE key = ?", (json.dumps(told, ensure_ascii=False), key))
    if rows:
        set_cursor(connection, CARDS, rows[-1][0])
    return len(rows) + connection.execute(LAST_SCANS, recent).rowcount


def wipe(connection: Connection) -> bool:
    """Fold the write-ahead log into the database and empty it, so that nothing forgotten is left in it; False while somebody reads."""
    if connection.dialect != "sqlite":
        # A server keeps old rows until its vacuum; they are removed from the tables that held the link.
        connection.execute("VACUUM request, notice, history, exception, scan, station_context")
        return True
    # No scan shall wait for a reader to end.
    connection.execute("PRAGMA busy_timeout=0")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return not busy
