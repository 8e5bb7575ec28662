"""A station in this process, on ptys, with a broker in memory and a model hub."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.session import SessionSettings
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from station.agent import Agent, Outside, system_clock, system_ids
from station.desk import Desk
from station.disk_room import MIB, Room
from station.framers import framer_of
from station.framing import LineFramer
from station.journal import open_journal
from station.json_screen import JsonLines
from station.kept_settings import SettingsKeeper
from station.moment import Moment
from station.overlay import begin
from station.scanners import Scanner
from station.scanners.serial_port import SerialScanner
from station.settings import ScannerSettings, StationFile
from station.signals import Dialect, Signaller
from tests.contract.station import model_hub
from tests.contract.station.model_hub import ModelHub
from tests.support.brokers import until
from tests.support.ptys import PtyScanner

ROOT = Root("main")
FAST: dict[str, Any] = {"backoff_min_s": 0.02, "backoff_max_s": 0.1}


@dataclass
class Running:
    """One station that runs as a task."""

    agent: Agent
    task: asyncio.Task[None]
    events: list[dict[str, Any]]
    """What the desk showed."""
    announced: list[str]

    @property
    def half_a_scan(self) -> bytes:
        """What the first scanner holds and has not ended."""
        scanner = self.agent._outside.scanners[0]
        assert isinstance(scanner, SerialScanner)
        framer = scanner._framer
        assert isinstance(framer, LineFramer)
        return bytes(framer._held.data)

    def shown(self, event: str) -> list[dict[str, Any]]:
        """What the desk showed of one kind."""
        return [each for each in self.events if each["event"] == event]

    async def stop(self) -> None:
        """End it as SIGTERM does."""
        self.agent.stop()
        await asyncio.wait_for(self.task, 5)

    async def kill(self) -> None:
        """End it as abruptly as a task can be ended."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


class Clock:
    """This machine's clock, which a test may put forward, and boots that a test may make."""

    def __init__(self) -> None:
        self._system = system_clock()
        self.ahead_s = 0
        self.boot = "boot-1"

    def __call__(self) -> Moment:
        now = self._system()
        return Moment(now.wall + timedelta(seconds=self.ahead_s), now.monotonic_ns + self.ahead_s * 1_000_000_000, self.boot)


@dataclass
class Bench:
    """Broker, hub, scanner and the stations started on them."""

    folder: Path
    pty: PtyScanner
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    hub: ModelHub = field(default_factory=lambda: ModelHub(ROOT))
    clock: Clock = field(default_factory=Clock)
    aim: str = "auto"
    signals: Dialect = "none"
    more: dict[str, Any] = field(default_factory=dict)
    """What else the station's file says."""
    surround: Callable[[StationFile], None] | None = None
    free: int | None = None
    """Bytes on the journal's disk, where a test says so."""
    running: list[Running] = field(default_factory=list)
    hub_task: asyncio.Task[None] | None = None

    @property
    def settings(self) -> StationFile:
        """The station's settings."""
        return StationFile.model_validate(
            {
                "station": "main-1",
                "site": "main",
                "mqtt": {"password": "x"},
                "journal": {"path": self.folder / "journal.db"},
                "scanner": [{"kind": "serial", "path": self.pty.path, "name": "pty", "aim": self.aim, "signals": self.signals}],
            }
            | self.more
        )

    def scanners_of(self, sections: Sequence[ScannerSettings]) -> list[Scanner]:
        """Make scanners that open their port again at once."""
        return [
            SerialScanner(
                each.label, str(each.path), framer=framer_of(each), signaller=Signaller(each.signals), baud=each.baud, reopen_s=0.01
            )
            for each in sections
        ]

    def start_station(self, *scanners: Scanner) -> Running:
        """Start a station on the folder's journal."""
        events: list[dict[str, Any]] = []
        announced: list[str] = []
        new_id = system_ids()

        def make_session(settings: SessionSettings, handlers: Any, will: Any) -> MemorySession:
            fast = SessionSettings(**{**vars(settings), **FAST})
            return MemorySession(self.broker, fast, handlers, will=will)

        keeper = SettingsKeeper(self.folder / "journal.db")
        settings, kept = begin(self.settings, keeper.read())
        keeper.write(kept)
        outside = Outside(
            journal=open_journal(self.folder / "journal.db", new_id),
            desk=Desk(JsonLines(), lambda line: events.append(json.loads(line)), asyncio.get_running_loop().call_later),
            scanners=scanners or self.scanners_of(settings.scanner),
            make_session=make_session,
            clock=self.clock,
            new_id=new_id,
            announce=announced.append,
            kept=kept,
            make_scanners=self.scanners_of,
            surround=self.surround,
            room=None if self.free is None else lambda: Room(self.free or 0, 32 * 1024 * MIB),
        )
        agent = Agent(self.settings, outside)
        running = Running(agent, asyncio.create_task(agent.run()), events, announced)
        self.running.append(running)
        return running

    async def start_hub(self) -> None:
        """Start the hub's session, or start it again."""

        def make(handlers: Any, will: Any) -> MemorySession:
            settings = SessionSettings(
                host="memory", port=0, client_id="hub-1", username="hub-1", password="x", subscriptions=self.hub.subscriptions, **FAST
            )
            return MemorySession(self.broker, settings, handlers, will=will)

        self.hub_task = await model_hub.start(self.hub, make)

    async def stop_hub(self, *, with_will: bool = True) -> None:
        """End the hub's session."""
        if self.hub.session is not None and self.hub_task is not None:
            await self.hub.session.stop(with_will=with_will)
            await self.hub_task
            self.hub_task = None

    async def online(self) -> Running:
        """Start hub and station and wait until they know each other."""
        await self.start_hub()
        station = self.start_station()
        await until(lambda: "station main-1 online" in station.announced, "the station to be online")
        return station

    async def close(self) -> None:
        """End everything."""
        for running in self.running:
            if not running.task.done():
                await running.stop()
        await self.stop_hub()


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[PtyScanner]:
    """A scanner on a pseudo-terminal."""
    with PtyScanner(tmp_path / "usb-Test_Scanner") as scanner:
        yield scanner


@pytest.fixture
async def bench(tmp_path: Path, pty: PtyScanner) -> AsyncIterator[Bench]:
    """Everything but a station; nothing runs yet."""
    bench = Bench(tmp_path, pty)
    yield bench
    await bench.close()
