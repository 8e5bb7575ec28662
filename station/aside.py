"""What every part beside the screen has in common: a thread of its own, so that no scan waits for it, and a brief end."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod


class Aside(ABC):
    """Sounds, light or slips: what is to be done stands under ``_changed``; ``_begin`` starts the thread once all is ready for it."""

    def __init__(self, name: str) -> None:
        self._changed = threading.Condition()
        self._closing = False
        # A daemon: a device that stands still must not hold up the program's exit.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def _run(self) -> None:
        """Work until it is closing."""

    def _begin(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Ask it to end, as it does so; ``join`` waits for that."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def join(self, limit_s: float) -> None:
        """Wait for the end, not longer than the limit."""
        self._thread.join(limit_s)
