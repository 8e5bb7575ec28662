"""A station process under hostile input, over real pseudo-terminals and its own reader: ``make faults ARGS=--hostile``.

It must not end, not grow, keep nothing but barcodes, and take the next scan that is right. There is no broker: what is kept is in its
journal. The mass of the inputs goes through the pieces in ``tests/unit/station/test_hostile_input.py``; here they meet in one program.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from station.layouts import load
from tests.faults.scanners.hand import framed
from tests.support.brokers import free_port
from tests.support.hostile import RECORD, hostile_bytes, hostile_keys, is_a_barcode, records
from tests.support.keyboard import ENTER, ModelScanner
from tests.support.pipe_keyboards import PipeKeyboard, write_station
from tests.support.programs import Program, wait_for
from tests.support.ptys import PtyScanner

LINES: Mapping[str, str] = {
    "line": "",
    "idle": 'idle_ms = 20\nprefix = "~"\n',
    "stx": 'lrc = "data"\nanswer = true\n',
    "ssi": "",
}
KEYS = 'layout = "us"\nalt_unicode = true\ncontrol = "keep"\nbackspace = true\n'
WARM = 300
MOST_GROWTH_MIB = 2.0
TEN_MEGABYTES = 10 * 1024 * 1024
STUCK_S = 20.0
WHOLE_BYTES = select.PIPE_BUF // RECORD.size * RECORD.size
REST_S = 1.6
"""So long nothing is sent before the scans that must be taken: silence ends whatever had begun."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What was sent, and what came of it."""

    seed: int
    inputs: int
    grown_mib: float
    scans: int
    faults: Counter[str]
    wrong: list[str]
    """What was kept and must not be, or was not taken and must be."""
    seconds: float

    def report(self) -> str:
        """Give it as text."""
        found = self.wrong + ([f"it grew by {self.grown_mib:.1f} MiB"] if self.grown_mib > MOST_GROWTH_MIB else [])
        verdict = "\n".join(
            [f"{len(found)} findings", *found[:20], f'again: make faults ARGS="--hostile --seed {self.seed} --scans {self.inputs}"']
        )
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        return (
            f"seed {self.seed}: {verdict if found else 'no exit, no growth, nothing but barcodes'}\n"
            f"  inputs: {self.inputs}\n  kept: {self.scans} scans; faults: {kinds}\n"
            f"  grown: {self.grown_mib:.1f} MiB\n  seconds: {self.seconds:.0f}"
        )

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return not self.wrong and self.grown_mib <= MOST_GROWTH_MIB


class Devices:
    """Four lines and a keyboard."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder = folder
        self.lines = {framing: stack.enter_context(PtyScanner(folder / framing)) for framing in LINES}
        self.keyboard = stack.enter_context(contextlib.closing(PipeKeyboard(folder, 0)))

    def settings(self) -> str:
        """Give the station's settings file."""
        lines = [f'kind = "serial"\nframing = "{name}"\npath = "{pty.path}"\n{LINES[name]}' for name, pty in self.lines.items()]
        sections = [*lines, f'kind = "hid"\nmatch = "{self.keyboard.match}"\n{KEYS}']
        head = f'station = "front-1"\nsite = "main"\n[mqtt]\nport = {free_port()}\npassword = "none"\n'
        return head + "".join(f"[[scanner]]\n{each}" for each in sections)

    def send(self, framing: str, data: bytes) -> None:
        """Send over a line; whoever does not read for long is stuck."""
        master = self.lines[framing].master
        self._write(master, data)
        # Answers must not fill the line back.
        while select.select([master], [], [], 0)[0]:
            os.read(master, 4096)

    def press(self, data: bytes) -> None:
        """Send records of the keyboard."""
        # As much as a pipe takes whole: a kernel gives no half records.
        for place in range(0, len(data), WHOLE_BYTES):
            self._write(self.keyboard.descriptor, data[place : place + WHOLE_BYTES])

    def _write(self, descriptor: int, data: bytes) -> None:
        os.set_blocking(descriptor, False)
        end = time.monotonic() + STUCK_S
        while data:
            assert time.monotonic() < end, f"nothing was read for {STUCK_S:.0f} s"
            if select.select([], [descriptor], [], 1)[1]:
                with contextlib.suppress(BlockingIOError):
                    data = data[os.write(descriptor, data) :]


