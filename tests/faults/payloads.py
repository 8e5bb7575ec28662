"""Messages that are none, in masses: ``make faults ARGS=--payloads``. Each must be put aside with its bytes, its topic and a reason.

First through the hub's inbox and a real database, without a network, as many as can be; then through a broker to a running hub, while a
desk beside it scans: how long that desk waits is printed.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from broker.promises import Delivery, SessionSettings, Ticket
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.core.barcode import Patterns
from hub.demo import item_barcode
from hub.inbox import Inbox
from hub.senders.to_desk import ToDesk
from hub.settings import HubSettings
from hub.store.database import open_database
from hub.store.sql import Connection
from tests.support.bad_payloads import TOPIC_KEYS, bad_payload
from tests.support.brokers import Ears
from tests.support.house import House, Station
from tests.support.outside import Guest
from tests.support.programs import wait_for

OFFLINE, LIVE = 1_000_000, 10_000
STATIONS = tuple(f"s-{number}" for number in range(4))
AT_ONCE = 80
"""So many on each topic before they are looked at: of a topic the hub keeps a hundred."""
GUEST = "east-1"
QUIET_SCANS = 200
SAID_EVERY = 100_000
LIMIT_S = 30.0
SAYS = {
    "too long": "the limit is", "of another station": "says it is from", "cut off": "JSON", "more behind it": "JSON", "noise": "JSON",
    "a field missing": "required", "a field too many": "not permitted",
}  # fmt: skip
"""What the reason must hold; of the others it is what the JSON or the field lacks."""
Say = Callable[[str], None]
Bad = tuple[str, str, bytes]
"""What is wrong, the topic, the payload."""


@dataclass
class Told:
    """What came of it."""

    seed: int
    offline: int
    live: int
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    quiet_ms: tuple[float, float] = (0, 0)
    """Median and p99 of a scan's way with nobody beside it."""
    beside_ms: tuple[float, float] = (0, 0)
    scans_beside: int = 0
    seconds: float = 0

    def report(self) -> str:
        """Give it as text."""
        again = f'again: make faults ARGS="--payloads --seed {self.seed} --scans {self.offline}"'
        verdict = (
            "\n".join([f"{len(self.wrong)} findings", *self.wrong[:20], again]) if self.wrong else "every one put aside with its reason"
        )
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        ratio = self.beside_ms[1] / self.quiet_ms[1] if self.quiet_ms[1] else 0
        return (
            f"seed {self.seed}: {verdict}\n  offline {self.offline}, live {self.live}: {kinds}\n"
            f"  a scan's way, median and p99: {self.quiet_ms[0]:.1f} and {self.quiet_ms[1]:.1f} ms alone, {self.beside_ms[0]:.1f} and "
            f"{self.beside_ms[1]:.1f} ms beside it ({ratio:.1f} times the p99, {self.scans_beside} scans)\n  seconds: {self.seconds:.0f}"
        )


def flood(folder: Path, seed: int, offline: int, live: int, say: Say) -> Told:
    """Do both and judge."""
    told, began = Told(seed, offline, live), time.monotonic()
    asyncio.run(_offline(folder, random.Random(seed), told, say))
    if live:
        _live(folder / "house", random.Random(seed + 1), told, say)
    told.seconds = time.monotonic() - began
    return told


def _some(chance: random.Random, root: Root, stations: tuple[str, ...], most: int, told: Told) -> list[Bad]:
    """Give what is looked at in one go: at most ``AT_ONCE`` of each topic."""
    found: list[Bad] = []
    topics = [(key, station) for key in TOPIC_KEYS for station in stations]
    for place in range(min(most, AT_ONCE * len(topics))):
        key, station = topics[place % len(topics)]
        what, payload = bad_payload(chance, key, station)
        told.kinds[what] += 1
        found.append((what, root.topic(key, station=station), payload))
    return found


def _judge(sent: list[Bad], kept: list[tuple[str, bytes, int, str]], told: Told) -> None:
    """Hold what was put aside beside what was sent, one by one."""
    if len(kept) != len(sent):
        there = {(topic, bytes(payload)) for topic, payload, _size, _reason in kept}
        lost = [f"{what}: {payload[:300]!r} on {topic}" for what, topic, payload in sent if (topic, payload) not in there]
        told.wrong += [f"{len(sent)} were sent and {len(kept)} are put aside", *(f"not put aside: {each}" for each in lost)]
        return
    for (what, topic, payload), (kept_topic, kept_payload, size, reason) in zip(sent, kept, strict=False):
        if (kept_topic, bytes(kept_payload), size) != (topic, payload, len(payload)):
            told.wrong.append(f"{what}: {payload[:80]!r} on {topic} is kept as {bytes(kept_payload)[:80]!r} on {kept_topic}")
        elif SAYS.get(what, "") not in reason or "Error" in reason or not reason:
            told.wrong.append(f"{what}: {payload[:80]!r} on {topic} is put aside because of {reason!r}")


