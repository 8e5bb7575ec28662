"""A canary: the hub hears its own state through the broker, or says that it does not.

mosquitto grants every subscription and then delivers nothing that its access list does not let one read, and a broker that was
halted keeps its connections open. Both look like peace: only a message that comes back tells them from it.
The canary is the hub's own retained state, said again: the topic table has it, every access list made from the table lets the
hub write and read it, and nobody else takes a state with a birth it knows for news.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from broker.promises import Session
from hub.numbers import Numbers
from hub.watch.problem import Kind, Problem

log = logging.getLogger(__name__)

TRY_AGAIN_S = 0.2
"""When the window is full: replies go first."""


class Canary:
    """Sends one at every connect and every while after it; ``problem`` says what became of the last."""

    def __init__(
        self,
        session: Session,
        topic: str,
        state: Callable[[], bytes],
        *,
        place: str,
        username: str,
        every_s: float,
        limit_s: float,
        numbers: Numbers,
        back: Callable[[], None],
    ) -> None:
        """``state`` gives the payload, another one each time; ``back`` is called when one came back.

        ``place`` and ``username`` are for the sentences.
        """
        self._session, self.topic, self._state = session, topic, state
        self._place, self._username = place, username
        self._every_s, self._limit_s = every_s, limit_s
        self._numbers, self._said_back = numbers, back
        self.flying = b""
        """What is under way; empty when nothing is."""
        self._sent_at = 0.0
        self._refusal: str | None = None
        self._taken = False
        self._came = asyncio.Event()
        self._now = asyncio.Event()
        self.problem: Problem | None = self._not_yet()
        self.round_trip_s: float | None = None

    def connected(self) -> None:
        """Send one at once: nothing was proved on this connection yet."""
        self.problem = self._not_yet()
        # One that was under way on the connection before is not waited for.
        self._came.set()
        self._now.set()

    def heard(self, payload: bytes) -> None:
        """Take what was delivered on our own topic; an old state or our last will is none of ours."""
        if payload == self.flying:
            self.round_trip_s = asyncio.get_running_loop().time() - self._sent_at
            self._back()

    def delivered(self) -> None:
        """Something else came: that proves as much, and a canary behind many waiting scans may take long."""
        if self.flying and not self._came.is_set():
            self._back()

    async def run(self) -> None:
        """Send, wait, tell, until cancelled."""
        while True:
            self._now.clear()
            if self._session.connected:
                await self._fly()
            try:
                async with asyncio.timeout(self._every_s):
                    await self._now.wait()
            except TimeoutError:
                pass

    async def _fly(self) -> None:
        self._came.clear()
        self._taken, self._refusal = False, None
        try:
            async with asyncio.timeout(self._limit_s):
                while not self._send():  # noqa: ASYNC110 - room is told to the hub, which gives it to replies first
                    await asyncio.sleep(TRY_AGAIN_S)
                await self._came.wait()
        except TimeoutError:
            self._lost()

    def _send(self) -> bool:
        self.flying = self._state()
        self._sent_at = asyncio.get_running_loop().time()
        return self._session.publish(self.topic, self.flying, retained=True, done=self._answered)

    def _answered(self, refusal: str | None) -> None:
        self._taken, self._refusal = refusal is None, refusal

    def _back(self) -> None:
        self.flying = b""
        self._came.set()
        if self.problem is not None:
            log.info("the broker delivers", extra={"action": "canary"})
        self.problem = None
        self._said_back()

    def _lost(self) -> None:
        # Without a connection the session says why, and the next one sends its own.
        if not self._session.connected:
            return
        self._numbers.canaries_lost += 1
        told = Problem(Kind.DELIVERY, self._why())
        if self.problem != told:
            log.error(told.says, extra={"action": "canary"})
        self.problem = told

    def _why(self) -> str:
        if self._refusal is not None:
            return (
                f"The broker at {self._place} does not take what the hub writes ({self._refusal}). Let its access list allow "
                f"{self._username!r} to write {self.topic}: holdshelf-broker render makes it anew."
            )
        if self._taken:
            return (
                f"The broker at {self._place} delivers nothing to the hub, though it granted the subscription: its access list does not "
                f"let {self._username!r} read. Make the list anew with holdshelf-broker render and reload the broker. "
                "Scans wait at their stations meanwhile."
            )
        return (
            f"The broker at {self._place} has not answered for {self._limit_s:g} s, though the connection is open. See whether it hangs, "
            "and start it anew. Scans wait at their stations meanwhile."
        )

    def _not_yet(self) -> Problem:
        return Problem(Kind.STARTING, f"The hub waits for the first message to come back from the broker at {self._place}.")
