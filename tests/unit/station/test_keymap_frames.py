"""Where what a scanner types begins and ends, and what is no barcode (decoding.md D15-D18; D5 and D6, a device that overflows or goes)."""

from __future__ import annotations

import pytest

from station.framing import Broken, Frame
from station.keymap import EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, KeyEvent, KeyRules
from station.layouts import load
from station.reading import Reading, Rules, read
from station.words import Key
from tests.support.keyboard import (
    ALT,
    CAPS,
    CTRL,
    ENTER,
    KEYPAD,
    KEYPAD_ENTER,
    MS,
    NUM_LOCK,
    RIGHT_SHIFT,
    SHIFT,
    TAB,
    ModelScanner,
    Report,
    events,
    taps,
)
from tests.support.typed_keys import (
    BARCODE,
    CIRCUMFLEX,
    A,
    B,
    C,
    J,
    decoder,
    down,
    holding,
    scan,
    seen,
    tap,
    typed,
    up,
)

# D15: ends


@pytest.mark.parametrize("end", [ENTER, KEYPAD_ENTER])
def test_d15_each_enter_ends_a_scan(end: int) -> None:
    assert typed(*tap(2, end, 3, end), end=False) == ["1", "2"]


def test_d15_tab_ends_a_scan_only_where_that_is_told() -> None:
    assert typed(*tap(2, TAB, 3), rules=KeyRules(terminator="tab")) == ["1", "2"]
    assert typed(*tap(2, TAB, 3), rules=KeyRules(control="keep")) == ["1\t2"]


def test_d15_an_empty_frame_is_nothing() -> None:
    assert typed(*tap(ENTER, 2, ENTER, ENTER, KEYPAD_ENTER), *holding(CTRL, *tap(J)), *tap(3)) == ["1", "2"]


# D16: pauses


@pytest.mark.parametrize("gap_ms", [1, 10, 80, 100, 300])
def test_d16_a_slow_scanner_is_not_cut(gap_ms: int) -> None:
    assert seen(decoder().feed(scan(BARCODE, gap_ns=gap_ms * MS))) == [BARCODE]


def test_d16_peaks_of_a_hundred_milliseconds_are_no_end() -> None:
    t_ns, found = 0, []
    for place, event in enumerate(scan(BARCODE)):
        t_ns += (100 if place % 7 == 0 else 80) * MS
        found.append(event._replace(t_ns=t_ns))
    assert seen(decoder().feed(found)) == [BARCODE]


def test_d16_a_scan_that_stands_still_is_incomplete_once() -> None:
    keys = decoder()
    keys.feed(taps(2, 3))
    assert keys.deadline_ns == 306 * MS + 1
    assert keys.idle(306 * MS) == []
    (broken,) = keys.idle(306 * MS + 1)
    assert isinstance(broken, Broken)
    assert (broken.kind, broken.detail.key) == ("incomplete", Key.END_DID_NOT_COME)
    assert keys.deadline_ns is None
    assert keys.idle(10_000 * MS) == []


def test_d16_the_time_of_the_events_counts_and_not_that_of_their_arrival() -> None:
    keys = decoder()
    found = keys.feed([*taps(2, 3), *scan(BARCODE, 5000 * MS)])
    assert seen(found) == ["INCOMPLETE", BARCODE]
    late = decoder()
    assert seen(late.feed(scan(BARCODE)) + late.idle(9000 * MS)) == [BARCODE]


def test_d16_the_rest_of_a_scan_that_stood_still_is_no_barcode() -> None:
    keys = decoder()
    assert seen(keys.feed([*taps(2, 3), *taps(4, 5, ENTER, start_ns=500 * MS)])) == ["INCOMPLETE", "INCOMPLETE"]
    assert seen(keys.feed(scan(BARCODE, 600 * MS))) == [BARCODE]


def test_d16_a_scan_a_second_after_one_that_was_cut_short_is_whole() -> None:
    keys = decoder()
    assert seen(keys.feed([*taps(2, 3), *scan(BARCODE, 1200 * MS)])) == ["INCOMPLETE", BARCODE]


def test_d16_without_a_terminator_a_pause_is_the_end() -> None:
    keys = decoder(rules=KeyRules(terminator="none"))
    assert seen(keys.feed([*taps(2, 3), *taps(4, start_ns=400 * MS)])) == ["12"]
    assert keys.deadline_ns is not None
    assert seen(keys.idle(keys.deadline_ns)) == ["3"]


def test_d16_without_a_terminator_enter_still_ends() -> None:
    assert typed(*tap(2), rules=KeyRules(terminator="none")) == ["1"]


def test_d16_without_a_terminator_a_dead_key_at_the_end_counts() -> None:
    keys = decoder("de", KeyRules(terminator="none"))
    keys.feed(taps(2, CIRCUMFLEX))
    assert seen(keys.idle(9000 * MS)) == ["1^"]


