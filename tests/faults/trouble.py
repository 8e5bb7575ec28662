"""Carries a schedule of faults out while the clerks scan on; how links and disks fail is in ``on_links`` and ``on_disks``."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable

from tests.faults.forms import KILLS, LINKS, MET_BY_SCANNING, Fault, Form, Kind
from tests.faults.library import Library, Part, signal_part
from tests.faults.on_disks import harm_disk
from tests.faults.on_links import harm_link
from tests.faults.witness import Witness
from tests.support.programs import wait_for

LETTER_LIMIT_S = 3.0
STALL_LIMIT_S = 60.0
"""However much is away, the clerks get on with something in this time."""
AHEAD = 12
"""So many scans beyond a fault that has not happened, in a paced form."""


class Trouble:
    """Carries the schedule out, one fault after the other, in the thread that starts programs."""

    def __init__(self, library: Library, witness: Witness, faults: list[Fault], form: Form, say: Callable[[str], None]) -> None:
        self._library = library
        self._witness = witness
        self._faults = faults
        self._form = form
        self._say = say
        self._done = 0
        self._under_way: Kind | None = None
        self._waiting = threading.Event()

    def scan_on(self) -> bool:
        """Whether a clerk may begin something: always, but in a paced form not far beyond a fault that has not happened."""
        if not self._form.paced or self._done == len(self._faults):
            return True
        fault = self._faults[self._done]
        return self._under_way in MET_BY_SCANNING or self._witness.scanned < fault.at + AHEAD

    def run(self, go_on: Callable[[], bool]) -> None:
        """Do all of it; ``go_on`` raises when the clerks cannot go on."""
        try:
            self._all(go_on)
        finally:
            # Whatever happened, the clerks are not held back any more.
            self._done = len(self._faults)

    def _all(self, go_on: Callable[[], bool]) -> None:
        for number, fault in enumerate(self._faults, 1):
            wait_for(lambda at=fault.at: go_on() and self._witness.scanned >= at, f"scan {fault.at}", STALL_LIMIT_S)  # type: ignore[misc]
            self._waiting.wait(fault.delay_s)
            self._under_way = fault.kind
            parts = self._do(fault, random.Random(fault.draw))
            self._under_way, self._done = None, number
            if parts:
                self._witness.fault(fault.kind, parts)
            what = ", ".join(parts) or "it met nothing"
            self._say(f"fault {number}/{len(self._faults)} at scan {self._witness.scanned}: {fault.kind} ({what})")

    def _do(self, fault: Fault, chance: random.Random) -> tuple[str, ...]:
        if fault.kind in LINKS:
            return harm_link(self._library, fault, chance)
        if fault.kind in KILLS:
            return self._strike(fault, chance)
        return harm_disk(self._library, fault, chance)

    def _strike(self, fault: Fault, chance: random.Random) -> tuple[str, ...]:
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
            case Kind.LETTER_BEGINS | Kind.LETTER_TAKEN:
                return self._kill_at_letter(hub, fault, chance)
            case Kind.PAUSE:
                return self._pause(chance.choice([station, hub, broker]), fault)
            case _:
                return self._kill(chance.sample([*stations, hub, broker], len(stations) + 2), fault, chance)

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
