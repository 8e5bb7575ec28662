"""Which bars of the card were scanned: takes a trace a scan and says what it was; any order is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from station.calibration.texts import CARD, Bar, Seen
from station.calibration.words import Remark, Word

T = TypeVar("T")

MANY = 3
"""So many scans without a bar, one after the other, and the card itself is asked about."""


@dataclass(slots=True)
class Progress(Generic[T]):
    """The traces so far by the number of their bar; ``bars_of`` finds the bars of a trace."""

    bars_of: Callable[[T], Sequence[Seen]]
    traces: dict[int, T] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    misses: int = 0
    """How many scans without a bar came one after the other."""

    @property
    def asked(self) -> Bar | None:
        """The bar to be scanned now; None when all are done."""
        return next((bar for bar in CARD if bar.number not in self.traces and bar.number not in self.skipped), None)

    def heard(self, trace: T) -> Remark:
        """Take one scan and say what it was."""
        seen = self.bars_of(trace)
        asked = self.asked
        if not seen:
            self.misses += 1
            return Remark(Word.NOT_OF_THE_CARD if self.misses < MANY else Word.MANY_MISSES)
        self.misses = 0
        if len(seen) > 1:
            return Remark(Word.TWO_AT_ONCE)
        number = seen[0].bar.number
        again = number in self.traces
        self.traces[number] = trace
        self.skipped.discard(number)
        if again:
            return Remark(Word.BAR_AGAIN, {"bar": number})
        return Remark(Word.BAR_READ if asked and asked.number == number else Word.OTHER_BAR_READ, {"bar": number})

    def skip(self) -> Remark:
        """Go on without the bar that is asked for, where that can be."""
        asked = self.asked
        if asked is None or asked.needed:
            return Remark(Word.NEEDED, {"bar": asked.number if asked else 0})
        self.skipped.add(asked.number)
        return Remark(Word.SKIPPED, {"bar": asked.number})
