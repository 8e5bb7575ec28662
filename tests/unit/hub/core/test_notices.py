"""When a notice may leave, and its name for ever; the place on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.core.desk import Role, role_for
from hub.core.notices import NoticeType, Subject, day_number, message_id, still_true
from hub.core.request import ClosedAs, Item, Reason, State
from tests.support.builders import DUE, HOLD_UNTIL, NOW, ZONE, a_desk, a_request, an_item

N = NoticeType
READY = NoticeType.READY_FOR_PICKUP
HOLD_DAY, DUE_DAY = day_number(HOLD_UNTIL, ZONE), day_number(DUE, ZONE)
LONG_AFTER = DUE + timedelta(days=1)
A_WEEK = timedelta(days=7)

HELD = an_item(State.ON_HOLD_SHELF)
EXPIRED = an_item(State.PULL_FROM_SHELF, reason=Reason.EXPIRED)
LENT = an_item(State.CHECKED_OUT)
CANCELLED = an_item(State.PULL_FROM_SHELF, reason=Reason.CANCELLED_BY_PATRON)
TURNED_ROUND = an_item(State.IN_TRANSIT_TO_RS, reason=Reason.CANCELLED_BY_STAFF, circulated=False)
CALLED_BACK = an_item(State.PULL_FROM_SHELF, reason=Reason.RECALLED)
BACK = an_item(State.IN_TRANSIT_TO_RS)
GONE_HOME = an_item(State.CLOSED, closed_as=ClosedAs.RETURNED)
LOST = an_item(State.LOST)


def leaves(
    notice: NoticeType, item: Item | None, episode: int = 1, *, at: datetime = NOW, others: Sequence[Item] = (), **request: Any
) -> bool:
    """Say whether a notice about this item, as it is now, may leave."""
    about = a_request(State.REQUESTED if item is None else item.state, closed_as=None)
    return still_true(notice, Subject(replace(about, **request), item, others), episode, at, ZONE)


TRUE = [
    (READY, HELD, 1, NOW),
    (N.HOLD_REMINDER, HELD, HOLD_DAY, HOLD_UNTIL),
    (N.HOLD_EXTENDED, HELD, HOLD_DAY, NOW),
    (N.HOLD_EXPIRED, EXPIRED, 4, NOW),
    (N.HOLD_EXPIRED, replace(EXPIRED, state=State.IN_TRANSIT_TO_RS), 4, NOW),
    (N.REQUEST_CANCELLED, CANCELLED, 4, NOW),
    (N.REQUEST_CANCELLED, TURNED_ROUND, 4, NOW),
    (N.CHECKOUT_RECEIPT, LENT, 4, NOW),
    (N.CHECKOUT_RECEIPT, GONE_HOME, 4, NOW),
    (N.DUE_SOON, LENT, DUE_DAY, DUE),
    (N.OVERDUE, LENT, DUE_DAY, LONG_AFTER),
    (N.RECALLED, LENT, DUE_DAY, NOW),
    (N.RECALLED, CALLED_BACK, DUE_DAY, NOW),
    (N.RECALLED, replace(TURNED_ROUND, reason=Reason.RECALLED), DUE_DAY, NOW),
    (N.RETURN_RECEIPT, BACK, 4, NOW),
    (N.RETURN_RECEIPT, GONE_HOME, 4, NOW),
    (N.LOST, LOST, 4, NOW),
    (N.LOST, an_item(State.CLOSED, closed_as=ClosedAs.LOST), 4, NOW),
    (N.FOUND, BACK, 4, NOW),
    (N.FOUND, GONE_HOME, 4, NOW),
]
NO_LONGER_TRUE = [
    ("picked up", READY, LENT, 1, NOW),
    ("strayed off the shelf", READY, an_item(State.IN_TRANSIT_TO_PICKUP, episode=1), 1, NOW),
    ("another stay on the shelf", READY, replace(HELD, episode=2), 1, NOW),
    ("picked up", N.HOLD_REMINDER, LENT, HOLD_DAY, NOW),
    ("extended", N.HOLD_REMINDER, replace(HELD, hold_until=HOLD_UNTIL + A_WEEK), HOLD_DAY, NOW),
    ("the hour has passed", N.HOLD_REMINDER, HELD, HOLD_DAY, HOLD_UNTIL + timedelta(seconds=1)),
    ("expired", N.HOLD_REMINDER, EXPIRED, HOLD_DAY, NOW),
    ("missing", N.HOLD_REMINDER, an_item(State.MISSING), HOLD_DAY, NOW),
    ("extended again", N.HOLD_EXTENDED, replace(HELD, hold_until=HOLD_UNTIL + A_WEEK), HOLD_DAY, NOW),
    ("cancelled", N.HOLD_EXTENDED, CANCELLED, HOLD_DAY, NOW),
    ("extended", N.HOLD_EXPIRED, HELD, 4, NOW),
    ("lent after all", N.HOLD_EXPIRED, LENT, 4, NOW),
    ("lent after all", N.REQUEST_CANCELLED, LENT, 4, NOW),
    ("renewed", N.DUE_SOON, replace(LENT, due_at=DUE + A_WEEK), DUE_DAY, NOW),
    ("returned", N.DUE_SOON, BACK, DUE_DAY, NOW),
    ("overdue already", N.DUE_SOON, LENT, DUE_DAY, LONG_AFTER),
    ("renewed", N.OVERDUE, replace(LENT, due_at=DUE + A_WEEK), DUE_DAY, LONG_AFTER),
    ("returned", N.OVERDUE, BACK, DUE_DAY, LONG_AFTER),
    ("declared lost", N.OVERDUE, LOST, DUE_DAY, LONG_AFTER),
    ("the clock was set back", N.OVERDUE, LENT, DUE_DAY, NOW),
    ("another day", N.RECALLED, replace(LENT, due_at=DUE - A_WEEK), DUE_DAY, NOW),
    ("returned", N.RECALLED, BACK, DUE_DAY, NOW),
    ("returned, called back for ever", N.RECALLED, replace(BACK, reason=Reason.RECALLED), DUE_DAY, NOW),
    ("taken back", N.RECALLED, HELD, DUE_DAY, NOW),
    ("found", N.LOST, BACK, 4, NOW),
    ("found and home", N.LOST, GONE_HOME, 4, NOW),
]


@pytest.mark.parametrize(("notice", "item", "episode", "at"), TRUE)
def test_a_notice_leaves_as_long_as_what_it_says_is_so(notice: NoticeType, item: Item, episode: int, at: datetime) -> None:
    assert leaves(notice, item, episode, at=at)


def test_each_notice_has_a_case_in_which_it_leaves() -> None:
    assert {notice for notice, *_ in TRUE} == set(NoticeType)


@pytest.mark.parametrize(("why", "notice", "item", "episode", "at"), NO_LONGER_TRUE)
def test_a_notice_does_not_leave_once_what_it_says_is_no_longer_so(
    why: str, notice: NoticeType, item: Item, episode: int, at: datetime
) -> None:
    assert not leaves(notice, item, episode, at=at), why


@pytest.mark.parametrize("state", list(State))
def test_ready_leaves_only_for_an_item_that_is_on_the_hold_shelf_now(state: State) -> None:
    assert leaves(READY, an_item(state, episode=1)) == (state is State.ON_HOLD_SHELF)


@pytest.mark.parametrize("notice", [notice for notice in NoticeType if notice is not N.REQUEST_CANCELLED])
def test_without_an_item_only_a_cancellation_can_be_true(notice: NoticeType) -> None:
    assert not leaves(notice, None)


@pytest.mark.parametrize(
    ("others", "ready"),
    [
        ([], False),
        ([State.ON_HOLD_SHELF], False),
        ([State.ON_HOLD_SHELF, State.IN_TRANSIT_TO_PICKUP], False),
        ([State.ON_HOLD_SHELF, State.MISSING], False),
        ([State.ON_HOLD_SHELF, State.ON_HOLD_SHELF], True),
        ([State.CHECKED_OUT, State.CLOSED], True),
    ],
)
def test_a_set_is_ready_when_its_last_volume_is_here(others: list[State], ready: bool) -> None:
    assert leaves(READY, HELD, others=[an_item(state) for state in others], pieces=3) is ready


@pytest.mark.parametrize("closed_as", [None, *ClosedAs])
def test_a_request_whose_book_never_came_is_cancelled_as_long_as_it_is_closed_so(closed_as: ClosedAs | None) -> None:
    told = leaves(N.REQUEST_CANCELLED, None, closed_as=closed_as)
    assert told is (closed_as in (ClosedAs.CANCELLED, ClosedAs.NOT_RECEIVED))


def test_a_cancellation_is_not_told_after_reactivation() -> None:
    assert leaves(N.REQUEST_CANCELLED, GONE_HOME, closed_as=ClosedAs.CANCELLED)
    assert not leaves(N.REQUEST_CANCELLED, an_item(State.IN_TRANSIT_TO_RS), closed_as=None)


def test_a_set_that_was_cancelled_while_open_is_told_of_without_an_item() -> None:
    assert leaves(N.REQUEST_CANCELLED, None, cancelled=Reason.CANCELLED_BY_PATRON)
    assert not leaves(N.REQUEST_CANCELLED, None, cancelled=Reason.RECALLED)


def test_the_day_a_notice_speaks_of_is_the_librarys_day() -> None:
    assert day_number(HOLD_UNTIL, ZONE) == day_number(HOLD_UNTIL - timedelta(hours=23), ZONE)
    assert day_number(HOLD_UNTIL + timedelta(seconds=1), ZONE) == HOLD_DAY + 1


def test_a_notice_sent_twice_has_one_message_id() -> None:
    named = message_id("ILL-000123-0", READY, 2, "main.example.org")
    assert named == "<ill-000123-0.ready-for-pickup.2@main.example.org>"
    assert named == message_id("ILL-000123-0", READY, 2, "main.example.org")
    assert named != message_id("ILL-000123-0", READY, 3, "main.example.org")


def test_a_patrons_books_stand_together_and_the_shelf_is_never_left() -> None:
    desk = a_desk(shelf_prefix="B", shelf_slots=3)
    assert [desk.shelf_code(patron) for patron in (1, 2, 3, 4, 5)] == ["B1", "B2", "B3", "B1", "B2"]


@pytest.mark.parametrize("role", list(Role))
def test_a_desks_role_follows_from_what_it_does_and_where_the_request_is_picked_up(role: Role) -> None:
    assert role_for(a_desk(role), "main") is role


@pytest.mark.parametrize(("role", "nobodys"), [(Role.RS, Role.RS), (Role.PK, Role.OT), (Role.JT, Role.JO)])
def test_where_no_request_is_concerned_no_desk_is_its_pickup_desk(role: Role, nobodys: Role) -> None:
    assert role_for(a_desk(role), None) is nobodys
