"""Borrowing requests with their pieces, newest first."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, text

from hub.core.request import State
from hub.errors import NotFound
from hub.store.moments import from_ms, maybe_moment
from hub.store.pages.cursor import Page, page_of, unpack
from hub.store.schema import desk, item, partner, patron, request

Which = Literal[
    "active", "REQUESTED", "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", "PULL_FROM_SHELF", "CHECKED_OUT", "IN_TRANSIT_TO_RS", "MISSING", "LOST",
    "CLOSED",
]  # fmt: skip
"""One state, or all but CLOSED."""
ACTIVE = tuple(state for state in State if state is not State.CLOSED)
NOT_CLOSED = text("request.state <> 'CLOSED'")
"""Word for word the condition of the index ``request_active``, or SQLite would not use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceView:
    """One piece of a request: a temporary item."""

    piece: int
    volume: str | None
    barcode: str
    state: State
    shelf_code: str | None
    hold_until: datetime | None
    due_at: datetime | None
    received_at: datetime
    changed_at: datetime
    checked_out_at: datetime | None
    closed_at: datetime | None
    reason: str | None
    circulated: bool
    outcome: str | None
    renewals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """One borrowing request as programs see it; ``requester`` is a card, None once the link is removed."""

    request_id: str
    request_barcode: str
    external_id: str | None
    source: str
    state: State
    outcome: str | None
    cancel_reason: str | None
    title: str
    author: str | None
    isbn: str | None
    oclc_number: str | None
    volume: str | None
    requester: str | None
    requester_ref: str | None
    requester_alias: str | None
    pickup_desk: str
    pickup_name: str
    partner: str
    partner_name: str
    partner_due_date: date | None
    needed_by: date | None
    internal_note: str | None
    patron_note: str | None
    pieces: tuple[PieceView, ...]
    pieces_expected: int
    volumes: tuple[str, ...]
    version: int
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests are looked for; ``states`` None means all."""

    states: tuple[State, ...] | None = None
    desk: str | None = None
    words: str | None = None


def states_of(which: Which) -> tuple[State, ...]:
    """Give the states that are meant."""
    return ACTIVE if which == "active" else (State(which),)


def find_requests(connection: Connection, limit: int, cursor: str | None = None, *, wanted: Wanted) -> Page[RequestView]:
    """Give a page of requests, newest first."""
    before = unpack(cursor, int)
    keys = _keys(connection, wanted, limit + 1, None if before is None else int(before[0]))
    page = page_of(keys, limit, lambda key: (key,))
    return Page(views(connection, page.items), page.next)


def one_request(connection: Connection, request_id: str) -> RequestView:
    """Give one request; NotFound says so in words."""
    return views(connection, [request_key(connection, request_id)])[0]


def requests_named(connection: Connection, request_ids: Iterable[str]) -> tuple[RequestView, ...]:
    """Give the requests that exist among these ids, newest first."""
    return views(connection, connection.scalars(select(request.c.key).where(request.c.request_id.in_(list(request_ids)))).all())


def request_key(connection: Connection, request_id: str) -> int:
    """Give the store's own number of a request; NotFound says so in words."""
    key = connection.scalar(select(request.c.key).where(request.c.request_id == request_id))
    if key is None:
        raise NotFound(f"There is no request {request_id}.")
    return int(key)


def count_active(connection: Connection) -> dict[State, int]:
    """Give how many requests are in each state that is not closed, from the index alone."""
    counted = select(request.c.state, func.count()).where(NOT_CLOSED).group_by(request.c.state)
    found = {State(row[0]): int(row[1]) for row in connection.execute(counted)}
    return {state: found.get(state, 0) for state in ACTIVE}


def _keys(connection: Connection, wanted: Wanted, limit: int, before: int | None) -> list[int]:
    """Give the keys wanted, newest first; each active state by its own part of the index, then merged."""
    if wanted.words and (exact := exact_requests(connection, wanted.words)):
        conditions: list[ColumnElement[bool]] = [request.c.key.in_(exact)]
    else:
        conditions = [_contains(wanted.words)] if wanted.words else []
    if wanted.desk is not None:
        conditions.append(request.c.pickup_desk == wanted.desk)
    if before is not None:
        conditions.append(request.c.key < before)
    query = select(request.c.key).where(*conditions).order_by(request.c.key.desc()).limit(limit)
    if wanted.states is None:
        return list(connection.scalars(query))
    found = (connection.scalars(_in_state(query, state)).all() for state in wanted.states)
    return heapq.nlargest(limit, chain.from_iterable(found))


