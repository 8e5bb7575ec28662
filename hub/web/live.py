"""The page's live feed: one task reads what is new and tells all pages; a page that does not keep up is sent away to come back.

Messages: ``scan`` a scan and what its desk was told · ``request`` a request as it is now · ``counts`` active requests by
state · ``hub`` whether scans are answered · ``reload`` too much has changed, read the page anew · ``beat`` nothing is new.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from hub.store.pages.live import Changes, Place, catch_up, changes_behind, place_now
from hub.store.pages.requests import count_active
from hub.web.doors import Doors
from hub.web.shown import shown_counts, shown_hub, shown_request, shown_scan
from hub.web.streams import BEAT_S, PAGE_BEAT, Streams, mark, message, opening

log = logging.getLogger(__name__)
T = TypeVar("T")

PACE_S = 0.2
"""Between two looks at the database; a burst of scans is told in a few handfuls."""
COUNTS_EVERY_S = 2.0
LOOK_S = 5.0
"""How long a change of the hub's health may go unnoticed."""
MOST_WAITING = 100
"""Messages kept for a page that is slow to take them."""
AWAY = b""


class Read(Protocol):
    """Reads in a thread."""

    async def __call__(self, what: Callable[[Connection], T]) -> T:
        """Read."""


class Live:
    """Tells every open page what is new."""

    def __init__(self, doors: Doors, streams: Streams, read: Read) -> None:
        self._doors = doors
        self._streams = streams
        self._read = read
        self._pages: dict[asyncio.Queue[bytes], str] = {}
        """What each page waits for, and its language."""
        self._teller: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()
        self._hub = ""
        self._counted_at = float("-inf")
        self._counts_due = False

    async def follow(self, after: int, language: str) -> AsyncGenerator[bytes]:
        """Give what is new behind an event, then everything as it happens, in a language."""
        waiting: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self._pages[waiting] = language
        try:
            await self._begin()
            # Whatever is told between now and this read is told twice: rows carry a version, scans an id.
            yield await self._welcome(after, language)
            while (chunk := await _next(waiting)) != AWAY:
                yield chunk
        finally:
            self._pages.pop(waiting, None)
            if not self._pages:
                self._stop()

    async def _begin(self) -> None:
        if self._teller is None:
            self._begun = asyncio.Event()
            self._teller = asyncio.create_task(self._tell(self._begun), name="live pages")
        await self._begun.wait()

    def _stop(self) -> None:
        if self._teller is not None:
            self._teller.cancel()
        self._teller = None

    async def _welcome(self, after: int, language: str) -> bytes:
        changes = await self._read(partial(catch_up, after=after))
        counts = message(shown_counts(await self._read(count_active)), event="counts")
        hub = message(shown_hub(self._doors.health()), event="hub")
        return opening(after) + hub + counts + _told(changes, language)

    async def _tell(self, begun: asyncio.Event) -> None:
        try:
            async with self._streams.bell() as bell:
                place = await self._read(place_now)
                begun.set()
                while not self._streams.ended:
                    news = await bell.rung(LOOK_S)
                    place = await self._tell_news(place) if news else place
                    await self._tell_state()
                    await asyncio.sleep(PACE_S)
        except Exception:
            log.exception("live pages sent away", extra={"action": "tell_pages"})
        # Pages come back by themselves, and then all is read anew.
        self._teller = None
        begun.set()
        for waiting in self._pages:
            _send_away(waiting)

    async def _tell_news(self, place: Place) -> Place:
        changes = await self._read(partial(changes_behind, place=place))
        self._say(partial(_told, changes))
        self._counts_due = self._counts_due or bool(changes.requests) or changes.all_new
        return changes.place

    async def _tell_state(self) -> None:
        if (hub := shown_hub(self._doors.health())) != self._hub:
            self._hub = hub
            self._say_to_all(message(hub, event="hub"))
        now = asyncio.get_running_loop().time()
        if self._counts_due and now - self._counted_at >= COUNTS_EVERY_S:
            self._counts_due, self._counted_at = False, now
            self._say_to_all(message(shown_counts(await self._read(count_active)), event="counts"))

    def _say_to_all(self, chunk: bytes) -> None:
        self._say(lambda language: chunk)

    def _say(self, told: Callable[[str], bytes]) -> None:
        """Tell every page, each language put into words once."""
        chunks = {language: told(language) for language in set(self._pages.values())}
        for waiting, language in self._pages.items():
            if (chunk := chunks[language]) == AWAY:
                continue
            try:
                waiting.put_nowait(chunk)
            except asyncio.QueueFull:
                _send_away(waiting)


async def _next(waiting: asyncio.Queue[bytes]) -> bytes:
    try:
        async with asyncio.timeout(BEAT_S):
            return await waiting.get()
    except TimeoutError:
        return PAGE_BEAT


def _send_away(waiting: asyncio.Queue[bytes]) -> None:
    while not waiting.empty():
        waiting.get_nowait()
    waiting.put_nowait(AWAY)


def _told(changes: Changes, language: str) -> bytes:
    """Put changes on the wire, and behind them the place to come back to."""
    if changes.all_new:
        return message("{}", event="reload", id=changes.place.event)
    scans = b"".join(message(_json(shown_scan(scan, language)), event="scan") for scan in changes.scans)
    requests = b"".join(message(_json(shown_request(request, language)), event="request") for request in changes.requests)
    return scans + requests + mark(changes.place.event) if scans or requests else b""


def _json(shown: dict[str, Any]) -> str:
    return json.dumps(shown, ensure_ascii=False)
