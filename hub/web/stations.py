"""The page of stations, for all staff: how each is, live, and a beep to find it. Their settings are changed by admins."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, RedirectResponse, Response

from hub.core.accounts import ADMINS
from hub.errors import HubError
from hub.flows.set_station import set_station, set_station_back
from hub.store.pages.station_settings import SettingsView, settings_of
from hub.store.pages.stations_page import StationNow, station_now, stations_now
from hub.store.sql import Connection as Writer
from hub.web.inside import Hand, Inside
from hub.web.settings_text import setup_of, text_of
from hub.web.shell import in_words, page, picture
from hub.web.stations_shown import shown_settings, shown_stations
from hub.web.visitor import Admin, AdminChanges, Anybody, AnybodyChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(include_in_schema=False)


@router.get("/stations")
async def every(hand: Hand, visitor: Anybody, request: Request) -> Response:
    """Show all stations."""
    return await _every(hand, visitor, called=request.query_params.get("called"))


@router.get("/stations/live")
async def every_live(hand: Hand, visitor: Anybody) -> Response:
    """Stream how all stations are."""

    async def make() -> str:
        return await hand.make(stations_now, lambda found: json.dumps(shown_stations(found, visitor.language, hand.doors.now())))

    return picture(hand, visitor, ("stations", visitor.language), make)


@router.post("/stations/identify")
async def identify(hand: Hand, visitor: AnybodyChanges, request: Request) -> Response:
    """Let a station beep and show its name."""
    name = (await fields_of(request)).get("station", "")
    by_script = "text/html" not in request.headers.get("accept", "")
    try:
        hand.doors.find_station(name)
    except HubError as error:
        said = in_words(error, visitor.language)
        return JSONResponse({"said": said}, 409) if by_script else await _every(hand, visitor, 409, wrong=said)
    if by_script:
        return JSONResponse({"said": say(visitor.language, "stations.identified", station=name)})
    return RedirectResponse(f"/stations?called={name}", 303)


@router.get("/station/{name}")
async def one(hand: Hand, visitor: Admin, name: str, request: Request) -> Response:
    """Show what is set of a station from here."""
    done = "set" if request.query_params.get("done") == "set" else None
    return await _one(hand, visitor, name, done=done)


@router.get("/station/{name}/live")
async def one_live(hand: Hand, visitor: Admin, name: str) -> Response:
    """Stream what the station makes of its settings."""

    async def make() -> str:
        return await hand.make(partial(_found, name=name), lambda found: json.dumps(shown_settings(*found, visitor.language)))

    await hand.read(partial(_found, name=name))
    return picture(hand, visitor, ("station", name, visitor.language), make)


@router.post("/station/{name}/set")
async def set_(hand: Hand, visitor: AdminChanges, name: str, request: Request) -> Response:
    """Set what the text says; the station is told at once and tries it."""
    given = await fields_of(request)

    def change(connection: Writer) -> object:
        setup = setup_of(given.get("text", ""))
        return set_station(connection, name, setup, actor=visitor.account or "", version=_version(given), now=hand.doors.now())

    return await _changed(hand, visitor, name, change, text=given.get("text", ""))


@router.post("/station/{name}/back")
async def back(hand: Hand, visitor: AdminChanges, name: str, request: Request) -> Response:
    """Set once more what was set in an earlier version."""
    given = await fields_of(request)

    def change(connection: Writer) -> object:
        to = _number(given.get("to", ""))
        return set_station_back(connection, name, to, actor=visitor.account or "", version=_version(given), now=hand.doors.now())

    return await _changed(hand, visitor, name, change)


def _version(given: dict[str, str]) -> int | None:
    return _number(given.get("version", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


async def _changed(hand: Inside, visitor: Visitor, name: str, change: Callable[[Writer], object], **typed: str) -> Response:
    try:
        hand.doors.write(change)
        hand.doors.tell_station(name)
    except HubError as error:
        return await _one(hand, visitor, name, 422, wrong=in_words(error, visitor.language), **typed)
    return RedirectResponse(f"/station/{name}?done=set", 303)


def _found(connection: Connection, name: str) -> tuple[SettingsView, StationNow]:
    return settings_of(connection, name), station_now(connection, name)


async def _every(hand: Inside, visitor: Visitor, status: int = 200, *, wrong: str | None = None, called: str | None = None) -> Response:
    found = await hand.read(stations_now)
    known = called is not None and any(each.station.name == called for each in found)
    done = say(visitor.language, "stations.identified", station=called) if known else None
    shown = shown_stations(found, visitor.language, hand.doors.now())
    return page(hand, visitor, "stations.html", "stations", status, shown=shown, wrong=wrong, done=done, admin=visitor.may(ADMINS))


async def _one(
    hand: Inside,
    visitor: Visitor,
    name: str,
    status: int = 200,
    *,
    wrong: str | None = None,
    done: str | None = None,
    text: str | None = None,
) -> Response:
    view, now = await hand.read(partial(_found, name=name))
    wanted = text_of(view.wanted.settings) if view.wanted is not None else ""
    earlier = [(each, text_of(each.settings)) for each in (view.wanted, *view.earlier) if each is not None]
    values = {"view": view, "shown": shown_settings(view, now, visitor.language), "earlier": earlier, "station": name}
    said = say(visitor.language, "setting.done") if done else None
    return page(hand, visitor, "station.html", "stations", status, **values, wrong=wrong, done=said, text=wanted if text is None else text)
