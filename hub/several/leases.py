"""The lease of this hub: kept twice a second, with a look at who else is there and what there is to be taken over or handed over.

What a hub gives up it gives up at once, and then says so; what it takes it takes when the database says so. It may be late with either,
never early: what it writes is refused by the database as soon as others have taken it over (``hub.store.fence``).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from hub.core.leases import OFFICE, by_partition, to_give
from hub.several.office import Office
from hub.store.fence import Fence
from hub.store.leases import LeaseTable, Seen
from hub.store.sql import DATABASE_ERRORS, may_pass
from hub.watch.vitals import LeaseNumbers

log = logging.getLogger(__name__)

EVERY_S = 0.5
STATIONS_EVERY_S = 2.0
STATIONS_REST = 100
"""Reading the list of stations rests a hundred times as long as it took: 100,000 of them take their time."""
DEAF_AFTER_S = 3.0
"""A hub that has been without the broker for so long hands its stations to one that is not."""
LEAVE_LIMIT_S = 1.0
Position = tuple[str, str, int, int]


class Leases:
    """Holds what the database says this hub holds."""

    def __init__(
        self,
        url: str,
        fence: Fence,
        *,
        connected: Callable[[], bool],
        changed: Callable[[frozenset[str]], None],
        positions: Callable[[list[Position]], None],
        news: Callable[[int], None],
    ) -> None:
        """``changed`` hears at once which stations are this hub's; ``positions`` where their streams stand, when that was asked for.

        ``news`` hears the number of an event that somebody wrote.
        """
        self._table, self._fence = LeaseTable(url), fence
        self._connected, self._changed, self._positions, self._news = connected, changed, positions, news
        self.office = Office()
        self.joined = asyncio.Event()
        fence.lost = self.lost
        self._parts: frozenset[int] = frozenset()
        self._stations: Mapping[int, list[str]] = {}
        self._weights: Mapping[int, int] = {OFFICE: 0}
        self._read_again_s = float("-inf")
        self._able_s = float("-inf")
        self._seen: Seen | None = None
        self._joined_s = self._event = 0.0
        self._asked: set[str] = set()
        self._woken = asyncio.Event()
        self._busy = asyncio.Lock()
        self._leaving = False
        self._takeovers = self._losses = 0

    @property
    def problem(self) -> str | None:
        """Say why this hub can answer no scan at all."""
        if self._fence.number == 0 or self._seen is None:
            return "This hub has no lease: others have its stations meanwhile. It joins them by itself as soon as the database answers."
        return None

    def sure(self) -> bool:
        """Say whether nobody else can have taken this hub's place yet."""
        return self._fence.sure(time.monotonic())

    def numbers(self) -> LeaseNumbers:
        """Give what metrics tell."""
        there = self._fence.number > 0
        stations = sum(self._weights.get(part, 0) for part in self._parts)
        age_s = time.monotonic() - self._joined_s if there else 0.0
        hubs = len(self._seen.alive) if self._seen is not None else 0
        counts = {"takeovers": self._takeovers, "lost": self._losses, "hubs": hubs}
        return LeaseNumbers(partitions=len(self._parts - {OFFICE}), stations=stations, office=self.office.held, age_s=age_s, **counts)

    def ask_positions(self, stations: Iterable[str]) -> None:
        """Read where the streams of these stations stand, and tell."""
        self._asked.update(stations)
        self._woken.set()

    async def run(self) -> None:
        """Keep the lease until cancelled."""
        while True:
            self._woken.clear()
            try:
                async with self._busy:
                    await self._turn()
            except DATABASE_ERRORS as error:
                if not may_pass(error):
                    raise
                log.warning("leases wait for the database", extra={"action": "lease", "error": str(error)})
                self._woken.clear()
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _turn(self) -> None:
        if self._leaving:
            return
        if self._fence.number == 0:
            await self._join()
        number, began_s = self._fence.number, time.monotonic()
        if self._connected():
            self._able_s = began_s
        able = began_s - self._able_s < DEAF_AFTER_S
        if not await asyncio.to_thread(self._table.renew, self._fence.hub, number, able=able):
            self._lose(number)
            return
        self._fence.renewed_s = max(self._fence.renewed_s, began_s)
        await self._read_stations()
        seen = await asyncio.to_thread(self._table.look, self._weights)
        if self._fence.number != number or seen.alive.get(self._fence.hub) != number:
            # Lost while it looked: what it saw is no more.
            self._lose(number)
            return
        self._take(seen)
        await self._give(seen, number)
        await self._tell_positions()

    async def _join(self) -> None:
        number = await asyncio.to_thread(self._table.join, self._fence.hub)
        self._joined_s = self._fence.renewed_s = time.monotonic()
        self._fence.number = number
        log.info("joined the hubs", extra={"action": "lease", "number": number})

    async def _read_stations(self) -> None:
        began_s = time.monotonic()
        if began_s < self._read_again_s:
            return
        stations = await asyncio.to_thread(lambda: by_partition(self._table.stations()))
        took_s = time.monotonic() - began_s
        self._read_again_s = began_s + max(STATIONS_EVERY_S, STATIONS_REST * took_s)
        if stations != self._stations:
            self._stations, self._weights = stations, {OFFICE: 0} | {part: len(some) for part, some in stations.items()}
            self._say()

    def _take(self, seen: Seen) -> None:
        self._seen = seen
        for hub in seen.taken_over:
            self._takeovers += 1
            log.warning("a hub is gone, its stations are taken over", extra={"action": "take_over", "hub": hub})
        self._hold(frozenset(part for part, hub in seen.holders.items() if hub == self._fence.hub))
        self.joined.set()
        if seen.newest_event > self._event:
            self._event = seen.newest_event
            self._news(seen.newest_event)

    async def _give(self, seen: Seen, number: int) -> None:
        # Where nobody hears the broker, everything stays where it is.
        given = to_give(self._fence.hub, seen.able, self._weights, seen.holders) if seen.able else {}
        if given:
            # First not take what comes any more, then say so: two at once would be too many.
            self._hold(self._parts - given.keys())
            log.info("stations are handed over", extra={"action": "hand_over", "partitions": len(given)})
            if not await asyncio.to_thread(self._table.hand_over, self._fence.hub, number, given):
                self._lose(number)

    async def _tell_positions(self) -> None:
        if self._asked:
            asked, self._asked = self._asked, set()
            self._positions(await asyncio.to_thread(self._table.positions, sorted(asked)))

    def lost(self) -> None:
        """Others have taken this hub for dead: give everything up, and join anew. Called where the database refused a transaction."""
        self._lose(self._fence.number)

    def _lose(self, number: int) -> None:
        if number == 0 or self._fence.number != number or self._leaving:
            return
        self._fence.number, self._losses = 0, self._losses + 1
        log.error("this hub was taken for dead and joins anew", extra={"action": "lease_lost", "number": number})
        self._hold(frozenset())
        self._woken.set()

    def _hold(self, parts: frozenset[int]) -> None:
        if parts == self._parts:
            return
        self._parts = parts
        self._say()

    def _say(self) -> None:
        self._changed(frozenset(chain.from_iterable(self._stations.get(part, ()) for part in self._parts)))
        if self.office.held != (OFFICE in self._parts):
            self.office.hold(held=OFFICE in self._parts)

    async def leave(self) -> None:
        """Hand everything over, at once."""
        self._leaving = True
        await self.office.close(LEAVE_LIMIT_S)
        try:
            async with asyncio.timeout(LEAVE_LIMIT_S), self._busy:
                number = self._fence.number
                self._hold(frozenset())
                if number and await asyncio.to_thread(self._table.leave, self._fence.hub, number, self._weights):
                    log.info("left the hubs", extra={"action": "lease", "number": number})
        except (TimeoutError, *DATABASE_ERRORS) as error:
            log.warning("the others find out by themselves that this hub is gone", extra={"action": "lease", "error": str(error)})

    def close(self) -> None:
        """End its connection."""
        self._table.close()
