"""What the patron hears of a move that was taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import ADA, BOOK, Library
from tests.support.moves import (
    MOVES,
    Move,
    a_library_of_everything,
    make,
    undo,
)
from tests.support.roads import (
    UNDO,
    days_pass,
    given_up,
    letters_leave,
    missing_and_given_up,
    received,
    returned,
    shelved,
    state_of,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library that sends every notice and lends without a card at its main desk."""
    opened = a_library_of_everything(tmp_path)
    yield opened
    opened.connection.close()


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_the_patron_hears_of_a_move_that_was_taken_back_what_he_would_have_heard_without_it(library: Library, move: Move) -> None:
    make(library, move)
    undo(library, move.station)
    on_shelf = state_of(library, BOOK) == "ON_HOLD_SHELF"
    expected = ["ready-for-pickup"] if on_shelf else []
    if move.begin in (given_up, missing_and_given_up) or move.about == "to be pulled" or (move.rule, move.station) == ("P3", "joint-1"):
        expected = ["request-cancelled"]
    heard = [kind for kind in letters_leave(library, after_s=300) if kind not in ("lost", "checkout-receipt")]
    kept = [kind for kind in heard if kind != "return-receipt"]
    assert kept == expected
    assert heard.count("return-receipt") == (move.begin is returned or move.rule == "U5")


@pytest.mark.parametrize("pickup_desk", ["main", "joint"])
def test_ready_goes_out_once_for_what_was_shelved_taken_back_and_shelved_again(library: Library, pickup_desk: str) -> None:
    received(library, pickup_desk=pickup_desk)
    station = f"{pickup_desk}-1"
    library.scan(station, BOOK)
    undo(library, station)
    assert letters_leave(library) == []
    assert library.scan(station, BOOK).rule == "T1"
    assert letters_leave(library) == ["ready-for-pickup"]
    assert letters_leave(library, after_s=86400) == []


def test_ready_goes_out_once_for_what_was_received_on_the_shelf_taken_back_and_received_again(library: Library) -> None:
    named = library.request(pickup_desk="joint")
    for barcode in (named, BOOK, UNDO, named, BOOK):
        told = library.scan("joint-1", barcode)
    assert told.rule == "U2"
    assert library.notices() == [("READY_FOR_PICKUP", "queued", 1)]
    assert letters_leave(library) == ["ready-for-pickup"]


def test_ready_waits_for_the_grace_anew_after_it_was_taken_back(library: Library) -> None:
    received(library)
    for barcode in (BOOK, UNDO, BOOK):
        library.scan("main-1", barcode, after_s=20)
    assert letters_leave(library, after_s=59) == []
    assert letters_leave(library, after_s=1) == ["ready-for-pickup"]


@pytest.mark.parametrize(("station", "rule"), [("east-1", "H4"), ("rs-1", "H5")])
def test_a_letter_that_was_held_back_while_the_book_was_wrongly_away_leaves_when_that_is_taken_back(
    library: Library, station: str, rule: str
) -> None:
    shelved(library)
    assert library.scan(station, BOOK, after_s=30).rule == rule
    # The grace is over, and the book is not on its shelf.
    assert letters_leave(library, after_s=60) == []
    assert library.notices() == [("READY_FOR_PICKUP", "suppressed", 1)]
    undo(library, station)
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_letter_that_could_not_be_sent_is_no_work_once_its_book_is_not_on_the_shelf(library: Library) -> None:
    library.connection.execute("UPDATE patron SET email = NULL")
    shelved(library)
    letters_leave(library)
    assert library.notices() == [("READY_FOR_PICKUP", "failed", 1)]
    undo(library, "main-1")
    assert library.notices() == [("READY_FOR_PICKUP", "suppressed", 1)]
    library.connection.execute("UPDATE patron SET email = 'ada@example.org'")
    library.scan("main-1", BOOK)
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_letter_that_was_sent_is_not_sent_again_by_undo(library: Library) -> None:
    shelved(library)
    assert letters_leave(library) == ["ready-for-pickup"]
    library.scan("east-1", BOOK)
    undo(library, "east-1")
    assert letters_leave(library) == []


def test_after_a_loan_was_taken_back_its_letter_keeps_its_old_time(library: Library) -> None:
    shelved(library)
    [[due_at]] = library.rows("SELECT not_before FROM notice")
    for barcode in (ADA, BOOK, UNDO):
        library.scan("main-1", barcode)
    assert library.rows("SELECT state, not_before, dropped_by FROM notice WHERE type = 'READY_FOR_PICKUP'") == [("queued", due_at, None)]


def test_a_hold_that_expired_is_told_once_even_when_its_patron_came_and_that_was_taken_back(library: Library) -> None:
    shelved(library)
    assert letters_leave(library) == ["ready-for-pickup"]
    days_pass(library, 12)
    for barcode in (ADA, BOOK):
        told = library.scan("main-1", barcode)
    assert told.rule == "P4"
    undo(library, "main-1")
    assert letters_leave(library) == ["hold-expired"]
