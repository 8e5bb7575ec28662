"""What a real station holds in memory: the agent on a pseudo-terminal scanner, after a hundred scans the hub has taken."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from tests.speed.books import AT_REST, REQUESTS, Book
from tests.speed.processes import Memory, memory, start
from tests.speed.sides import AGENT, Side, reading
from tests.support.programs import script, wait_for
from tests.support.ptys import PtyScanner

SCANS = 100
LIMIT_S = 30.0
BETWEEN_S = 0.02


def agent_memory(hub: Side) -> Memory:
    """Run a station beside the hub, scan, wait until every scan is taken, and ask the kernel."""
    folder = hub.database.parent / "stations"
    with contextlib.ExitStack() as stack:
        scanner = stack.enter_context(PtyScanner(folder / "scanner"))
        settings = with_serial_scanner(folder, scanner.path)
        log = hub.folder / "agent.log"
        agent = start([str(script("holdshelf-station")), "run", "--config", str(settings)], stack, log=log)
        wait_for(lambda: f"station {AGENT} online" in log.read_text(), "the station to be online", LIMIT_S)
        for number in range(SCANS):
            scanner.write(f"{Book(REQUESTS - AT_REST + 1 + number).item}\r".encode())
            time.sleep(BETWEEN_S)
        _wait_until_taken(hub.database, SCANS)
        return memory(agent.pid)


def with_serial_scanner(folder: Path, device: Path) -> Path:
    """Give the station's settings with a serial scanner in the place of what was there."""
    file = folder / f"{AGENT}.toml"
    # A second time it is there already, at the same place.
    text = file.read_text().replace('kind = "typed"', f'kind = "serial"\npath = "{device}"')
    file.write_text(text)
    return file


def _wait_until_taken(database: Path, scans: int) -> None:
    """Wait until the hub has taken so many of the station's scans."""
    end = time.monotonic() + LIMIT_S
    with reading(database) as connection:
        while time.monotonic() < end:
            row = connection.execute("SELECT seq FROM stream WHERE station = ?", (AGENT,)).fetchone()
            if row is not None and row[0] >= scans:
                return
            time.sleep(0.02)
    raise RuntimeError(f"the station's scans never came to {scans}")
