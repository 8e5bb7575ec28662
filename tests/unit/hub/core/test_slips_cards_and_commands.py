"""Barcodes that are no item: request slips, patron cards (X1) and commands; and a scan that comes late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.answers import Outcome, Tone
from hub.core.context import NOTHING
from hub.core.decide import decide_item
from hub.core.decide_command import decide_command
from hub.core.decide_slip import decide_patron, decide_slip
from hub.core.desk import Role
from hub.core.lifecycle import Finding, With
from hub.core.request import ClosedAs, Request, State
from hub.core.seen import Decision
from hub.core.words import ENGLISH
from tests.support.builders import ADA, ANOTHER, NOW, SITE, a_context, a_desk, a_patron, a_request, a_scan, an_item, known, scan

RS, PK, OT, JT, JO = Role
RECEIVING = [RS, JT, JO]
LENDING = [PK, OT, JT, JO]
SLIP = "ILL-000001-8"


def scan_slip(request: Request | None, at: Role, context: With = With.NONE) -> Decision:
    return decide_slip(SITE, a_scan(SLIP), a_desk(at), a_context(context), request)


# Request slips.


@pytest.mark.parametrize("desk", RECEIVING)
def test_the_slip_of_an_awaited_book_arms_the_station_for_a_minute(desk: Role) -> None:
    told = scan_slip(a_request(), desk)
    assert (told.rule, told.outcome, told.tone) == ("slip.armed", Outcome.ACCEPTED, Tone.INFO)
    assert told.message == "Receive The Overstory: now scan the item."
    assert told.context == NOTHING.with_request(1, NOW + timedelta(seconds=60))


@pytest.mark.parametrize("desk", [PK, OT])
def test_where_books_are_only_lent_the_slip_of_an_awaited_book_is_looked_up(desk: Role) -> None:
    told = scan_slip(a_request(), desk)
    assert (told.rule, told.tone, told.message) == ("slip.not_received", Tone.INFO, "Not received yet.")
    assert told.context == NOTHING


@pytest.mark.parametrize("desk", RECEIVING)
def test_the_slip_of_a_cancelled_request_sends_the_book_back(desk: Role) -> None:
    told = scan_slip(a_request(State.CLOSED, closed_as=ClosedAs.CANCELLED), desk)
    assert (told.rule, told.message) == ("slip.cancelled", "Cancelled. Return to Graz University Library.")
    assert (told.destination, told.alert) == ("graz", "03")


@pytest.mark.parametrize("desk", list(Role))
@pytest.mark.parametrize("state", [state for state in State if state is not State.REQUESTED])
def test_in_any_other_state_a_slip_is_only_looked_up(state: State, desk: Role) -> None:
    told = scan_slip(a_request(state), desk)
    assert (told.rule, told.outcome, told.moved) == ("slip.look_up", Outcome.NO_CHANGE, False)
    assert told.message == f"The Overstory: {ENGLISH.states[state]}."
    assert told.context == NOTHING


def test_a_slip_that_belongs_to_no_request_says_so() -> None:
    told = scan_slip(None, RS)
    assert (told.outcome, told.tone, told.alert) == (Outcome.UNKNOWN, Tone.NO, "00")
    assert told.message == f"No request {SLIP} is known. Check the slip."


@pytest.mark.parametrize("desk", [JT, JO])
def test_the_slip_of_an_awaited_book_closes_the_patron(desk: Role) -> None:
    told = scan_slip(a_request(), desk, With.REQUESTER)
    assert not told.context.session_open
    assert told.context.request == 1


def test_looking_up_a_slip_is_no_idleness_of_the_patron() -> None:
    told = decide_slip(SITE, a_scan(SLIP, at=NOW + timedelta(seconds=20)), a_desk(PK), a_context(With.REQUESTER), a_request())
    assert told.context.session_until == NOW + timedelta(seconds=50)


# Patron cards.


def test_x1_a_desk_that_does_not_lend_opens_no_patron() -> None:
    told = decide_patron(SITE, a_scan(), a_desk(RS), NOTHING, a_patron(1, "A7"))
    assert (told.rule, told.outcome, told.tone) == ("X1", Outcome.REFUSED, Tone.NO)
    assert told.message == "This desk does not lend."
    assert not told.context.session_open


def test_x1_leaves_an_armed_slip_armed() -> None:
    armed = a_context(With.ARMED)
    assert decide_patron(SITE, a_scan(), a_desk(RS), armed, a_patron()).context == armed


@pytest.mark.parametrize("desk", LENDING)
def test_a_card_opens_its_patron_for_thirty_seconds_and_shows_only_the_alias(desk: Role) -> None:
    told = decide_patron(SITE, a_scan(), a_desk(desk), NOTHING, a_patron(2, "A7", "B3"))
    assert told.message == "ada-l: 2 ready on shelf A7, B3."
    assert told.context == NOTHING.with_session(ADA, NOW + timedelta(seconds=30))
    assert told.request is None


def test_a_patron_with_nothing_on_the_shelf_is_told_so() -> None:
    told = decide_patron(SITE, a_scan(), a_desk(PK), NOTHING, a_patron())
    assert told.message == "ada-l: nothing is ready on the shelf."


@pytest.mark.parametrize("desk", LENDING)
def test_an_unknown_card_opens_a_session_that_lends_nothing(desk: Role) -> None:
    opened = decide_patron(SITE, a_scan(), a_desk(desk), a_context(With.ARMED), None)
    assert (opened.outcome, opened.alert) == (Outcome.UNKNOWN, "00")
    assert opened.context.session_open
    held = decide_item(SITE, a_scan(), a_desk(desk), opened.context, known(Finding.ON_HOLD_SHELF))
    assert (held.rule, held.moved) == ("H3", False)


def test_a_request_whose_patron_was_forgotten_is_nobodys_to_borrow() -> None:
    nobody = NOTHING.with_session(None, NOW + timedelta(seconds=30))
    assert decide_item(SITE, a_scan(), a_desk(PK), nobody, known(Finding.ON_HOLD_SHELF, requester=None)).rule == "H3"


@pytest.mark.parametrize("desk", [JT, JO])
def test_a_card_puts_an_armed_slip_away(desk: Role) -> None:
    told = decide_patron(SITE, a_scan(), a_desk(desk), a_context(With.ARMED), a_patron())
    assert told.context.request is None


def test_an_item_keeps_the_patron_open_for_thirty_seconds_more() -> None:
    told = scan(Finding.ON_HOLD_SHELF, PK, With.REQUESTER, when=NOW + timedelta(seconds=20))
    assert told.context.session_until == NOW + timedelta(seconds=50)


# Commands.


@pytest.mark.parametrize("context", list(With))
def test_clear_forgets_all_context(context: With) -> None:
    told = decide_command(SITE, a_scan("%HS-CLEAR"), a_desk(), a_context(context))
    assert (told.outcome, told.context) == (Outcome.ACCEPTED, NOTHING)
    assert told.message == "Cleared. Ready for the next scan."


def test_a_command_that_is_not_in_use_says_so_and_leaves_the_context() -> None:
    told = decide_command(SITE, a_scan("%HS-CHECKOUT"), a_desk(), a_context(With.REQUESTER))
    assert (told.outcome, told.tone) == (Outcome.REFUSED, Tone.NO)
    assert told.message == "%HS-CHECKOUT is not in use at this desk."
    assert told.context == a_context(With.REQUESTER)


# A scan that comes late.


def test_a_scan_older_than_the_items_last_move_changes_nothing_and_is_work_for_staff() -> None:
    moved_since = an_item(State.IN_TRANSIT_TO_PICKUP, changed_at=NOW)
    told = scan(moved_since, PK, when=NOW - timedelta(minutes=5))
    assert (told.rule, told.outcome, told.moved) == ("late", Outcome.LATE, False)
    assert told.item == moved_since
    assert (told.events, told.exceptions) == (("item.sighted",), ("late_scan",))


def test_a_scan_from_before_that_would_change_nothing_anyway_is_answered_as_usual() -> None:
    told = scan(an_item(State.ON_HOLD_SHELF, changed_at=NOW), PK, when=NOW - timedelta(minutes=5))
    assert told.rule == "H1"


def test_two_seconds_are_taken_for_a_slower_way_not_for_lateness() -> None:
    sent = an_item(State.IN_TRANSIT_TO_PICKUP, changed_at=NOW)
    assert scan(sent, PK, when=NOW - timedelta(seconds=2)).rule == "T1"
    assert scan(sent, PK, when=NOW - timedelta(seconds=2.1)).rule == "late"


def test_an_offline_scan_places_hold_and_loan_when_it_happened() -> None:
    yesterday = NOW - timedelta(days=1)
    seen = replace(a_scan(at=yesterday), now=NOW)
    told = decide_item(SITE, seen, a_desk(PK), NOTHING, known(an_item(State.IN_TRANSIT_TO_PICKUP)))
    assert told.item is not None
    assert told.item.changed_at == yesterday
    assert told.message == "Hold shelf A7. Hold until 3 December."
    assert told.notice is not None
    assert told.notice.not_before == NOW + timedelta(seconds=60)


def test_the_armed_request_is_the_one_that_is_received() -> None:
    told = scan(Finding.UNKNOWN, RS, With.ARMED)
    assert told.request is not None
    assert told.request.key == ANOTHER
