"""Exceptions: what a scan left for somebody to look at."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.flows.manage_requests import clear_exception
from hub.store.pages.cursor import Page
from hub.store.pages.work import Cleared, ExceptionView, exceptions, one_exception
from hub.web.api.bodies import API_ACTOR, Actor, Body, MaybeLines
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/exceptions", tags=["exceptions"])
TABLE = Table("exceptions", ExceptionView)
Key = Annotated[int, Path(ge=1, lt=1 << 63)]


class ClearBody(Body):
    """What was done about it."""

    note: MaybeLines = None
    actor: Actor = API_ACTOR


@router.get("", summary="Exceptions, newest first; the open ones when not said", response_model=Page[ExceptionView])
async def every(
    hand: Hand, asked: Asked, state: Cleared = "open", desk: Annotated[str | None, Query(max_length=100)] = None
) -> Response:  # fmt: skip
    """Give the exceptions."""
    return await listing(hand, asked, partial(exceptions, state=state, desk=desk, words=hand.doors.rules.words), TABLE)


@router.get("/{exception_id}", summary="One exception", response_model=ExceptionView)
async def look_at(hand: Hand, exception_id: Key) -> Response:
    """Give one exception."""
    return await one(hand, partial(one_exception, key=exception_id, words=hand.doors.rules.words), ExceptionView)


@router.post("/{exception_id}/clear", summary="Mark an exception as dealt with", response_model=ExceptionView)
async def clear(hand: Hand, exception_id: Key, body: ClearBody | None = None) -> Response:
    """Clear an exception."""
    done = body or ClearBody()
    hand.doors.write(partial(clear_exception, key=exception_id, note=done.note, actor=done.actor, now=hand.doors.now()))
    return await one(hand, partial(one_exception, key=exception_id, words=hand.doors.rules.words), ExceptionView)
