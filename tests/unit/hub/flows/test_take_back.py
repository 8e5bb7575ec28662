"""UNDO: a station's last move is taken back with all that came of it, or a sentence says why not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.answers import Outcome, Tone
from broker.messages import Reply
from hub.core.acts import Act
from hub.core.commands import COMMAND_RULES
from hub.core.desk import Desk
from hub.core.lifecycle import RULES
from hub.core.notices import NoticeType
from hub.core.request import Reason
from hub.store.database import open_database
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.roads import (
    CLEAR,
    UNDO,
    act,
    assert_history_is_whole,
    closed,
    days_pass,
    given_up,
    lent,
    letters_leave,
    lost,
    missing,
    missing_and_given_up,
    received,
    returned,
    shelved,
    state_of,
    work,
)

OTHER_BOOK = "30000000000025"
EVERYTHING = {"send": [kind.value for kind in NoticeType]}
"""A site that sends receipts, too."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library that sends every notice and lends without a card at its main desk."""
    opened = Library.open(tmp_path, notices=EVERYTHING)
    opened.connection.execute("UPDATE desk SET commands = 'DECLINED DAMAGED RENEW REPRINT CHECKOUT UNDO CLEAR' WHERE code = 'main'")
    yield opened
    opened.connection.close()


def as_it_is(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that a move can change, but versions and when a request was touched; notices and work only where they are live."""
    return {
        "items": library.rows(
            "SELECT key, request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, "
            "checked_out_at, checked_out_by, circulated, reason, closed_at, outcome, renewals FROM item ORDER BY key"
        ),
        "requests": library.rows(
            "SELECT key, state, outcome, cancel_reason, requester, pickup_desk, pieces, volumes, partner_due_date, closed_at "
            "FROM request ORDER BY key"
        ),
        "notices": library.rows(
            "SELECT type, request, episode, patron, desk, state, queued_at, not_before, attempts, sent_at FROM notice "
            "WHERE state IN ('queued', 'sent', 'failed') ORDER BY key"
        ),
        "work": library.rows(
            "SELECT kind, desk, station, barcode, request, item, note, opened_at FROM exception WHERE cleared_at IS NULL ORDER BY key"
        ),
    }


def undo(library: Library, station: str, **more: Any) -> Reply:
    return library.scan(station, UNDO, **more)


@dataclass(frozen=True)
class Move:
    """One kind of accepted move: how the book comes there, and the scans at one station of which the last one moves it."""

    rule: str
    begin: Callable[[Library], object]
    station: str
    scans: tuple[str, ...] = (BOOK,)
    about: str = ""

    def __str__(self) -> str:
        return f"{self.rule} at {self.station}{' ' if self.about else ''}{self.about}"


def asked(pickup_desk: str) -> Callable[[Library], str]:
    return lambda library: library.request(pickup_desk=pickup_desk)


def asked_again(pickup_desk: str) -> Callable[[Library], str]:
    def begin(library: Library) -> str:
        closed(library)
        return library.request("Another book", pickup_desk=pickup_desk)

    return begin


def at_joint(road: Callable[..., str]) -> Callable[[Library], str]:
    return lambda library: road(library, pickup_desk="joint")


def renewable(library: Library) -> None:
    lent(library)
    library.now += timedelta(days=2)


def strayed(library: Library) -> None:
    """On the shelf, seen at a wrong desk, and back: its letter is still to leave."""
    shelved(library)
    library.scan("east-1", BOOK)
    library.scan("east-1", BOOK)


def claimed(library: Library) -> None:
    lost(library, how=Act.CLAIMS_RETURNED)


FIRST, SECOND = "ILL-000001-8", "ILL-000002-6"
CARD = (ADA, BOOK)
MOVES = (
    Move("U2", asked("main"), "rs-1", (FIRST, BOOK)),
    Move("U2", asked("main"), "rs-1", (BOOK, FIRST), "item first"),
    Move("U2", asked("main"), "joint-1", (FIRST, BOOK), "for another desk"),
    Move("U2", asked("joint"), "joint-1", (FIRST, BOOK)),
    Move("U5", asked_again("main"), "rs-1", (SECOND, BOOK)),
    Move("U5", asked_again("joint"), "joint-1", (SECOND, BOOK)),
    Move("T1", received, "main-1"),
    Move("T1", at_joint(received), "joint-1"),
    Move("T1", strayed, "main-1", about="after it strayed"),
    Move("T2", received, "main-1", CARD),
    Move("T2", received, "east-1", CARD),
    Move("T2", received, "joint-1", CARD),
    Move("H2", shelved, "main-1", CARD),
    Move("H2", shelved, "east-1", CARD),
    Move("H2", at_joint(shelved), "joint-1", CARD),
    Move("H4", shelved, "east-1"),
    Move("H5", shelved, "rs-1"),
    Move("H5", shelved, "joint-1"),
    Move("P1", given_up, "main-1"),
    Move("P2", given_up, "east-1"),
    Move("P3", given_up, "rs-1"),
    Move("P3", at_joint(given_up), "joint-1"),
    Move("P4", given_up, "main-1", CARD),
    Move("C2", lent, "main-1"),
    Move("C2", lent, "east-1"),
    Move("C3", lent, "rs-1"),
    Move("C3", at_joint(lent), "joint-1"),
    Move("B1", returned, "rs-1"),
    Move("B1", returned, "joint-1"),
    Move("M1", missing, "main-1"),
    Move("M2", missing, "east-1"),
    Move("M2", missing, "rs-1"),
    Move("M3", missing_and_given_up, "main-1"),
    Move("M4", missing_and_given_up, "rs-1"),
    Move("M5", missing, "main-1", CARD),
    Move("L1", lost, "main-1"),
    Move("L1", claimed, "main-1", about="claimed returned"),
    Move("L2", lost, "rs-1"),
    Move("K1", shelved, "main-1", ("%HS-DECLINED", BOOK)),
    Move("K2", at_joint(shelved), "joint-1", ("%HS-DECLINED", BOOK)),
    Move("K3", received, "main-1", ("%HS-DAMAGED", BOOK), "on its way"),
    Move("K3", shelved, "main-1", ("%HS-DAMAGED", BOOK), "on the shelf"),
    Move("K3", given_up, "main-1", ("%HS-DAMAGED", BOOK), "to be pulled"),
    Move("K3", missing, "main-1", ("%HS-DAMAGED", BOOK), "missing"),
    Move("K3", lent, "main-1", ("%HS-DAMAGED", BOOK), "on loan"),
    Move("K4", returned, "main-1", ("%HS-DAMAGED", BOOK)),
    Move("K5", shelved, "rs-1", ("%HS-DAMAGED", BOOK)),
    Move("K5", lent, "rs-1", ("%HS-DAMAGED", BOOK), "on loan"),
    Move("K6", returned, "rs-1", ("%HS-DAMAGED", BOOK)),
    Move("K7", renewable, "main-1", ("%HS-RENEW", BOOK)),
    Move("K9", shelved, "main-1", ("%HS-CHECKOUT", BOOK)),
)
KINDS = {row.id for row in RULES if row.to is not None} | {
    row.id for rows in COMMAND_RULES.values() for row in rows if row.outcome is Outcome.ACCEPTED
}


def make(library: Library, move: Move) -> dict[str, list[tuple[Any, ...]]]:
    """Come to the move and make it; gives how all was before its last scan."""
    move.begin(library)
    for barcode in move.scans[:-1]:
        library.scan(move.station, barcode)
    before = as_it_is(library)
    moved = library.scan(move.station, move.scans[-1])
    assert (moved.rule, moved.outcome) == (move.rule, Outcome.ACCEPTED)
    assert as_it_is(library) != before
    return before


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
    """Leave out of a row when things happened to the second."""
    left_out = {"items": {5, 6, 11, 15}, "requests": {9}, "work": {7}}[table]
    return tuple(value for place, value in enumerate(row) if place not in left_out)


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_what_undo_did_stands_in_the_history_and_in_the_events(library: Library, move: Move) -> None:
    make(library, move)
    [[was, became]] = library.rows("SELECT was, became FROM history WHERE kind = 'scan' ORDER BY key DESC LIMIT 1")
    seen = library.rows("SELECT max(seq) FROM event")[0][0]
    undo(library, move.station)
    line = library.rows("SELECT rule, actor, was, became, barcode FROM history WHERE kind = 'scan' ORDER BY key DESC LIMIT 1")
    assert line == [("UNDO", move.station, became, was, BOOK)]
    said = library.rows("SELECT type, json_extract(data, '$.rule') FROM event WHERE seq > ? ORDER BY seq", seen)
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
    copy = replace(library, connection=sqlite3.connect(":memory:", isolation_level=None))
    library.connection.backup(copy.connection)
    assert undo(copy, station).rule == "UNDO"
    return copy


# What the patron hears.


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


# What cannot be taken back.


def refused(told: Reply) -> str:
    assert (told.outcome, told.tone) == (Outcome.REFUSED, Tone.NO)
    return told.rule


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
