"""Writing to a terminal that may stand still (Ctrl-S, a full pipe) without making anybody wait."""

from __future__ import annotations

import threading
from collections import deque
from typing import TextIO

MAX_HELD = 5000


class Output:
    """Writes in a thread of its own; what cannot be written for long is dropped, oldest first."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._held: deque[str] = deque(maxlen=MAX_HELD)
        self._changed = threading.Condition()
        self._closing = False
        # A daemon: a terminal that stands still must not hold up the program's exit.
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Take text to be written soon."""
        with self._changed:
            self._held.append(text)
            self._changed.notify()

    def close(self, limit_s: float = 1.0) -> None:
        """Wait until everything is written, not longer than the limit."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(limit_s)

    def _run(self) -> None:
        while text := self._next():
            try:
                self._put(text)
            except (OSError, ValueError):
                # Nobody reads any more; the station goes on without its screen.
                return

    def _put(self, text: str) -> None:
        try:
            self._stream.write(text)
        except UnicodeEncodeError:
            # Better a sign that is not like it than no word from here on.
            self._stream.write(text.encode("ascii", "replace").decode())
        self._stream.flush()

    def _next(self) -> str:
        with self._changed:
            self._changed.wait_for(lambda: self._held or self._closing)
            text = "".join(self._held)
            self._held.clear()
            return text
