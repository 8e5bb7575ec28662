"""The desk's page: what to do with the book in hand, readable from three metres, and the scans of the session below it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from broker.messages import MAX_BARCODE_CHARS, Barcode, MessageId, Name
from hub.core.accounts import StaffRole
from hub.core.commands import Command, may_use
from hub.core.desk import Desk
from hub.errors import Conflict, Invalid
from hub.flows.keep_accounts import begin_desk, end_sign_in
from hub.secret import id_of, new_secret
from hub.store.pages.books import DeskView, StationView, desks, one_desk, stations
from hub.store.pages.desk_page import DeskNews, DeskPlace, desk_now, desk_stations
from hub.web.api.bodies import Body
from hub.web.desk_live import DeskFeed
from hub.web.desk_shown import Look, shown_desk_scan, shown_station, shown_waits
from hub.web.inside import Hand, Inside
from hub.web.searches import forget_words
from hub.web.session import COOKIE, DEVICE_LASTS, set_cookie
from hub.web.shell import page
from hub.web.visitor import AdminChanges, Anybody, AtDesk, DeskChanges, Visitor
from hub.web.words import PAGES, say

router = APIRouter(prefix="/desk", include_in_schema=False)

MOST = 500
IN_HAND = timedelta(minutes=10)
"""What was scanned longer ago is no longer in anybody's hand: a page that is opened does not say what to do with it."""
NOTES = frozenset({StaffRole.RESOURCE_SHARING, StaffRole.ADMIN})
"""Who may read what staff wrote about a request; it may speak of its patron."""
IN_SCRIPT = (
    "desk.sending",
    "desk.waits",
    "desk.unsent",
    "desk.lost",
    "desk.unanswered",
    "desk.over",
    "desk.waiting",
    "desk.left",
    "desk.sound.on",
    "desk.sound.off",
    "desk.ready",
)
"""Words the page's script needs."""
PLACE = re.compile(r"(\d{1,18})-(\d{1,18})")

