"""A set of several volumes: each is a piece of its own, and the patron is told when the last expected one is on the shelf."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from broker.answers import Outcome, Tone
from hub.core.acts import Act
from hub.core.request import Reason
from tests.support.desks import BEN, Library
from tests.support.roads import act, days_pass, letters_leave, state_of, work
from tests.support.sets import (
    BOOKS,
    FOUR,
    NAMES,
    ONE,
    PLACES,
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

# Receiving.


@pytest.mark.parametrize(("station", "pickup_desk"), PLACES)
def test_one_slip_receives_all_volumes_and_is_put_away_with_the_last(library: Library, station: str, pickup_desk: str) -> None:
    named = a_set(library, pickup_desk=pickup_desk)
    assert library.scan(station, named).rule == "slip.armed"
    assert [library.scan(station, book).rule for book in BOOKS] == ["U2", "U2", "U2"]
    assert pieces(library, "piece") == {ONE: 1, TWO: 2, THREE: 3}
    assert library.scan(station, FOUR).rule == "U1"


@pytest.mark.parametrize(("station", "pickup_desk"), PLACES)
@pytest.mark.parametrize("order", list(permutations((0, 1, 2, 3))))
def test_slip_and_volumes_may_come_in_any_order(library: Library, station: str, pickup_desk: str, order: tuple[int, ...]) -> None:
    named = a_set(library, pickup_desk=pickup_desk)
    barcodes = (named, *BOOKS)
    for which in order:
        library.scan(station, barcodes[which])
    # What was scanned before the slip, but not last, is scanned once more.
    for book in BOOKS:
        if state_of(library, book) is None:
            assert library.scan(station, book).rule == "U2"
    assert sorted(pieces(library, "piece").values()) == [1, 2, 3]
    assert set(pieces(library)) == set(BOOKS)
    assert work(library) == []
    assert library.state(named)[0] == ("ON_HOLD_SHELF" if (station, pickup_desk) == ("joint-1", "joint") else "IN_TRANSIT_TO_PICKUP")


@pytest.mark.parametrize(("station", "pickup_desk"), PLACES)
def test_each_volume_makes_the_slip_wait_a_minute_more(library: Library, station: str, pickup_desk: str) -> None:
    named = a_set(library, pickup_desk=pickup_desk)
    library.scan(station, named)
    assert [library.scan(station, book, after_s=59).rule for book in (ONE, TWO)] == ["U2", "U2"]
    assert library.scan(station, THREE, after_s=61).rule == "U1"


@pytest.mark.parametrize(("station", "pickup_desk", "rule"), [(*PLACES[0], "T5"), (*PLACES[1], "H1"), (*PLACES[2], "T5")])
def test_a_volume_scanned_twice_does_not_put_the_slip_away(library: Library, station: str, pickup_desk: str, rule: str) -> None:
    named = a_set(library, pickup_desk=pickup_desk)
    for barcode in (named, ONE):
        library.scan(station, barcode)
    again = library.scan(station, ONE)
    assert (again.rule, state_of(library, ONE)) == (rule, "ON_HOLD_SHELF" if rule == "H1" else "IN_TRANSIT_TO_PICKUP")
    assert library.scan(station, TWO).rule == "U2"


def test_a_volume_that_came_on_its_way_is_shelved_while_the_slip_of_its_set_waits(library: Library) -> None:
    named = a_set(library, pickup_desk="joint")
    for barcode in (named, ONE):
        library.scan("rs-1", barcode)
    library.scan("joint-1", named)
    assert library.scan("joint-1", ONE).rule == "T1"
    assert library.scan("joint-1", TWO).rule == "U2"


def test_a_book_of_another_request_puts_the_slip_of_a_set_away(library: Library) -> None:
    other = library.request("Middlemarch", requester=BEN)
    for barcode in (other, FOUR):
        library.scan("rs-1", barcode)
    for barcode in (a_set(library), ONE):
        library.scan("rs-1", barcode)
    assert library.scan("rs-1", FOUR).rule == "X2"
    assert library.scan("rs-1", TWO).rule == "U1"


@pytest.mark.parametrize(("station", "pickup_desk"), PLACES)
def test_a_fourth_volume_is_not_received(library: Library, station: str, pickup_desk: str) -> None:
    named = received_set(library, station=station, pickup_desk=pickup_desk)
    assert library.scan(station, FOUR).rule == "U1"
    assert library.scan(station, named).rule == "slip.look_up"
    assert library.scan(station, FOUR).rule == "U1"
    assert set(pieces(library)) == set(BOOKS)


def test_a_fourth_volume_is_not_received_where_the_slip_was_armed_before_the_third_came_elsewhere(library: Library) -> None:
    named = a_set(library)
    for barcode in (named, ONE, TWO):
        library.scan("rs-1", barcode)
    for barcode in (named, THREE):
        library.scan("joint-1", barcode)
    assert library.scan("rs-1", FOUR).rule == "U1"


def test_the_isbn_of_a_set_is_asked_about_for_each_volume_anew(library: Library) -> None:
    named = a_set(library)
    rules = [library.scan("rs-1", barcode).rule for barcode in (named, "9780141439549", "9780141439549", "9780393635522", "9780393635522")]
    assert rules == ["slip.armed", "guard.isbn", "U2", "guard.isbn", "U2"]


# Ready.


def test_the_hold_begins_for_all_when_the_last_volume_is_on_the_shelf_and_one_letter_says_so(library: Library) -> None:
    received_set(library)
    assert library.scan("main-1", TWO).tone is Tone.OK
    library.scan("main-1", ONE, after_s=3 * 86400)
    assert (holds(library), library.notices(), letters_leave(library)) == ({None}, [], [])
    last = library.scan("main-1", THREE, after_s=2 * 86400)
    assert last.message == say("T1", code="A1", date="8 December")
    [until] = holds(library)
    assert until is not None
    assert set(pieces(library, "episode").values()) == {1}
    assert library.notices() == [("READY_FOR_PICKUP", "queued", 1)]
    assert letters_leave(library) == ["ready-for-pickup"]


def test_the_hold_of_a_set_that_waits_for_its_last_volume_does_not_expire(library: Library) -> None:
    received_set(library)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    days_pass(library, 100)
    assert (state_of(library, ONE), state_of(library, TWO)) == ("ON_HOLD_SHELF", "ON_HOLD_SHELF")


def test_at_a_joint_desk_the_last_volume_received_makes_the_set_ready(library: Library) -> None:
    named = received_set(library, station="joint-1", pickup_desk="joint")
    assert library.state(named)[0] == "ON_HOLD_SHELF"
    assert len(holds(library)) == 1
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_set_shows_the_state_of_its_least_advanced_volume(library: Library) -> None:
    named = a_set(library)
    shown = []
    for station, barcode in [("rs-1", named), *(("rs-1", book) for book in BOOKS), *(("main-1", book) for book in BOOKS)]:
        library.scan(station, barcode)
        shown.append(library.state(named)[0])
    assert shown == ["REQUESTED"] * 3 + ["IN_TRANSIT_TO_PICKUP"] * 3 + ["ON_HOLD_SHELF"]


# Lent early, and lent at last.


def test_a_volume_lent_early_does_not_keep_the_others_from_becoming_ready(library: Library) -> None:
    named = a_set(library)
    for station, barcode in (("rs-1", named), ("rs-1", ONE), ("main-1", ONE)):
        library.scan(station, barcode)
    assert lend(library, ONE) == ["H2"]
    assert library.state(named)[0] == "REQUESTED"
    for station, barcode in (("rs-1", named), ("rs-1", TWO), ("rs-1", THREE), ("main-1", TWO), ("main-1", THREE)):
        library.scan(station, barcode)
    assert pieces(library, "hold_until IS NOT NULL") == {ONE: 0, TWO: 1, THREE: 1}
    assert letters_leave(library) == ["ready-for-pickup"]
    assert library.state(named)[0] == "ON_HOLD_SHELF"


@pytest.mark.parametrize(("station", "rule"), [("main-1", "T2"), ("east-1", "T2"), ("joint-1", "T2")])
def test_when_the_last_volume_is_lent_as_it_comes_the_hold_of_the_others_begins(library: Library, station: str, rule: str) -> None:
    received_set(library)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    assert lend(library, THREE, station=station) == [rule]
    assert pieces(library, "hold_until IS NOT NULL") == {ONE: 1, TWO: 1, THREE: 0}
    assert letters_leave(library) == ["ready-for-pickup"]


def test_when_the_last_volume_comes_damaged_the_hold_of_the_others_begins(library: Library) -> None:
    received_set(library)
    for barcode in (ONE, TWO, "%HS-DAMAGED", THREE):
        library.scan("main-1", barcode)
    assert pieces(library) == {ONE: "ON_HOLD_SHELF", TWO: "ON_HOLD_SHELF", THREE: "IN_TRANSIT_TO_RS"}
    assert pieces(library, "hold_until IS NOT NULL") == {ONE: 1, TWO: 1, THREE: 0}
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_patron_who_takes_all_volumes_at_once_hears_nothing_more(library: Library) -> None:
    received_set(library)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    assert lend(library, THREE, TWO, ONE) == ["T2", "H2", "H2"]
    assert letters_leave(library) == []


# Strayed, missing, found.


def test_a_volume_that_strays_and_comes_back_keeps_its_date_and_tells_nobody_twice(library: Library) -> None:
    shelved_set(library)
    assert letters_leave(library) == ["ready-for-pickup"]
    before = holds(library)
    assert library.scan("east-1", TWO, after_s=86400).rule == "H4"
    assert library.scan("main-1", TWO).rule == "T1"
    assert (holds(library), letters_leave(library)) == (before, [])


def test_while_a_volume_strays_the_letter_waits_and_leaves_once_when_it_is_back(library: Library) -> None:
    shelved_set(library)
    library.scan("east-1", TWO)
    assert letters_leave(library) == []
    library.scan("main-1", TWO)
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_volume_that_strays_before_the_set_is_whole_holds_it_up(library: Library) -> None:
    received_set(library)
    library.scan("main-1", ONE)
    library.scan("east-1", ONE)
    for book in (TWO, THREE):
        library.scan("main-1", book)
    assert holds(library) == {None}
    library.scan("main-1", ONE)
    assert len(holds(library) - {None}) == 1
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_volume_that_arrives_settles_only_its_own_straying(library: Library) -> None:
    received_set(library)
    for book in (ONE, TWO):
        assert library.scan("east-1", book).rule == "T4"
    library.scan("main-1", THREE)
    assert work(library) == ["wrong_desk", "wrong_desk"]
    library.scan("main-1", ONE)
    assert library.rows("SELECT barcode FROM exception WHERE cleared_at IS NULL") == [(TWO,)]


def test_a_volume_that_is_found_leaves_the_other_missing(library: Library) -> None:
    named = shelved_set(library)
    act(library, named, Act.MISSING)
    assert work(library) == ["missing"] * 3
    assert library.scan("main-1", TWO).rule == "M1"
    assert library.rows("SELECT barcode FROM exception WHERE cleared_at IS NULL ORDER BY key") == [(ONE,), (THREE,)]


def test_a_set_that_went_missing_and_was_found_is_told_of_once_when_all_of_it_is_there(library: Library) -> None:
    named = shelved_set(library)
    act(library, named, Act.MISSING, after_s=1)
    assert letters_leave(library) == []
    for book in (ONE, TWO):
        library.scan("main-1", book)
    assert letters_leave(library) == []
    library.scan("main-1", THREE)
    assert letters_leave(library) == ["ready-for-pickup"]


def test_a_volume_missing_before_the_set_was_whole_makes_it_ready_when_it_is_found(library: Library) -> None:
    named = received_set(library)
    act(library, named, Act.MISSING)
    for book in (ONE, TWO):
        assert library.scan("main-1", book).rule == "M1"
    assert holds(library) == {None}
    assert library.scan("main-1", THREE).rule == "M1"
    assert len(holds(library)) == 1
    assert letters_leave(library) == ["ready-for-pickup"]


# Home.


def test_a_set_closes_with_its_last_volume_as_the_gravest_of_them(library: Library) -> None:
    named = shelved_set(library)
    assert lend(library, ONE, TWO) == ["H2", "H2"]
    library.now += timedelta(hours=1)
    act(library, named, Act.CANCEL, by=Reason.CANCELLED_BY_STAFF)
    for book in (ONE, THREE, TWO):
        assert library.state(named)[0] != "CLOSED"
        library.scan("rs-1", book)
    assert library.state(named) == ("CLOSED", "returned")
    assert pieces(library, "outcome") == {ONE: "returned", TWO: "returned", THREE: "returned_uncirculated"}
    assert library.events().count("request.closed") == 1
    assert library.events().count("temporary_item.deleted") == 3


def test_a_volume_that_went_home_says_when_though_its_set_is_still_out(library: Library) -> None:
    one_home(library)
    told = library.scan("rs-1", ONE, after_s=86400)
    assert (told.rule, told.message) == ("U4", say("U4", when="23 November", partner="Tulare County Library"))
    assert told.state == "CLOSED"


def test_a_volume_that_went_home_is_not_received_as_another_of_its_own_set(library: Library) -> None:
    named = a_set(library)
    for station, barcode in (("rs-1", named), ("rs-1", ONE), ("main-1", ONE)):
        library.scan(station, barcode)
    lend(library, ONE)
    library.scan("rs-1", ONE, after_s=3600)
    library.scan("rs-1", named)
    assert library.scan("rs-1", ONE).rule == "U4"
    assert library.scan("rs-1", TWO).rule == "U2"
    assert pieces(library, "piece") == {ONE: 1, TWO: 2}


def test_the_barcode_of_a_volume_that_went_home_may_come_again_while_its_set_is_out(library: Library) -> None:
    first = one_home(library)
    second = library.request("Middlemarch", requester=BEN)
    for barcode in (second, ONE):
        told = library.scan("rs-1", barcode)
    assert (told.rule, told.request_id) == ("U5", second)
    assert library.state(first)[0] == "CHECKED_OUT"
    assert library.scan("main-1", ONE).rule == "T1"


# What the desk reads.


def test_slips_and_answers_name_the_volume(library: Library) -> None:
    named = a_set(library)
    library.scan("rs-1", named)
    told = [library.scan("rs-1", book) for book in BOOKS]
    assert [reply.message for reply in told] == [say("U2.part", piece=name, pieces=3, pickup="Main desk") for name in NAMES]
    assert [reply.slips[0].lines[-1] for reply in told] == [say("print.piece", piece=name, pieces=3) for name in NAMES]
    shelved = library.scan("main-1", TWO)
    assert shelved.message == say("T1.part", code="A1", here=3, pieces=3)
    assert shelved.slips[0].lines == ("Hold shelf A1", say("print.waits"), "Encyclopedia", say("print.piece", piece="G-M", pieces=3))


def test_volumes_without_names_are_numbered(library: Library) -> None:
    named = library.request("Encyclopedia", pieces=2)
    library.scan("rs-1", named)
    assert [library.scan("rs-1", book).slips[0].lines[-1] for book in (ONE, TWO)] == [
        say("print.piece", piece=number, pieces=2) for number in (1, 2)
    ]


def test_a_slip_scanned_again_says_how_many_have_come(library: Library) -> None:
    named = a_set(library)
    for barcode in (named, ONE, TWO):
        library.scan("rs-1", barcode)
    told = library.scan("rs-1", named)
    assert (told.rule, told.outcome) == ("slip.armed.part", Outcome.ACCEPTED)
    assert told.message == say("slip.armed.part", title="Encyclopedia", here=2, pieces=3)


@pytest.mark.parametrize(("station", "rule"), [("main-1", "H1"), ("rs-1", "H5"), ("joint-1", "H5")])
def test_a_volume_that_waits_for_the_rest_shows_no_empty_date(library: Library, station: str, rule: str) -> None:
    received_set(library)
    library.scan("main-1", ONE)
    told = library.scan(station, ONE)
    assert told.rule == rule
    assert " - " not in told.message
    assert "-." not in told.message
