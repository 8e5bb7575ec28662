"""M1-M7 and L1-L3: an item that could not be found, and turns up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from broker.answers import Outcome, Tone
from hub.core.decide import closed_as
from hub.core.desk import Role
from hub.core.lifecycle import Finding, With
from hub.core.request import ClosedAs, Reason, State
from tests.support.builders import HOLD_UNTIL, NOW, an_item, scan

RS, PK, OT, JT, JO = Role
LENDING = [PK, OT, JT, JO]
RECEIVING = [RS, JT, JO]
VALID, ENDED = Finding.MISSING_HOLD_VALID, Finding.MISSING_HOLD_ENDED


@pytest.mark.parametrize("desk", [PK, JT])
def test_m1_found_while_it_is_held_it_goes_back_on_the_shelf(desk: Role) -> None:
    told = scan(VALID, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("M1", Outcome.ACCEPTED, Tone.OK, "01")
    assert told.message == "Found. Hold shelf A7."
    assert told.state is State.ON_HOLD_SHELF
    assert told.events == ("item.found", "item.on_hold_shelf")
    assert "missing" in told.clears
    assert told.item is not None
    # The two days it was gone are given back.
    assert (told.item.hold_until, told.item.episode) == (HOLD_UNTIL + timedelta(days=2), 1)
    assert told.notice is not None
    assert told.notice.episode == 1


def test_m1_a_book_lost_before_it_reached_its_shelf_is_still_awaited() -> None:
    never_held = an_item(State.MISSING, hold_until=None, shelf_code=None, episode=0)
    told = scan(never_held, PK)
    assert (told.rule, told.message) == ("M1", "Found. Hold shelf A7.")
    assert told.item is not None
    assert (told.item.hold_until, told.item.episode) == (HOLD_UNTIL, 1)


@pytest.mark.parametrize("desk", [OT, RS, JO])
def test_m2_found_elsewhere_while_it_is_held_it_is_sent_to_its_pickup_desk(desk: Role) -> None:
    told = scan(VALID, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("M2", Outcome.ACCEPTED, Tone.ROUTE, "02")
    assert told.message == "Found. Send to Main Library."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_PICKUP, "main")
    assert "missing" in told.clears


@pytest.mark.parametrize("desk", [PK, OT])
def test_m3_found_after_its_hold_it_is_sent_to_resource_sharing(desk: Role) -> None:
    told = scan(ENDED, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("M3", Outcome.ACCEPTED, Tone.ROUTE, "04")
    assert told.message == "Found. Send to resource sharing."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_RS, "resource-sharing")
    assert "missing" in told.clears


@pytest.mark.parametrize(
    "so_far",
    [
        {"hold_until": NOW - timedelta(days=2, seconds=1)},
        {"circulated": True},
        {"reason": Reason.CANCELLED_BY_PATRON},
        {"hold_until": None, "reason": Reason.RECALLED},
    ],
)
def test_m3_a_hold_has_ended_by_its_date_or_when_the_book_was_lent_or_had_to_go(so_far: dict[str, Any]) -> None:
    assert scan(an_item(State.MISSING, **so_far), PK).rule == "M3"


def test_m1_a_missing_books_hold_stands_still_until_it_is_found() -> None:
    # Gone for two days, with a hold until yesterday: it gets the day back that it had left.
    told = scan(an_item(State.MISSING, hold_until=NOW - timedelta(days=1)), PK)
    assert (told.rule, told.message) == ("M1", "Found. Hold shelf A7.")
    assert told.item is not None
    assert told.item.hold_until is not None
    assert told.item.hold_until > NOW
    assert told.item.episode == 1


@pytest.mark.parametrize("desk", RECEIVING)
def test_m4_found_after_its_hold_where_books_go_out_it_is_shipped_back(desk: Role) -> None:
    told = scan(ENDED, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("M4", Outcome.ACCEPTED, Tone.OK, "03")
    assert told.message == "Found. Ship back to Graz University Library."
    assert (told.state, told.destination) == (State.CLOSED, "graz")
    assert told.events == ("item.found", "item.returned_uncirculated", "temporary_item.deleted", "request.closed")
    assert "missing" in told.clears
    assert told.item is not None
    assert closed_as(told.item) is ClosedAs.RETURNED_UNCIRCULATED


def test_m4_what_went_missing_on_its_way_home_was_lent_and_is_closed_as_returned() -> None:
    told = scan(an_item(State.MISSING, circulated=True), RS)
    assert told.events == ("item.found", "temporary_item.deleted", "request.closed")
    assert told.item is not None
    assert closed_as(told.item) is ClosedAs.RETURNED


@pytest.mark.parametrize("desk", LENDING)
def test_m5_the_requester_who_brings_it_from_the_shelf_borrows_it(desk: Role) -> None:
    told = scan(VALID, desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone) == ("M5", Outcome.ACCEPTED, Tone.OK)
    assert told.message == "Checked out. Due 22 December."
    assert told.state is State.CHECKED_OUT
    assert told.events == ("item.found", "item.checked_out")
    assert "missing" in told.clears
    assert told.drop_notices


@pytest.mark.parametrize("desk", LENDING)
def test_m6_after_its_hold_even_the_requester_waits(desk: Role) -> None:
    told = scan(ENDED, desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("M6", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Hold ended. Close the patron and scan."


@pytest.mark.parametrize("found", [VALID, ENDED])
@pytest.mark.parametrize("desk", LENDING)
def test_m7_another_patron_does_not_get_it(desk: Role, found: Finding) -> None:
    told = scan(found, desk, With.OTHER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("M7", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Not available."


@pytest.mark.parametrize("desk", [PK, OT])
def test_l1_a_lost_book_that_turns_up_is_sent_to_resource_sharing_and_the_bill_is_work_for_staff(desk: Role) -> None:
    told = scan(Finding.LOST, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("L1", Outcome.ACCEPTED, Tone.ROUTE, "04")
    assert told.message == "Was lost, now found. Send to resource sharing."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_RS, "resource-sharing")
    assert told.events == ("item.found", "item.returned", "item.in_transit")
    assert told.exceptions == ("found_after_lost",)


@pytest.mark.parametrize("desk", RECEIVING)
def test_l2_a_lost_book_that_turns_up_where_books_go_out_is_closed_as_returned(desk: Role) -> None:
    told = scan(Finding.LOST, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("L2", Outcome.ACCEPTED, Tone.OK, "03")
    assert told.message == "Was lost, now found. Ship back to Graz University Library."
    assert (told.state, told.destination) == (State.CLOSED, "graz")
    assert told.events == ("item.found", "item.returned", "temporary_item.deleted", "request.closed")
    assert told.exceptions == ("found_after_lost",)
    assert told.item is not None
    assert closed_as(told.item) is ClosedAs.RETURNED


@pytest.mark.parametrize("card", [With.REQUESTER, With.OTHER])
@pytest.mark.parametrize("desk", LENDING)
def test_l3_a_lost_book_is_lent_to_nobody(desk: Role, card: With) -> None:
    told = scan(Finding.LOST, desk, card)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("L3", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Recorded as lost. Close the patron and scan to return it."
