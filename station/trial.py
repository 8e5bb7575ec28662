"""When settings from the hub have proved to work, and when they have not: decided from what the scanners do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

NS_PER_S = 1_000_000_000
SETTLED_NS = 3 * NS_PER_S
"""All scanners open for so long have not brought the program down."""
LIMIT_NS = 10 * NS_PER_S
"""A scanner opens within this or not at all: a far port is called for 5 s, a keyboard waited for 2 s."""


class Verdict(StrEnum):
    """What becomes of a trial."""

    GO_ON = auto()
    KEEP = auto()
    BACK = auto()


@dataclass(frozen=True, slots=True)
class Seen:
    """One scanner during the trial."""

    present: bool
    scanned: bool


def judge(seen: Sequence[Seen], *, before: bool, since_ns: int) -> Verdict:
    """Judge what was seen in so many nanoseconds; ``before`` says whether any scanner was open with the old settings.

    A scan proves everything. Some scanners without the others are a desk that works: only none at all is worse than before.
    """
    if any(each.scanned for each in seen):
        return Verdict.KEEP
    if all(each.present for each in seen) and since_ns >= SETTLED_NS:
        return Verdict.KEEP
    if since_ns < LIMIT_NS:
        return Verdict.GO_ON
    return Verdict.BACK if before and not any(each.present for each in seen) else Verdict.KEEP