def _in_state(query: Select[Any], state: State) -> Select[Any]:
    query = query.where(request.c.state == state)
    return query if state is State.CLOSED else query.where(NOT_CLOSED)


def exact_requests(connection: Connection, words: str) -> list[int]:
    """Give the requests whose id or barcode this is."""
    by_id = select(request.c.key).where(request.c.request_id == words.upper())
    # Word for word the conditions of the two indexes of barcodes: one of both alone is used for neither.
    open_, closed = (text(f"item.closed_at IS {said}") for said in ("NULL", "NOT NULL"))
    by_barcode = [select(item.c.request).where(item.c.barcode == words, each).limit(100) for each in (open_, closed)]
    return [key for query in (by_id, *by_barcode) for key in connection.scalars(query)]


def _contains(words: str) -> ColumnElement[bool]:
    # SQLite folds the case of ASCII only.
    spellings = {words} if words.isascii() else {words, words.lower(), words.upper(), words.capitalize()}
    inside = [
        column.icontains(spelling, autoescape=True) for spelling in sorted(spellings) for column in (request.c.title, request.c.author)
    ]
    return or_(*inside, *(column == words for column in (request.c.external_id, request.c.isbn, request.c.oclc_number)))


_ROWS = (
    select(
        request,
        patron.c.card,
        patron.c.alias,
        desk.c.name.label("pickup_name"),
        partner.c.name.label("partner_name"),
    )
    .outerjoin(patron, patron.c.key == request.c.requester)
    .outerjoin(desk, desk.c.code == request.c.pickup_desk)
    .outerjoin(partner, partner.c.code == request.c.partner)
    .order_by(request.c.key.desc())
)


def views(connection: Connection, keys: Sequence[int]) -> tuple[RequestView, ...]:
    """Give requests by the store's own numbers, newest first."""
    if not keys:
        return ()
    pieces: dict[int, list[PieceView]] = defaultdict(list)
    for row in connection.execute(select(item).where(item.c.request.in_(keys)).order_by(item.c.request, item.c.piece, item.c.key)):
        pieces[row.request].append(_piece(row))
    return tuple(_view(row, pieces[row.key]) for row in connection.execute(_ROWS.where(request.c.key.in_(keys))))


def _piece(row: Row[Any]) -> PieceView:
    return PieceView(
        piece=row.piece,
        volume=None,
        barcode=row.barcode,
        state=State(row.state),
        shelf_code=row.shelf_code,
        hold_until=maybe_moment(row.hold_until),
        due_at=maybe_moment(row.due_at),
        received_at=from_ms(row.received_at),
        changed_at=from_ms(row.changed_at),
        checked_out_at=maybe_moment(row.checked_out_at),
        closed_at=maybe_moment(row.closed_at),
        reason=row.reason,
        circulated=row.circulated,
        outcome=row.outcome,
        renewals=row.renewals,
    )


def _named(piece: PieceView, volumes: Sequence[str]) -> PieceView:
    """Give a piece with what it is called, where the pieces of its set have names."""
    return replace(piece, volume=volumes[piece.piece - 1]) if 0 < piece.piece <= len(volumes) else piece


def _view(row: Row[Any], pieces: Sequence[PieceView]) -> RequestView:
    volumes = tuple(json.loads(row.volumes)) if row.volumes else ()
    return RequestView(
        request_id=row.request_id,
        request_barcode=row.request_id,
        external_id=row.external_id,
        source=row.source,
        state=State(row.state),
        outcome=row.outcome,
        cancel_reason=row.cancel_reason,
        title=row.title,
        author=row.author,
        isbn=row.isbn,
        oclc_number=row.oclc_number,
        volume=row.volume,
        requester=row.card,
        requester_ref=str(row.requester) if row.requester is not None else None,
        requester_alias=row.alias,
        pickup_desk=row.pickup_desk,
        pickup_name=row.pickup_name or row.pickup_desk,
        partner=row.partner,
        partner_name=row.partner_name or row.partner,
        partner_due_date=_day(row.partner_due_date),
        needed_by=_day(row.needed_by),
        internal_note=row.internal_note,
        patron_note=row.patron_note,
        pieces=tuple(_named(piece, volumes) for piece in pieces),
        pieces_expected=row.pieces,
        volumes=volumes,
        version=row.version,
        created_at=from_ms(row.created_at),
        changed_at=from_ms(row.changed_at),
        closed_at=maybe_moment(row.closed_at),
    )


def _day(text_: str | None) -> date | None:
    return date.fromisoformat(text_) if text_ else None
