"""Notices to patrons: how far each has come, and sending a failed one again."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hub.core.notices import NoticeState
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


@router.get("/{notice_id}", summary="One notice", response_model=NoticeView)
async def look_at(hand: Hand, notice_id: Key) -> Response:
    """Give one notice."""
    return await one(hand, partial(one_notice, key=notice_id), NoticeView)


@router.post("/{notice_id}/resend", summary="Send a failed or sent notice once more", response_model=NoticeView)
async def send_again(hand: Hand, notice_id: Key) -> Response:
    """Queue a notice again."""
    hand.doors.write(partial(resend, key=notice_id, now=hand.doors.now()))
    return await one(hand, partial(one_notice, key=notice_id), NoticeView)
