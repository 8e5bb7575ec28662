"""After a restore: what stations send again is taken in the order it happened, across all of them, before anything else goes on.

Each station sends its own scans in their order, and one may be far ahead of another. Taken as they come, a book could reach its shelf
before it was received. So scans are held here until every station is heard, and the one that happened first goes first. The hub's
own doings wait meanwhile: a letter written, or a hold ended, by what the backup says could be wrong.

What is held is acknowledged: the broker stops sending where too much is not, and the station keeps every scan until its position is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from broker import messages
from broker.codec import Unreadable, decode, encode
from broker.promises import Delivery
from broker.topics import Root
from hub.core.seen import happened

log = logging.getLogger(__name__)

STALLED_S = 5.0
"""A station that says nothing for so long in the middle is waited for no more."""
LOOK_EVERY_S = 0.25
AS_GOOD_AS_NOW = timedelta(seconds=1)
"""Said so shortly before the hub came back, a hello still counts: clocks are not known better."""
_MS = timedelta(milliseconds=1)


@dataclass(slots=True)
class Held:
    """A scan that waits, and when it happened."""

    delivery: Delivery
    scan: messages.Scan
    came_at: datetime
    happened_at: datetime


@dataclass(slots=True)
class Lane:
    """One station's stream: up to where it was let through, and up to where it is to come."""

    released: int
    target: int
    heard_at: float
    held: deque[Held] = field(default_factory=deque)

    def awaited(self, now: float) -> bool:
        """Say whether a scan is still to come that may have happened before all that are held."""
        return self.released < self.target and not self.held and now - self.heard_at < STALLED_S


