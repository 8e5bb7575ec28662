"""A scanner on a serial port (USB-COM, RS-232, a pseudo-terminal, another machine's): the only file that knows pyserial (D6, D19)."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
import termios
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import serial
from serial import rfc2217

from station.far_place import Far, far
from station.framing import Framer, LineFramer
from station.scanners import Changed, Kind, Take
from station.scanners.far_port import FarRefused, bridged, connected, in_thread, keep_alive, refusal, why_refused
from station.scanners.open_line import OpenLine
from station.signals import Signaller, SignalTone
from station.words import Key, Saying

log = logging.getLogger(__name__)

REOPEN_S = 0.5
FAR_READ_S = 0.5

_BYTE_SIZES = {"7": serial.SEVENBITS, "8": serial.EIGHTBITS}
_PARITIES = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}

Port = serial.Serial | socket.socket


class SerialScanner:
    """Opens its path exclusively, reads it from the event loop, answers, and opens it again after an unplug."""

    kind: Kind = "serial"

    def __init__(
        self,
        name: str,
        path: Path | str,
        *,
        baud: int = 9600,
        bits: str = "8N1",
        framer: Framer | None = None,
        signaller: Signaller | None = None,
        reopen_s: float = REOPEN_S,
    ) -> None:
        self.name = name
        self.present = False
        self.detail: Saying | None = Saying(Key.NOT_OPENED_YET)
        self.unsent = 0
        self._path = str(path)
        self._far = far(self._path)
        self._baud = baud
        self._bits = bits
        self._reopen_s = reopen_s
        self._framer = framer or LineFramer()
        self._signaller = signaller or Signaller()
        self._line: OpenLine | None = None
        self._unplugged = False
        self._said: tuple[bool, Saying | None] | None = None

    def in_hand(self) -> bool:
        """Say whether a scan has begun and not ended; what waits in the port is read first."""
        if self._line is not None:
            self._line.read_waiting()
        return self._framer.half

    def refit(self, framer: Framer, signaller: Signaller) -> None:
        """Read the same port otherwise from now on; half a scan that does not end is a fault."""
        half, self._framer, self._signaller = self._framer.cut_off(), framer, signaller
        if self._line is not None:
            self._line.refit(framer, half)

    async def run(self, take: Take, changed: Changed) -> None:
        """Read until cancelled; a missing device is said once and tried again for ever."""
        while True:
            port = await self._opened_or_none()
            if port is None:
                self._say(False, changed)
                await asyncio.sleep(self._reopen_s)
                continue
            try:
                self.detail = await self._read_until_gone(port, take, changed)
            finally:
                port.close()
            self._unplugged = True
            if half := self._framer.cut_off():
                take(self, half)
            self._say(False, changed)

    def signal(self, tone: SignalTone) -> None:
        """Let the scanner say what was decided, where it is set up for that."""
        if self._line is not None and (data := self._signaller.signal(tone, time.monotonic_ns())):
            self._line.write(data)

    def _count_unsent(self) -> None:
        self.unsent += 1
        log.warning("the scanner takes no bytes", extra={"action": "signal", "scanner": self.name, "unsent": self.unsent})

    async def _opened_or_none(self) -> Port | None:
        try:
            how = self._baud, self._bits
            port = _opened(self._path, *how) if self._far is None else await in_thread(partial(_called, self._far, *how))
        except (OSError, ValueError, termios.error) as error:
            # What was unplugged stays "unplugged": that it is now "not there" is no news.
            if not self._unplugged or self._is_news(error):
                self.detail = why_not(self._path, error)
            return None
        self._unplugged = False
        return port

    def _is_news(self, error: Exception) -> bool:
        return isinstance(error, FarRefused) if self._far else Path(self._path).exists()

    async def _read_until_gone(self, port: Port, take: Take, changed: Changed) -> Saying:
        """Say that it is there once the next scan is a scan, and hand over what comes; give the words for why it ended."""
        self._line = OpenLine(
            port.fileno(),
            self._framer,
            take=partial(take, self),
            first=lambda data: refusal(data, self._path) if self._far else None,
            unsent=self._count_unsent,
            gone=Saying(Key.FAR_GONE if self._far else Key.UNPLUGGED, {"path": self._path}),
        )
        try:
            if not (await asyncio.wait({self._line.ended}, timeout=self._framer.settle_ms / 1000))[0]:
                self._say(True, changed)
            return await self._line.ended
        finally:
            self._line.close()
            self._line = None

    def _say(self, present: bool, changed: Changed) -> None:
        self.present = present
        if present:
            self.detail = None
        if self._said != (present, self.detail):
            self._said = (present, self.detail)
            changed(self)


def open_port(path: str, baud: int, bits: str) -> Port:
    """Open a port, here or at another machine, for us alone; OSError, ValueError or termios.error when it cannot be had."""
    place = far(path)
    return _opened(path, baud, bits) if place is None else _called(place, baud, bits)


def why_not(path: str, error: Exception) -> Saying:
    """Give the words for why a port cannot be opened."""
    if isinstance(error, FarRefused):
        return error.saying
    if far(path):
        return Saying(Key.FAR_UNREACHABLE, {"path": path, "error": getattr(error, "strerror", None) or str(error)})
    return _why_not(Path(path), error)


def _opened(path: str, baud: int, bits: str) -> serial.Serial:
    port = serial.Serial(path, baud, bytesize=_BYTE_SIZES[bits[0]], parity=_PARITIES[bits[1]], timeout=0, exclusive=True)
    try:
        _prepare(port.fileno(), parity=bits[1] != "N")
    except BaseException:
        port.close()
        raise
    return port


def _called(place: Far, baud: int, bits: str) -> socket.socket:
    return connected(place) if place.scheme == "socket" else bridged(_negotiated(place, baud, bits))


class _TelnetPort(rfc2217.Serial):
    """pyserial's port by RFC 2217, without a traceback and an open socket where the far end hangs up while options are agreed on."""

    def _telnet_read_loop(self) -> None:
        with suppress(OSError):
            super()._telnet_read_loop()  # type: ignore[misc]  # not in the stubs

    def close(self) -> None:
        line = getattr(self, "_socket", None)
        super().close()
        if isinstance(line, socket.socket):
            line.close()

    def keep_alive(self) -> None:
        """Notice that the other machine is gone."""
        if isinstance(line := getattr(self, "_socket", None), socket.socket):
            keep_alive(line)


