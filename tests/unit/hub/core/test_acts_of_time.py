"""What the passing of time does to one book: it is said, and only the end of a hold changes what the book is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from hub.core.acts import ACTS, OF_TIME, Act
from hub.core.decide_act import Change
from hub.core.notices import NoticeType, day_number
from hub.core.request import ClosedAs, Item, Reason, State
from hub.core.telling import Telling, Terms
from tests.support.acting import act, done, end_of, notice_of, the_one, told, work
from tests.support.builders import DUE, HOLD_UNTIL, SITE, ZONE, an_item

ON_ITS_WAY, SHELF, PULL, LENT = State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF, State.PULL_FROM_SHELF, State.CHECKED_OUT
BACK, CLOSED, REQUESTED = State.IN_TRANSIT_TO_RS, State.CLOSED, State.REQUESTED


def test_expire_on_the_hold_shelf_sends_the_desk_to_pull_it_and_tells_the_patron() -> None:
    held = an_item(SHELF, hold_until=end_of(2026, 11, 23))
    change = done(Act.EXPIRE, held)
    one = the_one(change)
    assert (one.after.state, one.after.reason, one.after.hold_until) == (PULL, Reason.EXPIRED, held.hold_until)
    assert (change.events, change.drop_notices) == (("hold.expired",), True)
    assert (told(change), notice_of(change)[0].episode) == ([NoticeType.HOLD_EXPIRED], day_number(end_of(2026, 11, 23), ZONE))


def test_expire_is_not_for_a_hold_that_still_lasts() -> None:
    assert isinstance(act(Act.EXPIRE, an_item(SHELF)), str)
    assert isinstance(act(Act.EXPIRE, an_item(SHELF, hold_until=None)), str)


def test_expire_moves_no_book_so_a_scan_from_before_it_is_not_late() -> None:
    """A station without network may have lent it on its last day."""
    held = an_item(SHELF, hold_until=end_of(2026, 11, 23))
    assert the_one(done(Act.EXPIRE, held)).after.changed_at == held.changed_at


def only_says(what: Act, item: Item) -> Change:
    """Let its day come for a book; it changes nothing."""
    change = done(what, item, only=item)
    assert the_one(change).after is the_one(change).before
    assert (change.request.state, change.changed, change.exceptions) == (item.state, False, ())
    return change


def test_remind_tells_the_patron_until_when_it_waits() -> None:
    change = only_says(Act.REMIND, an_item(SHELF))
    assert (told(change), change.events) == ([NoticeType.HOLD_REMINDER], ())
    assert notice_of(change)[0].episode == day_number(HOLD_UNTIL, ZONE)


def test_due_soon_tells_the_patron_when_it_is_due() -> None:
    change = only_says(Act.DUE_SOON, an_item(LENT))
    assert (told(change), change.events) == ([NoticeType.DUE_SOON], ())
    assert notice_of(change)[0].episode == day_number(DUE, ZONE)


def test_overdue_tells_the_patron_and_whoever_listens() -> None:
    change = only_says(Act.OVERDUE, an_item(LENT))
    assert (told(change), change.events) == ([NoticeType.OVERDUE], ("loan.overdue",))
    assert notice_of(change)[0].episode == day_number(DUE, ZONE)


@pytest.mark.parametrize("state", [ON_ITS_WAY, BACK])
def test_transit_old_is_work_for_staff_and_moves_nothing(state: State) -> None:
    item = an_item(state)
    change = done(Act.TRANSIT_OLD, item, only=item)
    assert the_one(change).after is item
    assert (change.changed, change.events, change.notices, work(change)) == (False, (), (), [("transit_too_old", "main")])


def test_needed_by_is_work_for_staff_and_changes_nothing() -> None:
    change = done(Act.NEEDED_BY)
    assert (change.request.state, change.changed, change.moved) == (REQUESTED, False, ())
    assert (change.events, change.notices, work(change)) == ((), (), [("needed_by_passed", "main")])


def test_forget_is_for_closed_requests_only_and_has_a_flow_of_its_own() -> None:
    assert [row.was for row in ACTS if row.act is Act.FORGET] == [CLOSED]


@pytest.mark.parametrize(
    ("what", "state"),
    [(what, state) for what in sorted(OF_TIME) for state in State if not any(row.act is what and row.was is state for row in ACTS)],
)
def test_a_day_that_comes_for_what_has_moved_on_does_nothing(what: Act, state: State) -> None:
    items = () if state is REQUESTED else (an_item(state),)
    assert isinstance(act(what, *items), str)


OTHERS: tuple[tuple[State, ...], ...] = ((), (SHELF,), (LENT, CLOSED), (REQUESTED,))
REQUEST_IS: tuple[dict[str, Any], ...] = ({}, {"pieces": 4}, {"state": SHELF}, {"state": CLOSED}, {"closed_as": ClosedAs.LOST})


@pytest.mark.parametrize("what", sorted(OF_TIME))
@pytest.mark.parametrize("sends", [frozenset(NoticeType), frozenset[NoticeType]()])
def test_what_is_said_of_one_piece_is_what_the_way_of_all_acts_says(what: Act, sends: frozenset[NoticeType]) -> None:
    """A piece that is not the very one among the request's goes the long way."""
    site = replace(SITE, telling=Telling(Terms(send=sends)))
    for state, others, request_is in product(State, OTHERS, REQUEST_IS):
        item = an_item(state)
        items = (item, *(an_item(other, key=item.key + place, piece=item.piece + place) for place, other in enumerate(others, 1)))
        short = act(what, *items, only=item, site=site, **request_is)
        assert short == act(what, *items, only=replace(item), site=site, **request_is), (state, others, request_is)
