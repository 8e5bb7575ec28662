"""What a scan waits while very many notices are planned: ``python -m tests.speed.beside_planning``; figures stand in docs/performance.md.

A real hub behind a real broker starts in the morning with 100,000 loans that are due, and takes 50 scans a second meanwhile; then alone.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from hub.core.calendar import end_of_day
from hub.settings import HubSettings
from hub.store.database import open_database, open_reader, transaction
from hub.store.moments import to_ms
from hub.store.place import Place
from tests.speed import books, reports
from tests.speed.in_bulk import go_on_behind, settle, write_rows
from tests.speed.processes import machine
from tests.speed.sides import Side, start_hub_side

FIRST = 1_000_001
"""Behind all numbers and barcodes of the books that go round."""
DUE, RATE, SECONDS = 100_000, 50, 2.0
LIMIT_S = 200.0
REQUEST = "key, request_id, source, title, requester, pickup_desk, partner, pieces, state, version, created_at, changed_at"
ITEM = "key, request, piece, barcode, state, received_at, changed_at, episode, due_at, checked_out_at, circulated, version, renewals"
PLANNED = f"SELECT count(*) FROM notice WHERE request >= {FIRST}"  # noqa: S608 - a number


def fill(place: Place, settings: HubSettings, count: int) -> None:
    """Write loans that are due in two days beside the books that go round."""
    now = books.now()
    books.prepare(place, settings, now)
    due = to_ms(end_of_day(datetime.now(UTC).date() + timedelta(days=2), UTC))
    then = to_ms(now - timedelta(days=20))
    keys = range(FIRST, FIRST + count)
    patrons = books.PATRONS
    with contextlib.closing(open_database(place)) as connection:
        with transaction(connection):
            write_rows(
                connection, "request", REQUEST,
                ((key, f"DUE-{key}", "manual", f"Title {key}", 1 + key % patrons, books.PICKUPS[key % len(books.PICKUPS)], "tul", 1,
                  "CHECKED_OUT", 4, then, then) for key in keys),
            )  # fmt: skip
            write_rows(
                connection, "item", ITEM,
                ((key, key, 1, f"DUE{key}", "CHECKED_OUT", then, then, 1, due, then, True, 4, 0) for key in keys),
            )  # fmt: skip
        go_on_behind(connection, "request", "item")
        settle(connection)


def planned(place: Place) -> int:
    """Give how many notices are planned."""
    with contextlib.closing(open_reader(place)) as connection:
        return int(connection.execute(PLANNED).fetchone()[0])


def scans(side: Side) -> list[float]:
    """Give how long each scan took, in milliseconds."""
    answer = side.ask(work="round", warm_s=0.2, seconds=SECONDS, rate=RATE, window=None)
    assert not answer["problem"], answer["problem"]
    assert not answer["lost"], f"{answer['lost']} scans were not answered"
    took: list[float] = answer["latencies_ms"]
    return took


def line(what: str, took: list[float]) -> str:
    """Give a row of the table."""
    figures = (statistics.median(took), reports.p99(took), max(took))
    return f"| {what} | {len(took)} | {' | '.join(f'{ms:.1f} ms' for ms in figures)} |"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed.beside_planning", description="Measure scans while notices are planned.")
    parser.add_argument("--due", type=int, default=DUE, metavar="N", help="loans that are due (default: %(default)s)")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own instead of SQLite")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-planning-")))
        server = None
        if options.postgresql:
            # Imported here: its driver need not be there for the rest.
            from tests.support.postgres import running_server

            server = stack.enter_context(running_server(durable=True)).new_database()
        side = start_hub_side(folder / "hub", stack, fill=lambda place, settings: fill(place, settings, options.due), server=server)
        place: Place = server or side.database
        hub, began = psutil.Process(side.program.pid), time.monotonic()
        print(machine(folder), flush=True)
        first, memory, beside = planned(place), hub.memory_info().rss / 1e6, list[float]()
        assert first < options.due, "all was planned before the first scan; take more with --due"
        while (now := planned(place)) < options.due and time.monotonic() - began < LIMIT_S:
            beside += scans(side)
        took = time.monotonic() - began
        assert now == options.due, f"only {now:,} are planned"
        print(f"{options.due - first:,} of {options.due:,} planned in {took:.0f} s beside scans; hub's memory {memory:.0f} -> "
              f"{hub.memory_info().rss / 1e6:.0f} MB")  # fmt: skip
        print("| 50 scans/s | scans | p50 | p99 | slowest |\n|---|---|---|---|---|")
        print(line("while notices are planned", beside))
        # What it has still to tell the dashboards is no part of being alone.
        side.ask(drain=True)
        print(line("alone", [each for _ in range(3) for each in scans(side)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
