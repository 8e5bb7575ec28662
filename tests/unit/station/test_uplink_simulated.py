"""The sending rules against a wire that loses, doubles and reorders, a hub restored from backups, a station that crashes.

One seed drives everything. Whatever happened: when it stops happening, every scan was taken by the hub once and in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station import go_back_n
from station.go_back_n import Heard, Lane, State, Then

STEP_NS = 100_000_000
HEARTBEAT_NS = 30_000_000_000
QUIET_STEPS = 3000


@dataclass
class ModelHub:
    """Takes position + 1, answers lower ones again, says where the gap is on higher ones."""

    taken: list[int] = field(default_factory=list)

    def scan(self, seq: int, scan: int) -> Heard:
        reason: Literal["commit", "gap"] = "commit"
        if seq == len(self.taken) + 1:
            self.taken.append(scan)
        elif seq > len(self.taken):
            reason = "gap"
        return Heard("inc", len(self.taken), 0, reason)

    def hello(self) -> Heard:
        return Heard("inc", len(self.taken), 0, "hello")


class Wire:
    """Messages one way; ``trouble`` is the chance of each mishap."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._under_way: list[object] = []
        self.trouble = 0.0

    def put(self, message: object) -> None:
        if self._chance.random() >= self.trouble:
            self._under_way.append(message)
        if self._chance.random() < self.trouble / 2:
            self._under_way.append(message)

    def take(self) -> list[object]:
        """Some or all of what is under way, mostly in order."""
        if self.trouble and self._chance.random() < self.trouble and len(self._under_way) > 1:
            place = self._chance.randrange(min(4, len(self._under_way) - 1))
            self._under_way[place], self._under_way[place + 1] = self._under_way[place + 1], self._under_way[place]
        count = len(self._under_way) if not self.trouble else self._chance.randint(0, len(self._under_way))
        out, self._under_way = self._under_way[:count], self._under_way[count:]
        return out

    def lose_everything(self) -> None:
        self._under_way.clear()


class World:
    """One station, one hub, the wire between."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.up, self.down = Wire(self.chance), Wire(self.chance)
        self.hub = ModelHub()
        self.backup: list[int] = []
        self.journal: list[int] = []
        self.noted = 0
        self.now_ns = 0
        self.sent = 0
        self.state = State("inc")

    def scan(self) -> None:
        self.journal.append(self.chance.getrandbits(64))
        self.state = go_back_n.appended(self.state, "scans", len(self.journal), self.now_ns)

    def connect(self) -> None:
        self.state = go_back_n.connected(self.state, self.now_ns)
        self.up.put("hello")

    def disconnect(self) -> None:
        self.state = go_back_n.disconnected(self.state)

    def broker_wiped(self) -> None:
        self.disconnect()
        self.up.lose_everything()
        self.down.lose_everything()

    def station_killed(self) -> None:
        """The journal stays; the note of the position may be an old one."""
        self.state = State("inc", Lane(1, len(self.journal) + 1, self.noted, self.noted))

    def hub_restored(self) -> None:
        self.hub.taken = list(self.backup)

    def hub_backed_up(self) -> None:
        self.backup = list(self.hub.taken)

    def step(self) -> None:
        self.now_ns += STEP_NS
        for message in self.up.take():
            self.down.put(self.hub.hello() if message == "hello" else self.hub.scan(*message))  # type: ignore[misc]  # a scan is a pair
        for message in self.down.take():
            assert isinstance(message, Heard)
            if self.state.connected:
                self._hear(message)
        self.state, hello = go_back_n.tick(self.state, self.now_ns)
        # The heartbeat carries a hello too: it finds a hub that was restored without a word while nothing was owed.
        if hello or (self.state.connected and self.now_ns % HEARTBEAT_NS == 0):
            self.up.put("hello")
        room = self.chance.choice([1, 5, 50])
        for seq in go_back_n.to_send(self.state, "scans", room):
            self.up.put((seq, self.journal[seq - 1]))
            self.sent += 1
            self.state = go_back_n.sent(self.state, "scans", seq)

    def _hear(self, message: Heard) -> None:
        self.state, then = go_back_n.heard(self.state, message, self.now_ns)
        # Its own journal is never older than what it sent.
        assert then is not Then.START_AGAIN
        if self.chance.random() < 0.3:
            self.noted = self.state.scans.position

    def trouble(self, level: float) -> None:
        self.up.trouble = self.down.trouble = level


MISHAPS = ("scan",) * 12 + ("connect",) * 4 + ("disconnect", "broker_wiped", "station_killed", "hub_restored", "hub_backed_up")


def run(seed: int, steps: int) -> World:
    world = World(seed)
    world.trouble(world.chance.choice([0.0, 0.05, 0.2, 0.4]))
    for _ in range(steps):
        getattr(world, world.chance.choice(MISHAPS))()
        world.step()
    world.trouble(0.0)
    if not world.state.connected:
        world.connect()
    for _ in range(QUIET_STEPS):
        if world.hub.taken == world.journal and not world.state.owed:
            break
        world.step()
    return world


@pytest.mark.parametrize("seed", range(200))
def test_every_scan_is_taken_once_and_in_order(seed: int) -> None:
    world = run(seed, 200)
    assert world.hub.taken == world.journal
    assert world.state.scans.waiting == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(1_000, 1 << 32), st.integers(1, 400))
def test_every_scan_is_taken_once_and_in_order_whatever_the_seed(seed: int, steps: int) -> None:
    world = run(seed, steps)
    assert world.hub.taken == world.journal


def test_a_hub_restored_without_a_word_is_found_by_the_heartbeat() -> None:
    world = run(24414522, 383)
    assert world.hub.taken == world.journal


def test_a_quiet_wire_carries_each_scan_once() -> None:
    world = World(1)
    world.connect()
    world.step()
    for _ in range(100):
        world.scan()
        world.step()
    for _ in range(10):
        world.step()
    assert world.hub.taken == world.journal
    assert world.sent == 100


def test_the_simulation_is_not_vacuous() -> None:
    worlds = [run(seed, 200) for seed in range(20)]
    assert sum(len(world.journal) for world in worlds) > 1000
    assert any(world.sent > len(world.journal) for world in worlds)
