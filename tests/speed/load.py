"""Plays many stations over one connection, as a process of its own: ``python -m tests.speed.load PORT SITE PASSWORD hub|echo``.

A line of JSON on standard input asks for one measurement, a line of JSON on standard output answers it.
``{"work": "round" | "look-up", "rate": 50}`` sends at random moments (Poisson) at this rate, whatever comes back;
``{"work": ..., "window": 500}`` keeps so many scans unanswered. Latency is from the call of publish to the arrival of the Reply.
``{"drain": true}`` counts the events that are still to come. ``{"waiting": 10000}`` lets so many scans wait at their stations, which then
come back all at once, and times until all are answered.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from pydantic_core import from_json

from broker.codec import encode
from broker.ids import ENTROPY_BYTES, uuid7
from broker.messages import Hello, Scan, StationState
from broker.topics import Root
from tests.speed.books import Book, Post, Round, posts
from tests.speed.wire import LoadWire, topic_bytes

NAME = "load"
ANSWER_LIMIT_S = 30.0
EVENTS_LIMIT_S = 30.0
WINDOW = 50
"""A station's own: so many scans it sends before it waits."""
QUIET_S = 0.5
"""When no event came for so long, all were published."""
HELLO_LIMIT_S = 20.0
MOST_TRIES = 2000
"""So many stations are asked in turn for something to scan before the books count as used up."""


class Station:
    """One station's stream, and the visit it is in the middle of."""

    def __init__(self, post: Post, root: Root, incarnation: str) -> None:
        self.post = post
        self.visit: list[Planned] = []
        self._seq = 0
        self._incarnation = incarnation
        self._root = root
        self.topic = topic_bytes(root.topic("scan", station=post.name))
        self._form = self._scan_form()

    def scan(self, scan_id: str, barcode: str) -> bytes:
        """Give the next scan of the stream, byte for byte as a station encodes it."""
        self._seq += 1
        return (self._form % (scan_id, self._seq, barcode, datetime.now(UTC).isoformat())).encode()

    def hello(self) -> tuple[bytes, bytes]:
        """Give topic and payload of what a station says first."""
        now = datetime.now(UTC)
        said = Hello(incarnation=self._incarnation, lowest_seq=1, next_seq=1, lowest_fault_seq=1, next_fault_seq=1)
        state = StationState(station=self.post.name, online=True, born_at=now, at=now, version="bench", hello=said)
        return topic_bytes(self._root.topic("state", station=self.post.name)), encode(state)

    def _scan_form(self) -> str:
        """Encode a scan with marks where each scan differs, once."""
        mark, seq, moment = "00000000-0000-7000-8000-00000000aaaa", 987654321, datetime(2001, 2, 3, tzinfo=UTC)
        scan = Scan(
            scan_id=mark, station=self.post.name, incarnation=self._incarnation, seq=seq, barcode="BARCODE", source="serial",
            scanner="usb-bench_scanner", aim="F0", check="ok", scanned_at=moment, age_ms=0, boot=self._incarnation,
        )  # fmt: skip
        text = encode(scan).decode().replace("%", "%%")
        for value, place in ((mark, "%s"), (str(seq), "%d"), ("BARCODE", "%s"), ("2001-02-03T00:00:00Z", "%s")):
            assert text.count(value) == 1, f"{value} must stand once in {text}"
            text = text.replace(value, place)
        return text


@dataclass(slots=True)
class Planned:
    """One scan to come, or on its way."""

    barcode: str
    rule: str
    book: Book | None = None
    stage: int = 0
    sent_at: float = 0.0
    topic: bytes = b""


@dataclass
class Measured:
    """What one measurement gave."""

    latencies_ms: list[float] = field(default_factory=list)
    sent: int = 0
    lost: int = 0
    odd: int = 0
    per_s: float = 0.0
    busy: float = 0.0
    problem: str | None = None


@dataclass
class Drained:
    """The events that came after the last reply."""

    drain_s: float = 0.0
    behind: int = 0


