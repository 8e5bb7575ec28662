"""The wires between the machines: each is a TCP proxy that can be cut, held, blinded on one side, made slow or cut into bytes.

A connection that was cut stays cut. One whose bytes were dropped is doomed, as on a wire that lost its far end: it hears nothing more until
somebody gives it up. One whose bytes were held hears them late, all at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from dataclasses import dataclass, field
from enum import StrEnum

from tests.support.brokers import free_port
from tests.support.outside import LoopThread

HOST = "127.0.0.1"
CHUNK = 65536
LINGER_NOT = struct.pack("ii", 1, 0)
"""Closed with this, a socket says RST instead of FIN."""


class Side(StrEnum):
    """The way a byte goes: towards the server (broker, mail server) or back."""

    THERE = "there"
    BACK = "back"


class Pace(StrEnum):
    """How bytes pass."""

    WHOLE = "whole"
    DRIBBLE = "dribble"
    """A few bytes at a time, with pauses."""
    SLICED = "sliced"
    """Each byte in a packet of its own, as fast as they go."""


@dataclass(eq=False)
class _Call:
    """One connection through a link: a writer for each way."""

    writers: dict[Side, asyncio.StreamWriter]
    blind: set[Side] = field(default_factory=set)
    """Ways on which bytes are dropped, for good."""

    def reset(self) -> None:
        for writer in self.writers.values():
            opened = writer.get_extra_info("socket")
            if opened is not None and not writer.transport.is_closing():
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            writer.transport.abort()


class Link:
    """One wire, from a port of its own to the server's port."""

    def __init__(self, outside: LoopThread, name: str, target: int, host: str = HOST) -> None:
        """``target`` is the port of the server, ``host`` the address at which others come in."""
        self.name = name
        self.host = host
        self.port = free_port()
        self.carried = 0
        """Bytes that passed."""
        self.hit = 0
        """Connections a fault has met, or bytes a slow wire passed: a fault that meets nothing has not happened."""
        self._outside = outside
        self._target = target
        self._calls: set[_Call] = set()
        self._blind: set[Side] = set()
        self._pace = Pace.WHOLE
        self._tear_at: random.Random | None = None
        self._open: asyncio.Event
        outside.call(self._begin())

    async def _begin(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._accept, self.host, self.port)

    # -- faults, from any thread

    @property
    def carries(self) -> bool:
        """Whether there is a connection on it now that is not doomed already."""
        return any(not call.blind for call in tuple(self._calls))

    def cut(self) -> None:
        """End every connection."""
        self._outside.call(self._do(self._cut))

    def tear_next(self, chance: random.Random) -> None:
        """Reset both ends in the middle of the next piece of data that is longer than a byte."""
        self._outside.call(self._do(lambda: setattr(self, "_tear_at", chance)))

    def torn(self) -> bool:
        """Whether that has happened."""
        return self._tear_at is None

    def hold(self) -> None:
        """Let nothing through, and nobody in; what is sent meanwhile comes later."""
        self._outside.call(self._do(self._hold))

    def go_on(self) -> None:
        """Let through what was held."""
        self._outside.call(self._do(self._open.set))

    def blind(self, *sides: Side) -> None:
        """Drop what goes these ways, on the connections there are and on those that come before ``see``."""
        self._outside.call(self._do(lambda: self._make_blind(set(sides))))

    def see(self) -> None:
        """Let new connections through; the blinded ones stay so."""
        self._outside.call(self._do(self._blind.clear))

    def pace(self, pace: Pace) -> None:
        """Pass bytes so from now on."""
        self._outside.call(self._do(lambda: setattr(self, "_pace", pace)))

    def close(self) -> None:
        """End everything."""
        self._outside.call(self._end())

    # -- in the loop

    async def _do(self, act: object) -> None:
        assert callable(act)
        act()

    def _cut(self) -> None:
        self.hit += len(self._calls)
        for call in tuple(self._calls):
            call.reset()

    def _hold(self) -> None:
        self.hit += len(self._calls)
        self._open.clear()

    def _make_blind(self, sides: set[Side]) -> None:
        self.hit += sum(not call.blind for call in self._calls)
        self._blind = sides
        for call in self._calls:
            call.blind |= sides

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._open.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        call = _Call({Side.THERE: far_writer, Side.BACK: writer}, set(self._blind))
        for each in call.writers.values():
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._calls.add(call)
        self.hit += bool(call.blind)
        for side, source in ((Side.THERE, reader), (Side.BACK, far_reader)):
            task = asyncio.create_task(self._carry(call, side, source))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, call: _Call, side: Side, source: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                await self._open.wait()
                if side not in call.blind:
                    await self._pass(call, side, data)
        # An end that comes by a blind way is not seen either.
        if side not in call.blind:
            await self._open.wait()
            self._calls.discard(call)
            for writer in call.writers.values():
                writer.close()

    async def _pass(self, call: _Call, side: Side, data: bytes) -> None:
        writer = call.writers[side]
        if self._tear_at is not None and len(data) > 1:
            data, self._tear_at = data[: self._tear_at.randrange(1, len(data))], None
            self.hit += 1
            writer.write(data)
            await writer.drain()
            call.reset()
            return
        self.carried += len(data)
        pace = self._pace
        size = CHUNK if pace is Pace.WHOLE else 1 if pace is Pace.SLICED else 7
        for first in range(0, len(data), size):
            writer.write(data[first : first + size])
            await writer.drain()
            if pace is not Pace.WHOLE:
                self.hit += 1
                # A slow wire becomes a whole one again at once.
                await asyncio.sleep(0.002 if pace is Pace.DRIBBLE and self._pace is pace else 0)

    async def _end(self) -> None:
        self._server.close()
        for call in self._calls:
            call.reset()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
