"""What can go wrong, and the forms of a run: which of it, how often. A form whose kinds did not all happen proves nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.faults import disk, tracer
from tests.support import postgres


class Kind(StrEnum):
    """One kind of fault."""

    STATION = "station killed"
    HUB = "hub killed"
    BROKER = "broker killed, store wiped"
    TWO = "two killed at once"
    ALL = "all killed at once"
    LETTER_BEGINS = "hub killed as a letter begins"
    LETTER_TAKEN = "hub killed before it heard that a letter was taken"
    PAUSE = "paused"
    LINK_CUT = "link cut"
    LINK_TORN = "link reset in the middle of a packet"
    LINK_SLOW = "link slow, a few bytes at a time"
    LINK_SLICED = "link carries single bytes"
    HALF_OPEN = "link half-open: one way carries nothing"
    PARTITION = "link dead both ways, longer than the keepalive"
    HELD = "link held for a moment, then all comes at once"
    HUB_FULL = "hub's disk full"
    STATION_FULL = "stations' disk full"
    HUB_EIO = "fsync fails at the hub"
    STATION_EIO = "fsync fails at a station"
    SLOW_FSYNC = "fsync slow"
    POWER = "power cut"
    HUB_AT_CALL = "hub killed at a disk call"
    STATION_AT_CALL = "station killed at a disk call"
    ONE_OF_TWO_KILLED = "one of two hubs killed"
    ONE_OF_TWO_PAUSED = "one of two hubs stands still"


KEEPALIVE_S = 2
"""Of stations and hub where links fail; the broker gives up after half as long again."""
LETTERS = (Kind.LETTER_BEGINS, Kind.LETTER_TAKEN)
KILLS = (Kind.STATION, Kind.HUB, Kind.BROKER, Kind.TWO, Kind.TWO, *LETTERS, Kind.PAUSE, Kind.ALL)
LINKS = (Kind.LINK_CUT, Kind.LINK_TORN, Kind.LINK_SLOW, Kind.LINK_SLICED, Kind.HALF_OPEN, Kind.PARTITION, Kind.HELD)
DISKS = (Kind.HUB_FULL, Kind.STATION_FULL, Kind.HUB_EIO, Kind.STATION_EIO, Kind.SLOW_FSYNC)
HUBS = (Kind.ONE_OF_TWO_KILLED, Kind.ONE_OF_TWO_PAUSED)
AT_CALLS = (Kind.STATION_AT_CALL, Kind.HUB_AT_CALL)
MET_BY_SCANNING = frozenset((*AT_CALLS, *DISKS)) - {Kind.SLOW_FSYNC}
"""These happen at the next writes to a disk: scanning goes on until they did."""


@dataclass(frozen=True, slots=True)
class Form:
    """A run with these faults: ``always`` at least, then as many of ``more`` as the scans allow."""

    says: str
    always: tuple[Kind, ...]
    more: tuple[Kind, ...]
    scans: int
    scans_a_fault: int
    missing: Callable[[], str | None] = lambda: None
    """Why it cannot be run here."""
    links: bool = False
    disks: bool = False
    hubs: bool = False
    """Two hubs share a PostgreSQL server."""
    paced: bool = False
    """Clerks do not run ahead of the faults, so that each meets work under way."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """Everything that must have happened."""
        return frozenset(self.always)


def _no_server() -> str | None:
    return None if postgres.find_programs() is not None else "needs postgres: apt-get install postgresql"


FORMS = {
    "kills": Form(
        "kill -9 and pauses", (Kind.STATION, Kind.HUB, Kind.BROKER) * 2 + (Kind.TWO, *LETTERS, Kind.PAUSE, Kind.ALL), KILLS, 500, 11
    ),
    "links": Form("wires that fail", LINKS, LINKS, 300, 12, links=True, paced=True),
    "disks": Form(
        "disks that are full, slow or fail", DISKS * 2, DISKS, 240, 24, lambda: disk.missing() or tracer.missing(), disks=True, paced=True
    ),
    "power": Form("power cuts", (Kind.POWER,) * 3, (Kind.POWER,), 60, 20, disk.missing, disks=True, paced=True),
    "hubs": Form("two hubs, one of them killed or standing still every ten seconds", HUBS, HUBS, 1440, 80, _no_server, hubs=True),
    "syscalls": Form("kills at the n-th disk call", AT_CALLS * 6, AT_CALLS, 360, 30, tracer.missing, paced=True),
}
"""Each by the name it is asked for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once so many scans were made, ``delay_s`` later, for ``away_s``."""

    at: int
    kind: Kind
    delay_s: float
    away_s: float
    draw: int
    """Decides which part, and what else is to be decided."""


MOST_AWAY_S = 1.5


def schedule(chance: random.Random, scans: int, form: Form) -> list[Fault]:
    """Give what goes wrong during a run of so many scans, in order."""
    if form.hubs:
        # By turns, and by the clock: ``two_hubs`` says when.
        return [Fault(0, HUBS[number % 2], 0, 0, 0) for number in range(max(2, scans // form.scans_a_fault))]
    kinds = [*form.always, *chance.choices(form.more, k=max(0, scans // form.scans_a_fault - len(form.always)))]
    return sorted((_fault(chance, scans, kind) for kind in kinds), key=lambda fault: fault.at)


def _fault(chance: random.Random, scans: int, kind: Kind) -> Fault:
    # Near the end no book may be left whose letter could come.
    at = chance.randrange(scans * 5 // 100, scans * (50 if kind in LETTERS else 90) // 100)
    # Half of them strike while the scan that set them off is on its way.
    delay_s = chance.uniform(0, 0.02) if chance.random() < 0.5 else chance.uniform(0, 0.5)
    return Fault(at, kind, delay_s, chance.uniform(0, MOST_AWAY_S), chance.getrandbits(32))
