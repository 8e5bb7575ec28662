"""Keyboards that are named pipes: the station's own reader, with records that somebody writes.

A pipe knows no ioctls, so those are answered here; reading, waiting and decoding are the station's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from station.keymap import EV_KEY, EV_SYN, SYN_REPORT
from station.scanners import keyboards, reader
from station.scanners.event_device import RECORD, EventDevice
from station.scanners.keyboards import Keyboard
from tests.support.programs import script

NS_PER_S = 1_000_000_000
REPOSITORY = Path(__file__).parents[2]
# As much left out of memory as in a station that was started as people start it.
PROGRAM = """#!{python}
import functools, sys
sys.path.append({root!r})
from station import lean
lean.begin()
lean.without_tls()
from station.scanners import hid
hid.Reader = functools.partial(hid.Reader, (sys.executable, "-c", {reader!r}))
from station.cli import main
sys.exit(main(sys.argv[1:]))
"""
READER = (
    "import sys; sys.path.append({root!r}); from pathlib import Path; from tests.support.pipe_keyboards import main; main(Path({folder!r}))"
)
VENDOR = "05e0"
Report = Iterable[tuple[int, int]]


class PipeDevice(EventDevice):
    """Records from a pipe."""

    def use_monotonic_clock(self) -> None:
        """The writer did."""

    def only(self, *kinds: int) -> None:
        """The writer does."""

    def keys_down(self) -> set[int]:
        """Give none."""
        return set()

    def grab(self) -> None:
        """Nobody else has it."""


def records(report: Report, t_ns: int) -> bytes:
    """Give the kernel's records of one report."""
    seconds, rest = divmod(t_ns, NS_PER_S)
    keys = b"".join(RECORD.pack(seconds, rest // 1000, EV_KEY, code, value) for code, value in report)
    return keys + RECORD.pack(seconds, rest // 1000, EV_SYN, SYN_REPORT, 0)


class PipeKeyboard:
    """The writing end."""

    def __init__(self, folder: Path, number: int) -> None:
        self.path = folder / f"event{number}"
        self.match = f"{VENDOR}:{number:04x}"
        os.mkfifo(self.path)
        # For both, so that it is there before and after its reader.
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def type(self, report: Report) -> int:
        """Write one report and give its time."""
        t_ns = time.monotonic_ns()
        os.write(self.descriptor, records(report, t_ns))
        return t_ns

    def close(self) -> None:
        """Take it away."""
        os.close(self.descriptor)


def keyboard(path: Path) -> Keyboard:
    """Give what the reader finds for a pipe."""
    number = int(path.name.removeprefix("event"))
    return Keyboard(node=str(path), name="pipe", vendor=VENDOR, product=f"{number:04x}", port=None, serial=None)


def write_station(folder: Path) -> Path:
    """Write the program of a station whose reader has this folder's pipes and no other keyboards."""
    reader_of_pipes = READER.format(root=str(REPOSITORY), folder=str(folder))
    program = folder / "station-with-pipes"
    program.write_text(PROGRAM.format(python=script("holdshelf-station").parent / "python", root=str(REPOSITORY), reader=reader_of_pipes))
    program.chmod(0o700)
    return program


def main(folder: Path) -> None:
    """Be the reader of a station."""
    found = [keyboard(path) for path in sorted(folder.glob("event*"))]
    vars(keyboards).update(find=lambda: found)
    vars(reader).update(EventDevice=PipeDevice)
    reader.main()
