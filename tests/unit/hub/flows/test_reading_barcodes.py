"""From what a scanner read to what it means: the order of the steps, and what is asked about before it is received."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.answers import Outcome, Tone
from broker.messages import Reply
from hub.core.acts import Act
from hub.core.words import ENGLISH
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.roads import (
    UNDO,
    act,
    received,
    restarted,
    shelved,
    state_of,
)

OTHER_BOOK = "30000000000025"
WRONG_CHECK = "30000000000013"
ISBN = "9780141439549"
CARD_LIKE = "20000000000992"
"""A lender's barcode that looks like one of our cards; nobody has it."""
RECEIVING = ("rs-1", "joint-1")


def with_settings(tmp_path: Path, **settings: Any) -> Library:
    return Library.open(tmp_path, **settings)


def say(key: str, **places: object) -> str:
    return ENGLISH.say(key, **places)


def everything(library: Library) -> list[list[tuple[Any, ...]]]:
    """Give all that a scan may change beside its own row and the station's context."""
    return [library.rows(f"SELECT * FROM {table}") for table in ("item", "request", "history", "event", "notice", "exception")]  # noqa: S608


# 1. What is around it is taken off, what is inside is never changed.


@pytest.mark.parametrize("read", [f"  {BOOK}\r\n", f"\x02{BOOK}\x03", f"\t{BOOK}\x1d"])
def test_what_a_scanner_adds_around_a_barcode_is_taken_off(library: Library, read: str) -> None:
    library.scan("rs-1", library.request())
    assert library.scan("rs-1", read).rule == "U2"
    assert library.rows("SELECT i.barcode, s.barcode FROM item i JOIN scan s ON s.item = i.key") == [(BOOK, BOOK)]


def test_the_sites_own_prefix_and_suffix_are_taken_off_cards_slips_items_and_commands(tmp_path: Path) -> None:
    library = with_settings(tmp_path, barcodes={"strip_prefix": "L1:", "strip_suffix": "#"})
    named = library.request(pickup_desk="joint")
    rules = [library.scan("joint-1", f"L1:{barcode}#").rule for barcode in (named, BOOK, ADA, "%HS-CLEAR")]
    assert rules == ["slip.armed", "U2", "patron.open", "command.clear"]
    library.connection.close()


def test_leading_zeros_and_case_make_another_barcode(library: Library) -> None:
    named = library.request()
    for barcode in (named, "a0012", "a0012"):
        library.scan("rs-1", barcode)
    assert state_of(library, "a0012") == "IN_TRANSIT_TO_PICKUP"
    assert [library.scan("main-1", barcode).rule for barcode in ("A0012", "a12", "a0012")] == ["U3", "U3", "T1"]


def test_a_slip_typed_in_small_letters_is_no_slip(library: Library) -> None:
    assert library.scan("rs-1", library.request().lower()).rule == "U1"


@pytest.mark.parametrize("read", [" ", "\r\n", "\x1d\x1d"])
@pytest.mark.parametrize("station", ["rs-1", "main-1"])
def test_where_nothing_is_left_nothing_was_read_and_nothing_is_received(library: Library, read: str, station: str) -> None:
    library.scan("rs-1", library.request())
    before = everything(library)
    told = [library.scan(station, read) for _ in range(2)]
    assert [(reply.rule, reply.outcome, reply.tone) for reply in told] == [("scan.empty", Outcome.REFUSED, Tone.NO)] * 2
    assert everything(library) == before
    assert library.scan("rs-1", BOOK).rule == "U2"


# 2. What it is: a command, an open item, a card, a slip, else an item.


def test_an_open_item_is_itself_whatever_it_looks_like(library: Library) -> None:
    named = library.request()
    for barcode in (named, CARD_LIKE, CARD_LIKE):
        library.scan("rs-1", barcode)
    assert library.scan("main-1", CARD_LIKE).rule == "T1"
    library.scan("main-1", ADA)
    assert library.scan("main-1", CARD_LIKE).rule == "H2"
    # Once it is home, it looks like a card again.
    assert library.scan("joint-1", CARD_LIKE, after_s=3600).rule == "C3"
    assert library.scan("joint-1", CARD_LIKE).rule == "patron.unknown"


def test_a_card_that_fits_no_pattern_is_known_by_its_number(library: Library) -> None:
    library.connection.execute("UPDATE patron SET card = 'staff 7' WHERE card = ?", (BEN,))
    assert library.scan("main-1", "staff 7").rule == "patron.open_none"
    assert library.rows("SELECT barcode FROM scan") == [(None,)]


def test_what_begins_like_a_command_is_never_an_item(library: Library) -> None:
    library.scan("rs-1", library.request())
    assert [library.scan("rs-1", "%HS-X").rule for _ in range(2)] == ["command.not_here"] * 2
    assert library.rows("SELECT count(*) FROM item") == [(0,)]