class Load:
    """The stations, and what is on its way."""

    def __init__(self, root: Root, *, is_echo: bool) -> None:
        self._chance = random.Random(7)
        self._root, self._is_echo = root, is_echo
        self._round = Round(self._chance, again=is_echo)
        born = int(time.time() * 1000)
        self._stations = [Station(post, root, uuid7(born, os.urandom(ENTROPY_BYTES))) for post in posts()]
        self._out: dict[str, Planned] = {}
        self._greeted = 0
        self._wire: LoadWire
        self._measured = Measured()
        self._counted_from = self._counted_until = float("inf")
        self._drained = Drained()
        self._event_at = 0.0
        self._refill: Callable[[], None] = lambda: None
        self._answered: Callable[[bytes], None] = lambda topic: None

    async def connect(self, port: int, password: str) -> None:
        """Log in, and greet a hub that greets."""
        self._wire = await LoadWire.connect(port, NAME, password, self._heard)
        await self._wire.subscribe(self._root.filter("reply"), self._root.filter("position"))
        if self._is_echo:
            return
        for station in self._stations:
            self._wire.publish(*station.hello())
        await _until(lambda: self._greeted >= len(self._stations), HELLO_LIMIT_S)
        assert self._greeted >= len(self._stations), f"only {self._greeted} stations were greeted"

    async def measure(self, *, work: str, warm_s: float, seconds: float, rate: float | None, window: int | None) -> Measured:
        """Run one measurement; what is on its way at its end is waited for."""
        plan = self._plan_round if work == "round" else self._plan_look_up
        self._measured = Measured()
        self._counted_from = begin = perf_counter() + warm_s
        self._counted_until = float("inf")
        gc.freeze()
        gc.disable()
        cpu = time.process_time()
        if window is not None:
            await self._saturate(plan, window, begin + seconds)
        else:
            await self._at_rate(plan, rate or 1.0, begin + seconds)
        self._measured.busy = (time.process_time() - cpu) / (perf_counter() - begin + warm_s)
        gc.enable()
        await self._finish()
        return self._measured

    async def drain(self) -> Drained:
        """Listen to the events that are still to come, until there are no more."""
        self._drained, self._event_at = Drained(), perf_counter()
        begin = self._event_at
        await self._wire.subscribe(self._root.filter("event"))
        await _until(lambda: perf_counter() - self._event_at > QUIET_S, EVENTS_LIMIT_S)
        await self._wire.unsubscribe(self._root.filter("event"))
        self._drained.drain_s = self._event_at - begin
        return self._drained

    async def come_back(self, scans: int) -> Drained:
        """Let so many scans wait, then say hello everywhere; each station sends as a real one does, a window at a time."""
        queues = self._let_wait(scans)
        self._measured = Measured()
        self._counted_from = float("inf")
        begin, self._greeted = perf_counter(), 0
        for station in self._stations:
            self._wire.publish(*station.hello())
        await _until(lambda: self._greeted >= len(self._stations), HELLO_LIMIT_S)
        by_topic = {station.topic: station for station in self._stations}

        def send(topic: bytes) -> None:
            if queues[topic]:
                self._send(by_topic[topic], queues[topic].popleft())

        self._answered = send
        for topic in [topic for topic in queues for _ in range(WINDOW)]:
            send(topic)
        await _until(lambda: not self._out and not any(queues.values()), EVENTS_LIMIT_S)
        self._answered = lambda topic: None
        return Drained(perf_counter() - begin, len(self._out) + sum(map(len, queues.values())))

    def _let_wait(self, scans: int) -> dict[bytes, deque[Planned]]:
        """Give so many scans in the order of their stations, by topic."""
        queues: dict[bytes, deque[Planned]] = defaultdict(deque)
        waiting = 0
        while waiting < scans:
            station = self._chance.choice(self._stations)
            stage = station.post.stage
            if (book := self._round.next_book(station.post.place)) is not None:
                visit = [Planned(barcode, rule, book, stage) for barcode, rule in book.scans(stage)]
            else:
                found = self._round.look_up(station.post)
                visit = [Planned(*found)] if found is not None else []
            queues[station.topic].extend(visit)
            waiting += len(visit)
        return queues

    async def _at_rate(self, plan: Callable[[], bool], rate: float, end: float) -> None:
        due = perf_counter()
        while (due := due + self._chance.expovariate(rate)) < end:
            if (wait := due - perf_counter()) > 0:
                await asyncio.sleep(wait)
            plan()

    async def _saturate(self, plan: Callable[[], bool], window: int, end: float) -> None:
        def refill() -> None:
            while len(self._out) < window and plan():
                pass

        self._refill = refill
        refill()
        await asyncio.sleep(self._counted_from - perf_counter())
        begin, before = perf_counter(), len(self._measured.latencies_ms)
        await asyncio.sleep(end - begin)
        self._measured.per_s = (len(self._measured.latencies_ms) - before) / (perf_counter() - begin)
        self._refill = lambda: None

    async def _finish(self) -> None:
        """Let visits end, so that no slip stays armed, and wait for what is on its way.

        What is sent here comes in one burst, at no rate anybody asked for: it has no part in the latencies.
        """
        self._counted_until = perf_counter()
        for station in self._stations:
            while station.visit:
                self._send(station, station.visit.pop(0))
        await _until(lambda: not self._out, ANSWER_LIMIT_S)
        self._measured.lost = len(self._out)
        self._out.clear()

    # -- what is scanned next

    def _plan_round(self) -> bool:
        for _ in range(MOST_TRIES):
            station = self._chance.choice(self._stations)
            if not station.visit and (book := self._round.next_book(station.post.place)) is not None:
                stage = station.post.stage
                station.visit = [Planned(barcode, rule, book, stage) for barcode, rule in book.scans(stage)]
            if station.visit:
                self._send(station, station.visit.pop(0))
                return True
        self._measured.problem = "the books are used up"
        return False

    def _plan_look_up(self) -> bool:
        while True:
            station = self._chance.choice(self._stations)
            if (found := self._round.look_up(station.post)) is not None:
                self._send(station, Planned(*found))
                return True

    def _send(self, station: Station, planned: Planned) -> None:
        scan_id = uuid7(int(time.time() * 1000), self._chance.randbytes(ENTROPY_BYTES))
        payload = station.scan(scan_id, planned.barcode)
        self._out[scan_id] = planned
        self._measured.sent += 1
        planned.sent_at, planned.topic = perf_counter(), station.topic
        self._wire.publish(station.topic, payload)

    # -- what comes back

    def _heard(self, topic: bytes, payload: bytes, at: float) -> None:
        if topic.endswith(b"/position"):
            self._greeted += 1
            return
        if b"/event/" in topic:
            self._drained.behind += 1
            self._event_at = at
            return
        reply = from_json(payload)
        planned = self._out.pop(reply["scan_id"], None)
        if planned is None:
            return
        if self._counted_from <= planned.sent_at < self._counted_until:
            self._measured.latencies_ms.append((at - planned.sent_at) * 1000)
        if not self._is_echo and not reply["rule"].startswith(planned.rule):
            self._measured.odd += 1
        if planned.book is not None and planned.rule == planned.book.scans(planned.stage)[-1][1]:
            self._round.done(planned.book, planned.stage)
        self._refill()
        self._answered(planned.topic)


async def _until(condition: Callable[[], bool], limit_s: float) -> None:
    end = perf_counter() + limit_s
    while not condition() and perf_counter() < end:  # noqa: ASYNC110 - what is watched comes from another process
        await asyncio.sleep(0.005)


async def main(port: int, site: str, password: str, side: str) -> None:
    """Connect, then measure what is asked for until the input ends."""
    load = Load(Root(site), is_echo=side == "echo")
    await load.connect(port, password)
    print(json.dumps({"ready": True}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked: dict[str, Any] = json.loads(line)
        if "waiting" in asked:
            answer: Measured | Drained = await load.come_back(asked["waiting"])
        else:
            answer = await load.drain() if asked.get("drain") else await load.measure(**asked)
        print(json.dumps(vars(answer)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:5]))
