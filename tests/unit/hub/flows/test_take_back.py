"""UNDO: a station's last move is taken back with all that came of it, or a sentence says why not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.answers import Outcome, Tone
from hub.store.database import open_database
from hub.store.sql import SqliteConnection
from tests.support.desks import ADA, BEN, BOOK, ONLY_SQLITE, Library
from tests.support.moves import (
    EVERYTHING,
    FIRST,
    KINDS,
    MOVES,
    OTHER_BOOK,
    SECOND,
    Move,
    a_library_of_everything,
    as_it_is,
    make,
    refused,
    undo,
)
from tests.support.roads import (
    CLEAR,
    UNDO,
    assert_history_is_whole,
    received,
    shelved,
    state_of,
    work,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library that sends every notice and lends without a card at its main desk."""
    opened = a_library_of_everything(tmp_path)
    yield opened
    opened.connection.close()


# Every kind of move.


def test_every_kind_of_move_is_taken_back_here() -> None:
    assert {move.rule for move in MOVES} == KINDS


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_after_undo_all_is_as_it_was(library: Library, move: Move) -> None:
    before = make(library, move)
    told = undo(library, move.station)
    assert (told.rule, told.outcome, told.tone) == ("UNDO", Outcome.ACCEPTED, Tone.OK)
    assert as_it_is(library) == before
    assert_history_is_whole(library)


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_what_was_taken_back_can_be_done_again_and_comes_to_the_same(library: Library, move: Move) -> None:
    make(library, move)
    done = as_it_is(library)
    undo(library, move.station)
    for barcode in move.scans:
        last = library.scan(move.station, barcode)
    assert (last.rule, last.outcome) == (move.rule if move.rule != "U5" else last.rule, Outcome.ACCEPTED)
    again = as_it_is(library)
    for table in ("items", "requests", "work"):
        assert [without_moments(table, row) for row in again[table]] == [without_moments(table, row) for row in done[table]]
    assert [row[0] for row in again["notices"]] == [row[0] for row in done["notices"]]


def without_moments(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out of a row when things happened to the second, and an item's own number: what is received anew is another item."""
    left_out = {"items": {0, 5, 6, 11, 15}, "requests": {9}, "work": {5, 7}}[table]
    return tuple(value for place, value in enumerate(row) if place not in left_out)


def test_the_number_of_an_item_whose_receipt_was_taken_back_is_given_to_no_other(library: Library) -> None:
    """The history speaks of it by that number, for ever."""
    received(library)
    undo(library, "rs-1")
    first = {row[0] for row in library.rows("SELECT item FROM history WHERE item IS NOT NULL")}
    received(library, OTHER_BOOK)
    assert {row[0] for row in library.rows("SELECT key FROM item")}.isdisjoint(first)


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_what_undo_did_stands_in_the_history_and_in_the_events(library: Library, move: Move) -> None:
    make(library, move)
    [[was, became]] = library.rows("SELECT was, became FROM history WHERE kind = 'scan' ORDER BY key DESC LIMIT 1")
    seen = library.rows("SELECT max(seq) FROM event")[0][0]
    undo(library, move.station)
    line = library.rows("SELECT rule, actor, was, became, barcode FROM history WHERE kind = 'scan' ORDER BY key DESC LIMIT 1")
    assert line == [("UNDO", move.station, became, was, BOOK)]
    said = [
        (kind, json.loads(data)["rule"]) for kind, data in library.rows("SELECT type, data FROM event WHERE seq > ? ORDER BY seq", seen)
    ]
    assert said
    assert {rule for _, rule in said} == {"UNDO"}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("U2", ["temporary_item.deleted"]),
        ("T1", ["item.in_transit"]),
        ("H2", ["item.on_hold_shelf"]),
        ("P1", ["item.sighted"]),
        ("C2", ["item.checked_out"]),
        ("B1", ["request.reactivated", "item.in_transit"]),
        ("M2", ["item.missing"]),
        ("L2", ["request.reactivated", "item.lost"]),
        ("K4", ["item.sighted"]),
        ("K7", ["item.sighted"]),
    ],
)
def test_the_events_of_undo_lead_where_the_book_is_again(library: Library, rule: str, says: list[str]) -> None:
    move = next(move for move in MOVES if move.rule == rule)
    make(library, move)
    seen = library.rows("SELECT max(seq) FROM event")[0][0]
    undo(library, move.station)
    assert [row[0] for row in library.rows("SELECT type FROM event WHERE seq > ? AND type NOT LIKE 'notice.%'", seen)] == says


