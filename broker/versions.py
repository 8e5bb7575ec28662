"""Which programs read version 2 of ``StationState`` and ``StationSettings``; what an older one would refuse is not sent to it."""

from __future__ import annotations

import re

SECOND = (0, 2)
"""Programs from 0.2 on."""

_NUMBERS = re.compile(r"(\d{1,9})\.(\d{1,9})")


def reads_second(program: str) -> bool:
    """Say whether a program of this version reads version 2; one that does not tell its version does not."""
    found = _NUMBERS.match(program)
    return found is not None and (int(found[1]), int(found[2])) >= SECOND
