"""Writes what a scanner sends to a file, for bug reports and tests; ``replaying`` reads it.

JSON lines: first ``{"scanner": {settings}}``, then ``{"t": seconds, "type": 1, "code": 30, "value": 1}`` for each event of a
keyboard or ``{"t": seconds, "hex": "33300d"}`` for each read of a serial port. The seconds count from the start of the recording.
"""

from __future__ import annotations

import json
import os
import select
import signal
import termios
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

from station.errors import StationError
from station.framers import framer_of
from station.framing import Framer
from station.keymap import EV_LED, LED_CAPS_LOCK
from station.scanners.one_keyboard import KeyboardForUs, NotOpened, open_keyboard
from station.scanners.serial_port import Port, open_port, why_not
from station.settings import ScannerSettings, StationFile

NS_PER_S = 1_000_000_000
READ_BYTES = 4096

Fields = dict[str, object]


class Source(Protocol):
    """A scanner that is open for recording."""

    def fileno(self) -> int:
        """Give what can be waited for."""

    def read(self) -> Iterable[Fields]:
        """Give what came, as lines without their place in time but ``t_ns``; OSError when the scanner is gone."""

    def close(self) -> None:
        """Let it go."""


def record(settings: StationFile, name: str | None, path: Path) -> int:
    """Record the scanner of this name until SIGINT or SIGTERM; gives the exit code."""
    section = chosen(settings, name)
    source = opened(section)
    try:
        with open(path, "x", encoding="utf-8", buffering=1, opener=partial(os.open, mode=0o600)) as out:
            stop = asked_to_stop()
            print(f"Recording {section.label} to {path}: scan now, end with Ctrl-C. The file holds the barcodes as they are.", flush=True)
            count = write(section, source, stop, out.write, time.monotonic_ns)
    except OSError as error:
        raise StationError(f"{path} cannot be written ({error.strerror}): choose a new file.") from error
    finally:
        source.close()
    print(f"{count} lines. holdshelf-station replay {path} decodes them.")
    return 0


def chosen(settings: StationFile, name: str | None) -> ScannerSettings:
    """Give the section of this name, or the only one."""
    found = [each for each in settings.scanner if each.kind != "typed" and name in (None, each.label)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(each.label for each in settings.scanner if each.kind != "typed") or "none"
    raise StationError(f"Say with --scanner which scanner to record; the settings file has: {there}.")


def write(section: ScannerSettings, source: Source, stop: int, line: Callable[[str], object], clock: Callable[[], int]) -> int:
    """Write the settings, then all that comes until this descriptor can be read or the scanner is gone; gives how many lines."""
    line(heading(section))
    began_ns, count = clock(), 0
    for fields in _until(source, stop, clock):
        line(row(fields, began_ns))
        count += 1
    return count


def heading(section: ScannerSettings) -> str:
    """Give the first line of a recording: the settings as they were written."""
    return _json({"scanner": section.model_dump(mode="json", exclude_unset=True)})


def row(fields: Fields, began_ns: int) -> str:
    """Give the line of something that came at ``t_ns``."""
    t_ns = fields["t_ns"]
    assert isinstance(t_ns, int)  # noqa: S101 - whoever makes them puts it in
    return _json({"t": round((t_ns - began_ns) / NS_PER_S, 6)} | {name: value for name, value in fields.items() if name != "t_ns"})


def _until(source: Source, stop: int, clock: Callable[[], int]) -> Iterator[Fields]:
    poll = select.poll()
    for descriptor in (source.fileno(), stop):
        poll.register(descriptor, select.POLLIN)
    while stop not in {descriptor for descriptor, _what in poll.poll()}:
        try:
            for fields in source.read():
                yield {"t_ns": clock()} | fields
        except OSError:
            # Unplugged: what came is kept.
            return


class KeySource:
    """A keyboard that is ours alone."""

    def __init__(self, device: KeyboardForUs) -> None:
        self._device = device
        self.fileno, self.close = device.fileno, device.close
        # Written as the event that would have put it on.
        self._light: list[Fields] = [{"type": EV_LED, "code": LED_CAPS_LOCK, "value": 1}] if device.caps_lock_light() else []

    def read(self) -> list[Fields]:
        """Give the events that wait, first of all the Caps Lock light where it is on."""
        light, self._light = self._light, []
        return light + [{"t_ns": each.t_ns, "type": each.type, "code": each.code, "value": each.value} for each in self._device.read()]


class SerialSource:
    """A serial port; a scanner that waits for answers gets them, or it would send all again."""

    def __init__(self, port: Port, framer: Framer) -> None:
        self._framer = framer
        self.fileno, self.close = port.fileno, port.close

    def read(self) -> list[Fields]:
        """Give the bytes that wait."""
        data = os.read(self.fileno(), READ_BYTES)
        if not data:
            raise OSError("unplugged")
        self._framer.feed(data, time.monotonic_ns())
        if answer := self._framer.answer():
            os.write(self.fileno(), answer)
        return [{"hex": data.hex()}]


def opened(section: ScannerSettings) -> Source:
    """Open a scanner for recording; StationError says why it cannot be."""
    if section.kind == "hid":
        return _open_keyboard(section.match or "")
    path = section.path or ""
    try:
        return SerialSource(open_port(path, section.baud, section.bits), framer_of(section))
    except (OSError, ValueError, termios.error) as error:
        raise StationError(f"The scanner cannot be recorded: {why_not(path, error)}.") from error


def _open_keyboard(match: str) -> Source:
    try:
        return KeySource(open_keyboard(match))
    except NotOpened as error:
        raise StationError(f"The scanner cannot be recorded: {error.why}.") from error


def asked_to_stop() -> int:
    """From now on SIGINT and SIGTERM end nothing: give a descriptor that can be read once somebody asks to stop."""
    asked, ask = os.pipe()
    os.set_blocking(ask, False)
    signal.set_wakeup_fd(ask)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    return asked


def _json(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
