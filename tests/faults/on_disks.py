"""What goes wrong with the disks of hub and stations."""

from __future__ import annotations

import random
import signal
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing

from tests.faults.disk import Disk
from tests.faults.forms import Fault, Kind
from tests.faults.library import Library
from tests.faults.parts import HubPart, Part, StationPart, signal_part
from tests.faults.tracer import FLUSHES, WRITES, Tracer
from tests.support.programs import wait_for

FULL_LIMIT_S = 30.0
"""In this time somebody must have noticed that there is no room, and later that there is again."""
FULL_S = 2.5
"""Longer than what is tolerated as the way of a scan: what waits for so long must be told to be older."""
STRIKE_LIMIT_S = 5.0
EIO_LIMIT_S = 15.0
END_LIMIT_S = 3.0
MOST_CALLS = {FLUSHES: 5, WRITES: 12}
SLOW_FSYNC_US = 250_000
SLOW_S = 2.5
FAILED = 1
"""What a program ends with that says why."""


def harm_disk(library: Library, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Do it and give who was harmed; nothing when it met no work."""
    hub, station = HubPart(library), StationPart(chance.choice(list(library.desks.values())))
    match fault.kind:
        case Kind.POWER:
            return _cut_power(library, fault, chance)
        case Kind.HUB_FULL:
            _shorten_log(library)
            return _fill(library.hub_disk, fault, [hub])
        case Kind.STATION_FULL:
            # One disk of all, and whoever has a scan to keep finds out.
            return _fill(library.station_disk, fault, [StationPart(each) for each in library.desks.values()])
        case Kind.HUB_EIO:
            return _fail_fsync(hub, fault, chance)
        case Kind.STATION_EIO:
            return _fail_fsync(station, fault, chance)
        case Kind.HUB_AT_CALL:
            return _kill_at_call(hub, fault, chance)
        case Kind.STATION_AT_CALL:
            return _kill_at_call(station, fault, chance)
        case _:
            parts: list[Part] = [hub, station]
            return _slow_fsync(chance.choice(parts))


def _cut_power(library: Library, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Cut it for everything at once; all of it starts again in any order."""
    parts = library.parts()
    with library.away:
        # The processors lose power, too: none may still say what an fsync that was cut off in the middle answered it.
        for part in parts:
            if part.running:
                signal_part(part, signal.SIGSTOP)
        for each in (library.hub_disk, library.station_disk):
            each.cut()
        for part in parts:
            part.kill(ended=True)
        # The inner one first.
        library.station_disk.unmount()
        library.hub_disk.unmount()
        threading.Event().wait(fault.away_s)
        library.hub_disk.mount()
        library.station_disk.mount()
    for part in chance.sample(parts, len(parts)):
        part.start()
    return tuple(part.name for part in parts)


def _shorten_log(library: Library) -> None:
    """Leave the hub's log no room that it has already: it could write there for a hundred scans, and nobody would notice a full disk."""
    with closing(sqlite3.connect(library.data.settings().place(library.data.path), timeout=FULL_LIMIT_S)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _fill(disk: Disk, fault: Fault, parts: Sequence[Part]) -> tuple[str, ...]:
    """Leave no room until one of them noticed, and a while longer; nobody ends, and it works again by itself."""
    before = {part.name: part.no_room() for part in parts}

    def noticed() -> tuple[str, ...]:
        return tuple(part.name for part in parts if part.no_room() > before[part.name])

    disk.fill()
    try:
        wait_for(lambda: bool(noticed()), f"one of {', '.join(before)} to say that its disk is full", FULL_LIMIT_S)
        threading.Event().wait(FULL_S + fault.away_s)
    finally:
        disk.make_room()
    return noticed()


def _fail_fsync(part: Part, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Let fsync fail from the n-th on: the program ends, with a sentence, and its supervisor starts it again."""
    with Tracer(part.pid, f"{FLUSHES}:error=EIO:when={chance.randrange(1, 4)}+") as tracer:
        tracer.wait_until(lambda: not part.running, EIO_LIMIT_S)
    # It may have been struck at the last moment, and be about to end.
    if not tracer.wait_until(lambda: not part.running, END_LIMIT_S):
        return ()
    part.ended_with_a_sentence(FAILED)
    threading.Event().wait(fault.away_s)
    part.start()
    return (part.name,)


def _slow_fsync(part: Part) -> tuple[str, ...]:
    with Tracer(part.pid, f"{FLUSHES}:delay_enter={SLOW_FSYNC_US}"):
        threading.Event().wait(SLOW_S)
    return (part.name,)


def _kill_at_call(part: Part, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    calls = chance.choice([FLUSHES, WRITES])
    when = chance.randrange(1, MOST_CALLS[calls] + 1)
    with Tracer(part.pid, f"{calls}:signal=KILL:when={when}") as tracer:
        if not tracer.wait_until(lambda: not part.running, STRIKE_LIMIT_S):
            return ()
    part.kill()
    threading.Event().wait(fault.away_s / 4)
    part.start()
    return (part.name, calls, str(when))
