"""Mails to desks and partners: what they would say now, and which have left. Nothing in them is about a patron."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hub.errors import Conflict
from hub.letters.digest import Line
from hub.store.moments import from_ms, maybe_moment, to_ms
from hub.store.sql import Connection

_LINES = (
    "SELECT r.request_id, r.external_id, r.title, i.barcode, coalesce(i.state, r.state), i.shelf_code, i.hold_until, i.due_at, "
    "r.partner_due_date, coalesce(i.changed_at, r.changed_at) "
    "FROM request r {join} JOIN item i ON i.request = r.key AND i.closed_at IS NULL WHERE r.closed_at IS NULL AND {which} "
    "ORDER BY coalesce(i.state, r.state), coalesce(i.changed_at, r.changed_at), r.key LIMIT 2000"
)
OF_DESK = _LINES.format(
    join="", which="r.state <> 'CLOSED' AND r.pickup_desk = ? AND i.state IN ('IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'PULL_FROM_SHELF')"
)
OF_PARTNER = _LINES.format(join="LEFT", which="r.state <> 'CLOSED' AND r.partner = ?")
WORDS_CHARS = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """How far the mail of a day has come."""

    state: str
    attempts: int
    not_before: datetime


def lines_about(connection: Connection, about: str) -> tuple[Line, ...]:
    """Give the books a mail about ``desk:CODE`` or ``partner:CODE`` speaks of."""
    kind, _, code = about.partition(":")
    rows = connection.execute(OF_DESK if kind == "desk" else OF_PARTNER, (code,)).fetchall()
    return tuple(
        Line(
            request_id=row[0],
            external_id=row[1],
            title=row[2],
            barcode=row[3],
            state=row[4],
            shelf_code=row[5],
            hold_until=maybe_moment(row[6]),
            due_at=maybe_moment(row[7]),
            partner_due_date=row[8],
            since=from_ms(row[9]),
        )
        for row in rows
    )


def name_of(connection: Connection, about: str) -> tuple[str, str | None] | None:
    """Give the name of a desk or partner, and a desk's language; None where there is none of this code."""
    kind, _, code = about.partition(":")
    query = "SELECT name, language FROM desk WHERE code = ?" if kind == "desk" else "SELECT name, NULL FROM partner WHERE code = ?"
    row = connection.execute(query, (code,)).fetchone()
    return None if row is None else (row[0], row[1])


def kept(connection: Connection, about: str, day: date) -> Kept | None:
    """Give how far the mail of a day has come; None where nothing was tried yet."""
    query = "SELECT state, attempts, not_before FROM digest WHERE about = ? AND day = ?"
    row = connection.execute(query, (about, day.isoformat())).fetchone()
    return None if row is None else Kept(row[0], row[1], from_ms(row[2]))


def resend(connection: Connection, about: str, day: date, now: datetime) -> None:
    """Let the mail of a day that failed leave at the next look; Conflict for one that has not failed, or never was."""
    failed = "about = ? AND day = ? AND state = 'failed'"
    if connection.execute(f"SELECT 1 FROM digest WHERE {failed}", (about, day.isoformat())).fetchone() is None:
        raise Conflict("This mail has not failed today, so it is not sent again: the next one leaves at its time.")
    change = f"UPDATE digest SET state = 'queued', attempts = 0, last_error = NULL, not_before = ? WHERE {failed}"
    connection.execute(change, (to_ms(now), about, day.isoformat()))


def keep(connection: Connection, about: str, day: date, state: str, at: datetime, *, words: str | None = None, tries: int = 0) -> None:
    """Write how far the mail of a day has come; ``at`` is when it was sent, or may be tried again."""
    moment = to_ms(at)
    connection.execute(
        "INSERT INTO digest(about, day, state, not_before, attempts, last_error, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT(about, day) DO UPDATE SET state = excluded.state, not_before = excluded.not_before, attempts = excluded.attempts, "
        "last_error = excluded.last_error, sent_at = excluded.sent_at",
        (about, day.isoformat(), state, moment, tries, words[:WORDS_CHARS] if words else None, moment if state == "sent" else None),
    )
