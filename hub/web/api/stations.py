"""Stations: the devices at desks, and what each last said of itself."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from broker.messages import Name
from hub.errors import Conflict, NotFound
from hub.flows.keep_books import has_station
from hub.flows.set_station import set_station, set_station_back
from hub.store.pages.books import StationView, one_station, stations
from hub.store.pages.cursor import Page
from hub.store.pages.station_settings import SettingsView, settings_of
from hub.web.api.bodies import API_ACTOR, Actor, Body
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/stations", tags=["stations"])


def _said(view: StationView, name: str) -> Any:
    return (view.state or {}).get(name)


def _missing(view: StationView) -> str:
    return " ".join(each["name"] for each in _said(view, "scanners") or () if not each["present"])


TABLE = Table(
    "stations",
    StationView,
    {
        "version": partial(_said, name="version"),
        "waiting": partial(_said, name="waiting"),
        "oldest_waiting_at": partial(_said, name="oldest_waiting_at"),
        "scanners_missing": _missing,
        "disk_free_bytes": partial(_said, name="disk_free_bytes"),
        "problem": partial(_said, name="problem"),
    },
)


class NewStationBody(Body):
    """A station and the desk it stands at. Its password for the broker is made by ``holdshelf station``."""

    name: Name
    desk: Name


class StationBody(Body):
    """The desk a station is moved to."""

    desk: Name


class SettingsBody(Body):
    """What is set of a station from here: sections that stand in the place of those of its own file."""

    settings: dict[str, Any] = Field(
        description="language, scanner (a list), sounds, light, printer, as in station.toml; false for no sounds, light or printer; "
        "what is not said is left to the station's file"
    )
    version: int | None = Field(default=None, description="the version that was looked at; 409 when it has changed since")
    actor: Actor = API_ACTOR


class BackBody(Body):
    """To which version one goes back; the one before unless said."""

    to: int | None = Field(default=None, ge=1, description="a version that was set; it is set once more, with a new number")
    version: int | None = Field(default=None, description="the version that was looked at; 409 when it has changed since")
    actor: Actor = API_ACTOR


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


@router.post("/{name}/identify", summary="Let a station beep and show its name; 409 when it is offline", response_model=StationView)
async def identify(hand: Hand, name: str) -> Response:
    """Let a station say where it is."""
    hand.doors.find_station(name)
    return await one(hand, partial(one_station, name=name), StationView)


@router.get("/{name}/settings", summary="What was set of a station from here, and what is in force there", response_model=SettingsView)
async def look_at_settings(hand: Hand, name: str) -> Response:
    """Give a station's settings."""
    return await one(hand, partial(settings_of, name=name), SettingsView)


@router.put("/{name}/settings", summary="Set scanners, sounds, light, printer or language of a station", response_model=SettingsView)
async def set_(hand: Hand, name: str, body: SettingsBody) -> Response:
    """Set this of a station; it is told at once, tries it, and says what became of it."""
    wish = partial(set_station, name=name, setup=body.settings, actor=body.actor, version=body.version, now=hand.doors.now())
    hand.doors.write(wish)
    hand.doors.tell_station(name)
    return await one(hand, partial(settings_of, name=name), SettingsView)


@router.post("/{name}/settings/back", summary="Set once more what was set before", response_model=SettingsView)
async def back(hand: Hand, name: str, body: BackBody | None = None) -> Response:
    """Go back to an earlier version."""
    asked = body or BackBody()
    hand.doors.write(partial(set_station_back, name=name, to=asked.to, actor=asked.actor, version=asked.version, now=hand.doors.now()))
    hand.doors.tell_station(name)
    return await one(hand, partial(settings_of, name=name), SettingsView)
