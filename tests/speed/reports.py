"""``python -m tests.speed.reports``: a year with a million closed requests, counted from its history, and how long a report of it takes.

The past is written straight into the tables, as the flows would have written it but for the hashes of the chain; counting and reading
are the hub's own. Then scans come 50 times a second on the hub's loop, first alone, then while reports are read without a pause.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from hub.core.tally import STEPS
from hub.demo import seed_places
from hub.flows.count_past import is_long
from hub.store.database import open_database, transaction
from hub.store.pages.reader import Reader
from hub.store.pages.reports import Range, Report, report
from hub.store.place import Place
from hub.store.sql import Connection
from hub.tallying import Tallying
from hub.web.inside import Inside
from tests.speed.in_bulk import write_rows
from tests.speed.processes import machine
from tests.support.web import TestDoors

YEAR = date(2025, 1, 1), date(2025, 12, 31)
ACROSS = date(2025, 1, 16), date(2025, 12, 14)
"""A range whose edges are parts of months: the slowest to read."""
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
AT_ONCE = 20_000
LENDERS = 60
SLICES, SLICE_S, ALONE_S = 30, 2.0, 20.0
WAY = (
    ("U2", "REQUESTED", "IN_TRANSIT_TO_PICKUP", 96),
    ("T1", "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", 20),
    ("H2", "ON_HOLD_SHELF", "CHECKED_OUT", 60),
    ("C2", "CHECKED_OUT", "IN_TRANSIT_TO_RS", 400),
    ("B1", "IN_TRANSIT_TO_RS", "CLOSED", 24),
)
"""Each step of a book and its usual hours."""
COLUMNS = {
    "request": "key, request_id, source, title, pickup_desk, partner, pieces, state, outcome, version, created_at, changed_at, closed_at",
    "item": "key, request, piece, barcode, state, received_at, changed_at, episode, circulated, version, closed_at, outcome",
    "scan": "stream, seq, scan_id, desk, barcode, source, happened_at, decided_at, request, item, outcome, rule, reply",
    "history": "key, request, item, kind, at, rule, was, became, desk, actor, notice, hash",
}


def rows(count: int) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """Give the rows of so many requests, some at a time."""
    chance, keys, seq = random.Random(7), iter(range(1, 1 << 62)), iter(range(1, 1 << 62))
    partners, pickups = [f"l{number:02d}" for number in range(LENDERS)], ("main", "east", "joint")
    start = int(BEGIN.timestamp() * 1000)
    for first in range(1, count + 1, AT_ONCE):
        some: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        for number in range(first, min(first + AT_ONCE, count + 1)):
            at = start + int(number / count * 330 * 86_400_000)
            desk, lender, created = chance.choice(pickups), chance.choice(partners), at
            some["history"].append((next(keys), number, None, "act", at, "create", None, "REQUESTED", desk, "bench", None, b""))
            for rule, was, became, hours in WAY:
                at += int(chance.lognormvariate(0, 0.6) * hours * 3_600_000 * (0.6 if hours == 400 else 1))
                here = "rs" if rule in ("U2", "B1") else desk
                some["history"].append((next(keys), number, number, "scan", at, rule, was, became, here, f"{here}-1", None, b""))
                if rule == "T1":
                    some["history"].append(
                        (next(keys), number, number, "notice", at, "queued", None, None, here, "hub", "READY_FOR_PICKUP", b"")
                    )
                    some["history"].append(
                        (next(keys), number, number, "notice", at, "sent", None, None, here, "hub", "READY_FOR_PICKUP", b"")
                    )
                scan = next(seq)
                some["scan"].append((1, scan, f"s{scan}", here, f"b{number}", "serial", at, at, number, number, "accepted", rule, "{}"))
            some["item"].append((number, number, 1, f"b{number}", "CLOSED", at, at, 1, True, 6, at, "returned"))
            some["request"].append(
                (number, f"R{number}", "manual", "A book", desk, lender, 1, "CLOSED", "returned", 6, created, at, at)
            )  # fmt: skip
        yield some


def write(connection: Connection, count: int, say: Callable[[str], None]) -> None:
    """Write the past of so many requests."""
    with transaction(connection):
        seed_places(connection)
        for number in range(LENDERS):
            connection.execute("INSERT INTO partner VALUES (?, ?)", (f"l{number:02d}", f"Lender {number}"))
        connection.execute("INSERT INTO stream(station, incarnation, seq, fault_seq) VALUES ('bench', 'bench', 0, 0)")
    done = 0
    for some in rows(count):
        with transaction(connection):
            for table, lines in some.items():
                write_rows(connection, table, COLUMNS[table], lines)
        done += len(some["request"])
        if done % 200_000 == 0:
            say(f"{done:,} requests written")
    connection.execute("ANALYZE")


async def count_all(doors: TestDoors) -> tuple[float, list[float], list[float]]:
    """Count all of the history as the hub does, behind 50 scans a second; gives how long it took and scans' delays alone and meanwhile."""
    counting = Tallying(doors.connection, doors.database, doors.rules)
    alone = await scans_meanwhile(doors, reports=0, seconds=ALONE_S)
    begin, beside = time.monotonic(), list[float]()
    counted = asyncio.create_task(counting.look())
    while not counted.done():
        beside += await scans_meanwhile(doors, reports=0, seconds=SLICE_S)
    took = time.monotonic() - begin
    await counted
    assert not is_long(doors.connection), "it was broken off"
    counting.close()
    return took, alone, beside


