"""Borrowing requests: create, find, look at, receive. What else is done to them is in ``acts``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from broker.messages import Barcode, MessageId, Name, Reply
from hub.errors import Conflict, Invalid
from hub.flows.keep_books import has_station
from hub.flows.manage_requests import NewRequest, create_request
from hub.store.pages.cursor import Page
from hub.store.pages.history import History, history_of
from hub.store.pages.requests import RequestView, Wanted, Which, find_requests, one_request, states_of
from hub.store.scan_path import HTTP_INCARNATION, ScanStore
from hub.store.sql import Connection
from hub.web.api.act_bodies import Pieces, Volumes
from hub.web.api.bodies import API_ACTOR, Body, Day, Line, MaybeLine, MaybeLines, MaybeShort, Short
from hub.web.doors import Doors
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/requests", tags=["requests"])


def _each(request: RequestView, what: str) -> str:
    values = (getattr(piece, what) for piece in request.pieces)
    return " ".join(dict.fromkeys(str(value) for value in values if value is not None))


TABLE = Table(
    "requests", RequestView, {"barcodes": partial(_each, what="barcode"), "shelf_codes": partial(_each, what="shelf_code")}
)  # fmt: skip


class NewRequestBody(Body):
    """A request to write down; ``requester`` is a card, ``pickup_desk`` and ``partner`` are codes."""

    title: Line
    requester: Short
    pickup_desk: Short
    partner: Short
    source: Short = "manual"
    external_id: MaybeShort = None
    author: MaybeLine = None
    isbn: MaybeShort = None
    oclc_number: MaybeShort = None
    volume: MaybeShort = None
    partner_due_date: Day | None = None
    needed_by: Day | None = None
    internal_note: MaybeLines = None
    patron_note: MaybeLines = None
    pieces: Pieces | None = None
    volumes: Volumes = ()
    confirm: bool = False


class ReceiveBody(Body):
    """Which item came for a request, and the station it is received at."""

    station: Name
    barcode: Barcode
    scan_id: MessageId | None = None


@router.get("", summary="Find requests, newest first", response_model=Page[RequestView])
async def find(
    hand: Hand,
    asked: Asked,
    state: Annotated[Which | None, Query(description="one state, or active for all but CLOSED")] = None,
    desk: Annotated[str | None, Query(max_length=100, description="code of the pick-up desk")] = None,
    q: Annotated[str | None, Query(max_length=200, description="a request id, a barcode, or part of title or author")] = None,
) -> Response:
    """Give the requests that fit all that is asked for."""
    wanted = Wanted(states=states_of(state) if state else None, desk=desk, words=(q or "").strip() or None)
    return await listing(hand, asked, lambda connection, limit, cursor: find_requests(connection, wanted, limit, cursor), TABLE)


@router.post("", status_code=201, summary="Create a request; 409 with the possible duplicates unless confirmed", response_model=RequestView)
async def create(
    hand: Hand, body: NewRequestBody, confirm: Annotated[bool, Query(description="create it all the same; may stand in the body")] = False
) -> Response:
    """Write a request down, its slip's barcode is its request_id."""
    fields = body.model_dump(exclude={"confirm"})
    write = partial(
        create_request, site=hand.doors.rules, new=NewRequest(**fields), confirm=confirm or body.confirm, actor=API_ACTOR,
        now=hand.doors.now(),
    )  # fmt: skip
    named = hand.doors.write(write)
    return await one(hand, partial(one_request, request_id=named), RequestView, 201, f"/api/v1/requests/{named}")


@router.get("/{request_id}", summary="One request with its pieces", response_model=RequestView)
async def look_at(hand: Hand, request_id: str) -> Response:
    """Give one request."""
    return await one(hand, partial(one_request, request_id=request_id), RequestView)


@router.get(
    "/{request_id}/history", summary="What happened to a request: transitions, sightings and notices, oldest first", response_model=History
)
async def history(hand: Hand, request_id: str) -> Response:
    """Give a request's time line."""
    return await one(hand, partial(history_of, request_id=request_id), History)


@router.post("/{request_id}/receive", summary="Scan a request's slip, then the barcode of the item that came", response_model=Reply)
async def receive(hand: Hand, request_id: str, body: ReceiveBody) -> Response:
    """Give the reply to the second scan."""
    return Response(_receive(hand.doors, request_id, body).model_dump_json(), media_type="application/json")


def _receive(doors: Doors, request_id: str, body: ReceiveBody) -> Reply:
    """Scan slip and barcode with nothing in between: this runs on the loop that takes scans, and never waits."""
    before = doors.write(partial(_before, request_id=request_id, body=body, now=doors.now()))
    if before.reply is not None:
        return Reply.model_validate_json(before.reply)
    if before.asked:
        # The same barcode once more confirms it; the slip would begin anew, and ask again.
        return doors.scan(body.station, body.barcode, body.scan_id or doors.new_id())
    slip = doors.scan(body.station, request_id, doors.new_id())
    if before.armed:
        # The same item was scanned there a moment ago, and this slip has completed it.
        return slip
    if not slip.rule.startswith("slip.armed"):
        raise Conflict(f"{request_id} cannot be received at {body.station}: {slip.message}")
    return doors.scan(body.station, body.barcode, body.scan_id or doors.new_id())


@dataclass(frozen=True, slots=True)
class Before:
    """How a station stands before a receive: the reply this very call got earlier, and what waits there.

    ``armed``: the item waits for its slip; ``asked``: the slip waits, and the desk was asked whether this barcode is meant.
    """

    reply: str | None = None
    armed: bool = False
    asked: bool = False


def _before(connection: Connection, request_id: str, body: ReceiveBody, now: datetime) -> Before:
    """Look at a station; refuse where the slip would receive another item than the one meant."""
    store = ScanStore(connection)
    if body.scan_id is not None and (reply := store.reply_to(body.scan_id)) is not None:
        return Before(reply)
    if not has_station(connection, body.station):
        raise Invalid(f"There is no station {body.station!r}.")
    stream = store.stream(body.station, HTTP_INCARNATION).key
    context = store.remembered(body.station, stream, now).context.at(now)
    waiting = context.item
    if waiting not in (None, body.barcode):
        raise Conflict(
            f"Another item was just scanned at {body.station} and waits for its slip. Finish that one first, or try again in a minute."
        )
    request = store.request_by_id(request_id)
    asked = request is not None and context.request == request.key and context.asked == body.barcode
    return Before(armed=waiting is not None, asked=asked)
