"""The canary: what comes back proves that the broker delivers; what does not is told, and why."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from broker.promises import Delivery, SessionSettings
from broker.testing import MemoryBroker, MemorySession
from hub.numbers import Numbers
from hub.watch.canary import Canary
from hub.watch.problem import Kind
from tests.support.web import until

TOPIC = "holdshelf/v1/main/hub/hub/state"
OTHER = "holdshelf/v1/main/station/rs-1/scan"


@dataclass
class Rig:
    """A canary on a session to a broker in memory."""

    broker: MemoryBroker = field(default_factory=MemoryBroker)
    numbers: Numbers = field(default_factory=Numbers)
    back: int = 0
    passed: list[str] = field(default_factory=list)
    at_connect: list[str] = field(default_factory=list)

    def open(self, *subscriptions: str) -> None:
        """Make both; they run once ``run`` does."""
        settings = SessionSettings("memory", 0, "hub", "hub", "secret", subscriptions=subscriptions, backoff_min_s=0.01, backoff_max_s=0.02)
        self.session = MemorySession(self.broker, settings, self)
        states = itertools.count(1)
        self.canary = Canary(
            self.session,
            TOPIC,
            lambda: f"state {next(states)}".encode(),
            place="memory:0",
            username="hub",
            every_s=0.05,
            limit_s=0.2,
            numbers=self.numbers,
            back=self._came_back,
        )

    def _came_back(self) -> None:
        self.back += 1

    def on_message(self, delivery: Delivery) -> None:
        """Give it to the canary first, as the hub does."""
        self.session.acknowledge(delivery)
        if delivery.topic == TOPIC:
            self.canary.heard(delivery.payload)
        else:
            self.passed.append(delivery.topic)
            self.canary.delivered()

    def on_connect(self, session_present: bool) -> None:
        """Send one."""
        self.canary.connected()
        self.at_connect.append(self.says())

    def on_disconnect(self, reason: str) -> None:
        """The hub says so itself."""

    def on_room(self) -> None:
        """Nothing waits."""

    def says(self) -> str:
        """Give what it says is wrong."""
        return self.canary.problem.says if self.canary.problem is not None else ""


@pytest.fixture
async def started() -> AsyncIterator[Callable[..., Rig]]:
    """Start rigs; they end with the test."""
    tasks: list[asyncio.Task[None]] = []

    def start(*subscriptions: str) -> Rig:
        rig = Rig()
        rig.open(*subscriptions)
        tasks.extend([asyncio.create_task(rig.session.run()), asyncio.create_task(rig.canary.run())])
        return rig

    yield start
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_nothing_is_proved_before_the_first_came_back(started: Callable[..., Rig]) -> None:
    rig = started(TOPIC)
    assert rig.canary.problem is not None
    assert rig.canary.problem.kind is Kind.STARTING
    await until(lambda: rig.canary.problem is None)
    assert rig.back == 1
    assert rig.canary.round_trip_s is not None
    assert rig.passed == []
    assert TOPIC in rig.broker.retained


async def test_what_is_taken_and_not_delivered_is_a_wrong_access_list(started: Callable[..., Rig]) -> None:
    rig = started(OTHER)
    await until(lambda: "access list does not let 'hub' read" in rig.says())
    assert rig.numbers.canaries_lost >= 1
    assert rig.canary.problem is not None
    assert rig.canary.problem.kind is Kind.DELIVERY


async def test_what_is_refused_is_told_with_the_brokers_words(started: Callable[..., Rig]) -> None:
    rig = started(TOPIC)
    rig.broker.refuse_topic(TOPIC)
    await until(lambda: "does not take what the hub writes (Not authorized)" in rig.says())


async def test_a_broker_that_does_not_answer_hangs_and_is_forgiven_when_it_does_again(started: Callable[..., Rig]) -> None:
    rig = started(OTHER)
    rig.broker.hold_acknowledgements()
    await until(lambda: "has not answered for 0.2 s" in rig.says())
    rig.broker.spread(OTHER, b"a scan", retained=False)
    await until(lambda: rig.canary.problem is None)


async def test_anything_delivered_proves_as_much(started: Callable[..., Rig]) -> None:
    rig = started(OTHER)
    await until(lambda: rig.canary.flying != b"")
    rig.broker.spread(OTHER, b"a scan", retained=False)
    await until(lambda: rig.canary.problem is None)
    assert rig.passed == [OTHER]


async def test_a_new_connection_has_to_prove_itself_anew(started: Callable[..., Rig]) -> None:
    rig = started(TOPIC)
    await until(lambda: rig.canary.problem is None)
    rig.broker.drop("hub")
    await until(lambda: len(rig.at_connect) == 2 and rig.canary.problem is None)
    assert rig.at_connect == ["The hub waits for the first message to come back from the broker at memory:0."] * 2


async def test_a_canary_that_died_with_its_connection_is_not_held_against_the_next(started: Callable[..., Rig]) -> None:
    rig = started(TOPIC)
    rig.broker.lose_next(1)
    await until(lambda: rig.canary.flying != b"")
    await until(lambda: rig.broker.to_lose == 0)
    rig.broker.drop("hub")
    await until(lambda: rig.back > 0)
    assert rig.numbers.canaries_lost == 0
