"""What every route has at hand: the hub's doors, reading in threads of its own, and a process for what takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request
from sqlalchemy import Connection

from hub.store.pages.reader import AT_ONCE, Reader
from hub.web.apart import Apart
from hub.web.attempts import Attempts
from hub.web.doors import Doors
from hub.web.import_jobs import Imports
from hub.web.live import Live
from hub.web.measured import Measured
from hub.web.pictures import Pictures
from hub.web.streams import Streams

T = TypeVar("T")
Made = TypeVar("Made")


class Inside:
    """One for an app. Reading happens in a few threads, so that it never holds up the loop that takes scans."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.streams = Streams(doors)
        self.live = Live(doors, self.streams, self.read)
        self.pictures = Pictures(doors, self.streams)
        self.measured = Measured(self.read)
        self.attempts = Attempts()
        self.imports = Imports()
        self.one_password = asyncio.Semaphore(1)
        self.apart = Apart(doors.database)
        self._reader = Reader(doors.database)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="page")

    async def read(self, what: Callable[[Connection], T]) -> T:
        """Read in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._reader.read, what)

    async def make(self, what: Callable[[Connection], T], form: Callable[[T], Made]) -> Made:
        """Read, and give what was read its form, both in a thread: putting a long list into JSON takes as long as reading it."""

        def both() -> Made:
            return form(self._reader.read(what))

        return await asyncio.get_running_loop().run_in_executor(self._threads, both)

    def close(self) -> None:
        """End the process, the threads and their connections."""
        self.apart.close()
        self._threads.shutdown()
        self._reader.close()


async def inside(request: Request) -> Inside:
    """Give what the app was made with."""
    return cast(Inside, request.app.state.inside)


Hand = Annotated[Inside, Depends(inside)]