# Whatever came before.

BOTH = st.sampled_from([BOOK, OTHER_BOOK])
BEFORE = st.sampled_from([FIRST, SECOND, ADA, BEN, *(f"%HS-{command}" for command in ("DECLINED", "DAMAGED", "RENEW", "CHECKOUT"))])
SCANS = st.one_of(st.tuples(BOTH), st.tuples(BOTH), st.tuples(BEFORE, BOTH), st.tuples(BEFORE, BOTH, BOTH))
PLACE = st.sampled_from(["rs-1", "main-1", "east-1", "joint-1"])
RECEIVED = st.just(("rs-1", (FIRST, BOOK, OTHER_BOOK)))
WALK = st.tuples(RECEIVED, st.lists(st.tuples(PLACE, SCANS), min_size=3, max_size=25)).map(lambda walk: [walk[0], *walk[1]])


@ONLY_SQLITE
@given(WALK, st.sampled_from(["main", "joint"]), st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=60)
def test_whatever_was_scanned_before_undo_of_the_last_move_puts_everything_back(
    tmp_path_factory: pytest.TempPathFactory, walk: list[tuple[str, tuple[str, ...]]], pickup_desk: str, pieces: int
) -> None:
    library = Library.open(tmp_path_factory.mktemp("walk"), notices=EVERYTHING)
    library.connection.execute("PRAGMA synchronous=OFF")
    library.request(pickup_desk=pickup_desk, pieces=pieces)
    library.request("Middlemarch", requester=BEN)
    for station, barcodes in walk:
        for barcode in barcodes:
            before = as_it_is(library)
            told = library.scan(station, barcode)
            if told.outcome is Outcome.ACCEPTED and told.rule in KINDS:
                assert as_it_is(undone(library, station)) == before, told.rule
        library.now += timedelta(seconds=31)
    library.connection.close()


def undone(library: Library, station: str) -> Library:
    """Give a copy of a library in which the last move is taken back."""
    there = sqlite3.connect(":memory:", isolation_level=None, factory=SqliteConnection)
    here = library.connection
    assert isinstance(here, SqliteConnection)
    here.backup(there)
    copy = replace(library, connection=there)
    assert undo(copy, station).rule == "UNDO"
    return copy


# One step, and what does not disturb it.


def test_undo_twice_takes_back_one_step_only(library: Library) -> None:
    shelved(library)
    for barcode in (ADA, BOOK):
        library.scan("main-1", barcode)
    assert undo(library, "main-1").rule == "UNDO"
    before = as_it_is(library)
    assert refused(undo(library, "main-1")) == "undo.nothing"
    assert as_it_is(library) == before
    assert state_of(library, BOOK) == "ON_HOLD_SHELF"


def test_undo_read_twice_by_the_scanner_is_one_undo(library: Library) -> None:
    shelved(library)
    first, again = undo(library, "main-1"), undo(library, "main-1", after_s=1)
    assert (first.rule, again.rule, again.again, again.outcome) == ("UNDO", "UNDO", True, Outcome.DUPLICATE)
    assert state_of(library, BOOK) == "IN_TRANSIT_TO_PICKUP"


def test_undo_is_of_the_station_that_moved_the_book(library: Library) -> None:
    shelved(library)
    assert refused(undo(library, "east-1")) == "undo.nothing"
    assert undo(library, "rs-1").rule == "undo.moved_on"
    assert undo(library, "main-1").rule == "UNDO"


