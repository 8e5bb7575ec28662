"""Of several hubs each hears soon what an administrator changed on a page of another one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from hub.store.setting_changes import newest_change
from hub.store.sql import DATABASE_ERRORS, Connection, may_pass

log = logging.getLogger(__name__)

EVERY_S = 2.0


async def follow_settings(connection: Connection, changed: Callable[[], None]) -> None:
    """Call ``changed`` whenever there is a change that was not there before."""
    known = -1
    while True:
        try:
            newest = newest_change(connection)
            version = 0 if newest is None else newest.version
            if version != known:
                changed()
            known = version
        except DATABASE_ERRORS as error:
            if not may_pass(error):
                raise
            log.warning("settings wait for the database", extra={"action": "settings", "error": str(error)})
        await asyncio.sleep(EVERY_S)
