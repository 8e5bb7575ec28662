"""How several hubs divide the stations: by partitions, so that a lease is a row for many stations, however many there are.

A station is in the partition its name says, for ever. A partition that has stations is held by one hub; ``OFFICE`` is one more, without
stations: what is done once in all (letters, events, counts, the passing of days) is done by the hub that holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from zlib import crc32

PARTITIONS = 256
"""With 100,000 stations a partition has some 400: fine enough to divide evenly, few enough to be read twice a second."""
OFFICE = -1

FAR_APART = 1.5
"""Partitions by which a hub has more than another before it hands one over though that leaves it with less than its share."""

Weights = Mapping[int, int]
"""How many stations each partition has that is to be held."""
Holders = Mapping[int, str]
"""Who holds each partition, by the hub's name."""


def partition_of(station: str) -> int:
    """Give the partition of a station."""
    return crc32(station.encode()) % PARTITIONS


def by_partition(stations: Iterable[str]) -> dict[int, list[str]]:
    """Give the stations of each partition that has any."""
    found: dict[int, list[str]] = {}
    for station in stations:
        found.setdefault(partition_of(station), []).append(station)
    return found


def weights_of(stations: Iterable[str]) -> dict[int, int]:
    """Give the partitions that are to be held."""
    return {OFFICE: 0} | {part: len(some) for part, some in by_partition(stations).items()}


def loads(hubs: Iterable[str], weights: Weights, holders: Holders) -> dict[str, int]:
    """Give how many stations each hub has."""
    found = dict.fromkeys(sorted(hubs), 0)
    for part, hub in holders.items():
        if hub in found:
            found[hub] += weights.get(part, 0)
    return found


def divide(hubs: Collection[str], weights: Weights, holders: Holders, *, alive: Collection[str] = ()) -> dict[int, str]:
    """Give a hub to each partition that nobody holds who is there: the large ones first, each to whoever has least.

    ``alive`` names others that hold on to what they have and are given nothing.
    """
    load = loads(hubs, weights, holders)
    free = [part for part in weights if holders.get(part) not in load and holders.get(part) not in alive]
    given: dict[int, str] = {}
    for part in sorted(free, key=lambda each: (-weights[each], each)) if load else ():
        hub = given[part] = min(load, key=lambda each: (load[each], each))
        load[hub] += weights[part]
    return given


def to_give(hub: str, hubs: Collection[str], weights: Weights, holders: Holders) -> dict[int, str]:
    """Give what a hub with more than its share hands over, and to whom; each move makes the loads more alike.

    A hub that is none of ``hubs``, those that can take scans, hands over all it has.
    """
    if hub not in hubs:
        rest = {part: holder for part, holder in holders.items() if holder != hub}
        return {part: to for part, to in divide(hubs, weights, rest, alive=set(rest.values())).items() if holders.get(part) == hub}
    load = loads(hubs, weights, holders)
    share, given = sum(load.values()) / len(load), dict[int, str]()
    mine = sorted((part for part, holder in holders.items() if holder == hub and weights.get(part, 0)), key=lambda each: -weights[each])
    for part in mine:
        to = min(load, key=lambda each: (load[each], each))
        weight, spare, lack = weights[part], load[hub] - share, share - load[to]
        # Where both come nearer to their share, or where the two are far apart; small differences are not worth a move.
        nearer = weight <= 2 * min(spare, lack) and weight < spare + lack
        if nearer or (spare > 0 and spare + lack > FAR_APART * weight):
            given[part] = to
            load[hub] -= weight
            load[to] += weight
    return given
