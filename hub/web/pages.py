"""The first page: active requests, and the live feed of scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from hub.core.request import State
from hub.store.pages.live import last_scans, newest_event
from hub.store.pages.requests import ACTIVE, Wanted, Which, count_active, find_requests, states_of
from hub.web.api.events import place
from hub.web.doors import Health
from hub.web.guard import same
from hub.web.inside import Hand, Inside
from hub.web.session import may_see, open_session
from hub.web.shown import shown_request, shown_scan, state_words
from hub.web.templating import html, render

router = APIRouter(include_in_schema=False)

ROWS = 100
WRONG_KEY = "This is not the key. It stands in the file api-token in the hub's data folder."


@router.get("/")
async def first_page(
    hand: Hand, request: Request, state: Which = "active", cursor: Annotated[str | None, Query(max_length=400)] = None
) -> Response:  # fmt: skip
    """Show active requests and the last scans."""
    if not may_see(request, hand.doors.token, hand.doors.now()):
        return RedirectResponse("/enter", 303)
    page = await hand.make(partial(_seen, state=state, cursor=cursor), _page(hand, state, cursor))
    response = Response(page, media_type="text/html")
    open_session(request, response, hand.doors.token, hand.doors.now())
    return response


@router.get("/live")
async def live(hand: Hand, request: Request, after: Annotated[str | None, Query(max_length=20)] = None) -> Response:
    """Stream what is new to the page; a browser that comes back says itself where it was."""
    if not may_see(request, hand.doors.token, hand.doors.now()):
        raise HTTPException(401, "This page's session has ended. Open the page again.")
    newest = await hand.read(newest_event)
    return hand.streams.response(hand.live.follow(place(request.headers.get("last-event-id") or after, newest)))


@router.get("/enter")
async def door(hand: Hand, request: Request, key: Annotated[str | None, Query(max_length=500)] = None) -> Response:
    """Ask for the key; the link that was printed at the start brings it along."""
    return html("enter.html", library=hand.doors.library, wrong=None) if key is None else _enter(hand, request, key)


@router.post("/enter")
async def enter(hand: Hand, request: Request) -> Response:
    """Take the key from the form."""
    body = (await request.body()).decode("utf-8", "replace")
    return _enter(hand, request, parse_qs(body).get("key", [""])[0].strip())


def _enter(inside: Inside, request: Request, key: str) -> Response:
    if not same(key, inside.doors.token):
        return html("enter.html", 401, library=inside.doors.library, wrong=WRONG_KEY)
    response = RedirectResponse("/", 303)
    open_session(request, response, inside.doors.token, inside.doors.now())
    return response


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows, read at one moment."""

    event: int
    counts: dict[State, int]
    rows: list[dict[str, Any]]
    next: str | None
    scans: list[dict[str, Any]]


def _seen(connection: Connection, state: Which, cursor: str | None) -> Seen:
    page = find_requests(connection, Wanted(states=states_of(state)), ROWS, cursor)
    scans = [shown_scan(scan) for scan in reversed(last_scans(connection))]
    rows = [shown_request(request) for request in page.items]
    return Seen(newest_event(connection), count_active(connection), rows, page.next, scans)


def _page(inside: Inside, state: Which, cursor: str | None) -> Callable[[Seen], str]:
    """Give the function that draws the page; it runs in a thread."""
    health: Health = inside.doors.health()

    def draw(seen: Seen) -> str:
        return render(
            "first_page.html",
            library=inside.doors.library,
            health=health,
            seen=seen,
            total=sum(seen.counts.values()),
            words={each.value: state_words(each) for each in ACTIVE},
            state=state,
            first=cursor is None,
        )

    return draw
