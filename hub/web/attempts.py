"""How often somebody may try a password: by name and by address, within a quarter of an hour."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=15)
BY_NAME = 10
BY_ADDRESS = 30
MOST_KEPT = 10_000
"""Names and addresses that are remembered; the oldest go first, so that nobody can fill the memory."""


class Attempts:
    """The failures of the last while. A hub that is started anew has forgotten them."""

    def __init__(self) -> None:
        self._failed: dict[tuple[str, str], deque[datetime]] = {}

    def wait(self, name: str, address: str, now: datetime) -> timedelta:
        """Give how long this one must wait before the next try; nothing where it need not."""
        return max(self._wait(("name", name), BY_NAME, now), self._wait(("address", address), BY_ADDRESS, now))

    def failed(self, name: str, address: str, now: datetime) -> None:
        """Remember a failure."""
        for key in (("name", name), ("address", address)):
            times = self._failed.pop(key, None)
            times = deque(maxlen=2 * BY_ADDRESS) if times is None else times
            times.append(now)
            self._failed[key] = times
        while len(self._failed) > MOST_KEPT:
            del self._failed[next(iter(self._failed))]

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name, and of an address this try alone: one good account must buy no tries at others."""
        self._failed.pop(("name", name), None)
        if times := self._failed.get(("address", address)):
            times.pop()

    def _wait(self, key: tuple[str, str], most: int, now: datetime) -> timedelta:
        times = self._failed.get(key, deque())
        while times and times[0] <= now - WITHIN:
            times.popleft()
        return times[-most] + WITHIN - now if len(times) >= most else timedelta()
