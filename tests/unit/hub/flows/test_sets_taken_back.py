"""UNDO of one volume of a set: the others are as they were, too, or it is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.core.acts import Act
from tests.support.desks import Library
from tests.support.roads import UNDO, act, assert_history_is_whole, letters_leave, state_of
from tests.support.sets import (
    BOOKS,
    ONE,
    THREE,
    TWO,
    a_set,
    holds,
    lend,
    one_home,
    pieces,
    received_set,
    say,
    shelved_set,
)


def test_the_last_volume_taken_back_ends_the_hold_of_all_and_nobody_hears(library: Library) -> None:
    named = shelved_set(library)
    assert library.scan("main-1", UNDO).rule == "UNDO"
    assert (holds(library), set(pieces(library, "episode").values())) == ({None}, {0})
    assert pieces(library) == {ONE: "ON_HOLD_SHELF", TWO: "ON_HOLD_SHELF", THREE: "IN_TRANSIT_TO_PICKUP"}
    assert library.state(named)[0] == "IN_TRANSIT_TO_PICKUP"
    assert letters_leave(library) == []
    library.scan("main-1", THREE)
    assert letters_leave(library) == ["ready-for-pickup"]
    assert_history_is_whole(library)


def test_a_volume_taken_back_leaves_the_set_in_the_state_of_its_least_advanced(library: Library) -> None:
    named = received_set(library)
    library.scan("main-1", ONE)
    library.scan("main-1", UNDO)
    assert library.state(named)[0] == "IN_TRANSIT_TO_PICKUP"
    lend(library, ONE)
    library.scan("main-1", UNDO)
    assert library.state(named)[0] == "IN_TRANSIT_TO_PICKUP"


def test_a_receive_taken_back_frees_its_place_in_the_set(library: Library) -> None:
    named = a_set(library)
    for barcode in (named, ONE, TWO, UNDO):
        library.scan("rs-1", barcode)
    assert (pieces(library, "piece"), library.state(named)[0]) == ({ONE: 1}, "REQUESTED")
    told = [library.scan("rs-1", barcode) for barcode in (named, THREE, TWO)]
    assert told[1].message == say("U2.part", piece="G-M", pieces=3, pickup="Main desk")
    assert pieces(library, "piece") == {ONE: 1, THREE: 2, TWO: 3}


def test_at_a_joint_desk_the_last_receive_taken_back_ends_the_hold_of_all(library: Library) -> None:
    named = received_set(library, station="joint-1", pickup_desk="joint")
    library.scan("joint-1", UNDO)
    assert (holds(library), library.state(named)[0]) == ({None}, "REQUESTED")
    assert letters_leave(library) == []
    for barcode in (named, THREE):
        library.scan("joint-1", barcode)
    assert letters_leave(library) == ["ready-for-pickup"]


def lent_at_east(library: Library, named: str) -> None:
    assert lend(library, ONE, station="east-1") == ["H2"]


def strayed_to_east(library: Library, named: str) -> None:
    library.scan("east-1", TWO)


def recounted(library: Library, named: str) -> None:
    act(library, named, Act.PIECES, pieces=4)


def recalled(library: Library, named: str) -> None:
    act(library, named, Act.RECALL)


@pytest.mark.parametrize("happened", [lent_at_east, strayed_to_east, recounted, recalled])
def test_the_last_volume_is_not_taken_back_once_another_of_the_set_has_moved_on(
    library: Library, happened: Callable[[Library, str], None]
) -> None:
    named = shelved_set(library)
    happened(library, named)
    before = library.rows("SELECT barcode, state, hold_until, version FROM item ORDER BY key")
    assert library.scan("main-1", UNDO).rule == "undo.moved_on"
    assert library.rows("SELECT barcode, state, hold_until, version FROM item ORDER BY key") == before


def test_a_volume_whose_hold_another_station_has_begun_is_not_taken_back(library: Library) -> None:
    library.connection.execute("INSERT INTO station(name, desk, settings_version, online) VALUES ('main-2', 'main', 1, false)")
    received_set(library)
    for station, book in (("main-2", ONE), ("main-2", TWO), ("main-1", THREE)):
        library.scan(station, book)
    assert letters_leave(library) == ["ready-for-pickup"]
    assert library.scan("main-2", UNDO).rule == "undo.moved_on"


def test_a_volume_lent_early_is_not_taken_back_once_the_set_was_whole_without_it(library: Library) -> None:
    """Its hold would have begun with the others', and now it is too late for that."""
    library.connection.execute("INSERT INTO station(name, desk, settings_version, online) VALUES ('main-2', 'main', 1, false)")
    received_set(library)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    assert lend(library, ONE) == ["H2"]
    library.scan("main-2", THREE)
    assert library.scan("main-1", UNDO).rule == "undo.moved_on"


def test_a_last_volume_lent_as_it_came_is_taken_back_with_the_holds_it_began(library: Library) -> None:
    received_set(library)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    assert lend(library, THREE) == ["T2"]
    library.scan("main-1", UNDO)
    assert (holds(library), state_of(library, THREE)) == ({None}, "IN_TRANSIT_TO_PICKUP")
    assert letters_leave(library) == []


def test_what_the_desk_told_its_patron_is_not_written_after_another_volume_was_taken_back(library: Library) -> None:
    shelved_set(library)
    assert lend(library, ONE) == ["H2"]
    library.scan("rs-1", TWO)
    library.scan("rs-1", UNDO)
    assert letters_leave(library) == []


def test_one_volume_that_went_home_is_taken_back_alone(library: Library) -> None:
    named = one_home(library)
    seen = len(library.events())
    assert library.scan("rs-1", UNDO).rule == "UNDO"
    assert pieces(library) == dict.fromkeys(BOOKS, "CHECKED_OUT")
    assert library.state(named) == ("CHECKED_OUT", None)
    assert library.events()[seen:] == ["item.checked_out"]


def test_the_last_volume_that_went_home_brings_its_request_back(library: Library) -> None:
    named = one_home(library)
    for book in (TWO, THREE):
        library.scan("rs-1", book)
    assert library.state(named) == ("CLOSED", "returned")
    library.scan("rs-1", UNDO)
    assert library.state(named) == ("CHECKED_OUT", None)
    assert "request.reactivated" in library.events()
    library.scan("rs-1", THREE)
    assert library.state(named) == ("CLOSED", "returned")
    assert_history_is_whole(library)
