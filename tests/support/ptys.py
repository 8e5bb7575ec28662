"""A serial scanner made of a pseudo-terminal behind a stable path, which can be unplugged and plugged in again."""

from __future__ import annotations

import os
import select
import termios
import tty
from pathlib import Path


class PtyScanner:
    """``path`` is a symlink like those in /dev/serial/by-id: gone while unplugged, pointing anew after ``replug``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master = -1
        self._slave = -1
        self.replug()

    def write(self, data: bytes) -> None:
        """Send bytes as the scanner would."""
        while data:
            data = data[os.write(self._master, data) :]

    def write_slowly(self, data: bytes) -> None:
        """Send one byte a write."""
        for place in range(len(data)):
            self.write(data[place : place + 1])

    @property
    def heard(self) -> bytes:
        """What the station has sent to the scanner since it was plugged in."""
        while select.select([self._master], [], [], 0)[0]:
            self._heard += os.read(self._master, 4096)
        return self._heard

    @property
    def baud(self) -> int:
        """At what rate the port is open; a pseudo-terminal keeps it, though its bytes come at any."""
        speed = termios.tcgetattr(self._slave)[4]
        return next(rate for rate in (9600, 19200, 38400, 115200) if getattr(termios, f"B{rate}") == speed)

    def unplug(self) -> None:
        """Pull the cable: the reader sees the end of the device, and its path is gone."""
        self.path.unlink(missing_ok=True)
        for descriptor in (self._slave, self._master):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def replug(self) -> None:
        """Put the cable back; the kernel may give another number, the path stays."""
        self._heard = b""
        self._master, self._slave = os.openpty()
        # Our own open end keeps what is written before the station opens the port, and keeps the device alive when the station goes.
        tty.setraw(self._slave)
        self.path.symlink_to(os.ttyname(self._slave))

    def close(self) -> None:
        """Unplug for good."""
        self.unplug()

    def __enter__(self) -> PtyScanner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
