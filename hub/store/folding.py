"""The write-ahead log folded back into the database in a moment in which nobody scans.

Left to itself SQLite does so within the commit that fills the log, and that scan waits for the disk twice. It still does where no such
moment comes.
"""

from __future__ import annotations

import asyncio
import logging

from hub.store.sql import DATABASE_ERRORS, Connection

log = logging.getLogger(__name__)

DUE_CHANGES = 600
"""Rows written since the last time: some sixty scans, and a log that is folded within a few milliseconds."""
QUIET_S = 0.015
"""So long nobody has written."""


class Folding:
    """Hears of each commit; does nothing where the database is a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._folded_at = connection.total_changes
        self._written_at_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def committed(self) -> None:
        """Something was written: fold it back when it is quiet, if that is worth while."""
        if self._connection.dialect != "sqlite":
            return
        loop = asyncio.get_running_loop()
        self._written_at_s = loop.time()
        if self._timer is None and self._connection.total_changes - self._folded_at >= DUE_CHANGES:
            self._timer = loop.call_later(QUIET_S, self._look)

    def stop(self) -> None:
        """Fold nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        quiet_s = loop.time() - self._written_at_s
        if quiet_s < QUIET_S:
            self._timer = loop.call_later(QUIET_S - quiet_s, self._look)
            return
        self._folded_at = self._connection.total_changes
        try:
            # Passive: it waits for no reader, and what a reader still needs stays for the next time.
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except DATABASE_ERRORS as error:
            # Nothing is lost by it: what is in the log stays there. A disk that fails fails the next scan, too, and that one says so.
            log.warning("the write-ahead log was not folded back", extra={"action": "fold", "error": str(error)})
