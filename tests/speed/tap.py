"""A wire that tells when a barcode went over it: between a program and its broker, moved by whoever waits for the barcode."""

from __future__ import annotations

import contextlib
import select
import socket
import time

READ_BYTES = 65536


class Tap:
    """Listens on a port of its own and passes everything on, both ways; one thread calls ``pass_on``."""

    def __init__(self, port: int) -> None:
        self._broker = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._other: dict[socket.socket, socket.socket] = {}
        self._programs: set[socket.socket] = set()
        self._seen = b""
        self.port = int(self._door.getsockname()[1])

    @property
    def sockets(self) -> list[socket.socket]:
        """What to wait for before ``pass_on``."""
        return [self._door, *self._other]

    def pass_on(self, ready: set[socket.socket], wanted: bytes | None = None) -> int | None:
        """Pass on what came; gives the time when ``wanted`` was whole on its way to the broker."""
        found = None
        for each in ready.intersection(self._other):
            if each not in self._other:
                # The other end was closed a moment ago.
                continue
            data = self._received(each)
            now_ns = time.monotonic_ns()
            if each in self._programs and wanted is not None:
                self._seen = self._seen[-len(wanted) :] + data
                found = now_ns if wanted in self._seen else found
        if self._door in ready:
            self._take_in()
        return found

    def _received(self, each: socket.socket) -> bytes:
        try:
            data = each.recv(READ_BYTES)
        except OSError:
            data = b""
        if data:
            with contextlib.suppress(OSError):
                self._other[each].sendall(data)
        else:
            for end in (each, self._other[each]):
                self._other.pop(end)
                self._programs.discard(end)
                end.close()
        return data

    def _take_in(self) -> None:
        program, _ = self._door.accept()
        broker = socket.create_connection(("127.0.0.1", self._broker))
        for end in (program, broker):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._programs.add(program)
        self._other |= {program: broker, broker: program}

    def close(self) -> None:
        """Hang up."""
        for end in (self._door, *self._other):
            end.close()


def pass_on(taps: list[Tap], seconds: float, wanted: bytes | None = None) -> int | None:
    """Let the taps work for so long, or until ``wanted`` was seen; gives when."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready = set(select.select([each for tap in taps for each in tap.sockets], [], [], left)[0])
        for tap in taps:
            seen = tap.pass_on(ready.intersection(tap.sockets), wanted)
            if seen is not None:
                return seen
    return None