def storm(folder: Path, seed: int, inputs: int, say: Callable[[str], None]) -> Storm:
    """Send so many inputs and judge."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        devices = Devices(folder, stack)
        program = stack.enter_context(_started(devices))
        for name, _pty in devices.lines.items():
            program.out.wait(lambda line, name=name: f"Scanner {name} is there" in line)  # type: ignore[misc]
        program.out.wait(f"Scanner {devices.keyboard.match} is there")
        chance = random.Random(seed)
        _send(devices, chance, WARM, program, say)
        before = _resident_mib(program)
        _send(devices, chance, inputs, program, say)
        _without_end(devices)
        missing = [] if inputs == 0 else list(_not_taken(devices, program))
        grown = _resident_mib(program) - before
        program.stop()
        return _judged(folder / "journal.db", Storm(seed, inputs, grown, 0, Counter(), missing, time.monotonic() - began))


def _started(devices: Devices) -> Program:
    folder = devices.folder
    settings = folder / "station.toml"
    settings.write_text(devices.settings())
    return Program(str(write_station(folder)), "run", "--json", "--config", settings)


def _send(devices: Devices, chance: random.Random, inputs: int, program: Program, say: Callable[[str], None]) -> None:
    names = list(devices.lines)
    for number in range(1, inputs + 1):
        if chance.random() < 0.2:
            devices.press(records(hostile_keys(chance, time.monotonic_ns())))
        else:
            devices.send(chance.choice(names), hostile_bytes(chance))
        if number % 500 == 0:
            program.check()
        if number % 10_000 == 0:
            say(f"{number} inputs, {_resident_mib(program):.1f} MiB")


def _without_end(devices: Devices) -> None:
    """Send ten megabytes on each line, and then its end."""
    for framing in devices.lines:
        piece = b"\x02" + b"x" * 65535
        for _ in range(TEN_MEGABYTES // len(piece)):
            devices.send(framing, piece)
        devices.send(framing, b"\r\n")


def _not_taken(devices: Devices, program: Program) -> Iterator[str]:
    """Scan once on each device, rightly; give what did not come."""
    # What is still held down would make other signs of the next scan.
    devices.keyboard.type(tuple((key, 0) for key in range(256)))
    threading.Event().wait(REST_S)
    for number, framing in enumerate(devices.lines):
        barcode = f"3000000000000{number}"
        devices.send(framing, framed(framing, barcode.encode()))
        yield from _seen(program, barcode, framing)
    for report in ModelScanner(load("us")).types("30000000000009"):
        devices.keyboard.type(report)
    devices.keyboard.type(((ENTER, 0),))
    yield from _seen(program, "30000000000009", "hid")


def _seen(program: Program, barcode: str, where: str) -> Iterator[str]:
    try:
        wait_for(lambda: any(f'"barcode": "{barcode}"' in line for line in program.out.all(-200)), barcode, 10)
    except AssertionError:
        yield f"a right scan was not taken: {barcode} on {where}"


def _resident_mib(program: Program) -> float:
    return psutil.Process(program.pid).memory_info().rss / 2**20


def _judged(journal: Path, storm: Storm) -> Storm:
    with contextlib.closing(sqlite3.connect(journal)) as connection:
        scans = [json.loads(body) for (body,) in connection.execute("SELECT body FROM scan")]
        faults = [json.loads(body) for (body,) in connection.execute("SELECT body FROM fault")]
    wrong = [f"kept as a barcode: {each['barcode']!r}" for each in scans if not is_a_barcode(each["barcode"])]
    wrong += [f"kept as a detail: {each['detail']!r}" for each in faults if not each["detail"].isprintable()]
    found = Counter(each["kind"] for each in faults)
    return Storm(storm.seed, storm.inputs, storm.grown_mib, len(scans), found, storm.wrong + wrong, storm.seconds)
