"""A station that behaves badly on the wire: holes, repeats, old scans again, everything in any order.

It speaks MQTT itself, with the login of a desk nobody stands at. The hub must take its stream once and in order all the same. Its journal
may be made anew: then a second stream begins, and what is left of the first comes late and again between the scans of the second.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from broker import messages
from broker.codec import decode, encode
from broker.ids import ENTROPY_BYTES, uuid7
from broker.promises import Delivery, SessionSettings
from broker.session import MqttSession
from broker.topics import Root
from tests.support.outside import LoopThread

NAME = "east-1"
REACH = 4
"""So far behind the hub's position it sends ahead, and so far before it repeats."""
EVERY_S = 0.04
OLD_SHARE = 0.3
PATIENCE_S = 3.0
"""Without progress for so long it says hello again, as every station does."""


@dataclass
class Stream:
    """One journal of it."""

    incarnation: str
    scans: list[messages.Scan]
    position: int = 0

    @property
    def scan_ids(self) -> list[str]:
        """Give the ids in the order of the stream."""
        return [scan.scan_id for scan in self.scans]


class Stray:
    """Sends ``count`` sightings of two books."""

    def __init__(self, outside: LoopThread, settings: SessionSettings, root: Root, books: tuple[str, str], count: int, seed: int) -> None:
        self.gaps = 0
        self.sent = 0
        self.old_again = 0
        """How many scans of an old journal it sent once there was a new one."""
        self.streams: list[Stream] = []
        self._outside = outside
        self._root = root
        self._books = books
        self._count = count
        self._chance = random.Random(seed)
        self._born_at = datetime.now(UTC)
        self._hubs: dict[str, datetime] = {}
        self._heard_s = time.monotonic()
        """When the hub was last heard to come further, or was told where we are."""
        self._open()
        outside.call(self._begin(settings))

    async def _begin(self, settings: SessionSettings) -> None:
        self._session = MqttSession(settings, self)
        self._tasks = [asyncio.create_task(self._session.run()), asyncio.create_task(self._send())]

    @property
    def done(self) -> bool:
        """Whether the hub says that it has all of the newest stream."""
        return self.streams[-1].position == len(self.streams[-1].scans)

    def begin_anew(self) -> None:
        """Make a new journal, as a station whose disk was lost; the old one's scans are still about."""
        self._outside.call(self._anew())

    async def _anew(self) -> None:
        self._open()
        self._hello()

    def _open(self) -> None:
        incarnation = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.streams.append(Stream(incarnation, [self._scan(incarnation, seq) for seq in range(1, self._count + 1)]))

    def _scan(self, incarnation: str, seq: int) -> messages.Scan:
        # A minute ago, a second apart: no bounce, and in the order of their numbers.
        at = self._born_at - timedelta(seconds=60) + timedelta(seconds=seq)
        scan_id = uuid7(int(at.timestamp() * 1000), self._chance.randbytes(ENTROPY_BYTES))
        return messages.Scan(
            scan_id=scan_id, station=NAME, incarnation=incarnation, seq=seq, barcode=self._books[seq % 2], source="serial", scanned_at=at
        )  # fmt: skip

    def on_connect(self, session_present: bool) -> None:
        """Say hello as every station does."""
        self._hello()

    def _hello(self) -> None:
        self._heard_s = time.monotonic()
        stream = self.streams[-1]
        hello = messages.Hello(
            incarnation=stream.incarnation, lowest_seq=1, next_seq=len(stream.scans) + 1, lowest_fault_seq=1, next_fault_seq=1
        )
        state = messages.StationState(
            station=NAME, online=True, born_at=self._born_at, at=datetime.now(UTC), version="0", hello=hello
        )  # fmt: skip
        self._session.publish(self._root.topic("state", station=NAME), encode(state), retained=True)

    def on_message(self, delivery: Delivery) -> None:
        """Hear how far the hub is, and say hello to a new one."""
        position = decode(messages.Position, delivery.payload)
        if isinstance(position, messages.Position):
            self.gaps += position.reason == "gap"
            for stream in self.streams:
                if stream.incarnation == position.incarnation:
                    if position.seq > stream.position:
                        self._heard_s = time.monotonic()
                    stream.position = position.seq
        else:
            self._hub(delivery)
        self._session.acknowledge(delivery)

    def _hub(self, delivery: Delivery) -> None:
        state = decode(messages.HubState, delivery.payload)
        if isinstance(state, messages.HubState) and state.online and self._hubs.get(state.hub) != state.born_at:
            self._hubs[state.hub] = state.born_at
            self._hello()

    def on_disconnect(self, reason: str) -> None:
        """It dials again by itself."""

    def on_room(self) -> None:
        """It tries again by itself."""

    async def _send(self) -> None:
        while True:
            if not self.done and time.monotonic() - self._heard_s > PATIENCE_S:
                # A hub that lost its own connection waits for this.
                self._hello()
            for scan in self._some():
                self.sent += self._session.publish(self._root.topic("scan", station=NAME), encode(scan))
            await asyncio.sleep(EVERY_S)

    def _some(self) -> list[messages.Scan]:
        *old, newest = self.streams
        found: list[messages.Scan] = []
        if not self.done:
            found = self._chance.choices(newest.scans[max(0, newest.position - REACH) : newest.position + REACH], k=2)
        if old and self._chance.random() < OLD_SHARE:
            self.old_again += 1
            found.append(self._chance.choice(self._chance.choice(old).scans))
        return found

    def close(self) -> None:
        """Leave."""
        self._outside.call(self._end())

    async def _end(self) -> None:
        await self._session.stop()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def stray_settings(port: int, password: str, root: Root) -> SessionSettings:
    """Give the login with its subscriptions."""
    topics = (root.topic("position", station=NAME), root.filter("hub"))
    return SessionSettings(
        host="127.0.0.1", port=port, client_id=NAME, username=NAME, password=password,
        subscriptions=topics, backoff_min_s=0.05, backoff_max_s=0.5,
    )  # fmt: skip
