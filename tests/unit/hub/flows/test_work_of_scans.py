"""The work that scans leave for staff: what opens it, and what settles it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.core.acts import Act
from hub.core.words import ENGLISH
from hub.store.scan_path import ScanStore
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.roads import (
    CLEAR,
    closed,
    given_up,
    lost,
    missing,
    received,
    returned,
    shelved,
    state_of,
    work,
)

CARD_LIKE = "20000000000992"
"""A lender's barcode that looks like one of our cards; nobody has it."""


def say(key: str, **places: object) -> str:
    return ENGLISH.say(key, **places)


def test_an_unknown_barcode_is_work_once_until_it_is_received(library: Library) -> None:
    for station in ("main-1", "east-1", "rs-1"):
        library.scan(station, BOOK)
    assert library.rows("SELECT kind, desk, last_desk, barcode FROM exception") == [("unknown_barcode", "main", "rs", BOOK)]
    library.scan("rs-1", library.request())
    library.scan("rs-1", BOOK)
    assert work(library) == []


def test_a_closed_item_that_is_seen_is_work_until_resource_sharing_has_it(library: Library) -> None:
    closed(library)
    for _ in range(2):
        library.scan("main-1", BOOK)
    assert work(library) == ["closed_item_seen"]
    assert library.scan("rs-1", BOOK).rule == "U4"
    assert work(library) == []


def test_a_closed_item_that_is_seen_is_no_work_once_it_is_received_anew(library: Library) -> None:
    closed(library)
    library.scan("main-1", BOOK)
    named = library.request("Another book")
    for barcode in (named, BOOK):
        told = library.scan("rs-1", barcode)
    assert (told.rule, work(library)) == ("U5", [])


def test_a_book_at_a_wrong_desk_is_work_once_until_it_arrives(library: Library) -> None:
    received(library)
    for after_s in (3, 3, 86400):
        assert library.scan("east-1", BOOK, after_s=after_s).rule == "T4"
    assert library.rows("SELECT kind, desk, barcode FROM exception") == [("wrong_desk", "east", BOOK)]
    library.scan("main-1", BOOK)
    assert work(library) == []


def test_a_book_that_comes_to_the_wrong_desk_again_is_work_again(library: Library) -> None:
    received(library)
    for station in ("east-1", "main-1"):
        library.scan(station, BOOK)
    library.scan("rs-1", BOOK)
    library.scan("east-1", BOOK)
    assert len(work(library)) == 1


@pytest.mark.parametrize("station", ["east-1", "rs-1", "joint-1"])
def test_a_book_off_its_shelf_is_work_once_until_it_is_back(library: Library, station: str) -> None:
    shelved(library)
    for _ in range(3):
        library.scan(station, BOOK)
    assert work(library) == ["off_shelf"]
    library.scan("main-1", BOOK)
    assert work(library) == []


def test_a_book_off_its_shelf_that_strays_on_is_one_thing_to_look_after(library: Library) -> None:
    shelved(library)
    library.scan("rs-1", BOOK)
    library.scan("east-1", BOOK)
    assert library.rows("SELECT kind, desk, last_desk FROM exception WHERE cleared_at IS NULL") == [("off_shelf", "rs", "east")]


def test_a_book_that_came_too_late_for_a_loan_is_work_until_it_goes_on(library: Library) -> None:
    received(library, partner_due_date=library.now.date() + timedelta(days=3))
    library.scan("main-1", BOOK)
    assert work(library) == ["came_too_late"]
    library.scan("main-1", ADA)
    library.scan("main-1", BOOK)
    assert work(library) == []


def test_a_damaged_book_is_work_for_staff_to_clear_even_when_it_is_home(library: Library) -> None:
    returned(library)
    for barcode in ("%HS-DAMAGED", BOOK):
        library.scan("rs-1", barcode)
    library.scan("rs-1", BOOK, after_s=60)
    assert (state_of(library, BOOK), work(library)) == (None, ["damaged"])


@pytest.mark.parametrize("how", [Act.LOST, Act.CLAIMS_RETURNED])
@pytest.mark.parametrize("station", ["main-1", "rs-1"])
def test_a_lost_book_that_is_found_leaves_one_thing_to_do(library: Library, how: Act, station: str) -> None:
    lost(library, how=how)
    assert len(work(library)) == 1
    library.scan(station, BOOK)
    assert work(library) == ["found_after_lost"]


@pytest.mark.parametrize("station", ["main-1", "east-1", "rs-1"])
def test_a_missing_book_is_work_until_it_is_scanned_anywhere(library: Library, station: str) -> None:
    missing(library)
    assert work(library) == ["missing"]
    library.scan(station, BOOK)
    assert work(library) == []


def test_a_book_not_received_by_the_day_it_was_needed_is_no_work_once_it_comes(library: Library) -> None:
    named = library.request()
    store = ScanStore(library.connection)
    store.add_exception("needed_by_passed", library.now, desk="main", station=None, request=1)
    for barcode in (named, BOOK):
        library.scan("rs-1", barcode)
    assert work(library) == []


def test_a_patron_who_may_not_have_it_is_no_work(library: Library) -> None:
    given_up(library)
    library.scan("main-1", BEN)
    for barcode in (BOOK, CLEAR):
        library.scan("main-1", barcode)
    assert work(library) == []


def test_a_station_without_a_desk_is_work_and_keeps_no_card(library: Library) -> None:
    for barcode in (BOOK, ADA, CARD_LIKE):
        assert library.scan("nowhere-9", barcode).rule == "station.unknown"
    assert set(work(library)) == {"station_unknown"}
    kept = str(library.rows("SELECT barcode FROM scan") + library.rows("SELECT barcode FROM exception"))
    assert BOOK in kept
    assert ADA not in kept
    assert CARD_LIKE not in kept


def test_what_staff_have_cleared_is_work_again_when_it_happens_again(library: Library) -> None:
    library.scan("main-1", BOOK)
    library.connection.execute("UPDATE exception SET cleared_at = 1, cleared_by = 'staff'")
    library.scan("main-1", BOOK)
    assert work(library) == ["unknown_barcode"]
