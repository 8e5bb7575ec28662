"""Server-sent events: how a message looks on the wire, how many may listen, and waiting for news without missing any."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Self

from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from hub.web.doors import Doors

MOST_STREAMS = 64
BEAT_S = 15.0
"""A line of comment after so long without news keeps connections open and shows broken ones."""
BEAT = b": still here\n\n"
"""For programs: whoever reads sees that the connection holds."""
RETRY_MS = 2000
FULL = f"There are {MOST_STREAMS} live connections already. Close some pages, or try again later."


def message(data: str, *, event: str | None = None, id: int | None = None) -> bytes:
    """Give one message; ``data`` is one line of JSON."""
    named = f"event: {event}\n" if event else ""
    numbered = f"id: {id}\n" if id is not None else ""
    return f"{named}{numbered}data: {data}\n\n".encode()


PAGE_BEAT = message("{}", event="beat")
"""For our pages, whose browser keeps comments to itself: after some time without, a page knows that it hears nobody."""


def opening(id: int) -> bytes:
    """Give what a stream begins with: how soon to come back, and where to go on from."""
    return f"retry: {RETRY_MS}\nid: {id}\n\n".encode()


def mark(id: int) -> bytes:
    """Give where to go on from, said behind all that belongs before it: a connection that breaks in the middle begins again there."""
    return f"id: {id}\n\n".encode()


class Streams:
    """Counts open streams, and ends them when the hub stops."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self.open = 0
        self.ended = False

    def response(self, chunks: AsyncGenerator[bytes]) -> StreamingResponse:
        """Answer with a stream; 503 when too many are open."""
        if self.open >= MOST_STREAMS:
            raise HTTPException(503, FULL, headers={"Retry-After": "10"})
        # No proxy may keep back what should be seen at once.
        return StreamingResponse(self._counted(chunks), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def _counted(self, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        self.open += 1
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    yield chunk
        finally:
            self.open -= 1

    def bell(self) -> Bell:
        """Give a bell to wait for news with."""
        return Bell(self._doors)


class Bell:
    """Waits for the next commit. Nothing is missed: one that happens between two calls of ``rung`` is told by the second."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        await self._listen()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Listen no more."""
        self._waiting.cancel()

    async def rung(self, within_s: float) -> bool:
        """Return True at news, False after so long without."""
        done, _ = await asyncio.wait({self._waiting}, timeout=within_s)
        for finished in done:
            finished.result()
            await self._listen()
        return bool(done)

    async def _listen(self) -> None:
        self._waiting = asyncio.ensure_future(self._doors.next_change())
        # One turn of the loop: then it waits, and what is read after this is older than what it will tell.
        await asyncio.sleep(0)
