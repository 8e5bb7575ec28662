"""Stations: the devices at desks, and what each last said of itself."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from broker.messages import Name
from hub.errors import Conflict, NotFound
from hub.flows.keep_books import has_station
from hub.store.pages.books import StationView, one_station, stations
from hub.store.pages.cursor import Page
from hub.web.api.bodies import Body
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/stations", tags=["stations"])
TABLE = Table("stations", StationView)


class NewStationBody(Body):
    """A station and the desk it stands at. Its password for the broker is made by ``holdshelf station``."""

    name: Name
    desk: Name


class StationBody(Body):
    """The desk a station is moved to."""

    desk: Name


@router.get("", summary="All stations by name", response_model=Page[StationView])
async def every(hand: Hand, asked: Asked) -> Response:
    """Give the stations."""
    return await listing(hand, asked, stations, TABLE)


@router.post("", status_code=201, summary="Add a station; 409 when the name is taken", response_model=StationView)
async def add(hand: Hand, body: NewStationBody) -> Response:
    """Add a station at a desk."""
    if hand.doors.write(partial(has_station, name=body.name)):
        raise Conflict(f"There is a station {body.name!r} already. Move that one, or choose another name.")
    hand.doors.place_station(body.name, body.desk)
    return await one(hand, partial(one_station, name=body.name), StationView, 201, f"/api/v1/stations/{body.name}")


@router.get("/{name}", summary="One station", response_model=StationView)
async def look_at(hand: Hand, name: str) -> Response:
    """Give one station."""
    return await one(hand, partial(one_station, name=name), StationView)


@router.patch("/{name}", summary="Move a station to another desk; it is told at once", response_model=StationView)
async def change(hand: Hand, name: str, body: StationBody) -> Response:
    """Place a station at another desk."""
    if not hand.doors.write(partial(has_station, name=name)):
        raise NotFound(f"There is no station {name!r}.")
    hand.doors.place_station(name, body.desk)
    return await one(hand, partial(one_station, name=name), StationView)