def test_a_refused_undo_can_be_asked_again(library: Library) -> None:
    shelved(library)
    library.scan("east-1", BOOK)
    undo(library, "main-1")
    undo(library, "east-1")
    assert refused(undo(library, "main-1")) == "undo.moved_on"


def test_undo_survives_a_restart_of_the_hub(library: Library) -> None:
    before = make(library, next(move for move in MOVES if move.rule == "C3"))
    file = library.database
    library.connection.close()
    library.connection = open_database(file)
    assert undo(library, "rs-1").rule == "UNDO"
    assert as_it_is(library) == before


@pytest.mark.parametrize(
    "between", [(FIRST,), (BOOK,), (ADA, CLEAR), ("%HS-NONSENSE",), ("%HS-REPRINT",), (OTHER_BOOK,), ("%HS-DAMAGED", CLEAR)]
)
def test_a_look_up_in_between_is_no_hindrance(library: Library, between: tuple[str, ...]) -> None:
    shelved(library)
    for barcode in between:
        assert library.scan("main-1", barcode).rule != "T1"
    assert undo(library, "main-1").rule == "UNDO"
    assert state_of(library, BOOK) == "IN_TRANSIT_TO_PICKUP"


def test_undo_forgets_card_slip_and_command(library: Library) -> None:
    shelved(library)
    for barcode in (ADA, BOOK, UNDO):
        library.scan("main-1", barcode)
    assert library.scan("main-1", BOOK).rule == "H1"


def test_an_undo_from_a_station_that_was_offline_counts_from_when_it_was_scanned(library: Library) -> None:
    received(library)
    library.scan("main-1", BOOK, after_s=3600, age_ms=3_000_000)
    assert undo(library, "main-1", after_s=1, age_ms=2_990_000).rule == "UNDO"


# Receiving.


def test_after_a_receive_was_taken_back_the_barcode_is_free_for_another_request(library: Library) -> None:
    wrong = received(library)
    right = library.request("Middlemarch", requester=BEN)
    assert undo(library, "rs-1").rule == "UNDO"
    assert library.rows("SELECT count(*) FROM item") == [(0,)]
    assert library.scan("main-1", BOOK).rule == "U3"
    for barcode in (right, BOOK):
        told = library.scan("rs-1", barcode)
    assert (told.rule, told.request_id) == ("U2", right)
    assert library.state(wrong)[0] == "REQUESTED"
    assert library.scan("main-1", BOOK).rule == "T1"


def test_after_a_receive_was_taken_back_the_right_book_is_received(library: Library) -> None:
    named = received(library)
    undo(library, "rs-1")
    for barcode in (named, OTHER_BOOK):
        told = library.scan("rs-1", barcode)
    assert (told.rule, told.request_id) == ("U2", named)
    assert library.rows("SELECT barcode FROM item") == [(OTHER_BOOK,)]


def test_what_was_unknown_before_it_was_received_is_work_again(library: Library) -> None:
    library.scan("main-1", BOOK)
    received(library)
    assert work(library) == []
    undo(library, "rs-1")
    assert work(library) == ["unknown_barcode"]


# Work for staff.


def test_work_that_staff_have_cleared_meanwhile_is_not_opened_by_undo(library: Library) -> None:
    shelved(library)
    library.scan("east-1", BOOK)
    library.connection.execute("UPDATE exception SET cleared_at = 1, cleared_by = 'staff'")
    undo(library, "east-1")
    assert library.rows("SELECT kind, cleared_by FROM exception") == [("off_shelf", "staff")]


def test_what_came_too_late_is_no_work_once_it_is_not_on_the_shelf(library: Library) -> None:
    received(library, partner_due_date=library.now.date() + timedelta(days=5))
    assert library.scan("main-1", BOOK).rule == "T1"
    assert work(library) == ["came_too_late"]
    undo(library, "main-1")
    assert work(library) == []
