"""What is done once in all, however many hubs there are: letters, events and counts for dashboards, the passing of days."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Office:
    """Held or not; what runs in it is cut off as soon as it is not held any more."""

    def __init__(self) -> None:
        self._taken, self._left = asyncio.Event(), asyncio.Event()
        self._left.set()
        self._running: set[asyncio.Future[None]] = set()

    @property
    def held(self) -> bool:
        """Whether this hub has it."""
        return self._taken.is_set()

    def hold(self, *, held: bool) -> None:
        """Take it or leave it."""
        on, off = (self._taken, self._left) if held else (self._left, self._taken)
        on.set()
        off.clear()

    async def run(self, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a part whenever the office is held; returns when the part does so by itself, raises what it raises."""
        while True:
            await self._taken.wait()
            if await self._one_term(asyncio.ensure_future(part())):
                return

    async def _one_term(self, running: asyncio.Future[None]) -> bool:
        left = asyncio.ensure_future(self._until_left())
        self._running.add(running)
        try:
            await asyncio.wait({running, left}, return_when=asyncio.FIRST_COMPLETED)
            over = running.done()
        finally:
            left.cancel()
            running.cancel()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            self._running.discard(running)
        if isinstance(ended, BaseException) and not isinstance(ended, asyncio.CancelledError):
            raise ended
        return over

    async def _until_left(self) -> None:
        await self._left.wait()

    async def close(self, limit_s: float) -> None:
        """Leave it, and return when what ran in it has ended."""
        self.hold(held=False)
        if self._running:
            await asyncio.wait(set(self._running), timeout=limit_s)
