"""What goes wrong and when: a schedule made from the seed, carried out while the clerks scan on."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.library import Library, Part, signal_part
from tests.faults.witness import Witness
from tests.support.programs import wait_for


class Kind(StrEnum):
    """What can happen; a run in which one of these did not is no proof."""

    STATION = "station killed"
    HUB = "hub killed"
    BROKER = "broker killed, store wiped"
    TWO = "two killed at once"
    ALL = "all killed at once"
    LETTER_BEGINS = "hub killed as a letter begins"
    LETTER_TAKEN = "hub killed before it heard that a letter was taken"
    PAUSE = "paused"


LETTERS = (Kind.LETTER_BEGINS, Kind.LETTER_TAKEN)
ALWAYS = (Kind.STATION, Kind.HUB, Kind.BROKER) * 2 + (Kind.TWO, *LETTERS, Kind.PAUSE, Kind.ALL)
MORE = (Kind.STATION, Kind.HUB, Kind.BROKER, Kind.TWO, Kind.TWO, *LETTERS, Kind.PAUSE, Kind.ALL)
SCANS_A_FAULT = 11
LETTER_LIMIT_S = 3.0
MOST_AWAY_S = 1.5
STALL_LIMIT_S = 60.0
"""However much is away, the clerks get on with something in this time."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once so many scans were made, ``delay_s`` later, for ``away_s``."""

    at: int
    kind: Kind
    delay_s: float
    away_s: float
    draw: int
    """Decides which part, and what else is to be decided."""


def schedule(chance: random.Random, scans: int) -> list[Fault]:
    """Give what goes wrong during a run of so many scans, in order."""
    kinds = [*ALWAYS, *chance.choices(MORE, k=max(0, scans // SCANS_A_FAULT - len(ALWAYS)))]
    return sorted((_fault(chance, scans, kind) for kind in kinds), key=lambda fault: fault.at)


def _fault(chance: random.Random, scans: int, kind: Kind) -> Fault:
    # Near the end no book may be left whose letter could come.
    at = chance.randrange(scans * 5 // 100, scans * (50 if kind in LETTERS else 90) // 100)
    # Half of them strike while the scan that set them off is on its way.
    delay_s = chance.uniform(0, 0.02) if chance.random() < 0.5 else chance.uniform(0, 0.5)
    return Fault(at, kind, delay_s, chance.uniform(0, MOST_AWAY_S), chance.getrandbits(32))


class Trouble:
    """Carries the schedule out, one fault after the other, in the thread that starts programs."""

    def __init__(self, library: Library, witness: Witness, faults: list[Fault], say: Callable[[str], None]) -> None:
        self._library = library
        self._witness = witness
        self._faults = faults
        self._say = say
        self._waiting = threading.Event()

    def run(self, go_on: Callable[[], bool]) -> None:
        """Do all of it; ``go_on`` raises when the clerks cannot go on."""
        for number, fault in enumerate(self._faults, 1):
            wait_for(lambda at=fault.at: go_on() and self._witness.scanned >= at, f"scan {fault.at}", STALL_LIMIT_S)  # type: ignore[misc]
            self._waiting.wait(fault.delay_s)
            parts = self._do(fault, random.Random(fault.draw))
            if parts:
                self._witness.fault(fault.kind, parts)
            what = ", ".join(parts) or "no letter came"
            self._say(f"fault {number}/{len(self._faults)} at scan {self._witness.scanned}: {fault.kind} ({what})")

    def _do(self, fault: Fault, chance: random.Random) -> tuple[str, ...]:
        *stations, hub, broker = self._library.parts()
        station = chance.choice(stations)
        match fault.kind:
            case Kind.STATION:
                return self._kill([station], fault, chance)
            case Kind.HUB:
                return self._kill([hub], fault, chance)
            case Kind.BROKER:
                return self._kill([broker], fault, chance)
            case Kind.TWO:
                return self._kill(chance.sample([station, hub, broker], 2), fault, chance)
            case Kind.ALL:
                return self._kill(chance.sample([*stations, hub, broker], len(stations) + 2), fault, chance)
            case Kind.LETTER_BEGINS | Kind.LETTER_TAKEN:
                return self._kill_at_letter(hub, fault, chance)
            case Kind.PAUSE:
                return self._pause(chance.choice([station, hub, broker]), fault)

    def _kill(self, parts: list[Part], fault: Fault, chance: random.Random) -> tuple[str, ...]:
        names = tuple(part.name for part in parts)
        for part in parts:
            part.kill()
            self._waiting.wait(chance.choice((0, 0.01, 0.3)) if len(parts) > 1 else 0)
        self._waiting.wait(fault.away_s)
        chance.shuffle(parts)
        for part in parts:
            part.start()
        return names

    def _kill_at_letter(self, hub: Part, fault: Fault, chance: random.Random) -> tuple[str, ...]:
        mail = self._library.mail
        mail.strike_at_next_letter(lambda: signal_part(hub, signal.SIGKILL), before=fault.kind is Kind.LETTER_BEGINS)
        if not mail.struck.wait(LETTER_LIMIT_S) and mail.never_mind():
            return ()
        mail.struck.wait(LETTER_LIMIT_S)
        return self._kill([hub], fault, chance)

    def _pause(self, part: Part, fault: Fault) -> tuple[str, ...]:
        signal_part(part, signal.SIGSTOP)
        self._waiting.wait(fault.away_s)
        signal_part(part, signal.SIGCONT)
        return (part.name,)
