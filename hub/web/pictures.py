"""Pages that show how something is as a whole: each picture is made once, for all who look at it, and told when it is another.

Messages: ``picture`` all of it, anew · ``clock`` the hub's time and which edition of the pages it serves, every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable

from hub.web.doors import Doors
from hub.web.shown import moment
from hub.web.streams import RETRY_MS, Streams, message
from hub.web.templating import edition

log = logging.getLogger(__name__)

PACE_S = 0.5
"""Between two looks at the database."""
REST = 50
"""Looking rests so many times as long as it took, but no longer than ``LOOK_S``: counting 20,000 open requests again and again would be
felt by scans, and on a busy machine a look seems to take long that only waited."""
LOOK_S = 5.0
"""How long what comes by time alone may go unnoticed."""
CLOCK_S = 15.0

Make = Callable[[], Awaitable[str]]
"""Gives the picture as one line of JSON."""
Still = Callable[[], Awaitable[bool]]
"""Says whether whoever looks may still do so."""


class Picture:
    """One thing that is looked at."""

    def __init__(self) -> None:
        self.text = ""
        self.over = False
        self.news = asyncio.Event()
        self.lookers = 0
        self.teller: asyncio.Task[None] | None = None

    def tell(self, text: str) -> None:
        """It is so from now on."""
        self.text = text
        self._ring()

    def end(self) -> None:
        """Nobody looks any more; pages come back by themselves."""
        self.over = True
        self._ring()

    def _ring(self) -> None:
        told, self.news = self.news, asyncio.Event()
        told.set()


class Pictures:
    """All of them, by what they show."""

    def __init__(self, doors: Doors, streams: Streams) -> None:
        self._doors, self._streams = doors, streams
        self._open: dict[Hashable, Picture] = {}

    async def follow(self, what: Hashable, make: Make, still: Still) -> AsyncGenerator[bytes]:
        """Give the picture and the clock, then each whenever there is another."""
        picture = self._begin(what, make)
        picture.lookers += 1
        loop, seen = asyncio.get_running_loop(), ""
        try:
            yield f"retry: {RETRY_MS}\n\n".encode() + self._clock()
            due = loop.time() + CLOCK_S
            while not picture.over:
                news = picture.news
                if picture.text != seen:
                    seen = picture.text
                    yield message(seen, event="picture")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due):
                        await news.wait()
                if loop.time() >= due:
                    if not await still():
                        return
                    due = loop.time() + CLOCK_S
                    yield self._clock()
        finally:
            picture.lookers -= 1
            if not picture.lookers and picture.teller is not None:
                picture.teller.cancel()
                self._forget(what, picture)

    def _begin(self, what: Hashable, make: Make) -> Picture:
        if (known := self._open.get(what)) is not None:
            return known
        picture = self._open[what] = Picture()
        picture.teller = asyncio.create_task(self._tell(what, picture, make), name=f"picture of {what}")
        return picture

    async def _tell(self, what: Hashable, picture: Picture, make: Make) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._streams.bell() as bell:
                while not self._streams.ended:
                    began = loop.time()
                    if (text := await make()) != picture.text:
                        picture.tell(text)
                    await asyncio.sleep(min(max(PACE_S, REST * (loop.time() - began)), LOOK_S))
                    await bell.rung(LOOK_S)
        except Exception:
            log.exception("pages sent away", extra={"action": "tell_picture", "what": str(what)})
        self._forget(what, picture)
        picture.end()

    def _forget(self, what: Hashable, picture: Picture) -> None:
        if self._open.get(what) is picture:
            del self._open[what]

    def _clock(self) -> bytes:
        return message(json.dumps({"now": moment(self._doors.now()), "edition": edition()}), event="clock")
