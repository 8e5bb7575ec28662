"""What a scanner types, to characters (decoding.md D4-D14)."""

from __future__ import annotations

from itertools import chain

import pytest

from station.framing import Broken
from station.keyboard import MODIFIERS
from station.keymap import EV_KEY, KeyEvent, KeyRules
from station.layouts import names
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
    events,
    taps,
)
from tests.support.typed_keys import (
    ACUTE,
    BACKSPACE,
    BARCODE,
    BRACKET,
    CIRCUMFLEX,
    ESCAPE,
    F1,
    META,
    VOLUME_UP,
    A,
    B,
    C,
    E,
    J,
    M,
    Q,
    alt,
    decoder,
    down,
    holding,
    scan,
    seen,
    tap,
    typed,
    up,
)

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
