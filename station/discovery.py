"""Which scanners are plugged in, serial ones and keyboards, and the lines to paste into the settings file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from station.scanners.keyboards import Keyboard, best_match, find, listed, matches, places
from station.settings import ScannerSettings
from station.words import Key, Saying

BY_ID = Path("/dev/serial/by-id")
BY_PATH = Path("/dev/serial/by-path")


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port by a name that stays the same after a replug."""

    path: Path
    device: Path

    @property
    def lines(self) -> str:
        """The section for station.toml."""
        return f'[[scanner]]\nkind = "serial"\npath = {json.dumps(str(self.path))}\nbaud = 9600\nframing = "line"'


def serial_ports(by_id: Path = BY_ID, by_path: Path = BY_PATH) -> list[Port]:
    """Give the ports by id; by path only those that have no id (no serial number)."""
    ports = _ports_in(by_id)
    named = {port.device for port in ports}
    return ports + [port for port in _ports_in(by_path) if port.device not in named]


def list_scanners() -> int:
    """Print the ports and keyboards that could be scanners, and the lines to paste; gives the exit code."""
    ports, keyboards = serial_ports(), find()
    if not ports:
        print("No serial port is plugged in. Set the scanner to USB-COM (CDC-ACM, virtual serial port; see its manual), then try again.\n")
    for port in ports:
        print(f"# {port.path.name} (now {port.device})\n{port.lines}\n")
    if not keyboards:
        print("No keyboard is plugged in, so no scanner that types (HID) either.")
    for keyboard in sorted(keyboards, key=lambda each: not each.looks_like_a_scanner):
        print(keyboard_lines(keyboard, keyboards))
    if ports or keyboards:
        print('# "holdshelf-station card card.pdf" and "holdshelf-station calibrate" find what else these lines must say.')
    return 0


def keyboard_lines(keyboard: Keyboard, others: Sequence[Keyboard]) -> str:
    """Give what a person must know of one keyboard, and its section for station.toml; commented out where it may be no scanner."""
    where = f"USB port {keyboard.port}" if keyboard.port else "not on the USB"
    names = "".join(f"# {link}\n" for link in keyboard.links)
    section = f'[[scanner]]\nkind = "hid"\nmatch = {json.dumps(best_match(keyboard, others))}\nlayout = "us"\n'
    looks = "looks like a scanner"
    if not keyboard.looks_like_a_scanner:
        looks = "looks like somebody's keyboard: take it only if it is a scanner, for nobody else can type on it then"
        section = "".join(f"# {line}\n" for line in section.splitlines())
    off = "# switched off (inhibited) until a station takes it\n" if keyboard.switch else ""
    return f"# {keyboard.name} ({keyboard.identity}, {where}, now {keyboard.node})\n{names}# {looks}\n{off}{section}"


def keyboard_notes(sections: Sequence[ScannerSettings], keyboards: Sequence[Keyboard] | None = None) -> list[str]:
    """Say what would not work about the sections of kind hid."""
    there = find() if keyboards is None else keyboards
    hid = [each for each in sections if each.kind == "hid"]
    patterns = [each.match or "" for each in hid]
    notes = []
    for section, pattern in zip(hid, patterns, strict=True):
        mine = [each for each in there if matches(pattern, each)]
        sayings = [saying for each in mine if (saying := _trouble(each, pattern, patterns))]
        if not mine:
            sayings = [Saying(Key.KEYBOARD_MISSING, {"match": pattern})]
        notes += [f"scanner {section.label}: {saying}" for saying in [*sayings, *_doubts(section)]]
    return notes


def _doubts(section: ScannerSettings) -> list[str]:
    """Say which settings of a keyboard scanner were perhaps never looked at."""
    doubts = []
    if "layout" not in section.model_fields_set:
        doubts.append('no layout is set, so "us" is taken; if barcodes come out wrong, "holdshelf-station calibrate" finds the right one')
    if section.terminator == "none":
        doubts.append(
            "a scan ends only by a pause, so every answer comes late: better set the scanner to send Enter, "
            'then run "holdshelf-station calibrate"'
        )
    return doubts


def _trouble(keyboard: Keyboard, pattern: str, patterns: Sequence[str]) -> Saying | None:
    others = [patterns[place] for place in places(patterns, keyboard) if patterns[place] != pattern]
    if others:
        return Saying(Key.KEYBOARD_OF_TWO, {"match": pattern, "other": others[0], "path": keyboard.node})
    if not os.access(keyboard.node, os.R_OK):
        return Saying(Key.KEYBOARD_FORBIDDEN, {"path": keyboard.node})
    if keyboard.switch and not os.access(keyboard.switch, os.W_OK):
        return Saying(Key.KEYBOARD_INHIBITED, {"path": keyboard.node})
    return None


def _ports_in(folder: Path) -> list[Port]:
    return [Port(path, path.resolve()) for path in listed(folder)]
