"""What the session does with a broker that is slow, rude or no broker at all; the peer is a few scripted bytes."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest

from broker.promises import SessionSettings
from broker.session import MqttSession
from tests.support.brokers import Ears, until

CONNACK, PUBLISH, PUBACK, SUBACK, DISCONNECT = 0x20, 0x32, 0x40, 0x90, 0xE0
SETTINGS = SessionSettings("127.0.0.1", 0, "front-1", "front-1", "secret", backoff_min_s=0.02, backoff_max_s=0.1, connect_timeout_s=0.3)


def packet(kind: int, body: bytes) -> bytes:
    """Give a packet with a length below 128."""
    return bytes([kind, len(body)]) + body


def connack(code: int = 0, properties: bytes = b"") -> bytes:
    """Give a CONNACK of MQTT 5."""
    return packet(CONNACK, bytes([0, code, len(properties)]) + properties)


def message(mid: int, payload: bytes) -> bytes:
    """Give a PUBLISH at QoS 1 to the topic t."""
    return packet(PUBLISH, struct.pack("!H1sHB", 1, b"t", mid, 0) + payload)


@dataclass
class Peer:
    """A scripted broker: what it answers to each kind of packet, and what it saw."""

    answers: dict[int, Callable[[bytes], bytes]] = field(default_factory=dict)
    seen: list[tuple[int, bytes]] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the other side goes."""
        self.writers.append(writer)
        try:
            while True:
                kind, body = await _read(reader)
                self.seen.append((kind, body))
                answer = self.answers.get(kind & 0xF0)
                writer.write(answer(body) if answer else b"")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def of(self, kind: int) -> list[bytes]:
        """Give the bodies of the packets of one kind."""
        return [body for seen, body in self.seen if seen & 0xF0 == kind]


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    kind = (await reader.readexactly(1))[0]
    length, shift = 0, 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return kind, await reader.readexactly(length)


def mid_of(publish: bytes) -> bytes:
    """Give the packet id of a PUBLISH body at QoS 1."""
    topic_bytes = struct.unpack("!H", publish[:2])[0]
    return publish[2 + topic_bytes : 4 + topic_bytes]


@dataclass
class Stage:
    """A scripted peer and a session that dials it."""

    peer: Peer
    session: MqttSession
    ears: Ears
    task: asyncio.Task[None]


@pytest.fixture
async def stage() -> AsyncIterator[Callable[..., Stage]]:
    """Give what starts a session against a peer with these answers."""
    peer, made = Peer(), []
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]

    def start(answers: dict[int, Callable[[bytes], bytes]], **changes: object) -> Stage:
        peer.answers = answers
        ears = Ears()
        session = MqttSession(replace(SETTINGS, port=peer.port, **changes), ears)  # type: ignore[arg-type]
        ears.session = session
        made.append(Stage(peer, session, ears, asyncio.create_task(session.run())))
        return made[-1]

    yield start
    for each in made:
        each.task.cancel()
        await asyncio.gather(each.task, return_exceptions=True)
    for writer in peer.writers:
        writer.close()
    server.close()
    await server.wait_closed()


async def test_a_negative_acknowledgement_is_a_refusal(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack(), 0x30: lambda body: packet(PUBACK, mid_of(body) + b"\x87\x00")})
    await until(lambda: s.session.connected, "the connection")
    answers: list[str | None] = []
    s.session.publish("t", b"x", done=answers.append)
    await until(lambda: answers == ["Not authorized"], "the refusal", but=lambda: answers)
    assert s.session.connected


async def test_no_matching_subscribers_is_a_success(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack(), 0x30: lambda body: packet(PUBACK, mid_of(body) + b"\x10\x00")})
    await until(lambda: s.session.connected, "the connection")
    answers: list[str | None] = []
    s.session.publish("t", b"x", done=answers.append)
    await until(lambda: answers == [None], "the answer", but=lambda: answers)


async def test_the_servers_receive_maximum_is_obeyed(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack(properties=b"\x21\x00\x03")})
    await until(lambda: s.session.connected, "the connection")
    assert s.session.room == 3
    assert [s.session.publish("t", b"x") for _ in range(5)] == [True] * 3 + [False] * 2
    await until(lambda: len(s.peer.of(0x30)) == 3, "three publishes")
    s.peer.writers[0].write(packet(PUBACK, mid_of(s.peer.of(0x30)[0])))
    await until(lambda: s.session.room == 1 and s.ears.rooms == 1, "one place")


