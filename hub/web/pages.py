"""The first page: active requests, and the live feed of scans."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from hub.core.request import State
from hub.store.pages.live import last_scans, newest_event
from hub.store.pages.requests import ACTIVE, Wanted, Which, count_active, find_requests, states_of
from hub.web.api.events import place
from hub.web.doors import Health
from hub.web.inside import Hand, Inside
from hub.web.shell import shell
from hub.web.shown import shown_request, shown_scan, state_words
from hub.web.templating import render
from hub.web.visitor import Anybody, Visitor, is_still_in

router = APIRouter(include_in_schema=False)

ROWS = 100
LOOK_S = 5.0
"""How long the end of a session may go unnoticed while there is news."""


@router.get("/")
async def first_page(
    hand: Hand, visitor: Anybody, state: Which = "active", cursor: Annotated[str | None, Query(max_length=400)] = None
) -> Response:  # fmt: skip
    """Show active requests and the last scans."""
    page = await hand.make(partial(_seen, language=visitor.language, state=state, cursor=cursor), _page(hand, visitor, state, cursor))
    return Response(page, media_type="text/html")


@router.get("/live")
async def live(hand: Hand, visitor: Anybody, request: Request, after: Annotated[str | None, Query(max_length=20)] = None) -> Response:
    """Stream what is new to the page; a browser that comes back says itself where it was."""
    newest = await hand.read(newest_event)
    told = hand.live.follow(place(request.headers.get("last-event-id") or after, newest), visitor.language)
    return hand.streams.response(_while_signed_in(hand, visitor, told))


async def _while_signed_in(hand: Inside, visitor: Visitor, told: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Pass a feed on until its reader is signed out; a beat comes when there is no news."""
    looked = asyncio.get_running_loop().time()
    async with aclosing(told):
        async for chunk in told:
            yield chunk
            if asyncio.get_running_loop().time() - looked >= LOOK_S:
                looked = asyncio.get_running_loop().time()
                if not await is_still_in(hand, visitor.id):
                    return


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows, read at one moment."""

    event: int
    counts: dict[State, int]
    rows: list[dict[str, Any]]
    next: str | None
    scans: list[dict[str, Any]]


def _seen(connection: Connection, language: str, state: Which, cursor: str | None) -> Seen:
    page = find_requests(connection, ROWS, cursor, wanted=Wanted(states=states_of(state)))
    scans = [shown_scan(scan, language) for scan in reversed(last_scans(connection))]
    rows = [shown_request(request, language) for request in page.items]
    return Seen(newest_event(connection), count_active(connection), rows, page.next, scans)


def _page(inside: Inside, visitor: Visitor, state: Which, cursor: str | None) -> Callable[[Seen], str]:
    """Give the function that draws the page; it runs in a thread."""
    health: Health = inside.doors.health()

    def draw(seen: Seen) -> str:
        return render(
            "first_page.html",
            **shell(inside, visitor.language, visitor, "overview", visitor.token),
            health=health,
            seen=seen,
            total=sum(seen.counts.values()),
            words={each.value: state_words(visitor.language, each) for each in ACTIVE},
            state=state,
            first=cursor is None,
        )

    return draw
