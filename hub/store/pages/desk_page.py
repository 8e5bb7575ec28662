"""What a desk's page shows: the scans of its session, what its station remembers just now, and how that station is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from broker.answers import Outcome
from hub.core.context import yet_to_come
from hub.core.request import State
from hub.store.moments import from_ms, maybe_moment, to_ms
from hub.store.pages.books import StationView, station_view
from hub.store.schema import desk, event, exception, item, partner, patron, request, scan, station, station_context

MOST_ROWS = 50
SESSION = timedelta(hours=12)
LOOKED_THROUGH = 5000
"""The newest scans of all desks in which a desk's own are looked for: there is no index by desk, which would cost every scan something."""
MOST_EVENTS = 500
"""A page further behind than this reads all anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipView:
    """One slip that a scan printed."""

    kind: str
    lines: tuple[str, ...]
    barcode: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookNow:
    """How a request and its piece are now; a row of the page follows it."""

    request_id: str
    state: State
    outcome: str | None
    shelf_code: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskScan:
    """One scan at a desk. Of a patron it holds what the desk was told, and that only for ``of_patron``."""

    key: int
    scan_id: str
    at: datetime
    station: str
    rule: str
    tone: str
    again: bool
    message: str
    title: str | None
    barcode: str | None
    destination: str | None
    """A code: a desk, a partner or resource sharing."""
    said_state: str | None
    slips: tuple[SlipView, ...]
    of_patron: bool
    pickup_desk: str | None
    pickup_name: str | None
    partner: str | None
    partner_name: str | None
    hold_until: datetime | None
    piece: int | None
    pieces: int
    volumes: tuple[str, ...]
    note: str | None
    """The request's internal note, for those who may read it."""
    todo: tuple[str, ...]
    """Kinds of open work about the request."""
    now: BookNow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What a station remembers, each with the moment it forgets it."""

    session_until: datetime | None = None
    session: str | None = None
    """What the desk was told when the card was read."""
    slip_until: datetime | None = None
    slip: str | None = None
    """The title that waits for its book."""
    item_until: datetime | None = None
    item: str | None = None
    command_until: datetime | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """How far a page has seen."""

    scan: int
    event: int


@dataclass(frozen=True, slots=True)
class DeskNews:
    """What is new behind a place; ``all_new`` means too much to tell one by one."""

    place: DeskPlace
    scans: tuple[DeskScan, ...]
    books: tuple[BookNow, ...]
    waits: Waits
    station: StationView | None
    all_new: bool = False


def desk_stations(connection: Connection, code: str) -> tuple[StationView, ...]:
    """Give the stations at a desk by name."""
    rows = connection.execute(select(station).where(station.c.desk == code).order_by(station.c.name))
    return tuple(station_view(row) for row in rows)


def desk_now(connection: Connection, code: str, named: str | None, now: datetime) -> DeskNews:
    """Give what a page begins with: the scans of the session, oldest first."""
    place = _newest(connection)
    least = max(place.scan - LOOKED_THROUGH, 0)
    of_session = (scan.c.key > least, scan.c.desk == code, scan.c.decided_at > to_ms(now - SESSION))
    rows = connection.execute(_SCANS.where(*of_session).order_by(scan.c.key.desc()).limit(MOST_ROWS)).all()
    return DeskNews(place, _scans(connection, rows), (), *_station_now(connection, named, now))


def desk_news(
    connection: Connection, code: str, named: str | None, place: DeskPlace, shown: frozenset[str], now: datetime
) -> DeskNews:  # fmt: skip
    """Give what is new at a desk behind a place, and of the requests in ``shown`` those that moved."""
    newest = _newest(connection)
    waits, state = _station_now(connection, named, now)
    if not (0 <= newest.event - place.event <= MOST_EVENTS and 0 <= newest.scan - place.scan <= LOOKED_THROUGH):
        return DeskNews(newest, (), (), waits, state, all_new=True)
    new = (scan.c.key > place.scan, scan.c.key <= newest.scan, scan.c.desk == code)
    rows = connection.execute(_SCANS.where(*new).order_by(scan.c.key.desc()).limit(MOST_ROWS + 1)).all()
    if len(rows) > MOST_ROWS:
        return DeskNews(newest, (), (), waits, state, all_new=True)
    moved = select(event.c.subject).where(event.c.seq > place.event, event.c.seq <= newest.event).distinct()
    subjects = shown.intersection(connection.scalars(moved)) if newest.event > place.event else frozenset()
    return DeskNews(newest, _scans(connection, rows), _books(connection, subjects), waits, state)


def _newest(connection: Connection) -> DeskPlace:
    last_scan = connection.scalar(select(func.coalesce(func.max(scan.c.key), 0)))
    last_event = connection.scalar(select(func.coalesce(func.max(event.c.seq), 0)))
    return DeskPlace(int(last_scan or 0), int(last_event or 0))


_SCANS: Select[Any] = (
    select(
        scan.c.key, scan.c.stream, scan.c.scan_id, scan.c.decided_at, scan.c.barcode, scan.c.outcome, scan.c.reply,
        request.c.key.label("request"), request.c.request_id, request.c.state, request.c.outcome.label("ended"), request.c.version,
        request.c.pickup_desk, request.c.partner, request.c.pieces, request.c.volumes, request.c.internal_note,
        item.c.shelf_code, item.c.hold_until, item.c.piece, item.c.state.label("item_state"),
        desk.c.name.label("pickup_name"), partner.c.name.label("partner_name"),
    )
    .outerjoin(request, request.c.key == scan.c.request)
    .outerjoin(item, item.c.key == scan.c.item)
    .outerjoin(desk, desk.c.code == request.c.pickup_desk)
    .outerjoin(partner, partner.c.code == request.c.partner)
)  # fmt: skip


def _scans(connection: Connection, rows: Any) -> tuple[DeskScan, ...]:
    pairs = [(row, _repeated(connection, row) if row.outcome == Outcome.DUPLICATE else row) for row in reversed(rows)]
    keys = {about.request for _row, about in pairs if about.request is not None}
    work: dict[int, list[str]] = {}
    open_work = select(exception.c.request, exception.c.kind).where(exception.c.cleared_at.is_(None), exception.c.request.in_(keys))
    for found in connection.execute(open_work).all() if keys else ():
        work.setdefault(found.request, []).append(found.kind)
    return tuple(_scan(row, about, tuple(dict.fromkeys(work.get(about.request, ())))) for row, about in pairs)


def _repeated(connection: Connection, row: Row[Any]) -> Row[Any]:
    """Give the scan that a bounce repeats: a bounce is kept with its reply alone, and what it is about stands there."""
    before = (scan.c.key < row.key, scan.c.key > row.key - LOOKED_THROUGH, scan.c.stream == row.stream)
    query = _SCANS.where(*before, scan.c.outcome != Outcome.DUPLICATE).order_by(scan.c.key.desc()).limit(1)
    return connection.execute(query).one_or_none() or row


def _scan(row: Row[Any], about: Row[Any], todo: tuple[str, ...]) -> DeskScan:
    reply = json.loads(row.reply)
    return DeskScan(
        key=row.key,
        scan_id=row.scan_id,
        at=from_ms(row.decided_at),
        station=reply["station"],
        rule=reply["rule"],
        tone=reply["tone"],
        again=reply["again"],
        message=reply["message"],
        title=reply["title"],
        barcode=row.barcode,
        destination=reply["destination"],
        said_state=reply["state"],
        slips=tuple(SlipView(kind=each["kind"], lines=tuple(each["lines"]), barcode=each["barcode"]) for each in reply["slips"]),
        # What is said of a card that nobody has is said of no patron.
        of_patron=reply["rule"].startswith("patron.") and reply["rule"] != "patron.unknown",
        pickup_desk=about.pickup_desk,
        pickup_name=about.pickup_name,
        partner=about.partner,
        partner_name=about.partner_name,
        hold_until=maybe_moment(about.hold_until),
        piece=about.piece,
        pieces=about.pieces or 1,
        volumes=tuple(json.loads(about.volumes)) if about.volumes else (),
        note=about.internal_note,
        todo=todo,
        now=_book(about) if about.request_id is not None else None,
    )


def _book(row: Row[Any]) -> BookNow:
    # Of a set each row follows its own piece.
    state = State(row.item_state or row.state)
    return BookNow(request_id=row.request_id, state=state, outcome=row.ended, shelf_code=row.shelf_code, version=row.version)


def _books(connection: Connection, request_ids: frozenset[str]) -> tuple[BookNow, ...]:
    if not request_ids:
        return ()
    query = (
        select(request.c.request_id, request.c.state, request.c.outcome, request.c.version, func.max(item.c.shelf_code).label("shelf_code"))
        .outerjoin(item, (item.c.request == request.c.key) & item.c.closed_at.is_(None))
        .where(request.c.request_id.in_(request_ids))
        .group_by(request.c.key, request.c.request_id, request.c.state, request.c.outcome, request.c.version)
    )
    found = connection.execute(query)
    return tuple(
        BookNow(request_id=row.request_id, state=State(row.state), outcome=row.outcome, shelf_code=row.shelf_code, version=row.version)
        for row in found
    )


def _station_now(connection: Connection, named: str | None, now: datetime) -> tuple[Waits, StationView | None]:
    if named is None:
        return Waits(), None
    row = connection.execute(select(station).where(station.c.name == named)).one_or_none()
    return _waits(connection, named, now), None if row is None else station_view(row)


def _waits(connection: Connection, named: str, now: datetime) -> Waits:
    newest = select(station_context).where(station_context.c.station == named).order_by(station_context.c.at.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None or yet_to_come(from_ms(row.at), now):
        return Waits()

    def still(moment: int | None) -> datetime | None:
        until = maybe_moment(moment)
        return until if until is not None and until >= now else None

    told: dict[str, Any] = {}
    if (until := still(row.session_until)) is not None:
        told |= {"session_until": until, "session": _told_of(connection, row.session_patron)}
    if (until := still(row.request_until)) is not None:
        told |= {"slip_until": until, "slip": connection.scalar(select(request.c.title).where(request.c.key == row.request))}
    if (until := still(row.item_until)) is not None:
        told |= {"item_until": until, "item": row.item}
    if (until := still(row.command_until)) is not None and row.command_item is None:
        told |= {"command_until": until, "command": row.command}
    return Waits(**told)


def _told_of(connection: Connection, key: int | None) -> str | None:
    """Give the alias of the patron whose session is open: what the station shows, too."""
    return connection.scalar(select(patron.c.alias).where(patron.c.key == key)) if key is not None else None
