"""Lines from standard input, a keyboard or a pipe, taken like scans; its end ends the scanner, not the station."""

from __future__ import annotations

import asyncio
import os

from station.framing import LineFramer
from station.scanners import Changed, Kind, Take
from station.signals import SignalTone
from station.words import Key, Saying

READ_BYTES = 4096


class TypedScanner:
    """Reads a file descriptor line by line."""

    kind: Kind = "typed"

    def __init__(self, name: str = "typed", *, descriptor: int = 0, max_length: int = 512) -> None:
        self.name = name
        self.present = True
        self.detail: Saying | None = None
        self._descriptor = descriptor
        self._framer = LineFramer(max_length)

    def signal(self, tone: SignalTone) -> None:
        """Nothing can beep here."""

    def in_hand(self) -> bool:
        """Say whether half a line is there."""
        return self._framer.half

    async def run(self, take: Take, changed: Changed) -> None:
        """Read to the end of the input."""
        while data := await self._next_bytes():
            if found := self._framer.feed(data):
                take(self, found)
        # The last line of a file may have no terminator.
        if found := self._framer.finish():
            take(self, found)
        self.present, self.detail = False, Saying(Key.INPUT_ENDED)
        changed(self)

    async def _next_bytes(self) -> bytes:
        await self._readable()
        try:
            return os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return await self._next_bytes()
        except OSError:
            # The terminal went away.
            return b""

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_reader(self._descriptor, _set, ready)
        except PermissionError:
            # A plain file cannot be watched, and never makes one wait.
            await asyncio.sleep(0)
            return
        try:
            await ready
        finally:
            loop.remove_reader(self._descriptor)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
