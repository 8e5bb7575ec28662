"""Renewed, lost, closed, brought back, and how many pieces are expected: row by row, for one book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.acts import Act, Wish
from hub.core.notices import NoticeType, once
from hub.core.request import ClosedAs, Reason, State
from tests.support.acting import (
    day_in_words,
    done,
    end_of,
    no,
    notice_of,
    refused,
    states,
    the_one,
    told,
    work,
)
from tests.support.builders import DUE, NOW, SITE, an_item

ON_ITS_WAY, SHELF, PULL, LENT = State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF, State.PULL_FROM_SHELF, State.CHECKED_OUT
BACK, MISSING, LOST, CLOSED, REQUESTED = State.IN_TRANSIT_TO_RS, State.MISSING, State.LOST, State.CLOSED, State.REQUESTED
BY_PATRON = Wish(act=Act.CANCEL, by=Reason.CANCELLED_BY_PATRON)


# -- lost


@pytest.mark.parametrize(("what", "kind"), [(Act.LOST, "lost"), (Act.CLAIMS_RETURNED, "claims_returned")])
def test_lost_and_claims_returned_are_work_for_staff_and_told_to_the_patron(what: Act, kind: str) -> None:
    change = done(what, an_item(LENT))
    one = the_one(change)
    assert (one.after.state, one.after.due_at, one.after.circulated) == (LOST, DUE, True)
    assert (change.events, work(change)) == (("item.lost",), [(kind, "main")])
    assert (told(change), notice_of(change)[0].episode) == ([NoticeType.LOST], once(one.after))


def test_claims_returned_does_not_close_the_loan_before_the_book_is_seen() -> None:
    change = done(Act.CLAIMS_RETURNED, an_item(LENT))
    assert (change.request.state, change.request.closed_as) == (LOST, None)


# -- renew


def test_renew_counts_the_policys_days_from_today_and_counts_the_renewals() -> None:
    soon = end_of(2026, 11, 26)
    change = done(Act.RENEW, an_item(LENT, due_at=soon))
    one = the_one(change)
    assert (one.after.state, one.after.due_at, one.after.renewals) == (LENT, DUE, 1)
    assert one.detail == f"due_at: {soon.isoformat()} -> {DUE.isoformat()}"
    assert (change.events, change.notices) == (("loan.renewed",), ())


def test_renew_by_a_day_that_is_named_is_cut_to_what_policy_and_lender_allow() -> None:
    loan = an_item(LENT, due_at=end_of(2026, 11, 26))
    assert the_one(done(Wish(act=Act.RENEW, day=date(2026, 12, 5)), loan)).after.due_at == end_of(2026, 12, 5)
    assert the_one(done(Wish(act=Act.RENEW, day=date(2027, 12, 5)), loan)).after.due_at == DUE
    cut = done(Wish(act=Act.RENEW, day=date(2027, 12, 5)), loan, partner_due=date(2026, 12, 17))
    assert the_one(cut).after.due_at == end_of(2026, 12, 10)


@pytest.mark.parametrize("day", [date(2026, 11, 26), date(2026, 11, 1)])
def test_renew_by_a_day_that_is_no_later_names_the_day_it_is_due(day: date) -> None:
    loan = an_item(LENT, due_at=end_of(2026, 11, 26))
    assert refused(Wish(act=Act.RENEW, day=day), loan) == no("no.renew.early", due=day_in_words(date(2026, 11, 26)))


def test_renew_is_refused_once_it_was_renewed_often_enough() -> None:
    loan = an_item(LENT, due_at=end_of(2026, 11, 26))
    assert the_one(done(Act.RENEW, replace(loan, renewals=1))).after.renewals == SITE.policy.renewals
    assert refused(Act.RENEW, replace(loan, renewals=2)) == no("no.renew.often", times=2)


def test_renew_is_refused_once_its_lender_has_recalled_it() -> None:
    assert refused(Act.RENEW, an_item(LENT, reason=Reason.RECALLED)) == no("no.renew.recalled")


def test_renew_on_the_day_it_was_lent_gains_nothing() -> None:
    assert refused(Act.RENEW, an_item(LENT), partner_due=None) == no("no.renew.early", due=day_in_words(DUE))


def test_renew_stops_where_its_lender_wants_it_home() -> None:
    loan = an_item(LENT, due_at=end_of(2026, 11, 28))
    assert refused(Act.RENEW, loan, partner_due=date(2026, 12, 5)) == no(
        "no.renew.partner", partner_due=day_in_words(date(2026, 12, 5)), due=day_in_words(date(2026, 11, 28))
    )


@pytest.mark.parametrize("lenders", [date(2026, 11, 20), date(2026, 11, 30)])
def test_renew_of_an_overdue_loan_that_must_be_on_its_way_home_is_refused(lenders: date) -> None:
    overdue = an_item(LENT, due_at=end_of(2026, 11, 22))
    assert refused(Act.RENEW, overdue, partner_due=lenders) == no(
        "no.renew.partner", partner_due=day_in_words(lenders), due=day_in_words(date(2026, 11, 22))
    )


# -- not-received, close, reactivate


def test_not_received_closes_the_request_and_tells_the_patron() -> None:
    change = done(Act.NOT_RECEIVED)
    assert (change.request.state, change.request.closed_as, change.request.cancelled) == (CLOSED, ClosedAs.NOT_RECEIVED, None)
    assert (change.events, told(change)) == (("request.closed",), [NoticeType.REQUEST_CANCELLED])
    assert "needed_by_passed" in change.clears


@pytest.mark.parametrize("state", [LOST, MISSING])
def test_close_what_stays_lost_ends_the_request_and_its_work(state: State) -> None:
    change = done(Act.CLOSE, an_item(state))
    assert (the_one(change).after.state, the_one(change).after.closed_as) == (CLOSED, ClosedAs.LOST)
    assert (change.request.state, change.request.closed_as) == (CLOSED, ClosedAs.LOST)
    assert (change.events, change.notices) == (("temporary_item.deleted", "request.closed"), ())
    assert {"missing", "lost", "claims_returned"} <= set(change.clears)


def test_close_what_has_not_come_says_to_cancel_it() -> None:
    assert refused(Act.CLOSE) == no("no.close.REQUESTED")


RETURNED = an_item(CLOSED, closed_as=ClosedAs.RETURNED, circulated=True, due_at=DUE, checked_out_at=NOW - timedelta(days=9))
UNUSED = an_item(CLOSED, closed_as=ClosedAs.RETURNED_UNCIRCULATED, reason=Reason.EXPIRED)
ON_LOAN_AGAIN = Wish(act=Act.REACTIVATE, to=LENT, note="still with the patron")


@pytest.mark.parametrize("item", [RETURNED, UNUSED])
def test_reactivate_brings_it_back_on_its_way_to_resource_sharing(item: Any) -> None:
    change = done(Act.REACTIVATE, item)
    one = the_one(change)
    assert (one.after.state, one.after.closed_as, one.after.reason) == (BACK, None, None)
    assert one.after.circulated is item.circulated
    assert (change.request.state, change.request.closed_as) == (BACK, None)
    assert (change.events, change.notices) == (("request.reactivated", "item.in_transit"), ())


def test_reactivate_on_loan_again_keeps_the_day_it_was_due() -> None:
    change = done(ON_LOAN_AGAIN, RETURNED)
    assert (states(change), the_one(change).after.due_at) == ([LENT], DUE)
    assert change.events == ("request.reactivated", "item.checked_out")


def test_reactivate_on_loan_what_never_was_begins_its_loan_now() -> None:
    after = the_one(done(ON_LOAN_AGAIN, UNUSED)).after
    assert (after.circulated, after.due_at, after.checked_out_at) == (True, DUE, NOW)


def test_reactivate_comes_too_late_after_the_policys_days() -> None:
    limit = NOW - timedelta(days=SITE.policy.reactivate_days)
    assert states(done(Act.REACTIVATE, RETURNED, closed_at=limit)) == [BACK]
    sentence = refused(Act.REACTIVATE, RETURNED, closed_at=limit - timedelta(seconds=1))
    assert sentence == no("no.reactivate.old", days=SITE.policy.reactivate_days)


def test_reactivate_on_loan_needs_somebody_who_has_it() -> None:
    assert refused(ON_LOAN_AGAIN, RETURNED, requester=None) == no("no.reactivate.requester")
    assert states(done(Act.REACTIVATE, RETURNED, requester=None)) == [BACK]


def test_reactivate_is_not_for_what_was_closed_without_its_item() -> None:
    lost = an_item(CLOSED, closed_as=ClosedAs.LOST)
    for sentence in (refused(Act.REACTIVATE, lost), refused(Act.REACTIVATE, state=CLOSED, closed_as=ClosedAs.CANCELLED)):
        assert sentence == no("no.reactivate.CLOSED")


def test_reactivate_leads_only_to_the_two_places_of_the_table() -> None:
    assert refused(Wish(act=Act.REACTIVATE, to=SHELF), RETURNED) == no("no.reactivate.CLOSED")


# -- pieces


@pytest.mark.parametrize("state", [state for state in State if state is not CLOSED])
def test_pieces_changes_how_many_are_expected_wherever_the_first_one_is(state: State) -> None:
    items = () if state is REQUESTED else (an_item(state),)
    change = done(Wish(act=Act.PIECES, pieces=2), *items)
    assert (change.request.pieces, change.request.state, change.moved) == (2, REQUESTED, ())
    assert (change.events, change.detail) == (("request.changed",), "pieces: 1 -> 2")


def test_pieces_of_a_closed_request_stay() -> None:
    assert refused(Wish(act=Act.PIECES, pieces=2), RETURNED) == no("no.pieces")