def _negotiated(place: Far, baud: int, bits: str) -> _TelnetPort:
    port = _TelnetPort(None, baud, bytesize=_BYTE_SIZES[bits[0]], parity=_PARITIES[bits[1]], timeout=FAR_READ_S)
    # No control line matters to a scanner, and not every far end answers for them.
    port.port = f"{place.url}?ign_set_control"
    try:
        port.open()
    except OSError:
        if why := why_refused(place):
            raise FarRefused(why) from None
        raise
    port.keep_alive()
    return port


def _prepare(descriptor: int, *, parity: bool) -> None:
    attributes = termios.tcgetattr(descriptor)
    # A line keeps what another program set. Ignored, a wrong character would be gone; pyserial looks at no parity at all.
    attributes[0] &= ~(termios.IGNPAR | termios.BRKINT)
    attributes[0] |= termios.INPCK if parity else 0
    # With pyserial's VMIN 0 an empty port and an unplugged one both read as b"".
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    # On a pseudo-terminal this mark would outlive a killed program; the lock that pyserial takes does not.
    if not os.ttyname(descriptor).startswith("/dev/pts/"):
        fcntl.ioctl(descriptor, termios.TIOCEXCL)
    termios.tcflush(descriptor, termios.TCIFLUSH)


def _why_not(path: Path, error: Exception) -> Saying:
    number = getattr(error, "errno", None)
    if not path.exists():
        return Saying(Key.PORT_MISSING, {"path": path})
    if isinstance(error, PermissionError) or number == 13:
        return Saying(Key.PORT_FORBIDDEN, {"path": path})
    if "lock" in str(error) or number == 16:
        return Saying(Key.PORT_IN_USE, {"path": path})
    return Saying(Key.PORT_UNUSABLE, {"path": path, "error": str(error)})
