"""The history of one request as people read it: each letter is the one it was, and each scan a sighting."""

from __future__ import annotations

from datetime import date, timedelta

from hub.core.acts import Act
from hub.core.request import State
from hub.store.database import engine_of
from hub.store.pages.history import Happening, history_of
from tests.support.desks import BOOK, Library
from tests.support.roads import act, days_pass, lent, letters_leave, shelved


def read(library: Library, named: str) -> tuple[Happening, ...]:
    """Give the history of a request."""
    engine = engine_of(library.place)
    with engine.connect() as connection:
        lines = history_of(connection, named).items
    engine.dispose()
    return lines


def test_a_scan_that_moved_a_book_is_a_sighting_and_a_transition(library: Library) -> None:
    named = shelved(library)
    library.scan("main-1", BOOK)
    lines = [(line.kind, line.rule, line.was, line.became) for line in read(library, named) if line.kind != "notice"]
    assert lines == [
        ("transition", "create", None, State.REQUESTED),
        ("sighting", "U2", None, None),
        ("transition", "U2", State.REQUESTED, State.IN_TRANSIT_TO_PICKUP),
        ("sighting", "T1", None, None),
        ("transition", "T1", State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF),
        ("sighting", "H1", None, None),
    ]


def test_an_act_that_moved_nothing_says_what_it_changed_and_why(library: Library) -> None:
    named = shelved(library)
    act(library, named, Act.EXTEND, day=date(2026, 12, 20), note="she is abroad")
    (line,) = [line for line in read(library, named) if line.rule == "extend"]
    assert (line.kind, line.actor, line.reason) == ("act", "staff", "she is abroad")
    assert line.detail == "hold_until: 2026-12-03T23:59:59+00:00 -> 2026-12-20T23:59:59+00:00"


def test_what_the_clock_did_is_told_as_its_own(library: Library) -> None:
    named = shelved(library)
    days_pass(library, 11)
    (line,) = [line for line in read(library, named) if line.rule == "expire"]
    assert (line.kind, line.actor, line.became) == ("transition", "clock", State.PULL_FROM_SHELF)


def test_of_two_letters_of_a_kind_each_line_names_its_own_and_when_it_left(library: Library) -> None:
    named = lent(library)
    left = []
    for _ in range(2):
        days_pass(library, 29)
        assert letters_leave(library) == ["overdue"]
        left.append(library.now)
        act(library, named, Act.RENEW)
    lines = [line for line in read(library, named) if line.notice_type == "OVERDUE"]
    assert [line.notice_state for line in lines] == ["queued", "sent"] * 2
    assert len({line.notice_id for line in lines}) == 2
    assert [(line.notice_id, line.sent_at) for line in lines if line.sent_at is not None] == [
        (lines[0].notice_id, left[0]),
        (lines[2].notice_id, left[1]),
    ]


def test_a_letter_that_was_taken_back_and_queued_again_is_one_letter(library: Library) -> None:
    named = shelved(library)
    act(library, named, Act.MISSING)
    library.now += timedelta(hours=1)
    library.scan("main-1", BOOK)
    lines = [line for line in read(library, named) if line.kind == "notice"]
    assert [line.notice_state for line in lines] == ["queued", "suppressed", "queued"]
    assert len({line.notice_id for line in lines}) == 1
