"""H1-H5 and P1-P6: an item on the hold shelf, and one that must leave it."""

from __future__ import annotations

import pytest

from broker.answers import Outcome, Tone
from hub.core.decide import closed_as
from hub.core.desk import Role
from hub.core.lifecycle import Finding, With
from hub.core.request import ClosedAs, Reason, State
from tests.support.builders import DUE, HOLD_UNTIL, an_item, scan

RS, PK, OT, JT, JO = Role
HELD = Finding.ON_HOLD_SHELF
LENDING = [PK, OT, JT, JO]
PULLED = [Finding.PULL_LENDABLE, Finding.PULL_BARRED]
LENDABLE = [Reason.EXPIRED, Reason.CANCELLED_BY_PATRON]
BARRED = [
    (Reason.CANCELLED_BY_STAFF, "Cancelled by staff. Cannot be lent."),
    (Reason.RECALLED, "Recalled. Cannot be lent."),
    (Reason.DAMAGED, "Damaged. Cannot be lent."),
]


@pytest.mark.parametrize("desk", [PK, JT])
def test_h1_scanning_the_shelf_changes_nothing_and_tells_nobody(desk: Role) -> None:
    told = scan(HELD, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("H1", Outcome.NO_CHANGE, Tone.INFO, "01")
    assert told.message == "On hold shelf A7 until 4 December. For pickup scan the patron card first."
    assert (told.moved, told.notice, told.slips) == (False, None, ())
    assert told.item == an_item(State.ON_HOLD_SHELF)


@pytest.mark.parametrize("desk", LENDING)
def test_h2_the_requester_borrows_it(desk: Role) -> None:
    told = scan(HELD, desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone) == ("H2", Outcome.ACCEPTED, Tone.OK)
    assert told.message == "Checked out. Due 22 December."
    assert (told.was, told.state) == (State.ON_HOLD_SHELF, State.CHECKED_OUT)
    assert told.events == ("item.checked_out",)
    assert told.drop_notices
    assert told.item is not None
    assert told.item.due_at == DUE


@pytest.mark.parametrize("desk", LENDING)
def test_h3_it_is_not_lent_to_another_patron(desk: Role) -> None:
    told = scan(HELD, desk, With.OTHER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("H3", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Held for another patron. Do not lend."
    assert (told.events, told.exceptions) == (("scan.refused",), ())


def test_h4_found_at_another_desk_it_goes_back_to_its_shelf_and_keeps_its_hold() -> None:
    told = scan(HELD, OT)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("H4", Outcome.ACCEPTED, Tone.ROUTE, "02")
    assert told.message == "Belongs on the hold shelf at Main Library. Send it there."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_PICKUP, "main")
    assert told.exceptions == ("off_shelf",)
    assert told.item is not None
    assert (told.item.hold_until, told.item.episode) == (HOLD_UNTIL, 1)


@pytest.mark.parametrize("desk", [RS, JO])
def test_h5_resource_sharing_sends_it_back_to_its_shelf_and_it_keeps_its_hold(desk: Role) -> None:
    told = scan(HELD, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("H5", Outcome.ACCEPTED, Tone.ROUTE, "02")
    assert told.message == "Still on hold at Main Library until 4 December. Send back, or cancel the hold first."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_PICKUP, "main")
    assert told.exceptions == ("off_shelf",)
    assert told.item is not None
    assert (told.item.hold_until, told.item.episode) == (HOLD_UNTIL, 1)


@pytest.mark.parametrize("astray", [OT, RS, JO])
def test_h4_h5_and_t1_back_on_the_shelf_there_is_no_second_ready_notice_in_the_same_episode(astray: Role) -> None:
    sent_back = scan(HELD, astray)
    assert sent_back.item is not None
    back = scan(sent_back.item, PK)
    assert (back.rule, back.state) == ("T1", State.ON_HOLD_SHELF)
    assert back.notice is not None
    assert back.notice.episode == an_item(State.ON_HOLD_SHELF).episode


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (Reason.EXPIRED, "hold expired"),
        (Reason.CANCELLED_BY_PATRON, "cancelled by patron"),
        (Reason.CANCELLED_BY_STAFF, "cancelled by staff"),
        (Reason.RECALLED, "recalled"),
        (Reason.DAMAGED, "damaged"),
    ],
)
def test_p1_at_its_pickup_desk_it_is_taken_off_the_shelf_and_sent_to_resource_sharing(reason: Reason, why: str) -> None:
    told = scan(an_item(State.PULL_FROM_SHELF, reason=reason), PK)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("P1", Outcome.ACCEPTED, Tone.ROUTE, "04")
    assert told.message == f"Take off shelf ({why}). Send to resource sharing."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_RS, "resource-sharing")
    assert told.events == ("item.pulled", "item.in_transit")
    [slip] = told.slips
    damage = ("damaged",) if reason is Reason.DAMAGED else ()
    assert slip.lines == ("Send to resource sharing", "The Overstory", *damage)


@pytest.mark.parametrize("found", PULLED)
def test_p2_at_another_desk_it_is_sent_to_resource_sharing(found: Finding) -> None:
    told = scan(found, OT)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("P2", Outcome.ACCEPTED, Tone.ROUTE, "04")
    assert told.message == "Send to resource sharing."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_RS, "resource-sharing")


@pytest.mark.parametrize("found", PULLED)
@pytest.mark.parametrize("desk", [RS, JT, JO])
def test_p3_where_books_go_out_it_is_closed_as_returned_uncirculated(found: Finding, desk: Role) -> None:
    told = scan(found, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("P3", Outcome.ACCEPTED, Tone.OK, "03")
    assert told.message == "Not picked up. Ship back to Graz University Library."
    assert (told.state, told.destination) == (State.CLOSED, "graz")
    assert told.events == ("item.returned_uncirculated", "temporary_item.deleted", "request.closed")
    assert told.item is not None
    assert closed_as(told.item) is ClosedAs.RETURNED_UNCIRCULATED


@pytest.mark.parametrize("reason", LENDABLE)
@pytest.mark.parametrize("desk", LENDING)
def test_p4_a_requester_who_comes_late_still_borrows_it_and_the_pull_is_cancelled(desk: Role, reason: Reason) -> None:
    told = scan(an_item(State.PULL_FROM_SHELF, reason=reason), desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone) == ("P4", Outcome.ACCEPTED, Tone.OK)
    assert told.message == "Hold had ended; checked out anyway. Due 22 December."
    assert told.state is State.CHECKED_OUT
    assert told.item is not None
    assert told.item.reason is None


@pytest.mark.parametrize(("reason", "message"), BARRED)
@pytest.mark.parametrize("desk", LENDING)
def test_p5_what_was_recalled_damaged_or_cancelled_by_staff_is_not_lent(desk: Role, reason: Reason, message: str) -> None:
    told = scan(an_item(State.PULL_FROM_SHELF, reason=reason), desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("P5", Outcome.REFUSED, Tone.NO, False)
    assert told.message == message


@pytest.mark.parametrize("found", PULLED)
@pytest.mark.parametrize("desk", LENDING)
def test_p6_another_patron_does_not_get_it(desk: Role, found: Finding) -> None:
    told = scan(found, desk, With.OTHER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("P6", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Not available."