async def test_a_message_larger_than_the_server_takes_is_refused_here(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack(properties=b"\x27\x00\x00\x00\x64")})
    await until(lambda: s.session.connected, "the connection")
    answers: list[str | None] = []
    assert s.session.publish("t", b"x" * 200, done=answers.append)
    await until(lambda: len(answers) == 1, "the refusal")
    assert answers == ["larger than the broker takes (100 bytes)"]
    assert s.peer.of(0x30) == []


async def test_refused_subscriptions_are_told_and_tried_again(stage: Callable[..., Stage]) -> None:
    s = stage(
        {0x10: lambda _: connack(), 0x80: lambda body: packet(SUBACK, body[:2] + b"\x00\x01\x87")},
        subscriptions=("may/+", "may-not/+"),
    )
    await until(lambda: len(s.ears.reasons) == 1, "the reason")
    assert "may-not/+ (Not authorized)" in s.ears.reasons[0]
    assert s.ears.connects == []
    await until(lambda: len(s.peer.of(0x10)) >= 2, "the next try")


@pytest.mark.parametrize("answers", [{}, {0x10: lambda _: connack()}], ids=["login", "subscription"])
async def test_a_broker_that_falls_silent_is_left_in_time(
    stage: Callable[..., Stage], answers: dict[int, Callable[[bytes], bytes]]
) -> None:
    s = stage(answers, subscriptions=("t",))
    await until(lambda: len(s.ears.reasons) == 1, "the reason")
    assert "did not answer the" in s.ears.reasons[0]


@pytest.mark.parametrize(
    ("code", "words"),
    [(0x86, "refused the login of 'front-1'"), (0x87, "password"), (0x84, "Set protocol to 3.1.1"), (0x85, "client id"), (0x88, "Server")],
)
async def test_a_refused_connection_says_what_to_check(stage: Callable[..., Stage], code: int, words: str) -> None:
    s = stage({0x10: lambda _: connack(code)})
    await until(lambda: len(s.ears.reasons) == 1, "the reason")
    assert words in s.ears.reasons[0]
    await until(lambda: len(s.peer.of(0x10)) >= 3, "more tries")
    assert len(s.ears.reasons) == 1, "a failure like the one before is not said again"


NO_MQTT = (
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x20\xff\xff\xff\xff\xff",
    b"\x32\x02\x00\x09",
    b"\x00\x00",
    # A relay's own words, longer than the packet that they look like.
    b"2026/11/26 14:01:47 socat[1248] E connect(5, AF=2 127.0.0.1:1883, 16): Connection refused\n",
)


@pytest.mark.parametrize("garbage", NO_MQTT)
async def test_what_is_no_mqtt_ends_the_connection_and_nothing_else(stage: Callable[..., Stage], garbage: bytes) -> None:
    s = stage({0x10: lambda _: garbage})
    await until(lambda: len(s.ears.reasons) == 1, "the reason")
    assert not s.task.done()


async def test_messages_that_come_byte_by_byte_are_whole(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()})
    await until(lambda: s.session.connected, "the connection")
    for byte in message(7, b"first") + message(8, b"second"):
        s.peer.writers[0].write(bytes([byte]))
        await s.peer.writers[0].drain()
    await until(lambda: s.ears.payloads == [b"first", b"second"], "both messages")
    await until(lambda: s.peer.of(PUBACK) == [b"\x00\x07", b"\x00\x08"], "both acknowledgements")


async def test_an_acknowledgement_never_leaves_on_a_later_connection(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()})
    s.ears.acknowledge = False
    await until(lambda: s.session.connected, "the connection")
    s.peer.writers[0].write(message(7, b"early"))
    await until(lambda: len(s.ears.deliveries) == 1, "the message")
    s.peer.writers[0].close()
    await until(lambda: len(s.ears.connects) == 2, "the next connection")
    s.session.acknowledge(s.ears.deliveries[0])
    s.peer.writers[1].write(message(7, b"late"))
    await until(lambda: len(s.ears.deliveries) == 2, "the second message")
    s.session.acknowledge(s.ears.deliveries[1])
    await until(lambda: len(s.peer.of(PUBACK)) == 1, "its acknowledgement")
    assert [kind for kind, _ in s.peer.seen].count(PUBACK) == 1


async def test_many_publishes_leave_together(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()}, window=40)
    await until(lambda: s.session.connected, "the connection")
    for number in range(40):
        s.session.publish("t", b"%d" % number)
    await until(lambda: len(s.peer.of(0x30)) == 40, "all")
    assert [body[6:] for body in s.peer.of(0x30)] == [b"%d" % number for number in range(40)]


