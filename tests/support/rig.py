"""A hub's inbox and a station, with a broker in memory between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from broker.codec import decode, encode
from broker.messages import Hello, Position, Reply, Scan, StationState
from broker.promises import Delivery, SessionSettings
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.inbox import Inbox
from hub.senders.to_desk import ToDesk
from tests.support.desks import BOOK, JOURNAL, Library

ROOT = Root("main")
OWN = ROOT.topic("hub", hub="hub")
LIMIT_S = 5.0


@dataclass
class Post:
    """A client in the memory broker: what it received, and its session."""

    received: list[Delivery] = field(default_factory=list)
    handler: Callable[[Delivery], None] | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    def on_message(self, delivery: Delivery) -> None:
        """Keep it, or hand it on."""
        if self.handler is not None:
            self.handler(delivery)
        else:
            self.received.append(delivery)

    def on_connect(self, session_present: bool) -> None:
        """Note it."""
        self.connected.set()

    def on_disconnect(self, reason: str) -> None:
        """Nothing to do."""

    def on_room(self) -> None:
        """Nothing to do."""


@dataclass
class Rig:
    """A hub's inbox and a station, with a broker in memory between them."""

    library: Library
    inbox: Inbox
    station: MemorySession
    heard: Post
    hub: MemorySession
    acknowledged: list[str] = field(default_factory=list)

    def committed(self, desks: set[str], notices: bool) -> None:
        """The inbox says so; nobody follows here."""

    def said_hello(self, station: str) -> None:
        """A station's state was kept."""

    def send(self, key: str, payload: bytes, station: str = "rs-1") -> None:
        """Publish on a station's branch."""
        assert self.station.publish(ROOT.topic(key, station=station), payload)

    def scan(self, seq: int, barcode: str = BOOK, **fields: Any) -> Scan:
        """Publish one scan of rs-1 and give it."""
        scan = self.library.message("rs-1", barcode, seq, **fields)
        self.send("scan", encode(scan))
        return scan

    def came_back(self) -> None:
        """Let the hub hear what it says on connecting."""
        assert self.hub.publish(OWN, b"{}")

    def hello(self, *, lowest: int = 1, following: int = 1) -> None:
        """Say hello as rs-1."""
        hello = Hello(incarnation=JOURNAL, lowest_seq=lowest, next_seq=following, lowest_fault_seq=1, next_fault_seq=1)
        now = self.library.now
        state = StationState(station="rs-1", online=True, born_at=now, at=now, version="0", hello=hello)
        self.send("state", encode(state))

    def replies(self) -> list[Reply]:
        """Give the replies the station got."""
        found = [decode(Reply, one.payload) for one in self.heard.received if one.topic.endswith("/reply")]
        return [reply for reply in found if isinstance(reply, Reply)]

    def positions(self) -> list[tuple[int, str]]:
        """Give the positions the station got, with their reasons."""
        found = [decode(Position, one.payload) for one in self.heard.received if one.topic.endswith("/position")]
        return [(position.seq, position.reason) for position in found if isinstance(position, Position)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, with a limit."""
        async with asyncio.timeout(LIMIT_S):
            while not condition():  # noqa: ASYNC110 - whatever the condition reads has no event of its own
                await asyncio.sleep(0)


def settings(name: str, *topics: str) -> SessionSettings:
    """Give the session settings of a client."""
    return SessionSettings(host="memory", port=1, client_id=name, username=name, password="-", subscriptions=topics)


@asynccontextmanager
async def open_rig(library: Library) -> AsyncIterator[Rig]:
    """Open a hub's inbox and a station."""
    broker = MemoryBroker()
    hub_post, station_post = Post(), Post()
    hub = MemorySession(broker, settings("hub", *(ROOT.filter(key) for key in ("scan", "fault", "state", "hub"))), hub_post)
    branch = (ROOT.topic("reply", station="rs-1"), ROOT.topic("position", station="rs-1"))
    station = MemorySession(broker, settings("rs-1", *branch), station_post)
    acknowledged: list[str] = []

    def acknowledge(delivery: Delivery) -> None:
        acknowledged.append(delivery.topic)
        hub.acknowledge(delivery)

    heard = Rig.__new__(Rig)
    inbox = Inbox(
        library.connection,
        library.site,
        library.patterns,
        ROOT,
        ToDesk(hub, ROOT),
        acknowledge=acknowledge,
        heard=heard,
        now=lambda: library.now,
        own_topic=OWN,
    )
    hub_post.handler = inbox.take
    rig = Rig(library, inbox, station, station_post, hub, acknowledged)
    heard.__dict__.update(rig.__dict__)
    async with AsyncExitStack() as stack:
        for session in (hub, station):
            running = asyncio.create_task(session.run())
            stack.push_async_callback(session.stop)
            stack.callback(running.cancel)
        await asyncio.wait_for(asyncio.gather(hub_post.connected.wait(), station_post.connected.wait()), LIMIT_S)
        yield rig