class CatchUp:
    """Stands before the inbox until the stations of a restored hub have sent what the backup misses."""

    def __init__(
        self,
        awaited: tuple[str, ...],
        wait_s: float,
        root: Root,
        *,
        position: Callable[[str, str], int],
        offset: Callable[[str], timedelta],
        acknowledge: Callable[[Delivery], None],
        forward: Callable[[Delivery], None],
        now: Callable[[], datetime],
    ) -> None:
        """``position`` gives how far a stream is committed, ``offset`` how far a station's clock is behind ours."""
        self._awaited, self._wait_s, self._root = set(awaited), wait_s, root
        self._position, self._offset, self._now = position, offset, now
        self._acknowledge, self._forward = acknowledge, forward
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._acknowledged: dict[int, Delivery] = {}
        self._offsets: dict[str, timedelta] = {}
        self._since = now()
        self._until: float | None = None
        self.done = asyncio.Event()
        if not awaited:
            self.done.set()

    @property
    def problem(self) -> str | None:
        """Say what is going on, for people who wait for an answer."""
        if self.done.is_set():
            return None
        missing = f" Waiting for {', '.join(sorted(self._awaited))}." if self._awaited else ""
        return f"A backup was restored: stations are sending again what it misses, and scans are answered after that.{missing}"

    def connected(self) -> None:
        """A connection came about: what stations said before it is not how they stand."""
        self._since = self._now()

    def take(self, delivery: Delivery) -> None:
        """Take a message: a scan waits for its turn, all else goes on at once."""
        if self.done.is_set():
            self._forward(delivery)
            return
        match self._root.station_and_key(delivery.topic):
            case (station, "scan"):
                self._scan(station, delivery)
            case (station, "state"):
                self._state(station, delivery)
                self._forward(delivery)
            case _:
                self._forward(delivery)
        self._let_through()

    def acknowledge(self, delivery: Delivery) -> None:
        """Acknowledge what the inbox is done with, unless that was done when it began to wait."""
        if self._acknowledged.pop(id(delivery), None) is None:
            self._acknowledge(delivery)

    async def run(self) -> None:
        """Look now and then whether the waiting is over."""
        while not self.done.is_set():
            self._let_through()
            await asyncio.sleep(LOOK_EVERY_S)
        await asyncio.Event().wait()

    def _state(self, station: str, delivery: Delivery) -> None:
        state = decode(messages.StationState, delivery.payload)
        if isinstance(state, Unreadable) or state.station != station or not self._said_now(state, delivery):
            return
        if not state.online:
            self._expect_no_more(station)
        elif state.hello is not None:
            self._hello(station, state.hello)

    def _said_now(self, state: messages.StationState, delivery: Delivery) -> bool:
        """Tell what a station says now from what the broker kept: that does not know how far the station has come since."""
        # Asked once: what the broker kept makes the inbox think that the station's clock is behind.
        offset = self._offsets.setdefault(state.station, self._offset(state.station))
        return not delivery.retained and state.at + offset >= self._since - AS_GOOD_AS_NOW

    def _hello(self, station: str, hello: messages.Hello) -> None:
        """Whatever was held of this stream comes again behind the answer to its hello."""
        key = (station, hello.incarnation)
        before = self._lanes.get(key)
        # What was let through stands before this hello in the inbox, committed or not.
        released = max(self._position(*key), hello.lowest_seq - 1, before.released if before is not None else 0)
        self._lanes[key] = Lane(released, hello.next_seq - 1, self._time())
        self._awaited.discard(station)

    def _expect_no_more(self, station: str) -> None:
        for (name, _), lane in self._lanes.items():
            if name == station:
                lane.target = lane.released + len(lane.held)

    def _scan(self, station: str, delivery: Delivery) -> None:
        scan = decode(messages.Scan, delivery.payload)
        if isinstance(scan, Unreadable) or scan.station != station:
            self._forward(delivery)
            return
        lane = self._lanes.get((station, scan.incarnation))
        following = lane.released + len(lane.held) + 1 if lane is not None else 0
        if lane is not None and (scan.seq <= lane.released or scan.seq > following):
            # A repeat or a gap: the inbox answers it.
            self._forward(delivery)
            return
        self._acknowledge(delivery)
        # Without a hello it is from before, and comes again; so does what is held already.
        if lane is not None and scan.seq == following:
            self._hold(lane, delivery, scan)

    def _hold(self, lane: Lane, delivery: Delivery, scan: messages.Scan) -> None:
        now = self._now()
        offset = self._offset(scan.station) if scan.age_ms is None else timedelta()
        lane.held.append(Held(delivery, scan, now, happened(scan.scanned_at, scan.age_ms, offset, now)))
        lane.heard_at = self._time()

    def _let_through(self) -> None:
        while not self.done.is_set() and (lane := self._next()) is not None:
            self._release(lane)
        if not self.done.is_set() and self._over():
            self._finish()

    def _next(self) -> Lane | None:
        now = self._time()
        if self._gathering(now) or any(lane.awaited(now) for lane in self._lanes.values()):
            return None
        return min((lane for lane in self._lanes.values() if lane.held), key=lambda lane: lane.held[0].happened_at, default=None)

    def _gathering(self, now: float) -> bool:
        """Say whether stations are still to be heard; the time for it begins with the first look."""
        if self._until is None:
            self._until = now + self._wait_s
        return bool(self._awaited) and now < self._until

    def _release(self, lane: Lane) -> None:
        held = lane.held.popleft()
        lane.released, lane.heard_at = held.scan.seq, self._time()
        waited = (self._now() - held.came_at) // _MS
        age = None if held.scan.age_ms is None else held.scan.age_ms + max(waited, 0)
        delivery = replace(held.delivery, payload=encode(held.scan.model_copy(update={"age_ms": age})))
        self._acknowledged[id(delivery)] = delivery
        self._forward(delivery)

    def _over(self) -> bool:
        now = self._time()
        if self._gathering(now) or any(lane.held or lane.awaited(now) for lane in self._lanes.values()):
            return False
        return all(self._position(*key) >= lane.released for key, lane in self._lanes.items())

    def _finish(self) -> None:
        for station in sorted(self._awaited):
            log.warning("a station has not come back since the restore", extra={"action": "catch_up", "station": station})
        log.info("what the backup missed is here", extra={"action": "catch_up", "streams": len(self._lanes)})
        self.done.set()

    def _time(self) -> float:
        return asyncio.get_running_loop().time()
