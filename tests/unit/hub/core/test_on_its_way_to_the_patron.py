"""T1-T5: a received item on its way to the desk where its patron comes for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.answers import Outcome, Tone
from hub.core.desk import Role
from hub.core.lifecycle import Finding, With
from hub.core.notices import NoticeType
from hub.core.request import State
from tests.support.builders import DUE, HOLD_UNTIL, NOW, STATION, an_item, scan

RS, PK, OT, JT, JO = Role
SENT = Finding.IN_TRANSIT_TO_PICKUP


@pytest.mark.parametrize("desk", [PK, JT])
def test_t1_a_book_that_reaches_its_pickup_desk_goes_on_the_hold_shelf(desk: Role) -> None:
    told = scan(SENT, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("T1", Outcome.ACCEPTED, Tone.OK, "01")
    assert told.message == "Hold shelf A7. Hold until 4 December."
    assert (told.was, told.state) == (State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF)
    assert told.events == ("item.on_hold_shelf",)
    assert told.item is not None
    assert (told.item.hold_until, told.item.shelf_code, told.item.episode) == (HOLD_UNTIL, "A7", 1)


def test_t1_prints_a_hold_slip_without_the_patrons_name() -> None:
    [slip] = scan(SENT, PK).slips
    assert (slip.kind, slip.lines) == ("hold", ("Hold shelf A7", "until 4 December", "The Overstory"))


def test_t1_queues_the_ready_notice_after_a_grace() -> None:
    notice = scan(SENT, PK).notice
    assert notice is not None
    assert (notice.type, notice.episode) == (NoticeType.READY_FOR_PICKUP, 1)
    assert notice.not_before == NOW + timedelta(seconds=60)


def test_t1_a_book_that_strayed_from_the_shelf_keeps_its_hold_and_its_patron_is_not_told_twice() -> None:
    strayed = an_item(State.IN_TRANSIT_TO_PICKUP, hold_until=NOW + timedelta(days=2), shelf_code="B3", episode=4)
    told = scan(strayed, PK)
    assert told.item is not None
    assert (told.item.hold_until, told.item.shelf_code, told.item.episode) == (strayed.hold_until, "B3", 4)
    assert told.notice is not None
    assert told.notice.episode == 4


def test_t1_a_hold_that_ran_out_on_the_way_begins_anew() -> None:
    told = scan(an_item(State.IN_TRANSIT_TO_PICKUP, hold_until=NOW - timedelta(hours=1), shelf_code="B3", episode=4), PK)
    assert told.item is not None
    assert (told.item.hold_until, told.item.episode) == (HOLD_UNTIL, 5)


@pytest.mark.parametrize("desk", [PK, OT, JT, JO])
def test_t2_a_patron_who_is_there_already_borrows_it_at_once(desk: Role) -> None:
    told = scan(SENT, desk, With.REQUESTER)
    assert (told.rule, told.outcome, told.tone) == ("T2", Outcome.ACCEPTED, Tone.OK)
    assert told.message == "Checked out. Due 22 December."
    assert told.state is State.CHECKED_OUT
    assert told.events == ("item.on_hold_shelf", "item.checked_out")
    assert (told.notice, told.drop_notices) == (None, True)
    assert told.item is not None
    assert (told.item.due_at, told.item.checked_out_at, told.item.checked_out_by) == (DUE, NOW, STATION)
    assert told.item.circulated


@pytest.mark.parametrize("desk", [PK, OT, JT, JO])
def test_t3_nobody_else_borrows_it(desk: Role) -> None:
    told = scan(SENT, desk, With.OTHER)
    assert (told.rule, told.outcome, told.tone, told.moved) == ("T3", Outcome.REFUSED, Tone.NO, False)
    assert told.message == "Reserved for someone else. Close the patron, then scan again."


def test_t4_another_pickup_desk_sends_it_on() -> None:
    told = scan(SENT, OT)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("T4", Outcome.NO_CHANGE, Tone.ROUTE, "02")
    assert told.message == "Wrong desk. Send to Main Library."
    assert (told.destination, told.moved, told.events) == ("main", False, ("item.sighted",))


@pytest.mark.parametrize("desk", [RS, JO])
def test_t5_resource_sharing_does_not_receive_it_twice(desk: Role) -> None:
    told = scan(SENT, desk)
    assert (told.rule, told.outcome, told.tone, told.alert) == ("T5", Outcome.NO_CHANGE, Tone.ROUTE, "02")
    assert told.message == "Already received 12 November. Send to Main Library."
    assert (told.destination, told.moved) == ("main", False)
