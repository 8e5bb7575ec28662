"""A closed request forgets who asked for it: the link, what was written about it, and what a desk was told of the patron.

So does a patron who is deleted, at once.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import takewhile

from hub.core.acts import Act
from hub.core.request import Request
from hub.core.seen import Site
from hub.errors import Conflict, NotFound
from hub.store.database import BUSY_TIMEOUT_MS
from hub.store.events import cursor, set_cursor
from hub.store.history import Kind, Line
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
_OF_LAST = (
    "UPDATE station_context SET {} WHERE ({} IS NOT NULL) AND EXISTS "
    "(SELECT 1 FROM scan s WHERE s.scan_id = station_context.last_scan_id AND s.decided_at NOT BETWEEN ? AND ? {})"
)
LAST_SCANS = _OF_LAST.format(
    "session_patron = NULL, last_barcode = NULL, asked = NULL", "session_patron IS NOT NULL OR last_barcode IS NOT NULL OR asked", ""
)
"""A station that stands still would remember for ever whose card it read last. The hub's time counts: a station's may be wrong."""
LAST_CARDS = _OF_LAST.format("last_barcode = NULL, asked = NULL", "last_barcode IS NOT NULL OR asked", "AND s.barcode IS NULL")
"""The number of a card, which the scan itself does not keep, is known only as long as a repeat of it may come."""
REPEATS_WITHIN = timedelta(minutes=5)


CLOSED_OF = "SELECT key FROM request WHERE requester = ? AND closed_at IS NOT NULL ORDER BY key"
OPEN_OF = "SELECT request_id FROM request WHERE requester = ? AND closed_at IS NULL ORDER BY key"
SESSIONS_OF = "UPDATE station_context SET session_patron = NULL WHERE session_patron = ?"
CARDS_OF = (
    "UPDATE station_context SET last_barcode = CASE last_barcode WHEN :card THEN NULL ELSE last_barcode END, "
    "asked = CASE asked WHEN :card THEN NULL ELSE asked END WHERE :card IN (last_barcode, asked)"
)
TOLD_OF = "SELECT key, reply FROM scan WHERE key > ? AND rule LIKE 'patron.%'"
DELETED = "deleted-patrons"
"""The cursor that counts them, so that the clock sees that something in the write-ahead log is to be wiped; after a restart, too."""
MOST_NAMED = 5


def forget(store: ScanStore, site: Site, request: Request, now: datetime) -> bool:
    """Remove the link from a closed request to its requester, and notes with it; what was done and when stays."""
    # Brought back meanwhile, it is open and forgets nothing.
    if request.closed_at is None or request.closed_at >= now - timedelta(days=site.policy.forget_days):
        return False
    return _forget(store, request.key, now, kind="time", actor="clock")


def _forget(store: ScanStore, key: int, now: datetime, *, kind: Kind, actor: str) -> bool:
    if not any([store.connection.execute(statement, (key,)).rowcount for statement in FORGET]):
        return False
    store.add_history(Line(request=key, kind=kind, at=now, rule=Act.FORGET, actor=actor))
    return True


def delete_patron(connection: Connection, key: int, *, actor: str, now: datetime) -> None:
    """Delete a patron, and let their closed requests and what desks were told forget them; Conflict while they have open requests."""
    row = connection.execute("SELECT card, alias FROM patron WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(f"There is no patron {key}.")
    if opened := [found[0] for found in connection.execute(OPEN_OF, (key,))]:
        more = f" and {len(opened) - MOST_NAMED} more" if len(opened) > MOST_NAMED else ""
        raise Conflict(
            f"This patron has open requests: {', '.join(opened[:MOST_NAMED])}{more}. Cancel or close them first; nothing was deleted."
        )
    store, (card, alias) = ScanStore(connection), row
    for request in connection.execute(CLOSED_OF, (key,)).fetchall():
        _forget(store, request[0], now, kind="act", actor=actor)
    connection.execute(SESSIONS_OF, (key,))
    connection.execute(CARDS_OF, {"card": card})
    for scan, reply in connection.execute(TOLD_OF, (cursor(connection, CARDS),)).fetchall():
        if json.loads(reply)["message"].startswith(f"{alias}:"):
            _unsay(connection, scan, reply)
    connection.execute("DELETE FROM patron WHERE key = ?", (key,))
    set_cursor(connection, DELETED, cursor(connection, DELETED) + 1)


def forget_cards(connection: Connection, site: Site, now: datetime) -> int:
    """Take patrons out of the kept replies to their cards, some at a time; gives how many scans were looked at, 0 at the end."""
    # What is later than tomorrow was written before the clock was set back.
    recent = to_ms(now - timedelta(days=site.policy.forget_days)), to_ms(now + timedelta(days=1))
    found = connection.execute(SCANS, (cursor(connection, CARDS), CARDS_AT_A_TIME)).fetchall()
    rows = list(takewhile(lambda row: not recent[0] <= row[3] <= recent[1], found))
    for key, rule, reply, _ in rows:
        if rule.startswith("patron."):
            _unsay(connection, key, reply)
    if rows:
        set_cursor(connection, CARDS, rows[-1][0])
    of_cards = to_ms(now - REPEATS_WITHIN), recent[1]
    # Nobody is sent away who stands at a desk, not even where all is forgotten on the same day.
    of_sessions = min(recent[0], to_ms(now - site.windows.patron_session - REPEATS_WITHIN)), recent[1]
    return len(rows) + sum(connection.execute(*one).rowcount for one in ((LAST_CARDS, of_cards), (LAST_SCANS, of_sessions)))


NOTES = "UPDATE exception SET note = NULL WHERE request IS NULL AND note IS NOT NULL AND cleared_at NOT BETWEEN ? AND ?"
"""What staff wrote when they cleared work that belongs to no request."""
PUT_ASIDE = "UPDATE poison SET payload = ? WHERE received_at NOT BETWEEN ? AND ? AND length(payload) > 0"
"""A message that was put aside may hold the number of a card; topic, size and reason stay."""


def forget_the_rest(connection: Connection, site: Site, now: datetime) -> bool:
    """Forget what belongs to no request and may speak of a patron all the same; gives whether there was any."""
    recent = to_ms(now - timedelta(days=site.policy.forget_days)), to_ms(now + timedelta(days=1))
    return any([connection.execute(NOTES, recent).rowcount, connection.execute(PUT_ASIDE, (b"", *recent)).rowcount])


def _unsay(connection: Connection, scan: int, reply: str) -> None:
    """Take what a desk was told out of a kept reply."""
    told = json.loads(reply) | {"message": "-"}
    connection.execute("UPDATE scan SET reply = ? WHERE key = ?", (json.dumps(told, ensure_ascii=False), scan))


def wipe(connection: Connection) -> bool:
    """Fold the write-ahead log into the database and empty it, so that nothing forgotten is left in it; False while somebody reads."""
    # No scan shall wait for a reader to end.
    connection.execute("PRAGMA busy_timeout=0")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return not busy
