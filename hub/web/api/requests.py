"""Borrowing requests: create, find, look at, receive. What else is done to them is in ``acts``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from broker.messages import Reply
from hub.flows.manage_requests import NewRequest, create_request
from hub.store.pages.cursor import Page
from hub.store.pages.history import History, history_of
from hub.store.pages.requests import RequestView, Wanted, Which, find_requests, one_request, states_of
from hub.web.api.act_bodies import Pieces, Volumes
from hub.web.api.bodies import API_ACTOR, Body, Day, Line, MaybeLine, MaybeLines, MaybeShort, Short
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.receiving import ReceiveBody, receive_at
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
    return await listing(hand, asked, partial(find_requests, wanted=wanted), TABLE)


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
    return Response(receive_at(hand.doors, request_id, body).model_dump_json(), media_type="application/json")
