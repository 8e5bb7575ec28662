"""Wakes whoever follows the event table: the live pages."""

from __future__ import annotations

import asyncio


class Feed:
    """A bell that many may wait for; nobody is missed, nobody is kept waiting by a slow one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something was committed."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self) -> None:
        """Return at the next ring."""
        await self._rung.wait()
