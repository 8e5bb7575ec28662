"""Code 128 as bars: the symbols that other encoders give."""

from __future__ import annotations

import pytest

from broker.code128 import elements

STOP = "2331112"


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        # Start B, A, 1, check 68.
        ("A1", "211214111323123221141221"),
        # Start C, 12, 34, check (105 + 12 + 2 * 34) % 103 = 82.
        ("1234", "211232112232131123121241"),
    ],
)
def test_a_text_is_its_symbols_a_check_and_a_stop(text: str, widths: str) -> None:
    assert "".join(map(str, elements(text) or ())) == widths + STOP


def test_every_symbol_is_eleven_wide_and_the_stop_thirteen() -> None:
    found = elements("ILL-000123-7") or ()
    assert sum(found) % 11 == 13 % 11
    assert len(found) % 6 == 7 % 6


@pytest.mark.parametrize("text", ["", "\u00fc", "a\tb"])
def test_what_it_cannot_hold_has_no_bars(text: str) -> None:
    assert elements(text) is None
