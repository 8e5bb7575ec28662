"""Rules of decoding.md that speak of content, by their numbers; more of them in test_reading and test_check_digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.check_digit import advise, ean_check_digit, mod10_check_digit
from station.framing import Broken
from station.reading import DOUBLE_WINDOW_NS, Doubles, Reading, Rules, read

HONEYWELL = Rules(aim_map=(("j", "C0"), ("b", "A0"), ("a", "F0"), ("d", "E0"), ("c", "E0"), ("]X", "X0")))
DIGITS = "0123456789"


def reading(frame: bytes, rules: Rules | None = None) -> Reading:
    found = read(frame, rules or Rules())
    assert isinstance(found, Reading)
    return found


@pytest.mark.parametrize(("prefix", "suffix"), [("\x02", "\x03"), ("\x02~", "#\x03"), (" ", "\t"), ("~", "~")])
def test_d18_a_prefix_or_suffix_may_be_a_control_character_or_a_blank(prefix: str, suffix: str) -> None:
    rules = Rules(prefix=prefix, suffix=suffix, require_prefix=True)
    assert reading(f"{prefix}30000000000012{suffix}".encode(), rules).barcode == "30000000000012"
    missing = read(b"30000000000012", rules)
    assert isinstance(missing, Broken)
    assert missing.kind == "foreign"


def test_d18_blanks_around_a_prefix_do_not_hide_it() -> None:
    rules = Rules(prefix="~", suffix="#", require_prefix=True)
    assert reading(b"\x02 ~3000# \x03", rules).barcode == "3000"


@pytest.mark.parametrize("letter", "ACEFGILQXdez")
def test_d22_an_identifier_is_kept_apart_whatever_its_letter(letter: str) -> None:
    found = reading(f"]{letter}1ABC".encode())
    assert (found.aim, found.barcode) == (f"{letter}1", "ABC")


@pytest.mark.parametrize(
    ("frame", "aim", "code"), [("]Y1aX", "Y1a", "X"), ("]Y3abcX", "Y3abc", "X"), ("]Y9X", None, "]Y9X"), ("]Y3a", None, "]Y3a")]
)
def test_d22_the_first_digit_behind_y_counts_its_modifiers(frame: str, aim: str | None, code: str) -> None:
    found = reading(frame.encode())
    assert (found.aim, found.barcode) == (aim, code)


def test_d22_a_makers_own_code_letters_stand_for_identifiers() -> None:
    assert reading(b"jA123B", HONEYWELL) == Reading("A123B", "C0", raw=b"jA123B".hex())
    assert reading(b"aA123B", HONEYWELL).barcode == "123"
    assert reading(b"b*X1*", HONEYWELL).barcode == "X1"
    assert reading(b"]C0jX", HONEYWELL) == Reading("jX", "C0")
    assert reading(b"30000000000012", HONEYWELL).aim is None
    assert reading(b"j", HONEYWELL) == Reading("j")


def test_d22_longer_code_letters_come_first() -> None:
    assert reading(b"A4X", Rules(aim_map=(("A", "A0"), ("A4", "C0")))).aim == "C0"


def test_d22_switched_off_nothing_is_taken_off() -> None:
    assert reading(b"jX", Rules(aim="off", aim_map=HONEYWELL.aim_map)).barcode == "jX"


@given(st.text(DIGITS, min_size=11, max_size=11))
def test_d22_a_upc_by_aim_is_an_ean_of_13_digits(payload: str) -> None:
    upc = payload + str(ean_check_digit(payload))
    with_zero, without = reading(b"]E00" + upc.encode()), reading(b"]E0" + upc.encode())
    assert with_zero == Reading("0" + upc, "E0", "ok")
    assert (without.barcode, without.check, without.raw) == ("0" + upc, "ok", (b"]E0" + upc.encode()).hex())


@pytest.mark.parametrize("frame", [b"036000291452", b"]C0036000291452", b"]E496385074"])
def test_d22_nothing_else_gets_a_zero(frame: bytes) -> None:
    assert frame.endswith(reading(frame).barcode.encode())


def test_d23_blanks_behind_an_identifier_are_outside_too() -> None:
    assert reading(b"]C0 3000\x1d") == Reading("3000", "C0", raw=b"]C0 3000\x1d".hex())


@pytest.mark.parametrize(("aim", "code"), [(None, "A0aBc0"), ("C1", "A123B"), ("A0", "a 1")])
def test_d23_nothing_inside_changes(aim: str | None, code: str) -> None:
    assert reading(f"{f']{aim}' if aim else ''}{code}".encode()).barcode == code


@given(st.text(DIGITS + "$:/.+-", min_size=1, max_size=20), st.sampled_from("ABCDabcd"), st.sampled_from("ABCDabcd"))
def test_d23_start_and_stop_of_codabar_are_kept_in_the_raw_bytes(middle: str, start: str, stop: str) -> None:
    frame = f"{start}{middle}{stop}".encode()
    assert (reading(frame).barcode, reading(frame).raw) == (middle, frame.hex())


def test_d24_codabars_own_check_is_not_mixed_with_the_librarys() -> None:
    assert reading(b"A12345B") == Reading("12345", raw=b"A12345B".hex())


@given(st.text(DIGITS, min_size=13, max_size=13), st.integers(0, 12))
def test_d24_of_neighbours_that_changed_places_only_0_and_9_are_missed(payload: str, place: int) -> None:
    good = payload + str(mod10_check_digit(payload))
    swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    missed = good[place] == good[place + 1] or {good[place], good[place + 1]} == {"0", "9"}
    assert advise(swapped) == ("ok" if missed else "bad")


def test_d24_a_bad_check_digit_is_advice_and_no_fault() -> None:
    assert reading(b"30000000000017").check == "bad"


@given(st.text(DIGITS, min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_d24_every_single_wrong_digit_of_an_ean_is_found(payload: str, place: int, change: int) -> None:
    good = payload + str(ean_check_digit(payload))
    wrong = good[:place] + str((int(good[place]) + change) % 10) + good[place + 1 :]
    assert (advise(good, "E0"), advise(wrong, "E0")) == ("ok", "bad")


def test_d29_a_double_of_a_double_names_the_one_before_it() -> None:
    doubles = Doubles()
    doubles.taken("left", "1", 7, 0)
    doubles.taken("left", "1", 8, DOUBLE_WINDOW_NS)
    assert doubles.earlier("left", "1", 2 * DOUBLE_WINDOW_NS) == 8


def test_d29_another_code_between_makes_it_no_double() -> None:
    doubles = Doubles()
    doubles.taken("left", "1", 7, 0)
    doubles.taken("left", "2", 8, 1)
    assert doubles.earlier("left", "1", 2) is None
