"""``python -m tests.speed.imports``: a list of 100,000 patrons is read and written as by the page, while scans come 50 times a second."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from fastapi import FastAPI

from hub.web.app import inside_of
from hub.web.import_jobs import Import
from tests.speed.processes import machine
from tests.speed.reports import p99
from tests.support.staff import sign_in
from tests.support.web import TestDoors, a_web, client_of

PATRONS = 100_000


async def measure(app: FastAPI, doors: TestDoors) -> None:
    """Import the list twice, and print how long each part took and how long scans waited."""
    signed = sign_in(doors)
    lines = (f"{number:014d};Vorname {number};Müller-{number};patron{number}@example.org\n" for number in range(1, PATRONS + 1))
    data = ("Barcode;Vorname;Nachname;E-Mail\n" + "".join(lines)).encode("utf-8-sig")
    print(f"{PATRONS:,} patrons, {len(data) / 1e6:.1f} MB")
    headers = signed.changing | {"X-CSRF-Token": signed.token}
    async with client_of(app) as client:
        for turn in ("first", "again"):
            begin = time.perf_counter()
            address = (await client.post("/admin/patrons/import/send", content=data, headers=headers)).json()["address"]
            one = inside_of(app).imports.one(address.rpartition("/")[2], "admin-1", doors.now())
            print(
                f"{turn}: read and compared in {await _while_scanning(doors, one, begin)}; new {one.counts.new:,}, same {one.counts.same:,}"
            )
            begin = time.perf_counter()
            await client.post(f"{address}/go", headers=headers)
            print(f"{turn}: written in {await _while_scanning(doors, one, begin)}")


async def _while_scanning(doors: TestDoors, one: Import, begin: float) -> str:
    delays = list[float]()
    while one.task is not None and not one.task.done():
        due = time.perf_counter() + 0.02
        await asyncio.sleep(0.02)
        doors.scan("rs-1", f"unknown-{len(delays)}", doors.new_id())
        delays.append(time.perf_counter() - due)
    said = f", scans p50 {statistics.median(delays) * 1000:.1f} ms, p99 {p99(delays) * 1000:.1f} ms" if delays else ""
    return f"{time.perf_counter() - begin:.1f} s{said}"


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="holdshelf-imports-") as folder:
        print("on", machine(Path(folder)))
        with a_web(Path(folder)) as (app, doors):
            asyncio.run(measure(app, doors))
    return 0


if __name__ == "__main__":
    sys.exit(main())
