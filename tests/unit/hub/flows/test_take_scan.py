"""A scan is acted on exactly once, and everything that follows from it stands in one transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.answers import Outcome, Tone
from broker.messages import Reply
from hub.store.database import transaction
from hub.store.scan_path import ScanStore
from tests.support.desks import ADA, BEN, BOOK, JOURNAL, Library


def told(reply: Reply) -> tuple[str, str]:
    """Give rule and message."""
    return reply.rule, reply.message


def test_seven_scans_take_a_book_round_at_separate_desks(library: Library) -> None:
    named = library.request()
    assert told(library.scan("rs-1", named)) == ("slip.armed", "Receive The Overstory: now scan the item.")
    received = library.scan("rs-1", BOOK)
    assert told(received) == ("U2", "Received. Send to Main desk.")
    assert (received.tone, received.destination, received.state) == (Tone.ROUTE, "main", "IN_TRANSIT_TO_PICKUP")
    shelved = library.scan("main-1", BOOK)
    assert told(shelved) == ("T1", "Hold shelf A1. Hold until 3 December.")
    assert shelved.slips[0].lines == ("Hold shelf A1", "until 3 December", "The Overstory")
    assert told(library.scan("main-1", ADA)) == ("patron.open", "Heron 12: 1 ready on shelf A1.")
    assert told(library.scan("main-1", BOOK)) == ("H2", "Checked out. Due 21 December.")
    returned = library.scan("main-1", BOOK, after_s=86400)
    assert told(returned) == ("C2", "Returned. Send to resource sharing.")
    assert told(library.scan("rs-1", BOOK)) == ("B1", "Done. Ship back to Tulare County Library.")
    assert library.state(named) == ("CLOSED", "returned")
    assert library.rows("SELECT state, closed_at IS NOT NULL FROM item") == [("CLOSED", 1)]
    assert [kind for kind in library.events() if not kind.startswith(("notice", "request.created"))] == [
        "item.received", "item.in_transit", "item.on_hold_shelf", "item.checked_out", "item.returned", "item.in_transit",
        "temporary_item.deleted", "request.closed",
    ]  # fmt: skip


def test_five_scans_take_a_book_round_at_a_joint_desk(library: Library) -> None:
    named = library.request(pickup_desk="joint")
    library.scan("joint-1", named)
    assert told(library.scan("joint-1", BOOK)) == ("U2", "Received. Hold shelf J1, until 3 December.")
    library.scan("joint-1", ADA)
    assert library.scan("joint-1", BOOK).rule == "H2"
    closing = library.scan("joint-1", BOOK, after_s=3600)
    assert (closing.rule, library.state(named)) == ("C3", ("CLOSED", "returned"))


def test_the_hand_over_scan_is_no_return(library: Library) -> None:
    library.request(pickup_desk="joint")
    for barcode in ("ILL-000001-8", BOOK, ADA, BOOK):
        library.scan("joint-1", barcode)
    library.scan("joint-1", "%HS-CLEAR")
    assert told(library.scan("joint-1", BOOK, after_s=7)) == ("C1", "Checked out 10 s ago. Scan again later if it is a return.")
    assert library.scan("joint-1", BOOK, after_s=40).rule == "C3"


def test_the_item_may_come_before_its_slip(library: Library) -> None:
    named = library.request()
    first = library.scan("rs-1", BOOK)
    assert (first.rule, first.outcome) == ("U1", Outcome.UNKNOWN)
    assert library.scan("rs-1", named).rule == "U2"
    assert library.rows("SELECT barcode FROM item") == [(BOOK,)]
    assert library.rows("SELECT kind, cleared_at IS NOT NULL FROM exception") == [("unknown_barcode", 1)]


def test_an_armed_slip_is_forgotten_after_a_minute(library: Library) -> None:
    named = library.request()
    library.scan("rs-1", named)
    assert library.scan("rs-1", BOOK, after_s=61).rule == "U1"


def test_a_slip_that_another_desk_has_received_meanwhile_arms_nothing(library: Library) -> None:
    named = library.request()
    library.scan("rs-1", named)
    library.scan("joint-1", named)
    assert library.scan("joint-1", BOOK).rule == "U2"
    assert library.scan("rs-1", "30000000000996").rule == "U1"


def test_the_same_scan_twice_is_one_step_and_one_answer(library: Library) -> None:
    named = library.request()
    library.scan("rs-1", named)
    message = library.message("rs-1", BOOK, 2)
    first = library.scan("rs-1", BOOK, scan_id=message.scan_id)
    again = library.scan("rs-1", BOOK, scan_id=message.scan_id)
    assert again == first
    assert library.rows("SELECT count(*) FROM history WHERE rule = 'U2'") == [(1,)]


def test_a_bounce_repeats_the_reply_and_changes_nothing(library: Library) -> None:
    library.request()
    for barcode in ("ILL-000001-8", BOOK):
        library.scan("rs-1", barcode)
    first = library.scan("main-1", BOOK)
    before = library.rows("SELECT * FROM history"), library.rows("SELECT * FROM event")
    bounced = library.scan("main-1", BOOK, after_s=1)
    assert (bounced.again, bounced.outcome, bounced.rule, bounced.message) == (True, Outcome.DUPLICATE, "T1", first.message)
    assert bounced.slips == ()
    assert (library.rows("SELECT * FROM history"), library.rows("SELECT * FROM event")) == before
    assert library.scan("main-1", BOOK).rule == "H1"


def test_two_stations_do_not_bounce_off_each_other(library: Library) -> None:
    library.request()
    for barcode in ("ILL-000001-8", BOOK):
        library.scan("rs-1", barcode)
    assert library.scan("main-1", BOOK, after_s=1).rule == "T1"


def test_a_scan_made_offline_before_the_book_moved_on_changes_nothing(library: Library) -> None:
    named = library.request()
    for barcode in (named, BOOK):
        library.scan("rs-1", barcode)
    library.scan("main-1", BOOK, after_s=60)
    # The east branch had no network: it saw the book ten minutes ago.
    late = library.scan("east-1", BOOK, after_s=600, age_ms=630_000)
    assert (late.rule, late.outcome) == ("late", Outcome.LATE)
    assert library.state(named)[0] == "ON_HOLD_SHELF"
    assert library.rows("SELECT kind FROM exception") == [("late_scan",)]
    assert library.rows("SELECT desk, rule FROM history ORDER BY key DESC LIMIT 1") == [("east", "late")]


def test_scans_made_offline_in_order_all_count(library: Library) -> None:
    named = library.request(pickup_desk="joint")
    ages = iter((900_000, 890_000, 600_000, 595_000))
    replies = [library.scan("joint-1", barcode, after_s=0.01, age_ms=next(ages)).rule for barcode in (named, BOOK, ADA, BOOK)]
    assert replies == ["slip.armed", "U2", "patron.open", "H2"]


def test_ready_is_queued_once_an_episode_even_when_the_book_strays(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK)):
        library.scan(station, barcode)
    assert library.notices() == [("READY_FOR_PICKUP", "queued", 1)]
    strayed = library.scan("east-1", BOOK, after_s=3600)
    assert strayed.rule == "H4"
    back = library.scan("main-1", BOOK, after_s=86400)
    assert told(back) == ("T1", "Hold shelf A1. Hold until 3 December.")
    assert library.notices() == [("READY_FOR_PICKUP", "queued", 1)]


def test_a_letter_that_was_not_sent_because_the_book_strayed_is_queued_when_it_is_back(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK), ("east-1", BOOK)):
        library.scan(station, barcode)
    library.connection.execute("UPDATE notice SET state = 'suppressed'")
    library.scan("main-1", BOOK)
    assert library.notices() == [("READY_FOR_PICKUP", "queued", 1)]


def test_a_letter_that_was_sent_is_never_queued_again_in_its_episode(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK), ("east-1", BOOK)):
        library.scan(station, barcode)
    library.connection.execute("UPDATE notice SET state = 'sent'")
    library.scan("main-1", BOOK)
    assert library.notices() == [("READY_FOR_PICKUP", "sent", 1)]


def test_a_loan_before_the_grace_is_over_suppresses_the_letter(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK), ("main-1", ADA), ("main-1", BOOK)):
        library.scan(station, barcode)
    assert library.notices() == [("READY_FOR_PICKUP", "suppressed", 1)]
    assert "notice.suppressed" in library.events()


def test_nobody_elses_card_opens_the_hold(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK)):
        library.scan(station, barcode)
    library.scan("main-1", BEN)
    refused = library.scan("main-1", BOOK)
    assert (refused.rule, refused.tone, refused.outcome) == ("H3", Tone.NO, Outcome.REFUSED)
    library.scan("main-1", ADA)
    assert library.scan("main-1", BOOK).rule == "H2"


def test_a_patron_session_ends_after_half_a_minute(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK), ("main-1", ADA)):
        library.scan(station, barcode)
    assert library.scan("main-1", BOOK, after_s=31).rule == "H1"


def test_an_unknown_card_lends_nothing(library: Library) -> None:
    named = library.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK)):
        library.scan(station, barcode)
    assert library.scan("main-1", "29999999999999").rule == "patron.unknown"
    assert library.scan("main-1", BOOK).rule == "H3"


def test_a_lenders_barcode_may_come_again_on_a_later_request(library: Library) -> None:
    first = library.request()
    for station, barcode in (("rs-1", first), ("rs-1", BOOK), ("main-1", BOOK), ("main-1", ADA), ("main-1", BOOK)):
        library.scan(station, barcode)
    library.scan("joint-1", BOOK, after_s=3600)
    assert library.scan("rs-1", BOOK).message == "Closed 23 November. Ship back to Tulare County Library."
    second = library.request("Another book", pickup_desk="joint")
    library.scan("rs-1", second)
    assert library.scan("rs-1", BOOK).rule == "U5"
    assert library.state(second)[0] == "IN_TRANSIT_TO_PICKUP"
    assert library.state(first) == ("CLOSED", "returned")


def test_an_item_of_another_open_request_is_not_received_twice(library: Library) -> None:
    first, second = library.request(), library.request("Another book")
    for barcode in (first, BOOK, second):
        library.scan("rs-1", barcode)
    refused = library.scan("rs-1", BOOK)
    assert refused.rule == "X2"
    assert first in refused.message
    assert library.state(second)[0] == "REQUESTED"


@pytest.mark.parametrize(("barcode", "rule"), [("9780393356687", "guard.isbn"), ("LENDER-77", "guard.pattern")])
def test_a_doubtful_barcode_is_asked_about_once_and_then_received(library: Library, barcode: str, rule: str) -> None:
    library.scan("rs-1", library.request())
    asked = library.scan("rs-1", barcode)
    assert (asked.rule, asked.tone) == (rule, Tone.INFO)
    assert library.scan("rs-1", barcode).rule == "U2"


@pytest.mark.parametrize("lost", ["active = false", "pickup = false, resource_sharing = true"], ids=["closed", "no pick-up desk any more"])
def test_a_desk_that_takes_no_holds_receives_nothing(library: Library, lost: str) -> None:
    named = library.request()
    library.connection.execute(f"UPDATE desk SET {lost} WHERE code = 'main'")  # noqa: S608 - the words of this test
    library.scan("rs-1", named)
    assert library.scan("rs-1", BOOK).rule == "guard.desk_closed"
    assert library.state(named)[0] == "REQUESTED"


def test_patron_cards_leave_no_trace_in_scans_and_events(library: Library) -> None:
    library.request()
    for barcode in (ADA, "29999999999999"):
        library.scan("main-1", barcode)
        library.scan("rs-1", barcode)
    assert library.rows("SELECT count(*) FROM scan WHERE barcode IS NOT NULL") == [(0,)]
    everything = str(library.rows("SELECT * FROM event")) + str(library.rows("SELECT reply FROM scan"))
    assert ADA not in everything
    assert "29999999999999" not in everything


def test_a_station_without_a_desk_is_told_so_and_its_scan_is_kept(library: Library) -> None:
    reply = library.scan("nowhere-9", BOOK)
    assert (reply.rule, reply.outcome) == ("station.unknown", Outcome.REFUSED)
    assert library.rows("SELECT barcode FROM scan") == [(BOOK,)]
    assert library.rows("SELECT kind FROM exception") == [("station_unknown",)]


def test_a_scan_from_the_future_is_taken_as_now(library: Library) -> None:
    named = library.request()
    library.scan("rs-1", named)
    library.scan("rs-1", BOOK, scanned_at=library.now + timedelta(days=300), age_ms=None)
    assert library.rows("SELECT received_at FROM item")[0][0] <= library.now.timestamp() * 1000


def test_nothing_stays_of_a_transaction_that_fails(library: Library) -> None:
    def fail_after_writing() -> None:
        with transaction(library.connection):
            library.connection.execute("INSERT INTO event(type, at, data) VALUES ('x', 1, '{}')")
            raise ZeroDivisionError

    before = library.events()
    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert library.events() == before


def test_the_position_is_kept_for_each_journal_of_a_station(library: Library) -> None:
    store = ScanStore(library.connection)
    first = store.stream("rs-1", JOURNAL)
    store.advance(first.key, 7)
    assert store.stream("rs-1", JOURNAL).seq == 7
    assert store.stream("rs-1", "0197c0de-0000-7000-8000-00000000000b").seq == 0
