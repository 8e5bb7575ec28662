"""Brokers for tests: in memory, mosquitto or iotcore as real processes on free loopback ports, behind one face."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import random
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol

import pytest

from broker.embedded import EmbeddedBroker, Kind, find_mosquitto
from broker.mosquitto import Account
from broker.promises import Delivery, Handlers, Session, SessionSettings, Will
from broker.session import MqttSession
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Party

LIMIT_S = 5.0
SITE = "main"
HUB = Account("hub-1", "hub-password", Party.HUB)
FRONT = Account("front-1", "front-password", Party.STATION)
EAST = Account("east-1", "east-password", Party.STATION)
WALL = Account("wall", "wall-password", Party.DASHBOARD)
ACCOUNTS = (HUB, FRONT, EAST, WALL)


async def until(condition: Callable[[], bool], what: str, *, limit_s: float = LIMIT_S, but: Callable[[], object] | None = None) -> None:
    """Wait for a condition with a limit; the failure says what was waited for, and what ``but`` gives."""
    with suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            while not condition():  # noqa: ASYNC110 - what is watched is state of other processes, not ours to signal
                await asyncio.sleep(0.002)
    assert condition(), f"waited {limit_s} s for: {what}; but {but() if but else 'no'}"


def free_port() -> int:
    """Give a free loopback port below those the system hands to outgoing connections, so that none of them takes it first."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Ears:
    """Handlers that note everything; ``acknowledge`` says whether messages are acknowledged at once."""

    acknowledge: bool = True
    connects: list[bool] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    rooms: int = 0
    session: Session | None = None
    raises: Exception | None = None

    def on_message(self, delivery: Delivery) -> None:
        """Note it, or raise."""
        self.deliveries.append(delivery)
        if self.raises is not None:
            raise self.raises
        if self.acknowledge and self.session is not None:
            self.session.acknowledge(delivery)

    def on_connect(self, session_present: bool) -> None:
        """Note it."""
        self.connects.append(session_present)

    def on_disconnect(self, reason: str) -> None:
        """Note it."""
        self.reasons.append(reason)

    def on_room(self) -> None:
        """Count it."""
        self.rooms += 1

    @property
    def payloads(self) -> list[bytes]:
        """What came, in order."""
        return [delivery.payload for delivery in self.deliveries]


class BrokerUnderTest(Protocol):
    """What the contract tests ask of a broker."""

    name: str
    protocol: Literal["5", "3.1.1"]

    async def start(self) -> None:
        """Come up, empty."""

    async def crash(self) -> None:
        """Go down as at kill -9; everything is lost."""

    async def stop(self) -> None:
        """Go down for good."""

    def session(self, settings: SessionSettings, handlers: Handlers, will: Callable[[], Will] | None) -> Session:
        """Give a session to this broker."""

    def place(self) -> tuple[str, int]:
        """Give host and port."""


class InMemory:
    """The broker in memory."""

    name = "memory"
    protocol: Literal["5", "3.1.1"] = "5"

    def __init__(self) -> None:
        self.broker = MemoryBroker()

    async def start(self) -> None:
        """Take connections (again)."""
        self.broker.come_up()

    async def crash(self) -> None:
        """Lose everything and take no connections."""
        self.broker.wipe()
        self.broker.go_down()

    async def stop(self) -> None:
        """Nothing to do."""

    def session(self, settings: SessionSettings, handlers: Handlers, will: Callable[[], Will] | None) -> Session:
        """Give a session in memory."""
        return MemorySession(self.broker, settings, handlers, will=will)

    def place(self) -> tuple[str, int]:
        """Give a name for sentences."""
        return "memory", 0


class RealProcess:
    """mosquitto or iotcore as our own child process, with the files Holdshelf makes for it."""

    def __init__(self, folder: Path, kind: Kind, protocol: Literal["5", "3.1.1"]) -> None:
        self.name: str = kind
        self.protocol = protocol
        self.port = free_port()
        self.process = EmbeddedBroker(folder, ACCOUNTS, site=SITE, port=self.port, kind=kind)

    async def start(self) -> None:
        """Start the process."""
        await self.process.start()

    async def crash(self) -> None:
        """Kill it; returns when it is gone."""
        if self.process.pid is not None:
            gone = asyncio.ensure_future(self.process.died())
            await asyncio.sleep(0)
            os.kill(self.process.pid, signal.SIGKILL)
            await gone
        await self.process.stop()

    async def stop(self) -> None:
        """End it."""
        await self.process.stop()

    def session(self, settings: SessionSettings, handlers: Handlers, will: Callable[[], Will] | None) -> Session:
        """Give a session over the network."""
        return MqttSession(replace(settings, protocol=self.protocol), handlers, will=will)

    def place(self) -> tuple[str, int]:
        """Give host and port."""
        return "127.0.0.1", self.port


MEMORY, MOSQUITTO_5, MOSQUITTO_3, IOTCORE = "memory", "mosquitto-5", "mosquitto-3.1.1", "iotcore-5"
EVERY_BROKER = (MEMORY, MOSQUITTO_5, MOSQUITTO_3, IOTCORE)


def broker_for(which: str, folder: Path) -> BrokerUnderTest:
    """Give the broker of this name, or skip the test with one sentence that says how to get it."""
    if which == MEMORY:
        return InMemory()
    if which == IOTCORE:
        if importlib.util.find_spec("iotcore") is None:
            pytest.skip("The built-in broker is missing: pip install holdshelf[embedded].")
        return RealProcess(folder, "iotcore", "5")
    if find_mosquitto() is None:
        pytest.skip("The mosquitto broker is missing: apt-get install mosquitto.")
    return RealProcess(folder, "mosquitto", "5" if which == MOSQUITTO_5 else "3.1.1")


class Company:
    """Sessions to one broker, all of them ended with the test."""

    def __init__(self, broker: BrokerUnderTest) -> None:
        self.broker = broker
        self.tasks: dict[Session, asyncio.Task[None]] = {}

    def settings(self, account: Account, *subscriptions: str) -> SessionSettings:
        """Give settings with short waits."""
        host, port = self.broker.place()
        return SessionSettings(
            host=host,
            port=port,
            client_id=account.name,
            username=account.name,
            password=account.password,
            subscriptions=subscriptions,
            backoff_min_s=0.02,
            backoff_max_s=0.1,
        )

    def start(self, settings: SessionSettings, ears: Ears | None = None, will: Callable[[], Will] | None = None) -> tuple[Session, Ears]:
        """Start a session without waiting."""
        ears = ears or Ears()
        session = ears.session = self.broker.session(settings, ears, will)
        self.tasks[session] = asyncio.create_task(session.run())
        return session, ears

    async def join(
        self, account: Account, *subscriptions: str, ears: Ears | None = None, will: Callable[[], Will] | None = None, **changes: object
    ) -> tuple[Session, Ears]:
        """Start a session and wait for its first connection."""
        settings = replace(self.settings(account, *subscriptions), **changes)  # type: ignore[arg-type]
        session, ears = self.start(settings, ears, will)
        before = len(ears.connects)
        await until(lambda: len(ears.connects) > before, f"{account.name} to connect", but=lambda: ears.reasons)
        return session, ears

    async def vanish(self, session: Session) -> None:
        """End a session as a killed program would: no goodbye."""
        task = self.tasks.pop(session)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def part(self) -> None:
        """End every session that still runs."""
        for session in tuple(self.tasks):
            await self.vanish(session)
