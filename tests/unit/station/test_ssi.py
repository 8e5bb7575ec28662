"""Zebra's packets (decoding.md D17, D21)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.framing import MENDED_WITHIN_MS, Broken, Frame
from station.ssi import (
    BEEP,
    CMD_ACK,
    CMD_NAK,
    CONTINUATION,
    DECODE_DATA,
    DENIED,
    EVENT,
    HALF_A_PACKET_MS,
    LAST_PART_MS,
    NEXT_PART_MS,
    QUIET_MS,
    RESEND,
    RETRANSMIT,
    SsiFramer,
    packet,
)

MS = 1_000_000
ACK, NAK, DENY = packet(CMD_ACK), packet(CMD_NAK, RESEND), packet(CMD_NAK, DENIED)
CODE_128 = b"\x03"
CODES = st.binary(min_size=1, max_size=40)
BATCH_DATA = 0xD6


def decoded(code: bytes, *, status: int = 0, kind: bytes = CODE_128) -> bytes:
    """Give the packet a scanner sends."""
    return packet(DECODE_DATA, kind + code, source=0, status=status)


def kinds(found: list[Frame | Broken]) -> list[bytes | str]:
    return [each.data if isinstance(each, Frame) else each.kind for each in found]


class Scanner:
    """A scanner that sends a packet until it is acknowledged, three times at most, two seconds apart."""

    def __init__(self, framer: SsiFramer) -> None:
        self.framer = framer
        self.now_ms = 0
        self.found: list[Frame | Broken] = []

    def wait(self, milliseconds: int) -> bytes:
        """Let time pass and give what the station sent meanwhile."""
        self.now_ms += milliseconds
        self.found += self.framer.expire(self.now_ms * MS)
        return self.framer.answer()

    def send(self, code: bytes, *hurt: bytes | None, status: int = 0) -> bool:
        """Send a code; what is given as hurt arrives instead of the first tries."""
        tries: list[bytes | None] = [*hurt, None, None, None]
        for number in range(3):
            sent = tries[number] or decoded(code, status=status | (RETRANSMIT if number else 0))
            self.found += self.framer.feed(sent, self.now_ms * MS)
            answer = self.framer.answer() or self.wait(QUIET_MS) or self.wait(HALF_A_PACKET_MS) or self.wait(1450)
            if answer == ACK:
                return True
        return False


def test_the_bytes_of_the_guide() -> None:
    assert packet(CMD_ACK) == bytes.fromhex("04D00400FF28")
    assert packet(BEEP, b"\x17") == bytes.fromhex("05E6040017FEFA")


@given(st.lists(CODES, max_size=6), st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_d21_slices_make_no_difference_and_each_packet_is_acknowledged(codes: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(decoded(code) for code in codes)
    framer, found, place = SsiFramer(), [], 0
    while place < len(stream):
        size = sizes[place % len(sizes)]
        found += framer.feed(stream[place : place + size], 0)
        place += size
    assert (kinds(found), framer.answer()) == (codes, ACK * len(codes))


@given(st.lists(st.tuples(CODES, st.integers(0, 10_000), st.integers(0, 7)), min_size=1, max_size=6))
def test_d21_a_flipped_bit_is_asked_for_again_and_never_a_wrong_barcode(scans: list[tuple[bytes, int, int]]) -> None:
    scanner = Scanner(SsiFramer())
    for code, place, bit in scans:
        hurt = bytearray(decoded(code))
        hurt[place % len(hurt)] ^= 1 << bit
        assert scanner.send(code, bytes(hurt))
        scanner.wait(600)
    assert kinds(scanner.found) == [code for code, _, _ in scans]


@given(st.lists(st.tuples(CODES, st.binary(max_size=30)), max_size=6))
def test_d21_junk_between_packets_loses_none(scans: list[tuple[bytes, bytes]]) -> None:
    scanner = Scanner(SsiFramer())
    for code, junk in scans:
        scanner.found += scanner.framer.feed(junk, scanner.now_ms * MS)
        scanner.wait(HALF_A_PACKET_MS)
        assert scanner.send(code)
    assert [each for each in kinds(scanner.found) if isinstance(each, bytes)] == [code for code, _ in scans]


def test_d21_a_checksum_fault_is_answered_when_the_line_is_quiet() -> None:
    framer = SsiFramer()
    assert framer.feed(decoded(b"3000")[:-1] + b"\x00" + b"rest", 0) == []
    assert framer.answer() == b""
    assert framer.due_ns == QUIET_MS * MS
    framer.expire(QUIET_MS * MS)
    assert framer.answer() == NAK


def test_d21_a_resent_packet_that_was_taken_is_acknowledged_and_dropped() -> None:
    framer = SsiFramer()
    found = framer.feed(decoded(b"3000"), 0) + framer.feed(decoded(b"3000", status=RETRANSMIT), 2000 * MS)
    assert (kinds(found), framer.answer()) == ([b"3000"], ACK + ACK)


def test_d21_the_same_code_scanned_twice_is_taken_twice() -> None:
    framer = SsiFramer()
    assert kinds(framer.feed(decoded(b"3000") * 2, 0)) == [b"3000", b"3000"]


def test_d21_a_resent_packet_whose_first_try_was_hurt_counts_even_if_it_says_the_same_as_the_last() -> None:
    scanner = Scanner(SsiFramer())
    scanner.send(b"3000")
    scanner.send(b"3000", decoded(b"3000")[:-1])
    assert kinds(scanner.found) == [b"3000", b"3000"]


def test_d21_a_fault_that_is_never_mended_is_damaged_after_all() -> None:
    scanner = Scanner(SsiFramer())
    assert not scanner.send(b"3000", *[decoded(b"3000")[:-1] + b"\xff"] * 3)
    scanner.wait(MENDED_WITHIN_MS)
    assert "damaged" in kinds(scanner.found)


def test_d21_a_line_that_never_becomes_quiet_is_damaged() -> None:
    framer = SsiFramer()
    framer.feed(decoded(b"3000")[:-1] + b"\xff", 0)
    found = [each for now_ms in range(0, 3000, 10) for each in framer.feed(b"noise", now_ms * MS)]
    assert (kinds(found), framer.answer()) == (["damaged"], b"")


def test_d21_the_parts_of_a_long_code_become_one() -> None:
    framer = SsiFramer(1024)
    found = framer.feed(decoded(b"a" * 240, status=CONTINUATION), 0)
    found += framer.feed(decoded(b"a" * 240, status=CONTINUATION | RETRANSMIT), 1 * MS)
    found += framer.feed(decoded(b"b" * 240, status=CONTINUATION) + decoded(b"c"), 2 * MS)
    assert (kinds(found), framer.answer()) == ([b"a" * 240 + b"b" * 240 + b"c"], ACK * 4)


def test_d21_what_could_not_be_stored_is_not_acknowledged_and_is_taken_when_it_comes_again() -> None:
    framer = SsiFramer()
    framer.feed(decoded(b"3000"), 0)
    framer.not_stored()
    assert framer.answer() == b""
    assert kinds(framer.feed(decoded(b"3000", status=RETRANSMIT), 2000 * MS)) == [b"3000"]
    assert framer.answer() == ACK
    assert kinds(framer.feed(decoded(b"3000", status=RETRANSMIT), 2001 * MS)) == []


def test_d21_the_last_part_of_what_could_not_be_stored_comes_again_behind_the_others() -> None:
    framer = SsiFramer(1024)
    framer.feed(decoded(b"a" * 240, status=CONTINUATION), 0)
    framer.feed(decoded(b"b"), 1 * MS)
    framer.not_stored()
    assert kinds(framer.feed(decoded(b"b", status=RETRANSMIT), 2000 * MS)) == [b"a" * 240 + b"b"]
    framer.feed(decoded(b"a", status=CONTINUATION), 3000 * MS)
    framer.feed(decoded(b"b"), 3001 * MS)
    framer.not_stored()
    assert kinds(framer.expire((3001 + LAST_PART_MS) * MS)) == ["incomplete"]


def test_d21_parts_whose_rest_never_came_are_no_part_of_the_next_scan() -> None:
    framer = SsiFramer()
    framer.feed(decoded(b"half", status=CONTINUATION), 0)
    assert kinds(framer.feed(decoded(b"3000"), NEXT_PART_MS * MS)) == ["incomplete", b"3000"]
    framer.feed(decoded(b"half", status=CONTINUATION), 0)
    assert kinds(framer.expire(LAST_PART_MS * MS)) == ["incomplete"]


def test_d17_parts_without_end_are_too_long_and_acknowledged() -> None:
    framer, part = SsiFramer(), decoded(b"x" * 200, status=CONTINUATION)
    assert kinds([each for number in range(9) for each in framer.feed(part, number)]) == ["too_long"]
    assert framer.answer() == ACK * 9
    assert kinds(framer.feed(decoded(b"end") + decoded(b"3000"), 0)) == [b"3000"]


@pytest.mark.parametrize(
    ("opcode", "answer", "said"),
    [(EVENT, ACK, []), (CMD_ACK, b"", []), (CMD_NAK, b"", []), (BATCH_DATA, DENY, ["foreign"]), (0xB1, DENY, ["foreign"])],
)
def test_d21_other_packets_are_answered_and_what_is_not_kept_is_never_acknowledged(opcode: int, answer: bytes, said: list[str]) -> None:
    framer = SsiFramer()
    assert kinds(framer.feed(packet(opcode, b"\x01", source=0), 0)) == said
    assert framer.answer() == answer


def test_the_zero_that_wakes_is_nothing() -> None:
    framer = SsiFramer()
    assert kinds(framer.feed(b"\0\0" + decoded(b"1") + b"\0", 0)) == [b"1"]
    assert framer.due_ns is None
    assert framer.feed(decoded(b"1", status=RETRANSMIT), 0) == []


def test_d6_an_unplug_leaves_half_a_packet_incomplete() -> None:
    framer = SsiFramer()
    framer.feed(decoded(b"3000")[:6], 0)
    assert kinds(framer.cut_off()) == ["incomplete"]
    assert kinds(framer.finish()) == []
    assert kinds(framer.feed(decoded(b"3000"), 0)) == [b"3000"]


@given(st.lists(st.binary(max_size=900), max_size=20))
def test_whatever_comes_no_more_is_held_than_a_packet_and_a_code(slices: list[bytes]) -> None:
    framer = SsiFramer(64)
    for number, data in enumerate(slices):
        framer.feed(data, number * 20 * MS)
        framer.answer()
        assert len(framer._line) < 257
        assert len(framer._parts.data) <= 64
