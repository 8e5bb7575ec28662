"""A batch on PostgreSQL: the same as scan by scan, in a handful of statements, and no two hubs wait for each other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.demo import STATIONS, item_barcode
from hub.store.batch_store import ServerStore, store_for
from hub.store.postgres import PostgresConnection, PostgresRows
from hub.store.scan_path import ScanStore
from tests.support.crowd import BOOKS, CARDS, Beep, Crowd, a_library, leave_the_same
from tests.support.postgres import open_empty

pytestmark = pytest.mark.needs("postgres")
DEEP = int(os.environ.get("HOLDSHELF_DEEP", "0"))
SCANS = 400
LIMIT_S = 60


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is closed at the end of a test."""
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize("seed", range(max(3, DEEP)))
def test_a_batch_leaves_what_its_scans_leave_one_by_one(stack: ExitStack, seed: int) -> None:
    plain, together = a_library(stack, open_empty()), a_library(stack, open_empty())
    one_by_one = Crowd(plain, ScanStore(plain.connection), seed)
    batches = Crowd(together, store_for(together.connection), seed)
    leave_the_same(one_by_one, batches, SCANS)


class Counted(PostgresConnection):
    """A connection that counts how often it goes to the server and back."""

    trips = 0

    def _run(self, text: str, parameters: Any) -> PostgresRows:
        self.trips += 1
        return super()._run(text, parameters)


def counted(stack: ExitStack) -> tuple[Crowd, Counted]:
    """Open a library whose connection counts; numbers for items are there."""
    library = a_library(stack, open_empty())
    assert isinstance(library.place, str)
    connection = stack.enter_context(closing(Counted(library.place)))
    crowd = Crowd(replace(library, connection=connection), store_for(connection), 0)
    crowd.take([Beep(station, "%HS-CLEAR") for station in STATIONS])
    return crowd, connection


A_LONE_SCAN = 5
"""Begin, wait for one's turn, read, write, commit."""
A_BATCH = 6
"""Also what is neither an open item nor a slip."""


def test_a_lone_scan_goes_to_the_server_and_back_a_few_times_whatever_it_does(stack: ExitStack) -> None:
    crowd, connection = counted(stack)
    slip, book = crowd.library.request(pickup_desk="main"), BOOKS[0]
    way = [("rs-1", slip), ("rs-1", book), ("east-1", book), ("main-1", book), ("main-1", CARDS[0]), ("main-1", book), ("rs-1", book)]
    rules = []
    for station, barcode in way:
        crowd.library.now += timedelta(seconds=10)
        before = connection.trips
        [reply] = crowd.take([Beep(station, barcode)])
        rules.append(json.loads(reply)["rule"])
        # Whose card it is, what went home with this barcode, and at a wrong desk where the book was seen last, is asked for.
        more = rules[-1] in ("T4", "patron.open", "U2")
        assert connection.trips - before <= A_LONE_SCAN + more, rules[-1]
    assert rules == ["slip.armed", "U2", "T4", "T1", "patron.open", "H2", "C3"]


def test_what_comes_with_every_scan_is_planned_once(stack: ExitStack) -> None:
    crowd, connection = counted(stack)
    for _ in range(8):
        crowd.take([Beep("main-1", BOOKS[0])])
    planned = "SELECT count(*), sum(custom_plans) FROM pg_prepared_statements WHERE statement LIKE '%WITH%' AND generic_plans > 5"
    assert connection.execute(planned).fetchone() == (3, 0), "what is read, what is unknown, what is written"


@pytest.mark.parametrize("scans", [2, 20, 120])
def test_a_batch_costs_hardly_more_round_trips_than_a_lone_scan(stack: ExitStack, scans: int) -> None:
    crowd, connection = counted(stack)
    store = crowd.store
    assert isinstance(store, ServerStore)
    store.numbers.have(3 * scans)
    slips = [crowd.library.request(pickup_desk="main") for _ in range(scans)]
    books = [item_barcode(number) for number in range(1, scans + 1)]
    received = [Beep("rs-1", barcode) for pair in zip(slips, books, strict=True) for barcode in pair]
    for batch in (received, [Beep("main-1", book) for book in books], [Beep("main-1", book) for book in (CARDS[0], *books)]):
        before = connection.trips
        crowd.take(batch, pause_s=0.01)
        assert connection.trips - before <= A_BATCH
    assert crowd.library.rows("SELECT state, count(*) FROM request GROUP BY state") == [("CHECKED_OUT", scans)]


def test_a_book_that_goes_home_and_comes_again_for_another_request_may_do_so_in_one_batch(stack: ExitStack) -> None:
    crowd, _ = counted(stack)
    first, second = (crowd.library.request(pickup_desk="main") for _ in range(2))
    book = BOOKS[0]
    crowd.take([Beep("rs-1", first), Beep("rs-1", book)])
    crowd.library.now += timedelta(minutes=5)
    way = [("main-1", book), ("main-1", CARDS[0]), ("main-1", book), ("rs-1", book), ("rs-1", second), ("rs-1", book)]
    replies = crowd.take([Beep(station, barcode) for station, barcode in way], pause_s=12)
    assert [json.loads(reply)["rule"] for reply in replies] == ["T1", "patron.open", "H2", "C3", "slip.armed", "U5"]
    assert crowd.library.rows("SELECT state FROM item ORDER BY key") == [("CLOSED",), ("IN_TRANSIT_TO_PICKUP",)]
