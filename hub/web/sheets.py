"""Sheets to print: command barcodes for a desk, slips of requests that are awaited, labels for the places of a hold shelf."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from broker.code128 import elements
from hub.core.commands import Command, may_use
from hub.core.desk import Desk
from hub.core.request import State
from hub.store.pages.books import DeskView, desks, one_desk
from hub.store.pages.requests import Wanted, find_requests
from hub.web.inside import Hand
from hub.web.shell import page
from hub.web.visitor import Admin, Sharing
from hub.web.words import say

router = APIRouter(prefix="/admin/sheets", include_in_schema=False)

MOST, MOST_LABELS, MOST_SLIPS = 500, 400, 60
QUIET = 10
"""Narrow bars of white on both sides of a barcode."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A barcode as it is drawn: where each bar begins and how wide it is, in narrow bars."""

    text: str
    width: int
    bars: tuple[tuple[int, int], ...]


def bars_of(text: str) -> Bars | None:
    """Give a text's bars, None for what Code 128 cannot hold."""
    widths = elements(text)
    if widths is None:
        return None
    found, place = [], QUIET
    for number, width in enumerate(widths):
        if number % 2 == 0:
            found.append((place, width))
        place += width
    return Bars(text, place + QUIET, tuple(found))


@router.get("")
async def index(hand: Hand, visitor: Admin) -> Response:
    """Show which sheets there are."""
    found = await hand.read(partial(desks, limit=MOST))
    return page(hand, visitor, "sheets.html", "admin", at="sheets", desks=found.items)


@router.get("/commands")
async def commands(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Give the command barcodes that a desk may use."""
    view = await hand.read(partial(one_desk, code=request.query_params.get("desk", "")))
    may = [command for command in Command if may_use(_desk(view), command)]
    cards = [(bars_of(command.barcode), command.value, say(visitor.language, f"sheets.command.{command}")) for command in may]
    return page(hand, visitor, "sheet_commands.html", "admin", at="sheets", desk=view, cards=cards)


@router.get("/shelf")
async def shelf(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Give labels for the places of a desk's hold shelf, from one number to another."""
    asked = request.query_params
    view = await hand.read(partial(one_desk, code=asked.get("desk", "")))
    first = min(max(_number(asked.get("from", ""), 1), 1), view.shelf_slots)
    last = min(max(_number(asked.get("to", ""), view.shelf_slots), first), view.shelf_slots, first + MOST_LABELS - 1)
    labels = [f"{view.shelf_prefix}{number}" for number in range(first, last + 1)]
    return page(hand, visitor, "sheet_shelf.html", "admin", at="sheets", desk=view, labels=labels, first=first, last=last)


@router.get("/slips")
async def slips(hand: Hand, visitor: Sharing, request: Request) -> Response:
    """Give the slips of requests that are awaited, some at a time; without the patron's name."""
    cursor = request.query_params.get("cursor")

    def read(connection: Connection) -> object:
        return find_requests(connection, MOST_SLIPS, cursor, wanted=Wanted(states=(State.REQUESTED,)))

    found = await hand.read(read)
    return page(hand, visitor, "sheet_slips.html", "admin", at="sheets", found=found, bars=bars_of, cursor=cursor)


def _desk(view: DeskView) -> Desk:
    told = None if view.commands is None else frozenset(view.commands)
    return Desk(view.code, view.name, view.resource_sharing, view.pickup, commands=told)


def _number(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else usual
