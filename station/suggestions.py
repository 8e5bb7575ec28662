"""A guided run: which barcode to scan next, advanced by the replies.

The file has a step a line: ``barcode<TAB>why`` with an optional third field, the seconds to wait after the step before;
or the same as JSON objects with ``barcode``, ``why`` and ``wait``. Blank lines and lines that begin with # are left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One suggested scan."""

    barcode: str
    why: str = ""
    wait_s: float = 0.0


def parse(text: str) -> tuple[Step, ...]:
    """Give the steps of a file; ValueError names the line that is none."""
    lines = ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#"))
    return tuple(_step(number, line) for number, line in lines)


def _step(number: int, line: str) -> Step:
    try:
        if line.lstrip().startswith("{"):
            fields = json.loads(line)
            return Step(str(fields["barcode"]), str(fields.get("why", "")), float(fields.get("wait", 0)))
        barcode, why, wait = (*line.split("\t"), "", "")[:3]
        return Step(barcode.strip(), why.strip(), float(wait or 0))
    except (ValueError, KeyError) as error:
        raise ValueError(f"line {number} is no suggestion: write barcode<TAB>why<TAB>seconds") from error


class Suggestions:
    """The steps, and how far they were followed."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._steps = steps
        self._done = 0

    @property
    def next(self) -> Step | None:
        """The step to take now, None at the end."""
        return self._steps[self._done] if self._done < len(self._steps) else None

    def answered(self, barcode: str, *, outcome: str, tone: str, state: str | None) -> bool:
        """Advance if this was the suggested scan and it did what it was for: moved the item, or opened the next scan's context."""
        step = self.next
        if step is None or step.barcode != barcode:
            return False
        # A slip or a card changes nothing itself; an item that stayed where it is has not done its step.
        opened = outcome == "no_change" and tone != "no" and state in (None, "REQUESTED")
        if outcome == "accepted" or opened:
            self._done += 1
            return True
        return False
