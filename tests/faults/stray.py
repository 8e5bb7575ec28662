"""A station that behaves badly on the wire: holes, repeats, old scans again, everything in any order.

It speaks MQTT itself, with the login of a desk nobody stands at. The hub must take its stream once and in order all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from datetime import UTC, datetime, timedelta

from broker import messages
from broker.codec import decode, encode
from broker.ids import ENTROPY_BYTES, uuid7
from broker.promises import Delivery, SessionSettings
from broker.session import MqttSession
from broker.topics import Root
from tests.support.outside import LoopThread

NAME = "east-1"
INCARNATION = "0197c0de-0000-7000-8000-0000000057a4"
REACH = 4
"""So far behind the hub's position it sends ahead, and so far before it repeats."""
EVERY_S = 0.04


class Stray:
    """Sends ``count`` sightings of two books; ``done`` is set when the hub says it has them all."""

    def __init__(self, outside: LoopThread, settings: SessionSettings, root: Root, books: tuple[str, str], count: int, seed: int) -> None:
        self.done = threading.Event()
        self.gaps = 0
        self.sent = 0
        self._outside = outside
        self._root = root
        self._chance = random.Random(seed)
        self._born_at = datetime.now(UTC)
        self._scans = [self._scan(seq, books[seq % 2]) for seq in range(1, count + 1)]
        self._position = 0
        outside.call(self._begin(settings))

    async def _begin(self, settings: SessionSettings) -> None:
        self._session = MqttSession(settings, self)
        self._tasks = [asyncio.create_task(self._session.run()), asyncio.create_task(self._send())]

    def _scan(self, seq: int, barcode: str) -> messages.Scan:
        # A minute ago, a second apart: no bounce, and in the order of their numbers.
        at = self._born_at - timedelta(seconds=60) + timedelta(seconds=seq)
        scan_id = uuid7(int(at.timestamp() * 1000), self._chance.randbytes(ENTROPY_BYTES))
        return messages.Scan(
            scan_id=scan_id, station=NAME, incarnation=INCARNATION, seq=seq, barcode=barcode, source="serial", scanned_at=at
        )

    @property
    def scan_ids(self) -> list[str]:
        """Give the ids in the order of the stream."""
        return [scan.scan_id for scan in self._scans]

    def on_connect(self, session_present: bool) -> None:
        """Say hello as every station does."""
        hello = messages.Hello(incarnation=INCARNATION, lowest_seq=1, next_seq=len(self._scans) + 1, lowest_fault_seq=1, next_fault_seq=1)
        now = datetime.now(UTC)
        state = messages.StationState(station=NAME, online=True, born_at=self._born_at, at=now, version="0", hello=hello)
        self._session.publish(self._root.topic("state", station=NAME), encode(state), retained=True)

    def on_message(self, delivery: Delivery) -> None:
        """Hear how far the hub is."""
        position = decode(messages.Position, delivery.payload)
        if isinstance(position, messages.Position):
            self.gaps += position.reason == "gap"
            self._position = max(self._position, position.seq)
        self._session.acknowledge(delivery)
        if self._position == len(self._scans):
            self.done.set()

    def on_disconnect(self, reason: str) -> None:
        """It dials again by itself."""

    def on_room(self) -> None:
        """It tries again by itself."""

    async def _send(self) -> None:
        while not self.done.is_set():
            near = self._scans[max(0, self._position - REACH) : self._position + REACH]
            for scan in self._chance.choices(near, k=2):
                self.sent += self._session.publish(self._root.topic("scan", station=NAME), encode(scan))
            await asyncio.sleep(EVERY_S)

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
    """Give the login with its one subscription."""
    topic = root.topic("position", station=NAME)
    return SessionSettings(
        host="127.0.0.1", port=port, client_id=NAME, username=NAME, password=password,
        subscriptions=(topic,), backoff_min_s=0.05, backoff_max_s=0.5,
    )  # fmt: skip
