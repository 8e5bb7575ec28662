"""The wall of a desk: a screen that is quiet when all is well. For staff and the desk's own device; no patron is in it."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from hub.store.pages.books import StationView, desks
from hub.store.pages.wall import Arrival, Late, Wall, wall_of
from hub.web.doors import Health
from hub.web.inside import Hand, Inside
from hub.web.shell import page, picture
from hub.web.shown import moment
from hub.web.templating import edition
from hub.web.visitor import Anybody, AtDesk, Visitor
from hub.web.words import say

router = APIRouter(include_in_schema=False)


@router.get("/walls")
async def walls(hand: Hand, visitor: Anybody) -> Response:
    """Show which walls there are."""
    found = await hand.read(partial(desks, limit=500))
    return page(hand, visitor, "walls.html", "walls", desks=found.items)


@router.get("/wall/{desk}")
async def wall(hand: Hand, visitor: AtDesk, desk: str) -> Response:
    """Show the wall of a desk."""
    shown = await _shown(hand, visitor, desk)
    values: dict[str, Any] = {"shown": shown, "edition": edition(), "now": moment(hand.doors.now()), "zone": str(hand.doors.rules.zone)}
    return page(hand, visitor, "wall.html", "wall", **values, desk=desk)


@router.get("/wall/{desk}/live")
async def wall_live(hand: Hand, visitor: AtDesk, desk: str) -> Response:
    """Stream the wall of a desk."""

    async def make() -> str:
        return json.dumps(await _shown(hand, visitor, desk))

    await _shown(hand, visitor, desk)
    return picture(hand, visitor, ("wall", desk, visitor.language), make)


async def _shown(hand: Inside, visitor: Visitor, desk: str) -> dict[str, Any]:
    days, health = hand.doors.rules.policy.transit_days, hand.doors.health()

    def read(connection: Connection) -> Wall:
        return wall_of(connection, desk, hand.doors.rules.policy, hand.doors.now())

    return await hand.make(read, lambda found: shown_wall(found, health, days, visitor.language))


def shown_wall(found: Wall, health: Health, transit_days: int, language: str) -> dict[str, Any]:
    """Give the fields of a wall."""
    late = [_late(each, transit_days, language) for each in found.late]
    stations = [line for each in found.stations for line in _station(each, language)]
    hub = [] if health.ready else [{"says": say(language, "wall.hub"), "since": ""}]
    return {
        "desk": found.desk.name,
        "numbers": _numbers(found, language),
        "arrivals": [_arrival(each, language) for each in found.arrivals],
        "late": hub + stations + late,
    }


def _numbers(found: Wall, language: str) -> list[dict[str, Any]]:
    at_pickup = (("on-shelf", found.on_shelf), ("on-the-way", found.on_the_way), ("to-pull", found.to_pull)) if found.desk.pickup else ()
    at_rs = (("not-received", found.not_received), ("on-the-way-back", found.on_the_way_back)) if found.desk.resource_sharing else ()
    return [{"kind": kind, "count": count, "word": say(language, f"wall.{kind}")} for kind, count in (*at_pickup, *at_rs)]


def _arrival(one: Arrival, language: str) -> dict[str, str]:
    place = say(language, "wall.shelf", code=one.shelf) if one.shelf else f"\u2192 {one.to}" if one.to else ""
    return {"at": moment(one.at), "title": one.title, "place": place}


def _late(one: Late, days: int, language: str) -> dict[str, str]:
    key = f"wall.late.{one.kind}"
    said = say(language, f"{key}.one", days=days) if one.count == 1 else say(language, key, count=one.count, days=days)
    return {"says": said, "since": moment(one.oldest)}


def _station(station: StationView, language: str) -> list[dict[str, str]]:
    state = station.state or {}
    if not state:
        return []
    if not station.online:
        waits = state.get("waiting") or 0
        key = "wall.offline.waits" if waits else "wall.offline"
        said = say(language, key, station=station.name, count=waits)
        return [{"says": said, "since": moment(station.seen_at) if station.seen_at else ""}]
    missing = [each["name"] for each in state.get("scanners") or () if not each["present"] and each["kind"] != "typed"]
    return [{"says": say(language, "wall.scanner", station=station.name, name=name), "since": ""} for name in missing]
