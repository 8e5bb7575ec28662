"""What reports count, from the lines of a request's history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.core.request import State
from hub.core.tally import OneRequest, Past, Tally, bucket_of, share_of, span_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
S = State
WAY = (
    ("create", None, S.REQUESTED, 0),
    ("U2", S.REQUESTED, S.IN_TRANSIT_TO_PICKUP, 48),
    ("T1", S.IN_TRANSIT_TO_PICKUP, S.ON_HOLD_SHELF, 72),
    ("H2", S.ON_HOLD_SHELF, S.CHECKED_OUT, 84),
    ("C2", S.CHECKED_OUT, S.IN_TRANSIT_TO_RS, 180),
    ("B1", S.IN_TRANSIT_TO_RS, S.CLOSED, 192),
)
"""Rule, from, to, hours after the beginning."""


def lines(*way: tuple[str, State | None, State, int]) -> list[Past]:
    return [
        Past(
            key=number,
            item=None if rule in ("create", "cancel") else 1,
            kind="scan",
            at=int((START + timedelta(hours=hours)).timestamp() * 1000),
            rule=rule,
            was=was,
            became=became,
            desk="rs" if rule in ("U2", "B1") else "main",
            notice=None,
        )
        for number, (rule, was, became, hours) in enumerate(way, 1)
    ]


def counts(past: list[Past], after: int = 0, zone: str = "UTC") -> dict[str, tuple[int, float]]:
    """Give count and hours of each measure."""
    tally = Tally(ZoneInfo(zone))
    OneRequest(tally, "tul", "main", after).walk(past)
    found: dict[str, tuple[int, float]] = {}
    for cell, each in tally.cells.items():
        count, hours = found.get(cell.measure, (0, 0.0))
        found[cell.measure] = count + each.count, hours + each.total / 3_600_000
    return {measure: told for measure, told in found.items() if told != (0, 0.0)}


def test_a_book_that_went_home_tells_how_long_each_step_took() -> None:
    assert counts(lines(*WAY)) == {
        "created": (1, 0),
        "shelf.in": (1, 0),
        "shelf.out": (1, 12),
        "step.lender": (1, 48),
        "step.transit": (1, 24),
        "step.shelf": (1, 12),
        "step.loan": (1, 96),
        "step.back": (1, 12),
        "step.ready": (1, 72),
        "step.total": (1, 192),
        "end.returned": (1, 0),
    }


@pytest.mark.parametrize("place", range(7))
def test_counted_in_two_parts_it_is_the_same_as_at_once(place: int) -> None:
    past = lines(*WAY)
    whole, tally = Tally(UTC), Tally(UTC)
    OneRequest(whole, "tul", "main", 0).walk(past)
    OneRequest(tally, "tul", "main", 0).walk(past[:place])
    OneRequest(tally, "tul", "main", place).walk(past)
    assert tally.cells == whole.cells


def test_what_is_brought_back_has_not_ended_and_what_ends_again_is_counted_once() -> None:
    back = ("reactivate", S.CLOSED, S.IN_TRANSIT_TO_RS, 200)
    found = counts(lines(*WAY, back))
    assert {measure for measure in found if measure.startswith(("step.", "end."))} == set()
    again = counts(lines(*WAY, back, ("B1", S.IN_TRANSIT_TO_RS, S.CLOSED, 210)))
    assert (again["end.returned"], again["step.total"], again["step.back"]) == ((1, 0), (1, 210), (1, 22))


def test_a_hold_that_expires_goes_home_uncirculated() -> None:
    expired = ("expire", S.ON_HOLD_SHELF, S.PULL_FROM_SHELF, 100)
    found = counts(lines(*WAY[:3], expired, ("P1", S.PULL_FROM_SHELF, S.IN_TRANSIT_TO_RS, 110), ("B1", S.IN_TRANSIT_TO_RS, S.CLOSED, 120)))
    assert (found["expired"], found["end.returned_uncirculated"], found["step.pull"]) == ((1, 0), (1, 0), (1, 10))
    # It stood on the shelf until it was taken off.
    assert found["shelf.out"] == (1, 38)
    assert "end.returned" not in found


def test_a_request_that_is_cancelled_before_its_book_comes_has_no_steps() -> None:
    assert counts(lines(WAY[0], ("cancel", S.REQUESTED, S.CLOSED, 5))) == {"created": (1, 0), "end.cancelled": (1, 0)}


def test_a_day_is_the_librarys() -> None:
    late = Past(1, None, "act", int(datetime(2026, 3, 2, 23, 30, tzinfo=UTC).timestamp() * 1000), "create", None, "REQUESTED", "main", None)
    tally = Tally(ZoneInfo("Europe/Berlin"))
    OneRequest(tally, "tul", "main", 0).walk([late])
    tally.scan(late.at, None, taken=False)
    assert {cell.day for cell in tally.cells} == {date(2026, 3, 3)}
    assert {cell.bucket for cell in tally.cells if cell.measure.startswith("scan")} == {0}


@pytest.mark.parametrize("hours", [0.5, 1, 7, 24, 100, 1000, 9000])
def test_a_duration_is_kept_to_a_tenth(hours: float) -> None:
    span = int(hours * 3_600_000)
    assert span_of(bucket_of(span)) == pytest.approx(span, rel=0.1)


def test_the_middle_and_nine_in_ten() -> None:
    days = [(bucket_of(day * 86_400_000), 1) for day in range(1, 101)]
    assert (share_of(days, 0.5) or 0) / 86_400_000 == pytest.approx(50, rel=0.1)
    assert (share_of(days, 0.9) or 0) / 86_400_000 == pytest.approx(90, rel=0.1)
    assert share_of([], 0.5) is None