def time_reports(place: Place, times: int = 15) -> dict[str, float]:
    """Give how long a report takes, the slowest of all, in seconds."""
    reader, found = Reader(place), {}
    for name, days in {"year": YEAR, "with parts of months": ACROSS, "a month": (date(2025, 3, 5), date(2025, 4, 4))}.items():
        spans, worked = list[float](), list[float]()
        for _ in range(times):
            begin, work = time.perf_counter(), time.process_time()
            seen: Report = reader.read(partial(report, wanted=Range(*days)))
            spans.append(time.perf_counter() - begin)
            worked.append(time.process_time() - work)
        assert seen.steps[STEPS[0]][0] > 0
        found[name] = max(spans)
        found[f"{name}, median"] = statistics.median(spans)
        found[f"{name}, median of processor"] = statistics.median(worked)
    reader.close()
    return found


async def scans_meanwhile(doors: TestDoors, *, reports: int, seconds: float) -> list[float]:
    """Take 50 scans a second on this loop while so many readers read reports without a pause; gives each scan's delay, in seconds."""
    inside, delays, ended = Inside(doors), list[float](), False

    async def read() -> None:
        while not ended:
            await inside.read(partial(report, wanted=Range(*ACROSS)))

    readers = [asyncio.create_task(read()) for _ in range(reports)]
    begin = time.perf_counter()
    for number in range(int(seconds * 50)):
        due = max(begin + number / 50, time.perf_counter() - 0.02)
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        doors.scan("rs-1", f"unknown-{number}", doors.new_id())
        delays.append(time.perf_counter() - due)
    ended = True
    await asyncio.gather(*readers)
    inside.close()
    return delays


async def _beside(doors: TestDoors) -> None:
    """Alone and beside reports by turns, so that what else the machine does meets both."""
    alone, beside = list[float](), list[float]()
    for _ in range(SLICES):
        alone += await scans_meanwhile(doors, reports=0, seconds=SLICE_S)
        beside += await scans_meanwhile(doors, reports=1, seconds=SLICE_S)
    print(f"{_compared(alone, beside)} reports")


def _compared(alone: list[float], beside: list[float]) -> str:
    return (
        f"scans p50 {statistics.median(alone) * 1000:.1f} and {statistics.median(beside) * 1000:.1f} ms, "
        f"p99 {p99(alone) * 1000:.1f} and {p99(beside) * 1000:.1f} ms, ratio {p99(beside) / p99(alone):.2f}, "
        f"slowest {max(alone) * 1000:.0f} and {max(beside) * 1000:.0f} ms, alone and beside"
    )


def p99(delays: list[float]) -> float:
    """Give what 99 of 100 stay below."""
    return sorted(delays)[int(len(delays) * 0.99)]


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m tests.speed.reports", description=__doc__)
    options.add_argument("--requests", type=int, default=1_000_000, help="closed requests in the year")
    options.add_argument("--postgresql", action="store_true", help="on a server of its own instead of a file")
    options.add_argument("--folder", type=Path, default=None, help="where the database is made")
    options.add_argument("--keep", type=Path, default=None, help="a database of an earlier run, or where this one is kept")
    given = options.parse_args()
    begin = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - begin:5.0f} s  {words}", file=sys.stderr, flush=True)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-reports-", dir=given.folder)))
        print("on", machine(folder))
        place, connection, made = _database(folder, given.keep, on_server=given.postgresql)
        if made:
            write(connection, given.requests, say)
        # What an earlier run was stopped at is counted on.
        doors = TestDoors(folder, connection, place)
        say("counting its history")
        took, *delays = asyncio.run(count_all(doors))
        print(f"counted once in {took:.0f} s; {_compared(*delays)} counting")
        for name, seconds in time_reports(place).items():
            print(f"report of {name}: {seconds * 1000:.0f} ms")
        asyncio.run(_beside(doors))
        connection.close()
    return 0


def _database(folder: Path, keep: Path | None, *, on_server: bool) -> tuple[Place, Connection, bool]:
    if on_server:
        # Imported here: its driver need not be there for the file.
        from tests.support import postgres

        place, connection = postgres.open_empty()
        return place, connection, True
    file = keep or folder / "hub.db"
    made = not file.exists()
    return file, open_database(file), made


if __name__ == "__main__":
    sys.exit(main())
