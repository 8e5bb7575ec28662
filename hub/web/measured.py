"""What was counted last, and counted anew only as often as it is cheap: whoever scrapes every second shall not be felt at a desk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from hub.store.pages.measures import Measures, measure

T = TypeVar("T")

REST_S = 2.0
REST = 100
"""Counting rests a hundred times as long as it took, like the counts of the desks."""


class Read(Protocol):
    """Reads in a thread."""

    def __call__(self, what: Callable[[Connection], T]) -> Awaitable[T]:
        """Read."""


class Measured:
    """The last measures, shared by all who ask."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._last: Measures | None = None
        self._rests_until = float("-inf")
        self._counted_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def now(self) -> tuple[Measures, float]:
        """Give the measures and how old they are in seconds."""
        clock = asyncio.get_running_loop().time
        async with self._one_at_a_time:
            if self._last is None or clock() >= self._rests_until:
                began = clock()
                self._last = await self._read(measure)
                self._counted_at = clock()
                self._rests_until = self._counted_at + max(REST_S, REST * (self._counted_at - began))
        return self._last, clock() - self._counted_at
