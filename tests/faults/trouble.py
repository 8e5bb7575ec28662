"""Carries a schedule of faults out while the clerks scan on; how all but programs fail is in the modules called ``on_...``."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial

from tests.faults.books import Work
from tests.faults.forms import AT_CALLS, CLOCKS, DISKS, GUESTS, KILLS, LINKS, MAIL, MET_BY_SCANNING, SERVER, WIRES, Fault, Form, Kind
from tests.faults.guests import Guests
from tests.faults.library import Library
from tests.faults.on_clocks import set_clock
from tests.faults.on_disks import harm_disk
from tests.faults.on_links import harm_link
from tests.faults.on_mail import harm_mail, kill_at_letter, let_time_pass
from tests.faults.on_store import Backups, kill_server
from tests.faults.on_wires import harm_wire
from tests.faults.parts import Part, signal_part
from tests.faults.witness import Witness
from tests.support.programs import wait_for

STALL_LIMIT_S = 150.0
"""However much is away, the clerks get on with something in this time."""


Way = Callable[[Fault, random.Random], tuple[str, ...]]
"""Does a fault and gives what it met; nothing when it met nothing."""


class Trouble:
    """Carries the schedule out, one fault after the other, in the thread that starts programs."""

    def __init__(
        self, library: Library, witness: Witness, faults: list[Fault], form: Form, work: Work, guests: Guests, say: Callable[[str], None]
    ) -> None:
        self._library = library
        self._witness = witness
        self._work = work
        self._guests = guests
        self._backups = Backups(library)
        self._ways: tuple[tuple[Sequence[Kind], Way], ...] = (
            (LINKS, partial(harm_link, library)),
            (WIRES, partial(harm_wire, library)),
            (GUESTS, guests.come),
            (MAIL, self._bad_mail),
            (CLOCKS, partial(set_clock, library, work)),
            (SERVER, lambda fault, _chance: kill_server(library, fault)),
            ((Kind.RESTORED,), lambda fault, _chance: self._backups.put_back(fault)),
            (KILLS, self._strike),
            ((*DISKS, *AT_CALLS, Kind.POWER), partial(harm_disk, library)),
        )
        self._faults = faults
        self._form = form
        self._say = say
        self._done = 0
        self._under_way: Kind | None = None
        self._waiting = threading.Event()

    def scan_on(self) -> bool:
        """Whether a clerk may begin something: not far beyond a fault that has not happened."""
        if self._done == len(self._faults):
            return True
        fault = self._faults[self._done]
        return self._under_way in MET_BY_SCANNING or self._witness.scanned < fault.at + self._form.ahead

    def run(self, go_on: Callable[[], bool]) -> None:
        """Do all of it; ``go_on`` raises when the clerks cannot go on."""
        try:
            if Kind.RESTORED in self._form.kinds:
                self._backups.take()
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
        if fault.kind in (*DISKS, *AT_CALLS, *SERVER):
            # A hub that is still starting meets these otherwise: it ends with a sentence.
            self._library.wait_for_hub()
        act = next(act for kinds, act in self._ways if fault.kind in kinds)
        return act(fault, chance)

    def _bad_mail(self, fault: Fault, chance: random.Random) -> tuple[str, ...]:
        parts = harm_mail(self._library, fault, chance)
        let_time_pass(self._library, self._work)
        return parts

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
                if not kill_at_letter(self._library, hub, fault):
                    return ()
                return self._kill([hub], fault, chance)
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

    def _pause(self, part: Part, fault: Fault) -> tuple[str, ...]:
        signal_part(part, signal.SIGSTOP)
        self._waiting.wait(fault.away_s)
        signal_part(part, signal.SIGCONT)
        return (part.name,)
