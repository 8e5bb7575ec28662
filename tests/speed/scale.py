"""What a scan costs when many years of requests lie in the database: the same work by turns on a small and on large ones.

The closed requests are made by SQL from those that are there, their numbers and barcodes spread between those that are scanned, so
that each look-up meets a page of the index that holds mostly old ones. They have their items and no history.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.speed.books import REQUESTS
from tests.speed.measure import Kind, Rounds, measure
from tests.speed.sides import Side, start_hub_side

FULL = Kind("saturated", "round", 3, window=500, warm_s=1)
AT_200 = Kind("200/s", "round", 3, rate=200)
MILLION = 1_000_000
BYTES_A_REQUEST = 900
"""On the disk while they are made, the write-ahead log included."""
COPY_REQUESTS = """
INSERT INTO request(request_id, source, title, pickup_desk, partner, pieces, state, outcome, version, created_at, changed_at, closed_at)
SELECT request_id || '-' || :copy, source, title, pickup_desk, partner, pieces, 'CLOSED', 'returned', 9, created_at, changed_at, changed_at
FROM request WHERE key <= :base ORDER BY key
"""
COPY_ITEMS = """
INSERT INTO item(request, piece, barcode, state, received_at, changed_at, episode, circulated, version, closed_at, outcome)
SELECT key, 1, '3' || printf('%012d', (key - 1) % :base + 1) || :copy, 'CLOSED', created_at, changed_at, 1, 1, 7, closed_at, outcome
FROM request WHERE key > :first
"""


class NoRoomError(Exception):
    """The disk is too small for that."""


def fill(database: Path, requests: int, say: Callable[[str], None]) -> None:
    """Bring a database that nobody uses to so many requests."""
    need, free = requests * BYTES_A_REQUEST, shutil.disk_usage(database.parent).free
    if need > free:
        raise NoRoomError(f"{requests:,} requests need {need / 1e9:.0f} GB, {free / 1e9:.0f} GB are free; --folder DIR takes another disk.")
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", "cache_size=-800000", "wal_autocheckpoint=20000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        for copy in range(1, requests // REQUESTS):
            [first] = connection.execute("SELECT max(key) FROM request").fetchone()
            told = {"copy": f"{copy:03d}", "base": REQUESTS, "first": first}
            connection.execute("BEGIN")
            connection.execute(COPY_REQUESTS, told)
            connection.execute(COPY_ITEMS, told)
            connection.execute("COMMIT")
            if copy % 25 == 0:
                say(f"{(copy + 1) * REQUESTS:,} of {requests:,} requests are written")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def run(folder: Path, *, big: bool, rounds: int, say: Callable[[str], None]) -> Rounds:
    """Measure the small one and the large ones by turns; gives the rounds by kind and number of requests."""
    found: Rounds = defaultdict(list)
    with contextlib.ExitStack() as stack:
        sides = [_side(folder, count, stack, say) for count in (REQUESTS, MILLION, *([10 * MILLION] if big else []))]
        for number in range(rounds):
            for kind in (FULL, AT_200):
                for side in sides if number % 2 else sides[::-1]:
                    values = measure(side, kind, 1.0)
                    side.ask(drain=True)
                    found[kind.name, side.name].append(values)
                    say(f"{side.name} requests, {kind.name}: CPU {values['cpu_us']:.0f} us a scan, p50 {values['p50_ms']:.2f} ms")
    return dict(found)


def _side(folder: Path, count: int, stack: contextlib.ExitStack, say: Callable[[str], None]) -> Side:
    def grow(database: Path) -> None:
        fill(database, count, say)

    return start_hub_side(folder / str(count), stack, name=str(count), prepare=grow)
