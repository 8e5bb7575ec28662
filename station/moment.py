"""One point in time by both clocks: what a person reads, and what can be subtracted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """Wall time (aware, UTC), nanoseconds since boot (suspended time counts) and which boot that was."""

    wall: datetime
    monotonic_ns: int
    boot: str

    def before(self, age_ns: int) -> Moment:
        """Give the moment that was this many nanoseconds earlier."""
        return Moment(self.wall - timedelta(microseconds=age_ns // 1000), self.monotonic_ns - age_ns, self.boot)

    def age_ms(self, now: Moment) -> int | None:
        """Give the milliseconds from here to now; None across a reboot."""
        if self.boot != now.boot:
            return None
        return max(0, now.monotonic_ns - self.monotonic_ns) // NS_PER_MS

    def age_s(self, now: Moment) -> float:
        """Give the seconds from here to now, across a reboot by the wall clock."""
        if self.boot == now.boot:
            return max(0, now.monotonic_ns - self.monotonic_ns) / NS_PER_S
        return max(0.0, (now.wall - self.wall).total_seconds())


Clock = Callable[[], Moment]
NewId = Callable[[], str]
