"""What UNDO does not take back, and what its station is told instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.core.acts import Act
from hub.core.desk import Desk
from hub.core.request import Reason
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.moves import (
    OTHER_BOOK,
    a_library_of_everything,
    as_it_is,
    refused,
    undo,
)
from tests.support.roads import (
    act,
    closed,
    days_pass,
    lent,
    letters_leave,
    received,
    shelved,
    state_of,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library that sends every notice and lends without a card at its main desk."""
    opened = a_library_of_everything(tmp_path)
    yield opened
    opened.connection.close()


def test_a_station_that_has_moved_nothing_has_nothing_to_take_back(library: Library) -> None:
    assert refused(undo(library, "rs-1")) == "undo.nothing"
    library.scan("rs-1", BOOK)
    assert refused(undo(library, "rs-1")) == "undo.nothing"


def test_a_step_is_taken_back_for_ten_minutes_and_no_longer(library: Library) -> None:
    received(library)
    before = as_it_is(library)
    assert refused(undo(library, "rs-1", after_s=600.001)) == "undo.too_old"
    assert as_it_is(library) == before
    shelved(library, OTHER_BOOK)
    assert undo(library, "main-1", after_s=600).rule == "UNDO"


def moved_at_another_station(library: Library, named: str) -> None:
    library.scan("east-1", BOOK)


def moved_by_staff(library: Library, named: str) -> None:
    act(library, named, Act.CHANGE_PICKUP, desk=Desk("east", "", resource_sharing=False, pickup=True))


def cancelled(library: Library, named: str) -> None:
    act(library, named, Act.CANCEL, by=Reason.CANCELLED_BY_STAFF)


@pytest.mark.parametrize("happened", [moved_at_another_station, moved_by_staff, cancelled])
def test_what_has_moved_on_since_is_not_taken_back(library: Library, happened: Callable[[Library, str], None]) -> None:
    named = shelved(library)
    happened(library, named)
    before = as_it_is(library)
    assert refused(undo(library, "main-1")) == "undo.moved_on"
    assert as_it_is(library) == before


def test_what_time_has_moved_on_is_not_taken_back(tmp_path: Path) -> None:
    library = Library.open(tmp_path, windows={"undo_s": 86400})
    shelved(library)
    library.connection.execute("UPDATE item SET hold_until = ?", ((library.now.timestamp() + 3600) * 1000,))
    days_pass(library, 0.1)
    assert state_of(library, BOOK) == "PULL_FROM_SHELF"
    assert refused(undo(library, "main-1")) == "undo.moved_on"
    library.connection.close()


def test_what_was_taken_back_at_another_station_is_not_taken_back_again(library: Library) -> None:
    """Main shelves it, east lets it stray and takes that back: the shelf is as main left it, but not untouched."""
    shelved(library)
    library.scan("east-1", BOOK)
    undo(library, "east-1")
    assert refused(undo(library, "main-1")) == "undo.moved_on"


def test_what_the_patron_has_been_told_is_not_taken_back(library: Library) -> None:
    shelved(library)
    assert letters_leave(library) == ["ready-for-pickup"]
    before = as_it_is(library)
    assert refused(undo(library, "main-1")) == "undo.told"
    assert as_it_is(library) == before


def test_what_somebody_else_was_told_is_no_hindrance(library: Library) -> None:
    shelved(library)
    letters_leave(library)
    for barcode in (ADA, BOOK):
        library.scan("main-1", barcode)
    assert undo(library, "main-1").rule == "UNDO"


def test_a_book_that_went_home_and_came_again_for_somebody_else_is_not_called_back(library: Library) -> None:
    first = closed(library)
    second = library.request("Another book", requester=BEN)
    for barcode in (second, BOOK):
        library.scan("joint-1", barcode)
    before = as_it_is(library)
    told = undo(library, "rs-1")
    assert refused(told) == "undo.barcode"
    assert second in told.message
    assert as_it_is(library) == before
    assert library.state(first) == ("CLOSED", "returned")


def test_a_loan_of_somebody_who_is_forgotten_is_not_brought_back(tmp_path: Path) -> None:
    library = Library.open(tmp_path, policy={"forget_days": 0})
    named = lent(library)
    assert library.scan("rs-1", BOOK).rule == "C3"
    days_pass(library, 0.001)
    assert library.rows("SELECT requester FROM request") == [(None,)]
    assert refused(undo(library, "rs-1")) == "undo.moved_on"
    assert library.state(named) == ("CLOSED", "returned")
    library.connection.close()
