"""Which serial scanners are plugged in, and the lines to paste into the settings file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

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
    """Print the ports that could be scanners, and the lines to paste; gives the exit code."""
    ports = serial_ports()
    if not ports:
        print("No serial port is plugged in. Set the scanner to USB-COM (CDC-ACM, virtual serial port; see its manual), then try again.")
    for port in ports:
        print(f"# {port.path.name} (now {port.device})\n{port.lines}\n")
    return 0


def _ports_in(folder: Path) -> list[Port]:
    if not folder.is_dir():
        return []
    return [Port(path, path.resolve()) for path in sorted(folder.iterdir())]
