"""Bytes to frames, by lines and by silence (decoding.md D17, D20)."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.framing import NS_PER_MS, OPENED_QUIET_MS, Broken, Frame, IdleFramer, LineFramer

BARCODE = b"30000000000017"


def frames(*slices: bytes, max_bytes: int = 512) -> list[bytes | str]:
    framer = LineFramer(max_bytes)
    return [each.data if isinstance(each, Frame) else each.kind for data in slices for each in framer.feed(data)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_each_terminator_ends_a_scan_once(end: bytes) -> None:
    assert frames(BARCODE + end + BARCODE + end) == [BARCODE, BARCODE]


def test_terminators_in_a_row_are_nothing() -> None:
    assert frames(b"\r\r\n\n" + BARCODE + b"\r\r\n\r") == [BARCODE]


def test_what_follows_a_terminator_is_kept() -> None:
    assert frames(b"1\r2", b"3\r") == [b"1", b"23"]


@given(
    st.lists(st.text("01A-", min_size=1, max_size=20).map(str.encode), max_size=8),
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
    st.sampled_from([b"\r", b"\n", b"\r\n"]),
)
def test_slices_make_no_difference(codes: list[bytes], sizes: list[int], end: bytes) -> None:
    stream = b"".join(code + end for code in codes)
    framer, found, place = LineFramer(), [], 0
    while place < len(stream):
        size = sizes[place % len(sizes)]
        found += framer.feed(stream[place : place + size])
        place += size
    assert found == [Frame(code) for code in codes]


def test_the_longest_frame_passes_and_one_more_byte_is_too_long() -> None:
    assert frames(b"1" * 512 + b"\r") == [b"1" * 512]
    assert frames(b"1" * 513 + b"\r" + BARCODE + b"\r") == ["too_long", BARCODE]


def test_too_long_is_said_once_and_at_once() -> None:
    assert frames(b"1" * 600, b"2" * 600, b"3" * 600) == ["too_long"]


def test_ten_megabytes_without_an_end_take_no_memory() -> None:
    framer, chunk = LineFramer(), b"x" * 4096
    tracemalloc.start()
    for _ in range(2560):
        framer.feed(chunk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000
    assert framer.feed(b"\r" + BARCODE + b"\r") == [Frame(BARCODE)]


def test_an_unplug_leaves_a_half_scan_incomplete_and_starts_afresh() -> None:
    framer = LineFramer()
    framer.feed(b"30000")
    (half,) = framer.cut_off()
    assert isinstance(half, Broken)
    assert half.kind == "incomplete"
    assert framer.feed(BARCODE + b"\r") == [Frame(BARCODE)]


def test_an_unplug_between_scans_is_no_fault() -> None:
    framer = LineFramer()
    framer.feed(BARCODE + b"\r")
    assert framer.cut_off() == []


def test_the_end_of_a_file_ends_its_last_line() -> None:
    framer = LineFramer()
    framer.feed(BARCODE)
    assert framer.finish() == [Frame(BARCODE)]


MS = 1_000_000


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.lists(st.integers(1, 9), min_size=1, max_size=9), st.integers(0, 49))
def test_d20_silence_ends_a_frame_whatever_is_in_it(codes: list[bytes], sizes: list[int], between_ms: int) -> None:
    framer, found, now_ms = IdleFramer(), [], 0
    for code in codes:
        place = 0
        while place < len(code):
            size = sizes[place % len(sizes)]
            found += framer.feed(code[place : place + size], now_ms * MS)
            now_ms += between_ms
            place += size
        now_ms += 50
    assert found + framer.expire(now_ms * MS) == [Frame(code) for code in codes]


def test_d20_a_2d_code_with_cr_inside_is_one_frame_under_idle() -> None:
    framer = IdleFramer(idle_ms=80)
    assert framer.feed(b"one\rtwo\r", 0) == []
    assert framer.due_ns == 80 * MS
    assert framer.expire(80 * MS - 1) == []
    assert framer.expire(80 * MS) == [Frame(b"one\rtwo\r")]
    assert framer.due_ns is None


def test_d17_under_idle_too_long_is_said_once_and_ends_with_the_silence() -> None:
    framer = IdleFramer(16)
    said = [each for slice_ in range(5) for each in framer.feed(b"x" * 10, slice_)]
    assert [each.kind for each in said if isinstance(each, Broken)] == ["too_long"]
    assert framer.feed(BARCODE, 100 * MS) == []
    assert framer.finish() == [Frame(BARCODE)]


def test_d6_an_unplug_within_the_silence_is_incomplete() -> None:
    framer = IdleFramer()
    framer.feed(b"3000", 0)
    assert [each.kind for each in framer.cut_off() if isinstance(each, Broken)] == ["incomplete"]
    assert framer.due_ns is None


def quiet_after(framer: LineFramer, ms: int) -> list[Frame | Broken]:
    """Let a silence of so many milliseconds since 0 pass."""
    return framer.expire(ms * NS_PER_MS)


def test_d20_a_line_that_stands_still_is_incomplete_and_no_part_of_the_next() -> None:
    framer = LineFramer(silence_ms=1000)
    assert framer.feed(b"zjJZ", 0) == []
    assert framer.due_ns == 1000 * NS_PER_MS
    assert quiet_after(framer, 999) == []
    assert [each.kind for each in quiet_after(framer, 1000) if isinstance(each, Broken)] == ["incomplete"]
    assert framer.due_ns is None
    assert framer.feed(b"30000000000017\r", 2500 * NS_PER_MS) == [Frame(b"30000000000017")]


def test_d20_the_rest_of_a_line_that_stood_still_is_no_barcode() -> None:
    framer = LineFramer(silence_ms=1000)
    framer.feed(b"3000000", 0)
    quiet_after(framer, 1000)
    found = framer.feed(b"0000017\r30000000000024\r", 1200 * NS_PER_MS)
    assert [each.kind if isinstance(each, Broken) else each.data for each in found] == ["incomplete", b"30000000000024"]


def test_d20_silence_is_noticed_also_by_the_bytes_that_end_it() -> None:
    framer = LineFramer(silence_ms=1000)
    framer.feed(b"3000000", 0)
    first, second = framer.feed(b"30000000000017\r", 2500 * NS_PER_MS)
    assert isinstance(first, Broken)
    assert second == Frame(b"30000000000017")


def test_d20_a_line_that_was_said_to_be_too_long_is_not_said_to_stand_still_as_well() -> None:
    framer = LineFramer(8, silence_ms=1000)
    assert [each.kind for each in framer.feed(b"9" * 20, 0) if isinstance(each, Broken)] == ["too_long"]
    assert quiet_after(framer, 1000) == []
    assert framer.feed(b"3001\r", 2500 * NS_PER_MS) == [Frame(b"3001")]


def test_without_a_silence_somebody_who_types_may_take_for_ever() -> None:
    framer = LineFramer()
    framer.feed(b"300", 0)
    assert framer.due_ns is None
    assert framer.feed(b"1\n", 10**15) == [Frame(b"3001")]


def kinds(found: list[Frame | Broken]) -> list[bytes | str]:
    return [each.data if isinstance(each, Frame) else each.kind for each in found]


def opened_line() -> LineFramer:
    framer = LineFramer()
    framer.opened(0)
    return framer


def test_the_rest_of_a_scan_that_began_before_the_line_was_opened_is_damaged_and_the_next_is_a_scan() -> None:
    framer = opened_line()
    assert kinds(framer.feed(b"0000", 10 * MS)) == []
    assert kinds(framer.feed(b"012\r\n30000000000012\r", 20 * MS)) == ["damaged", b"30000000000012"]


def test_a_scan_behind_a_silence_after_the_opening_is_a_scan() -> None:
    framer = opened_line()
    assert framer.due_ns == OPENED_QUIET_MS * MS
    assert kinds(framer.feed(b"30000000000012\r", OPENED_QUIET_MS * MS)) == [b"30000000000012"]
    assert framer.due_ns is None


def test_an_end_alone_after_the_opening_is_no_fault() -> None:
    framer = opened_line()
    assert kinds(framer.feed(b"\r\n30000000000012\r", MS)) == [b"30000000000012"]


def test_what_began_before_the_opening_and_never_ends_is_damaged_after_a_rest() -> None:
    framer = opened_line()
    assert kinds(framer.feed(b"0012", MS)) == []
    assert kinds(framer.expire(1000 * MS)) == []
    assert kinds(framer.expire(1001 * MS)) == ["damaged"]
    assert kinds(framer.feed(b"30000000000012\r", 1002 * MS)) == [b"30000000000012"]


def test_an_unplug_before_that_is_incomplete() -> None:
    framer = opened_line()
    framer.feed(b"0012", MS)
    assert kinds(framer.cut_off()) == ["incomplete"]
    assert kinds(framer.feed(b"30000000000012\r", 2 * MS)) == [b"30000000000012"]


def test_a_line_by_silence_takes_nothing_that_no_silence_preceded() -> None:
    framer = IdleFramer(idle_ms=50)
    framer.opened(0)
    assert kinds(framer.feed(b"00000012", 40 * MS)) == []
    assert kinds(framer.expire(90 * MS)) == ["damaged"]
    framer.feed(b"30000000000012", 100 * MS)
    assert kinds(framer.expire(150 * MS)) == [b"30000000000012"]


@pytest.mark.parametrize(("late_ms", "found"), [(120, b"30000000000012" + b"30000000000013"), (700, "damaged")])
def test_what_nobody_listened_to_for_so_long_that_another_scan_could_have_begun_is_damaged(late_ms: int, found: bytes | str) -> None:
    framer = IdleFramer(idle_ms=50)
    framer.feed(b"30000000000012", 0)
    framer.late(10 * MS, (10 + late_ms) * MS)
    assert kinds(framer.feed(b"30000000000013", (10 + late_ms) * MS)) == []
    assert kinds(framer.expire((59 + late_ms) * MS)) == []
    assert kinds(framer.expire((60 + late_ms) * MS)) == [found]
    framer.late(1990 * MS, 2000 * MS)
    framer.feed(b"30000000000014", 2000 * MS)
    assert kinds(framer.expire(2050 * MS)) == [b"30000000000014"]


def test_two_scans_that_waited_together_are_damaged_even_where_nothing_was_held() -> None:
    framer = IdleFramer(idle_ms=50)
    framer.late(0, 400 * MS)
    framer.feed(b"3000000000001230000000000013", 400 * MS)
    assert kinds(framer.expire(450 * MS)) == ["damaged"]


def test_a_silence_that_was_heard_ends_a_scan_although_its_timer_is_late() -> None:
    framer = IdleFramer(idle_ms=50)
    framer.feed(b"30000000000012", 0)
    framer.late(60 * MS, 65 * MS)
    assert kinds(framer.feed(b"30000000000013", 65 * MS)) == [b"30000000000012"]


def test_a_scan_that_was_read_late_and_the_next_one_that_was_not_are_damaged() -> None:
    framer = IdleFramer(idle_ms=300)
    # It came at 0 and was read at 290: the next one, at 580, follows a silence that seems shorter than it was.
    framer.late(0, 290 * MS)
    framer.feed(b"30000000000012", 290 * MS)
    framer.late(580 * MS, 580 * MS)
    assert kinds(framer.feed(b"30000000000013", 580 * MS)) == []
    assert kinds(framer.expire(880 * MS)) == ["damaged"]


def test_a_scan_whose_silence_was_heard_is_a_scan_although_the_next_bytes_waited_long() -> None:
    framer = IdleFramer(idle_ms=50)
    framer.feed(b"30000000000012", 0)
    framer.late(60 * MS, 600 * MS)
    assert kinds(framer.feed(b"3000000000001330000000000014", 600 * MS)) == [b"30000000000012"]
    assert kinds(framer.expire(650 * MS)) == ["damaged"]
