"""Desks and their roles."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from starlette.responses import Response

from broker.messages import Name
from hub.core.desk import Desk
from hub.flows.keep_books import add_desk, desk_with, put_desk
from hub.store.pages.books import DeskView, desks, one_desk
from hub.store.pages.cursor import Page
from hub.web.api.bodies import Body, Line
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/desks", tags=["desks"])
TABLE = Table("desks", DeskView)
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,8}$")]
Slots = Annotated[int, Field(ge=1, le=100_000)]


class NewDeskBody(Body):
    """A desk; its code stays for ever and is part of topics."""

    code: Name
    name: Line
    resource_sharing: bool = False
    pickup: bool = True
    shelf_prefix: Prefix = "A"
    shelf_slots: Slots = 40
    active: bool = True


class DeskBody(Body):
    """What may change of a desk; what is not said stays."""

    name: Line | None = None
    resource_sharing: bool | None = None
    pickup: bool | None = None
    shelf_prefix: Prefix | None = None
    shelf_slots: Slots | None = None
    active: bool | None = None


@router.get("", summary="All desks by code", response_model=Page[DeskView])
async def every(hand: Hand, asked: Asked) -> Response:
    """Give the desks."""
    return await listing(hand, asked, desks, TABLE)


@router.post("", status_code=201, summary="Add a desk; 409 when the code is taken", response_model=DeskView)
async def add(hand: Hand, body: NewDeskBody) -> Response:
    """Add a desk."""
    hand.doors.write(partial(add_desk, desk=Desk(**body.model_dump())))
    return await one(hand, partial(one_desk, code=body.code), DeskView, 201, f"/api/v1/desks/{body.code}")


@router.get("/{code}", summary="One desk", response_model=DeskView)
async def look_at(hand: Hand, code: str) -> Response:
    """Give one desk."""
    return await one(hand, partial(one_desk, code=code), DeskView)


@router.patch("/{code}", summary="Change a desk; what is not said stays", response_model=DeskView)
async def change(hand: Hand, code: str, body: DeskBody) -> Response:
    """Change a desk."""
    for station in hand.doors.write(partial(_change, code=code, said=body.model_dump(exclude_none=True))):
        hand.doors.place_station(station, code)
    return await one(hand, partial(one_desk, code=code), DeskView)


def _change(connection: sqlite3.Connection, code: str, said: dict[str, Any]) -> list[str]:
    """Change a desk; gives the stations that must hear its new name."""
    desk = desk_with(connection, code)
    put_desk(connection, replace(desk, **said))
    if said.get("name", desk.name) == desk.name:
        return []
    return [str(row[0]) for row in connection.execute("SELECT name FROM station WHERE desk = ? ORDER BY name", (code,))]
