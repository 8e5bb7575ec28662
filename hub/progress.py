"""How far long work has come: one line on the terminal that is written over, or nothing where nobody watches."""

from __future__ import annotations

import sys


class Progress:
    """A line for a person; silent where standard error is no terminal."""

    def __init__(self, what: str, of: int) -> None:
        """``of`` is how much there is to do."""
        self._what, self._of = what, of
        self._watched = sys.stderr.isatty()

    def show(self, done: int) -> None:
        """Say how much is done."""
        if self._watched:
            share = done * 100 // self._of if self._of else 100
            print(f"\r{self._what}: {done:,} of {self._of:,} ({share} %)", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if self._watched:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
