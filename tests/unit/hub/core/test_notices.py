"""When a notice may leave, and its name for ever; the place on the shelf; days as staff say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.core.desk import Role, role_for
from hub.core.notices import NoticeType, message_id, still_true
from hub.core.request import State
from hub.core.words import day
from tests.support.builders import ZONE, a_desk, an_item

READY = NoticeType.READY_FOR_PICKUP


@pytest.mark.parametrize("state", list(State))
def test_ready_leaves_only_for_an_item_that_is_on_the_hold_shelf_now(state: State) -> None:
    assert still_true(READY, an_item(state, episode=1), 1) == (state is State.ON_HOLD_SHELF)


def test_ready_does_not_leave_for_an_earlier_hold_or_for_no_item() -> None:
    assert not still_true(READY, an_item(State.ON_HOLD_SHELF, episode=2), 1)
    assert not still_true(READY, None, 1)


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


def test_a_day_is_said_with_its_year_only_when_that_is_another() -> None:
    today = date(2026, 11, 24)
    assert day(date(2026, 12, 4), today, ZONE) == "4 December"
    assert day(date(2027, 1, 31), today, ZONE) == "31 January 2027"
    assert day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), today, ZONE) == "1 January 2027"
