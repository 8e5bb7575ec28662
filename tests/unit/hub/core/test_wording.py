"""By which words a request is found."""

from __future__ import annotations

import pytest

from hub.core.wording import LONGEST, MOST_WORDS, findable, in_one_text, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Overstory", ("the", "overstory")), ("Łódź, Straße & Ørsted's Ångström", ("lodz", "strasse", "orsted", "s", "angstrom")),

        ("e\u0301te\u0301 \u00e9t\u00e9", ("ete",)), ("  \t ", ()),
        ("%_'\"*", ()), ("a a A", ("a",)), ("\u65e5\u672c\u8a9e", ("\u65e5\u672c\u8a9e",)),
        ("x" * 100, ("x" * LONGEST,)), ("\ufb01n \u00bd", ("fin", "1\u20442")),
    ],
)  # fmt: skip
def test_words_are_small_letters_without_accents(text: str, words: tuple[str, ...]) -> None:
    found = words_in(text)
    assert found == tuple(word for each in words for word in words_in(each))
    assert all(word == word.casefold() and word.isalnum() for word in found)
    if text[0].isalpha() and "\ufb01" not in text:
        assert found == words


def test_numbers_are_found_with_and_without_their_hyphens() -> None:
    assert findable(("A",), ("978-0-14", None, "")) == ("a", "978", "0", "14", "978014")
    assert in_one_text(("a", "b")) == " a b"


def test_a_title_without_end_is_found_by_its_first_words() -> None:
    assert len(findable((" ".join(f"w{number}" for number in range(500)),), ())) == MOST_WORDS
