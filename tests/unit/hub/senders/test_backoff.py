"""Failed letters are tried again: soon, then hourly, for about a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.senders.backoff import MAX_TRIES, wait_after


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (MAX_TRIES, 60)])
def test_waits_grow_to_an_hour(tries: int, minutes: int) -> None:
    assert wait_after(tries, 0.5) == timedelta(minutes=minutes)


def test_chance_moves_a_wait_by_a_tenth_at_most() -> None:
    assert wait_after(1, 0.0) == timedelta(seconds=54)
    assert wait_after(1, 0.999999) == pytest.approx(timedelta(seconds=66), abs=timedelta(seconds=1))


def test_after_about_a_day_it_is_work_for_staff() -> None:
    waits = [wait_after(tries, 0.5) for tries in range(1, MAX_TRIES + 1)]
    total = sum((wait for wait in waits if wait is not None), timedelta())
    assert timedelta(hours=24) <= total <= timedelta(hours=26)
    assert wait_after(MAX_TRIES + 1, 0.5) is None
