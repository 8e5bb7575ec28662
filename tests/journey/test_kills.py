"""Kill -9 of stations, hub and broker while books go round: the short form of ``make faults``, and what it has found."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from broker.codec import encode
from broker.messages import Hello, StationState
from broker.promises import Delivery, SessionSettings
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.inbox import Inbox
from hub.senders.to_dashboards import ToDashboards
from hub.senders.to_desk import ToDesk
from hub.store.database import open_reader, transaction
from hub.store.events import add_event
from tests.faults.run import Order, run
from tests.support.brokers import until
from tests.support.desks import BOOK, JOURNAL, Library

ROOT = Root("main")
OWN = ROOT.topic("hub", hub="hub")
AWAY = timedelta(minutes=5)


@pytest.mark.needs("mosquitto")
def test_a_hundred_scans_outlive_kills_of_every_part(tmp_path: Path) -> None:
    outcome = run(Order(random.randrange(1, 1_000_000), 120, tmp_path / "library", limit_s=90), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"


@pytest.mark.needs("mosquitto", "faketime")
def test_scans_and_letters_outlive_something_of_everything(tmp_path: Path) -> None:
    """Kills, bad links, a bad mail server, clocks that are set, guests that mean no good."""
    outcome = run(Order(random.randrange(1, 1_000_000), 90, tmp_path / "library", limit_s=150, form="medley"), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"


class Ears:
    """A client of the broker in memory: keeps what it hears, or hands it on."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.on_message: Callable[[Delivery], None] = self.heard.append
        self.on_connect: Callable[[bool], None] = lambda session_present: None

    def on_disconnect(self, reason: str) -> None:
        """It dials again by itself."""

    def on_room(self) -> None:
        """Nothing waits."""


def settings(name: str, *topics: str) -> SessionSettings:
    """Give the session settings of a client."""
    return SessionSettings(host="memory", port=1, client_id=name, username=name, password="-", subscriptions=topics, backoff_min_s=0.01)


class Following:
    """Whoever wants to know of commits: nobody."""

    def committed(self, desks: set[str], notices: bool) -> None:
        """Nothing follows."""

    def said_hello(self, station: str) -> None:
        """Nothing follows."""


async def test_a_scan_that_waited_in_the_broker_is_placed_when_it_happened(tmp_path: Path) -> None:
    """Placed when it came, a patron's session was over, a return was taken for the hand-over, a loan came late."""
    library, broker = Library.open(tmp_path), MemoryBroker()
    station = MemorySession(broker, settings("rs-1"), Ears())
    async with AsyncExitStack() as stack:
        stack.callback(asyncio.create_task(station.run()).cancel)
        hub = await _a_hub(library, broker, stack)
        await until(lambda: station.connected, "the station to be there")
        await hub.stop()
        happened = library.now
        scan = library.message("rs-1", BOOK, 1)
        station.publish(ROOT.topic("scan", station="rs-1"), encode(scan))
        library.now += AWAY
        await _a_hub(library, broker, stack)
        hello = Hello(incarnation=JOURNAL, lowest_seq=1, next_seq=2, lowest_fault_seq=1, next_fault_seq=1)
        state = StationState(station="rs-1", online=True, born_at=happened, at=library.now, version="0", hello=hello)
        station.publish(ROOT.topic("state", station="rs-1"), encode(state))
        aged = scan.model_copy(update={"age_ms": AWAY // timedelta(milliseconds=1)})
        station.publish(ROOT.topic("scan", station="rs-1"), encode(aged))
        await until(lambda: library.rows("SELECT 1 FROM scan") != [], "the scan to be taken")
    assert library.rows("SELECT happened_at FROM scan") == [(int(happened.timestamp() * 1000),)]


async def _a_hub(library: Library, broker: MemoryBroker, stack: AsyncExitStack) -> MemorySession:
    """Start a hub's inbox with a session of its own; the broker keeps that session for the next."""
    ears = Ears()
    session = MemorySession(broker, settings("hub", *(ROOT.filter(key) for key in ("scan", "state", "hub"))), ears)
    inbox = Inbox(
        library.connection, library.site, library.patterns, ROOT, ToDesk(session, ROOT), acknowledge=session.acknowledge,
        heard=Following(), now=lambda: library.now, own_topic=OWN,
    )  # fmt: skip

    def connected(session_present: bool) -> None:
        inbox.connected(resumed=session_present)
        session.publish(OWN, b"{}")

    ears.on_message, ears.on_connect = inbox.take, connected
    stack.callback(asyncio.create_task(session.run()).cancel)
    await until(lambda: session.connected, "the hub to be there")
    return session


async def test_events_a_lost_connection_dropped_are_sent_again(tmp_path: Path) -> None:
    """What is under way when a connection ends is answered with a refusal, which is no confirmation."""
    library, broker, ears, outside = Library.open(tmp_path), MemoryBroker(), Ears(), Ears()
    session = MemorySession(broker, settings("hub"), ears)
    dashboard = MemorySession(broker, settings("dashboard", f"{ROOT.prefix}/event/#"), outside)
    reader = open_reader(library.database)
    sender = ToDashboards(library.connection, reader, session, ROOT, ToDesk(session, ROOT), hub="hub", now=lambda: library.now)
    ears.on_connect = lambda session_present: sender.reconnected()
    async with AsyncExitStack() as stack:
        stack.callback(reader.close)
        for part in (dashboard.run(), session.run(), sender.run()):
            stack.callback(asyncio.create_task(part).cancel)
        await until(lambda: session.connected and dashboard.connected, "both to be there")
        broker.hold_acknowledgements()
        with transaction(library.connection):
            add_event(library.connection, "item.received", at=library.now, desk="main", subject="ILL-000001-8", data={})
        sender.wake()
        await until(lambda: sender.behind == 1 and len(outside.heard) == 1, "the event to be heard and not confirmed")
        broker.drop("hub")
        await until(lambda: len(outside.heard) == 2, "the event to come again")
    assert [json.loads(delivery.payload)["id"] for delivery in outside.heard] == ["1", "1"]
