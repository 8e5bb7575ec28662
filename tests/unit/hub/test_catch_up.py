"""After a restore, scans are taken in the order they happened, whichever station sends first and however much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from broker.codec import decode, encode
from broker.ids import uuid7
from broker.messages import Hello, Scan, StationState
from broker.promises import Delivery, Ticket
from broker.topics import Root
from hub import catch_up
from hub.catch_up import CatchUp
from tests.support.brokers import until
from tests.support.desks import JOURNAL

ROOT = Root("main")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Gate:
    """Stations before a hub that was restored; what is let through is committed at once."""

    def __init__(self, *awaited: str, wait_s: float = 60) -> None:
        self.now = NOW
        self.positions: dict[str, int] = {}
        self.passed: list[Scan] = []
        self.acknowledged: list[Delivery] = []
        self._numbers = count(1)
        self.gate = CatchUp(
            awaited, wait_s, ROOT, position=lambda station, _incarnation: self.positions.get(station, 0),
            offset=lambda _station: timedelta(), acknowledge=self.acknowledged.append, forward=self._take, now=lambda: self.now,
        )  # fmt: skip

    @property
    def order(self) -> list[tuple[str, int]]:
        """Give station and number of each scan that was let through."""
        return [(scan.station, scan.seq) for scan in self.passed]

    def scan(self, station: str, seq: int, *, ago_s: float) -> None:
        """Let a station send a scan that happened so long ago."""
        made = next(self._numbers)
        scan = Scan(
            scan_id=uuid7(made, made.to_bytes(10, "big")), station=station, incarnation=JOURNAL, seq=seq, barcode="1", source="serial",
            scanned_at=self.now - timedelta(seconds=ago_s), age_ms=int(ago_s * 1000),
        )  # fmt: skip
        self._deliver("scan", station, encode(scan))

    def hello(self, station: str, following: int, *, lowest: int = 1, said_ago_s: float = 0, retained: bool = False) -> None:
        """Let a station say how far its journal goes."""
        hello = Hello(incarnation=JOURNAL, lowest_seq=lowest, next_seq=following, lowest_fault_seq=1, next_fault_seq=1)
        self._state(station, self.now - timedelta(seconds=said_ago_s), retained, online=True, hello=hello)

    def look(self) -> bool:
        """Let time be looked at; gives whether the waiting is over."""
        self._deliver("fault", "rs-1", b"")
        return self.gate.done.is_set()

    def goodbye(self, station: str) -> None:
        """Let a station go."""
        self._state(station, self.now, retained=False, online=False)

    def _state(self, station: str, at: datetime, retained: bool, **told: Any) -> None:
        state = StationState(station=station, born_at=NOW, at=at, version="0", **told)
        self._deliver("state", station, encode(state), retained=retained)

    def _deliver(self, key: str, station: str, payload: bytes, *, retained: bool = False) -> None:
        self.gate.take(Delivery(ROOT.topic(key, station=station), payload, retained, Ticket(1, next(self._numbers), 1)))

    def _take(self, delivery: Delivery) -> None:
        scan = decode(Scan, delivery.payload)
        if isinstance(scan, Scan):
            self.passed.append(scan)
            if scan.seq == self.positions.get(scan.station, 0) + 1:
                self.positions[scan.station] = scan.seq
        self.gate.acknowledge(delivery)


async def test_the_scan_that_happened_first_is_taken_first_whoever_sends_first() -> None:
    gate = Gate("rs-1", "main-1")
    gate.hello("main-1", 3)
    gate.scan("main-1", 1, ago_s=50)
    gate.scan("main-1", 2, ago_s=10)
    assert gate.order == []
    gate.hello("rs-1", 3)
    gate.scan("rs-1", 1, ago_s=90)
    gate.scan("rs-1", 2, ago_s=30)
    assert gate.order == [("rs-1", 1), ("main-1", 1), ("rs-1", 2), ("main-1", 2)]
    assert gate.look()


async def test_what_waited_here_is_placed_when_it_happened() -> None:
    gate = Gate("rs-1", "main-1")
    gate.hello("main-1", 2)
    gate.scan("main-1", 1, ago_s=50)
    gate.now += timedelta(seconds=40)
    gate.hello("rs-1", 1)
    assert [scan.age_ms for scan in gate.passed] == [90_000]


async def test_each_message_is_acknowledged_once() -> None:
    gate = Gate("rs-1", "main-1")
    gate.hello("main-1", 3)
    gate.scan("main-1", 1, ago_s=50)
    gate.scan("main-1", 2, ago_s=40)
    assert len(gate.acknowledged) == 3
    gate.hello("rs-1", 1)
    assert len(gate.acknowledged) == 4
    assert len(gate.passed) == 2


async def test_a_scan_of_this_moment_waits_behind_what_is_still_to_come() -> None:
    gate = Gate("rs-1", "main-1")
    gate.hello("main-1", 1)
    gate.hello("rs-1", 2)
    gate.scan("main-1", 1, ago_s=0)
    assert gate.order == []
    gate.scan("rs-1", 1, ago_s=30)
    assert gate.order == [("rs-1", 1), ("main-1", 1)]


async def test_a_second_hello_begins_the_stream_anew_and_doubles_nothing() -> None:
    gate = Gate("rs-1", "main-1")
    gate.hello("main-1", 4)
    for seq in (1, 2):
        gate.scan("main-1", seq, ago_s=60 - seq)
    gate.hello("main-1", 4)
    for seq in (1, 2, 2, 3):
        gate.scan("main-1", seq, ago_s=60 - seq)
    gate.hello("rs-1", 1)
    assert gate.order == [("main-1", 1), ("main-1", 2), ("main-1", 3)]


async def test_a_gap_goes_on_to_the_inbox_which_answers_it() -> None:
    gate = Gate("rs-1", "main-1")
    gate.hello("main-1", 5)
    gate.scan("main-1", 3, ago_s=5)
    assert gate.order == [("main-1", 3)]


@pytest.mark.parametrize("told", [{"retained": True}, {"said_ago_s": 300}])
async def test_what_a_station_said_before_the_hub_came_back_does_not_count(told: dict[str, Any]) -> None:
    gate = Gate("rs-1")
    gate.gate.connected()
    gate.hello("rs-1", 1, **told)
    assert not gate.gate.done.is_set()
    assert gate.gate.problem is not None
    assert "Waiting for rs-1" in gate.gate.problem
    gate.hello("rs-1", 1)
    assert gate.gate.done.is_set()
    assert gate.gate.problem is None


async def test_a_scan_without_a_hello_comes_again_behind_one() -> None:
    gate = Gate("rs-1")
    gate.scan("rs-1", 1, ago_s=100)
    assert (gate.order, len(gate.acknowledged)) == ([], 1)
    gate.hello("rs-1", 2)
    gate.scan("rs-1", 1, ago_s=100)
    assert gate.order == [("rs-1", 1)]


async def test_what_a_station_no_longer_keeps_is_not_waited_for() -> None:
    gate = Gate("rs-1")
    gate.hello("rs-1", 6, lowest=5)
    gate.positions["rs-1"] = 4
    gate.scan("rs-1", 5, ago_s=10)
    assert gate.order == [("rs-1", 5)]
    assert gate.gate.done.is_set()


@pytest.mark.parametrize("leaves", [Gate.goodbye, lambda gate, station: None])
async def test_a_station_that_leaves_in_the_middle_or_falls_silent_holds_nobody_up(
    leaves: Callable[[Gate, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "STALLED_S", 0.05)
    gate = Gate("rs-1", "main-1")
    gate.hello("rs-1", 9)
    gate.scan("rs-1", 1, ago_s=50)
    gate.hello("main-1", 2)
    gate.scan("main-1", 1, ago_s=40)
    leaves(gate, "rs-1")
    await until(gate.look, "it to go on")
    assert gate.order == [("rs-1", 1), ("main-1", 1)]


async def test_a_station_that_never_comes_is_waited_for_only_so_long() -> None:
    gate = Gate("rs-1", "gone-1", wait_s=0.05)
    gate.hello("rs-1", 2)
    gate.scan("rs-1", 1, ago_s=50)
    assert gate.order == []
    await until(gate.look, "the waiting to end")
    assert gate.order == [("rs-1", 1)]


async def test_without_a_restore_everything_passes_as_it_comes() -> None:
    gate = Gate()
    gate.scan("main-1", 1, ago_s=0)
    assert gate.gate.done.is_set()
    assert gate.order == [("main-1", 1)]
