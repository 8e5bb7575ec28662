"""A station's settings as text, and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Invalid
from hub.web.settings_text import setup_of, text_of
from hub.web.shell import in_words

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
PLAIN = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), TEXTS)
VALUES = st.recursive(
    PLAIN, lambda deeper: st.one_of(st.lists(deeper, max_size=3), st.dictionaries(TEXTS, deeper, max_size=3)), max_leaves=8
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_whatever_was_set_comes_back_from_its_text(setup: dict[str, Any]) -> None:
    assert setup_of(text_of(setup)) == setup


def test_the_text_looks_like_station_toml() -> None:
    setup = {"scanner": [{"kind": "serial", "baud": 9600}, {"kind": "typed"}], "printer": False, "sounds": {"volume": 80}, "language": "de"}
    assert text_of(setup).splitlines() == [
        "printer = false",
        'language = "de"',
        "",
        "[[scanner]]",
        'kind = "serial"',
        "baud = 9600",
        "",
        "[[scanner]]",
        'kind = "typed"',
        "",
        "[sounds]",
        "volume = 80",
    ]
    assert text_of({}) == ""


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        ("language = de", "This is not TOML: ", "Das ist kein TOML: "),
        ("a = " + "[" * 100_000, "This is not TOML: ", "Das ist kein TOML: "),
        ("[sounds]\nsince = 2026-11-26", "sounds: dates,", "sounds: Daten,"),
        ("volume = inf", "volume: dates,", "volume: Daten,"),
        ("scanner = [[nan]]", "scanner: dates,", "scanner: Daten,"),
    ],
)
def test_what_is_no_setting_is_told_in_the_readers_language(text: str, english: str, german: str) -> None:
    with pytest.raises(Invalid) as told:
        setup_of(text)
    assert in_words(told.value, "en").startswith(english)
    assert in_words(told.value, "de").startswith(german)


def test_a_browsers_ends_of_lines_are_taken() -> None:
    assert setup_of('language = "de"\r\nprinter = false\r\n') == {"language": "de", "printer": False}
