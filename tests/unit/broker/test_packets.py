"""PUBLISH and PUBACK as MQTT writes them, and everything else left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import packets
from broker.packets import Heard, Packet

TOPICS = st.text("abz/-é", min_size=1, max_size=60)
MIDS = st.integers(1, 0xFFFF)


def read(data: bytes, *, modern: bool = True) -> Heard | None:
    packet = packets.packet_at(data, 0)
    assert packet is not None
    return packets.read_publish(data, packet, modern=modern)


@given(TOPICS, MIDS, st.binary(max_size=20_000), st.booleans(), st.booleans())
def test_what_is_written_is_read(topic: str, mid: int, payload: bytes, retained: bool, modern: bool) -> None:
    data = packets.publish(topic, mid, payload, retained=retained, modern=modern)
    assert packets.packet_at(data, 0) == Packet(data[0], packets.packet_at(data, 0).body, len(data))  # type: ignore[union-attr]
    assert read(data, modern=modern) == Heard(topic.encode(), payload, retained, mid, 1)


def test_a_publish_is_written_as_the_standard_shows_it() -> None:
    assert packets.publish("a/b", 10, b"hi", retained=True, modern=True) == b"\x33\x0a\x00\x03a/b\x00\x0a\x00hi"
    assert packets.publish("a/b", 10, b"hi", retained=False, modern=False) == b"\x32\x09\x00\x03a/b\x00\x0ahi"
    assert packets.puback(258) == b"\x40\x02\x01\x02"


@given(TOPICS, MIDS, st.binary(max_size=300), st.integers(0, 400))
def test_a_packet_is_taken_only_whole(topic: str, mid: int, payload: bytes, cut: int) -> None:
    data = packets.publish(topic, mid, payload, retained=False, modern=True)
    if cut < len(data):
        assert packets.packet_at(data[:cut], 0) is None
    else:
        assert packets.packet_at(data + b"\x40", 0) == packets.packet_at(data, 0)


def test_properties_are_passed_over() -> None:
    assert read(b"\x33\x0c\x00\x01t\x00\x07\x02\x01\x01body") == Heard(b"t", b"body", True, 7, 1)


def test_a_message_at_qos_0_has_no_number() -> None:
    assert read(b"\x30\x08\x00\x01t\x00body") == Heard(b"t", b"body", False, 0, 0)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x34\x07\x00\x01t\x00\x07\x00x", "QoS 2"),
        (b"\x36\x07\x00\x01t\x00\x07\x00x", "QoS 3"),
        (b"\x32\x06\x00\x00\x00\x07\x00x", "no topic"),
        (b"\x32\x07\x00\x01t\x00\x00\x00x", "number 0"),
        (b"\x32\x04\x00\x09ab", "a topic longer than the packet"),
        (b"\x32\x05\x00\x01t\x00\x07", "no room for properties"),
        (b"\x32\x07\x00\x01t\x00\x07\x09x", "properties longer than the packet"),
        (b"\x32\x00", "nothing at all"),
    ],
)
def test_what_is_odd_is_left_to_the_library(data: bytes, why: str) -> None:
    assert read(data) is None, why


def test_a_length_that_never_ends_is_told() -> None:
    with pytest.raises(ValueError, match="four bytes"):
        packets.packet_at(b"\x32\xff\xff\xff\xff\x01", 0)
    assert packets.packet_at(b"\x32\xff\xff\xff", 0) is None


@pytest.mark.parametrize(
    ("data", "read"), [(b"\x40\x02\x00\x05", (5, 0)), (b"\x40\x03\x00\x05\x10", (5, 0x10)), (b"\x40\x04\x00\x05\x87\x00", (5, 0x87))]
)
def test_an_acknowledgement_says_its_number_and_why_not(data: bytes, read: tuple[int, int]) -> None:
    packet = packets.packet_at(data, 0)
    assert packet is not None
    assert packets.read_puback(data, packet) == read


@pytest.mark.parametrize("data", [b"\x40\x01\x00", b"\x42\x02\x00\x05"])
def test_an_odd_acknowledgement_is_left_to_the_library(data: bytes) -> None:
    packet = packets.packet_at(data, 0)
    assert packet is not None
    assert packets.read_puback(data, packet) is None


@pytest.mark.parametrize("topic", ["", "a/+", "a/#", "x" * 70_000])
def test_nobody_can_publish_to(topic: str) -> None:
    with pytest.raises(ValueError, match="no topic"):
        packets.publish(topic, 1, b"", retained=False, modern=True)


def test_subscriptions_are_written_as_the_standard_shows_them() -> None:
    assert packets.subscribe(["a/b", "c/d"], 10, modern=False) == b"\x82\x0e\x00\x0a\x00\x03a/b\x01\x00\x03c/d\x01"
    assert packets.subscribe(["a/b"], 10, modern=True) == b"\x82\x09\x00\x0a\x00\x00\x03a/b\x01"
    assert packets.unsubscribe(["a/b", "c/d"], 10, modern=False) == b"\xa2\x0c\x00\x0a\x00\x03a/b\x00\x03c/d"
    assert packets.unsubscribe(["a/b"], 10, modern=True) == b"\xa2\x08\x00\x0a\x00\x00\x03a/b"


@given(st.lists(TOPICS, max_size=60), st.integers(200, 2000), st.booleans())
def test_no_handful_makes_a_packet_longer_than_asked_for(filters: list[str], most: int, modern: bool) -> None:
    handfuls = list(packets.handfuls(filters, most))
    assert [each for handful in handfuls for each in handful] == filters
    assert all(len(packets.subscribe(handful, 1, modern=modern)) <= most for handful in handfuls)
