"""What staff do to one book without a scan, row by row: where it comes to, what the patron is told, what is left to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hub.core.acts import ACTS, Act, Wish, row_for
from hub.core.decide_act import Change
from hub.core.desk import Role
from hub.core.notices import NoticeType, day_number, once
from hub.core.opening import Opening
from hub.core.request import ClosedAs, Reason, State
from hub.core.telling import Telling, Terms
from tests.support.acting import (
    EAST,
    day_in_words,
    done,
    end_of,
    no,
    notice_of,
    refused,
    state_in_words,
    states,
    the_one,
    told,
    work,
)
from tests.support.builders import DUE, HOLD_UNTIL, NOW, SITE, ZONE, a_desk, an_item

ON_ITS_WAY, SHELF, PULL, LENT = State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF, State.PULL_FROM_SHELF, State.CHECKED_OUT
BACK, MISSING, LOST, CLOSED, REQUESTED = State.IN_TRANSIT_TO_RS, State.MISSING, State.LOST, State.CLOSED, State.REQUESTED
BY_PATRON = Wish(act=Act.CANCEL, by=Reason.CANCELLED_BY_PATRON)


@pytest.mark.parametrize("what", Act)
def test_every_act_has_a_test_of_its_name(what: Act) -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_acts*.py"))
    assert f"def test_{what.replace('-', '_')}_" in written


def test_no_act_has_two_rows_that_lead_to_the_same_place() -> None:
    ways = [(row.act, row.was, row.to) for row in ACTS]
    assert len(ways) == len(set(ways))


# -- cancel


def test_cancel_what_has_not_come_closes_the_request_and_tells_the_patron() -> None:
    change = done(BY_PATRON)
    assert (change.request.state, change.request.closed_as) == (CLOSED, ClosedAs.CANCELLED)
    assert change.request.cancelled is Reason.CANCELLED_BY_PATRON
    assert change.events == ("request.cancelled", "request.closed")
    assert (told(change), change.moved, change.exceptions) == ([NoticeType.REQUEST_CANCELLED], (), ())
    assert "needed_by_passed" in change.clears


def test_cancel_on_its_way_turns_the_book_round() -> None:
    change = done(BY_PATRON, an_item(ON_ITS_WAY))
    one = the_one(change)
    assert (one.after.state, one.after.reason) == (BACK, Reason.CANCELLED_BY_PATRON)
    assert (change.request.state, change.request.closed_as) == (BACK, None)
    assert change.events == ("request.cancelled", "item.in_transit")
    assert told(change) == [NoticeType.REQUEST_CANCELLED]
    assert change.drop_notices


def test_cancel_on_the_hold_shelf_sends_the_desk_to_pull_it() -> None:
    change = done(BY_PATRON, an_item(SHELF))
    one = the_one(change)
    assert (one.after.state, one.after.reason) == (PULL, Reason.CANCELLED_BY_PATRON)
    assert change.events == ("request.cancelled",)
    assert told(change) == [NoticeType.REQUEST_CANCELLED]
    assert change.drop_notices


@pytest.mark.parametrize("state", [PULL, MISSING])
def test_cancel_what_has_expired_or_is_missing_keeps_its_place_and_bars_it(state: State) -> None:
    change = done(Act.CANCEL, an_item(state))
    one = the_one(change)
    assert (one.after.state, one.after.reason) == (state, Reason.CANCELLED_BY_STAFF)
    assert change.events == ("request.cancelled",)
    assert told(change) == [NoticeType.REQUEST_CANCELLED]


@pytest.mark.parametrize("by", [None, Reason.CANCELLED_BY_STAFF])
def test_cancel_is_by_staff_unless_said(by: Reason | None) -> None:
    change = done(Wish(act=Act.CANCEL, by=by), an_item(SHELF))
    assert (the_one(change).after.reason, change.request.cancelled) == (Reason.CANCELLED_BY_STAFF, Reason.CANCELLED_BY_STAFF)


@pytest.mark.parametrize("state", [PULL, MISSING])
@pytest.mark.parametrize("reason", [Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF, Reason.RECALLED])
def test_cancel_twice_or_after_a_recall_has_nothing_left_to_cancel(state: State, reason: Reason) -> None:
    """A patron who gives up a recalled book must not make it lendable again, and is told once."""
    assert refused(BY_PATRON, an_item(state, reason=reason)) == no("no.cancel", state=state_in_words(state))


def test_cancel_of_a_loan_that_went_missing_on_its_way_home_comes_too_late() -> None:
    assert refused(BY_PATRON, an_item(MISSING, circulated=True)) == no("no.cancel", state=state_in_words(MISSING))


def test_cancel_of_a_loan_says_to_recall_it() -> None:
    assert refused(Act.CANCEL, an_item(LENT)) == no("no.cancel.CHECKED_OUT")


# -- recall


def test_recall_on_its_way_turns_the_book_round() -> None:
    change = done(Act.RECALL, an_item(ON_ITS_WAY))
    assert (the_one(change).after.state, the_one(change).after.reason) == (BACK, Reason.RECALLED)
    assert change.events == ("loan.recalled", "item.in_transit")
    assert told(change) == [NoticeType.RECALLED]
    assert change.drop_notices


def test_recall_on_the_hold_shelf_sends_the_desk_to_pull_it() -> None:
    change = done(Act.RECALL, an_item(SHELF))
    one = the_one(change)
    assert (one.after.state, one.after.reason) == (PULL, Reason.RECALLED)
    assert change.events == ("loan.recalled",)
    assert notice_of(change)[0].episode == once(one.after)
    assert change.drop_notices


@pytest.mark.parametrize("reason", [Reason.EXPIRED, Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF])
def test_recall_of_what_is_to_be_pulled_already_bars_it_and_tells_nobody_again(reason: Reason) -> None:
    change = done(Act.RECALL, an_item(PULL, reason=reason))
    assert (the_one(change).after.state, the_one(change).after.reason) == (PULL, Reason.RECALLED)
    assert (change.events, change.notices) == (("loan.recalled",), ())


def test_recall_twice_off_the_shelf_has_nothing_to_recall() -> None:
    assert refused(Act.RECALL, an_item(PULL, reason=Reason.RECALLED)) == no("no.recall", state=state_in_words(PULL))


def test_recall_of_a_loan_shortens_it_to_the_policys_days() -> None:
    change = done(Act.RECALL, an_item(LENT))
    one = the_one(change)
    assert (one.after.state, one.after.reason) == (LENT, Reason.RECALLED)
    assert one.after.due_at == end_of(2026, 12, 1)
    assert one.detail == f"due_at: {DUE.isoformat()} -> {end_of(2026, 12, 1).isoformat()}"
    assert (change.events, change.drop_notices) == (("loan.recalled",), False)
    notice, about = notice_of(change)
    assert (notice.type, notice.episode) == (NoticeType.RECALLED, day_number(end_of(2026, 12, 1), ZONE))
    assert about is not None
    assert about.due_at == end_of(2026, 12, 1)


def test_recall_of_a_loan_by_a_day_that_is_named() -> None:
    assert the_one(done(Wish(act=Act.RECALL, day=date(2026, 12, 10)), an_item(LENT))).after.due_at == end_of(2026, 12, 10)


def test_recall_of_a_loan_by_a_day_that_is_past_is_due_today() -> None:
    assert the_one(done(Wish(act=Act.RECALL, day=date(2026, 11, 1)), an_item(LENT))).after.due_at == end_of(2026, 11, 24)


def test_recall_never_lengthens_a_loan() -> None:
    soon = end_of(2026, 11, 26)
    assert the_one(done(Act.RECALL, an_item(LENT, due_at=soon))).after.due_at == soon
    later = Wish(act=Act.RECALL, day=date(2026, 11, 27))
    assert refused(later, an_item(LENT, due_at=soon)) == no("no.recall.longer", due=day_in_words(soon))


def test_recall_again_by_an_earlier_day_shortens_it_once_more_and_tells_so() -> None:
    recalled = an_item(LENT, due_at=end_of(2026, 12, 1), reason=Reason.RECALLED)
    change = done(Wish(act=Act.RECALL, day=date(2026, 11, 27)), recalled)
    assert the_one(change).after.due_at == end_of(2026, 11, 27)
    assert told(change) == [NoticeType.RECALLED]


# -- extend


def test_extend_on_the_hold_shelf_counts_the_policys_days_from_today() -> None:
    change = done(Act.EXTEND, an_item(SHELF, hold_until=end_of(2026, 11, 25)))
    one = the_one(change)
    assert (one.after.state, one.after.hold_until, one.after.episode) == (SHELF, HOLD_UNTIL, 1)
    assert one.detail == f"hold_until: {end_of(2026, 11, 25).isoformat()} -> {HOLD_UNTIL.isoformat()}"
    assert change.events == ("hold.extended",)
    assert (notice_of(change)[0].type, notice_of(change)[0].episode) == (NoticeType.HOLD_EXTENDED, day_number(HOLD_UNTIL, ZONE))


def test_extend_counts_open_days_of_the_pickup_desk() -> None:
    closed = Opening(closed=frozenset({date(2026, 12, 3), date(2026, 12, 4)}))
    change = done(Act.EXTEND, an_item(SHELF, hold_until=end_of(2026, 11, 25)), pickup=a_desk(opening=closed))
    assert the_one(change).after.hold_until == end_of(2026, 12, 6)


def test_extend_an_expired_hold_begins_it_again_on_the_shelf() -> None:
    change = done(Act.EXTEND, an_item(PULL, hold_until=end_of(2026, 11, 23)))
    one = the_one(change)
    assert (one.after.state, one.after.reason, one.after.hold_until) == (SHELF, None, HOLD_UNTIL)
    assert one.after.shelf_code == "A7"
    assert change.events == ("hold.extended", "item.on_hold_shelf")
    assert told(change) == [NoticeType.HOLD_EXTENDED]
    assert change.drop_notices
    assert "came_too_late" in change.clears


@pytest.mark.parametrize("reason", [Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF, Reason.RECALLED])
def test_extend_does_not_hold_what_was_cancelled_or_recalled(reason: Reason) -> None:
    assert refused(Act.EXTEND, an_item(PULL, reason=reason)) == no("no.extend", state=state_in_words(PULL))


def test_extend_by_a_day_that_is_named_may_come_up_to_the_lenders_day_but_not_past_it() -> None:
    lenders = date(2026, 12, 20)
    change = done(Wish(act=Act.EXTEND, day=lenders), an_item(SHELF), partner_due=lenders)
    assert the_one(change).after.hold_until == end_of(2026, 12, 20)
    past = Wish(act=Act.EXTEND, day=date(2026, 12, 21))
    assert refused(past, an_item(SHELF), partner_due=lenders) == no(
        "no.extend.partner", date=day_in_words(date(2026, 12, 21)), partner_due=day_in_words(lenders)
    )


def test_extend_by_the_policy_stops_at_the_lenders_day() -> None:
    change = done(Act.EXTEND, an_item(SHELF, hold_until=end_of(2026, 11, 25)), partner_due=date(2026, 11, 29))
    assert the_one(change).after.hold_until == end_of(2026, 11, 29)


@pytest.mark.parametrize("lenders", [date(2026, 11, 20), date(2026, 11, 25)])
def test_extend_says_that_the_lender_wants_it_where_that_leaves_no_day(lenders: date) -> None:
    sentence = refused(Act.EXTEND, an_item(SHELF, hold_until=end_of(2026, 11, 25)), partner_due=lenders)
    assert sentence == no("no.extend.partner", date=day_in_words(date(2026, 12, 4)), partner_due=day_in_words(lenders))


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 12, 3), date(2026, 12, 4)])
def test_extend_needs_a_later_day(day: date) -> None:
    assert refused(Wish(act=Act.EXTEND, day=day), an_item(SHELF)) == no("no.extend.earlier", until=day_in_words(HOLD_UNTIL))


def test_extend_of_a_hold_that_is_longer_than_the_policys_leaves_it() -> None:
    assert refused(Act.EXTEND, an_item(SHELF)) == no("no.extend.earlier", until=day_in_words(HOLD_UNTIL))


# -- change-pickup


TO_EAST = Wish(act=Act.CHANGE_PICKUP, desk=EAST)


def test_change_pickup_before_it_comes_changes_only_where_it_goes() -> None:
    change = done(TO_EAST)
    assert (change.request.pickup_desk, change.request.pickup_name, change.request.state) == ("east", "East Library", REQUESTED)
    assert change.detail == "pickup_desk: main -> east"
    assert (change.events, change.notices, change.exceptions) == (("request.changed",), (), ())


def test_change_pickup_on_its_way_changes_where_it_goes() -> None:
    change = done(TO_EAST, an_item(ON_ITS_WAY))
    assert (change.request.pickup_desk, states(change)) == ("east", [ON_ITS_WAY])
    assert (change.events, change.exceptions) == (("request.changed",), ())


def test_change_pickup_of_a_book_that_strayed_from_its_shelf_begins_its_hold_anew_at_the_other_desk() -> None:
    strayed = an_item(ON_ITS_WAY, hold_until=HOLD_UNTIL, shelf_code="A7", episode=1)
    after = the_one(done(TO_EAST, strayed)).after
    assert (after.hold_until, after.shelf_code, after.episode) == (None, None, 1)


def test_change_pickup_on_the_hold_shelf_sends_it_on_and_leaves_a_pull_line_at_the_old_desk() -> None:
    change = done(TO_EAST, an_item(SHELF))
    one = the_one(change)
    assert (one.after.state, one.after.hold_until, one.after.shelf_code) == (ON_ITS_WAY, None, None)
    assert change.request.pickup_desk == "east"
    assert change.events == ("request.changed", "item.in_transit")
    assert work(change) == [("moved_elsewhere", "main")]
    assert change.exceptions[0].item is not None
    assert change.exceptions[0].item.shelf_code == "A7"
    assert (change.drop_notices, change.notices) == (True, ())


def test_change_pickup_of_a_missing_book_begins_its_hold_anew_where_it_is_found() -> None:
    after = the_one(done(TO_EAST, an_item(MISSING))).after
    assert (after.state, after.hold_until, after.shelf_code) == (MISSING, None, None)


@pytest.mark.parametrize(
    ("desk", "sentence", "name"),
    [
        (a_desk(), "no.change-pickup.same", "Main Library"),
        (a_desk(Role.OT, active=False), "no.change-pickup.desk", "East Library"),
        (a_desk(Role.RS), "no.change-pickup.desk", "Resource Sharing"),
        (None, "no.change-pickup.desk", "-"),
    ],
)
def test_change_pickup_needs_another_desk_that_takes_holds(desk: Any, sentence: str, name: str) -> None:
    assert refused(Wish(act=Act.CHANGE_PICKUP, desk=desk), an_item(SHELF)) == no(sentence, pickup=name)


# -- missing and found


@pytest.mark.parametrize("state", [ON_ITS_WAY, SHELF, PULL, BACK])
def test_missing_is_work_for_its_desk_and_no_news_for_the_patron(state: State) -> None:
    change = done(Act.MISSING, an_item(state))
    one = the_one(change)
    assert (one.after.state, one.after.changed_at, change.request.state) == (MISSING, NOW, MISSING)
    assert (one.after.reason, one.after.circulated) == (one.before.reason, one.before.circulated)
    assert (change.events, change.notices, work(change)) == (("item.missing",), (), [("missing", "main")])
    assert change.drop_notices is (state is SHELF)
    assert "transit_too_old" in change.clears


def test_missing_keeps_the_hold_date_and_the_place_for_when_it_is_found() -> None:
    after = the_one(done(Act.MISSING, an_item(SHELF))).after
    assert (after.hold_until, after.shelf_code, after.episode) == (HOLD_UNTIL, "A7", 1)


@pytest.mark.parametrize("state", [MISSING, LOST])
def test_found_is_for_what_is_missing_or_lost_and_the_scan_table_says_what_follows(state: State) -> None:
    row = row_for(Act.FOUND, state)
    assert row is not None
    assert (row.to, row.events, row.notice) == (None, (), None)


# -- what holds for all


@pytest.mark.parametrize(
    ("wish", "item"),
    [
        (Act.CANCEL, an_item(PULL)),
        (Act.CANCEL, an_item(MISSING)),
        (Act.RECALL, an_item(PULL)),
        (Act.RECALL, an_item(LENT)),
        (Wish(act=Act.EXTEND, day=date(2026, 12, 10)), an_item(SHELF)),
        (TO_EAST, an_item(ON_ITS_WAY)),
        (Act.RENEW, an_item(LENT, due_at=end_of(2026, 11, 26))),
    ],
)
def test_an_act_that_moves_no_book_makes_no_scan_late(wish: Act | Wish, item: Any) -> None:
    """A station without network may bring a scan from before it; the book was where that scan says."""
    one = the_one(done(wish, item))
    assert (one.after.state, one.after.changed_at, one.after.version) == (item.state, item.changed_at, item.version + 1)


@pytest.mark.parametrize("notices", [frozenset[NoticeType](), frozenset({NoticeType.OVERDUE})])
def test_a_site_that_does_not_send_a_notice_queues_none(notices: frozenset[NoticeType]) -> None:
    site = replace(SITE, telling=Telling(Terms(send=notices)))
    changes: list[Change] = [
        done(Act.CANCEL, site=site), done(Act.RECALL, an_item(LENT), site=site), done(Act.LOST, an_item(LENT), site=site),
        done(Act.EXTEND, an_item(PULL, hold_until=end_of(2026, 11, 23)), site=site),
    ]  # fmt: skip
    assert [told(change) for change in changes] == [[], [], [], []]


def test_a_notice_waits_so_that_a_mistake_can_be_undone() -> None:
    assert notice_of(done(Act.CANCEL))[0].not_before == NOW + SITE.telling.usual.delay
