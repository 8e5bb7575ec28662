"""Stations are divided among hubs evenly, by as few moves as that takes, and each has one hub."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.core.leases import FAR_APART, OFFICE, PARTITIONS, divide, loads, partition_of, to_give, weights_of

STATIONS = [f"branch-{number:05d}" for number in range(5_000)]
HUBS = st.lists(st.sampled_from(["hub-1", "hub-2", "hub-3", "hub-4", "hub-5"]), min_size=1, unique=True)
WEIGHTS = st.dictionaries(st.integers(0, PARTITIONS - 1), st.integers(1, 40), max_size=60).map(lambda found: {OFFICE: 0} | found)


def settled(hubs: list[str], weights: dict[int, int], holders: dict[int, str]) -> dict[int, str]:
    """Give who holds what when nobody hands over any more."""
    holders = holders | divide(hubs, weights, holders)
    while any(moves := [to_give(hub, hubs, weights, holders) for hub in hubs]):
        holders |= next(move for move in moves if move)
    return holders


def test_a_station_stays_in_its_partition_and_partitions_are_about_alike() -> None:
    assert partition_of("main-1") == partition_of("main-1") == 172
    weights = weights_of(STATIONS)
    assert len(weights) == PARTITIONS + 1
    assert weights.pop(OFFICE) == 0
    assert sum(weights.values()) == len(STATIONS)
    assert max(weights.values()) < 2.5 * len(STATIONS) / PARTITIONS


@given(HUBS, WEIGHTS)
def test_every_partition_that_is_to_be_held_gets_one_of_the_hubs(hubs: list[str], weights: dict[int, int]) -> None:
    given = divide(hubs, weights, {})
    assert set(given) == set(weights)
    assert set(given.values()) <= set(hubs)


@given(HUBS, WEIGHTS)
def test_what_a_hub_holds_is_not_given_away_and_what_a_dead_one_held_is(hubs: list[str], weights: dict[int, int]) -> None:
    holders = {part: ("dead", hubs[0])[part % 2] for part in weights}
    given = divide(hubs, weights, holders)
    assert set(given) == {part for part, hub in holders.items() if hub == "dead"}


@given(HUBS, WEIGHTS)
def test_hands_over_until_nobody_has_much_more_than_another(hubs: list[str], weights: dict[int, int]) -> None:
    # All of it was with one hub that was alone before the others came.
    holders = settled(hubs, weights, dict.fromkeys(weights, hubs[0]))
    load = loads(hubs, weights, holders)
    assert max(load.values()) - min(load.values()) <= FAR_APART * max(weights.values())
    assert set(holders) == set(weights)


def test_of_three_stations_two_hubs_have_two_and_one_and_nothing_moves_after_that() -> None:
    weights = {1: 1, 2: 1, 3: 1, OFFICE: 0}
    holders = settled(["hub-1", "hub-2"], weights, dict.fromkeys(weights, "hub-1"))
    assert loads(["hub-1", "hub-2"], weights, holders) == {"hub-1": 2, "hub-2": 1}
    assert holders[OFFICE] == "hub-1"
    assert all(not to_give(hub, ["hub-1", "hub-2"], weights, holders) for hub in ("hub-1", "hub-2"))


def test_a_hub_that_joins_takes_its_share_and_hardly_a_station_moves_between_the_others() -> None:
    weights = weights_of(STATIONS)
    before = settled(["hub-1", "hub-2", "hub-3"], weights, {})
    after = settled(["hub-1", "hub-2", "hub-3", "hub-4"], weights, before)
    moved: Counter[str] = Counter()
    for part, hub in after.items():
        moved[hub] += weights[part] if before[part] != hub else 0
    assert abs(moved.pop("hub-4") - len(STATIONS) / 4) < 40
    assert moved.total() <= len(STATIONS) / 100


def test_a_hub_alone_hands_nothing_over_and_without_any_nothing_is_divided() -> None:
    weights = {1: 4, 2: 4}
    assert to_give("hub-1", ["hub-1"], weights, {1: "hub-1", 2: "hub-1"}) == {}
    assert to_give("hub-1", [], weights, {1: "hub-1", 2: "hub-1"}) == {}
    assert divide([], weights, {}) == {}


def test_a_hub_that_cannot_take_scans_hands_all_over_and_is_given_nothing() -> None:
    weights = {1: 4, 2: 4, 3: 1, OFFICE: 0}
    holders = {1: "deaf", 2: "hub-1", 3: "deaf"}
    assert divide(["hub-1", "hub-2"], weights, holders, alive=["deaf", "hub-1", "hub-2"]) == {OFFICE: "hub-2"}
    assert to_give("deaf", ["hub-1", "hub-2"], weights, holders) == {1: "hub-2", 3: "hub-1"}
