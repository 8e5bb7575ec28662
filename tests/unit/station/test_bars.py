"""Barcodes on slips: the right symbols, as few as can be."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import bars
from station.slips import Paper, escpos
from tests.support.paper import Barcode, printed

# Start and data, then the check symbol, as python-barcode 0.16.1 gives them.
INDEPENDENT = [
    ("ILL-000123-7", (104, 41, 44, 44, 13, 99, 0, 1, 23, 100, 13, 23), 17),
    ("30000000000012", (105, 30, 0, 0, 0, 0, 0, 12), 13),
    ("1234567", (105, 12, 34, 56, 100, 23), 44),
    ("A1", (104, 33, 17), 68),
    ("AB1234", (104, 33, 34, 99, 12, 34), 102),
    ("ab12", (104, 65, 66, 17, 18), 12),
    ("x123456y", (104, 88, 99, 12, 34, 56, 100, 89), 5),
    ("12345678AB", (105, 12, 34, 56, 78, 100, 33, 34), 56),
    ("A{B}", (104, 33, 91, 34, 93), 72),
    ("123", (104, 17, 18, 19), 8),
]


def on_paper(text: str, kind: bars.Bars = "code128", width: int = 80) -> Barcode:
    (paper,) = printed(escpos(("Slip",), text, Paper(width=width, bars=kind)))
    (barcode,) = paper.barcodes
    return barcode


@pytest.mark.parametrize(("text", "symbols", "check"), INDEPENDENT)
def test_code_128_is_what_another_encoder_makes(text: str, symbols: tuple[int, ...], check: int) -> None:
    barcode = on_paper(text)
    assert (barcode.text, barcode.symbols, barcode.check) == (text, symbols, check)


@pytest.mark.parametrize(("text", "others"), [("AB12345", 8), ("a12345b", 8)])
def test_code_128_takes_no_more_symbols_than_another_encoder(text: str, others: int) -> None:
    assert len(on_paper(text).symbols) <= others


@given(st.text(alphabet=string.printable[:95], min_size=1, max_size=24))
def test_any_printable_ascii_is_read_back_from_code_128(text: str) -> None:
    assert on_paper(text).text == text


@given(st.text(alphabet=string.printable[:95], min_size=1, max_size=20))
def test_the_width_is_that_of_the_symbols(text: str) -> None:
    # Eleven modules a symbol, the check symbol too, thirteen for the stop, ten of quiet on each side.
    assert bars.modules(text, "code128") == 11 * (len(on_paper(text).symbols) + 1) + 13 + 20


def test_code_39_has_its_text_and_no_stars_of_ours() -> None:
    assert on_paper("ILL-000123-7", "code39").text == "ILL-000123-7"


@pytest.mark.parametrize("text", ["", "ü", "a\tb", "ﬁ", "x" * 300])
def test_what_code_128_cannot_hold_gets_no_bars(text: str) -> None:
    assert bars.code128(text) is None


@pytest.mark.parametrize("text", ["", "lower", "A*B", "Ä"])
def test_what_code_39_cannot_hold_gets_no_bars(text: str) -> None:
    assert bars.code39(text) is None
