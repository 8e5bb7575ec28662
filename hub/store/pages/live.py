"""What changed since a moment: events in their order, the requests they touched, and every scan that was answered.

Scans are followed by their own rows, not by events: a slip or a patron's card that was read makes no event.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from hub.store.events import StoredEvent
from hub.store.moments import from_ms
from hub.store.pages.requests import RequestView, requests_named
from hub.store.schema import desk, event, scan

MOST_EVENTS = 300
"""Somebody further behind than this reads the whole page anew."""
MOST_SCANS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanView:
    """One scan and what its desk was told; nothing of a patron."""

    scan_id: str
    at: datetime
    station: str
    desk: str | None
    desk_name: str | None
    barcode: str | None
    outcome: str
    rule: str
    tone: str
    again: bool
    message: str
    title: str | None
    request_id: str | None
    of_patron: bool
    """Whether a patron's card was read; then there is no message, because that names them."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has seen: the last event, and the last scan."""

    event: int
    scan: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new behind a place. ``all_new`` means too much to tell one by one."""

    place: Place
    requests: tuple[RequestView, ...]
    scans: tuple[ScanView, ...]
    all_new: bool = False


def events_behind(connection: Connection, seq: int, limit: int) -> list[StoredEvent]:
    """Give the events behind a place, oldest first."""
    rows = connection.execute(select(event).where(event.c.seq > seq).order_by(event.c.seq).limit(limit))
    return [StoredEvent(row.seq, row.type, row.desk, row.subject, from_ms(row.at), json.loads(row.data)) for row in rows]


def newest_event(connection: Connection) -> int:
    """Give the place of the newest event, 0 where there is none."""
    return int(connection.scalar(select(func.coalesce(func.max(event.c.seq), 0))) or 0)


def place_now(connection: Connection) -> Place:
    """Give the place behind everything."""
    return Place(newest_event(connection), _newest_scan(connection))


def changes_behind(connection: Connection, place: Place) -> Changes:
    """Give what is new behind a place, each request once and as it is now."""
    new = place_now(connection)
    scans = _scans_behind(connection, place.scan)
    # A place ahead of the database was given before a backup was restored.
    if not 0 <= new.event - place.event <= MOST_EVENTS:
        return Changes(new, (), scans, all_new=True)
    subjects = select(event.c.subject).where(event.c.seq > place.event, event.c.seq <= new.event).distinct()
    named = [subject for subject in connection.scalars(subjects) if subject is not None]
    return Changes(new, requests_named(connection, named), scans)


def catch_up(connection: Connection, after: int) -> Changes:
    """Give what is new behind an event, and the last scans whether new or not."""
    return changes_behind(connection, Place(after, 0))


def last_scans(connection: Connection) -> tuple[ScanView, ...]:
    """Give the last scans of all stations, oldest first."""
    return _scans_behind(connection, 0)


def _newest_scan(connection: Connection) -> int:
    return int(connection.scalar(select(func.coalesce(func.max(scan.c.key), 0))) or 0)


def _scans_behind(connection: Connection, key: int) -> tuple[ScanView, ...]:
    """Give what is new behind a scan, at most the last few, oldest first."""
    rows = connection.execute(_SCANS.where(scan.c.key > key)).all()
    return tuple(_scan(row) for row in reversed(rows))


_SCANS = (
    select(scan.c.scan_id, scan.c.decided_at, scan.c.desk, scan.c.barcode, scan.c.reply, desk.c.name.label("desk_name"))
    .outerjoin(desk, desk.c.code == scan.c.desk)
    .order_by(scan.c.key.desc())
    .limit(MOST_SCANS)
)


def _scan(row: Row[Any]) -> ScanView:
    reply = json.loads(row.reply)
    patron = reply["rule"].startswith("patron.")
    return ScanView(
        scan_id=row.scan_id,
        at=from_ms(row.decided_at),
        station=reply["station"],
        desk=row.desk,
        desk_name=row.desk_name,
        barcode=row.barcode,
        outcome=reply["outcome"],
        rule=reply["rule"],
        tone=reply["tone"],
        again=reply["again"],
        message="" if patron else reply["message"],
        of_patron=patron,
        title=reply["title"],
        request_id=reply["request_id"],
    )
