"""The round of those who work beside the scans: look, wait for a database that is busy or full, rest, look again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hub.store.sql import DATABASE_ERRORS, may_pass


async def again_and_again(look: Callable[[], Awaitable[object]], every_s: float, log: logging.Logger, action: str, waits: str) -> None:
    """Look every so many seconds until cancelled; the log hears of a database that is waited for; what cannot pass is raised."""
    while True:
        try:
            await look()
        except DATABASE_ERRORS as error:
            if not may_pass(error):
                raise
            log.warning(waits, extra={"action": action, "error": str(error)})
        await asyncio.sleep(every_s)
