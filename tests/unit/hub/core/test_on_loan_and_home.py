"""C1-C5 and B1-B3: an item on loan, and one on its way home."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.answers import Outcome, Tone
from hub.core.decide import closed_as
from hub.core.desk import Role
from hub.core.lifecycle import Finding, With
from hub.core.request import ClosedAs, Reason, State
from tests.support.builders import NOW, STATION, an_item, scan

RS, PK, OT, JT, JO = Role
LENDING = [PK, OT, JT, JO]
RECEIVING = [RS, JT, JO]
ON_LOAN = [Finding.CHECKED_OUT, Finding.JUST_CHECKED_OUT]


@pytest.mark.parametrize("desk", list(Role))
def test_c1_a_second_scan_at_the_hand_over_is_no_return(desk: Role) -> None:
    told = scan(Finding.JUST_CHECKED_OUT, desk)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("C1", Outcome.NO_CHANGE, Tone.INFO, False)
    assert told.message == "Checked out 10 s ago. Scan again later if it is a return."


@pytest.mark.parametrize(
    ("seconds", "station", "rule"), [(29.9, STATION, "C1"), (30, STATION, "C2"), (5, "there-1", "C2"), (-1, STATION, "C1")]
)
def test_c1_holds_for_thirty_seconds_at_the_station_that_lent_it(seconds: float, station: str, rule: str) -> None:
    lent = an_item(State.CHECKED_OUT, checked_out_at=NOW - timedelta(seconds=seconds), checked_out_by=station)
    assert scan(lent, PK).rule == rule


@pytest.mark.parametrize("desk", [PK, OT])
def test_c2_a_returned_book_is_sent_to_resource_sharing(desk: Role) -> None:
    told = scan(Finding.CHECKED_OUT, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("C2", Outcome.ACCEPTED, Tone.ROUTE, "04")
    assert told.message == "Returned. Send to resource sharing."
    assert (told.state, told.destination) == (State.IN_TRANSIT_TO_RS, "resource-sharing")
    assert told.events == ("item.returned", "item.in_transit")
    assert [slip.kind for slip in told.slips] == ["transit"]


@pytest.mark.parametrize("desk", RECEIVING)
def test_c3_returned_where_books_go_out_the_loan_is_closed_in_one_step(desk: Role) -> None:
    told = scan(Finding.CHECKED_OUT, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("C3", Outcome.ACCEPTED, Tone.OK, "03")
    assert told.message == "Returned. Ship back to Graz University Library."
    assert (told.state, told.destination) == (State.CLOSED, "graz")
    assert told.events == ("item.returned", "temporary_item.deleted", "request.closed")
    assert [slip.kind for slip in told.slips] == ["return"]
    assert told.item is not None
    assert closed_as(told.item) is ClosedAs.RETURNED


@pytest.mark.parametrize("found", ON_LOAN)
@pytest.mark.parametrize("desk", LENDING)
def test_c4_with_the_borrowers_card_open_nothing_is_returned_by_accident(desk: Role, found: Finding) -> None:
    told = scan(found, desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("C4", Outcome.NO_CHANGE, Tone.INFO, False)
    assert told.message == "Already on this card, due 22 December. Close the patron to return it."


@pytest.mark.parametrize("found", ON_LOAN)
@pytest.mark.parametrize("desk", LENDING)
def test_c5_a_book_on_loan_is_not_lent_to_another_patron(desk: Role, found: Finding) -> None:
    told = scan(found, desk, With.OTHER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("C5", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "On loan to someone else. Close the patron and scan to return it first."


@pytest.mark.parametrize("desk", RECEIVING)
def test_b1_home_again_it_is_closed_and_shipped_back(desk: Role) -> None:
    told = scan(Finding.IN_TRANSIT_TO_RS, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("B1", Outcome.ACCEPTED, Tone.OK, "03")
    assert told.message == "Done. Ship back to Graz University Library by 31 January 2027."
    assert (told.state, told.destination) == (State.CLOSED, "graz")
    [slip] = told.slips
    assert (slip.kind, slip.lines) == ("return", ("Ship back to Graz University Library", "by 31 January 2027", "The Overstory"))


def test_b1_names_no_day_where_the_partner_set_none() -> None:
    assert scan(Finding.IN_TRANSIT_TO_RS, RS, partner_due=None).message == "Done. Ship back to Graz University Library."
    assert scan(Finding.IN_TRANSIT_TO_RS, RS, partner_due=date(2026, 12, 31)).message.endswith("by 31 December.")


@pytest.mark.parametrize(
    ("lent", "outcome", "events"),
    [
        (True, ClosedAs.RETURNED, ("temporary_item.deleted", "request.closed")),
        (False, ClosedAs.RETURNED_UNCIRCULATED, ("item.returned_uncirculated", "temporary_item.deleted", "request.closed")),
    ],
)
def test_b1_closes_as_returned_only_what_was_lent(lent: bool, outcome: ClosedAs, events: tuple[str, ...]) -> None:
    told = scan(an_item(State.IN_TRANSIT_TO_RS, circulated=lent), RS)
    assert told.events == events
    assert told.item is not None
    assert closed_as(told.item) is outcome


@pytest.mark.parametrize("desk", [PK, OT])
def test_b2_on_its_way_home_it_is_sent_on(desk: Role) -> None:
    told = scan(Finding.IN_TRANSIT_TO_RS, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("B2", Outcome.NO_CHANGE, Tone.ROUTE, "04")
    assert told.message == "On its way back. Send to resource sharing."
    assert (told.destination, told.moved, told.events) == ("resource-sharing", False, ("item.sighted",))
    assert [slip.kind for slip in told.slips] == ["transit"]


@pytest.mark.parametrize("reason", [Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF])
def test_b2_a_cancelled_book_is_not_put_on_the_shelf(reason: Reason) -> None:
    told = scan(an_item(State.IN_TRANSIT_TO_RS, circulated=False, reason=reason), PK)
    assert told.message == "Cancelled - do not shelve. Send to resource sharing."


@pytest.mark.parametrize("card", [With.REQUESTER, With.OTHER])
@pytest.mark.parametrize("desk", LENDING)
def test_b3_what_was_returned_is_lent_to_nobody(desk: Role, card: With) -> None:
    told = scan(Finding.IN_TRANSIT_TO_RS, desk, card)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("B3", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Already returned. Resource sharing can reactivate it."
