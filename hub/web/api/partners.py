"""Partners: the libraries that lend to ours."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from hub.flows.keep_books import add_partner, rename_partner
from hub.store.pages.books import PartnerView, one_partner, partners
from hub.store.pages.cursor import Page
from hub.web.api.bodies import Body, Line, PartnerCode
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/partners", tags=["partners"])
TABLE = Table("partners", PartnerView)


class NewPartnerBody(Body):
    """A partner; its code stays for ever."""

    code: PartnerCode
    name: Line


class PartnerBody(Body):
    """What may change of a partner."""

    name: Line


@router.get("", summary="All partners by code", response_model=Page[PartnerView])
async def every(hand: Hand, asked: Asked) -> Response:
    """Give the partners."""
    return await listing(hand, asked, partners, TABLE)


@router.post("", status_code=201, summary="Add a partner; 409 when the code is taken", response_model=PartnerView)
async def add(hand: Hand, body: NewPartnerBody) -> Response:
    """Add a partner."""
    hand.doors.write(partial(add_partner, code=body.code, name=body.name))
    return await one(hand, partial(one_partner, code=body.code), PartnerView, 201, f"/api/v1/partners/{body.code}")


@router.get("/{code}", summary="One partner", response_model=PartnerView)
async def look_at(hand: Hand, code: str) -> Response:
    """Give one partner."""
    return await one(hand, partial(one_partner, code=code), PartnerView)


@router.patch("/{code}", summary="Rename a partner", response_model=PartnerView)
async def change(hand: Hand, code: str, body: PartnerBody) -> Response:
    """Change a partner's name."""
    hand.doors.write(partial(rename_partner, code=code, name=body.name))
    return await one(hand, partial(one_partner, code=code), PartnerView)
