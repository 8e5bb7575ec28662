"""Is a part late that works beside the scans: the clock, the events to dashboards, the letters to patrons?

One that died has stopped the program. One that is late has not, and nobody at a desk would notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.store.moments import maybe_moment, to_ms
from hub.store.sql import DATABASE_ERRORS, Connection, may_pass
from hub.watch.problem import Kind, Problem

EVERY_S = 10.0
CLOCK_LATE = timedelta(minutes=5)
"""It looks once a minute."""
EVENTS_LATE = timedelta(minutes=1)
LETTERS_LATE = timedelta(minutes=10)
"""A letter whose hour has come is tried at once; a failed try sets it a new hour."""

OLDEST_EVENT = "SELECT at FROM event WHERE seq > coalesce((SELECT seq FROM cursor WHERE name = 'mqtt'), 0) ORDER BY seq LIMIT 1"
OLDEST_LETTER = "SELECT min(not_before) FROM notice WHERE state = 'queued'"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when the oldest waits of what the parts have to do."""

    event: datetime | None
    letter: datetime | None


class PartsWatch:
    """Looks by a reading connection, in a thread."""

    def __init__(self, reader: Connection, *, now: Callable[[], datetime], clock_looked_at: Callable[[], datetime | None]) -> None:
        """``clock_looked_at`` gives when the hub's clock last looked what is due."""
        self._reader, self._now, self._clock_looked_at = reader, now, clock_looked_at
        self._began: datetime | None = None
        self._waiting = Waiting(None, None)

    async def run(self) -> None:
        """Look until cancelled."""
        self._began = self._now()
        while True:
            try:
                self._waiting = await asyncio.to_thread(read_waiting, self._reader)
            except DATABASE_ERRORS as error:
                # What is wrong with the database is told by who writes to it.
                if not may_pass(error):
                    raise
            await asyncio.sleep(EVERY_S)

    def late(self) -> dict[Kind, float]:
        """Give for each part by how many seconds it is behind; 0 when nothing waits for it."""
        now = self._now()
        looked_at = self._clock_looked_at() or self._began
        since = {Kind.CLOCK: looked_at, Kind.DASHBOARDS: self._waiting.event, Kind.PATRONS: self._waiting.letter}
        # What waited while the hub was away is not late before the hub had its time.
        return {kind: _seconds(now, max(at, self._began or at) if at is not None else None) for kind, at in since.items()}

    def problems(self) -> Iterator[Problem]:
        """Say what is late."""
        late = self.late()
        if late[Kind.CLOCK] > CLOCK_LATE.total_seconds():
            says = f"The hub has not looked for {_minutes(late[Kind.CLOCK])} what is due: holds do not end, nobody is reminded."
            yield Problem(Kind.CLOCK, f"{says} The log says why; start the hub anew if it does not.")
        if late[Kind.DASHBOARDS] > EVENTS_LATE.total_seconds():
            says = f"Dashboards are {_minutes(late[Kind.DASHBOARDS])} behind: the broker takes no events, or too slowly."
            yield Problem(Kind.DASHBOARDS, f"{says} See the broker's log and the access list for {{root}}/event.")
        if late[Kind.PATRONS] > LETTERS_LATE.total_seconds():
            says = f"A letter should have left {_minutes(late[Kind.PATRONS])} ago and was not tried."
            yield Problem(Kind.PATRONS, f"{says} See whether the mail server answers; start the hub anew if it does.")


def read_waiting(reader: Connection) -> Waiting:
    """Give since when the oldest event and the oldest letter wait."""
    event = reader.execute(OLDEST_EVENT).fetchone()
    letter = reader.execute(OLDEST_LETTER).fetchone()
    return Waiting(maybe_moment(event[0]) if event else None, maybe_moment(letter[0]))


def _seconds(now: datetime, since: datetime | None) -> float:
    return max((to_ms(now) - to_ms(since)) / 1000, 0.0) if since is not None else 0.0


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes != 1 else "a minute"
