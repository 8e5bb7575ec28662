"""Everything that happens, as server-sent events: a program that was away goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from broker.codec import encode
from hub.errors import Invalid
from hub.senders.to_dashboards import cloud_event
from hub.store.events import StoredEvent
from hub.store.pages.live import events_behind, newest_event
from hub.web.inside import Hand, Inside
from hub.web.streams import BEAT, BEAT_S, message, opening

router = APIRouter(tags=["events"])

CHUNK = 100
PACE_S = 0.05
"""Between two reads of one program, so that none can keep the database to itself."""


@router.get(
    "/events",
    summary="Events as they happen, each a CloudEvent; go on behind one with Last-Event-ID",
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def follow(
    hand: Hand,
    last_event_id: Annotated[str | None, Header(description="the id of the last event seen; only new ones when not said")] = None,
    after: Annotated[str | None, Query(description="the same, for programs that cannot set headers")] = None,
) -> Response:
    """Stream the events behind a place."""
    newest = await hand.read(newest_event)
    return hand.streams.response(_events(hand, place(last_event_id or after, newest)))


def place(given: str | None, newest: int) -> int:
    """Give where to go on; a place ahead of all is one from before a backup was restored."""
    if not given:
        return newest
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise Invalid("Last-Event-ID is not the id of an event. Leave it out to get what is new.")
    return min(int(given), newest)


async def _events(inside: Inside, seq: int) -> AsyncGenerator[bytes]:
    yield opening(seq)
    async with inside.streams.bell() as bell:
        while not inside.streams.ended:
            told = await inside.make(partial(events_behind, seq=seq, limit=CHUNK), partial(_tell, source=inside.doors.source))
            if told.count:
                yield told.text
                seq = told.last
                await asyncio.sleep(PACE_S)
            if told.count < CHUNK and not await bell.rung(BEAT_S):
                yield BEAT


@dataclass(frozen=True, slots=True)
class Told:
    """A few events on the wire."""

    text: bytes
    count: int
    last: int


def _tell(events: list[StoredEvent], source: str) -> Told:
    text = b"".join(message(encode(cloud_event(event, source)).decode(), event=event.type, id=event.seq) for event in events)
    return Told(text, len(events), events[-1].seq if events else 0)
