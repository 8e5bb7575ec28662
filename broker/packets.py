"""PUBLISH and PUBACK, made and read here: they are what each scan costs, and the library's bookkeeping about each costs more than the scan.

What is not plainly one of them, and all that is malformed, is left to the library. SUBSCRIBE and UNSUBSCRIBE are only made here: the
library would number them without knowing which numbers our publishes have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

PUBLISH, PUBACK = 0x30, 0x40
SUBSCRIBE, UNSUBSCRIBE = 0x82, 0xA2
MOST_ASKED_BYTES = 8192
"""Of a SUBSCRIBE: a broker set up by us takes 20 KiB, and others may take less than MQTT allows."""
KIND, QOS, QOS_1, RETAIN = 0xF0, 0x06, 0x02, 0x01
LENGTH_BYTES = 4
"""No packet says its length in more."""
LONGEST_TOPIC_BYTES = 0xFFFF


class Packet(NamedTuple):
    """Where a whole packet lies in what was received: its first byte, where its body begins, and where the next one begins."""

    head: int
    body: int
    end: int


class Heard(NamedTuple):
    """What a PUBLISH at QoS 0 or 1 says; ``mid`` is 0 at QoS 0."""

    topic: bytes
    payload: bytes
    retained: bool
    mid: int
    qos: int


def packet_at(data: bytes, start: int) -> Packet | None:
    """Give the packet that begins there, None while it is not whole; ValueError where its length is none."""
    body, length = start + 1, _length_at(data, start + 1)
    if length is None:
        return None
    size, body = length
    end = body + size
    return Packet(data[start], body, end) if end <= len(data) else None


def _length_at(data: bytes, place: int) -> tuple[int, int] | None:
    """Give a length and the place behind it."""
    size = 0
    for number, byte in enumerate(data[place : place + LENGTH_BYTES]):
        size |= (byte & 0x7F) << 7 * number
        if byte < 0x80:
            return size, place + number + 1
    if len(data) - place >= LENGTH_BYTES:
        raise ValueError("a length of more than four bytes")
    return None


def publish(topic: str, mid: int, payload: bytes, *, retained: bool, modern: bool) -> bytes:
    """Give a PUBLISH at QoS 1; ValueError for a topic one cannot publish to."""
    name = topic.encode()
    if not name or b"+" in name or b"#" in name or len(name) > LONGEST_TOPIC_BYTES:
        raise ValueError(f"{topic!r} is no topic to publish to")
    # MQTT 5 puts properties behind the packet's number: none.
    number = mid.to_bytes(2, "big") + b"\x00" if modern else mid.to_bytes(2, "big")
    size = 2 + len(name) + len(number) + len(payload)
    head = bytes((PUBLISH | QOS_1 | (RETAIN if retained else 0),)) + _length(size)
    return b"".join((head, len(name).to_bytes(2, "big"), name, number, payload))


def _length(size: int) -> bytes:
    out = bytearray()
    while size > 0x7F:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    out.append(size)
    return bytes(out)


def subscribe(filters: Sequence[str], mid: int, *, modern: bool) -> bytes:
    """Give a SUBSCRIBE at QoS 1."""
    return _asked(SUBSCRIBE, [_text(each) + b"\x01" for each in filters], mid, modern=modern)


def unsubscribe(filters: Sequence[str], mid: int, *, modern: bool) -> bytes:
    """Give an UNSUBSCRIBE."""
    return _asked(UNSUBSCRIBE, [_text(each) for each in filters], mid, modern=modern)


def handfuls(filters: Iterable[str], most_bytes: int = MOST_ASKED_BYTES) -> Iterator[list[str]]:
    """Cut subscriptions into handfuls whose packets have at most so many bytes; one that is longer goes alone."""
    handful, size = list[str](), 0
    for each in filters:
        # Two bytes of length before it, one of options behind.
        longer = len(each.encode()) + 3
        if handful and size + longer > most_bytes - 8:
            yield handful
            handful, size = [], 0
        handful.append(each)
        size += longer
    if handful:
        yield handful


def _asked(head: int, each: list[bytes], mid: int, *, modern: bool) -> bytes:
    body = b"".join((mid.to_bytes(2, "big"), b"\x00" if modern else b"", *each))
    return bytes((head,)) + _length(len(body)) + body


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def puback(mid: int) -> bytes:
    """Give the acknowledgement of a message."""
    return bytes((PUBACK, 2)) + mid.to_bytes(2, "big")


def read_publish(data: bytes, packet: Packet, *, modern: bool) -> Heard | None:
    """Give what a PUBLISH says; None for one the library shall look at."""
    qos = (packet.head & QOS) >> 1
    topic = packet.body + 2
    topic_end = topic + int.from_bytes(data[packet.body : topic], "big")
    place = topic_end + (2 if qos else 0)
    if qos > 1 or topic_end == topic or place > packet.end:
        return None
    mid = int.from_bytes(data[topic_end:place], "big")
    if qos and not mid:
        return None
    if modern:
        # Nearly always none, said in one byte; what they say is of no use here.
        found = _length_at(data[place : min(packet.end, place + LENGTH_BYTES)], 0)
        if found is None or place + sum(found) > packet.end:
            return None
        place += sum(found)
    return Heard(data[topic:topic_end], data[place : packet.end], bool(packet.head & RETAIN), mid, qos)


def read_puback(data: bytes, packet: Packet) -> tuple[int, int] | None:
    """Give a packet's number and the reason code, 0 where it says none; None for what the library shall look at."""
    size = packet.end - packet.body
    if size < 2 or packet.head != PUBACK:
        return None
    mid = int.from_bytes(data[packet.body : packet.body + 2], "big")
    return mid, data[packet.body + 2] if size > 2 else 0
