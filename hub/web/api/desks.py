"""Desks and their roles."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from broker.messages import Name
from hub.core.calendar import local_day
from hub.core.commands import Command
from hub.core.desk import Desk
from hub.core.opening import ALWAYS, read
from hub.errors import Invalid
from hub.file_desks import AHEAD, BEHIND
from hub.flows.keep_books import add_desk, change_what_is_said, close_desk_on
from hub.store.pages.books import DeskView, desks, one_desk
from hub.store.pages.cursor import Page
from hub.web.api.bodies import Body, Line, MaybeLine, MaybeLines, MaybePhone
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/desks", tags=["desks"])
TABLE = Table("desks", DeskView)
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,8}$")]
Language = Literal["en", "de"]
Commands = tuple[Command, ...]
OpeningDays = dict[str, Any]
"""``{"hours": {"mon": ["09:00-18:00"], …}, "closed": ["2026-12-25", …]}``"""
Slots = Annotated[int, Field(ge=1, le=100_000)]


class ClosedDays(BaseModel):
    """The days a calendar closed a desk on, and how many of its events were passed over because they have a time of day."""

    closed: tuple[date, ...]
    ignored: int


class NewDeskBody(Body):
    """A desk; its code stays for ever and is part of topics."""

    code: Name
    name: Line
    resource_sharing: bool = False
    pickup: bool = True
    shelf_prefix: Prefix = "A"
    shelf_slots: Slots = 40
    active: bool = True
    language: Language | None = None
    commands: Commands | None = None
    opening: OpeningDays | None = None
    address: MaybeLines = None
    phone: MaybePhone = None
    opening_text: MaybeLine = None


class DeskBody(Body):
    """What may change of a desk; what is not said stays. Null takes what is no role, name or shelf back to what is usual."""

    name: Line | None = None
    resource_sharing: bool | None = None
    pickup: bool | None = None
    shelf_prefix: Prefix | None = None
    shelf_slots: Slots | None = None
    active: bool | None = None
    language: Language | None = None
    commands: Commands | None = None
    opening: OpeningDays | None = None
    address: MaybeLines = None
    phone: MaybePhone = None
    opening_text: MaybeLine = None


@router.get("", summary="All desks by code", response_model=Page[DeskView])
async def every(hand: Hand, asked: Asked) -> Response:
    """Give the desks."""
    return await listing(hand, asked, desks, TABLE)


@router.post("", status_code=201, summary="Add a desk; 409 when the code is taken", response_model=DeskView)
async def add(hand: Hand, body: NewDeskBody) -> Response:
    """Add a desk."""
    hand.doors.write(partial(add_desk, desk=Desk(**_told(body.model_dump()))))
    return await one(hand, partial(one_desk, code=body.code), DeskView, 201, f"/api/v1/desks/{body.code}")


@router.get("/{code}", summary="One desk", response_model=DeskView)
async def look_at(hand: Hand, code: str) -> Response:
    """Give one desk."""
    return await one(hand, partial(one_desk, code=code), DeskView)


@router.patch("/{code}", summary="Change a desk; what is not said stays", response_model=DeskView)
async def change(hand: Hand, code: str, body: DeskBody) -> Response:
    """Change a desk."""
    for station in hand.doors.write(partial(change_what_is_said, code=code, said=_said(body))):
        hand.doors.place_station(station, code)
    return await one(hand, partial(one_desk, code=code), DeskView)


@router.post(
    "/{code}/closed-days", summary="Add the whole-day events of an iCalendar file to the days a desk is closed", response_model=ClosedDays,
    openapi_extra={"requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def close_on(hand: Hand, code: str, request: Request) -> Response:
    """Read a calendar and close the desk on its days, from a month ago to two years ahead."""
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise Invalid("This file is no text in UTF-8. Export it as an iCalendar file (.ics) once more.") from error
    # Imported here: icalendar takes 8 MiB, and most hubs never read a calendar.
    from hub.ical.closed_days import closed_days

    today = local_day(hand.doors.now(), hand.doors.rules.zone)
    # A calendar of thousands of events takes seconds to read: in a thread, so that scans are taken meanwhile.
    found = await asyncio.to_thread(closed_days, text, today - BEHIND, today + AHEAD)
    days = tuple(one.day for one in found.days)
    hand.doors.write(partial(close_desk_on, code=code, days=days))
    return Response(ClosedDays(closed=days, ignored=found.ignored).model_dump_json(), media_type="application/json")


def _said(body: DeskBody) -> dict[str, Any]:
    usual = {"language", "commands", "opening", "address", "phone", "opening_text"}
    said = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None or name in usual}
    return _told(said)


def _told(said: dict[str, Any]) -> dict[str, Any]:
    """Give a body's fields as the core's desk has them."""
    told = dict(said)
    if told.get("commands") is not None:
        told["commands"] = frozenset(command.value for command in told["commands"])
    if "opening" in told:
        try:
            told["opening"] = read(told["opening"]) if told["opening"] is not None else ALWAYS
        except ValueError as error:
            raise Invalid(f"The opening days cannot be used: {error}.") from error
    return told
