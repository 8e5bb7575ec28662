"""A page and a scanner of one station share what was scanned last; what the scanner brings later is read as the scanner left it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.store.database import transaction
from hub.store.scan_path import HTTP_INCARNATION, ScanStore
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.roads import UNDO, received, shelved, state_of

OTHER_BOOK = "30000000000025"
AGO: dict[str, Any] = {"after_s": 0, "age_ms": 300_000}
"""Scanned five minutes ago, when there was no network."""


def ago(library: Library, seconds: float) -> dict[str, Any]:
    """Give what a scan says that happened so long ago."""
    return {"after_s": 0, "age_ms": int(seconds * 1000), "scanned_at": library.now - timedelta(seconds=seconds)}


def test_a_slip_typed_on_a_page_and_a_book_scanned_right_after_belong_together(library: Library) -> None:
    library.scan("rs-1", library.request(), page=True)
    assert library.scan("rs-1", BOOK).rule == "U2"


def test_a_card_scanned_and_a_book_typed_right_after_belong_together(library: Library) -> None:
    shelved(library)
    library.scan("main-1", ADA)
    assert library.scan("main-1", BOOK, page=True).rule == "H2"


def test_a_scan_that_only_travelled_slower_than_the_page_belongs_to_it(library: Library) -> None:
    shelved(library)
    library.scan("main-1", ADA, page=True)
    assert library.scan("main-1", BOOK, **ago(library, 1.9)).rule == "H2"


def test_a_book_scanned_before_a_card_was_typed_on_a_page_is_not_lent_on_it(library: Library) -> None:
    shelved(library)
    library.now += timedelta(minutes=10)
    library.scan("main-1", ADA, page=True)
    assert library.scan("main-1", BOOK, **AGO).rule == "H1"
    assert state_of(library, BOOK) == "ON_HOLD_SHELF"


def test_a_book_scanned_before_a_slip_was_typed_on_a_page_is_not_received_with_it(library: Library) -> None:
    library.now += timedelta(minutes=10)
    library.scan("rs-1", library.request(), page=True)
    assert library.scan("rs-1", OTHER_BOOK, **AGO).rule == "U1"
    assert library.scan("rs-1", BOOK, page=True).rule == "U2"


def test_what_was_scanned_without_network_belongs_together_whatever_a_page_did_meanwhile(library: Library) -> None:
    shelved(library)
    library.now += timedelta(minutes=10)
    library.scan("main-1", BEN, page=True)
    library.scan("main-1", ADA, **ago(library, 300))
    assert library.scan("main-1", BOOK, **ago(library, 297)).rule == "H2"
    assert library.rows("SELECT session_patron FROM station_context WHERE station = 'main-1' ORDER BY at") == [(1,), (2,)]


def test_a_scanner_goes_on_where_the_page_is_once_it_has_caught_up(library: Library) -> None:
    shelved(library)
    library.now += timedelta(minutes=10)
    library.scan("main-1", ADA, page=True)
    library.scan("main-1", BEN, **ago(library, 300))
    assert library.scan("main-1", BOOK).rule == "H2"


def test_scans_of_one_journal_stay_together_however_their_ages_jump(library: Library) -> None:
    """What was stuck on the wire is placed too late; the next one, sent anew, tells its real age."""
    shelved(library)
    library.scan("main-1", ADA, after_s=600)
    assert library.scan("main-1", BOOK, **ago(library, 20)).rule == "H2"


def test_undo_takes_back_the_last_step_of_the_station_wherever_it_was_made(library: Library) -> None:
    received(library, OTHER_BOOK)
    received(library)
    library.scan("main-1", OTHER_BOOK)
    library.scan("main-1", BOOK, page=True)
    library.scan("main-1", "%HS-CLEAR")
    assert library.scan("main-1", UNDO).rule == "UNDO"
    assert (state_of(library, OTHER_BOOK), state_of(library, BOOK)) == ("ON_HOLD_SHELF", "IN_TRANSIT_TO_PICKUP")
    assert library.scan("main-1", UNDO, page=True).rule == "undo.nothing"


def test_an_undo_scanned_before_a_step_on_a_page_does_not_take_that_back(library: Library) -> None:
    received(library)
    library.now += timedelta(minutes=10)
    assert library.scan("main-1", BOOK, page=True).rule == "T1"
    assert library.scan("main-1", UNDO, **AGO).rule == "undo.nothing"
    assert state_of(library, BOOK) == "ON_HOLD_SHELF"


@pytest.mark.parametrize("page", [False, True])
def test_a_page_is_read_by_the_same_rules_after_the_clock_was_set_back(library: Library, page: bool) -> None:
    """A card that was open at a time that is still to come is open no more at another reader of the station."""
    shelved(library)
    library.scan("main-1", ADA, page=not page)
    library.now -= timedelta(hours=1)
    assert library.scan("main-1", BOOK, page=page).rule in ("H1", "late")


def test_a_station_without_any_scan_remembers_nothing(library: Library) -> None:
    store = ScanStore(library.connection)
    with transaction(library.connection):
        found = store.remembered("main-1", store.stream("main-1", HTTP_INCARNATION).key, library.now)
    assert (found.context.session_open, found.last, found.stream) == (False, None, None)