def test_a_slip_that_no_request_has_is_no_item_either(library: Library) -> None:
    library.scan("rs-1", library.request())
    assert library.scan("rs-1", "ILL-999999-7").rule == "slip.unknown"
    assert library.scan("rs-1", BOOK).rule == "U2"


# 3. Delivered twice, and 4. bounced.


def test_a_scan_delivered_twice_gets_the_answer_it_got_though_the_book_has_moved_on(library: Library) -> None:
    received(library)
    first = library.scan("main-1", BOOK)
    library.scan("east-1", BOOK)
    before = everything(library)
    assert library.scan("main-1", BOOK, scan_id=first.scan_id) == first
    assert everything(library) == before
    assert library.rows("SELECT count(*) FROM scan WHERE scan_id = ?", first.scan_id) == [(1,)]


@pytest.mark.parametrize(("after_s", "bounces"), [(0, True), (1.999, True), (2, True), (2.001, False)])
def test_the_same_barcode_within_two_seconds_is_the_same_scan(library: Library, after_s: float, bounces: bool) -> None:
    shelved(library)
    assert library.scan("main-1", BOOK, after_s=after_s).again == bounces


def test_a_bounce_is_told_by_the_stations_own_clock_not_by_how_long_the_way_was(library: Library) -> None:
    received(library)
    scanned_at = library.now
    library.scan("main-1", BOOK, scanned_at=scanned_at)
    assert library.scan("main-1", BOOK, after_s=500, scanned_at=scanned_at + timedelta(seconds=1)).again
    assert not library.scan("main-1", BOOK, after_s=0, scanned_at=scanned_at + timedelta(seconds=4)).again


