"""Very much that is due is found in portions: nothing twice, nothing left out, whatever is done of it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.clock import ALONE_S, AT_A_TIME, HOLDS_UP_S, MOST_AT_A_TIME, SHORT_FOR, Clock, Pace
from hub.core.acts import Act
from hub.store import due as module
from hub.store.due import MOST, MOST_FORGOTTEN, due
from hub.store.moments import from_ms
from tests.support.days import do
from tests.support.desks import Library
from tests.support.random_house import TERMS, House

FEW = 7


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Library]:
    """A library in which something of each kind is due."""
    library = Library.open(tmp_path, notices=TERMS)
    House(library, 5, requests=120)
    library.connection.execute("UPDATE request SET closed_at = 0 WHERE state = 'CLOSED'")
    yield library
    library.connection.close()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are a portion."""
    for name in ("MOST", "MOST_FORGOTTEN"):
        monkeypatch.setattr(module, name, FEW)
    for act, query in module.QUERIES.items():
        limit = MOST_FORGOTTEN if act is Act.FORGET else MOST
        monkeypatch.setitem(module.QUERIES, act, query.replace(f"LIMIT {limit}", f"LIMIT {FEW}"))


def test_portions_are_together_what_is_due(house: Library, request: pytest.FixtureRequest) -> None:
    at_once = list(due(house.connection, house.site, house.now))
    assert {some[0].act for some in at_once} == set(module.QUERIES)
    request.getfixturevalue("few")
    portions = list(due(house.connection, house.site, house.now))
    assert max(map(len, portions)) == FEW
    assert all(len({(one.act, one.day) for one in some}) == 1 for some in portions)
    together = [one for some in portions for one in some]
    assert len(set(together)) == len(together)
    assert set(together) == {one for some in at_once for one in some}


@pytest.mark.usefixtures("few")
def test_what_is_done_meanwhile_hides_nothing_of_the_rest(house: Library) -> None:
    before = set(house.due())
    looked, done = set(), 0
    for some in due(house.connection, house.site, house.now):
        looked |= set(some)
        done += do(house, some)
    assert {one for one in before if one.act is not Act.OVERDUE} <= looked
    assert done
    assert not any(do(house, some) for some in due(house.connection, house.site, house.now))


@pytest.mark.usefixtures("few")
async def test_a_look_goes_on_until_nothing_is_left_whatever_cannot_be_done(house: Library) -> None:
    clock = Clock(house.connection, house.place, house.site, now=lambda: house.now, changed=lambda _: None)
    house.connection.execute("UPDATE item SET reason = 'none that there is' WHERE key % 2 = 0")
    assert await clock.look() > FEW
    assert await clock.look() == 0
    house.now += timedelta(minutes=1)
    assert await clock.look() == 0
    clock.close()


@pytest.mark.parametrize("act", [Act.REMIND, Act.DUE_SOON])
def test_what_came_meanwhile_is_not_announced_any_more(house: Library, act: Act) -> None:
    found = [one for one in house.due() if one.act is act]
    assert found
    house.now = from_ms(max(one.occasion for one in found)) + timedelta(seconds=1)
    assert do(house, found) == 0
    house.now = from_ms(min(one.found_at for one in found))
    assert do(house, found) > 0


# -- how much is done at a time


def test_a_transaction_grows_to_what_fits_and_is_short_once_somebody_waits() -> None:
    pace = Pace()
    for _ in range(SHORT_FOR + 10):
        pace.go_on(pace.count, pace.count * 0.0001, wanted=False)
    assert pace.count == pytest.approx(ALONE_S / 0.0001, abs=1)
    pace.go_on(pace.count, pace.count * 0.0001, wanted=True)
    assert pace.count == pytest.approx(HOLDS_UP_S / 0.0001, abs=1)
    pace.go_on(pace.count, 1.0, wanted=False)
    assert pace.count == AT_A_TIME
    for _ in range(20):
        pace.go_on(pace.count, 0.0, wanted=False)
    assert pace.count == MOST_AT_A_TIME


def test_the_few_at_the_end_of_a_portion_say_nothing_of_many() -> None:
    pace = Pace(count=200)
    pace.go_on(3, 0.005, wanted=False)
    pace.go_on(3, 0.0001, wanted=False)
    assert pace.count == 200
    pace.go_on(100, 2 * HOLDS_UP_S, wanted=True)
    assert pace.count == 50, "those that took too long do"
