"""A scanner on a serial port (USB-COM, RS-232, or a pseudo-terminal): the only file that knows pyserial (D6, D19)."""

from __future__ import annotations

import asyncio
import fcntl
import os
import termios
from pathlib import Path

import serial

from station.framing import LineFramer
from station.scanners import Changed, Kind, Take
from station.words import Key, Saying

READ_BYTES = 4096
REOPEN_S = 0.5

_BYTE_SIZES = {"7": serial.SEVENBITS, "8": serial.EIGHTBITS}
_PARITIES = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}


class SerialScanner:
    """Opens its path exclusively, reads it from the event loop, and opens it again after an unplug."""

    kind: Kind = "serial"

    def __init__(
        self, name: str, path: Path, *, baud: int = 9600, bits: str = "8N1", max_length: int = 512, reopen_s: float = REOPEN_S
    ) -> None:
        self.name = name
        self.present = False
        self.detail: Saying | None = Saying(Key.NOT_OPENED_YET)
        self._path = path
        self._baud = baud
        self._bits = bits
        self._reopen_s = reopen_s
        self._framer = LineFramer(max_length)
        self._unplugged = False
        self._said: tuple[bool, Saying | None] | None = None

    async def run(self, take: Take, changed: Changed) -> None:
        """Read until cancelled; a missing device is said once and tried again for ever."""
        while True:
            port = self._open()
            self._say(port is not None, changed)
            if port is None:
                await asyncio.sleep(self._reopen_s)
                continue
            try:
                self.detail = await self._read_until_gone(port, take)
            finally:
                port.close()
            self._unplugged = True
            if half := self._framer.cut_off():
                take(self, half)
            self._say(False, changed)

    def _open(self) -> serial.Serial | None:
        try:
            port = open_port(self._path, self._baud, self._bits)
        except (OSError, ValueError, termios.error) as error:
            # What was unplugged stays "unplugged": that it is now "not there" is no news.
            if not self._unplugged or self._path.exists():
                self.detail = why_not(self._path, error)
            return None
        self.detail, self._unplugged = None, False
        return port

    async def _read_until_gone(self, port: serial.Serial, take: Take) -> Saying:
        """Hand over what comes; give the words for why it ended."""
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[Saying] = loop.create_future()
        descriptor = port.fileno()
        loop.add_reader(descriptor, self._readable, descriptor, take, gone)
        try:
            return await gone
        finally:
            loop.remove_reader(descriptor)

    def _readable(self, descriptor: int, take: Take, gone: asyncio.Future[Saying]) -> None:
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data and not gone.done():
            self._hand_over(data, take, gone)
        elif not gone.done():
            gone.set_result(Saying(Key.UNPLUGGED, {"path": self._path}))

    def _hand_over(self, data: bytes, take: Take, gone: asyncio.Future[Saying]) -> None:
        try:
            if found := self._framer.feed(data):
                take(self, found)
        except Exception as error:  # noqa: BLE001 - the event loop would only log it; it must end the program
            gone.set_exception(error)

    def _say(self, present: bool, changed: Changed) -> None:
        self.present = present
        if self._said != (present, self.detail):
            self._said = (present, self.detail)
            changed(self)


def open_port(path: Path, baud: int, bits: str) -> serial.Serial:
    """Open a port for us alone, raw and without waiting; OSError, ValueError or termios.error when it cannot be had."""
    port = serial.Serial(str(path), baud, bytesize=_BYTE_SIZES[bits[0]], parity=_PARITIES[bits[1]], timeout=0, exclusive=True)
    try:
        _prepare(port.fileno())
    except BaseException:
        port.close()
        raise
    return port


def _prepare(descriptor: int) -> None:
    attributes = termios.tcgetattr(descriptor)
    # With pyserial's VMIN 0 an empty port and an unplugged one both read as b"".
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    # On a pseudo-terminal this mark would outlive a killed program; the lock that pyserial takes does not.
    if not os.ttyname(descriptor).startswith("/dev/pts/"):
        fcntl.ioctl(descriptor, termios.TIOCEXCL)
    termios.tcflush(descriptor, termios.TCIFLUSH)


def why_not(path: Path, error: Exception) -> Saying:
    """Give the words for why a port cannot be opened."""
    number = getattr(error, "errno", None)
    if not path.exists():
        return Saying(Key.PORT_MISSING, {"path": path})
    if isinstance(error, PermissionError) or number == 13:
        return Saying(Key.PORT_FORBIDDEN, {"path": path})
    if "lock" in str(error) or number == 16:
        return Saying(Key.PORT_IN_USE, {"path": path})
    return Saying(Key.PORT_UNUSABLE, {"path": path, "error": str(error)})
