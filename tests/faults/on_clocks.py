"""Clocks that are set while everything runs: forward by hours, and back again."""

from __future__ import annotations

import random
import threading

from tests.faults.books import STATIONS, Work
from tests.faults.clocks import NOTICED_S
from tests.faults.forms import Fault, Kind
from tests.faults.library import Library
from tests.faults.parts import HubPart

STATION_S = (3600.0, 10 * 86400.0)
"""A station may be wrong by days."""
HUB_S = (120.0, 3600.0)
"""A hub by less: books have dates, and the others its clock for theirs."""


def set_clock(library: Library, work: Work, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Do it and give whose and by how much."""
    if fault.kind in (Kind.STATION_AHEAD, Kind.STATION_BACK):
        name = chance.choice(STATIONS)
        by_s = chance.uniform(*STATION_S) * (1 if fault.kind is Kind.STATION_AHEAD else -1)
        return _set(library, name, by_s)
    by_s = chance.uniform(*HUB_S) * (1 if fault.kind is Kind.HUB_AHEAD else -1)
    # A window that is open, as a patron's session, ends with the hub's clock: that is right, and not what is looked for.
    with work.between_visits(lambda: not any(desk.unanswered() for desk in library.desks.values())):
        return _set(library, HubPart.name, by_s)


def _set(library: Library, name: str, by_s: float) -> tuple[str, ...]:
    clock = library.clocks[name]
    if name == HubPart.name and by_s < 0:
        library.set_back_s.append(-by_s)
    clock.put(clock.ahead_s + by_s)
    threading.Event().wait(NOTICED_S)
    return (name, f"{by_s:+.0f} s")
