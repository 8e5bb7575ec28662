"""All of it put together: what `/health/ready`, the page and the metrics tell of the hub itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from broker.promises import Delivery, Session
from hub.numbers import Numbers
from hub.settings import HubSettings
from hub.store.database import open_reader
from hub.store.place import Place
from hub.store.sql import Connection
from hub.watch.canary import Canary
from hub.watch.disk import DiskWatch
from hub.watch.loop import LoopWatch
from hub.watch.parts import PartsWatch
from hub.watch.problem import Kind, Problem
from hub.watch.vitals import LeaseNumbers, Vitals


class Leases(Protocol):
    """The lease of a hub that is one of several."""

    def numbers(self) -> LeaseNumbers:
        """Give what metrics tell."""


class Company(Protocol):
    """The hubs this one is one of."""

    @property
    def leases(self) -> Leases:
        """Give its lease."""

    def problem(self) -> Problem | None:
        """Say why this hub answers no scan, or not all it should."""


class Watch:
    """Runs beside everything else and changes nothing of it."""

    def __init__(
        self,
        settings: HubSettings,
        connection: Connection,
        database: Place,
        session: Session,
        topic: str,
        *,
        numbers: Numbers,
        state: Callable[[], bytes],
        inbox_trouble: Callable[[], str | None],
        catching_up: Callable[[], str | None],
        clock_looked_at: Callable[[], datetime | None],
        company: Company | None = None,
        now: Callable[[], datetime],
    ) -> None:
        """``topic`` and ``state`` are those of the hub itself; ``company`` is there where it is one of several."""
        self._company = company
        self._session, self._numbers = session, numbers
        self._gone: str | None = None
        self._catching_up = catching_up
        place = f"{settings.mqtt.host}:{settings.mqtt.port}"
        limits = {"every_s": settings.health.canary_every_s, "limit_s": settings.health.canary_limit_s}
        self._canary = Canary(
            session, topic, state, place=place, username=settings.mqtt.username, numbers=numbers, back=self._proved, **limits
        )
        self._loop = LoopWatch()
        self._disk = DiskWatch(connection, database, trouble=inbox_trouble)
        self._reader = open_reader(database)
        self._parts = PartsWatch(self._reader, now=now, clock_looked_at=clock_looked_at)
        self.answering = asyncio.Event()
        """Set once a scan would be answered for the first time."""

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for part in (self._canary, self._loop, self._disk, self._parts):
                group.create_task(part.run())

    def connected(self) -> None:
        """The broker took us in; whether it delivers is to be seen."""
        self._gone = None
        self._numbers.connections += 1
        self._canary.connected()

    def disconnected(self, reason: str) -> None:
        """The broker is gone, and why."""
        self._gone = reason

    def is_ours(self, delivery: Delivery) -> bool:
        """Take what was delivered for a sign of life; gives whether it was the hub's own state and is done with."""
        canary = self._canary
        if delivery.topic == canary.topic:
            canary.heard(delivery.payload)
            return True
        if canary.flying:
            canary.delivered()
        return False

    def problems(self) -> list[Problem]:
        """Give all that is wrong, what stops scans first."""
        behind = self._catching_up()
        found = [
            self._broker(),
            Problem(Kind.STARTING, behind) if behind else None,
            self._disk.problem,
            self._company.problem() if self._company is not None else None,
            self._loop.problem,
            *self._parts.problems(),
        ]
        return sorted((problem for problem in found if problem is not None), key=lambda problem: not problem.stops_scans)

    def vitals(self) -> Vitals:
        """Give the numbers of it."""
        return Vitals(
            numbers=self._numbers.snapshot(),
            connected=self._session.connected,
            canary_round_trip_s=self._canary.round_trip_s,
            loop_lag_s=self._loop.worst_s(),
            late_s={kind.value: late for kind, late in self._parts.late().items()},
            room=self._disk.room,
            leases=self._company.leases.numbers() if self._company is not None else None,
        )

    def close(self) -> None:
        """Close its reading connection."""
        self._reader.close()

    def _proved(self) -> None:
        self.answering.set()

    def _broker(self) -> Problem | None:
        if self._gone is not None:
            return Problem(Kind.BROKER, self._gone)
        if not self._session.connected and self.answering.is_set():
            return Problem(Kind.BROKER, "The hub is not connected to the broker.")
        return self._canary.problem
