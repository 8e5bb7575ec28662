"""Several hubs on one server: one writes at a time, and what others have taken for dead writes nothing, however late it wakes up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import cast

import pytest

from hub.core.leases import OFFICE
from hub.store import history
from hub.store.database import transaction
from hub.store.fence import HOLD_MS, Fence
from hub.store.moments import from_ms
from hub.store.sql import Connection, Fenced, Unavailable, may_pass
from tests.support.programs import wait_for

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.store.leases import LeaseTable
from hub.store.postgres import PostgresConnection
from tests.support.postgres import open_empty

pytestmark = pytest.mark.needs("postgres")

WEIGHTS = {OFFICE: 0, 1: 3, 2: 2, 3: 2}
PUT = "INSERT INTO partner VALUES (?, 'somebody')"


@pytest.fixture
def url() -> str:
    url, connection = open_empty()
    connection.close()
    return url


class Desk:
    """One hub as its database sees it."""

    def __init__(self, url: str, name: str) -> None:
        self.name, self.refused = name, 0
        self.table = LeaseTable(url)
        self.connection = PostgresConnection(url)
        self.fence = Fence(name, self._lost)
        self.connection.stand_behind(self.fence)

    def join(self) -> Desk:
        self.fence.number = self.table.join(self.name)
        return self

    def write(self, code: str) -> None:
        with transaction(self.connection):
            self.connection.execute(PUT, (code,))

    def codes(self) -> list[str]:
        return [row[0] for row in self.connection.execute("SELECT code FROM partner ORDER BY code")]

    def close(self) -> None:
        self.table.close()
        self.connection.close()

    def _lost(self) -> None:
        self.refused += 1


@pytest.fixture
def one(url: str) -> Iterator[Desk]:
    with closing(Desk(url, "hub-1")) as desk:
        yield desk


@pytest.fixture
def other(url: str) -> Iterator[Desk]:
    with closing(Desk(url, "hub-2")) as desk:
        yield desk


def expire(desk: Desk, by: Desk | None = None) -> None:
    """Let a hub's lease run out as if it had stood still."""
    (by or desk).table._execute("UPDATE hub_lease SET until = 1 WHERE hub = ?", (desk.name,))


def test_a_hub_that_has_not_joined_writes_nothing(one: Desk) -> None:
    with pytest.raises(Fenced) as refused:
        one.write("a")
    assert may_pass(refused.value)
    assert one.refused == 1
    one.join().write("a")
    assert one.codes() == ["a"]


def test_a_hub_that_was_taken_over_writes_nothing_until_it_joins_anew(one: Desk, other: Desk) -> None:
    one.join().write("before")
    other.join()
    expire(one)
    assert other.table.look(WEIGHTS).taken_over == ("hub-1",)
    for _ in range(2):
        with pytest.raises(Fenced, match="taken"):
            one.write("late")
    assert not one.connection.in_transaction
    assert not one.table.renew("hub-1", one.fence.number)
    assert not one.table.hand_over("hub-1", one.fence.number, {1: "hub-2"})
    assert not one.table.leave("hub-1", one.fence.number, WEIGHTS)
    other.write("other")
    one.join().write("again")
    assert one.codes() == ["again", "before", "other"]


def test_a_lease_that_ran_out_and_was_not_taken_over_goes_on(one: Desk) -> None:
    one.join()
    expire(one)
    one.write("late")
    assert one.table.alive() == {"hub-1": one.fence.number}


def test_who_works_under_the_same_name_with_an_older_lease_is_refused(one: Desk, url: str) -> None:
    one.join()
    with closing(Desk(url, "hub-1")) as newer:
        newer.join().write("newer")
        with pytest.raises(Fenced):
            one.write("older")


def test_a_hub_in_the_middle_of_a_transaction_is_not_taken_over_before_it_ends(one: Desk, other: Desk) -> None:
    one.join()
    other.join()
    with transaction(one.connection):
        one.connection.execute(PUT, ("begun",))
        # Its own row is locked: nobody can say of it that it is dead, however long it takes.
        other.table._connection.execute("SET lock_timeout = 200")
        with pytest.raises(Unavailable):
            expire(one, by=other)
        assert other.table.look(WEIGHTS).taken_over == ()
    assert one.codes() == ["begun"]


