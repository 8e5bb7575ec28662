"""How long a scan waits while a backup runs: ``python -m tests.speed.during_backup [--gigabytes 1] [--folder DIR]``.

A hub with a large database answers scans from a page, ten a second and at even times, first alone and then beside each way of
copying: as ``holdshelf backup`` does it, the same without rests, and SQLite's ``VACUUM INTO``. Figures are printed, never asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from hub.demo import item_barcode
from tests.support.house import House, Knobs
from tests.support.programs import script

RATE = 10
COPY = """
import sqlite3, sys
from pathlib import Path
from hub.store.copy import copy_moment
from hub.store.database import open_reader
source = open_reader(Path(sys.argv[1]))
if sys.argv[3] == "vacuum":
    source.execute("VACUUM INTO ?", (sys.argv[2],))
else:
    source.execute("BEGIN")
    source.execute("SELECT 1 FROM sqlite_master").fetchone()
    copy_moment(source, Path(sys.argv[2]), rest=0)
"""


def fill(database: Path, gigabytes: float) -> None:
    """Write scans of a station that is gone until the database is so large."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO stream(station, incarnation, seq, fault_seq) VALUES ('gone-1', 'x', 0, 0)")
        (stream,) = connection.execute("SELECT max(key) FROM stream").fetchone()
        reply, done = '{"rule": "H1", "filler": "%s"}' % ("x" * 700), 0
        while database.stat().st_size < gigabytes * 1e9:
            rows = [(stream, n, f"filler-{n:012d}", reply) for n in range(done, done + 50_000)]
            connection.executemany(
                "INSERT INTO scan(stream, seq, scan_id, source, happened_at, decided_at, outcome, rule, reply) "
                "VALUES (?, ?, ?, 'serial', 1, 1, 'accepted', 'H1', ?)", rows,
            )  # fmt: skip
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            done += 50_000


def scans(house: House, while_: Callable[[float], bool]) -> list[float]:
    """Scan at even times as long as asked; gives how many milliseconds each took."""
    # Without it the kernel keeps the body of each request back for 40 ms.
    transport = httpx.HTTPTransport(socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)])
    api = httpx.Client(base_url=house.api.base_url, headers=house.api.headers, timeout=60, transport=transport)
    took: list[float] = []
    begin = due = time.monotonic()
    while while_(time.monotonic() - begin):
        time.sleep(max(0.0, due - time.monotonic()))
        answer = api.post("/scans", json={"station": "main-1", "barcode": item_barcode(len(took) % 500 + 1)})
        took.append((time.monotonic() - due) * 1000)
        assert answer.status_code == 200, answer.text
        due += 1 / RATE
    return took


def line(what: str, seconds: float, took: list[float]) -> str:
    """Give one row of the table."""
    parts = statistics.quantiles(took, n=1000)
    return f"{what:22} {seconds:7.1f} s  p50 {parts[499]:6.1f}  p99 {parts[989]:6.1f}  max {max(took):6.1f} ms  ({len(took)})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name, House(Path(name) / "house", knobs=Knobs(bounce_s=0)) as house:
        house.stop_hub()
        database = house.data.path / "hub.db"
        fill(database, options.gigabytes)
        house.start_hub()
        scans(house, lambda seconds: seconds < 3)
        print(line("alone", 30, scans(house, lambda seconds: seconds < 30)), flush=True)
        ways = {
            "holdshelf backup": [script("holdshelf"), "backup", f"{name}/one", "--data", house.data.path],
            "the same, no rests": [sys.executable, "-c", COPY, database, f"{name}/two", "copy"],
            "VACUUM INTO": [sys.executable, "-c", COPY, database, f"{name}/three", "vacuum"],
        }
        for what, command in ways.items():
            began = time.monotonic()
            process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
            took = scans(house, lambda _seconds, process=process: process.poll() is None)  # type: ignore[misc]
            assert process.returncode == 0
            print(line(what, time.monotonic() - began, took), flush=True)
        house.check()


if __name__ == "__main__":
    main()
