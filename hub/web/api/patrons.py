"""Patrons, addressed by ``ref``: a card number never stands in an address, where logs would keep it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.flows.forget import delete_patron
from hub.flows.keep_books import add_patron, change_patron, patron_facts
from hub.store.pages.books import PatronView, one_patron, patron_with_card, patrons
from hub.store.pages.cursor import Page
from hub.store.sql import Connection
from hub.web.api.bodies import API_ACTOR, Body, Channels, Line, MaybeEmail, MaybeLanguage, MaybePhone, MaybeShort, Short
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/patrons", tags=["patrons"])
TABLE = Table("patrons", PatronView)
Ref = Annotated[int, Path(ge=1, lt=1 << 63, description="the patron's ref")]


class NewPatronBody(Body):
    """A patron; without an alias, which is what desks and slips show, one is made that says nothing."""

    card: Short
    name: Line
    alias: MaybeShort = None
    email: MaybeEmail = None
    language: MaybeLanguage = None
    phone: MaybePhone = None
    channels: Channels = ()


class PatronBody(Body):
    """What may change of a patron; what is not said stays."""

    card: Short | None = None
    name: Line | None = None
    alias: Short | None = None
    email: MaybeEmail = None
    language: MaybeLanguage = None
    phone: MaybePhone = None
    channels: Channels | None = None


class CardBody(Body):
    """A card number."""

    card: Short


@router.get("", summary="All patrons, oldest entry first", response_model=Page[PatronView])
async def every(hand: Hand, asked: Asked) -> Response:
    """Give the patrons."""
    return await listing(hand, asked, patrons, TABLE)


@router.post("", status_code=201, summary="Add a patron; 409 when the card is taken", response_model=PatronView)
async def add(hand: Hand, body: NewPatronBody) -> Response:
    """Add a patron."""
    ref = hand.doors.write(partial(add_patron, **body.model_dump()))
    return await one(hand, partial(one_patron, ref=ref), PatronView, 201, f"/api/v1/patrons/{ref}")


@router.post("/lookup", summary="The patron with a card; the card stands in the body", response_model=PatronView)
async def look_up(hand: Hand, body: CardBody) -> Response:
    """Give the owner of a card."""
    return await one(hand, partial(patron_with_card, card=body.card), PatronView)


@router.get("/{ref}", summary="One patron", response_model=PatronView)
async def look_at(hand: Hand, ref: Ref) -> Response:
    """Give one patron."""
    return await one(hand, partial(one_patron, ref=ref), PatronView)


@router.patch("/{ref}", summary="Change a patron; what is not said stays", response_model=PatronView)
async def change(hand: Hand, ref: Ref, body: PatronBody) -> Response:
    """Change what is known of a patron."""
    hand.doors.write(partial(_change, ref=ref, said=_said(body)))
    return await one(hand, partial(one_patron, ref=ref), PatronView)


@router.delete(
    "/{ref}",
    status_code=204,
    summary="Delete a patron; 409 with open requests, closed ones forget",
    response_class=Response,
)
async def delete(hand: Hand, ref: Ref, actor: Annotated[str, Query(min_length=1, max_length=100)] = API_ACTOR) -> Response:
    """Delete a patron and all that ties requests to them."""
    hand.doors.write(partial(delete_patron, key=ref, actor=actor, now=hand.doors.now()))
    return Response(status_code=204)


def _said(body: PatronBody) -> dict[str, Any]:
    said = body.model_dump(exclude_unset=True)
    # How somebody is reached can be taken away; the rest is always known.
    return {name: value for name, value in said.items() if value is not None or name in ("email", "language", "phone")}


def _change(connection: Connection, ref: int, said: dict[str, Any]) -> None:
    change_patron(connection, ref, replace(patron_facts(connection, ref), **said))
