"""From the last key to the wire: a station beside the floor under it, in one run, scan by scan. ``python -m tests.speed.station``.

What is timed begins when the last byte (or the press of Enter) is written to the device, and ends when the whole barcode has come
out of the program's connection to its broker. Station and floor have a disk, a broker each of the same settings and the same scanners:
one on a pseudo-terminal, one keyboard on a named pipe. Also what a station takes of memory and, while nobody scans, of the processor.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from broker.mosquitto import Account
from broker.topics import Party, Root
from hub.demo import item_barcode
from station.layouts import load
from tests.speed.measure import quantile
from tests.speed.processes import cpu_s, machine, memory, start
from tests.speed.sides import DESKS, SITE, Side, start_broker, start_hub_side
from tests.speed.tap import Tap, pass_on
from tests.support.brokers import free_port
from tests.support.keyboard import ENTER, ModelScanner, Report
from tests.support.pipe_keyboards import PipeKeyboard, write_station
from tests.support.ptys import PtyScanner

SCANS, IDLE_S = 300, 60.0
KEY_S = 0.001
BETWEEN_S = 0.025
LIMIT_S = 2.0
ONLINE_LIMIT_S = 30.0
SETTLE_S = 1.6
"""Until the reader believes its keyboard."""
AIM, MEMORY_MIB, IDLE_SHARE = 1.3, 36.0, 0.005
KINDS = ("serial", "hid")


@dataclass
class Found:
    """What was measured."""

    late_ms: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    """By kind and by who; only what arrived."""
    lost: int = 0
    memory_mib: dict[str, float] = field(default_factory=dict)
    idle_share: dict[str, float] = field(default_factory=dict)


class Devices:
    """The scanners of one program."""

    def __init__(self, folder: Path, serial: int, keyboards: int, stack: contextlib.ExitStack) -> None:
        folder.mkdir()
        self.folder = folder
        self.ptys = [stack.enter_context(PtyScanner(folder / f"line{number}")) for number in range(serial)]
        self.keyboards = [stack.enter_context(contextlib.closing(PipeKeyboard(folder, number))) for number in range(keyboards)]

    def sections(self) -> str:
        """Give the settings of a station that has them."""
        serial = [f'kind = "serial"\npath = "{pty.path}"\n' for pty in self.ptys]
        hid = [f'kind = "hid"\nmatch = "{each.match}"\n' for each in self.keyboards]
        return "".join(f"\n[[scanner]]\n{each}" for each in (*serial, *hid))


class Hand:
    """Scans with one scanner of a program, and times it."""

    def __init__(self, kind: str, devices: Devices) -> None:
        self._kind = kind
        self._pty, self._keyboard = devices.ptys[0], devices.keyboards[0]
        self._model = ModelScanner(load("us"))

    def scan(self, barcode: str, taps: list[Tap]) -> float | None:
        """Scan; gives the milliseconds from the last key to the wire, None for never."""
        *others, last = self._strokes(barcode)
        for stroke in others:
            stroke()
            pass_on(taps, KEY_S)
        t_ns = last()
        seen_ns = pass_on(taps, LIMIT_S, barcode.encode())
        if self._kind == "hid":
            self._keyboard.type(((ENTER, 0),))
        return None if seen_ns is None else (seen_ns - t_ns) / 1e6

    def _strokes(self, barcode: str) -> Iterator[Callable[[], int]]:
        if self._kind == "serial":
            for sign in f"{barcode}\r":
                yield partial(self._send, sign)
            return
        for report in self._model.types(barcode)[:-1]:
            yield partial(self._press, report)

    def _send(self, sign: str) -> int:
        t_ns = time.monotonic_ns()
        self._pty.write(sign.encode())
        return t_ns

    def _press(self, report: Report) -> int:
        return self._keyboard.type(report)


def start_station(name: str, hub: Side, devices: Devices, port: int, stack: contextlib.ExitStack) -> psutil.Process:
    """Start a station on these scanners and return when the hub answers it."""
    file = hub.folder / "data" / "stations" / f"{name}.toml"
    text = file.read_text().replace('[[scanner]]\nkind = "typed"\n', "").replace(f"port = {hub.port}", f"port = {port}")
    file.write_text(text + devices.sections())
    process = start([str(write_station(devices.folder)), "run", "--config", str(file)], stack, log=devices.folder / "log")
    return psutil.Process(process.pid)


def start_floors(folder: Path, devices: Devices, stack: contextlib.ExitStack) -> list[Tap]:
    """Start a broker and a bare program for each kind."""
    accounts = [Account(f"floor-{kind}", secrets.token_urlsafe(16), Party.STATION) for kind in KINDS]
    port, taps = free_port(), []
    start_broker(folder / "broker", port, accounts, stack)
    time.sleep(0.3)
    for kind, account, device in zip(KINDS, accounts, (devices.ptys[0].path, devices.keyboards[0].path), strict=True):
        tap = stack.enter_context(contextlib.closing(Tap(port)))
        topic = Root(SITE).topic("scan", station=account.name)
        command = [sys.executable, "-m", "tests.speed.floor", kind, str(device), str(folder / f"{kind}.db")]
        start([*command, str(tap.port), account.name, account.password, topic], stack, log=folder / "log")
        taps.append(tap)
    return taps


def measure(hub: Side, folder: Path, *, scans: int, idle_s: float, say: Callable[[str], None]) -> Found:
    """Measure everything."""
    found = Found()
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        mine, bare, eight = (
            Devices(folder / name, count, count, stack) for name, count in (("station", 1), ("floor", 1), ("eight", 4))
        )  # fmt: skip
        tap = stack.enter_context(contextlib.closing(Tap(hub.port)))
        stations = {
            "two scanners": start_station(DESKS[0], hub, mine, tap.port, stack),
            "eight scanners": start_station(DESKS[1], hub, eight, hub.port, stack),
        }
        taps = [tap, *start_floors(folder, bare, stack)]
        wait_until_online([mine, eight], taps)
        hands = {(kind, who): Hand(kind, devices) for kind in KINDS for who, devices in (("floor", bare), ("station", mine))}
        say(f"{scans} scans of each kind, by turns")
        _scan(hands, taps, scans, found)
        found.memory_mib = {"agent": memory(stations["two scanners"].pid).rss, "reader": memory(_reader(stations["two scanners"]).pid).rss}
        say(f"nobody scans for {idle_s:.0f} s")
        found.idle_share = _idle(stations, taps, idle_s)
    return found


def wait_until_online(devices: list[Devices], taps: list[Tap]) -> None:
    """Return when the hub has answered these stations, and their keyboards are believed."""
    end = time.monotonic() + ONLINE_LIMIT_S
    while not all(" online" in (each.folder / "log").read_text() for each in devices):
        assert time.monotonic() < end, "".join((each.folder / "log").read_text() for each in devices)
        pass_on(taps, 0.05)
    pass_on(taps, SETTLE_S)


def _scan(hands: dict[tuple[str, str], Hand], taps: list[Tap], scans: int, found: Found) -> None:
    chance, number = random.Random(1), 500_000
    for place in range(scans + 5):
        for key in chance.sample(list(hands), len(hands)):
            number += 1
            late_ms = hands[key].scan(item_barcode(number), taps)
            pass_on(taps, BETWEEN_S)
            if late_ms is None:
                found.lost += 1
            elif place >= 5:
                # The first few warm everything up.
                found.late_ms.setdefault(key, []).append(late_ms)


def _reader(station: psutil.Process) -> psutil.Process:
    [found] = station.children()
    return found


def _idle(stations: dict[str, psutil.Process], taps: list[Tap], idle_s: float) -> dict[str, float]:
    used = {name: _used_s(each) for name, each in stations.items()}
    began = time.monotonic()
    pass_on(taps, idle_s)
    return {name: (_used_s(each) - used[name]) / (time.monotonic() - began) for name, each in stations.items()}


def _used_s(station: psutil.Process) -> float:
    return cpu_s(station.pid) + cpu_s(_reader(station).pid)


def lines(found: Found) -> Iterator[str]:
    """Give the table, line by line."""
    yield f"{'last key -> disk and wire, ms':34}{'floor':>9}{'station':>9}{'ratio':>8}  aim"
    for kind in KINDS:
        for name, part in (("p50", 0.5), ("p99", 0.99)):
            floor, station = (quantile(sorted(found.late_ms.get((kind, who), [])), part) for who in ("floor", "station"))
            compared = station / floor if floor else float("nan")
            yield f"{kind + ' ' + name:34}{floor:>9.2f}{station:>9.2f}{compared:>8.2f}  <= {AIM}: {_met(compared <= AIM)}"
    yield f"scans that never came: {found.lost}"
    for name, held in found.memory_mib.items():
        aim = f", aim <= {MEMORY_MIB:.0f}: {_met(held <= MEMORY_MIB)}" if name == "agent" else ""
        yield f"memory of the station's {name}: {held:.1f} MiB resident{aim}"
    for name, share in found.idle_share.items():
        yield f"idle with {name}: {share:.2%} of a core, reader included, aim <= {IDLE_SHARE:.1%}: {_met(share <= IDLE_SHARE)}"


def as_json(found: Found) -> dict[str, Any]:
    """Give everything for a program: each scan's milliseconds, memory and idle share."""
    late = {" ".join(key): each for key, each in found.late_ms.items()}
    return {"late_ms": late, "lost": found.lost, "memory_mib": found.memory_mib, "idle_share": found.idle_share}


def _met(yes: bool) -> str:
    return "met" if yes else "NOT met"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed.station", description="A station beside the floor under it.")
    parser.add_argument("--scans", type=int, default=SCANS, metavar="N", help="of each kind and program (default: %(default)s)")
    parser.add_argument("--idle", type=float, default=IDLE_S, metavar="S", help="seconds without a scan (default: %(default)s)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the journals lie (default: the temporary folder)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every scan's time into a file, too")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-floor-", dir=options.folder)))
        print(machine(folder))
        hub = start_hub_side(folder / "hub", stack)
        found = measure(hub, folder / "floor", scans=options.scans, idle_s=options.idle, say=lambda words: print(words, file=sys.stderr))
    print("\n".join(lines(found)))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