Station = Annotated[str | None, Query(max_length=40)]
Shown = Annotated[str, Query(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page begins with."""

    desk: Desk
    stations: tuple[StationView, ...]
    station: str | None
    news: DeskNews


class ScanBody(Body):
    """A barcode that was typed on the page, or read by a scanner that types; the same ``scan_id`` again changes nothing."""

    station: Name
    barcode: Barcode
    scan_id: MessageId


@router.get("")
async def every_desk(hand: Hand, visitor: Anybody) -> Response:
    """Show all desks."""
    found, places = await hand.read(lambda connection: (desks(connection, MOST).items, stations(connection, MOST).items))
    at = {desk.code: [station for station in places if station.desk == desk.code] for desk in found}
    return page(hand, visitor, "desks.html", "desks", desks=found, at=at)


@router.get("/{desk}")
async def one(hand: Hand, visitor: AtDesk, desk: str, station: Station = None) -> Response:
    """Show one desk."""
    seen = await hand.read(partial(_seen, code=desk, station=station, hand=hand))
    look, now = _look(hand, visitor, seen.desk), hand.doors.now()
    open_session = seen.news.waits.session_until is not None
    last = seen.news.scans[-1:]
    fresh = bool(last) and now - last[0].at < IN_HAND
    scans = [shown_desk_scan(scan, look, now, open_session and scan in last) for scan in reversed(seen.news.scans)]
    return page(
        hand,
        visitor,
        "desk.html",
        "desks",
        back=f"/desk/{desk}",
        seen=seen,
        scans=scans,
        first=scans[0] if fresh else None,
        in_hand_ms=int(IN_HAND.total_seconds() * 1000),
        waits=shown_waits(seen.news.waits, visitor.language, now),
        troubles=shown_station(seen.news.station, look, now),
        words={key: PAGES[visitor.language][key] for key in IN_SCRIPT},
        tones={tone: say(visitor.language, f"tone.{tone}") for tone in ("ok", "route", "info", "no")},
        undo=Command.UNDO.barcode if may_use(seen.desk, Command.UNDO) else None,
        clear=Command.CLEAR.barcode if may_use(seen.desk, Command.CLEAR) else None,
        longest=MAX_BARCODE_CHARS,
        may_stay=visitor.role is StaffRole.ADMIN,
    )


@router.get("/{desk}/live")
async def live(
    hand: Hand, visitor: AtDesk, request: Request, desk: str, station: Station = None, after: str = "", shown: Shown = ""
) -> Response:  # fmt: skip
    """Stream what is new at the desk; a browser that comes back says itself where it was."""
    seen = await hand.read(partial(_seen, code=desk, station=station, hand=hand))
    place = _place(request.headers.get("last-event-id") or after) or seen.news.place
    # A browser that comes back by itself asks with the address it began with: rows that came since are not in it.
    since = (scan.now.request_id for scan in seen.news.scans if scan.now is not None)
    feed = DeskFeed(hand, _look(hand, visitor, seen.desk), seen.station, visitor.id, place, (*shown.split(","), *since))
    return hand.streams.response(feed.chunks())


@router.post("/{desk}/scan")
async def scan(hand: Hand, visitor: DeskChanges, desk: str, body: ScanBody) -> Response:
    """Take a typed scan the way of a scanner's, and answer how the page shows it."""
    seen = await hand.read(partial(_seen, code=desk, station=body.station, hand=hand))
    hand.doors.scan(body.station, body.barcode, body.scan_id)
    now = hand.doors.now()
    news = await hand.read(partial(desk_now, code=desk, named=body.station, now=now))
    found = next((each for each in reversed(news.scans) if each.scan_id == body.scan_id), None)
    look = _look(hand, visitor, seen.desk)
    told = None if found is None else shown_desk_scan(found, look, now, news.waits.session_until is not None)
    answer = {"scan": told, "waits": shown_waits(news.waits, visitor.language, now)}
    return Response(json.dumps(answer, ensure_ascii=False), media_type="application/json")


@router.post("/{desk}/stay")
async def stay(hand: Hand, visitor: AdminChanges, request: Request, desk: str) -> Response:
    """Sign this device in as the desk, and the admin out of it."""
    await hand.read(partial(one_desk, code=desk))
    secret, now = new_secret(), hand.doors.now()

    hand.doors.write(partial(begin_desk, id=id_of(secret), desk=desk, now=now, until=now + DEVICE_LASTS))
    hand.doors.write(partial(end_sign_in, id=visitor.id))
    answer = RedirectResponse(f"/desk/{desk}", 303)
    set_cookie(request, answer, COOKIE, secret, DEVICE_LASTS)
    forget_words(answer)
    return answer


def _seen(connection: Connection, *, code: str, station: str | None, hand: Inside) -> Seen:
    found = one_desk(connection, code)
    places = desk_stations(connection, code)
    names = [place.name for place in places]
    if station is not None and station not in names:
        raise Invalid(f"No station {station!r} stands at this desk.").keyed("desk.not-its-station", name=station)
    chosen = station or _usual(places)
    return Seen(_desk(found), places, chosen, desk_now(connection, code, chosen, hand.doors.now()))


def _usual(places: tuple[StationView, ...]) -> str | None:
    """Give the station whose page this is unless another is chosen: one that is there now, else the first."""
    return next((place.name for place in places if place.online), places[0].name if places else None)


def _desk(view: DeskView) -> Desk:
    commands = None if view.commands is None else frozenset(view.commands)
    return Desk(view.code, view.name, view.resource_sharing, view.pickup, language=view.language, commands=commands)


def _look(hand: Inside, visitor: Visitor, desk: Desk) -> Look:
    return Look(desk, hand.doors.rules, visitor.language, visitor.may(NOTES))


def _place(given: str) -> DeskPlace | None:
    if not given:
        return None
    if (found := PLACE.fullmatch(given)) is None:
        raise Conflict("This is no place in the feed of a desk. Load the page again.")
    return DeskPlace(int(found[1]), int(found[2]))
