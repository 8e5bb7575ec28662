"""The scanners that run now; they can be changed for others while scans go on, and no scan in hand is lost by it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from station.scanners import Changed, Scanner, Take

IN_HAND_S = 0.5
"""A barcode takes 15 ms at 9600 baud; somebody who types one is not waited for."""
LOOK_S = 0.01

Refit = Callable[[], None]


class ScannerSet:
    """Starts, watches and changes scanners; a scanner that fails ends ``run`` with its error."""

    def __init__(self, scanners: Sequence[Scanner], take: Take, changed: Changed) -> None:
        self._scanners = list(scanners)
        self._take = take
        self._changed = changed
        self._running: dict[Scanner, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    def __iter__(self) -> Iterator[Scanner]:
        return iter(self._scanners)

    @property
    def ended(self) -> bool:
        """Whether every scanner has come to an end, like a file that was read."""
        return all(task.done() for task in self._running.values())

    def start(self) -> None:
        """Start those there are; after the next turn of the loop each was tried once."""
        for scanner in self._scanners:
            if scanner not in self._running:
                self._running[scanner] = asyncio.create_task(scanner.run(self._take, self._changed))
        self._news.set()

    async def run(self) -> None:
        """Watch them; raises what one of them raised."""
        try:
            while True:
                self._news.clear()
                waiting = [task for task in self._running.values() if not task.done()]
                news = asyncio.create_task(self._news.wait())
                try:
                    await asyncio.wait({news, *waiting}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                for task in self._running.values():
                    if task.done() and not task.cancelled() and (error := task.exception()):
                        raise error
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def change(self, scanners: Sequence[Scanner], refits: Mapping[Scanner, Refit], switch: Callable[[], None]) -> None:
        """Let these scanners take over. Nothing is touched that stands in both; ``refits`` keep their device and read it otherwise.

        ``switch`` is called when no scan is in hand (or one does not end), before the first scan by the new settings.
        """
        goes = [each for each in self._scanners if each not in scanners]
        await _quiet([*goes, *refits])
        switch()
        for refit in refits.values():
            refit()
        ending = [self._running.pop(each) for each in goes if each in self._running]
        for task in ending:
            task.cancel()
        # One device cannot be opened twice: the old ones let go first.
        for error in await asyncio.gather(*ending, return_exceptions=True):
            if isinstance(error, Exception):
                raise error
        self._scanners = list(scanners)
        self.start()


async def _quiet(scanners: Sequence[Scanner]) -> None:
    """Return when none of them has half a scan in hand; one that never ends is not waited for."""
    end = time.monotonic() + IN_HAND_S
    while any(each.in_hand() for each in scanners) and time.monotonic() < end:  # noqa: ASYNC110 - the port says when, and not for long
        await asyncio.sleep(LOOK_S)
