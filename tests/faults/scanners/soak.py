"""One long run: eight scanners at a station that is killed, a broker and a hub that come and go, and a count of every scan.

``make faults ARGS=--scanners``. In the order of a run: ``room`` opens broker, hub, station and devices; the ``hand`` scans, the ``record``
is written, ``soak`` kills by the schedule of its seed, the ``judge`` counts. ``program`` puts model keyboards under the real reader.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import psutil

from tests.faults.mutants import VARIABLE
from tests.faults.scanners.hand import MAKES
from tests.faults.scanners.judge import Books, Finding, judge, owed
from tests.faults.scanners.record import READER_GOES_ON, READER_STOPPED, Record, Told
from tests.faults.scanners.room import Hands, Room
from tests.support.programs import wait_for

SCANS = 100_000
SCANS_A_FAULT = 700
SETTLE_LIMIT_S = 120.0
QUIET_S = 4.0
"""Longer than a station waits before it says hello again."""
STALL_LIMIT_S = 60.0
EVERY_S = 0.05
NAMES = [f"scanner-{make.letter}" for make in MAKES]


class Kind(StrEnum):
    """What can happen; a run in which one of these did not is no proof."""

    STATION = "station killed"
    BROKER = "broker killed, store wiped"
    HUB = "hub killed"
    READER = "reader of the keyboards stopped for a moment"


ALWAYS = (Kind.STATION, Kind.BROKER, Kind.STATION, Kind.HUB, Kind.READER)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run."""

    seed: int
    scans: int
    folder: Path
    mutant: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once so many scans were begun."""

    at: int
    kind: Kind
    away_s: float


@dataclass
class Outcome:
    """What came of it."""

    order: Order
    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)
    logs: str = ""

    @property
    def replay(self) -> str:
        """Give the one command that runs the same again."""
        mutant = f" --mutant {self.order.mutant}" if self.order.mutant else ""
        return f'make faults ARGS="--scanners --seed {self.order.seed} --scans {self.order.scans}{mutant}"'

    def report(self) -> str:
        """Give the whole outcome as text."""
        lines = [f"  {finding.kind}: {finding.words}" for finding in self.findings]
        verdict = "\n".join([f"{len(lines)} findings", *lines[:40], f"again: {self.replay}"]) if lines else "0 lost, 0 wrong, 0 silent"
        return f"seed {self.order.seed}: {verdict}\n  " + "\n  ".join(f"{name}: {value}" for name, value in self.figures.items())


def schedule(chance: random.Random, scans: int) -> list[Fault]:
    """Give what goes wrong during a run of so many scans, in order."""
    kinds = [*ALWAYS, *chance.choices(ALWAYS, k=max(0, scans // SCANS_A_FAULT - len(ALWAYS)))]
    return sorted((_fault(chance, scans, kind) for kind in kinds), key=lambda fault: fault.at)


def _fault(chance: random.Random, scans: int, kind: Kind) -> Fault:
    return Fault(chance.randrange(scans // 20, scans * 9 // 10), kind, chance.uniform(0.05, 0.4 if kind is Kind.READER else 1.5))


def run(order: Order, say: Callable[[str], None]) -> Outcome:
    """Run once and give what was found; every process is gone afterwards."""
    began = time.monotonic()
    order.folder.mkdir(parents=True, exist_ok=True)
    record, outcome = Record(order.folder / "witness.jsonl"), Outcome(order)
    hands = Hands(order.folder, record, order.scans, order.seed)
    environment = {VARIABLE: order.mutant} if order.mutant else {}
    with contextlib.closing(record), contextlib.closing(hands):
        room = Room(order.folder, record, hands, environment)
        try:
            with room:
                _Run(order, room, hands, record, say).go(outcome)
        except AssertionError as error:
            outcome.findings.append(Finding("stuck", str(error).splitlines()[0]))
            outcome.logs = str(error)
    if room.journal.exists():
        _judge(outcome, room)
    outcome.figures["seconds"] = round(time.monotonic() - began)
    return outcome


def _judge(outcome: Outcome, room: Room) -> None:
    told = Told.read(outcome.order.folder / "witness.jsonl", NAMES)
    books = Books.read(room.journal, room.data.path / "hub.db")
    outcome.findings += judge(told, books, Kind)
    if outcome.findings:
        outcome.logs += "".join(program.last_words() for program in room.programs())
    kinds = sorted({each.kind for each in books.faults})
    outcome.figures = {
        "typed": len(told.typed),
        "with light": len(told.lights),
        "at the hub": len(books.hub),
        "listened to from beginning to end": sum(1 for _ in owed(told, books)),
        "faults": ", ".join(f"{kind} {sum(each.kind == kind for each in books.faults)}" for kind in kinds),
        "typed and stored a scanner": ", ".join(_of_scanner(make.letter, told, books) for make in MAKES),
        "torn by the machine": told.pieces.total(),
        "happened": ", ".join(f"{what} {count}" for what, count in sorted(told.happened.items())),
    }


def _of_scanner(letter: str, told: Told, books: Books) -> str:
    typed, stored = (sum(each.barcode[:1] == letter for each in side) for side in (told.typed.values(), books.journal))
    return f"{letter} {typed}/{stored}"


class _Run:
    """The parts of one run."""

    def __init__(self, order: Order, room: Room, hands: Hands, record: Record, say: Callable[[str], None]) -> None:
        self._order = order
        self._room = room
        self._hands = hands
        self._record = record
        self._say = say
        self._waiting = threading.Event()

    def go(self, outcome: Outcome) -> None:
        """Do it all."""
        room = self._room
        room.start_station()
        room.stations[-1].err.wait("online")
        self._hands.begin()
        faults = schedule(random.Random(self._order.seed), self._order.scans)
        for number, fault in enumerate(faults, 1):
            self._until(lambda at=fault.at: self._record.begun >= at, f"scan {fault.at}")  # type: ignore[misc]
            self._do(fault)
            self._say(f"fault {number}/{len(faults)} at scan {self._record.begun}: {fault.kind}")
        self._until(lambda: self._hands.done, "all to be scanned")
        self._settle()
        room.check()
        room.stations[-1].stop()
        room.look()
        room.stop_hub()

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait as long as there is progress."""
        begun, end = self._record.begun, time.monotonic() + STALL_LIMIT_S
        while not condition():
            assert self._hands.done is not None
            self._room.look()
            if self._record.begun != begun:
                begun, end = self._record.begun, time.monotonic() + STALL_LIMIT_S
            assert time.monotonic() < end, f"waited {STALL_LIMIT_S:.0f} s for: {what}"
            self._waiting.wait(EVERY_S)

    def _do(self, fault: Fault) -> None:
        room = self._room
        match fault.kind:
            case Kind.STATION:
                room.kill_station()
                self._waiting.wait(fault.away_s)
                room.start_station()
                return
            case Kind.BROKER:
                room.kill_broker()
                self._waiting.wait(fault.away_s)
                room.start_broker()
            case Kind.HUB:
                room.kill_hub()
                self._waiting.wait(fault.away_s)
                room.start_hub()
            case Kind.READER:
                self._stop_reader(fault.away_s)
                return
        self._record.happened(fault.kind)

    def _stop_reader(self, away_s: float) -> None:
        wait_for(lambda: self._room.reader() is not None, "the reader of the keyboards")
        reader = self._room.reader()
        if reader is not None:
            self._record.happened(Kind.READER, READER_STOPPED)
            with contextlib.suppress(psutil.NoSuchProcess):
                reader.send_signal(signal.SIGSTOP)
                self._waiting.wait(away_s)
                reader.send_signal(signal.SIGCONT)
            self._record.happened("reader goes on", READER_GOES_ON)

    def _settle(self) -> None:
        room = self._room
        room.stations[-1].err.wait("online")
        seen, since = None, time.monotonic()

        def quiet() -> bool:
            nonlocal seen, since
            room.look()
            now = (room.shown, room.query("SELECT seq, fault_seq FROM stream"))
            if now != seen:
                seen, since = now, time.monotonic()
            return time.monotonic() - since > QUIET_S

        wait_for(quiet, "station and hub to come to rest", SETTLE_LIMIT_S)


def forget(order: Order) -> None:
    """Remove what a good run left."""
    shutil.rmtree(order.folder, ignore_errors=True)
