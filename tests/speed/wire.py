"""The load's own MQTT 3.1.1 client on bare asyncio: QoS 1, no retries, so that the load costs far less than what it measures."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

CONNECT, CONNACK, PUBLISH, PUBACK, PING = 0x10, 0x20, 0x30, 0x40, 0xC0
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK = 0x80, 0x90, 0xA0, 0xB0
ANSWERS = {CONNACK: 0xFF, SUBACK: 0x80, UNSUBACK: 0}
"""What of the last byte says that it was refused."""
KEEPALIVE_S = 60
QUICKACK = getattr(socket, "TCP_QUICKACK", None)

Heard = Callable[[bytes, bytes, float], None]
"""Topic, payload, and when its bytes came (``perf_counter``)."""


class LoadWire(asyncio.Protocol):
    """One connection; what is published in one turn of the loop leaves in one piece."""

    def __init__(self, name: str, password: str, heard: Heard) -> None:
        self._name, self._password, self._heard = name, password, heard
        self._loop = asyncio.get_running_loop()
        self._out = bytearray()
        self._in = bytearray()
        self._flushing = False
        self._mid = 0
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] = self._loop.create_future()
        self.unconfirmed = 0
        self.lost: asyncio.Future[Exception | None] = self._loop.create_future()

    @classmethod
    async def connect(cls, port: int, name: str, password: str, heard: Heard) -> LoadWire:
        """Give a connection that is logged in; ConnectionError when the broker refuses."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(lambda: cls(name, password, heard), "127.0.0.1", port)
        wire._send(CONNECT, _text("MQTT") + bytes((4, 0xC2)) + KEEPALIVE_S.to_bytes(2, "big") + _text(name) + _text(name) + _text(password))
        await wire._answered("login")
        wire._ping()
        return wire

    async def subscribe(self, *topics: str) -> None:
        """Subscribe at QoS 1 and return when that is granted."""
        self._answer = self._loop.create_future()
        body = self._next_mid() + b"".join(_text(topic) + b"\x01" for topic in topics)
        self._send(SUBSCRIBE | 2, body)
        await self._answered("subscription")

    async def unsubscribe(self, *topics: str) -> None:
        """Take subscriptions back."""
        self._answer = self._loop.create_future()
        self._send(UNSUBSCRIBE | 2, self._next_mid() + b"".join(_text(topic) for topic in topics))
        await self._answered("goodbye to a topic")

    def publish(self, topic: bytes, payload: bytes) -> None:
        """Queue one QoS 1 publish; ``topic`` comes with its length in front (``topic_bytes``)."""
        self.unconfirmed += 1
        self._send(PUBLISH | 2, topic + self._next_mid() + payload)

    async def _answered(self, step: str) -> None:
        code = await asyncio.wait_for(self._answer, 5)
        if code:
            raise ConnectionError(f"the broker refused the load's {step} ({code})")

    def _next_mid(self) -> bytes:
        self._mid = self._mid % 65535 + 1
        return self._mid.to_bytes(2, "big")

    def _send(self, kind: int, body: bytes) -> None:
        out = self._out
        out.append(kind)
        left = len(body)
        while left > 127:
            out.append(left & 127 | 128)
            left >>= 7
        out.append(left)
        out += body
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self._transport is not None and self._out:
            self._transport.write(bytes(self._out))
            self._out.clear()

    def _ping(self) -> None:
        self._send(PING, b"")
        self._loop.call_later(KEEPALIVE_S / 2, self._ping)

    # -- what the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever watches."""
        self._transport = None
        if not self.lost.done():
            self.lost.set_result(error)

    def data_received(self, data: bytes) -> None:
        """Take every whole packet."""
        now = perf_counter()
        if QUICKACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        buffer = self._in
        buffer += data
        start = 0
        with suppress(IndexError):
            while True:
                body, size = _length(buffer, start + 1)
                end = body + size
                if end > len(buffer):
                    break
                self._packet(buffer[start], bytes(buffer[body:end]), now)
                start = end
        del buffer[:start]

    def _packet(self, head: int, body: bytes, now: float) -> None:
        kind = head & 0xF0
        if kind == PUBLISH:
            topic_end = 2 + int.from_bytes(body[:2], "big")
            mid_end = topic_end + (2 if head & 0x06 else 0)
            if mid_end > topic_end:
                self._send(PUBACK, body[topic_end:mid_end])
            self._heard(body[2:topic_end], body[mid_end:], now)
        elif kind == PUBACK:
            self.unconfirmed -= 1
        elif kind in ANSWERS and not self._answer.done():
            self._answer.set_result(body[-1] & ANSWERS[kind])


def topic_bytes(topic: str) -> bytes:
    """Give a topic as ``publish`` takes it."""
    return _text(topic)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def _length(buffer: bytearray, place: int) -> tuple[int, int]:
    """Give where the body begins and how long it is; IndexError when that has not come yet."""
    size = shift = 0
    while True:
        byte = buffer[place]
        place += 1
        size |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return place, size
