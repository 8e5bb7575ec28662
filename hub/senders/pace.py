"""No more letters a minute to one domain than it takes: some refuse, and some block, who sends more."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


class Pace:
    """Remembers when letters left to each domain, for a minute."""

    def __init__(self, per_minute: int) -> None:
        """``per_minute`` 0 has no limit."""
        self._most = per_minute
        self._left: dict[str, deque[datetime]] = {}

    def next(self, domain: str, now: datetime, chosen: int = 0) -> datetime:
        """Give when the next letter to a domain may leave; ``chosen`` are to leave before it and have not."""
        left = self._left.setdefault(domain, deque(maxlen=self._most or None))
        if not self._most:
            return now
        while left and not now - MINUTE < left[0] <= now:
            left.popleft()
        over = len(left) + chosen - self._most
        if over < 0:
            return now
        return (left[over] if over < len(left) else now) + MINUTE

    def leaves(self, domain: str, now: datetime) -> None:
        """Count a letter to a domain."""
        if self._most:
            self._left.setdefault(domain, deque(maxlen=self._most)).append(now)