@pytest.mark.parametrize("begun", [tap(CIRCUMFLEX), [down(ALT), *tap(KEYPAD["6"])]])
def test_d16_what_was_only_begun_is_incomplete_too(begun: list[Report]) -> None:
    keys = decoder("de")
    keys.feed(events(begun))
    assert keys.deadline_ns is not None
    assert seen(keys.idle(keys.deadline_ns)) == ["INCOMPLETE"]


def test_d16_nothing_held_has_no_deadline() -> None:
    keys = decoder()
    assert keys.deadline_ns is None
    keys.feed([*scan(BARCODE), *taps(SHIFT, NUM_LOCK, start_ns=500 * MS)])
    assert keys.deadline_ns is None


def test_d16_a_clock_that_goes_back_ends_nothing() -> None:
    keys = decoder()
    keys.feed(taps(2, start_ns=5000 * MS))
    assert seen(keys.feed(taps(3, ENTER, start_ns=0))) == ["12"]


# D17: too long


def test_d17_the_longest_scan_passes_and_one_more_byte_is_too_long_at_once() -> None:
    rules = KeyRules(max_length=20)
    assert typed(*tap(*[2] * 20), rules=rules) == ["1" * 20]
    assert typed(*tap(*[2] * 21), rules=rules, end=False) == ["TOO_LONG"]


def test_d17_the_rest_is_discarded_to_the_end_and_said_once() -> None:
    rules = KeyRules(max_length=20)
    assert typed(*tap(*[2] * 90, ENTER, 3), rules=rules) == ["TOO_LONG", "2"]


def test_d17_a_pause_ends_the_discarding_in_silence_but_the_rest_is_no_barcode() -> None:
    keys = decoder(rules=KeyRules(max_length=4))
    assert seen(keys.feed(taps(2, 2, 2, 2, 2))) == ["TOO_LONG"]
    assert keys.idle(330 * MS) == []
    assert seen(keys.feed(taps(3, ENTER, start_ns=400 * MS))) == ["INCOMPLETE"]
    assert seen(keys.feed(taps(3, ENTER, start_ns=420 * MS))) == ["2"]


def test_d17_bytes_are_counted_and_not_characters() -> None:
    assert typed(*tap(26, 26), layout="de", rules=KeyRules(max_length=4)) == ["üü"]
    assert typed(*tap(26, 26), layout="de", rules=KeyRules(max_length=3)) == ["TOO_LONG"]


# D5: events were lost


DROP = [KeyEvent(50 * MS, EV_SYN, SYN_DROPPED, 0), KeyEvent(50 * MS, EV_KEY, A, 1), KeyEvent(50 * MS, EV_SYN, SYN_REPORT, 0)]


def test_d5_a_scan_with_lost_events_is_damaged_at_its_end_and_the_next_is_right() -> None:
    keys = decoder()
    assert keys.feed([*taps(2, 3), *DROP]) == []
    assert keys.needs_keys
    keys.resync(set(), 51 * MS)
    assert not keys.needs_keys
    found = keys.feed(taps(4, ENTER, start_ns=52 * MS))
    assert seen(found) == ["DAMAGED"]
    assert [each.detail.key for each in found if isinstance(each, Broken)] == [Key.KEYS_LOST]
    assert seen(keys.feed(scan(BARCODE, 70 * MS))) == [BARCODE]
    assert keys.counts.overflows == 1


def test_d5_all_up_to_the_next_report_is_discarded() -> None:
    keys = decoder()
    keys.feed(DROP[:1])
    assert not keys.needs_keys
    assert keys.feed([KeyEvent(50 * MS, EV_KEY, ENTER, 1)]) == []
    keys.feed(DROP[-1:])
    assert keys.needs_keys


def test_d5_lost_events_and_then_silence_are_damaged_when_idle() -> None:
    keys = decoder()
    keys.feed(DROP)
    keys.resync(set(), 51 * MS)
    assert keys.deadline_ns is not None
    assert seen(keys.idle(keys.deadline_ns)) == ["DAMAGED"]
    assert keys.deadline_ns is None
    assert seen(keys.feed(scan(BARCODE, 2000 * MS))) == [BARCODE]


def test_d5_modifiers_are_those_the_device_says_are_down() -> None:
    keys = decoder()
    keys.feed([*events([down(SHIFT)]), *DROP])
    keys.resync({RIGHT_SHIFT, A}, 51 * MS)
    keys.feed(taps(ENTER, start_ns=52 * MS))
    assert seen(keys.feed(taps(A, ENTER, start_ns=60 * MS))) == ["A"]
    assert seen(keys.feed(events([up(RIGHT_SHIFT), *tap(A, ENTER)], 70 * MS))) == ["a"]


