"""U1-U6 and X2: a barcode that is on no open request, and receiving."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.answers import Outcome, Tone
from hub.core.barcode import Kind
from hub.core.context import NOTHING
from hub.core.decide import decide_item
from hub.core.decide_slip import decide_slip
from hub.core.desk import Role
from hub.core.lifecycle import Finding, With
from hub.core.request import State
from tests.support.builders import ANOTHER, BARCODE, NOW, SITE, a_context, a_desk, a_request, a_scan, an_item, known, scan

RS, PK, OT, JT, JO = Role
OPEN = sorted(set(Finding) - {Finding.UNKNOWN, Finding.CLOSED_ONLY})


@pytest.mark.parametrize("desk", [RS, JT, JO])
def test_u1_where_books_come_in_an_unknown_barcode_waits_for_its_slip(desk: Role) -> None:
    told = scan(Finding.UNKNOWN, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("U1", Outcome.UNKNOWN, Tone.INFO, "00")
    assert told.message == "Unknown. Scan the request slip to receive this item."
    assert told.context == NOTHING.with_item(BARCODE, NOW + timedelta(seconds=60))
    assert told.exceptions == ("unknown_barcode",)
    assert not told.moved


@pytest.mark.parametrize("desk", [RS, JO])
def test_u2_a_book_received_for_another_desk_is_sent_there(desk: Role) -> None:
    told = scan(Finding.UNKNOWN, desk, With.ARMED)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("U2", Outcome.ACCEPTED, Tone.ROUTE, "02")
    assert told.message == "Received. Send to Main Library."
    assert told.destination == "main"
    assert (told.was, told.state) == (State.REQUESTED, State.IN_TRANSIT_TO_PICKUP)
    assert told.events == ("item.received", "item.in_transit")
    assert [slip.kind for slip in told.slips] == ["transit"]
    assert told.notice is None


def test_u2_a_book_received_at_its_joint_pickup_desk_goes_on_the_shelf_and_its_patron_hears_of_it() -> None:
    told = scan(Finding.UNKNOWN, JT, With.ARMED)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("U2", Outcome.ACCEPTED, Tone.OK, "01")
    assert told.message == "Received. Hold shelf A7, until 4 December."
    assert told.state is State.ON_HOLD_SHELF
    assert told.events == ("item.received", "item.on_hold_shelf")
    assert [slip.kind for slip in told.slips] == ["hold"]
    assert told.notice is not None


@pytest.mark.parametrize("desk", [RS, JT, JO])
def test_u2_makes_the_temporary_item_and_puts_the_slip_away(desk: Role) -> None:
    told = scan(Finding.UNKNOWN, desk, With.ARMED)
    assert told.item is not None
    assert (told.item.key, told.item.request, told.item.barcode) == (0, ANOTHER, BARCODE)
    assert told.item.received_at == NOW
    assert told.context == NOTHING
    assert "unknown_barcode" in told.clears


@pytest.mark.parametrize("desk", [RS, JT, JO])
def test_u2_the_item_first_and_its_slip_second_is_as_good(desk: Role) -> None:
    first = scan(Finding.UNKNOWN, desk)
    slip = a_scan("ILL-000002-6", at=NOW + timedelta(seconds=20))
    item = replace(slip, barcode=BARCODE, kind=Kind.ITEM)
    request = a_request(key=ANOTHER)
    told = decide_slip(SITE, slip, a_desk(desk), first.context, request, (item, known(Finding.UNKNOWN)))
    assert (told.rule, told.moved) == ("U2", True)
    assert told.item is not None
    assert told.item.barcode == BARCODE
    assert told.context == NOTHING


LENDING_ONLY = [(desk, card) for desk in (PK, OT) for card in (With.NONE, With.REQUESTER, With.OTHER)]
PATRON_AT_JOINT_DESK = [(desk, card) for desk in (JT, JO) for card in (With.REQUESTER, With.OTHER)]


@pytest.mark.parametrize(("desk", "card"), LENDING_ONLY + PATRON_AT_JOINT_DESK)
def test_u3_where_books_are_lent_an_unknown_barcode_is_sent_to_resource_sharing_and_kept_as_work(desk: Role, card: With) -> None:
    told = scan(Finding.UNKNOWN, desk, card)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("U3", Outcome.UNKNOWN, Tone.NO, "00")
    assert told.message == "Not known here. Send to resource sharing."
    assert told.destination == "resource-sharing"
    assert told.exceptions == ("unknown_barcode",)
    assert told.context.item is None


@pytest.mark.parametrize("desk", [RS, JT, JO])
def test_u4_a_closed_loan_is_shipped_back(desk: Role) -> None:
    told = scan(Finding.CLOSED_ONLY, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("U4", Outcome.NO_CHANGE, Tone.INFO, "03")
    assert told.message == "Closed 23 November. Ship back to Graz University Library."
    assert (told.destination, told.state) == ("graz", State.CLOSED)
    assert told.context.item is None


@pytest.mark.parametrize(
    ("desk", "becomes", "message"),
    [
        (RS, State.IN_TRANSIT_TO_PICKUP, "Received. Send to Main Library."),
        (JO, State.IN_TRANSIT_TO_PICKUP, "Received. Send to Main Library."),
        (JT, State.ON_HOLD_SHELF, "Received. Hold shelf A7, until 4 December."),
    ],
)
def test_u5_a_lenders_barcode_may_come_again_on_a_new_request(desk: Role, becomes: State, message: str) -> None:
    told = scan(Finding.CLOSED_ONLY, desk, With.ARMED)
    assert (told.rule, told.state, told.message) == ("U5", becomes, message)
    assert told.request is not None
    assert told.request.key == ANOTHER
    assert told.item is not None
    assert told.item.request == ANOTHER


@pytest.mark.parametrize(("desk", "card"), LENDING_ONLY + PATRON_AT_JOINT_DESK)
def test_u6_where_books_are_lent_a_closed_loan_is_refused_and_kept_as_work(desk: Role, card: With) -> None:
    told = scan(Finding.CLOSED_ONLY, desk, card)
    assert (told.rule, told.outcome, told.tone) == ("U6", Outcome.REFUSED, Tone.NO)
    assert told.message == "This loan is closed. Send to resource sharing."
    assert told.destination == "resource-sharing"
    assert told.exceptions == ("closed_item_seen",)


@pytest.mark.parametrize("desk", [RS, JT, JO])
@pytest.mark.parametrize("found", OPEN)
def test_x2_a_slip_is_not_given_to_a_book_that_has_a_request(found: Finding, desk: Role) -> None:
    told = scan(found, desk, With.ARMED)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("X2", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "This is The Overstory; already on ILL-000001-8. Slip dropped - scan again to process it."
    assert told.context == NOTHING


def test_x2_holds_for_a_slip_scanned_after_the_book_too() -> None:
    waiting = NOTHING.with_item(BARCODE, NOW + timedelta(seconds=60))
    slip = a_scan("ILL-000002-6")
    taken_elsewhere = known(an_item(State.IN_TRANSIT_TO_PICKUP))
    item = replace(slip, barcode=BARCODE, kind=Kind.ITEM)
    told = decide_slip(SITE, slip, a_desk(RS), waiting, a_request(key=ANOTHER), (item, taken_elsewhere))
    assert (told.rule, told.moved) == ("X2", False)


# Guards of receive.


def test_nothing_is_received_for_a_pickup_desk_that_is_closed() -> None:
    told = scan(Finding.UNKNOWN, RS, With.ARMED, pickup_active=False)
    assert (told.rule, told.outcome, told.moved) == ("guard.desk_closed", Outcome.REFUSED, False)
    assert told.message == "Main Library takes no holds now. Change the pick-up desk first."
    assert told.context == NOTHING


@pytest.mark.parametrize("state", [State.IN_TRANSIT_TO_PICKUP, State.CLOSED])
def test_a_request_received_or_cancelled_elsewhere_meanwhile_is_not_received_again(state: State) -> None:
    told = scan(Finding.UNKNOWN, RS, With.ARMED, state=state)
    assert (told.rule, told.moved) == ("U1", False)
    assert told.context.request is None


@pytest.mark.parametrize(
    ("barcode", "kind", "rule"),
    [
        ("9780393635522", Kind.OTHER, "guard.isbn"),
        ("9780393635522", Kind.ITEM, "guard.isbn"),
        ("20000000000018", Kind.PATRON, "guard.patron"),
        ("QA76.73", Kind.OTHER, "guard.pattern"),
    ],
)
def test_a_doubtful_barcode_is_received_only_when_scanned_again(barcode: str, kind: Kind, rule: str) -> None:
    read, desk = known(Finding.UNKNOWN, With.ARMED), a_desk(RS)
    first = decide_item(SITE, a_scan(barcode, kind=kind), desk, a_context(With.ARMED), read)
    assert (first.rule, first.tone, first.moved) == (rule, Tone.INFO, False)
    again = decide_item(SITE, a_scan(barcode, kind=kind, at=NOW + timedelta(seconds=5)), desk, first.context, read)
    assert (again.rule, again.moved) == ("U2", True)


def test_another_doubtful_barcode_is_asked_about_anew() -> None:
    read, desk = known(Finding.UNKNOWN, With.ARMED), a_desk(RS)
    first = decide_item(SITE, a_scan("9780393635522"), desk, a_context(With.ARMED), read)
    other = decide_item(SITE, a_scan("9780141439549"), desk, first.context, read)
    assert (other.rule, other.moved) == ("guard.isbn", False)
