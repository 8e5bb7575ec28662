"""Eight scanners at a station that is killed: the short form of ``make faults ARGS=--scanners``, and that its judge sees what is wrong."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.scanners.judge import Books, Fault, Kept, judge
from tests.faults.scanners.record import Told, Typed
from tests.faults.scanners.soak import Order, run

pytestmark = pytest.mark.faults
"""Minutes: run by ``python -m pytest -m faults``."""


@pytest.mark.needs("mosquitto")
def test_four_hundred_scans_over_eight_scanners_outlive_kills_and_none_is_lost_or_wrong(tmp_path: Path) -> None:
    outcome = run(Order(random.randrange(1, 1_000_000), 400, tmp_path / "room"), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"


@pytest.mark.needs("mosquitto")
def test_a_station_that_shows_light_before_it_has_stored_is_caught(tmp_path: Path) -> None:
    outcome = run(Order(5, 300, tmp_path / "room", "light_first"), print)
    assert "lost" in {finding.kind for finding in outcome.findings}, outcome.report()


def told(*typed: Typed, lights: dict[str, tuple[int, str]] | None = None) -> Told:
    found = Told(typed={each.barcode: each for each in typed}, lights=lights or {})
    found.listening["scanner-P"] = [(0.0, 100.0)]
    return found


FIRST, SECOND = Kept(1, "a", "P1", "scanner-P"), Kept(2, "b", "P2", "scanner-P")
TYPED = (Typed("P", "P1", 1, 2), Typed("P", "P2", 3, 4))
LIT = {"a": (1, "P1"), "b": (2, "P2")}
WHOLE = Books(journal=(FIRST, SECOND), faults=(), hub=(FIRST, SECOND), hub_faults=0, streams=1, poison=0)


def kinds(books: Books, seen: Told) -> Counter[str]:
    return Counter(finding.kind for finding in judge(seen, books, ()))


def test_a_run_in_which_nothing_is_wrong_has_no_finding() -> None:
    assert kinds(WHOLE, told(*TYPED, lights=LIT)) == {}


def test_a_light_without_its_scan_at_the_hub_is_lost() -> None:
    assert kinds(replace(WHOLE, hub=(FIRST,)), told(*TYPED, lights=LIT))["lost"] == 2


def test_a_barcode_that_nobody_typed_is_wrong() -> None:
    other = Kept(2, "b", "P", "scanner-P")
    assert kinds(replace(WHOLE, hub=(FIRST, other), journal=(FIRST, other)), told(TYPED[0]))["wrong"] == 1


def test_a_barcode_that_was_cut_short_and_is_at_the_hub_is_wrong() -> None:
    assert kinds(WHOLE, told(TYPED[0], replace(TYPED[1], cut=True)))["wrong"] == 1


def test_a_barcode_more_often_than_it_was_sent_is_wrong_and_one_that_was_sent_again_is_not() -> None:
    again = Kept(3, "c", "P2", "scanner-P")
    books = replace(WHOLE, journal=(FIRST, SECOND, again), hub=(FIRST, SECOND, again))
    assert kinds(books, told(*TYPED)) == {"wrong": 1}
    assert kinds(books, told(TYPED[0], replace(TYPED[1], sendings=2))) == {}


def test_scans_in_another_order_than_they_were_typed_are_a_finding() -> None:
    books = replace(WHOLE, journal=(FIRST, SECOND), hub=(FIRST, SECOND))
    assert kinds(books, told(replace(TYPED[0], begun=9, ended=10), TYPED[1])) == {"order": 1}


THIRD = Kept(2, "c", "P3", "scanner-P")
SKIPPED = replace(WHOLE, journal=(FIRST, THIRD), hub=(FIRST, THIRD))
ALL_TYPED = (*TYPED, Typed("P", "P3", 5, 6))


def test_a_scan_that_was_listened_to_and_came_to_nothing_is_silent_unless_a_fault_was_said_then() -> None:
    def with_fault(scanner: str, at: float) -> Books:
        return replace(SKIPPED, faults=(Fault(scanner, "damaged", at),), hub_faults=1)

    assert kinds(SKIPPED, told(*ALL_TYPED)) == {"silent": 1}
    assert kinds(with_fault("scanner-P", 4.2), told(*ALL_TYPED)) == {}
    assert kinds(with_fault("scanner-P", 2.0), told(*ALL_TYPED)) == {"silent": 1}
    assert kinds(with_fault("scanner-K", 4.2), told(*ALL_TYPED)) == {"silent": 1}


def test_what_waited_unread_when_the_station_was_killed_is_owed_nothing() -> None:
    assert kinds(replace(WHOLE, journal=(FIRST,), hub=(FIRST,)), told(*TYPED)) == {}
