"""Events leave in order and are never lost; a desk's reply goes before them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field

import pytest

from broker.promises import Delivery, SessionSettings
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.senders.to_dashboards import CURSOR, ToDashboards
from hub.senders.to_desk import ToDesk
from hub.store.database import open_reader, transaction
from hub.store.events import add_event, cursor
from tests.support.desks import BOOK, Library
from tests.support.mail import until

ROOT = Root("main")
WINDOW = 20
CURSOR_S = 0.02


@dataclass
class Dashboard:
    """What an outside subscriber saw, and the hub's side when there is something to tell it."""

    heard: list[Delivery] = field(default_factory=list)
    follows: ToDashboards | None = None

    def on_message(self, delivery: Delivery) -> None:
        """Keep it."""
        self.heard.append(delivery)

    def on_connect(self, session_present: bool) -> None:
        """Say it to the sender."""
        if self.follows is not None:
            self.follows.reconnected()

    def on_disconnect(self, reason: str) -> None:
        """Nothing to do."""

    def on_room(self) -> None:
        """Say it to the sender."""
        if self.follows is not None:
            self.follows.wake()

    def events(self) -> list[tuple[str, str]]:
        """Give (id, type) of each event in the order it came."""
        bodies = [json.loads(one.payload) for one in self.heard if "/event/" in one.topic]
        return [(body["id"], body["type"]) for body in bodies]

    def counts(self, desk: str) -> list[dict[str, int]]:
        """Give the counts of a desk as they came."""
        bodies = [json.loads(one.payload) for one in self.heard if one.topic == ROOT.topic("counts", desk=desk)]
        return [{name: body[name]["count"] for name in ("on_shelf", "to_pull", "on_the_way")} for body in bodies]


@dataclass
class Rig:
    """A sender with its broker and a dashboard."""

    library: Library
    broker: MemoryBroker
    sender: ToDashboards
    dashboard: Dashboard

    def happen(self, *types: str) -> None:
        """Write events as a flow would, and wake the sender."""
        with transaction(self.library.connection):
            for kind in types:
                add_event(self.library.connection, kind, at=self.library.now, desk="main", subject="ILL-000001-8", data={"n": kind})
        self.sender.wake()


def settings(name: str, window: int = 50, *topics: str) -> SessionSettings:
    """Give the settings of a client."""
    return SessionSettings(
        host="memory", port=1, client_id=name, username=name, password="-", window=window, subscriptions=topics, backoff_min_s=0.01
    )


@pytest.fixture
async def rig(library: Library) -> AsyncIterator[Rig]:
    """The rig of one test."""
    async with a_rig(library) as rig:
        yield rig


@asynccontextmanager
async def a_rig(library: Library, sure: Callable[[], bool] = lambda: True) -> AsyncIterator[Rig]:
    """Open one; ``sure`` says whether its hub is the one that tells dashboards."""
    broker, hub, dashboard = MemoryBroker(), Dashboard(), Dashboard()
    session = MemorySession(broker, settings("hub", WINDOW), hub)
    outside = MemorySession(broker, settings("dashboard", 50, f"{ROOT.prefix}/#"), dashboard)
    reader = open_reader(library.place)
    sender = ToDashboards(
        library.connection,
        reader,
        session,
        ROOT,
        ToDesk(session, ROOT),
        hub="hub",
        now=lambda: library.now,
        cursor_every_s=CURSOR_S,
        sure=sure,
    )
    desks = [code for (code,) in library.connection.execute("SELECT code FROM desk WHERE pickup")]
    hub.follows = sender
    async with AsyncExitStack() as stack:
        stack.callback(reader.close)
        for part in (outside.run(), session.run(), sender.run()):
            stack.callback(asyncio.create_task(part).cancel)
        await until(lambda: session.connected and outside.connected)
        # The counts of the start have left, and the whole window is free: what a test holds back is its own.
        await until(lambda: all(dashboard.counts(desk) for desk in desks) and session.room == WINDOW)
        yield Rig(library, broker, sender, dashboard)


async def test_events_come_in_order_with_their_place_as_id(rig: Rig) -> None:
    rig.happen("item.received", "item.in_transit")
    await until(lambda: len(rig.dashboard.events()) == 2)
    assert rig.dashboard.events() == [("1", "item.received"), ("2", "item.in_transit")]
    event = next(one for one in rig.dashboard.heard if "/event/" in one.topic)
    assert event.topic == "holdshelf/v1/main/event/main/item-received"
    body = json.loads(event.payload)
    assert (body["specversion"], body["source"], body["subject"]) == ("1.0", "holdshelf/main/hub", "ILL-000001-8")
    assert not event.retained


async def test_more_events_than_the_window_takes_all_arrive(rig: Rig) -> None:
    rig.happen(*(f"test.{number}" for number in range(300)))
    await until(lambda: len(rig.dashboard.events()) == 300)
    assert [int(place) for place, _ in rig.dashboard.events()] == list(range(1, 301))
    await until(lambda: cursor(rig.library.connection, CURSOR) == 300)


async def test_events_that_a_lost_connection_took_along_are_sent_again(rig: Rig) -> None:
    rig.broker.hold_acknowledgements()
    # Counts are told anew meanwhile; it is the events that are lost.
    rig.broker.lose_next(3, ROOT.filter("event"))
    rig.happen("item.received", "item.in_transit", "item.on_hold_shelf")
    # Handed over is not yet lost: a publish that was still under way would not come to the broker at all.
    await until(lambda: rig.sender.behind == 3 and not rig.broker.to_lose)
    assert rig.dashboard.events() == []
    rig.broker.drop("hub")
    rig.broker.release_acknowledgements()
    await until(lambda: len(rig.dashboard.events()) == 3)
    assert rig.dashboard.events() == [("1", "item.received"), ("2", "item.in_transit"), ("3", "item.on_hold_shelf")]
    await until(lambda: cursor(rig.library.connection, CURSOR) == 3)


