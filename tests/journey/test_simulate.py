"""``holdshelf simulate`` plays a small day; what does not add up is said in a sentence, never passed over."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import pytest

from hub.simulate.plan import Day, plan_day
from hub.simulate.tally import Stored, Tally, does_not_add_up
from tests.support.programs import Program, part_of, wait_for


def test_a_small_day_adds_up() -> None:
    with Program("holdshelf", "simulate", "--requests", "6", "--speed", "30000", "--seed", "5", "--json") as day:
        assert day.ended(60) == 0, day.last_words()
    numbers = json.loads(day.out.all()[-1])
    assert numbers["ok"]
    assert numbers["problems"] == []
    assert numbers["requests"]["created"] == numbers["requests"]["closed"] == 6
    assert sum(numbers["outcomes"].values()) == numbers["scans"] > 6 * 5


def test_a_hub_that_dies_ends_the_day_with_a_sentence_and_keeps_its_folder() -> None:
    with Program("holdshelf", "simulate", "--stations", "1", "--requests", "3") as day:
        wait_for(lambda: part_of(day, "station.cli") is not None, "the station to be started")
        hub = part_of(day, "hub.cli")
        assert hub is not None
        hub.kill()
        assert day.ended() == 1
    said = [line for line in day.err.all() if line.startswith("holdshelf: ")]
    assert len(said) == 1, day.last_words()
    kept = re.search(r"The hub ended by itself\. The day's data and logs are kept in (\S+)\.$", said[0])
    assert kept is not None, said
    shutil.rmtree(kept[1])


def test_the_same_seed_plans_the_same_day_and_another_does_not() -> None:
    assert plan_day(4, 40, 1) == plan_day(4, 40, 1)
    assert plan_day(4, 40, 1) != plan_day(4, 40, 2)


@pytest.fixture
def day() -> Day:
    """A planned day."""
    return plan_day(4, 10, 1)


def as_planned(day: Day) -> tuple[Tally, Stored, dict[int, int], dict[str, int]]:
    """Give what a good day leaves behind."""
    tally = Tally()
    tally.made.update({"rs-1": 3, "main-1": 2})
    tally.outcomes.update({"accepted": 4, "no_change": 1})
    letters = tuple(f"<{number}@main>" for number in range(sum(book.letters for book in day.books)))
    ends = {f"ILL-{book.number}": book.ends for book in day.books}
    stored = Stored(scans={"rs-1": 3, "main-1": 2}, ends=ends, events=(1, 2, 3), letters=letters)
    return tally, stored, {1: 1, 2: 1, 3: 1}, {f"ILL-{book.number}": book.number for book in day.books}


def test_a_good_day_has_nothing_to_tell(day: Day) -> None:
    tally, stored, heard, created = as_planned(day)
    assert does_not_add_up(day, tally, stored, heard=heard, created=created) == []


@pytest.mark.parametrize(
    ("went_wrong", "says"),
    [
        ({"scans": {"rs-1": 3, "main-1": 1}}, "main-1 made 2 scans, the hub has 1."),
        ({"scans": {"rs-1": 4, "main-1": 2}}, "rs-1 made 3 scans, the hub has 4."),
        ({"events": (1, 2, 3, 4)}, "1 of 4 events were never heard, the first is number 4."),
        ({"events": (1, 2)}, "1 events were heard that the hub does not have."),
        ({"letters": ()}, "letters were due, 0 left."),
        ({"open_items": 1}, "1 temporary items are left."),
        ({"poison": 2}, "The hub put 2 messages aside as unreadable."),
    ],
)
def test_what_the_hub_has_too_much_or_too_little_is_told(day: Day, went_wrong: dict[str, object], says: str) -> None:
    tally, stored, heard, created = as_planned(day)
    told = does_not_add_up(day, tally, replace(stored, **went_wrong), heard=heard, created=created)  # type: ignore[arg-type]
    assert len(told) == 1
    assert says in told[0]


def test_a_letter_that_left_twice_is_told(day: Day) -> None:
    tally, stored, heard, created = as_planned(day)
    doubled = replace(stored, letters=(*stored.letters[:-1], stored.letters[0]))
    assert does_not_add_up(day, tally, doubled, heard=heard, created=created) == ["The letter <0@main> left 2 times."]


def test_a_scan_without_a_reply_and_an_event_heard_twice_are_told(day: Day) -> None:
    tally, stored, heard, created = as_planned(day)
    tally.outcomes["accepted"] -= 1
    told = does_not_add_up(day, tally, stored, heard=heard | {2: 2}, created=created)
    assert told == ["5 scans got 4 replies.", "1 events were heard more than once."]


def test_a_book_that_ends_elsewhere_is_told(day: Day) -> None:
    tally, stored, heard, created = as_planned(day)
    ends = stored.ends | {"ILL-1": "ON_HOLD_SHELF"}
    told = does_not_add_up(day, tally, replace(stored, ends=ends), heard=heard, created=created)
    assert len(told) == 1
    assert told[0].startswith("ILL-1 (The Overstory) should end as ")
