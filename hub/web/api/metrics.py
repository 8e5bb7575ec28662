"""Numbers for Prometheus; see ``hub.web.metrics`` for which there are."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from hub.web.inside import Hand

router = APIRouter(tags=["metrics"])


@router.get("/metrics", summary="Numbers for Prometheus", response_class=PlainTextResponse)
async def metrics(hand: Hand, request: Request) -> Response:
    """Give the numbers."""
    doors = hand.doors
    measures, age_s = await hand.measured.now()
    seen = {"measures": measures, "counted_age_s": age_s, "vitals": doors.vitals(), "health": doors.health()}
    seen |= {"live_streams": hand.streams.open, "now": doors.now()}
    text, kind = await asyncio.to_thread(_text, request.headers.get("accept", ""), seen)
    return Response(text, media_type=kind)


def _text(accept: str, seen: dict[str, Any]) -> tuple[bytes, str]:
    # Imported here, in a thread: a hub that nobody scrapes starts without it, and no scan waits for it.
    from hub.web.metrics import Picture, text_of

    return text_of(Picture(**seen), accept)
