"""When to try a letter again: soon at first, then hourly, and after a day no more."""

from __future__ import annotations

from datetime import timedelta

FIRST_WAITS_MIN = (1, 5, 15, 60)
HOURLY_TRIES = 23
MAX_TRIES = len(FIRST_WAITS_MIN) + HOURLY_TRIES


def wait_after(tries: int, jitter: float) -> timedelta | None:
    """Give how long to wait after the n-th failed try, up to a tenth less or more; None when all are used up.

    ``jitter`` in [0, 1) spreads letters that failed together.
    """
    if tries > MAX_TRIES:
        return None
    minutes = FIRST_WAITS_MIN[min(tries, len(FIRST_WAITS_MIN)) - 1]
    return timedelta(minutes=minutes) * (0.9 + 0.2 * jitter)
