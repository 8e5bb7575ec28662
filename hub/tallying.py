"""Keeps the counts of the reports up to date, beside the scans and never in their way."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing

from hub.core.seen import Site
from hub.flows.count_past import is_long
from hub.flows.keep_tally import Counted, count_some, keep_counted
from hub.past_counter import BrokenOff, counted_beside
from hub.store.database import open_reader, transaction
from hub.store.place import Place
from hub.store.rounds import again_and_again
from hub.store.sql import Connection

log = logging.getLogger("holdshelf.tally")

EVERY_S = 15.0
REST_S = 0.02
"""Between two parts of a long way: scans come first."""
PAST_REST_S, PAST_REST = 0.005, 2
"""The same where another process counts: at least, and as a multiple of what adding a part took."""


class Tallying:
    """Counts what is new, until there is nothing more, and looks again after a while."""

    def __init__(self, connection: Connection, database: Place, site: Site) -> None:
        self._connection, self._database, self._site = connection, database, site
        self._reader = open_reader(database)

    async def run(self) -> None:
        """Count again and again; a full disk or a busy database is waited for."""
        await again_and_again(self.look, EVERY_S, log, "keep_tally", "the counts of the reports wait for the database")

    async def look(self) -> int:
        """Count all that is new; gives in how many parts. A long past is counted first, by a process of its own."""
        parts = 0
        if await asyncio.to_thread(is_long, self._reader):
            try:
                parts = await self._count_past()
            except (BrokenOff, OSError) as error:
                # The next look begins anew, and writes over what has come already.
                log.warning("the past is not counted yet", extra={"action": "keep_tally", "error": str(error)})
                return parts
        while (counted := await asyncio.to_thread(count_some, self._reader, self._site.zone)).more:
            if not self._keep(counted):
                # Another hub has counted it; where that one is now is looked at anew, and a long past has a way of its own.
                break
            parts += 1
            if not counted.full:
                # The little that came meanwhile waits for the next look: on a busy day there would be something always.
                break
            await asyncio.sleep(REST_S)
        return parts

    async def _count_past(self) -> int:
        log.info("counting a long past for the reports", extra={"action": "keep_tally"})
        parts = 0
        async with aclosing(counted_beside(self._database, str(self._site.zone))) as past:
            async for counted in past:
                begin = time.monotonic()
                if not self._keep(counted):
                    break
                parts += 1
                await asyncio.sleep(max(PAST_REST_S, PAST_REST * (time.monotonic() - begin)))
        return parts

    def _keep(self, counted: Counted) -> bool:
        with transaction(self._connection):
            return keep_counted(self._connection, counted)

    def close(self) -> None:
        """Close its reading connection."""
        self._reader.close()
