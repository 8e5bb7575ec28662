"""Hubs on one PostgreSQL server: of two with the same books one waits for the other, and never each for each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from random import Random
from typing import Any

import pytest

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.store.agreement import disagreements
from hub.store.batch_store import store_for
from hub.store.database import transaction
from hub.store.history import verify
from hub.store.postgres import PostgresConnection
from tests.support.crowd import BOOKS, CARDS, Beep, Crowd, a_library
from tests.support.desks import Library
from tests.support.postgres import open_empty
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs("postgres")
LIMIT_S = 60


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is closed at the end of a test."""
    with ExitStack() as opened:
        yield opened


BATCHES = 25


@pytest.mark.parametrize("in_a_batch", [1, 3, 15])
def test_two_hubs_with_the_same_books_wait_for_each_other_and_never_each_for_each(stack: ExitStack, in_a_batch: int) -> None:
    library = a_library(stack, open_empty())
    assert isinstance(library.place, str)
    slips = [library.request(pickup_desk=desk) for desk in ("main", "east", "joint") for _ in range(2)]

    def hub(number: int, stations: tuple[str, str], url: str) -> None:
        with closing(PostgresConnection(url)) as connection:
            work(
                Crowd(replace(library, connection=connection), store_for(connection), number, made=number * 100_000),
                stations,
                slips,
                in_a_batch,
            )

    with ThreadPoolExecutor() as threads:
        hubs = [threads.submit(hub, 1, ("rs-1", "main-1"), library.place), threads.submit(hub, 2, ("joint-1", "east-1"), library.place)]
        for done in hubs:
            done.result(LIMIT_S)
    assert library.rows("SELECT count(*), count(DISTINCT stream) FROM scan") == [(2 * BATCHES * in_a_batch, 4)]
    assert library.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [(0,)]
    assert torn(library) == []
    assert verify(library.connection).broken == ()
    assert list(disagreements(library.connection)) == []


def test_hubs_that_wait_for_their_turn_go_on_one_after_the_other(stack: ExitStack) -> None:
    """Of three that wait for the same eight books, whoever comes first has all of them."""
    library = a_library(stack, open_empty())
    assert isinstance(library.place, str)
    slips = [library.request(pickup_desk="main") for _ in range(8)]
    hubs = []
    for number, station in enumerate(("rs-1", "joint-1", "main-1"), 1):
        connection = stack.enter_context(closing(PostgresConnection(library.place)))
        hubs.append((Crowd(replace(library, connection=connection), store_for(connection), number, made=number * 100_000), station))
    watch = stack.enter_context(closing(PostgresConnection(library.place)))
    for _ in range(4):
        with transaction(library.connection):
            with_others = [[Beep(station, slip) for slip in slips[number:] + slips[:number]] for number, (_, station) in enumerate(hubs)]
            threads = stack.enter_context(ThreadPoolExecutor())
            waits = [threads.submit(crowd.take, batch) for (crowd, _), batch in zip(hubs, with_others, strict=True)]
            wait_for(lambda: watch.execute(WAITING).fetchone() == (len(hubs),), "all to wait for their turn")
        assert [len(done.result(LIMIT_S)) for done in waits] == [len(slips)] * len(hubs)
    assert library.rows("SELECT count(*) FROM scan") == [(4 * 3 * 8,)]


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def torn(library: Library) -> list[tuple[Any, ...]]:
    """Give the moves that did not begin where the one before them ended."""
    return library.rows(
        "SELECT key, item, was, before FROM (SELECT key, item, was, lag(became) OVER (PARTITION BY item ORDER BY key) AS before "
        "FROM history WHERE item IS NOT NULL AND became IS NOT NULL) h WHERE was IS DISTINCT FROM before AND before IS NOT NULL"
    )


def test_two_hubs_with_books_of_their_own_never_stop_each_other(stack: ExitStack) -> None:
    """The history is one for all: whoever is behind waits for its end, and takes no number that another takes."""
    library = a_library(stack, open_empty())
    assert isinstance(library.place, str)

    def hub(number: int, station: str, slip: str, url: str) -> None:
        with closing(PostgresConnection(url)) as connection:
            crowd = Crowd(replace(library, connection=connection), store_for(connection), number, made=number * 100_000)
            for _ in range(BATCHES):
                crowd.take([Beep(station, BOOKS[number]), Beep(station, slip), Beep(station, BOOKS[number])])

    with ThreadPoolExecutor() as threads:
        hubs = [
            threads.submit(hub, number, station, library.request(), library.place) for number, station in enumerate(("rs-1", "joint-1"))
        ]
        for done in hubs:
            done.result(LIMIT_S)
    assert library.rows("SELECT count(*) FROM scan") == [(2 * BATCHES * 3,)]
    assert verify(library.connection).broken == ()


def work(crowd: Crowd, stations: tuple[str, str], slips: list[str], in_a_batch: int) -> None:
    """Scan the same books as somebody else, in an order of one's own."""
    chance = Random(crowd.seed)
    for _ in range(BATCHES):
        crowd.take([Beep(chance.choice(stations), chance.choice([*BOOKS, *slips, CARDS[0]])) for _ in range(in_a_batch)])
