"""Hubs that come and go."""

from __future__ import annotations

from datetime import UTC, datetime

from station.hubs import Hubs

FIRST, SECOND = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def test_a_birth_is_news_once() -> None:
    hubs = Hubs()
    assert hubs.heard("hub-1", FIRST, online=True)
    assert not hubs.heard("hub-1", FIRST, online=True)
    assert hubs.heard("hub-1", SECOND, online=True)


def test_an_old_will_after_a_new_birth_counts_for_nothing() -> None:
    hubs = Hubs()
    hubs.heard("hub-1", SECOND, online=True)
    hubs.heard("hub-1", FIRST, online=False)
    assert not hubs.all_away


def test_a_hub_that_was_born_again_under_a_clock_put_back_is_there() -> None:
    hubs = Hubs()
    hubs.heard("hub-1", SECOND, online=True)
    hubs.heard("hub-1", SECOND, online=False)
    assert hubs.heard("hub-1", FIRST, online=True)
    assert not hubs.all_away
    assert not hubs.heard("hub-1", FIRST, online=True)
    hubs.heard("hub-1", FIRST, online=False)
    assert hubs.all_away


def test_all_are_away_when_the_last_one_is() -> None:
    hubs = Hubs()
    assert not hubs.all_away
    hubs.heard("hub-1", FIRST, online=True)
    hubs.heard("hub-2", FIRST, online=False)
    assert not hubs.all_away
    hubs.heard("hub-1", FIRST, online=False)
    assert hubs.all_away
