"""What a station remembers, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.context import NOTHING, Context, Windows
from tests.support.builders import ADA, BARCODE, NOW

WINDOWS = Windows()
SECONDS = st.integers(min_value=0, max_value=180)
KINDS = st.sampled_from(["card", "unknown card", "slip", "item"])


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def scanned(context: Context, kind: str, seconds: int) -> Context:
    """Give the context after a card, a slip or an unknown item was scanned that long after NOW."""
    at = NOW + after(seconds)
    match kind:
        case "card":
            return context.with_session(ADA, at + WINDOWS.patron_session)
        case "unknown card":
            return context.with_session(None, at + WINDOWS.patron_session)
        case "slip":
            return context.with_request(2, at + WINDOWS.armed_request)
        case _:
            return context.with_item(BARCODE, at + WINDOWS.armed_item)


@pytest.mark.parametrize(("kind", "seconds"), [("card", 30), ("unknown card", 30), ("slip", 60), ("item", 60)])
def test_each_part_holds_to_the_end_of_its_window_and_no_longer(kind: str, seconds: int) -> None:
    context = scanned(NOTHING, kind, 0)
    assert context.at(NOW + after(seconds)) == context
    assert context.at(NOW + after(seconds + 0.001)) == NOTHING


def test_a_question_is_forgotten_with_its_slip() -> None:
    asked = scanned(NOTHING, "slip", 0).with_asked(BARCODE)
    assert asked.at(NOW + after(60)).asked == BARCODE
    assert asked.at(NOW + after(61)).asked is None


def test_only_a_patron_is_kept_open_by_other_scans() -> None:
    until = NOW + after(100)
    assert scanned(NOTHING, "card", 0).in_use(until).session_until == until
    assert scanned(NOTHING, "slip", 0).in_use(until) == scanned(NOTHING, "slip", 0)
    assert NOTHING.in_use(until) == NOTHING


@given(st.lists(st.tuples(KINDS, SECONDS), max_size=6), SECONDS)
@settings(deadline=None)
def test_a_patron_an_armed_slip_and_an_armed_item_exclude_each_other(scans: list[tuple[str, int]], later: int) -> None:
    context = NOTHING
    for kind, seconds in scans:
        context = scanned(context.at(NOW + after(seconds)), kind, seconds)
    context = context.at(NOW + after(later))
    assert sum((context.session_open, context.request is not None, context.item is not None)) <= 1


@given(st.lists(st.tuples(KINDS, SECONDS), min_size=1, max_size=6), SECONDS, SECONDS)
@settings(deadline=None)
def test_what_has_run_out_does_not_come_back(scans: list[tuple[str, int]], first: int, more: int) -> None:
    context = NOTHING
    for kind, seconds in scans:
        context = scanned(context, kind, seconds)
    then, later = NOW + after(first), NOW + after(first + more)
    assert context.at(then).at(then) == context.at(then)
    assert context.at(then).at(later) == context.at(later)


@given(KINDS, SECONDS, SECONDS)
@settings(deadline=None)
def test_the_last_scan_says_what_is_remembered(kind: str, seconds: int, wait: int) -> None:
    window = WINDOWS.patron_session if "card" in kind else WINDOWS.armed_request
    context = scanned(NOTHING, kind, seconds).at(NOW + after(seconds + wait))
    assert (context != NOTHING) == (after(wait) <= window)
