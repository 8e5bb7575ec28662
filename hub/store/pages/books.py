"""Desks, partners, patrons and stations as programs see them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from hub.errors import NotFound
from hub.store.moments import maybe_moment
from hub.store.pages.cursor import Page, page_of, unpack
from hub.store.schema import desk, partner, patron, station


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """A desk and its roles."""

    code: str
    name: str
    resource_sharing: bool
    pickup: bool
    shelf_prefix: str
    shelf_slots: int
    active: bool
    language: str | None = None
    commands: tuple[str, ...] | None = None
    """Command barcodes it may use; None are the usual ones."""
    opening: dict[str, Any] | None = None
    """Hours by weekday and closed days; None is open every day."""
    kept_by: str | None = None
    """The settings file in which it stands and has to be changed."""
    address: str | None = None
    """Where it is, for letters."""
    phone: str | None = None
    """Where patrons call, for letters."""
    opening_text: str | None = None
    """What letters say of its hours; None: the hours themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerView:
    """A library that lends to ours."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronView:
    """A patron; ``ref`` is what addresses them, so that a card number never stands in an address."""

    ref: str
    card: str
    alias: str
    name: str
    email: str | None
    language: str | None = None
    phone: str | None = None
    channels: tuple[str, ...] = ()
    """The ways they want to be reached by, in order; none: the site's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationView:
    """A station, the desk it stands at, and what it last said of itself."""

    name: str
    desk: str
    online: bool
    settings_version: int
    born_at: datetime | None
    seen_at: datetime | None
    clock_offset_ms: int | None
    """How far the hub's clock is ahead of the station's, as the hub measured it."""
    state: dict[str, Any] | None


def desks(connection: Connection, limit: int, cursor: str | None = None) -> Page[DeskView]:
    """Give a page of desks by code."""
    rows = _by_code(connection, desk, "code", limit, cursor)
    return page_of([_desk(row) for row in rows], limit, lambda view: (view.code,))


def one_desk(connection: Connection, code: str) -> DeskView:
    """Give one desk."""
    return _desk(_one(connection, desk, "code", code, NotFound(f"There is no desk {code!r}.").keyed("desk.wrong.none", code=code)))


def partners(connection: Connection, limit: int, cursor: str | None = None) -> Page[PartnerView]:
    """Give a page of partners by code."""
    rows = _by_code(connection, partner, "code", limit, cursor)
    return page_of([PartnerView(**row._mapping) for row in rows], limit, lambda view: (view.code,))


def one_partner(connection: Connection, code: str) -> PartnerView:
    """Give one partner."""
    return PartnerView(
        **_one(
            connection, partner, "code", code, NotFound(f"There is no partner {code!r}.").keyed("partner.wrong.none", code=code)
        )._mapping
    )


def stations(connection: Connection, limit: int, cursor: str | None = None) -> Page[StationView]:
    """Give a page of stations by name."""
    rows = _by_code(connection, station, "name", limit, cursor)
    return page_of([station_view(row) for row in rows], limit, lambda view: (view.name,))


def no_station(name: str) -> NotFound:
    """Give what is said where a station is not there."""
    return NotFound(f"There is no station {name!r}.").keyed("stations.none", station=name)


def one_station(connection: Connection, name: str) -> StationView:
    """Give one station."""
    return station_view(_one(connection, station, "name", name, no_station(name)))


def patrons(connection: Connection, limit: int, cursor: str | None = None) -> Page[PatronView]:
    """Give a page of patrons, oldest entry first."""
    query = select(patron).order_by(patron.c.key).limit(limit + 1)
    if behind := unpack(cursor, int):
        query = query.where(patron.c.key > behind[0])
    return page_of([_patron(row) for row in connection.execute(query)], limit, lambda view: (int(view.ref),))


def one_patron(connection: Connection, ref: int) -> PatronView:
    """Give one patron by ref."""
    return _patron(_one(connection, patron, "key", ref, NotFound(f"There is no patron {ref}.").keyed("not-there.patron", name=str(ref))))


def patron_with_card(connection: Connection, card: str) -> PatronView:
    """Give the patron a card belongs to."""
    return _patron(
        _one(
            connection,
            patron,
            "card",
            card,
            NotFound("No patron has this card. Check the number, or add the patron.").keyed("not-there.card"),
        )
    )


def _by_code(connection: Connection, table: Table, column: str, limit: int, cursor: str | None) -> list[Row[Any]]:
    query = select(table).order_by(table.c[column]).limit(limit + 1)
    if behind := unpack(cursor, str):
        query = query.where(table.c[column] > behind[0])
    return list(connection.execute(query))


def _one(connection: Connection, table: Table, column: str, value: str | int, otherwise: NotFound) -> Row[Any]:
    row = connection.execute(select(table).where(table.c[column] == value)).one_or_none()
    if row is None:
        raise otherwise
    return row


def _desk(row: Row[Any]) -> DeskView:
    told = dict(row._mapping)
    commands, opening = told.pop("commands"), told.pop("opening")
    return DeskView(
        **told, commands=None if commands is None else tuple(commands.split()), opening=json.loads(opening) if opening else None
    )  # fmt: skip


def _patron(row: Row[Any]) -> PatronView:
    return PatronView(
        ref=str(row.key), card=row.card, alias=row.alias, name=row.name, email=row.email, language=row.language, phone=row.phone,
        channels=tuple((row.channels or "").split()),
    )  # fmt: skip


def station_view(row: Row[Any]) -> StationView:
    """Give a station from its row."""
    return StationView(
        name=row.name,
        desk=row.desk,
        online=row.online,
        settings_version=row.settings_version,
        born_at=maybe_moment(row.born_at),
        seen_at=maybe_moment(row.seen_at),
        clock_offset_ms=row.clock_offset_ms,
        state=json.loads(row.state) if row.state else None,
    )
