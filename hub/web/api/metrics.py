"""Numbers for Prometheus; see ``hub.web.metrics`` for which there are."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from hub.web.inside import Hand
from hub.web.metrics import Picture, text_of

router = APIRouter(tags=["metrics"])


@router.get("/metrics", summary="Numbers for Prometheus", response_class=PlainTextResponse)
async def metrics(hand: Hand, request: Request) -> Response:
    """Give the numbers."""
    doors = hand.doors
    measures, age_s = await hand.measured.now()
    picture = Picture(
        measures=measures,
        counted_age_s=age_s,
        vitals=doors.vitals(),
        health=doors.health(),
        live_streams=hand.streams.open,
        now=doors.now(),
    )
    text, kind = await asyncio.to_thread(text_of, picture, request.headers.get("accept", ""))
    return Response(text, media_type=kind)
