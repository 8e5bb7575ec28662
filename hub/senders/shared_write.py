"""One commit for all that several letters have to write at a moment: each waits until it is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hub.store.database import transaction
from hub.store.sql import DATABASE_ERRORS, Connection

Change = Callable[[], None]
_Waiting = tuple[Change, bool, asyncio.Future[bool]]


class SharedWrite:
    """Collects changes of one turn of the loop, and what comes while a commit has to wait."""

    def __init__(
        self, connection: Connection, *, wait: Callable[[Exception], Awaitable[None]], give_up: Callable[[], bool], done: Callable[[], None]
    ) -> None:
        """``wait`` waits after an error of the database, ``give_up`` ends that waiting; ``done`` hears of each commit others care for."""
        self._connection, self._wait, self._give_up, self._done = connection, wait, give_up, done
        self._changes: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, change: Change, *, tell: bool = True) -> bool:
        """Return when it is on disk; False where it was given up, with nothing written."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[bool] = loop.create_future()
        self._changes.append((change, tell, written))
        if self._task is None:
            self._task = loop.create_task(self._commit())
        return await written

    async def _commit(self) -> None:
        try:
            while self._changes:
                some, self._changes = self._changes, []
                await self._together(some)
        finally:
            self._task = None

    async def _together(self, some: list[_Waiting]) -> None:
        try:
            written = await self._written(some)
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            for _, _, told in some:
                if not told.done():
                    told.set_exception(error)
            return
        for _, _, told in some:
            if not told.done():
                told.set_result(written)
        if written and any(tell for _, tell, _ in some):
            self._done()

    async def _written(self, some: list[_Waiting]) -> bool:
        """Write these; a full disk is waited for, or the letters that just left would leave at each start of the hub anew."""
        while True:
            try:
                with transaction(self._connection):
                    for change, _, _ in some:
                        change()
                return True
            except DATABASE_ERRORS as error:
                await self._wait(error)
                if self._give_up():
                    return False
