"""Frames between STX and ETX, with LRC and answers (decoding.md D17, D18, D20)."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from station.framing import MAX_ASKED, MENDED_WITHIN_MS, Broken, Frame
from station.stx import ACK, HALF_A_FRAME_MS, NAK, QUIET_MS, Lrc, StxFramer

MS = 1_000_000
CODES = st.text("0123BC-", min_size=1, max_size=20).map(str.encode)
LRCS: list[Lrc] = ["none", "stx", "data"]


def framed(code: bytes, lrc: Lrc = "none") -> bytes:
    """Give the bytes a scanner sends."""
    if lrc == "none":
        return b"\x02" + code + b"\x03"
    return b"\x02" + code + b"\x03" + bytes((reduce(xor, code, 3 ^ (2 if lrc == "stx" else 0)),))


def kinds(found: list[Frame | Broken]) -> list[bytes | str]:
    return [each.data if isinstance(each, Frame) else each.kind for each in found]


def heard(stream: bytes, *, lrc: Lrc = "none", sizes: tuple[int, ...] = (4096,), max_bytes: int = 512) -> list[bytes | str]:
    """Give what is made of a stream cut into slices, and of the long silence behind it."""
    framer, found, place = StxFramer(max_bytes, lrc=lrc), [], 0
    while place < len(stream):
        size = sizes[place % len(sizes)]
        found += framer.feed(stream[place : place + size], 0)
        place += size
    return kinds(found + framer.expire(HALF_A_FRAME_MS * MS))


@given(st.lists(CODES, max_size=6), st.lists(st.integers(1, 9), min_size=1, max_size=9), st.sampled_from(LRCS))
def test_d20_slices_make_no_difference(codes: list[bytes], sizes: list[int], lrc: Lrc) -> None:
    assert heard(b"".join(framed(code, lrc) for code in codes), lrc=lrc, sizes=tuple(sizes)) == codes


@given(st.lists(st.tuples(CODES, st.text("xyz\x00\x06\r\n", max_size=9).map(str.encode)), max_size=6))
def test_d20_junk_between_frames_loses_none(parts: list[tuple[bytes, bytes]]) -> None:
    found = heard(b"".join(junk + framed(code) for code, junk in parts))
    assert [each for each in found if isinstance(each, bytes)] == [code for code, _ in parts]
    assert ("foreign" in found) == any(junk.strip(b"\x00\x06\r\n") for _, junk in parts)


@given(st.lists(CODES, min_size=1, max_size=3), st.integers(0, 10_000), st.integers(0, 7), st.sampled_from(["stx", "data"]))
@example([b"1C2"], 2, 6, "data")  # The C becomes an ETX, and the 2 is the LRC of what stands before.
@example([b"BB123"], 2, 6, "stx")  # The second B becomes an STX, and the LRC fits what stands behind.
def test_d20_a_flipped_bit_is_never_a_wrong_barcode(codes: list[bytes], place: int, bit: int, lrc: Lrc) -> None:
    stream = bytearray(b"".join(framed(code, lrc) for code in codes))
    stream[place % len(stream)] ^= 1 << bit
    right = [code for code in heard(bytes(stream), lrc=lrc) if isinstance(code, bytes)]
    missing = list(codes)
    for code in right:
        assert code.rstrip(bytes(range(32))) in missing
        missing.remove(code.rstrip(bytes(range(32))))


@pytest.mark.parametrize("lrc", ["stx", "data"])
def test_d20_a_wrong_lrc_is_damaged_and_the_next_frame_counts(lrc: Lrc) -> None:
    hurt = bytearray(framed(b"3000", lrc))
    hurt[2] ^= 1
    assert heard(bytes(hurt) + framed(b"4000", lrc), lrc=lrc) == ["damaged", b"4000"]


def test_d18_what_has_no_stx_is_foreign_and_said_once() -> None:
    assert heard(b"3000\r4000\r") == ["foreign"]
    assert heard(b"3000\x03" + framed(b"1")) == ["foreign", b"1"]
    assert heard(b"\x00\x07\x11\r\n") == []


def test_a_frame_whose_end_never_came_is_incomplete_at_the_next_or_after_a_while() -> None:
    assert heard(b"\x0230" + framed(b"1")) == ["incomplete", b"1"]
    assert heard(b"\x0230") == ["incomplete"]
    assert heard(b"\x02\x03\x02") == []


def test_d17_too_long_is_said_at_once_and_the_next_frame_counts() -> None:
    framer = StxFramer(16)
    assert kinds(framer.feed(b"\x02" + b"1" * 17, 0)) == ["too_long"]
    assert kinds(framer.feed(b"1" * 999 + b"\x03" + framed(b"2"), 0)) == [b"2"]


def test_d17_a_spoiled_frame_without_end_is_said_too_and_once() -> None:
    assert heard(b"\x0212\x02" + b"3" * 20 + b"\x03\x00" + framed(b"4", "data"), lrc="data", max_bytes=16) == ["too_long", b"4"]
    assert heard(b"\x0212\x02" + b"3" * 20, lrc="data", max_bytes=16) == ["too_long"]


def test_a_scanner_that_is_to_be_answered_hears_ack() -> None:
    framer = StxFramer(answer=True)
    framer.feed(framed(b"3000"), 0)
    assert (framer.answer(), framer.answer()) == (ACK, b"")


def test_a_scanner_that_is_not_to_be_answered_hears_nothing() -> None:
    framer = StxFramer(lrc="data")
    framer.feed(framed(b"3000", "data") + b"\x021\x03\x00", 0)
    framer.expire(QUIET_MS * MS)
    assert framer.answer() == b""


def test_what_could_not_be_stored_is_not_acknowledged_and_is_taken_when_it_comes_again() -> None:
    framer = StxFramer(answer=True)
    framer.feed(framed(b"3000"), 0)
    framer.not_stored()
    assert framer.answer() == b""
    assert framer.feed(framed(b"3000"), 100 * MS) == [Frame(b"3000")]
    assert framer.answer() == ACK


def test_a_wrong_lrc_is_answered_nak_and_the_desk_hears_nothing_when_the_frame_comes_again() -> None:
    framer = StxFramer(lrc="data", answer=True)
    framer.feed(b"\x023001\x03\x00", 0)
    assert framer.expire(QUIET_MS * MS) == []
    assert framer.answer() == NAK
    framer.feed(framed(b"3001", "data"), 100 * MS)
    assert framer.expire((100 + QUIET_MS) * MS) == [Frame(b"3001")]
    assert framer.answer() == ACK
    assert framer.due_ns is None


def test_a_frame_that_never_comes_again_is_damaged_after_all() -> None:
    framer = StxFramer(lrc="data", answer=True)
    framer.feed(b"\x023001\x03\x00", 0)
    framer.expire(QUIET_MS * MS)
    assert kinds(framer.expire((QUIET_MS + MENDED_WITHIN_MS) * MS)) == ["damaged"]
    assert framer.due_ns is None


def test_a_scanner_set_to_another_checksum_is_not_asked_for_ever() -> None:
    framer, answers = StxFramer(lrc="data", answer=True), []
    for round_number in range(10):
        framer.feed(b"\x023001\x03\x00", round_number * 100 * MS)
        framer.expire((round_number * 100 + QUIET_MS) * MS)
        answers.append(framer.answer())
    assert answers == [NAK] * MAX_ASKED + [b""] * (10 - MAX_ASKED)


def test_d6_an_unplug_leaves_a_half_frame_incomplete_and_a_whole_one_whole() -> None:
    framer = StxFramer(lrc="data")
    framer.feed(b"\x0230", 0)
    assert kinds(framer.cut_off()) == ["incomplete"]
    framer.feed(framed(b"3000", "data"), 0)
    assert kinds(framer.cut_off()) == [b"3000"]
    assert kinds(framer.cut_off()) == []


@given(st.lists(st.binary(max_size=600), max_size=20), st.sampled_from(LRCS), st.booleans())
def test_whatever_comes_no_more_is_held_than_allowed(slices: list[bytes], lrc: Lrc, answer: bool) -> None:
    framer = StxFramer(64, lrc=lrc, answer=answer)
    for number, data in enumerate(slices):
        framer.feed(data, number * 20 * MS)
        assert len(framer._held.data) <= 64
        assert len(framer.answer()) <= 1
