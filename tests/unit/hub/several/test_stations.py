"""A hub listens to its own stations' topics and to no others, whatever comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from broker.promises import Delivery, SessionSettings, Ticket
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.several.stations import OwnStations
from tests.support.web import until

ROOT = Root("main")


def settings(name: str, *, clean: bool) -> SessionSettings:
    return SessionSettings(
        host="memory", port=1, client_id=name, username=name, password="-", clean=clean, backoff_min_s=0.01, backoff_max_s=0.02
    )


@dataclass
class Rig:
    """A hub's session, and a station that speaks for all."""

    broker: MemoryBroker = field(default_factory=MemoryBroker)
    heard: list[str] = field(default_factory=list)
    told: list[frozenset[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = MemorySession(self.broker, settings("hub-1", clean=True), self)
        self.own = OwnStations(self.session, ROOT, heard=self.told.append)
        self.speaker = MemorySession(self.broker, settings("speaker", clean=True), _Nobody())

    def on_message(self, delivery: Delivery) -> None:
        self.session.acknowledge(delivery)
        self.heard.append(delivery.topic)

    def on_connect(self, session_present: bool) -> None:
        self.own.connected()

    def on_disconnect(self, reason: str) -> None:
        """Dials again."""

    def on_room(self) -> None:
        """Nothing waits."""

    async def say(self, *stations: str) -> set[str]:
        """Let each of these say its state; give those that were heard."""
        self.heard.clear()
        answers: list[str | None] = []
        for station in stations:
            self.speaker.publish(ROOT.topic("scan", station=station), b"{}", done=answers.append)
        await until(lambda: len(answers) == len(stations))
        await asyncio.sleep(0.01)
        return {found[0] for topic in self.heard if (found := ROOT.station_and_key(topic)) is not None}


class _Nobody:
    def on_message(self, delivery: Delivery) -> None:
        """Hears nothing."""

    def on_connect(self, session_present: bool) -> None:
        """Says nothing."""

    def on_disconnect(self, reason: str) -> None:
        """Dials again."""

    def on_room(self) -> None:
        """Nothing waits."""


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    async with AsyncExitStack() as stack:
        for session in (rig.session, rig.speaker):
            stack.callback(asyncio.create_task(session.run()).cancel)
        await until(lambda: rig.session.connected and rig.speaker.connected)
        yield rig


async def test_what_is_held_is_heard_and_what_is_given_up_is_not(rig: Rig) -> None:
    assert await rig.say("a", "b") == set()
    rig.own.hold(frozenset({"a", "b"}))
    await until(lambda: rig.told == [frozenset({"a", "b"})])
    assert await rig.say("a", "b", "c") == {"a", "b"}
    rig.own.hold(frozenset({"b", "c"}))
    await until(lambda: rig.told[1:] == [frozenset({"c"})])
    assert await rig.say("a", "b", "c") == {"b", "c"}
    assert rig.own.problem is None


async def test_after_a_lost_connection_everything_is_asked_for_anew_and_stations_say_hello_by_themselves(rig: Rig) -> None:
    rig.own.hold(frozenset({"a"}))
    await until(lambda: bool(rig.told))
    rig.broker.drop("hub-1")
    rig.own.hold(frozenset({"a", "b"}))
    await until(lambda: rig.session.connected)
    assert await rig.say("a", "b", "c") == {"a", "b"}
    assert rig.told == [frozenset({"a"})]


async def test_what_was_on_its_way_from_anothers_station_is_known_by_its_topic(rig: Rig) -> None:
    rig.own.hold(frozenset({"a"}))
    assert rig.own.holds(Delivery(ROOT.topic("scan", station="a"), b"", False, Ticket(1, 1, 1)))
    assert not rig.own.holds(Delivery(ROOT.topic("scan", station="b"), b"", False, Ticket(1, 2, 1)))
    assert rig.own.holds(Delivery(ROOT.topic("hub", hub="hub-1"), b"", False, Ticket(1, 3, 1)))


async def test_a_broker_that_refuses_is_told(rig: Rig) -> None:
    refused = ROOT.topic("scan", station="a")
    rig.broker.refuse_subscription(refused)
    rig.own.hold(frozenset({"a"}))
    await until(lambda: rig.own.problem is not None and refused in rig.own.problem)
    assert "access list" in str(rig.own.problem)
    assert rig.told == []