async def test_the_cursor_waits_for_the_brokers_word(rig: Rig) -> None:
    rig.broker.hold_acknowledgements()
    rig.happen("item.received")
    await until(lambda: rig.sender.behind == 1)
    await asyncio.sleep(5 * CURSOR_S)
    assert cursor(rig.library.connection, CURSOR) == 0
    rig.broker.release_acknowledgements()
    await until(lambda: cursor(rig.library.connection, CURSOR) == 1)


async def test_the_cursor_is_written_at_the_end(library: Library) -> None:
    broker, hub = MemoryBroker(), Dashboard()
    session = MemorySession(broker, settings("hub"), hub)
    with closing(open_reader(library.place)) as reader:
        sender = ToDashboards(library.connection, reader, session, ROOT, ToDesk(session, ROOT), hub="hub", now=lambda: library.now)
        parts = [asyncio.create_task(part) for part in (session.run(), sender.run())]
        await until(lambda: session.connected)
        with transaction(library.connection):
            add_event(library.connection, "item.received", at=library.now, desk="main", subject=None, data={})
        sender.wake()
        await until(lambda: sender.confirmed == 1)
        assert cursor(library.connection, CURSOR) == 0
        for part in parts:
            part.cancel()
        await asyncio.wait(parts)
    assert cursor(library.connection, CURSOR) == 1


async def test_a_cursor_that_cannot_be_written_is_written_later(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    connection = rig.library.connection
    rig.happen(*(f"test.{number}" for number in range(5)))
    with closing(sqlite3.connect(rig.library.database, isolation_level=None)) as other:
        connection.execute("PRAGMA busy_timeout=0")
        other.execute("BEGIN IMMEDIATE")
        await until(lambda: "cursor not written" in caplog.text)
        assert cursor(connection, CURSOR) == 0
        other.execute("ROLLBACK")
    await until(lambda: cursor(connection, CURSOR) == 5)


async def test_counts_of_a_desk_follow_its_books_and_are_retained(rig: Rig) -> None:
    named = rig.library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK)):
        rig.library.scan(station, barcode)
    rig.sender.wake({"main"})
    await until(lambda: {"on_shelf": 0, "to_pull": 0, "on_the_way": 1} in rig.dashboard.counts("main"))
    rig.library.scan("main-1", BOOK)
    rig.sender.wake({"main"})
    await until(lambda: {"on_shelf": 1, "to_pull": 0, "on_the_way": 0} in rig.dashboard.counts("main"))


async def test_events_wait_for_room_beside_the_replies_and_then_leave_by_themselves(rig: Rig) -> None:
    rig.broker.hold_acknowledgements()
    rig.happen(*(f"test.{number}" for number in range(12)))
    await until(lambda: rig.sender.behind == 12)
    rig.happen("item.received")
    rig.broker.release_acknowledgements()
    await until(lambda: len(rig.dashboard.events()) == 13)


async def test_a_database_that_somebody_holds_stops_no_event_and_the_cursor_follows(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    file = rig.library.database
    rig.library.connection.execute("PRAGMA busy_timeout = 0")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        rig.happen("item.received")
        other.execute("BEGIN IMMEDIATE")
        await until(lambda: any("cursor not written" in record.message for record in caplog.records))
        assert len(rig.dashboard.events()) == 1
        other.execute("ROLLBACK")
    rig.happen("item.in_transit")
    await until(lambda: cursor(rig.library.connection, CURSOR) == 2)
    assert [kind for _, kind in rig.dashboard.events()] == ["item.received", "item.in_transit"]


async def test_a_hub_that_is_not_sure_to_be_the_one_tells_nobody_until_it_is(library: Library) -> None:
    sure = [True]
    async with a_rig(library, sure=lambda: sure[0]) as rig:
        sure[0] = False
        rig.happen("item.received")
        await asyncio.sleep(0.1)
        assert rig.dashboard.events() == []
        sure[0] = True
        await until(lambda: rig.dashboard.events() == [("1", "item.received")])


async def test_what_another_hub_wrote_is_told_and_its_desks_are_counted(rig: Rig) -> None:
    before = len(rig.dashboard.counts("east"))
    with transaction(rig.library.connection):
        add_event(rig.library.connection, "item.received", at=rig.library.now, desk="rs", subject="x", data={"pickup_desk": "east"})
    rig.sender.catch_up(1)
    await until(lambda: rig.dashboard.events() == [("1", "item.received")])
    await until(lambda: len(rig.dashboard.counts("east")) > before)


async def test_whoever_takes_over_goes_on_where_the_cursor_stands(rig: Rig) -> None:
    rig.happen("item.received", "item.in_transit")
    await until(lambda: cursor(rig.library.connection, CURSOR) == 2)
    with closing(open_reader(rig.library.place)) as reader:
        session = rig.sender._session
        other = ToDashboards(rig.library.connection, reader, session, ROOT, ToDesk(session, ROOT), hub=None, now=lambda: rig.library.now)
        with transaction(rig.library.connection):
            add_event(rig.library.connection, "item.closed", at=rig.library.now, desk=None, subject="x", data={})
        running = asyncio.create_task(other.run())
        await until(lambda: rig.dashboard.events() == [("1", "item.received"), ("2", "item.in_transit"), ("3", "item.closed")])
        running.cancel()
    told = [json.loads(one.payload)["source"] for one in rig.dashboard.heard if "/event/" in one.topic]
    assert told == ["holdshelf/main/hub", "holdshelf/main/hub", "holdshelf/main"]
