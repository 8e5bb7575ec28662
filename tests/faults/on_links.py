"""What goes wrong on the wires between a station or the hub and the broker."""

from __future__ import annotations

import random
import threading

from tests.faults.forms import KEEPALIVE_S, Fault, Kind
from tests.faults.library import Library
from tests.faults.links import Link, Pace, Side
from tests.support.programs import wait_for

CARRIES_LIMIT_S = 20.0
TEAR_LIMIT_S = 5.0
SLOW_S = 2.0
GIVEN_UP_S = 2.0 * KEEPALIVE_S + 1.5
"""Both ends have given a dead connection up by then."""


def harm_link(library: Library, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Do it to one link and give its name; nothing when it met no connection."""
    links = list(library.links.values())
    # One that carries nothing would be spared: its station was just killed, or all of them, since the broker was.
    wait_for(lambda: any(each.carries for each in links), "a link that carries something", CARRIES_LIMIT_S)
    link = chance.choice([each for each in links if each.carries] or links)
    hit, how = link.hit, ""
    match fault.kind:
        case Kind.LINK_CUT:
            link.cut()
        case Kind.LINK_TORN:
            link.tear_next(chance)
            wait_for(link.torn, f"a packet on the link of {link.name}", TEAR_LIMIT_S)
        case Kind.LINK_SLOW:
            _pace(link, Pace.DRIBBLE)
        case Kind.LINK_SLICED:
            _pace(link, Pace.SLICED)
        case Kind.HALF_OPEN:
            side = chance.choice(list(Side))
            _blind(link, fault.away_s, side)
            how = f", nothing {side}"
        case Kind.PARTITION:
            _blind(link, GIVEN_UP_S + fault.away_s, *Side)
        case _:
            link.hold()
            _wait(fault.away_s)
            link.go_on()
    return (f"{link.name}{how}",) if link.hit > hit else ()


def _pace(link: Link, pace: Pace) -> None:
    link.pace(pace)
    _wait(SLOW_S)
    link.pace(Pace.WHOLE)


def _blind(link: Link, seconds: float, *sides: Side) -> None:
    link.blind(*sides)
    _wait(seconds)
    link.see()


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)
