"""What goes wrong with packets between a station and the broker."""

from __future__ import annotations

import random
import threading

from tests.faults.forms import KEEPALIVE_S, Fault, Kind
from tests.faults.library import Library
from tests.faults.wires import FINE, NOTHING_PASSES, Weather

BAD_S = 3.0
GIVEN_UP_S = 2.0 * KEEPALIVE_S + 1.5
"""Both ends have given a dead connection up by then."""


def harm_wire(library: Library, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Do it to one wire and give whose; nothing when no packet met it."""
    name, wire = chance.choice(list(library.wires.items()))
    lost, late = wire.told.lost, wire.told.late
    match fault.kind:
        case Kind.LOSS:
            wire.weather = Weather(lost=chance.uniform(0.05, 0.3), doubled=0.1, late=0.3)
            _wait(BAD_S + fault.away_s)
            wire.weather = FINE
            met = wire.told.lost > lost and wire.told.late > late
        case Kind.BLACK_HOLE:
            wire.weather = NOTHING_PASSES
            _wait(GIVEN_UP_S + fault.away_s)
            wire.weather = FINE
            met = wire.told.lost > lost
        case _:
            wire.pull()
            _wait(GIVEN_UP_S + fault.away_s if chance.random() < 0.5 else fault.away_s)
            wire.plug_in()
            met = True
    return (name,) if met else ()


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)
