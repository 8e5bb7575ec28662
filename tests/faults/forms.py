"""What can go wrong, and the forms of a run: which of it, how often. A form whose kinds did not all happen proves nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from tests.faults import clocks, disk, tracer, wires
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
    MAIL_LATER = "mail server says later"
    MAIL_NEVER = "mail server refuses for good"
    MAIL_SLOW = "mail server slow"
    MAIL_HANGS_UP = "mail server hangs up before it takes a letter"
    MAIL_TAKEN = "mail server takes a letter and hangs up"
    MAIL_KILLED = "mail server killed"
    HUB_AHEAD = "hub's clock set forward"
    HUB_BACK = "hub's clock set back"
    STATION_AHEAD = "a station's clock set forward"
    STATION_BACK = "a station's clock set back"
    POISON = "messages that are none"
    OVERSIZE = "messages that are too long"
    OLD_AGAIN = "a new journal, and the old one's scans late and again"
    DEAF_DASHBOARD = "a dashboard that does not read"
    DEAF_STATION = "a station that does not read its replies"
    RESTORED = "hub put back from a backup"
    SERVER_KILLED = "database server killed"
    SERVER_STOPPED = "database server stopped as in a crash"
    LOSS = "packets lost, doubled and out of order"
    BLACK_HOLE = "packets vanish, longer than the keepalive"
    PULLED = "cable pulled"


UNPACED = 10**9
"""Clerks scan on whatever happens, and are in the middle of something when it does."""
SCANS_A_FAULT, MOST_AHEAD = 125, 50
"""Where clerks hardly pause: at least so many scans come on each fault, and at most so many before one that is due."""
KEEPALIVE_S = 2
"""Of stations and hub where links fail; the broker gives up after half as long again."""
LETTERS = (Kind.LETTER_BEGINS, Kind.LETTER_TAKEN)
KILLS = (Kind.STATION, Kind.HUB, Kind.BROKER, Kind.TWO, Kind.TWO, *LETTERS, Kind.PAUSE, Kind.ALL)
LINKS = (Kind.LINK_CUT, Kind.LINK_TORN, Kind.LINK_SLOW, Kind.LINK_SLICED, Kind.HALF_OPEN, Kind.PARTITION, Kind.HELD)
DISKS = (Kind.HUB_FULL, Kind.STATION_FULL, Kind.HUB_EIO, Kind.STATION_EIO, Kind.SLOW_FSYNC)
NEEDS_WORK = (Kind.HUB_FULL, Kind.STATION_FULL, Kind.STATION_EIO)
HUBS = (Kind.ONE_OF_TWO_KILLED, Kind.ONE_OF_TWO_PAUSED)
AT_CALLS = (Kind.STATION_AT_CALL, Kind.HUB_AT_CALL)
MAIL = (Kind.MAIL_LATER, Kind.MAIL_NEVER, Kind.MAIL_SLOW, Kind.MAIL_HANGS_UP, Kind.MAIL_TAKEN, Kind.MAIL_KILLED)
CLOCKS = (Kind.HUB_AHEAD, Kind.HUB_BACK, Kind.STATION_AHEAD, Kind.STATION_BACK)
GUESTS = (Kind.POISON, Kind.OVERSIZE, Kind.OLD_AGAIN, Kind.DEAF_DASHBOARD, Kind.DEAF_STATION)
SERVER = (Kind.SERVER_KILLED, Kind.SERVER_STOPPED)
WIRES = (Kind.LOSS, Kind.BLACK_HOLE, Kind.PULLED)
ONE_OF_EACH = (Kind.STATION, Kind.HUB, Kind.BROKER, Kind.LINK_TORN, Kind.PARTITION, Kind.MAIL_LATER, Kind.MAIL_TAKEN, Kind.MAIL_KILLED)
MET_BY_SCANNING = frozenset((*AT_CALLS, *DISKS, *LETTERS, *MAIL)) - {Kind.SLOW_FSYNC, Kind.MAIL_KILLED}
"""These happen at the next writes to a disk, or at the next letter: scanning goes on until they did."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"
STORES = (SQLITE, POSTGRESQL)


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
    clocks: bool = False
    """Hub and stations go by clocks that can be set."""
    wires: bool = False
    """Stations stand on machines of their own, behind wires that carry packets."""
    guests: bool = False
    """Others have logins at the broker and mean no good."""
    ahead: int = 12
    """So many scans clerks may run ahead of a fault that has not happened: each meets work under way."""
    letters: bool = False
    """Books come to the shelf and most of them stay: what matters is their letters."""
    joint: bool = False
    """A letter speaks of all books that came for its patron meanwhile."""
    stores: tuple[str, ...] = STORES
    usual: bool = True
    """Whether ``make faults`` runs it when no form is asked for."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """Everything that must have happened."""
        return frozenset(self.always)

    @property
    def may_keep_letters(self) -> bool:
        """Whether what letters need (a mail server, a database server) may be away for longer than a patron waits."""
        return not {*MAIL, *SERVER}.isdisjoint((*self.always, *self.more))

    def brisk(self) -> Form:
        """Give the form for clerks who hardly pause: as much work comes between two faults, which would else follow when all is done."""
        if self.letters:
            return self
        return replace(self, scans_a_fault=max(self.scans_a_fault, SCANS_A_FAULT), ahead=min(self.ahead, MOST_AHEAD))

    def on(self, store: str) -> Form:
        """Give the form with what can go wrong with this store as well."""
        if store != POSTGRESQL or self.letters or self.hubs:
            return self
        return replace(self, always=(*self.always, *SERVER), more=(*self.more, *SERVER))


def _disks_missing() -> str | None:
    return disk.missing() or tracer.missing()


def _no_server() -> str | None:
    return None if postgres.find_programs() is not None else "needs postgres: apt-get install postgresql"


FORMS = {
    "kills": Form(
        "kill -9 and pauses",
        (Kind.STATION, Kind.HUB, Kind.BROKER) * 2 + (Kind.TWO, *LETTERS, Kind.PAUSE, Kind.ALL),
        KILLS,
        300,
        11,
        ahead=UNPACED,
    ),
    "links": Form("wires that fail", LINKS, LINKS, 150, 12, links=True),
    "disks": Form("disks that are full, slow or fail", DISKS, DISKS, 150, 24, _disks_missing, disks=True, stores=(SQLITE,)),
    "power": Form("power cuts", (Kind.POWER,) * 3, (Kind.POWER,), 60, 20, disk.missing, disks=True, stores=(SQLITE,)),
    "syscalls": Form("kills at the n-th disk call", AT_CALLS * 4, AT_CALLS, 180, 30, tracer.missing, stores=(SQLITE,)),
    "mail": Form("a mail server that fails", (*MAIL, *LETTERS), MAIL, 150, 15, clocks.missing, clocks=True),
    "clocks": Form("clocks that are set", CLOCKS, CLOCKS, 120, 15, clocks.missing, clocks=True),
    "guests": Form("guests that mean no good", GUESTS, GUESTS, 120, 20, guests=True),
    "restore": Form("a hub put back from a backup", (Kind.RESTORED,) * 2, (Kind.RESTORED,), 160, 60, stores=(SQLITE,)),
    "wires": Form("packets that are lost", WIRES, WIRES, 120, 20, wires.missing, wires=True),
    "medley": Form(
        "something of everything",
        (
            Kind.STATION,
            Kind.HUB,
            Kind.BROKER,
            Kind.LINK_TORN,
            Kind.PARTITION,
            Kind.MAIL_LATER,
            Kind.MAIL_TAKEN,
            Kind.MAIL_KILLED,
            *CLOCKS,
            *GUESTS,
        ),
        (*KILLS, *LINKS, *MAIL, *CLOCKS, *GUESTS),
        100,
        8,
        clocks.missing,
        links=True,
        clocks=True,
        guests=True,
        usual=False,
    ),
    "letters": Form(
        "letters under kills",
        (*LETTERS, Kind.HUB, Kind.MAIL_KILLED, Kind.MAIL_TAKEN),
        (*LETTERS, Kind.HUB, Kind.MAIL_KILLED),
        4800,
        58,
        clocks.missing,
        clocks=True,
        letters=True,
        usual=False,
    ),
    "hubs": Form(
        "two hubs, one of them killed or standing still every ten seconds", HUBS, HUBS, 1440, 80, _no_server, hubs=True, usual=False
    ),
}
"""Each by the name it is asked for."""
FORMS["joint"] = replace(FORMS["letters"], says="letters about several books under kills", joint=True)


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
    return sorted((_fault(chance, scans, kind, form) for kind in kinds), key=lambda fault: fault.at)


def _fault(chance: random.Random, scans: int, kind: Kind, form: Form) -> Fault:
    # Near the end no book may be left whose letter could come, or whose scan could meet it.
    last = 45 if kind in (*LETTERS, *MAIL, *NEEDS_WORK) and not form.letters else 90
    if kind in WIRES:
        # Each lasts for seconds in which clerks go on, and the last one comes later than it was meant to.
        last = 60
    at = chance.randrange(scans * 5 // 100, scans * last // 100)
    # Half of them strike while the scan that set them off is on its way.
    delay_s = chance.uniform(0, 0.02) if chance.random() < 0.5 else chance.uniform(0, 0.5)
    return Fault(at, kind, delay_s, chance.uniform(0, MOST_AWAY_S), chance.getrandbits(32))
