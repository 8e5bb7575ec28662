"""Notices to patrons: how far each has come, and sending a failed one again."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from hub.core.notices import NoticeState
from hub.flows.notices import take_returned
from hub.store.notices import resend
from hub.store.pages.cursor import Page
from hub.store.pages.work import NoticeView, notices, one_notice
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.tables import Table

router = APIRouter(prefix="/notices", tags=["notices"])
TABLE = Table("notices", NoticeView)
Key = Annotated[int, Path(ge=1, lt=1 << 63)]


@router.get("", summary="Notices, newest first", response_model=Page[NoticeView])
async def every(hand: Hand, asked: Asked, state: NoticeState | None = None) -> Response:
    """Give the notices."""
    return await listing(hand, asked, partial(notices, state=state), TABLE)


class Returned(BaseModel):
    """Of how many notices a report was."""

    notices: int


@router.post(
    "/returned", summary="Take the report of a mail server about a letter it could not deliver", response_model=Returned,
    openapi_extra={"requestBody": {"required": True, "content": {"message/rfc822": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def take_back(hand: Hand, request: Request) -> Response:
    """Read a report; what it is about has failed, in the server's words."""
    raw = await request.body()
    found = hand.doors.write(partial(take_returned, raw=raw, now=hand.doors.now()))
    return Response(Returned(notices=found).model_dump_json(), media_type="application/json")


@router.get("/{notice_id}", summary="One notice", response_model=NoticeView)
async def look_at(hand: Hand, notice_id: Key) -> Response:
    """Give one notice."""
    return await one(hand, partial(one_notice, key=notice_id), NoticeView)


@router.post("/{notice_id}/resend", summary="Send a failed or sent notice once more", response_model=NoticeView)
async def send_again(hand: Hand, notice_id: Key) -> Response:
    """Queue a notice again."""
    hand.doors.write(partial(resend, key=notice_id, now=hand.doors.now()))
    return await one(hand, partial(one_notice, key=notice_id), NoticeView)
