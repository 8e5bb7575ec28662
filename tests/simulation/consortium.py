"""``python -m tests.simulation.consortium``: how many stations divide among many hubs, by the hub's own functions.

Arithmetic by itself; with ``--real`` also what a takeover costs: leases on a PostgreSQL server, topics on a mosquitto, both of its own.
The result stands in docs/scaling.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from broker import packets
from broker.topics import Root
from hub.core.leases import OFFICE, divide, loads, partition_of, to_give, weights_of
from hub.several.stations import KEYS
from hub.store.fence import HOLD_MS
from hub.store.sql import Connection

ROOT = Root("state")
STATION_READS = 4
"""Reply, position, settings, and the hubs' states."""
MOST_ROUNDS = 100


def stations_of(count: int) -> list[str]:
    """Give names as a consortium has them: a library, a branch, a desk."""
    return [f"lib{number // 40:04d}-branch{number // 4 % 10}-desk{number % 4}" for number in range(count)]


def settle(hubs: Sequence[str], weights: Mapping[int, int], holders: Mapping[int, str]) -> dict[int, str]:
    """Give who holds what once nobody hands over any more, each hub looking in its turn."""
    found = dict(holders) | divide(hubs, weights, holders)
    for _ in range(MOST_ROUNDS):
        given = next((given for hub in hubs if (given := to_give(hub, hubs, weights, found))), None)
        if given is None:
            return found
        found |= given
    raise AssertionError("the hubs hand stations over for ever")


def moved(before: Mapping[int, str], after: Mapping[int, str], weights: Mapping[int, int]) -> Counter[str]:
    """Give how many stations have another hub than before, by the hub they have now."""
    found: Counter[str] = Counter()
    for part, hub in after.items():
        found[hub] += weights[part] if before.get(part) != hub else 0
    return +found


def topics_of(stations: Sequence[str]) -> list[str]:
    """Give what a hub subscribes for its stations."""
    return [ROOT.topic(key, station=station) for station in stations for key in KEYS]


def subscribe_packets(stations: Sequence[str]) -> list[int]:
    """Give the lengths of the packets a hub subscribes with."""
    return [len(packets.subscribe(each, 1, modern=True)) for each in packets.handfuls(topics_of(stations))]


def division(stations: Sequence[str], count: int) -> Iterator[str]:
    """Say how so many hubs divide the stations, and what a hub more or less moves."""
    weights, hubs = weights_of(stations), [f"hub-{number}" for number in range(1, count + 1)]
    holders = settle(hubs, weights, {})
    load = loads(hubs, weights, holders)
    share = len(stations) / count
    joined = settle([*hubs, "hub-new"], weights, holders)
    come = moved(holders, joined, weights)
    left = settle(hubs[1:], weights, {part: hub for part, hub in holders.items() if hub != hubs[0]})
    gone = moved(holders, left, weights)
    after = loads(hubs[1:], weights, left)
    low, high = min(load.values()), max(load.values())
    yield f"{count} hubs: {low:,} to {high:,} stations each ({(high - low) / share:.1%} of a share apart)"
    yield (
        f"   one joins: {come.total():,} stations move ({come.total() / len(stations):.1%}), "
        f"{come.total() - come['hub-new']:,} of them between the others"
    )
    yield (
        f"   one is gone: {gone.total():,} stations move ({gone.total() / len(stations):.1%}), "
        f"{gone.total() - load[hubs[0]]:,} of them not its own; then {min(after.values()):,} to {max(after.values()):,} each"
    )
    mine = [station for station in stations if holders[partition_of(station)] == hubs[0]]
    sizes = subscribe_packets(mine)
    yield (
        f"   a hub holds {len(KEYS) * len(mine):,} subscriptions, asked for in {len(sizes):,} packets of at most {max(sizes):,} bytes "
        f"({sum(sizes) / 1e6:.1f} MB)"
    )


def report(stations: Sequence[str], counts: Sequence[int]) -> Iterator[str]:
    """Say all that needs no server."""
    weights = weights_of(stations)
    each = sorted(weight for part, weight in weights.items() if part != OFFICE)
    yield f"{len(stations):,} stations in {len(each)} partitions: {each[0]} to {each[-1]} each, median {statistics.median(each):g}"
    for count in counts:
        yield from division(stations, count)
    own = (len(KEYS) + STATION_READS) * len(stations)
    yield f"the broker holds {own:,} subscriptions: {len(KEYS) * len(stations):,} of hubs, {STATION_READS * len(stations):,} of stations"
    longest = [f"{number:05d}".rjust(40, "x") for number in range(1000)]
    yield f"with names of 40 characters a packet has at most {max(subscribe_packets(longest)):,} bytes"


