"""What a scanner types, to frames (decoding.md D4-D18, D5 at a device that overflows)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import pytest

from station.framing import Broken, Frame
from station.keyboard import MODIFIERS
from station.keymap import EV_KEY, EV_LED, EV_SYN, LED_CAPS_LOCK, SYN_DROPPED, SYN_REPORT, KeyDecoder, KeyEvent, KeyRules
from station.layouts import load, names
from station.reading import Reading, Rules, read
from station.words import Key
from tests.support.keyboard import (
    ALT,
    ALTGR,
    CAPS,
    CTRL,
    ENTER,
    KEYPAD,
    KEYPAD_ENTER,
    MAIN_ROW,
    MS,
    NUM_LOCK,
    RIGHT_SHIFT,
    SHIFT,
    SPACE,
    TAB,
    ModelScanner,
    Report,
    Style,
    events,
    taps,
)

BARCODE = "30000000000017"
A, B, C, E, J, M, Q = 30, 48, 46, 18, 36, 50, 16
ACUTE, CIRCUMFLEX = 13, 41
BRACKET = 27
BACKSPACE, ESCAPE, META, F1, VOLUME_UP = 14, 1, 125, 59, 115

Seen = list[str]


def seen(found: Iterable[Frame | Broken]) -> Seen:
    """Give the text of each frame and the kind of each fault."""
    return [each.data.decode() if isinstance(each, Frame) else each.kind.upper() for each in found]


def decoder(layout: str = "us", rules: KeyRules | None = None) -> KeyDecoder:
    return KeyDecoder(load(layout), rules or KeyRules())


def down(*codes: int) -> Report:
    return tuple((code, 1) for code in codes)


def up(*codes: int) -> Report:
    return tuple((code, 0) for code in codes)


def tap(*codes: int) -> list[Report]:
    return [report for code in codes for report in (down(code), up(code))]


def holding(code: int, *reports: Report) -> list[Report]:
    return [down(code), *reports, up(code)]


def alt(number: str, keys: dict[str, int] = KEYPAD) -> list[Report]:
    return holding(ALT, *tap(*(keys[digit] for digit in number)))


def typed(*reports: Report, layout: str = "us", rules: KeyRules | None = None, end: bool = True) -> Seen:
    """Give what these reports and Enter make."""
    return seen(decoder(layout, rules).feed(events([*reports, *(tap(ENTER) if end else [])])))


def scan(text: str, start_ns: int = 0, gap_ns: int = 2 * MS, layout: str = "us", style: Style | None = None) -> list[KeyEvent]:
    return events(ModelScanner(load(layout), style).types(text), start_ns, gap_ns)


# D4: which events count


def test_d4_characters_come_when_a_key_goes_down_and_releases_type_nothing() -> None:
    assert typed(down(A), down(B), up(A), down(C), up(C), up(B)) == ["abc"]


def test_d4_a_key_that_repeats_itself_is_one_character() -> None:
    keys = decoder()
    repeats = [KeyEvent(place * MS, EV_KEY, A, 2) for place in range(1, 20)]
    assert seen(keys.feed([*events([down(A)]), *repeats, *events(tap(ENTER), 30 * MS)])) == ["a"]


def test_d4_events_of_other_types_are_nothing() -> None:
    others = [KeyEvent(0, kind, A, 1) for kind in (2, 3, 4, 17, 20)]
    assert seen(decoder().feed([*others, *scan("7")])) == ["7"]


# D7: nothing is shared


def test_d7_two_scanners_at_once_do_not_mix() -> None:
    left, right = decoder(), decoder("de")
    one, two = scan("ABC123"), scan("yz-Ü", layout="de")
    found = [(side, each) for pair in zip(one, two, strict=False) for side, each in zip("lr", pair, strict=True)]
    assert seen(left.feed(event for side, event in found if side == "l") + left.feed(one[len(two) :])) == ["ABC123"]
    assert seen(right.feed(event for side, event in found if side == "r") + right.feed(two[len(one) :])) == ["yz-Ü"]


# D8: levels


def test_d8_the_layout_is_the_scanners() -> None:
    assert typed(*tap(21, 44, 12), layout="us") == ["yz-"]
    assert typed(*tap(21, 44, 12), layout="de") == ["zyß"]


def test_d8_both_shifts_are_counted_apart() -> None:
    assert typed(down(SHIFT), down(RIGHT_SHIFT), *tap(A), up(SHIFT), *tap(A), up(RIGHT_SHIFT), *tap(A)) == ["AAa"]


def test_d8_shift_may_be_held_over_many_characters_or_come_in_the_same_report() -> None:
    assert typed(*holding(SHIFT, *tap(A, B, C)), *tap(A)) == ["ABCa"]
    assert typed(down(SHIFT, A), up(SHIFT, A), *tap(B)) == ["Ab"]


@pytest.mark.parametrize("beside", [(ALTGR,), (CTRL, ALT), (CTRL, ALTGR)])
def test_d8_altgr_is_the_right_alt_or_ctrl_and_alt_where_the_layout_has_it(beside: tuple[int, ...]) -> None:
    assert typed(down(*beside), *tap(Q, 8, 9), up(*beside), layout="de") == ["@{["]


def test_d8_altgr_and_shift_are_a_level_of_their_own() -> None:
    assert typed(down(ALTGR), down(SHIFT), *tap(12), up(SHIFT), up(ALTGR), layout="de") == ["¿"]


# D9: Caps Lock


def test_d9_caps_lock_swaps_letters_alone() -> None:
    assert typed(*tap(CAPS, A, 2), *holding(SHIFT, *tap(A, 2)), *tap(CAPS, A)) == ["A1a!a"]


def test_d9_a_shift_lock_swaps_the_digit_row_too() -> None:
    assert typed(*tap(CAPS, Q, 2, 3), *holding(SHIFT, *tap(2)), *tap(CAPS, 2), layout="be") == ["A12&&"]


def test_d9_the_kind_of_caps_lock_can_be_told() -> None:
    assert typed(*tap(CAPS, A, 2), layout="de", rules=KeyRules(caps="letters")) == ["A1"]
    assert typed(*tap(CAPS, A, 2), layout="us", rules=KeyRules(caps="shift")) == ["A!"]


def test_d9_caps_lock_is_off_again_after_an_idle_second() -> None:
    keys = decoder()
    keys.feed(taps(CAPS, A, ENTER))
    assert seen(keys.feed(taps(A, ENTER, start_ns=900 * MS))) == ["A"]
    assert seen(keys.feed(taps(A, ENTER, start_ns=2000 * MS))) == ["a"]


def light(*, on: bool) -> KeyEvent:
    """Give the event of the Caps Lock light."""
    return KeyEvent(0, EV_LED, LED_CAPS_LOCK, int(on))


def test_d9_a_scanner_that_types_by_the_caps_lock_light_is_read_by_it_also_after_a_rest() -> None:
    keys = decoder(rules=KeyRules(caps_light=True))
    keys.feed([light(on=True)])
    assert seen(keys.feed(taps(A, ENTER))) == ["A"]
    assert seen(keys.feed(taps(A, 2, ENTER, start_ns=5000 * MS))) == ["A1"]
    keys.feed([light(on=False)])
    assert seen(keys.feed(taps(A, ENTER, start_ns=9000 * MS))) == ["a"]


def test_d9_the_caps_lock_light_is_nothing_to_a_scanner_that_does_not_look_at_it() -> None:
    keys = decoder()
    keys.feed([light(on=True)])
    assert seen(keys.feed(taps(A, ENTER))) == ["a"]


def test_d9_caps_lock_is_off_after_a_replug() -> None:
    keys = decoder()
    keys.feed(taps(CAPS))
    keys.cut_off()
    assert seen(keys.feed(taps(A, ENTER, start_ns=20 * MS))) == ["a"]


# D10: keypad and keys that are no text


def test_d10_keypad_keys_are_characters_whatever_num_lock_says() -> None:
    keypad = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 98, 55, 74, 78, 121)
    assert typed(*tap(*keypad)) == ["0123456789./*-+,"]
    assert typed(*tap(NUM_LOCK, *keypad, NUM_LOCK)) == ["0123456789./*-+,"]


def test_d10_the_name_of_a_key_is_never_text() -> None:
    for code in set(range(3, 768)) - {BACKSPACE, ENTER, KEYPAD_ENTER, CAPS} - MODIFIERS:
        keys = decoder()
        (found,) = seen(keys.feed(taps(2, code, 3, ENTER)))
        middle = found.removeprefix("1").removesuffix("2")
        assert len(middle) == 1 or (not middle and keys.counts.ignored_keys + keys.counts.dropped_controls == 1), code


def test_d10_keys_that_are_no_text_are_counted() -> None:
    keys = decoder()
    assert seen(keys.feed(taps(NUM_LOCK, 2, F1, VOLUME_UP, 110, 70, 3, ENTER))) == ["12"]
    assert keys.counts.ignored_keys == 5


def test_d10_shortcuts_are_no_text() -> None:
    assert typed(*holding(META, *tap(A)), *holding(ALT, *tap(A)), *holding(CTRL, *tap(4)), *tap(B)) == ["b"]


# D11: Alt codes


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        ("65", "A"),
        ("065", "A"),
        ("0065", "A"),
        ("130", "é"),
        ("0130", "‚"),
        ("0233", "é"),
        ("0128", "€"),
        ("225", "ß"),
        ("0223", "ß"),
        ("321", "A"),
        ("0321", "A"),
        ("65601", "A"),
        ("386", "é"),
    ],
)
def test_d11_digits_under_alt_are_one_character(number: str, sign: str) -> None:
    assert typed(*tap(2), *alt(number), *tap(3)) == [f"1{sign}2"]
    assert typed(*tap(2), *alt(number, MAIN_ROW), *tap(3)) == [f"1{sign}2"]


def test_d11_several_digits_may_come_in_one_report() -> None:
    assert typed(down(ALT), down(KEYPAD["0"], KEYPAD["2"], KEYPAD["3"]), up(KEYPAD["2"]), down(KEYPAD["1"]), up(ALT)) == ["ç"]


def test_d11_an_alt_without_digits_is_nothing() -> None:
    assert typed(*tap(2, ALT, 3)) == ["12"]


def test_d11_the_right_alt_counts_where_the_layout_has_no_altgr() -> None:
    code = holding(ALTGR, *tap(KEYPAD["6"], KEYPAD["5"]))
    assert typed(*code, layout="us") == ["A"]
    assert typed(*code, layout="de") == ["65"]


def test_d11_a_number_can_be_a_code_point() -> None:
    rules = KeyRules(alt_unicode=True)
    assert typed(*alt("8364"), *alt("65"), *alt("0128"), *alt("128512"), rules=rules) == ["€A€😀"]


@pytest.mark.parametrize("number", ["55296", "1114112", "9999999"])
def test_d11_a_number_that_is_no_character_makes_the_scan_damaged(number: str) -> None:
    keys = decoder(rules=KeyRules(alt_unicode=True))
    (broken,) = keys.feed(events([*tap(2), *alt(number), *tap(3, ENTER)]))
    assert isinstance(broken, Broken)
    assert (broken.kind, broken.detail.key) == ("damaged", Key.NO_CHARACTER)
    assert seen(keys.feed(scan(BARCODE, 300 * MS))) == [BARCODE]


def test_d11_alt_with_endless_digits_takes_no_memory() -> None:
    keys = decoder()
    keys.feed(events(holding(ALT, *tap(*[KEYPAD["9"]] * 20_000))))
    assert len(seen(keys.feed(taps(ENTER, start_ns=80_004 * MS)))) == 1


# D12: control characters


@pytest.mark.parametrize("name", names())
def test_d12_gs_is_data_on_every_layout(name: str) -> None:
    assert seen(decoder(name).feed(scan("1\x1d2", layout=name))) == ["1\x1d2"]


def test_d12_shift_beside_ctrl_is_ignored() -> None:
    assert typed(*tap(2), *holding(CTRL, *holding(SHIFT, *tap(BRACKET))), *tap(3)) == ["1\x1d2"]


def test_d12_the_letter_is_the_layouts() -> None:
    keep = KeyRules(control="keep")
    assert typed(*holding(CTRL, *tap(16)), layout="fr", rules=keep) == ["\x01"]
    assert typed(*holding(CTRL, *tap(16)), layout="us", rules=keep) == ["\x11"]


def test_d12_all_control_characters_can_be_kept() -> None:
    keys = [3, A, BRACKET, 26, 43, 7, 12]
    assert typed(*chain.from_iterable(holding(CTRL, *tap(key)) for key in keys), rules=KeyRules(control="keep")) == [
        "\x00\x01\x1d\x1b\x1c\x1e\x1f"
    ]


def test_d12_other_control_characters_are_dropped_and_counted() -> None:
    keys = decoder()
    reports = [*tap(2), *holding(CTRL, *tap(B, C)), *tap(ESCAPE, TAB), *alt("7"), *tap(3, ENTER)]
    assert seen(keys.feed(events(reports))) == ["12"]
    assert keys.counts.dropped_controls == 5


@pytest.mark.parametrize("letter", [J, M])
def test_d12_ctrl_j_and_ctrl_m_end_a_scan(letter: int) -> None:
    assert typed(*tap(2), *holding(CTRL, *tap(letter)), *tap(3), end=False) == ["1"]


# D13: dead keys


def test_d13_a_dead_key_and_space_is_the_bare_sign() -> None:
    assert typed(*tap(CIRCUMFLEX, SPACE, ACUTE, SPACE), *holding(SHIFT, *tap(ACUTE)), *tap(SPACE), layout="de") == ["^´`"]


def test_d13_a_dead_key_and_a_letter_are_one_letter_or_both() -> None:
    assert typed(*tap(ACUTE, E), layout="de") == ["é"]
    assert typed(*tap(CIRCUMFLEX), *holding(SHIFT, *tap(E)), layout="de") == ["Ê"]
    assert typed(*tap(CIRCUMFLEX, 2), layout="de") == ["^1"]
    assert typed(*tap(ACUTE, Q), layout="de") == ["´q"]


def test_d13_two_dead_keys_are_both_bare() -> None:
    assert typed(*tap(CIRCUMFLEX, CIRCUMFLEX, E), layout="de") == ["^^e"]


def test_d13_a_dead_key_at_the_end_is_its_bare_sign() -> None:
    assert typed(*tap(2, CIRCUMFLEX), layout="de") == ["1^"]


def test_d13_modifiers_between_a_dead_key_and_its_letter_change_nothing() -> None:
    assert typed(*tap(ACUTE), *tap(NUM_LOCK), *holding(RIGHT_SHIFT, *tap(A)), layout="de") == ["Á"]


# D14: Backspace


def test_d14_backspace_removes_one_character_only_where_that_is_wanted() -> None:
    keys = decoder()
    assert seen(keys.feed(taps(2, 3, BACKSPACE, 4, ENTER))) == ["123"]
    assert keys.counts.ignored_keys == 1
    on = KeyRules(backspace=True)
    assert typed(*tap(2, 3, BACKSPACE, 4), rules=on) == ["13"]
    assert typed(*tap(BACKSPACE, 2, CIRCUMFLEX, BACKSPACE, E, BACKSPACE), layout="de", rules=on) == ["1"]


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