def test_d5_what_ended_before_the_keys_were_asked_for_leaves_the_next_in_doubt() -> None:
    keys = decoder()
    assert seen(keys.feed([*DROP, *taps(4, ENTER, start_ns=52 * MS), *taps(2, start_ns=60 * MS)])) == ["DAMAGED"]
    # Whatever waited when the keys were asked for is gone: here the 3 of 1, 2, 3.
    keys.resync(set(), 70 * MS)
    assert seen(keys.feed(taps(4, ENTER, start_ns=71 * MS))) == ["DAMAGED"]
    assert seen(keys.feed(scan(BARCODE, 90 * MS))) == [BARCODE]


def test_d5_until_the_keys_are_told_nothing_is_a_barcode() -> None:
    keys = decoder()
    keys.feed(DROP)
    assert seen(keys.feed([*scan("1", 60 * MS), *scan("2", 5000 * MS)])) == ["DAMAGED", "DAMAGED"]


def test_d5_a_scanner_that_uses_caps_lock_is_believed_after_an_idle_second() -> None:
    keys = decoder()
    keys.feed(events(tap(CAPS, A)))
    keys.feed(DROP)
    keys.resync(set(), 51 * MS)
    assert seen(keys.feed(taps(A, CAPS, ENTER, start_ns=52 * MS))) == ["DAMAGED"]
    assert seen(keys.feed(taps(A, ENTER, start_ns=80 * MS))) == ["DAMAGED"]
    assert seen(keys.feed(taps(A, ENTER, start_ns=1200 * MS))) == ["a"]


def test_opened_in_the_middle_of_a_scan_its_rest_is_damaged_and_the_next_is_whole() -> None:
    keys = decoder()
    keys.opened((), 0)
    assert keys.in_doubt
    assert seen(keys.feed(taps(2, 3, ENTER, 4, ENTER, start_ns=MS))) == ["DAMAGED", "3"]
    assert not keys.in_doubt


def test_opened_and_left_alone_for_a_second_the_first_scan_is_whole() -> None:
    keys = decoder()
    keys.opened((), 0)
    assert keys.idle(1001 * MS) == []
    assert not keys.in_doubt
    assert seen(keys.feed(taps(4, ENTER, start_ns=1002 * MS))) == ["3"]


def test_opened_with_shift_down_shift_is_down() -> None:
    keys = decoder()
    keys.opened((SHIFT,), 0)
    assert keys.idle(1001 * MS) == []
    assert seen(keys.feed(taps(A, ENTER, start_ns=1002 * MS))) == ["A"]


def test_d5_an_alt_code_that_lost_digits_ends_nothing() -> None:
    keys = decoder()
    keys.feed([*events([down(ALT), *tap(KEYPAD["1"])]), *DROP])
    keys.resync({ALT}, 51 * MS)
    # 100 is d; with a digit lost, 10 would be a line feed.
    assert keys.feed(events([*tap(KEYPAD["1"], KEYPAD["0"]), up(ALT), *tap(3)], 52 * MS)) == []
    assert seen(keys.feed(taps(ENTER, start_ns=80 * MS))) == ["DAMAGED"]


def test_d5_too_long_and_then_lost_are_two_faults() -> None:
    keys = decoder(rules=KeyRules(max_length=2))
    assert seen(keys.feed([*taps(2, 2, 2), *DROP])) == ["TOO_LONG"]
    keys.resync(set(), 51 * MS)
    assert seen(keys.feed(taps(ENTER, start_ns=52 * MS))) == ["DAMAGED"]


# D6: unplugged


def test_d6_an_unplug_leaves_a_half_scan_incomplete_and_all_begins_anew() -> None:
    keys = decoder()
    keys.feed(events([down(SHIFT), *tap(A), down(ALT), *tap(KEYPAD["1"])]))
    (half,) = keys.cut_off()
    assert isinstance(half, Broken)
    assert (half.kind, half.detail.key) == ("incomplete", Key.CUT_OFF)
    assert seen(keys.feed(taps(A, ENTER, start_ns=20 * MS))) == ["a"]


def test_d6_an_unplug_between_scans_is_no_fault() -> None:
    keys = decoder()
    keys.feed([*scan(BARCODE), *taps(SHIFT, start_ns=200 * MS)])
    assert keys.cut_off() == []


def test_d6_what_was_already_said_to_be_too_long_is_not_said_again() -> None:
    keys = decoder(rules=KeyRules(max_length=2))
    keys.feed(taps(2, 2, 2))
    assert keys.cut_off() == []


# D18: what the next step takes off


def test_d18_a_prefix_and_a_suffix_typed_by_the_scanner_come_off() -> None:
    (frame,) = decoder().feed(scan("~30000000000017$"))
    assert isinstance(frame, Frame)
    reading = read(frame.data, Rules(prefix="~", suffix="$", require_prefix=True))
    assert isinstance(reading, Reading)
    assert reading.barcode == BARCODE


def test_d18_stx_and_etx_around_a_barcode_are_dropped() -> None:
    reports = [*holding(CTRL, *tap(B)), *ModelScanner(load("us")).types(BARCODE)[:-2], *holding(CTRL, *tap(C)), *tap(ENTER)]
    assert typed(*reports, end=False) == [BARCODE]
