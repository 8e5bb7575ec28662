"""A session that outlives its connections: dials again after a jittered wait, whatever carries the connection."""

from __future__ import annotations

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

from broker.promises import Delivery, Done, Handlers, SessionSettings, Ticket


class Link(Protocol):
    """One connection, from dialling to its end."""

    connected: bool
    was_connected: bool
    ended: asyncio.Future[str]

    @property
    def room(self) -> int:
        """How many publishes fit now."""

    def open(self) -> None:
        """Start to dial; what comes of it is told by ``ended`` and the handlers."""

    def publish(self, topic: str, payload: bytes, retained: bool, done: Done | None) -> bool:
        """Send one message, if there is room."""

    def acknowledge(self, ticket: Ticket) -> None:
        """Acknowledge a message, if it came by this connection."""

    def send_now(self) -> None:
        """Send what is queued, as far as the network takes it."""

    def subscribe(self, filters: Sequence[str], done: Done) -> bool:
        """Listen to more."""

    def unsubscribe(self, filters: Sequence[str]) -> bool:
        """Listen to less."""

    async def finish(self, *, with_will: bool) -> None:
        """Empty the window (bounded), say goodbye, end."""

    def close(self) -> None:
        """Let go of everything, whatever the state."""

    def answer_all(self, reason: str) -> None:
        """Tell every open publish that it was dropped."""


class LastingSession(ABC):
    """What every Session does the same way; see ``promises.Session``."""

    def __init__(self, settings: SessionSettings, handlers: Handlers) -> None:
        self._settings = settings
        self._handlers = handlers
        self._link: Link | None = None
        self._generation = 0
        self._failures = 0
        self._said: str | None = None
        self._running = False
        self._stopping = asyncio.Event()
        self._finished = asyncio.Event()

    @abstractmethod
    def _new_link(self, generation: int) -> Link:
        """Give a connection that has not dialled yet."""

    @property
    def connected(self) -> bool:
        """Whether publishing is possible now, room apart."""
        return self._link is not None and self._link.connected

    @property
    def room(self) -> int:
        """How many publishes fit in the window now; 0 while disconnected."""
        return self._link.room if self._link is not None else 0

    def publish(self, topic: str, payload: bytes, *, retained: bool = False, done: Done | None = None) -> bool:
        """Send at QoS 1; False, and nothing is kept, without connection or room. ``done`` gets None or why not."""
        return self._link is not None and self._link.publish(topic, payload, retained, done)

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker that this message is safe; dropped silently when it came by an earlier connection."""
        if self._link is not None:
            self._link.acknowledge(delivery.ticket)

    def send_now(self) -> None:
        """Send what is queued at once, not at the end of this turn of the event loop."""
        if self._link is not None:
            self._link.send_now()

    def subscribe(self, filters: Sequence[str], done: Done) -> bool:
        """Listen to more for the rest of this connection; ``done`` gets None or why not. False without a connection."""
        return self._link is not None and self._link.subscribe(filters, done)

    def unsubscribe(self, filters: Sequence[str]) -> bool:
        """Listen to less; what is on its way may still come. False without a connection."""
        return self._link is not None and self._link.unsubscribe(filters)

    async def run(self) -> None:
        """Connect, and again after a jittered wait, until ``stop``; raises what a handler raised."""
        self._running = True
        clock = asyncio.get_running_loop().time
        try:
            while not self._stopping.is_set():
                began = clock()
                reason, was_connected = await self._one_connection()
                if not self._stopping.is_set():
                    self._say(reason, was_connected)
                    await self._wait(clock() - began if was_connected else 0)
        finally:
            self._finished.set()

    async def _one_connection(self) -> tuple[str, bool]:
        self._generation += 1
        link = self._link = self._new_link(self._generation)
        try:
            link.open()
            reason = await link.ended
        finally:
            link.close()
            self._link = None
        link.answer_all(reason)
        return reason, link.was_connected

    def _say(self, reason: str, was_connected: bool) -> None:
        if was_connected or reason != self._said:
            self._handlers.on_disconnect(reason)
        self._said = reason

    async def _wait(self, connected_s: float) -> None:
        """Wait longer after each failure; a connection that lasted longer than the wait due starts anew."""
        if connected_s > self._ceiling():
            self._failures = 0
        ceiling = self._ceiling()
        self._failures += 1
        delay = random.uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads the stations after an outage, no secret
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), delay)

    def _ceiling(self) -> float:
        return min(self._settings.backoff_max_s, self._settings.backoff_min_s * 2.0 ** min(self._failures, 30))

    async def stop(self, *, with_will: bool = False) -> None:
        """Wait up to 1 s for the window to empty, say goodbye and return when ``run`` has ended."""
        self._stopping.set()
        if self._link is not None:
            await self._link.finish(with_will=with_will)
        if self._running:
            await self._finished.wait()
