"""The one sentence about a station, and what a new start would help against."""

from __future__ import annotations

import pytest

from station.condition import Condition
from station.words import Key, Saying


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (Condition(online=True, waiting=0), "Online, nothing waits."),
        (Condition(online=False, waiting=1), "Offline, 1 scan waits for the hub."),
        (Condition(online=False, waiting=12), "Offline, 12 scans wait for the hub."),
        (Condition(online=True, waiting=0, away=("left", "1-2")), "Online, nothing waits; not there: left, 1-2."),
        (Condition(True, 3, Saying(Key.DISK_FULL), ("left",)), "Nothing can be stored: the disk is full: make room."),
    ],
)
def test_the_sentence_says_what_matters_most(condition: Condition, sentence: str) -> None:
    assert condition.sentence() == sentence


@pytest.mark.parametrize(
    ("condition", "fit"),
    [
        (Condition(online=True, waiting=0), True),
        (Condition(online=False, waiting=5000, away=("left",)), True),
        (Condition(True, 0, Saying(Key.DISK_FULL)), True),
        (Condition(True, 0, Saying(Key.JOURNAL_UNWRITABLE)), False),
        (Condition(True, 0, Saying(Key.JOURNAL_UNOPENED)), False),
        (Condition(True, 0, Saying(Key.JOURNAL_IN_USE)), False),
    ],
)
def test_only_what_a_new_start_may_mend_is_unfit(condition: Condition, fit: bool) -> None:
    assert (condition.unfit() is None) is fit
