"""Passwords may be tried so often and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.web import attempts
from hub.web.attempts import BY_ADDRESS, BY_NAME, WITHIN, Attempts

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOTHING = timedelta()


def test_a_name_is_tried_ten_times_whatever_the_address() -> None:
    tried = Attempts()
    for number in range(BY_NAME):
        assert tried.wait("maria", f"10.0.0.{number}", NOW) == NOTHING
        tried.failed("maria", f"10.0.0.{number}", NOW + timedelta(seconds=number))
    assert tried.wait("maria", "10.0.1.1", NOW + timedelta(seconds=20)) == WITHIN - timedelta(seconds=20)
    assert tried.wait("paul", "10.0.1.1", NOW) == NOTHING
    assert tried.wait("maria", "10.0.1.1", NOW + WITHIN) == NOTHING


def test_an_address_tries_thirty_names() -> None:
    tried = Attempts()
    for number in range(BY_ADDRESS):
        tried.failed(f"name{number}", "10.0.0.1", NOW)
    assert tried.wait("another", "10.0.0.1", NOW) == WITHIN
    assert tried.wait("another", "10.0.0.2", NOW) == NOTHING


def test_the_right_password_clears_the_name_and_not_the_address() -> None:
    tried = Attempts()
    for number in range(BY_ADDRESS):
        tried.failed(f"name{number}", "10.0.0.1", NOW)
        tried.failed("own", "10.0.0.1", NOW)
        tried.succeeded("own", "10.0.0.1")
    assert tried.wait("own", "10.0.0.1", NOW) == WITHIN
    assert tried.wait("own", "10.0.0.2", NOW) == NOTHING


def test_nobody_can_fill_the_memory() -> None:
    tried = Attempts()
    for number in range(attempts.MOST_KEPT + 10):
        tried.failed(f"name{number}", f"address{number}", NOW)
    assert len(tried._failed) == attempts.MOST_KEPT
