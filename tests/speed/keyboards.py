"""How late keys are read while the agent is busy: ``python -m tests.speed.keyboards``.

A scanner's records go through a pipe to the reader's own loop: once in a process of its own, as a station has it, and once in a
thread beside the busy agent, which is what the process is there to avoid. The agent is a Python thread that never rests. A pipe
knows no ioctls, so the model of a device answers those; reading, waiting and decoding are the station's. Prints, asserts nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time

from station.keymap import KeyRules
from station.layouts import load
from station.scanners.hotplug import Hotplug
from station.scanners.keyboards import Keyboard
from station.scanners.reader import run
from station.scanners.watched import Watched
from station.scanners.wire import Ended, Said, Section
from tests.support.keyboard import ModelScanner
from tests.support.pipe_keyboards import PipeDevice, records

SCANS = 100
KEY_S = 0.001


def read_until_the_end(keys: int, until: int, lates: list[float]) -> None:
    """Read records with the reader's loop, and note how late each scan was, in milliseconds."""

    def tell(said: Said) -> None:
        if isinstance(said, Ended):
            lates.append((time.monotonic_ns() - said.t_ns) / 1e6)

    keyboard = Keyboard(node=f"/dev/fd/{keys}", name="pipe", vendor="05e0", product="1200", port=None, serial=None)
    watched = Watched(
        [Section("05e0:1200", "us", KeyRules())], tell, find=lambda: [keyboard], open_device=PipeDevice, clock=time.monotonic_ns
    )
    run(watched, Hotplug(), until, time.monotonic_ns)


def reader() -> None:
    """Be the process: records at descriptor 3, its end at 0."""
    lates: list[float] = []
    read_until_the_end(3, 0, lates)
    print(*lates)


def type_scans(descriptor: int) -> None:
    """Type like a fast scanner, each record with its time."""
    # Longer than it takes until the reader believes its keyboard.
    time.sleep(1.5)
    for _ in range(SCANS):
        for report in ModelScanner(load("us")).types("30000000000012"):
            t_ns = time.monotonic_ns()
            os.write(descriptor, records(report, t_ns))
            time.sleep(KEY_S)


def busy(stop: threading.Event) -> None:
    """Be an agent that never rests."""
    while not stop.is_set():
        sum(number * number for number in range(10_000))


def with_process() -> list[float]:
    """Measure as a station is."""
    keys, typed = os.pipe()
    scanner = subprocess.Popen([sys.executable, "-m", __spec__.name, "type"], stdout=typed)
    os.dup2(keys, 3, inheritable=True) if keys != 3 else os.set_inheritable(3, True)
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, "read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(3,), text=True
    )
    scanner.wait()
    out, _ = process.communicate()
    return [float(each) for each in out.split()]


def with_thread() -> list[float]:
    """Measure as it would be in the agent."""
    keys, typed = os.pipe()
    until, end = os.pipe()
    lates: list[float] = []
    scanner = subprocess.Popen([sys.executable, "-m", __spec__.name, "type"], stdout=typed)
    reading = threading.Thread(target=read_until_the_end, args=(keys, until, lates))
    reading.start()
    scanner.wait()
    os.close(end)
    reading.join()
    return lates


def main() -> None:
    """Measure both, each beside the same busy thread."""
    stop = threading.Event()
    threading.Thread(target=busy, args=(stop,), daemon=True).start()
    for name, measure in (("a process of its own", with_process), ("a thread of the agent", with_thread)):
        lates = sorted(measure())
        shown = ", ".join(f"{what} {value:.1f} ms" for what, value in _figures(lates))
        print(f"{name}: {len(lates)} of {SCANS} scans read, late by {shown}")
    stop.set()


def _figures(lates: list[float]) -> list[tuple[str, float]]:
    return [("p50", statistics.median(lates)), ("p99", lates[int(len(lates) * 0.99) - 1]), ("at most", lates[-1])]


if __name__ == "__main__":
    if sys.argv[1:] == ["read"]:
        reader()
    elif sys.argv[1:] == ["type"]:
        type_scans(1)
    else:
        main()
