"""Frames to readings (decoding.md D18, D19, D22, D23, D29)."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.framing import Broken
from station.reading import DOUBLE_WINDOW_NS, Doubles, Reading, Rules, read


def reading(frame: bytes, rules: Rules | None = None) -> Reading:
    found = read(frame, rules or Rules())
    assert isinstance(found, Reading)
    return found


def broken(frame: bytes, rules: Rules | None = None) -> Broken:
    found = read(frame, rules or Rules())
    assert isinstance(found, Broken)
    return found


@given(st.text("01A-.$/+% ", min_size=1, max_size=30).filter(lambda text: text == text.strip() and text))
def test_plain_ascii_passes_unchanged_and_without_raw(code: str) -> None:
    assert reading(b"]C0" + code.encode()) == Reading(code, "C0", reading(b"]C0" + code.encode()).check, None)


def test_leading_zeros_and_case_stay() -> None:
    assert reading(b"00aBc0").barcode == "00aBc0"


def test_blanks_outside_come_off_and_the_bytes_are_kept() -> None:
    assert reading(b"  ILL-000123-7 \t") == Reading("ILL-000123-7", raw=b"  ILL-000123-7 \t".hex())


def test_blanks_inside_stay() -> None:
    assert reading(b"A 1  B").barcode == "A 1  B"


def test_control_characters_outside_come_off() -> None:
    assert reading(b"\x0230000000000017\x03") == Reading("30000000000017", check="bad", raw="02" + b"30000000000017".hex() + "03")


@pytest.mark.parametrize("control", [b"\x00", b"\x07", b"\x1b", b"\x7f", b"\xc2\x85", b"\xe2\x80\xae", b"\x81"])
def test_a_control_character_inside_is_a_fault_and_never_a_barcode(control: bytes) -> None:
    fault = broken(b"3000" + control + b"0017")
    assert fault.kind == "damaged"
    assert "3000" not in str(fault.detail)


@pytest.mark.parametrize("frame", [b"3000000000001\x00", b"\x0000000000017", b"3000\x00000017", b"300017\x00300025", b"\x00"])
def test_d19_a_character_of_wrong_parity_is_a_fault_wherever_it_stands(frame: bytes) -> None:
    assert str(broken(frame, Rules(parity=True)).detail).startswith("a character was changed on the line")
    assert not isinstance(read(b"\x003000\x00"), Broken)


def test_the_group_separator_is_data() -> None:
    assert reading(b"]C1010123\x1d21A").barcode == "010123\x1d21A"


@pytest.mark.parametrize("frame", [b" ", b"\t  "])
def test_nothing_but_blanks_is_nothing(frame: bytes) -> None:
    assert read(frame) is None


def test_nothing_but_control_characters_is_noise() -> None:
    assert broken(b"\x00\x00").kind == "damaged"


@pytest.mark.parametrize(("frame", "text"), [("Müller".encode(), "Müller"), ("Müller".encode("cp1252"), "Müller")])
def test_utf8_first_else_cp1252_with_the_bytes_kept(frame: bytes, text: str) -> None:
    assert reading(frame) == Reading(text, raw=frame.hex())


@pytest.mark.parametrize(
    ("frame", "aim", "code"),
    [
        (b"]A0ABC", "A0", "ABC"),
        (b"]E09780306406157", "E0", "9780306406157"),
        (b"]d2X", "d2", "X"),
        (b"]Y2abX", "Y2ab", "X"),
        (b"]]X", None, "]]X"),
        (b"]", None, "]"),
        (b"]C", None, "]C"),
    ],
)
def test_the_identifier_is_kept_apart(frame: bytes, aim: str | None, code: str) -> None:
    found = reading(frame)
    assert (found.aim, found.barcode, found.raw) == (aim, code, None)


def test_an_identifier_without_a_barcode_is_damaged() -> None:
    assert broken(b"]C0").kind == "damaged"


def test_the_identifier_stays_where_it_is_switched_off() -> None:
    assert reading(b"]C0X", Rules(aim="off")).barcode == "]C0X"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"A30000000000017B", "30000000000017"),
        (b"c12-3.4/5d", "12-3.4/5"),
        (b"]F0A123B", "123"),
        (b"*ABC-1*", "ABC-1"),
        (b"]A0*X*", "X"),
        (b"]C0A123B", "A123B"),
        (b"A12X3B", "A12X3B"),
        (b"AB", "AB"),
        (b"**", "**"),
        (b"*A*B*", "*A*B*"),
    ],
)
def test_start_and_stop_signs_come_off_where_they_are_such(frame: bytes, code: str) -> None:
    assert reading(frame).barcode == code


def test_what_came_off_is_in_the_raw_bytes() -> None:
    assert reading(b"A123B").raw == b"A123B".hex()


def test_prefix_and_suffix_come_off() -> None:
    assert reading(b"~1~3000#", Rules(prefix="~1~", suffix="#")).barcode == "3000"


def test_without_the_required_prefix_it_is_foreign() -> None:
    rules = Rules(prefix="~", require_prefix=True)
    assert broken(b"3000", rules).kind == "foreign"
    assert reading(b"~3000", rules).barcode == "3000"


@given(st.binary(min_size=1, max_size=60))
def test_whatever_the_bytes_a_barcode_is_printable(frame: bytes) -> None:
    found = read(frame)
    if isinstance(found, Reading):
        assert all(sign.isprintable() or sign == "\x1d" for sign in found.barcode)
        assert found.barcode
        assert found.barcode == found.barcode.strip()


def test_the_same_code_from_the_same_scanner_within_a_second_is_a_double() -> None:
    doubles = Doubles()
    doubles.taken("left", "1", 7, 0)
    assert doubles.earlier("left", "1", DOUBLE_WINDOW_NS) == 7
    assert doubles.earlier("left", "1", DOUBLE_WINDOW_NS + 1) is None
    assert doubles.earlier("left", "2", 0) is None
    assert doubles.earlier("right", "1", 0) is None


def test_after_a_new_incarnation_no_double_names_an_old_number() -> None:
    doubles = Doubles()
    doubles.taken("left", "1", 7, 0)
    doubles.forget()
    assert doubles.earlier("left", "1", 0) is None


@given(st.from_regex(r"[0-9]{1,40}", fullmatch=True), st.sampled_from(["auto", "on", "off"]), st.booleans())
def test_digits_alone_are_read_as_everything_else_is(digits: str, aim: Literal["auto", "on", "off"], parity: bool) -> None:
    # A suffix that is not there takes nothing off, and sends them the long way.
    assert read(digits.encode(), Rules(aim=aim, parity=parity)) == read(digits.encode(), Rules(aim=aim, parity=parity, suffix="\x01"))