@pytest.mark.parametrize(
    "told", [{"boot": "another"}, {"scanned_at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC)}], ids=["station started anew", "clock went back"]
)
def test_what_cannot_be_compared_is_no_bounce(library: Library, told: dict[str, Any]) -> None:
    shelved(library)
    assert not library.scan("main-1", BOOK, after_s=1, **told).again


def test_another_barcode_in_between_makes_it_a_scan_again(library: Library) -> None:
    shelved(library)
    assert [library.scan("main-1", barcode, after_s=0.5).again for barcode in (OTHER_BOOK, BOOK)] == [False, False]


def test_a_bounce_is_known_by_what_is_left_of_the_barcode(library: Library) -> None:
    shelved(library)
    assert library.scan("main-1", f" {BOOK}\r", after_s=1).again


def test_a_bounce_confirms_no_doubt(library: Library) -> None:
    library.scan("rs-1", library.request())
    assert [library.scan("rs-1", ISBN, after_s=1).rule for _ in range(3)] == ["guard.isbn"] * 3
    assert library.rows("SELECT count(*) FROM item") == [(0,)]
    assert library.scan("rs-1", ISBN).rule == "U2"


def test_a_bounce_is_known_after_a_restart(library: Library) -> None:
    shelved(library)
    restarted(library)
    assert library.scan("main-1", BOOK, after_s=1).again


def test_after_a_bounce_the_slip_can_still_be_printed_again(library: Library) -> None:
    shelved(library)
    assert library.scan("main-1", BOOK, after_s=1).slips == ()
    again = library.scan("main-1", "%HS-REPRINT")
    assert (again.rule, [slip.kind for slip in again.slips]) == ("command.reprinted", ["hold"])
    assert [slip.kind for slip in library.scan("main-1", "%HS-REPRINT").slips] == ["hold"]


# What is asked about before it is received.


@pytest.mark.parametrize("station", RECEIVING)
def test_an_isbn_is_asked_about_once_and_taken_at_the_second_scan(library: Library, station: str) -> None:
    library.scan(station, library.request())
    asked = library.scan(station, ISBN)
    assert (asked.rule, asked.outcome, asked.tone) == ("guard.isbn", Outcome.NO_CHANGE, Tone.INFO)
    assert library.scan(station, ISBN).rule == "U2"


@pytest.mark.parametrize("station", RECEIVING)
def test_after_an_isbn_the_librarys_barcode_is_taken_at_once(library: Library, station: str) -> None:
    library.scan(station, library.request())
    library.scan(station, ISBN)
    assert library.scan(station, BOOK).rule == "U2"
    assert library.rows("SELECT barcode FROM item") == [(BOOK,)]


def test_an_isbn_scanned_before_its_slip_is_asked_about_then(library: Library) -> None:
    assert library.scan("rs-1", ISBN).rule == "U1"
    assert library.scan("rs-1", library.request()).rule == "guard.isbn"
    assert library.scan("rs-1", ISBN).rule == "U2"


@pytest.mark.parametrize("station", RECEIVING)
def test_a_lenders_barcode_like_a_card_is_asked_about_once_where_an_item_is_awaited(library: Library, station: str) -> None:
    library.scan(station, library.request())
    asked = library.scan(station, CARD_LIKE)
    assert (asked.rule, asked.tone) == ("guard.patron", Tone.INFO)
    # It may be a card after all: until it is received, its number is not kept.
    assert library.rows("SELECT count(*) FROM scan WHERE barcode = ?", CARD_LIKE) == [(0,)]
    assert library.scan(station, CARD_LIKE).rule == "U2"
    assert library.rows("SELECT i.barcode, s.barcode FROM item i JOIN scan s ON s.item = i.key") == [(CARD_LIKE, CARD_LIKE)]


def test_a_known_card_opens_its_patron_at_a_joint_desk_though_an_item_is_awaited(library: Library) -> None:
    library.scan("joint-1", library.request())
    assert library.scan("joint-1", ADA).rule == "patron.open_none"
    assert library.scan("joint-1", OTHER_BOOK).rule == "U3"
    assert library.rows("SELECT count(*) FROM item") == [(0,)]


def test_a_known_card_is_refused_at_resource_sharing_and_the_slip_goes_on_waiting(library: Library) -> None:
    library.scan("rs-1", library.request())
    assert [library.scan("rs-1", ADA).rule for _ in range(3)] == ["X1"] * 3
    assert library.scan("rs-1", BOOK).rule == "U2"


@pytest.mark.parametrize(("station", "rule"), [("rs-1", "X1"), ("joint-1", "patron.unknown"), ("main-1", "patron.unknown")])
def test_where_no_item_is_awaited_what_looks_like_a_card_is_one(library: Library, station: str, rule: str) -> None:
    assert library.scan(station, CARD_LIKE).rule == rule


@pytest.mark.parametrize("station", RECEIVING)
def test_a_barcode_of_a_hundred_characters_is_received_and_one_more_is_refused(library: Library, station: str) -> None:
    library.scan(station, library.request())
    for _ in range(2):
        refused = library.scan(station, "L" * 101)
        assert (refused.rule, refused.outcome, refused.tone) == ("guard.length", Outcome.REFUSED, Tone.NO)
    assert [library.scan(station, "L" * 100).rule for _ in range(2)] == ["guard.pattern", "U2"]


def test_a_long_barcode_scanned_before_its_slip_is_refused_then(library: Library) -> None:
    library.scan("rs-1", "L" * 4096)
    assert library.scan("rs-1", library.request()).rule == "guard.length"
    assert library.scan("rs-1", BOOK).rule == "U2"


# Check digits.


def receive(library: Library, *scans: str, **fields: Any) -> list[Reply]:
    library.scan("rs-1", library.request())
    return [library.scan("rs-1", barcode, **fields) for barcode in scans]


@pytest.mark.parametrize(
    ("rule", "replies"),
    [("ignore", [("U2", False)]), ("warn", [("U2", True)]), ("confirm", [("guard.check", False), ("U2", False)])],
)
def test_a_check_digit_that_does_not_fit_is_what_the_site_says(tmp_path: Path, rule: str, replies: list[tuple[str, bool]]) -> None:
    library = with_settings(tmp_path, barcodes={"check_digits": rule})
    told = receive(library, *[WRONG_CHECK] * len(replies))
    assert [(reply.rule, say("advice.check") in reply.message) for reply in told] == replies
    library.connection.close()


@pytest.mark.parametrize("rule", ["ignore", "warn", "confirm"])
@pytest.mark.parametrize("scanned", [{"barcode": BOOK}, {"barcode": WRONG_CHECK, "check": "ok"}])
def test_a_check_digit_that_fits_or_that_the_station_found_to_fit_is_not_spoken_of(
    tmp_path: Path, rule: str, scanned: dict[str, str]
) -> None:
    library = with_settings(tmp_path, barcodes={"check_digits": rule})
    fields = {key: value for key, value in scanned.items() if key != "barcode"}
    [told] = receive(library, scanned["barcode"], **fields)
    assert (told.rule, say("advice.check") in told.message) == ("U2", False)
    library.connection.close()


def test_a_check_digit_the_station_found_not_to_fit_is_spoken_of(library: Library) -> None:
    [told] = receive(library, BOOK, check="bad")
    assert say("advice.check") in told.message


def test_a_check_digit_is_asked_about_with_the_slip_second_too(tmp_path: Path) -> None:
    library = with_settings(tmp_path, barcodes={"check_digits": "confirm"})
    library.scan("rs-1", WRONG_CHECK)
    assert library.scan("rs-1", library.request()).rule == "guard.check"
    assert library.scan("rs-1", WRONG_CHECK).rule == "U2"
    library.connection.close()


def test_once_received_a_check_digit_is_nobodys_business(library: Library) -> None:
    receive(library, WRONG_CHECK)
    shelved_ = library.scan("main-1", WRONG_CHECK)
    assert (shelved_.rule, say("advice.check") in shelved_.message) == ("T1", False)


def test_undo_is_no_barcode_of_a_book(library: Library) -> None:
    received(library)
    assert library.scan("rs-1", f" {UNDO} ").rule == "UNDO"
    act(library, "ILL-000001-8", Act.CANCEL)
    assert library.scan("rs-1", UNDO).rule == "undo.nothing"
