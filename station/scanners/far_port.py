"""A serial port on another machine (ser2net and the like), as a socket that is read like a local port.

Everything that may wait (names, connecting, telnet options) is done in threads that hold up neither the desk nor the exit.
"""

from __future__ import annotations

import asyncio
import re
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from station.far_place import Far
from station.words import Key, Saying

CONNECT_LIMIT_S = 5.0
REFUSED_WITHIN_S = 0.4
# A machine that lost its power says no goodbye.
KEEPALIVE_IDLE_S, KEEPALIVE_EVERY_S, KEEPALIVE_TIMES = 10, 5, 3

# What ser2net says before it hangs up.
_IN_USE = re.compile(rb"Port(?:'s device)? already in use")
_NO_DEVICE = re.compile(rb"Device open failure: ([\x20-\x7e]{0,200})")


class FarRefused(OSError):
    """The far end answered, and said why it has no port for us."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


class ByteStream(Protocol):
    """What a pyserial port of another machine is."""

    @property
    def in_waiting(self) -> int:
        """How many bytes can be read at once."""

    def read(self, size: int = 1, /) -> bytes:
        """Give bytes, or none after a while."""

    def write(self, data: bytes, /) -> int | None:
        """Send bytes."""

    def close(self) -> None:
        """Hang up."""


def refusal(data: bytes, url: str) -> Saying | None:
    """Give why the far end refuses, if these first bytes say so."""
    if _IN_USE.search(data):
        return Saying(Key.FAR_IN_USE, {"path": url})
    if found := _NO_DEVICE.search(data):
        return Saying(Key.FAR_DEVICE, {"path": url, "error": found[1].decode()})
    return None


def connected(place: Far) -> socket.socket:
    """Give a socket to the far port; OSError or FarRefused where there is none."""
    line = socket.create_connection((place.host, place.port), CONNECT_LIMIT_S)
    try:
        keep_alive(line)
        _raise_refusal(line, place)
        line.setblocking(False)
    except BaseException:
        line.close()
        raise
    return line


def why_refused(place: Far) -> Saying | None:
    """Call once more and only listen: who answers to telnet's options while the far end hangs up does not hear its reason."""
    heard = b""
    with suppress(OSError), socket.create_connection((place.host, place.port), CONNECT_LIMIT_S) as line:
        line.settimeout(REFUSED_WITHIN_S)
        while len(heard) < 4096 and (data := line.recv(4096)):
            heard += data
    return refusal(heard, place.url)


def _raise_refusal(line: socket.socket, place: Far) -> None:
    if not select.select([line], [], [], REFUSED_WITHIN_S)[0]:
        return
    # What a scanner sent stays in the socket.
    if why := refusal(line.recv(4096, socket.MSG_PEEK), place.url):
        raise FarRefused(why)


def keep_alive(line: socket.socket) -> None:
    """Notice within half a minute that the other machine is gone."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_EVERY_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, KEEPALIVE_TIMES)


def bridged(stream: ByteStream) -> socket.socket:
    """Give one end of a socket pair whose other end two threads keep connected with the stream."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    threading.Thread(target=_inward, args=(stream, theirs), name="from a far port", daemon=True).start()
    return ours


def _inward(stream: ByteStream, theirs: socket.socket) -> None:
    back = threading.Thread(target=_outward, args=(stream, theirs), name="to a far port", daemon=True)
    back.start()
    with suppress(OSError):
        while True:
            if data := stream.read(1):
                theirs.sendall(data + stream.read(stream.in_waiting))
    with suppress(OSError):
        theirs.shutdown(socket.SHUT_RDWR)
    back.join()
    theirs.close()


def _outward(stream: ByteStream, theirs: socket.socket) -> None:
    with suppress(OSError):
        while data := theirs.recv(4096):
            stream.write(data)
    with suppress(OSError):
        stream.close()


async def in_thread(work: Callable[[], socket.socket]) -> socket.socket:
    """Give what the work gives; a socket that comes too late is closed, and the exit waits for nobody."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[socket.socket] = loop.create_future()

    def run() -> None:
        try:
            line = work()
        except Exception as error:  # noqa: BLE001 - handed on to who waits
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_fail, future, error)
            return
        try:
            loop.call_soon_threadsafe(_settle, future, line)
        except RuntimeError:
            line.close()

    threading.Thread(target=run, name="calling a far port", daemon=True).start()
    return await future


def _settle(future: asyncio.Future[socket.socket], line: socket.socket) -> None:
    if future.done():
        line.close()
    else:
        future.set_result(line)


def _fail(future: asyncio.Future[socket.socket], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
