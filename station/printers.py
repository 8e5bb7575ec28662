"""Where slips go: a file or device, a network printer, a print queue. Each hands one slip over whole, or says why not."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import socket
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import Protocol

from station.words import Key, Saying

WRITE_LIMIT_S = 5.0
CONNECT_LIMIT_S = 5.0
LP_LIMIT_S = 20.0
LOOK_EVERY_S = 0.01
RAW_PORT = 9100


class NotPrinted(Exception):
    """The printer did not take the slip; it may later. ``why`` is for the desk."""

    def __init__(self, why: Saying) -> None:
        super().__init__(str(why))
        self.why = why


class Printer(Protocol):
    """What takes slips."""

    def send(self, data: bytes) -> None:
        """Hand one slip over; NotPrinted when it was not taken. May take seconds."""

    def check(self) -> None:
        """See, without printing, whether it could be reached now; NotPrinted when not."""


class FilePrinter:
    """Appends slips to a file, or writes them to a device like /dev/usb/lp0, which must be there."""

    def __init__(self, path: Path, *, device: bool, limit_s: float = WRITE_LIMIT_S) -> None:
        self._path = path
        self._flags = os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | (0 if device else os.O_APPEND | os.O_CREAT)
        self._limit_s = limit_s

    def send(self, data: bytes) -> None:
        """Write the slip."""
        try:
            printer = os.open(self._path, self._flags, 0o600)
            try:
                self._write(printer, data)
            finally:
                os.close(printer)
        except OSError as error:
            raise NotPrinted(_os_words(str(self._path), error)) from error

    def check(self) -> None:
        """See whether it may be written."""
        try:
            os.close(os.open(self._path, self._flags & ~os.O_CREAT))
        except FileNotFoundError as error:
            if not (self._flags & os.O_CREAT and os.access(self._path.parent, os.W_OK)):
                raise NotPrinted(_os_words(str(self._path), error)) from error
        except OSError as error:
            raise NotPrinted(_os_words(str(self._path), error)) from error

    def _write(self, printer: int, data: bytes) -> None:
        end = time.monotonic() + self._limit_s
        while data:
            _, ready, _ = select.select([], [printer], [], max(0, end - time.monotonic()))
            if not ready:
                raise NotPrinted(Saying(Key.TAKES_NOTHING, {"path": self._path}))
            data = data[os.write(printer, data) :]


class NetworkPrinter:
    """Sends slips to the raw port of a printer; taken is what the printer's side has confirmed."""

    def __init__(self, host: str, port: int = RAW_PORT, *, limit_s: float = WRITE_LIMIT_S) -> None:
        self._place = (host, port)
        self._limit_s = limit_s

    def send(self, data: bytes) -> None:
        """Send the slip, and wait until all of it was taken."""
        try:
            with self._connected() as connection:
                connection.sendall(data)
                self._wait_until_taken(connection)
        except TimeoutError as error:
            raise NotPrinted(Saying(Key.TAKES_NOTHING, {"path": self._name})) from error
        except OSError as error:
            raise NotPrinted(_os_words(self._name, error)) from error

    def check(self) -> None:
        """Connect, and nothing else."""
        try:
            self._connected().close()
        except TimeoutError as error:
            raise NotPrinted(Saying(Key.TAKES_NOTHING, {"path": self._name})) from error
        except OSError as error:
            raise NotPrinted(_os_words(self._name, error)) from error

    @property
    def _name(self) -> str:
        return "{}:{}".format(*self._place)

    def _connected(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._place, min(CONNECT_LIMIT_S, self._limit_s))
        except UnicodeError as error:
            # What cannot even be asked of a name server.
            raise OSError(f"{self._place[0]!r} is no name of a machine") from error
        connection.settimeout(self._limit_s)
        return connection

    def _wait_until_taken(self, connection: socket.socket) -> None:
        # A send that returned has only reached our own kernel: a printer that closed, or stands still, shows afterwards.
        end = time.monotonic() + self._limit_s
        while _unsent(connection):
            if error := connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, os.strerror(error))
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(LOOK_EVERY_S)


class QueuePrinter:
    """Gives slips to ``lp``, as text; what becomes of them then is the print queue's."""

    def __init__(self, queue: str | None, *, limit_s: float = LP_LIMIT_S) -> None:
        self._command = ["lp", "-s", "-t", "slip", *(["-d", queue] if queue else [])]
        self._limit_s = limit_s

    def send(self, data: bytes) -> None:
        """Give the slip to lp."""
        try:
            done = subprocess.run(self._command, input=data, capture_output=True, timeout=self._limit_s, check=False)
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(Saying(Key.DOES_NOT_END, {"program": "lp"})) from error
        except OSError as error:
            raise NotPrinted(_os_words("lp", error)) from error
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or f"code {done.returncode}"
            raise NotPrinted(Saying(Key.ENDED_WITH, {"program": "lp", "error": words}))

    def check(self) -> None:
        """See whether lp is there."""
        if shutil.which("lp") is None:
            raise NotPrinted(Saying(Key.NOT_THERE, {"path": "lp"}))


def _unsent(connection: socket.socket) -> int:
    """Give how many bytes the other side has not confirmed yet."""
    (count,) = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))
    return int(count)


def _os_words(name: str, error: OSError) -> Saying:
    if isinstance(error, FileNotFoundError):
        return Saying(Key.NOT_THERE, {"path": name})
    return Saying(Key.AS_TOLD, {"sentence": f"{name}: {error.strerror or error}"})