def test_a_hub_that_stands_still_in_a_transaction_is_ended_by_the_server_and_holds_nobody_up(one: Desk, other: Desk) -> None:
    one.join()
    other.join()
    one.connection.execute("BEGIN IMMEDIATE")
    one.connection.wait_for_turn()
    one.connection.execute(PUT, ("half",))
    # Waits for its turn until the server has put an end to the other's.
    other.write("other")
    with pytest.raises(Unavailable):
        one.connection.execute(PUT, ("more",))
    one.connection.execute("ROLLBACK")
    assert other.codes() == ["other"]
    one.write("later")
    assert other.codes() == ["later", "other"]


def test_one_writes_at_a_time_so_the_history_stays_one_chain(one: Desk, other: Desk, url: str) -> None:
    one.join()
    other.join()

    def write(desk: Desk) -> None:
        for _ in range(30):
            with transaction(desk.connection):
                connection = cast(Connection, desk.connection)
                connection.execute("INSERT INTO event(type, at, data) VALUES ('scan', 1, '{}')")
                history.append(connection, history.Line(request=1, kind="act", at=from_ms(1), rule="x", actor=desk.name))

    threads = [threading.Thread(target=write, args=(desk,)) for desk in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = history.verify(one.connection)
    assert (found.rows, found.broken) == (60, ())


def test_the_stations_of_a_dead_hub_are_divided_and_those_of_the_living_stay(one: Desk, other: Desk) -> None:
    one.join()
    assert one.table.look(WEIGHTS).holders == dict.fromkeys(WEIGHTS, "hub-1")
    other.join()
    assert other.table.look(WEIGHTS).holders == dict.fromkeys(WEIGHTS, "hub-1")
    assert one.table.hand_over("hub-1", one.fence.number, {1: "hub-2"})
    expire(one)
    seen = other.table.look(WEIGHTS)
    assert seen.holders == dict.fromkeys(WEIGHTS, "hub-2")
    assert other.table.look(WEIGHTS).taken_over == ()


def test_a_hub_that_leaves_hands_over_at_once(one: Desk, other: Desk) -> None:
    one.join()
    one.table.look(WEIGHTS)
    other.join()
    assert one.table.leave("hub-1", one.fence.number, WEIGHTS)
    seen = other.table.look(WEIGHTS)
    assert (dict(seen.holders), list(seen.alive), seen.taken_over) == (dict.fromkeys(WEIGHTS, "hub-2"), ["hub-2"], ())


def test_a_hub_that_comes_back_under_its_name_finds_what_it_held(one: Desk, url: str) -> None:
    one.join()
    one.table.look(WEIGHTS)
    with closing(Desk(url, "hub-1")) as again:
        again.join()
        assert again.table.look(WEIGHTS).holders == dict.fromkeys(WEIGHTS, "hub-1")
        assert again.fence.number == one.fence.number + 1


def test_writing_renews_a_lease_and_so_does_renewing(one: Desk) -> None:
    one.join()
    for act in (lambda: one.write("a"), lambda: one.table.renew("hub-1", one.fence.number)):
        expire(one)
        act()
        assert one.table.alive() == {"hub-1": one.fence.number}


def test_what_nobody_holds_goes_to_a_hub_that_can_take_scans(one: Desk, other: Desk) -> None:
    one.join()
    other.join()
    # Nobody is connected to the broker yet: somebody must have it all the same.
    assert set(one.table.look({1: 3, 2: 2}).holders.values()) == {"hub-1", "hub-2"}
    other.table.renew("hub-2", other.fence.number, able=True)
    seen = one.table.look(WEIGHTS)
    assert seen.able == frozenset({"hub-2"})
    assert (seen.holders[3], seen.holders[OFFICE]) == ("hub-2", "hub-2")


def test_a_lease_runs_out_by_itself(one: Desk, other: Desk) -> None:
    one.join()
    one.table.look(WEIGHTS)
    other.join()

    def taken_over() -> bool:
        other.table.renew("hub-2", other.fence.number)
        return other.table.look(WEIGHTS).taken_over == ("hub-1",)

    wait_for(taken_over, "the lease to run out", HOLD_MS / 1000 + 1)