def on_the_wire(s: Stage) -> bytes:
    """Give what has come to the peer's socket and was not read yet."""
    with socket.socket(fileno=os.dup(s.peer.writers[0].get_extra_info("socket").fileno())) as door:
        try:
            return door.recv(1000, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return b""


async def test_what_is_sent_now_is_on_the_wire_before_anything_else_is_done(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()})
    await until(lambda: s.session.connected, "the connection")
    s.session.publish("t", b"first")
    assert on_the_wire(s) == b""
    s.session.publish("t", b"second")
    s.session.send_now()
    assert [word in on_the_wire(s) for word in (b"first", b"second")] == [True, True]
    s.session.publish("t", b"third")
    await until(lambda: [body[6:] for body in s.peer.of(0x30)] == [b"first", b"second", b"third"], "each once, in order")


async def test_sending_now_to_a_peer_that_has_gone_calls_nobody_from_within(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()})
    await until(lambda: s.session.connected, "the connection")
    answers: list[str | None] = []
    with socket.socket(fileno=os.dup(s.peer.writers[0].get_extra_info("socket").fileno())) as door:
        # Reset, not closed: the next send fails at once.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.peer.writers[0].transport.abort()
        await asyncio.sleep(0)
    s.session.publish("t", b"x", done=answers.append)
    s.session.send_now()
    assert (answers, s.ears.reasons) == ([], [])
    await until(lambda: answers == s.ears.reasons[:1] != [], "the end, once")
    await until(lambda: len(s.ears.connects) == 2, "the next connection")


async def test_a_flood_sent_now_waits_for_room_and_arrives_whole(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()}, window=1000)
    await until(lambda: s.session.connected, "the connection")
    sent = [b"%06d" % number + b"x" * 16000 for number in range(600)]
    for payload in sent:
        assert s.session.publish("t", payload)
        s.session.send_now()
    await until(lambda: len(s.peer.of(0x30)) == 600, "9.6 MB")
    assert [body[6:] for body in s.peer.of(0x30)] == sent


async def test_a_flood_that_the_peer_does_not_read_waits_and_arrives_whole(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()}, window=1000)
    await until(lambda: s.session.connected, "the connection")
    sent = [b"%06d" % number + b"x" * 16000 for number in range(600)]
    for payload in sent:
        assert s.session.publish("t", payload)
    await until(lambda: len(s.peer.of(0x30)) == 600, "9.6 MB")
    assert [body[6:] for body in s.peer.of(0x30)] == sent


async def test_open_publishes_are_answered_when_the_broker_says_goodbye(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack(), 0x30: lambda _: packet(DISCONNECT, b"\x8b\x00")})
    await until(lambda: s.session.connected, "the connection")
    answers: list[str | None] = []
    s.session.publish("t", b"x", done=answers.append)
    await until(lambda: len(answers) == 1, "the answer")
    assert answers == s.ears.reasons[:1]
    assert "shutting down" in s.ears.reasons[0]


async def test_stop_does_not_wait_longer_than_a_second_for_acknowledgements(stage: Callable[..., Stage]) -> None:
    s = stage({0x10: lambda _: connack()})
    await until(lambda: s.session.connected, "the connection")
    answers: list[str | None] = []
    s.session.publish("t", b"x", done=answers.append)
    await asyncio.wait_for(s.session.stop(), 2)
    assert answers == ["stopped"]
    await until(lambda: [kind for kind, _ in s.peer.seen][-1] == DISCONNECT, "the goodbye")


@pytest.mark.parametrize("which", ["on_connect", "on_room", "done", "on_disconnect"])
async def test_an_exception_of_any_handler_ends_run(stage: Callable[..., Stage], which: str) -> None:
    s = stage({0x10: lambda _: connack(), 0x30: lambda body: packet(PUBACK, mid_of(body))}, window=1)

    def broken(*_: object) -> None:
        raise LookupError(which)

    if which != "done":
        setattr(s.ears, which, broken)
    if which != "on_connect":
        await until(lambda: s.session.connected, "the connection")
        s.session.publish("t", b"x", done=broken if which == "done" else None)
    if which == "on_disconnect":
        await until(lambda: s.session.room == 1, "the answer")
        s.peer.writers[0].close()
    with pytest.raises(LookupError, match=which):
        await asyncio.wait_for(s.task, 5)
