"""What the hub counts while it works: plain numbers in memory, added to after a commit and read by whoever asks for metrics.

They begin at 0 with each start, as Prometheus expects of counters. Adding costs a scan about a microsecond, so nothing is
added up, named or written here: that is done for whoever asks, in a thread of the web.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy

COMMIT_BOUNDS_S = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""3 ms is where docs and design say that the commit should move to a thread of its own."""

WRONG_TOPIC, WRONG_BRANCH, UNREADABLE, TOO_LARGE, FAILED = "wrong_topic", "wrong_branch", "unreadable", "too_large", "failed"
POISON_REASONS = (UNREADABLE, TOO_LARGE, WRONG_BRANCH, WRONG_TOPIC, FAILED)
"""Why messages are put aside, in words that are few: the sentence itself stands with the message."""

Verdict = tuple[str, str]
"""Outcome and rule of one scan that was decided."""


class Times:
    """How often something took how long."""

    def __init__(self, bounds_s: tuple[float, ...]) -> None:
        self.bounds_s = bounds_s
        self.counts = [0] * (len(bounds_s) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(self.bounds_s, seconds)] += 1
        self.sum_s += seconds


class Numbers:
    """All of them, for one hub; changed on its loop only."""

    def __init__(self) -> None:
        # A plain dict: each scan adds to it, and a Counter takes twice as long for that.
        self.replies: dict[Verdict, int] = {}
        self.poison: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.commits = Times(COMMIT_BOUNDS_S)
        self.connections = 0
        self.canaries_lost = 0

    def snapshot(self) -> Numbers:
        """Give a copy, for a thread to read while the loop counts on."""
        return deepcopy(self)

    def decided(self, verdicts: Iterable[Verdict]) -> None:
        """Count what desks were told, once it is on disk."""
        replies = self.replies
        for verdict in verdicts:
            replies[verdict] = replies.get(verdict, 0) + 1


def group_of(rule: str) -> str:
    """Give the group of a rule: T for T1 to T5, ``command`` for command.undo; a rule without number or dot is its own group."""
    head = rule.partition(".")[0]
    return head.rstrip("0123456789") or head
