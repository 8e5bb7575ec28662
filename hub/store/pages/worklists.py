"""The lists of what is to be done with books: each row a piece, with what somebody needs to know who has it in hand or looks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from hub.core.request import State
from hub.store.moments import from_ms, maybe_moment, to_ms
from hub.store.pages.requests import count_active
from hub.store.pages.work import count_failed_digests

MOST = 100
"""Rows of a list at a time: nobody works through more before looking again."""
_OPEN = "i.closed_at IS NULL"
_REQUESTS = "FROM request r {index} LEFT JOIN item i ON i.request = r.key AND i.closed_at IS NULL WHERE r.state <> 'CLOSED' AND {when}"
_ITEMS = "FROM item i JOIN request r ON r.key = i.request WHERE i.closed_at IS NULL AND {when}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """One piece, or a request of which nothing has come, and how it is now."""

    request_id: str
    version: int
    title: str
    author: str | None
    pieces: int
    piece: int | None
    barcode: str | None
    state: State
    reason: str | None
    shelf_code: str | None
    hold_until: datetime | None
    due_at: datetime | None
    changed_at: datetime
    pickup_desk: str
    pickup_name: str
    partner_name: str
    partner_due_date: date | None
    needed_by: date | None
    requester_alias: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """The moments the lists speak of."""

    now: datetime
    today: str
    soon: datetime
    """Holds that end before it expire soon."""
    due: datetime
    """Loans due before it are on the list."""
    late: datetime
    """What has been on its way since before is too long on its way."""


@dataclass(frozen=True, slots=True)
class _List:
    source: str
    when: str
    order: str


LISTS: Mapping[str, _List] = {
    "receive": _List(_REQUESTS, "r.state = 'REQUESTED' AND i.key IS NULL", "coalesce(r.needed_by, '9999'), r.key"),
    "transit": _List(_ITEMS, "i.state IN ('IN_TRANSIT_TO_PICKUP', 'IN_TRANSIT_TO_RS')", "i.changed_at, i.key"),
    "shelf": _List(_ITEMS, "i.state = 'ON_HOLD_SHELF'", "r.pickup_desk, length(i.shelf_code), i.shelf_code, i.key"),
    "pull": _List(_ITEMS, "i.state = 'PULL_FROM_SHELF'", "r.pickup_desk, length(i.shelf_code), i.shelf_code, i.key"),
    "expiring": _List(_ITEMS, "i.state = 'ON_HOLD_SHELF' AND i.hold_until < :soon", "i.hold_until, i.key"),
    "due": _List(_ITEMS, "i.state = 'CHECKED_OUT' AND i.due_at < :due", "i.due_at, i.key"),
    "back": _List(_ITEMS, "i.state = 'IN_TRANSIT_TO_RS'", "coalesce(r.partner_due_date, '9999'), i.key"),
}
LATE = "i.state IN ('IN_TRANSIT_TO_PICKUP', 'IN_TRANSIT_TO_RS') AND i.changed_at < :late"
_COLUMNS = (
    "SELECT r.request_id, r.version, r.title, r.author, r.pieces, r.state AS shown, r.pickup_desk, r.partner, r.partner_due_date, "
    "r.needed_by, r.created_at, i.piece, i.barcode, i.state, i.reason, i.shelf_code, i.hold_until, i.due_at, i.changed_at, "
    "d.name AS pickup_name, p.name AS partner_name, patron.alias "
)
_NAMES = "LEFT JOIN desk d ON d.code = r.pickup_desk LEFT JOIN partner p ON p.code = r.partner LEFT JOIN patron ON patron.key = r.requester"


def worklist(connection: Connection, name: str, span: Span, desk: str | None = None) -> tuple[Chore, ...]:
    """Give the first rows of a list, one more than MOST where there are more."""
    this = LISTS[name]
    source, told = _source(connection, this, span, desk)
    # The names are looked up for the rows that are shown only.
    keys = f"SELECT r.key AS request, i.key AS item {source} ORDER BY {this.order} LIMIT {MOST + 1}"
    rows = connection.execute(
        text(
            f"WITH chosen AS ({keys}) {_COLUMNS} FROM chosen JOIN request r ON r.key = chosen.request "
            f"LEFT JOIN item i ON i.key = chosen.item {_NAMES} "
            f"ORDER BY {this.order}"
        ),
        told,
    )
    return tuple(_chore(row) for row in rows)


def chores_of(connection: Connection, request_id: str) -> tuple[Chore, ...]:
    """Give the open pieces of one request, or the request itself where none has come."""
    rows = connection.execute(
        text(
            f"{_COLUMNS} FROM request r LEFT JOIN item i ON i.request = r.key AND i.closed_at IS NULL {_NAMES} "
            "WHERE r.request_id = :named ORDER BY i.piece"
        ),
        {"named": request_id},
    )
    return tuple(_chore(row) for row in rows)


def tally(connection: Connection, span: Span) -> dict[str, int]:
    """Give how much there is on each list."""
    states = count_active(connection)
    counts = {
        "receive": states[State.REQUESTED],
        "transit": states[State.IN_TRANSIT_TO_PICKUP] + states[State.IN_TRANSIT_TO_RS],
        "shelf": states[State.ON_HOLD_SHELF],
        "pull": states[State.PULL_FROM_SHELF],
        "back": states[State.IN_TRANSIT_TO_RS],
    }
    # From the items alone, which are read once for all three.
    whens = {"expiring": LISTS["expiring"].when, "due": LISTS["due"].when, "late": LATE}
    sums = ", ".join(f"sum(CASE WHEN {when} THEN 1 ELSE 0 END)" for when in whens.values())
    row = connection.execute(text(f"SELECT {sums} FROM item i WHERE {_OPEN}"), _told(sums, span)).one()
    counts |= {name: int(count or 0) for name, count in zip(whens, row, strict=True)}
    counts["exceptions"] = int(connection.scalar(text("SELECT count(*) FROM exception WHERE cleared_at IS NULL")) or 0)
    letters = int(connection.scalar(text("SELECT count(*) FROM notice WHERE state = 'failed'")) or 0)
    counts["notices"] = letters + count_failed_digests(connection)
    return counts


def _source(connection: Connection, this: _List, span: Span, desk: str | None) -> tuple[str, dict[str, Any]]:
    index = "INDEXED BY request_active" if connection.dialect.name == "sqlite" else ""
    when, told = this.when, _told(this.when, span)
    if desk is not None:
        when, told = f"{when} AND r.pickup_desk = :desk", told | {"desk": desk}
    return this.source.format(index=index, when=when), told


def _told(when: str, span: Span) -> dict[str, Any]:
    moments = {"soon": to_ms(span.soon), "due": to_ms(span.due), "late": to_ms(span.late)}
    return {name: value for name, value in moments.items() if f":{name}" in when}


def _chore(row: Row[Any]) -> Chore:
    return Chore(
        request_id=row.request_id,
        version=row.version,
        title=row.title,
        author=row.author,
        pieces=row.pieces,
        piece=row.piece,
        barcode=row.barcode,
        state=State(row.state or row.shown),
        reason=row.reason,
        shelf_code=row.shelf_code,
        hold_until=maybe_moment(row.hold_until),
        due_at=maybe_moment(row.due_at),
        changed_at=from_ms(row.changed_at or row.created_at),
        pickup_desk=row.pickup_desk,
        pickup_name=row.pickup_name or row.pickup_desk,
        partner_name=row.partner_name or row.partner,
        partner_due_date=date.fromisoformat(row.partner_due_date) if row.partner_due_date else None,
        needed_by=date.fromisoformat(row.needed_by) if row.needed_by else None,
        requester_alias=row.alias,
    )
