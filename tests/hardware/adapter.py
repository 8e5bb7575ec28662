"""QEMU's USB serial adapter, an FTDI FT232 to the guest's kernel (``ftdi_sio``), and a scanner at its other end.

Between the two is a wire: bits at the scanner's rate, heard at the rate and with the parity that the kernel gave the chip. So a
wrong rate is garbage here as it is on a desk.
"""

from __future__ import annotations

import re
import select
import socket
from dataclasses import dataclass
from itertools import count

from tests.hardware.machine import Machine
from tests.support.programs import wait_for

READ_BYTES = 65536
SILENCE_S = 0.5
_numbers = count(1)


@dataclass(frozen=True)
class Line:
    """How bytes are put on a wire."""

    baud: int = 9600
    bits: int = 8
    parity: str = "N"

    def signs(self, data: bytes) -> list[int]:
        """Give the levels of the wire, one a bit: idle is 1, a byte begins with 0."""
        return [1, 1] + [level for byte in data for level in self._byte(byte)] + [1] * 12

    def _byte(self, byte: int) -> list[int]:
        shown = [byte >> place & 1 for place in range(self.bits)]
        return [0, *shown, *([sum(shown) & 1] if self.parity == "E" else []), 1]

    def heard(self, levels: list[int], baud: int) -> bytes:
        """Give the bytes a chip set to this line takes these levels for, which came at that rate."""
        found, at, end = bytearray(), 0.0, float(len(levels))
        step = baud / self.baud
        while (start := self._falls(levels, at)) is not None:
            places = [start + (place + 1.5) * step for place in range(self.bits)]
            found.append(sum(levels[int(place)] << number for number, place in enumerate(places) if place < end))
            at = start + (self.bits + (self.parity != "N") + 1.5) * step
        return bytes(found)

    @staticmethod
    def _falls(levels: list[int], after: float) -> float | None:
        """Give where the next byte seems to begin."""
        places = range(max(1, int(after) + 1), len(levels))
        return next((float(place) for place in places if levels[place] < levels[place - 1]), None)


class Adapter:
    """One adapter with the scanner behind it; ``plug`` and ``unplug`` are those of its USB end."""

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine = machine
        self._name = name
        self._wire: socket.socket | None = None
        self._heard = bytearray()

    def plug(self) -> None:
        """Plug it in."""
        channel = f"{self._name}-{next(_numbers)}"
        path = self._machine.folder / channel
        address = {"type": "unix", "data": {"path": str(path)}}
        backend = {"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
        self._machine.command("chardev-add", id=channel, backend=backend)
        self._wire = socket.socket(socket.AF_UNIX)
        self._wire.connect(str(path))
        how = {"driver": "usb-serial", "bus": "usb.0", "chardev": channel, "serial": self._name.upper(), "always-plugged": True}
        self._machine.command("device_add", id=self._name, **how)

    def unplug(self) -> None:
        """Pull it out."""
        self._machine.command("device_del", id=self._name)
        wait_for(lambda: self._name not in self._plugged(), f"{self._name} to be gone")
        self.close()

    def close(self) -> None:
        """Cut the wire."""
        if self._wire:
            self._wire.close()
            self._wire = None

    def line(self) -> Line:
        """Give what the kernel told the chip last."""
        said = (self._machine.folder / "lines").read_text(encoding="ascii", errors="replace")
        bauds = re.findall(r"usb_serial_set_baud .*baud rate (\d+)", said)
        datas = re.findall(r"usb_serial_set_data .*parity (\w), data bits (\d)", said)
        return Line(int(bauds[-1]), int(datas[-1][1]), datas[-1][0])

    def scan(self, text: str, scanner: Line | None = None) -> None:
        """Let a scanner send this at its own rate; without one it is set as the port is."""
        assert self._wire, "plug it in first"
        line = self.line()
        sent = scanner or line
        self._wire.sendall(line.heard(sent.signs(text.encode("latin-1")), sent.baud))

    def heard(self) -> bytes:
        """Give what was sent to the scanner since it was plugged in or ``forget``."""
        while self._wire and select.select([self._wire], [], [], 0)[0]:
            self._heard += self._wire.recv(READ_BYTES)
        return bytes(self._heard)

    def forget(self) -> None:
        """Begin to listen anew, once nothing has come for a while."""
        while self._wire and select.select([self._wire], [], [], SILENCE_S)[0]:
            self._wire.recv(READ_BYTES)
        self._heard.clear()

    def _plugged(self) -> list[str]:
        return [each["name"] for each in self._machine.command("qom-list", path="/machine/peripheral")]
