"""Keeps the counts of the reports up to date, beside the scans and never in their way."""

from __future__ import annotations

import asyncio
import logging

from hub.core.seen import Site
from hub.flows.keep_tally import count_some, keep_counted
from hub.store.database import open_reader, transaction
from hub.store.place import Place
from hub.store.rounds import again_and_again
from hub.store.sql import Connection

log = logging.getLogger("holdshelf.tally")

EVERY_S = 15.0
REST_S = 0.02
"""Between two parts of a long way: scans come first."""


class Tallying:
    """Counts what is new, until there is nothing more, and looks again after a while."""

    def __init__(self, connection: Connection, database: Place, site: Site) -> None:
        self._connection, self._site = connection, site
        self._reader = open_reader(database)

    async def run(self) -> None:
        """Count again and again; a full disk or a busy database is waited for."""
        await again_and_again(self.look, EVERY_S, log, "keep_tally", "the counts of the reports wait for the database")

    async def look(self) -> int:
        """Count all that is new; gives in how many parts."""
        parts = 0
        while (counted := await asyncio.to_thread(count_some, self._reader, self._site.zone)).more:
            with transaction(self._connection):
                keep_counted(self._connection, counted)
            parts += 1
            await asyncio.sleep(REST_S)
        return parts

    def close(self) -> None:
        """Close its reading connection."""
        self._reader.close()
