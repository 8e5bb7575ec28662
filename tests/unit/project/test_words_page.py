"""The page of all sentences says what the program says."""

from __future__ import annotations

from tools import write_words_page


def test_the_page_is_what_the_words_say() -> None:
    assert write_words_page.PAGE.read_text(encoding="utf-8") == write_words_page.page(), "run: .venv/bin/python -m tools.write_words_page"