def takeover(stations: Sequence[str], count: int) -> Iterator[str]:
    """Say what it takes to take one of so many hubs over, on a server."""
    from hub.store.database import open_database
    from hub.store.leases import LeaseTable
    from tests.support.postgres import running_server

    weights, hubs = weights_of(stations), [f"hub-{number}" for number in range(1, count + 1)]
    with running_server(durable=True) as server, contextlib.ExitStack() as ended:
        url = server.new_database()
        connection = ended.enter_context(contextlib.closing(open_database(url)))
        _fill(connection, stations)
        table = ended.enter_context(contextlib.closing(LeaseTable(url)))
        numbers = {hub: table.join(hub) for hub in hubs}
        seen = table.look(weights)
        yield f"on PostgreSQL: the stations are read in {_ms(table.stations)} ms, a look takes {_ms(lambda: table.look(weights))} ms"
        renewed = _ms(lambda: table.renew(hubs[1], numbers[hubs[1]]))
        connection.execute("UPDATE hub_lease SET until = 1 WHERE hub = ?", (hubs[0],))
        took = _ms(lambda: table.look(weights))
        lost = [station for station in stations if seen.holders[partition_of(station)] == hubs[0]]
        yield f"   a renewal {renewed} ms; taking a dead hub's {len(lost):,} stations over {took} ms"
        share = lost[: len(lost) // (count - 1)]
        yield f"   one of the others reads the positions of its {len(share):,} new ones in {_ms(lambda: table.positions(share))} ms"
    yield from asyncio.run(_subscribed(share))
    yield f"a lease runs out {HOLD_MS / 1000:g} s after it was renewed last, and is looked at twice a second"


def _fill(connection: Connection, stations: Sequence[str]) -> None:
    connection.execute("INSERT INTO desk VALUES ('main', 'Main', true, true, 'A', 40, true)")
    connection.execute(
        "INSERT INTO station(name, desk, settings_version, online) SELECT unnest(?::text[]), 'main', 0, false", (list(stations),)
    )
    connection.execute("INSERT INTO stream(station, incarnation, seq, fault_seq) SELECT name, 'journal', 70, 0 FROM station")


def _ms(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return round((time.monotonic() - began) * 1000, 1)


async def _subscribed(stations: Sequence[str]) -> list[str]:
    """Subscribe at a mosquitto and say how long that took and what it weighs."""
    from tests.support.brokers import HUB, MOSQUITTO_5, Company, broker_for, until

    with tempfile.TemporaryDirectory() as folder:
        broker = broker_for(MOSQUITTO_5, Path(folder))
        await broker.start()
        company = Company(broker)
        try:
            session, _ = await company.join(HUB, clean=True)
            pid = broker.process.pid  # type: ignore[attr-defined]
            before, began, answers = psutil.Process(pid).memory_info().rss, time.monotonic(), list[str | None]()
            session.subscribe(topics_of(stations), answers.append)
            await until(lambda: answers == [None], "the subscriptions", limit_s=120)
            took, more = time.monotonic() - began, psutil.Process(pid).memory_info().rss - before
        finally:
            await company.part()
            await broker.stop()
    count = len(KEYS) * len(stations)
    return [f"on mosquitto: {count:,} subscriptions granted in {took:.2f} s, {more / count:.0f} bytes of its memory each"]


def main() -> int:
    """Print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.consortium", description="How stations divide among hubs.")
    parser.add_argument("--stations", type=int, default=100_000, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--hubs", type=int, nargs="+", default=[2, 4, 8, 16], metavar="N", help="how many hubs (default: 2 4 8 16)")
    parser.add_argument("--real", action="store_true", help="also take a hub over on a PostgreSQL server and a mosquitto of its own")
    options = parser.parse_args()
    stations = stations_of(options.stations)
    for line in report(stations, options.hubs):
        print(line, flush=True)
    if options.real:
        for line in takeover(stations, 8):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
