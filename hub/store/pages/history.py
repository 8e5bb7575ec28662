"""What happened to one request, in one time line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Row, select

from hub.core.request import State
from hub.store.moments import from_ms, maybe_moment
from hub.store.pages.requests import request_key
from hub.store.schema import item, notice, sighting, transition

MOST = 1000
"""Of each kind; a book that is scanned more often than this is a toy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a request's history; what a kind has not got is None."""

    at: datetime
    kind: Literal["transition", "sighting", "notice"]
    was: State | None = None
    became: State | None = None
    rule: str | None = None
    desk: str | None = None
    actor: str | None = None
    reason: str | None = None
    barcode: str | None = None
    scan_id: str | None = None
    notice_id: str | None = None
    notice_type: str | None = None
    notice_state: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All lines, oldest first."""

    items: tuple[Happening, ...]
    next: str | None = None


def history_of(connection: Connection, request_id: str) -> History:
    """Give what happened to a request, oldest first; at one moment a sighting comes before the transition it caused."""
    key = request_key(connection, request_id)
    lines = [*_sightings(connection, key), *_transitions(connection, key), *_notices(connection, key)]
    return History(tuple(sorted(lines, key=lambda line: line.at)))


def _sightings(connection: Connection, key: int) -> list[Happening]:
    query = select(sighting, item.c.barcode).outerjoin(item, item.c.key == sighting.c.item).where(sighting.c.request == key)
    return [_sighting(row) for row in connection.execute(query.order_by(sighting.c.key).limit(MOST))]


def _sighting(row: Row[tuple[object, ...]]) -> Happening:
    at, barcode = from_ms(row.at), row.barcode
    return Happening(at=at, kind="sighting", rule=row.rule, desk=row.desk, actor=row.station, barcode=barcode, scan_id=row.scan_id)


def _transitions(connection: Connection, key: int) -> list[Happening]:
    query = select(transition, item.c.barcode).outerjoin(item, item.c.key == transition.c.item).where(transition.c.request == key)
    return [_transition(row) for row in connection.execute(query.order_by(transition.c.key).limit(MOST))]


def _transition(row: Row[tuple[object, ...]]) -> Happening:
    return Happening(
        at=from_ms(row.at),
        kind="transition",
        was=State(row.was) if row.was else None,
        became=State(row.became),
        rule=row.rule,
        desk=row.desk,
        actor=row.actor,
        reason=row.reason,
        barcode=row.barcode,
        scan_id=row.scan_id,
    )


def _notices(connection: Connection, key: int) -> list[Happening]:
    rows = connection.execute(select(notice).where(notice.c.request == key).order_by(notice.c.key).limit(MOST))
    return [
        Happening(
            at=from_ms(row.queued_at),
            kind="notice",
            desk=row.desk,
            notice_id=str(row.key),
            notice_type=row.type,
            notice_state=row.state,
            sent_at=maybe_moment(row.sent_at),
        )
        for row in rows
    ]
