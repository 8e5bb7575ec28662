"""Chance that a step can be taken out of: each step has bits of its own, so what the others do stays the same."""

from __future__ import annotations


class Chance:
    """The bits of one step, used up from the low end."""

    def __init__(self) -> None:
        self.bits = 0

    def pick(self, count: int) -> int:
        """Give a number below ``count``."""
        self.bits, chosen = divmod(self.bits, count)
        return chosen
