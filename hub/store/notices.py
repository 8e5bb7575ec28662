"""Notices as they wait, leave, fail and are sent again; each lasting change writes its event in the same transaction.

All writing functions run in the transaction their caller holds open. The reading ones need none.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.core.notices import NoticeState, NoticeType
from hub.core.request import Item
from hub.errors import Conflict, NotFound
from hub.store.events import add_event
from hub.store.moments import maybe_moment, to_ms
from hub.store.scan_path import ScanStore

CLOCK_WENT_BACK = timedelta(seconds=60)
"""A notice queued this far in the future shows that the clock was set back; it would wait as long as the clock jumped."""
MAX_WORDS = 500
"""Characters kept of what a mail server said."""

DUE = (
    "SELECT key FROM notice WHERE state = 'queued' AND (not_before <= ? OR (attempts = 0 AND queued_at > ?)) "
    "ORDER BY not_before, key LIMIT ?"
)
NEXT_DUE = "SELECT min(CASE WHEN attempts = 0 AND queued_at > ? THEN ? ELSE not_before END) FROM notice WHERE state = 'queued'"
FACTS = (
    "SELECT n.key, n.type, n.episode, n.attempts, n.desk, d.name, n.patron, p.name, p.email, r.request_id, r.title, r.author, n.item "
    "FROM notice n JOIN request r ON r.key = n.request LEFT JOIN desk d ON d.code = n.desk LEFT JOIN patron p ON p.key = n.patron "
    "WHERE n.key = ?"
)
ABOUT = "SELECT n.type, n.desk, r.request_id FROM notice n JOIN request r ON r.key = n.request WHERE n.key = ?"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One notice with all its letter needs, and its item as it is now."""

    key: int
    type: NoticeType
    episode: int
    attempts: int
    desk: str | None
    desk_name: str | None
    patron: int | None
    patron_name: str | None
    email: str | None
    request_id: str
    title: str
    author: str | None
    item: Item | None


def due_notices(connection: sqlite3.Connection, now: datetime, limit: int) -> list[int]:
    """Give the keys of the notices that may leave now, longest due first."""
    rows = connection.execute(DUE, (to_ms(now), to_ms(now + CLOCK_WENT_BACK), limit))
    return [int(row[0]) for row in rows]


def next_due(connection: sqlite3.Connection, now: datetime) -> datetime | None:
    """Give when the next notice may leave, None when none waits."""
    row = connection.execute(NEXT_DUE, (to_ms(now + CLOCK_WENT_BACK), to_ms(now))).fetchone()
    return maybe_moment(row[0])


def letter_facts(connection: sqlite3.Connection, key: int) -> LetterFacts | None:
    """Give what a notice's letter says, read at this moment; None when the notice is gone."""
    row = connection.execute(FACTS, (key,)).fetchone()
    if row is None:
        return None
    key, type_, *others, item_key = row
    item = ScanStore(connection).item(item_key) if item_key is not None else None
    return LetterFacts(*(key, NoticeType(type_), *others, item))


def mark_sent(connection: sqlite3.Connection, key: int, message_id: str, at: datetime) -> None:
    """Write that a letter left, even when its notice was suppressed while it did."""
    change = "UPDATE notice SET state = ?, sent_at = ?, message_id = ?, attempts = attempts + 1, last_error = NULL WHERE key = ?"
    if connection.execute(change, (NoticeState.SENT, to_ms(at), message_id, key)).rowcount:
        _tell(connection, "notice.sent", key, at)


def mark_failed_try(connection: sqlite3.Connection, key: int, words: str, not_before: datetime) -> None:
    """Write that a try failed and when the next one may be; no event, the notice is still on its way."""
    change = "UPDATE notice SET attempts = attempts + 1, last_error = ?, not_before = ? WHERE key = ? AND state = ?"
    connection.execute(change, (words[:MAX_WORDS], to_ms(not_before), key, NoticeState.QUEUED))


def mark_failed(connection: sqlite3.Connection, key: int, words: str, at: datetime) -> None:
    """Write that a notice failed for good, with the words staff are shown."""
    change = "UPDATE notice SET state = ?, attempts = attempts + 1, last_error = ? WHERE key = ? AND state = ?"
    if connection.execute(change, (NoticeState.FAILED, words[:MAX_WORDS], key, NoticeState.QUEUED)).rowcount:
        _tell(connection, "notice.failed", key, at)


def mark_suppressed(connection: sqlite3.Connection, key: int, at: datetime) -> None:
    """Write that a notice was no longer true when it was to leave."""
    change = "UPDATE notice SET state = ? WHERE key = ? AND state = ?"
    if connection.execute(change, (NoticeState.SUPPRESSED, key, NoticeState.QUEUED)).rowcount:
        _tell(connection, "notice.suppressed", key, at)


def resend(connection: sqlite3.Connection, key: int, now: datetime) -> None:
    """Queue a failed or sent notice once more, due at once, with the Message-ID it always had.

    Raises NotFound for an unknown notice, Conflict for one that still waits or is no longer true.
    """
    row = connection.execute("SELECT state FROM notice WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(f"There is no notice {key}.")
    if row[0] == NoticeState.QUEUED:
        raise Conflict("This notice is still waiting to be sent. There is no need to send it again.")
    if row[0] == NoticeState.SUPPRESSED:
        raise Conflict("This notice was no longer true when it was to leave, so it is not sent.")
    change = "UPDATE notice SET state = ?, attempts = 0, last_error = NULL, not_before = ? WHERE key = ?"
    connection.execute(change, (NoticeState.QUEUED, to_ms(now), key))
    _tell(connection, "notice.queued", key, now)


def _tell(connection: sqlite3.Connection, event: str, key: int, at: datetime) -> None:
    type_, desk, request_id = connection.execute(ABOUT, (key,)).fetchone()
    data = {"request_id": request_id, "type": type_, "desk": desk, "notice_id": str(key)}
    add_event(connection, event, at=at, desk=desk, subject=request_id, data=data)