async def _offline(folder: Path, chance: random.Random, told: Told, say: Say) -> None:
    root, connection = Root("main"), open_database(folder / "hub.db")
    # Commits are not what is looked at.
    connection.execute("PRAGMA synchronous=OFF")
    with contextlib.closing(connection):
        hub = _OfflineHub(connection, root)
        done = last = 0
        while done < told.offline:
            sent = _some(chance, root, STATIONS, told.offline - done, told)
            kept, last = await hub.take(sent, last)
            _judge(sent, kept, told)
            if done // SAID_EVERY != (done + len(sent)) // SAID_EVERY:
                say(f"{done + len(sent)} of {told.offline} put aside, {len(told.wrong)} findings")
            done += len(sent)


class _OfflineHub:
    """An inbox with its database, and nobody to answer."""

    def __init__(self, connection: Connection, root: Root) -> None:
        settings = HubSettings()
        nobody = MemorySession(MemoryBroker(), SessionSettings(host="none", port=1, client_id="hub", username="hub", password="-"), Ears())
        self._connection = connection
        self._to_desk = ToDesk(nobody, root)
        self._acknowledged = 0
        patterns: Patterns = settings.patterns()
        self._inbox = Inbox(
            connection, settings.site_rules(), patterns, root, self._to_desk, acknowledge=self._count, heard=self,
            now=lambda: datetime.now(UTC),
        )  # fmt: skip

    def _count(self, _delivery: Delivery) -> None:
        self._acknowledged += 1

    def committed(self, desks: set[str], notices: bool) -> None:
        """Nobody follows."""

    def said_hello(self, station: str) -> None:
        """Nobody is told."""

    async def take(self, sent: list[Bad], last: int) -> tuple[list[tuple[str, bytes, int, str]], int]:
        """Take these, and give what was put aside since the row of this number, with the last row's."""
        want = self._acknowledged + len(sent)
        for number, (_what, topic, payload) in enumerate(sent):
            self._inbox.take(Delivery(topic, payload, False, Ticket(1, number + 1, 1)))
        async with asyncio.timeout(LIMIT_S):
            while self._acknowledged < want:  # noqa: ASYNC110 - the inbox has no event for its last message
                await asyncio.sleep(0)
        self._to_desk.forget()
        return _kept(self._connection.execute(KEPT, (last,)).fetchall(), last)


KEPT = "SELECT key, topic, payload, size, reason FROM poison WHERE key > ? ORDER BY key"


def _kept(rows: list[tuple[int, str, bytes, int, str]], last: int) -> tuple[list[tuple[str, bytes, int, str]], int]:
    return [(row[1], row[2], row[3], row[4]) for row in rows], max([last, *(row[0] for row in rows)])


def _live(folder: Path, chance: random.Random, told: Told, say: Say) -> None:
    with House(folder) as house:
        station = house.station("rs-1")
        told.quiet_ms = _of(_way_ms(station) for _ in range(QUIET_SCANS))
        ways: list[float] = []
        over = threading.Event()
        desk = threading.Thread(target=_scan_on, args=(station, ways, over), daemon=True)
        guest = house.guest(house.account(GUEST), protocol="3.1.1")
        desk.start()
        try:
            _send_all(house, guest, chance, told, say)
        finally:
            over.set()
            desk.join(LIMIT_S)
            guest.close()
        told.beside_ms, told.scans_beside = _of(iter(ways)), len(ways)
        house.check()


def _send_all(house: House, guest: Guest, chance: random.Random, told: Told, say: Say) -> None:
    done = last = 0
    while done < told.live:
        sent = _some(chance, house.root, (GUEST,), told.live - done, told)
        for _what, topic, payload in sent:
            guest.publish(topic, payload)
        want = len(sent)
        wait_for(lambda last=last, want=want: len(house.query(KEPT, last)) >= want, f"{want} messages to be put aside", LIMIT_S)  # type: ignore[misc]
        kept, last = _kept([(row[0], row[1], row[2], row[3], row[4]) for row in house.query(KEPT, last)], last)
        _judge(sent, kept, told)
        done += len(sent)
        say(f"{done} of {told.live} put aside by a running hub, {len(told.wrong)} findings")


_numbers = iter(range(1, 10**9))


def _way_ms(station: Station) -> float:
    """Scan something that is unknown, and give how long its answer took."""
    answered, began = station.answered, time.perf_counter()
    station.send(item_barcode(next(_numbers) % 90_000))
    wait_for(lambda: station.answered > answered, "the desk to be answered")
    return (time.perf_counter() - began) * 1000


def _scan_on(station: Station, ways: list[float], over: threading.Event) -> None:
    while not over.wait(0.05):
        ways.append(_way_ms(station))


def _of(ways: Iterator[float]) -> tuple[float, float]:
    found = sorted(ways)
    return statistics.median(found), found[min(len(found) - 1, len(found) * 99 // 100)]
