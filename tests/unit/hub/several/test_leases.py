"""Hubs on one server find each other, divide the stations, and take over what one of them no longer can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing, suppress

import pytest

from hub.core.leases import partition_of
from hub.flows.keep_books import put_station
from hub.store.database import transaction
from hub.store.fence import Fence
from hub.store.sql import Connection, Fenced
from tests.support.programs import LIMIT_S

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.demo import STATIONS as SEEDED
from hub.demo import seed_places
from hub.several import leases as leases_module
from hub.several.leases import Leases, Position
from hub.store.postgres import PostgresConnection
from hub.store.scan_path import ScanStore
from tests.support.postgres import open_empty

pytestmark = pytest.mark.needs("postgres")

STATIONS = [f"desk-{number}" for number in range(7)]
ALL = frozenset((*STATIONS, *SEEDED))
"""Twelve stations in twelve partitions, so that they can be halved."""


async def until(condition: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - other tasks change what is looked at
            await asyncio.sleep(0.01)


class Hub:
    """A hub but for its scans: what it holds, and whether it can write."""

    def __init__(self, url: str, name: str) -> None:
        self.held: frozenset[str] = frozenset()
        self.positions: list[Position] = []
        self.news: list[int] = []
        self.connected = True
        self.connection = PostgresConnection(url)
        self.fence = Fence(name)
        self.connection.stand_behind(self.fence)
        self.leases = Leases(
            url,
            self.fence,
            connected=lambda: self.connected,
            changed=self._changed,
            positions=self.positions.extend,
            news=self.news.append,
        )
        self.running: asyncio.Task[None] | None = None

    def _changed(self, held: frozenset[str]) -> None:
        self.held = held

    def start(self) -> Hub:
        self.running = asyncio.create_task(self.leases.run())
        return self

    async def stand_still(self) -> None:
        """Do nothing any more, like a process that is stopped."""
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
            self.running = None

    def write(self) -> None:
        with transaction(self.connection):
            self.connection.execute("INSERT INTO event(type, at, data) VALUES ('scan', 1, '{}')")


@pytest.fixture
async def hubs(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[[str], Hub]]:
    monkeypatch.setattr(leases_module, "EVERY_S", 0.05)
    monkeypatch.setattr(leases_module, "STATIONS_EVERY_S", 0.1)
    monkeypatch.setattr(leases_module, "STATIONS_REST", 1)
    url, connection = open_empty()
    with closing(connection), transaction(connection):
        seed_places(connection)
        for station in STATIONS:
            put_station(connection, station, "main")
    async with AsyncExitStack() as stack:

        def make(name: str) -> Hub:
            hub = Hub(url, name)
            stack.callback(hub.connection.close)
            stack.callback(hub.leases.close)
            stack.push_async_callback(hub.stand_still)
            return hub

        yield make


def expire(hub: Hub) -> None:
    hub.leases._table._execute("UPDATE hub_lease SET until = 1 WHERE hub = ?", (hub.fence.hub,))


async def test_one_hub_has_all_and_a_second_one_takes_its_share(hubs: Callable[[str], Hub]) -> None:
    one = hubs("hub-1").start()
    await until(lambda: one.held == ALL)
    assert one.leases.office.held
    assert one.leases.problem is None
    other = hubs("hub-2").start()
    await until(lambda: len(other.held) == len(one.held) == len(ALL) / 2)
    assert one.held | other.held == ALL
    assert not one.held & other.held
    assert (one.leases.office.held, other.leases.office.held) == (True, False)
    numbers = other.leases.numbers()
    assert (numbers.hubs, numbers.stations, numbers.office) == (2, len(ALL) / 2, False)


async def test_a_hub_that_stands_still_is_taken_over_and_when_it_wakes_up_it_writes_nothing_and_joins_anew(
    hubs: Callable[[str], Hub],
) -> None:
    one, other = hubs("hub-1").start(), hubs("hub-2").start()
    await until(lambda: len(other.held) == len(one.held) == len(ALL) / 2)
    asleep = one if one.leases.office.held else other
    awake = other if asleep is one else one
    await asleep.stand_still()
    asleep.fence.renewed_s = float("-inf")
    assert not asleep.leases.sure()
    expire(asleep)
    await until(lambda: awake.held == ALL and awake.leases.office.held)
    # At least: on a busy machine one may be taken for dead that is only slow.
    assert awake.leases.numbers().takeovers >= 1

    held = asleep.held
    assert held
    with pytest.raises(Fenced):
        asleep.write()
    # At once, not at the next look: nothing it hears from now on is its own.
    assert asleep.held == frozenset()
    assert asleep.leases.problem is not None
    assert not asleep.leases.office.held
    awake.write()
    asleep.start()
    await until(lambda: len(asleep.held) == len(awake.held) == len(ALL) / 2)
    asleep.write()
    assert asleep.leases.numbers().lost >= 1
    assert asleep.leases.problem is None


async def test_a_hub_that_ends_properly_hands_over_at_once(hubs: Callable[[str], Hub]) -> None:
    one, other = hubs("hub-1").start(), hubs("hub-2").start()
    await until(lambda: len(other.held) == len(one.held) == len(ALL) / 2)
    await one.leases.leave()
    assert one.held == frozenset()
    with pytest.raises(Fenced):
        one.write()
    await until(lambda: other.held == ALL and other.leases.office.held)
    assert other.leases.numbers().takeovers == 0


async def test_a_hub_without_the_broker_hands_its_stations_to_one_that_has_it(
    hubs: Callable[[str], Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases_module, "DEAF_AFTER_S", 0.2)
    one, other = hubs("hub-1").start(), hubs("hub-2").start()
    await until(lambda: len(other.held) == len(one.held) == len(ALL) / 2)
    one.connected = False
    await until(lambda: other.held == ALL)
    # Nobody has it: everything stays where it is, for pages and letters go on.
    other.connected = False
    await asyncio.sleep(0.4)
    assert (other.held, one.held) == (ALL, frozenset())
    one.write()
    one.connected = other.connected = True
    await until(lambda: len(other.held) == len(one.held) == len(ALL) / 2)


async def test_a_station_that_is_added_anywhere_is_held_by_somebody_soon(hubs: Callable[[str], Hub]) -> None:
    one, other = hubs("hub-1").start(), hubs("hub-2").start()
    await until(lambda: len(other.held) == len(one.held) == len(ALL) / 2)
    with transaction(one.connection):
        put_station(one.connection, "new-1", "main")
    await until(lambda: "new-1" in one.held | other.held)
    holders = one.leases._table.look({}).holders
    assert holders[partition_of("new-1")] == ("hub-1" if "new-1" in one.held else "hub-2")


async def test_what_others_write_is_news_and_positions_are_told_when_asked_for(hubs: Callable[[str], Hub]) -> None:
    one, other = hubs("hub-1").start(), hubs("hub-2").start()
    await until(lambda: bool(one.held and other.held))
    other.write()
    await until(lambda: one.news == [1] and other.news == [1])
    with transaction(other.connection):
        store = ScanStore(other.connection)
        for incarnation, seq in (("old", 70), ("new", 7)):
            store.advance(store.stream("desk-1", incarnation).key, seq)
    one.leases.ask_positions(["desk-1", "desk-2"])
    await until(lambda: one.positions == [("desk-1", "new", 7, 0)])


async def test_a_server_that_is_away_is_waited_for(hubs: Callable[[str], Hub]) -> None:
    one = hubs("hub-1").start()
    await until(lambda: one.held == ALL)
    connection: Connection = one.connection
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    connection.execute(others)
    one.write()
    await until(lambda: one.leases.sure() and one.held == ALL)
