"""Ages by the clock that only goes forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from station.moment import Moment

WALL = datetime(2026, 11, 23, tzinfo=UTC)


def test_age_is_monotonic_time() -> None:
    assert Moment(WALL, 1_000_000, "a").age_ms(Moment(WALL, 5_900_000, "a")) == 4


def test_the_moment_before_is_earlier_by_both_clocks() -> None:
    assert Moment(WALL, 5_000_000, "a").before(3_000_000) == Moment(WALL - timedelta(milliseconds=3), 2_000_000, "a")


def test_after_a_reboot_the_age_is_unknown() -> None:
    assert Moment(WALL, 1, "a").age_ms(Moment(WALL, 2, "b")) is None


def test_in_seconds_an_age_is_known_across_a_reboot_by_the_wall_clock_and_never_negative() -> None:
    now = Moment(WALL + timedelta(minutes=3), 5, "b")
    assert Moment(WALL, 1, "a").age_s(now) == 180
    assert Moment(WALL + timedelta(days=1), 1, "a").age_s(now) == 0
    assert Moment(WALL, 1_000_000_000, "b").age_s(Moment(WALL, 3_500_000_000, "b")) == 2.5
