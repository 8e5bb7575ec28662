"""Each thing is done once, however long the hub stood still, and what people did meanwhile is left alone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.acts import Act
from hub.core.desk import Desk
from hub.demo import DESKS, item_barcode
from hub.flows.keep_books import put_desk
from hub.flows.pass_time import pass_time
from hub.store.database import transaction
from hub.store.due import Due
from hub.store.history import verify
from hub.store.sql import SqliteConnection
from tests.support.days import EAST, after, at, do, found, history, ready, work
from tests.support.desks import ADA, BOOK, START, Library
from tests.support.random_house import TERMS, House, done_one_by_one
from tests.support.roads import CLEAR, act, closed, lent, letters_leave, missing, received, returned, shelved

# -- once


def test_three_weeks_without_the_hub_are_caught_up_with_once(library: Library) -> None:
    ready(library)
    for book, road in ((2, lent), (3, received)):
        road(library, item_barcode(book))
    library.request(needed_by=date(2026, 11, 25))
    letters_leave(library)
    assert after(library, weeks=5) == 4
    assert sorted(history(library)) == ["expire", "needed-by", "overdue", "transit-old"]
    assert [after(library, minutes=1) for _ in range(3)] == [0, 0, 0]
    assert sorted(letters_leave(library)) == ["hold-expired", "overdue"]
    assert work(library) == ["transit_too_old", "needed_by_passed"]
    assert not verify(library.connection).broken


def everything_due(library: Library) -> None:
    """Let there be something of each kind that is due; a month has passed."""
    ready(library)
    for book, road in ((2, lent), (3, received), (4, returned), (5, closed)):
        road(library, item_barcode(book))
    library.request(needed_by=date(2026, 11, 25))
    library.now += timedelta(weeks=5)


def test_what_was_found_twice_before_it_was_done_is_done_once(library: Library) -> None:
    everything_due(library)
    twice = found(library) + found(library)
    assert do(library, twice) == len(twice) / 2
    assert do(library, twice) == 0
    assert len(history(library)) == len(twice) / 2


def test_a_pass_that_was_rolled_back_is_made_again(library: Library) -> None:
    everything_due(library)
    what = found(library)
    library.connection.execute("BEGIN")
    assert pass_time(library.connection, library.site, what, library.now) == len(what)
    library.connection.execute("ROLLBACK")
    assert do(library, what) == len(what)
    assert not verify(library.connection).broken


LEFT = (
    "SELECT * FROM history ORDER BY key",
    "SELECT type, desk, subject, at, data FROM event ORDER BY seq",
    "SELECT type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, last_error, message_id, sent_at, "
    "queued_by, dropped_by, channel FROM notice ORDER BY key",
    "SELECT kind, desk, station, barcode, request, item, note, opened_at, cleared_at, cleared_by, opened_scan, cleared_scan, last_desk, "
    "last_seen_at FROM exception ORDER BY key",
    "SELECT kind, subject, occasion FROM time_mark ORDER BY kind, subject, occasion",
    "SELECT * FROM item ORDER BY key",
    "SELECT * FROM request ORDER BY key",
)
"""What the passing of time leaves, but for numbers that a server gives once and never again: these only as an order."""


@pytest.mark.parametrize(("seed", "at_once"), [(1, 1000), (2, 1000), (3, 7), (4, 1)])
def test_many_done_together_leave_what_they_leave_one_by_one(tmp_path: Path, seed: int, at_once: int) -> None:
    library = Library.open(tmp_path, notices=TERMS)
    House(library, seed, requests=150)
    what = [one for one in found(library) if one.act is not Act.FORGET]
    assert {one.act for one in what} == {Act.EXPIRE, Act.REMIND, Act.DUE_SOON, Act.OVERDUE, Act.TRANSIT_OLD, Act.NEEDED_BY}
    library.connection.execute("BEGIN")
    done = done_one_by_one(library, what)
    one_by_one = [library.rows(query) for query in LEFT]
    library.connection.execute("ROLLBACK")
    before = [library.rows(query) for query in LEFT]
    assert sum(do(library, what[first : first + at_once]) for first in range(0, len(what), at_once)) == done
    for query, rows, nothing in zip(LEFT, one_by_one, before, strict=True):
        assert library.rows(query) == rows != nothing, query
    assert not verify(library.connection).broken
    library.connection.close()


def test_ten_are_read_by_as_many_statements_as_one(library: Library) -> None:
    if not isinstance(library.connection, SqliteConnection):
        pytest.skip("a file tells of each statement; on a server the round trips of batches are counted elsewhere")
    for number in range(1, 13):
        lent(library, item_barcode(number))
    library.now += timedelta(weeks=5)
    one, *rest = [each for each in found(library) if each.act is Act.OVERDUE]
    assert len(rest) == 11
    read: list[str] = []
    library.connection.set_trace_callback(lambda statement: read.append(statement) if statement.startswith("SELECT") else None)
    assert do(library, [one]) == 1
    for_one = len(read)
    assert do(library, rest) == 11
    assert len(read) == 2 * for_one


def test_two_thousand_that_are_due_are_done_in_one_pass(library: Library) -> None:
    named = shelved(library)
    request, item = (library.rows(f"SELECT * FROM {table}")[0] for table in ("request", "item"))  # noqa: S608 - two tables
    columns = {table: len(row) for table, row in (("request", request), ("item", item))}
    with transaction(library.connection):
        for number in range(2, 2001):
            rows = {
                "request": (number, f"{named}-{number}", *request[2:]),
                "item": (number, number, item[2], f"B{number}", *item[4:]),
            }
            for table, row in rows.items():
                library.connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * columns[table])})", row)  # noqa: S608 - two tables
    assert after(library, days=11) == 2000
    assert library.rows("SELECT count(*) FROM item WHERE state = 'PULL_FROM_SHELF'") == [(2000,)]
    assert found(library) == []


# -- what happened meanwhile


@pytest.mark.parametrize(
    ("road", "days", "what", "meanwhile"),
    [
        (ready, 11, Act.EXPIRE, lambda library: [library.scan("main-1", code) for code in (ADA, BOOK)]),
        (ready, 11, Act.EXPIRE, lambda library: act(library, "ILL-000001-8", Act.CHANGE_PICKUP, desk=EAST)),
        (ready, 11, Act.EXPIRE, lambda library: act(library, "ILL-000001-8", Act.EXTEND, day=date(2026, 12, 24))),
        (ready, 9, Act.REMIND, lambda library: act(library, "ILL-000001-8", Act.MISSING)),
        (lent, 26, Act.DUE_SOON, lambda library: act(library, "ILL-000001-8", Act.RENEW)),
        (lent, 30, Act.OVERDUE, lambda library: library.scan("main-1", BOOK)),
        (lent, 30, Act.OVERDUE, lambda library: act(library, "ILL-000001-8", Act.RENEW)),
        (received, 6, Act.TRANSIT_OLD, lambda library: library.scan("main-1", BOOK)),
        (returned, 6, Act.TRANSIT_OLD, lambda library: library.scan("rs-1", BOOK)),
        (closed, 2, Act.FORGET, lambda library: act(library, "ILL-000001-8", Act.REACTIVATE, note="a mistake")),
    ],
)
def test_what_has_changed_since_it_was_found_is_left_alone(library: Library, road: Any, days: int, what: Act, meanwhile: Any) -> None:
    road(library)
    library.now += timedelta(days=days)
    what_is_due = found(library)
    assert [one.act for one in what_is_due] == [what]
    meanwhile(library)
    before = library.rows("SELECT * FROM item"), library.rows("SELECT * FROM request"), library.notices()
    assert do(library, what_is_due) == 0
    assert (library.rows("SELECT * FROM item"), library.rows("SELECT * FROM request"), library.notices()) == before
    assert history(library) == []


def test_what_has_come_since_it_was_found_to_be_late_is_left_alone(library: Library) -> None:
    named = library.request(needed_by=date(2026, 11, 25))
    library.now += timedelta(days=4)
    what = found(library)
    for barcode in (named, BOOK):
        library.scan("rs-1", barcode)
    assert do(library, what) == 0


def test_a_request_that_is_gone_is_left_alone(library: Library) -> None:
    assert do(library, [Due(what, 99, 99, 0, 0) for what in (Act.EXPIRE, Act.FORGET, Act.NEEDED_BY)]) == 0


# -- a clock that was set back


def test_a_clock_that_was_set_back_does_nothing_early(library: Library) -> None:
    everything_due(library)
    what = found(library)
    assert {one.act for one in what} == {Act.EXPIRE, Act.OVERDUE, Act.TRANSIT_OLD, Act.NEEDED_BY, Act.FORGET}
    library.now = START + timedelta(hours=9)
    assert do(library, what) == 0
    assert found(library) == []
    library.now += timedelta(weeks=6)
    assert do(library, found(library)) == len(what)


def test_what_was_said_before_a_clock_was_set_back_is_not_said_again(library: Library) -> None:
    lent(library)
    after(library, days=30)
    at(library, library.now - timedelta(days=2))
    after(library, days=3)
    assert history(library).count("overdue") == 1


def test_a_missing_book_is_left_to_those_who_look_for_it(library: Library) -> None:
    missing(library)
    assert after(library, weeks=8) == 0


def test_a_desk_that_takes_no_holds_any_more_still_ends_those_it_has(library: Library) -> None:
    named = ready(library)
    library.scan("main-1", CLEAR)
    main = next(desk for desk in DESKS if desk.code == "main")
    put_desk(library.connection, Desk(main.code, main.name, resource_sharing=False, pickup=True, active=False))
    after(library, days=11)
    assert library.state(named) == ("PULL_FROM_SHELF", None)
