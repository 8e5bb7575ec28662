"""A desk page's live feed: its own scans as they are answered, how its books move, what its station remembers.

Messages: ``scan`` a scan and what the desk was told · ``book`` how a request is now · ``waits`` what the station remembers, with the
time left · ``station`` what is wrong with it · ``hub`` whether scans are answered · ``reload`` too much has changed ·
``beat`` nothing is new.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from hub.store.pages.desk_page import MOST_ROWS, DeskNews, DeskPlace, desk_news
from hub.web.desk_shown import Look, shown_book, shown_desk_scan, shown_station, shown_waits
from hub.web.inside import Inside
from hub.web.shown import shown_hub
from hub.web.streams import PAGE_BEAT, message
from hub.web.visitor import is_still_in

PACE_S = 0.05
"""Between two looks of one page at the database, whether there was something for it or not: a scan is shown at once, a burst in handfuls,
and what is scanned at other desks costs little."""
LOOK_S = 5.0
"""How long a change of the hub's health, or the end of a session, may go unnoticed."""
BEATS = 3
"""Looks without news until a page is told that somebody is there."""


class DeskFeed:
    """One page's feed."""

    def __init__(self, hand: Inside, look: Look, station: str | None, visitor: str, place: DeskPlace, shown: tuple[str, ...]) -> None:
        self._hand, self._look, self._station, self._visitor, self._place = hand, look, station, visitor, place
        self._shown = deque(shown, maxlen=MOST_ROWS)
        """Requests of the rows of the page."""
        self._told: dict[str, str] = {}
        """What was said last of all that is told only when it changes."""
        self._quiet = 0

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Give what is new behind the place, then everything as it happens, until the session ends."""
        async with self._hand.streams.bell() as bell:
            # A browser that comes back begins here, whatever became of the rest of this answer.
            yield f"retry: 2000\nid: {_id(self._place)}\n\n".encode()
            looked = asyncio.get_running_loop().time()
            while not self._hand.streams.ended:
                chunk = await self._news()
                if chunk:
                    yield chunk
                await asyncio.sleep(PACE_S)
                if asyncio.get_running_loop().time() - looked >= LOOK_S:
                    looked = asyncio.get_running_loop().time()
                    if not await is_still_in(self._hand, self._visitor):
                        return
                self._quiet = 0 if await bell.rung(LOOK_S) else self._quiet + 1
                if self._quiet and self._quiet % BEATS == 0:
                    yield PAGE_BEAT

    async def _news(self) -> bytes:
        news = await self._hand.read(
            partial(
                desk_news,
                code=self._look.desk.code,
                named=self._station,
                place=self._place,
                shown=frozenset(self._shown),
                now=self._hand.doors.now(),
            )
        )
        self._place = news.place
        if news.all_new:
            return message("{}", event="reload")
        return b"".join(self._messages(news))

    def _messages(self, news: DeskNews) -> list[bytes]:
        now, look = self._hand.doors.now(), self._look
        hub = shown_hub(self._hand.doors.health())
        found = [message(hub, event="hub")] if self._is_new("hub", hub) else []
        for scan in news.scans:
            if scan.now is not None:
                self._shown.append(scan.now.request_id)
            newest = scan is news.scans[-1] and news.waits.session_until is not None
            found.append(message(_json(shown_desk_scan(scan, look, now, newest)), event="scan"))
        found += [message(_json(shown_book(book, look.language)), event="book") for book in news.books]
        if self._is_new("waits", str(news.waits)):
            found.append(message(_json(shown_waits(news.waits, look.language, now)), event="waits"))
        station = _json(shown_station(news.station, look, now))
        if self._is_new("station", station):
            found.append(message(station, event="station"))
        if news.scans or news.books:
            # Said behind them all: a connection that breaks in the middle begins again before them.
            found.append(f"id: {_id(self._place)}\nevent: place\ndata: {{}}\n\n".encode())
        return found

    def _is_new(self, what: str, said: str) -> bool:
        before, self._told[what] = self._told.get(what), said
        return before != said


def _id(place: DeskPlace) -> str:
    return f"{place.scan}-{place.event}"


def _json(shown: Any) -> str:
    return json.dumps(shown, ensure_ascii=False)
