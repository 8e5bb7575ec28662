"""Ages by the clock that only goes forward."""

from __future__ import annotations

from datetime import UTC, datetime

from station.moment import Moment

WALL = datetime(2026, 11, 23, tzinfo=UTC)


def test_age_is_monotonic_time() -> None:
    assert Moment(WALL, 1_000_000, "a").age_ms(Moment(WALL, 5_900_000, "a")) == 4


def test_after_a_reboot_the_age_is_unknown() -> None:
    assert Moment(WALL, 1, "a").age_ms(Moment(WALL, 2, "b")) is None
