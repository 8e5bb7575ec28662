"""What kind of barcode this is, and that its inside is never changed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.barcode import DEFAULT_PATTERNS, Kind, Patterns, doubt, luhn, request_id
from tests.support.builders import PATTERNS

INSIDE = st.text("01A-%a .$/+", min_size=1, max_size=20).filter(lambda text: text == text.strip())
OUTSIDE = st.text(" \t\r\n\x00\x02\x03\x1d\x7f\x85\xa0", max_size=4)


@given(INSIDE, OUTSIDE, OUTSIDE)
@settings(deadline=None)
def test_normalising_trims_the_outside_and_never_changes_the_inside(inside: str, before: str, behind: str) -> None:
    assert PATTERNS.normalise(before + inside + behind) == inside


@given(INSIDE, OUTSIDE, OUTSIDE, st.text("01A-%", max_size=3), st.text("01A-%", max_size=3))
@settings(deadline=None)
def test_the_sites_prefix_and_suffix_are_taken_off_once(inside: str, before: str, behind: str, prefix: str, suffix: str) -> None:
    patterns = Patterns.of(DEFAULT_PATTERNS, strip_prefix=prefix, strip_suffix=suffix)
    assert patterns.normalise(before + prefix + inside + suffix + behind) == inside


@given(st.text("01A-% \n", max_size=12), st.text("01A-%", max_size=3), st.text("01A-%", max_size=3))
@settings(deadline=None)
def test_what_is_left_is_always_a_piece_of_what_was_read(read: str, prefix: str, suffix: str) -> None:
    assert Patterns.of({}, strip_prefix=prefix, strip_suffix=suffix).normalise(read) in read


def test_leading_zeros_case_and_inner_blanks_stay() -> None:
    assert PATTERNS.normalise("  0012 aB 30\r\n") == "0012 aB 30"


@pytest.mark.parametrize(
    ("barcode", "kind"),
    [
        ("20000000000018", Kind.PATRON),
        ("ILL-000123-0", Kind.REQUEST),
        ("30000000000017", Kind.ITEM),
        ("%HS-CLEAR", Kind.COMMAND),
        ("300000000000170", Kind.OTHER),
        ("ill-000123-0", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_a_barcode_is_what_the_whole_of_it_fits(barcode: str, kind: Kind) -> None:
    assert PATTERNS.classify(barcode) is kind


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(re.error):
        Patterns.of({"item": ("3[0-9",)})


# The printable request id.


@pytest.mark.parametrize(("number", "printed"), [(1, "ILL-000001-8"), (123, "ILL-000123-0"), (1_234_567, "ILL-1234567-4")])
def test_a_request_id_has_six_digits_or_more_and_a_check_digit(number: int, printed: str) -> None:
    assert request_id(number) == printed
    assert PATTERNS.classify(printed) is Kind.REQUEST


def fits(printed: str) -> bool:
    digits = printed.replace("ILL", "").replace("-", "")
    return luhn(digits[:-1]) == digits[-1]


@given(st.integers(min_value=1, max_value=999_999_999), st.integers(min_value=0), st.integers(min_value=1, max_value=9))
@settings(deadline=None)
def test_the_check_digit_finds_any_single_wrong_digit(number: int, which: int, wrong_by: int) -> None:
    printed = request_id(number)
    assert fits(printed)
    places = [place for place, character in enumerate(printed) if character.isdigit()]
    place = places[which % len(places)]
    wrong = str((int(printed[place]) + wrong_by) % 10)
    assert not fits(printed[:place] + wrong + printed[place + 1 :])


@given(st.integers(min_value=1, max_value=999_999_998))
@settings(deadline=None)
def test_no_two_requests_share_an_id(number: int) -> None:
    assert request_id(number) != request_id(number + 1)


# What is asked about before it is received.


@pytest.mark.parametrize(
    ("barcode", "kind", "odd"),
    [
        ("30000000000017", Kind.ITEM, None),
        ("9780393635522", Kind.OTHER, "isbn"),
        ("9790260000438", Kind.OTHER, "isbn"),
        ("9780393635523", Kind.OTHER, "pattern"),
        ("20000000000018", Kind.PATRON, "patron"),
        ("QA76", Kind.OTHER, "pattern"),
    ],
)
def test_an_isbn_a_card_and_a_strange_barcode_are_doubtful(barcode: str, kind: Kind, odd: str | None) -> None:
    assert doubt(barcode, kind) == odd
