"""How long a site takes to move to a server, and how much memory: ``python -m tests.speed.moving [--requests 1000000] [--folder DIR]``.

A site of so many requests, each with its item, a scan and a line of history, moves to a PostgreSQL server of its own that keeps what it
promises. The figures are of ``holdshelf migrate`` as a process; they are printed, never asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from hub.data_folder import DataFolder, FirstRun, Place
from hub.store.history import APPEND, LAST, link
from tests.speed.books import REQUESTS, now, prepare
from tests.speed.scale import MILLION, fill
from tests.support.postgres import running_server
from tests.support.programs import script

KIB = 1024
SCANS = """
INSERT INTO scan(stream, seq, scan_id, desk, barcode, source, happened_at, decided_at, request, outcome, rule, reply)
SELECT 1, 1000000 + key, 'filler-' || key, 'rs', '30000000000012', 'serial', changed_at, changed_at, key, 'accepted', 'B1',
'{"rule": "B1", "filler": "' || hex(zeroblob(200)) || '"}' FROM request WHERE key > ?
"""


def more(database: Path) -> None:
    """Give each of the requests made by SQL a scan and a line of history."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF").fetchall()
        connection.execute("BEGIN")
        connection.execute(SCANS, (REQUESTS,))
        connection.executemany(APPEND, _lines(connection))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _lines(connection: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    key, before = connection.execute(LAST).fetchone()
    for request, at in connection.execute("SELECT key, changed_at FROM request WHERE key > ? ORDER BY key", (REQUESTS,)).fetchall():
        key += 1
        chained = (request, None, "scan", at, "B1", "IN_TRANSIT_TO_RS", "CLOSED", "rs", "rs-1", "30000000000012", None, None, None, None)
        before = link(before, chained)
        yield (key, *chained, None, None, before)


def main() -> None:
    """Make the site, move it, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=MILLION)
    parser.add_argument("--folder", type=Path, help="where the site is made; a folder of its own in it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = DataFolder(Path(place))
        folder.make(FirstRun(), Place("127.0.0.1", 1), Place("127.0.0.1", 2))
        database = folder.path / "hub.db"
        prepare(database, folder.settings(), now())
        fill(database, options.requests, _say)
        more(database)
        with contextlib.closing(sqlite3.connect(database)) as connection:
            counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("request", "scan", "history")}  # noqa: S608
        _say(f"{database.stat().st_size / 1e9:.2f} GB: {counts}")
        with running_server(durable=True) as server:
            _move(folder.hub_toml, server.new_database())


def _move(config: Path, url: str) -> None:
    began = time.monotonic()
    process = subprocess.Popen([script("holdshelf"), "migrate", "--to", url, "--config", config])
    found, most, cpu = psutil.Process(process.pid), 0, 0.0
    while process.poll() is None:
        with contextlib.suppress(psutil.Error, OSError):
            # Not what wait4 says: that counts what this process had when it forked.
            most, cpu = max(most, _most_memory(process.pid)), sum(found.cpu_times()[:2])
        threading.Event().wait(0.2)
    took = time.monotonic() - began
    _say(f"exit code {process.returncode}, {took:.0f} s, CPU {cpu:.0f} s, at most {most * KIB / 1e6:.0f} MB of memory")


def _most_memory(pid: int) -> int:
    """Give the most KiB a process has had in memory."""
    [line] = [line for line in Path("/proc", str(pid), "status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
