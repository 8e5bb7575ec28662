"""The arithmetic of docs/scaling.md, on fewer stations: every one has a hub, packets fit, and few stations move."""

from __future__ import annotations

import re

from broker.mosquitto import MAX_PACKET_BYTES
from hub.core.leases import weights_of
from tests.simulation.consortium import moved, report, settle, stations_of, subscribe_packets

STATIONS = stations_of(5_000)


def test_names_are_all_different() -> None:
    assert len(set(STATIONS)) == len(STATIONS)


def test_packets_of_subscriptions_fit_into_what_a_broker_takes() -> None:
    assert max(subscribe_packets(STATIONS)) <= MAX_PACKET_BYTES / 2
    assert max(subscribe_packets([f"{number:05d}".rjust(40, "x") for number in range(1000)])) <= MAX_PACKET_BYTES / 2


def test_a_hub_that_is_gone_moves_its_own_stations_alone() -> None:
    weights, hubs = weights_of(STATIONS), ["hub-1", "hub-2", "hub-3"]
    holders = settle(hubs, weights, {})
    left = settle(hubs[1:], weights, {part: hub for part, hub in holders.items() if hub != "hub-1"})
    assert moved(holders, left, weights).total() == sum(weights[part] for part, hub in holders.items() if hub == "hub-1")


def test_the_report_says_of_each_number_of_hubs_what_moves() -> None:
    text = "\n".join(report(STATIONS, [2, 5]))
    assert text.startswith("5,000 stations in 256 partitions")
    assert len(re.findall(r"one joins: [\d,]+ stations move", text)) == 2
    assert "the broker holds 35,000 subscriptions" in text
