"""What the passing of time does, once a minute: found in a thread, done in small transactions between scans."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hub.core.acts import Act
from hub.core.seen import Site
from hub.flows.forget import DELETED, forget_cards, forget_the_rest, wipe
from hub.flows.pass_time import pass_time
from hub.store.database import open_reader, transaction, vacuum
from hub.store.due import Due, due
from hub.store.events import cursor
from hub.store.place import Place
from hub.store.rounds import again_and_again
from hub.store.sql import DATABASE_ERRORS, Connection

log = logging.getLogger(__name__)

EVERY_S = 60.0
AT_A_TIME, MOST_AT_A_TIME = 20, 1000
"""Done in one transaction, at first and at most."""
HOLDS_UP_S, ALONE_S = 0.02, 0.05
"""So long a transaction may keep the writer from scans, and so long where nobody has wanted the loop for a while; how much is done in
the next one follows from it."""
SHORT_FOR = 20
"""So many transactions stay short once somebody wanted the loop."""
ASIDE_S, NOBODY_S = 0.02, 0.0001
"""So long it steps aside at most, and so soon it has the loop again where nobody wants it."""


@dataclass(slots=True)
class Pace:
    """How much is done in the next transaction, by what the last one took."""

    count: int = AT_A_TIME
    short: int = SHORT_FOR
    """So many are still to be short."""

    def go_on(self, done: int, took_s: float, *, wanted: bool) -> None:
        """Go by a transaction; ``wanted`` says that somebody had to wait for the loop."""
        self.short = SHORT_FOR if wanted else max(self.short - 1, 0)
        may_take_s = HOLDS_UP_S if self.short else ALONE_S
        if done < self.count and took_s <= may_take_s:
            # The few at the end of a portion say little of many.
            return
        fits = int(done * may_take_s / max(took_s, 0.001))
        self.count = max(AT_A_TIME, min(fits, 2 * self.count, MOST_AT_A_TIME))


class Clock:
    """Looks every minute what the time has come for. After a stop it catches up at once, and says each thing once."""

    def __init__(
        self,
        connection: Connection,
        database: Place,
        site: Site,
        *,
        now: Callable[[], datetime],
        changed: Callable[[set[str]], None],
    ) -> None:
        """``changed`` hears the desks whose counts may have changed."""
        self._connection = connection
        self._database, self._reader = database, open_reader(database)
        self._site = site
        self._now = now
        self._changed = changed
        self._to_wipe, self._deleted = False, 0
        self.looked_at: datetime | None = None
        """When it last looked to the end."""

    def follow(self, site: Site) -> None:
        """Go by other rules from the next look on."""
        self._site = site

    async def run(self) -> None:
        """Look again and again; a full disk or a busy database is waited for."""
        await again_and_again(self.look, EVERY_S, log, "pass_time", "time waits for the database")

    async def look(self) -> int:
        """Do what is due now; gives how much was done."""
        done, forget = 0, False
        portions, act, pace = due(self._reader, self._site, self._now()), None, Pace()
        while found := await asyncio.to_thread(next, portions, None):
            # What one costs is known of the one before only where both are of a kind.
            act, pace = found[0].act, pace if found[0].act is act else Pace()
            done, forget = done + await self._do_alike(found, pace), forget or act is Act.FORGET
        deleted = cursor(self._connection, DELETED)
        forgotten = await self._forget_cards() or deleted != self._deleted or forget
        self._to_wipe, self._deleted = self._to_wipe or forgotten, deleted
        if self._to_wipe and await self._wipe():
            self._to_wipe = False
        self.looked_at = self._now()
        if done:
            self._changed({row[0] for row in self._connection.execute("SELECT code FROM desk WHERE pickup")})
            log.info("time has passed", extra={"action": "pass_time", "done": done})
        return done

    async def _do_alike(self, found: Sequence[Due], pace: Pace) -> int:
        """Do things of one kind in transactions that are short, whatever the disk and the processor are busy with."""
        done = first = 0
        while first < len(found):
            began_s, some = time.monotonic(), found[first : first + pace.count]
            with _no_search():
                done += self._do(some)
            first += len(some)
            took_s = time.monotonic() - began_s
            pace.go_on(len(some), took_s, wanted=await _step_aside())
        return done

    async def _wipe(self) -> bool:
        """Let the database give up what is forgotten; False where it is to be tried again."""
        if not isinstance(self._database, str):
            return wipe(self._connection)
        # As long as it takes, and no scan waits for it.
        await asyncio.to_thread(vacuum, self._database)
        return True

    def _do(self, some: Sequence[Due]) -> int:
        """Do some in one transaction; where one of them cannot be done, the others are done without it, in halves."""
        try:
            with transaction(self._connection):
                return pass_time(self._connection, self._site, some, self._now())
        except DATABASE_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - a row that makes no sense must not stop the hub and its desks
            if len(some) > 1:
                half = len(some) // 2
                return self._do(some[:half]) + self._do(some[half:])
            about = {"act": some[0].act, "request": some[0].request, "item": some[0].item, "error": type(error).__name__}
            log.error("something is due that cannot be done", extra={"action": "pass_time"} | about)
            return 0

    async def _forget_cards(self) -> bool:
        """Take patrons out of old replies, notes and messages put aside; gives whether there were any."""
        with transaction(self._connection):
            some = forget_the_rest(self._connection, self._site, self._now())
        while True:
            with transaction(self._connection):
                looked_at = forget_cards(self._connection, self._site, self._now())
            if not looked_at:
                return some
            some = True
            await asyncio.sleep(0)

    def close(self) -> None:
        """Close its reading connection."""
        self._reader.close()


async def _step_aside() -> bool:
    """Let everybody have the loop until nobody wants it, for a scan goes through it several times; gives whether somebody did."""
    began_s = turn_s = time.monotonic()
    while turn_s - began_s < ASIDE_S:
        await asyncio.sleep(0)
        before_s, turn_s = turn_s, time.monotonic()
        if turn_s - before_s < NOBODY_S:
            return before_s > began_s
    return True


@contextmanager
def _no_search() -> Iterator[None]:
    """Look for no garbage meanwhile: a transaction leaves none, and all that is due would be looked through again and again."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()
