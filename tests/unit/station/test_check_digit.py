"""Check digits are advice (decoding.md D24)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.check_digit import advise, mod10_check_digit

PAYLOADS = st.text("0123456789", min_size=13, max_size=13)


@pytest.mark.parametrize(
    ("code", "aim", "says"),
    [
        ("29876543210989", None, "bad"),
        ("9780306406157", None, "ok"),
        ("9780306406158", None, "bad"),
        ("9780306406157", "E0", "ok"),
        ("96385074", "E4", "ok"),
        ("036000291452", "E0", "ok"),
        ("1234567890123", None, "n/a"),
        ("ILL-000123-7", None, "n/a"),
        ("123", None, "n/a"),
        ("١٢٣٤٥٦٧٨٩٠١٢٣٤", None, "n/a"),
    ],
)
def test_advice(code: str, aim: str | None, says: str) -> None:
    assert advise(code, aim) == says


def test_the_library_barcode_example() -> None:
    # 3*2=6, 1*2=2: 8, so the check digit is 2.
    assert advise("30000000000012") == "ok"


@given(PAYLOADS, st.integers(0, 13), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(payload: str, place: int, change: int) -> None:
    good = payload + str(mod10_check_digit(payload))
    wrong = good[:place] + str((int(good[place]) + change) % 10) + good[place + 1 :]
    assert advise(good) == "ok"
    assert advise(wrong) == "bad"
