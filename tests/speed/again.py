"""How long it takes to be there again: a second ``holdshelf up``, a kill -9 of hub, broker or station, and ten thousand scans that waited.

Who was killed is started at once: a supervisor's own wait (RestartSec=5 in the units) comes on top.
"""

from __future__ import annotations

import contextlib
import sqlite3
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from broker.embedded import find_mosquitto
from hub.data_folder import DataFolder
from tests.speed.agent import with_serial_scanner
from tests.speed.books import AT_REST, REQUESTS, Book
from tests.speed.processes import start, wait_for_line
from tests.speed.sides import AGENT, Side, reading
from tests.support.programs import script
from tests.support.ptys import PtyScanner

TIMES = 10
BETWEEN_SCANS_S = 0.02
SETTLED_S = 2.0
LIMIT_S = 120.0
WAITING = 10_000
AIMS_S = {"hub": 1.0, "broker": 1.5, "station": 1.0, "drain": 5.0}
NEWEST = "SELECT coalesce(max(key), 0) FROM scan"
SCANNED_SINCE = "SELECT 1 FROM scan s JOIN stream t ON t.key = s.stream WHERE s.key > ? AND t.station = ? AND s.happened_at > ?"
FURTHER = "SELECT 1 FROM (SELECT sum(seq) AS taken FROM stream WHERE station = ?) WHERE taken > ?"
POSITION = "SELECT coalesce(sum(seq), 0) FROM stream WHERE station = ?"


@dataclass
class Again:
    """What was measured, in seconds; of each kill every time."""

    up_s: list[float] = field(default_factory=list)
    kills_s: dict[str, list[float]] = field(default_factory=dict)
    drain_s: list[float] = field(default_factory=list)


def second_starts(folder: Path, times: int) -> list[float]:
    """Time ``holdshelf up`` from its start to "ready", on a data folder that is there."""
    data, found = folder / "up", []
    for number in range(times + 1):
        command = [str(script("holdshelf")), "up", "--data", str(data), "--no-station", "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0"]
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            wait_for_line(start(command, stack, log=folder / "up.log"), "ready", LIMIT_S)
            if number:
                found.append(time.monotonic() - began)
    return found


class House:
    """Broker, hub and one station that never stops scanning, each of which may be killed and comes again."""

    def __init__(self, hub: Side, stack: contextlib.ExitStack) -> None:
        self._hub, self._stack = hub, stack
        self._data = DataFolder(hub.folder / "data")
        scanner = stack.enter_context(PtyScanner(self._data.path / "stations" / "scanner"))
        self._settings = with_serial_scanner(self._data.path / "stations", scanner.path)
        self._running = {"hub": hub.program, "broker": hub.broker, "station": self._start_station()}
        self._stopped = threading.Event()
        hand = threading.Thread(target=self._scan, args=(scanner,), daemon=True)
        hand.start()
        stack.callback(hand.join)
        stack.callback(self._stopped.set)

    def _scan(self, scanner: PtyScanner) -> None:
        number = 0
        while not self._stopped.wait(BETWEEN_SCANS_S):
            number += 1
            scanner.write(f"{Book(REQUESTS - number % AT_REST).item}\r".encode())

    def _start_station(self) -> subprocess.Popen[bytes]:
        command = [str(script("holdshelf-station")), "run", "--config", str(self._settings)]
        return start(command, self._stack, log=self._hub.folder / "agent.log")

    def _start_hub(self) -> subprocess.Popen[bytes]:
        command = [str(script("holdshelf")), "run", "--config", str(self._data.hub_toml)]
        return start(command, self._stack, log=self._hub.folder / "log")

    def _start_broker(self) -> subprocess.Popen[bytes]:
        program = find_mosquitto()
        assert program is not None
        return start(
            [program, "-c", str(self._hub.folder / "broker" / "mosquitto.conf")], self._stack, log=self._hub.folder / "broker" / "log"
        )

    def kill(self, name: str) -> float:
        """Kill one with -9, start it at once, and give the seconds until a scan is committed that was not before."""
        # A kill in the middle of coming back would find whoever dials waiting for longer and longer.
        time.sleep(SETTLED_S)
        again = {"hub": self._start_hub, "broker": self._start_broker, "station": self._start_station}[name]
        with reading(self._hub.database) as connection:
            [position] = connection.execute(POSITION, (AGENT,)).fetchone()
            self._wait_for(connection, FURTHER, (AGENT, position + 2))
            [newest] = connection.execute(NEWEST).fetchone()
            began, began_ms = time.monotonic(), int(time.time() * 1000)
            self._running[name].kill()
            self._running[name].wait()
            self._running[name] = again()
            # What was on its way when the blow fell does not count.
            self._wait_for(connection, SCANNED_SINCE, (newest, AGENT, began_ms))
            return time.monotonic() - began

    @staticmethod
    def _wait_for(connection: sqlite3.Connection, question: str, told: tuple[object, ...]) -> None:
        end = time.monotonic() + LIMIT_S
        while connection.execute(question, told).fetchone() is None:
            if time.monotonic() > end:
                raise RuntimeError(f"no scan was committed within {LIMIT_S:.0f} s")
            time.sleep(0.005)


def kills(hub: Side, times: int, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Kill each part so many times; the hub's side is of no use afterwards."""
    found: dict[str, list[float]] = {"station": [], "hub": [], "broker": []}
    with contextlib.ExitStack() as stack:
        house = House(hub, stack)
        for name, each in found.items():
            for _ in range(times):
                each.append(house.kill(name))
            say(f"{name} killed {times} times: the next scan was committed after {statistics.median(each):.2f} s")
    return found


def lines(found: Again) -> Iterator[str]:
    """Give the table, line by line."""
    yield f"{'there again, seconds':34}{'median':>9}{'worst':>9}  aim"
    yield _line("holdshelf up, second start", found.up_s, None)
    for name, each in found.kills_s.items():
        yield _line(f"kill -9 of the {name} -> next scan", each, AIMS_S[name])
    yield _line(f"{WAITING:,} waiting scans answered", found.drain_s, AIMS_S["drain"])


def _line(says: str, each: list[float], aim: float | None) -> str:
    if not each:
        return f"{says:34}{'-':>9}"
    middle = statistics.median(each)
    said = "" if aim is None else f"<= {aim}: {'met' if middle <= aim else 'NOT met'}"
    return f"{says:34}{middle:>9.2f}{max(each):>9.2f}  {said}".rstrip()
