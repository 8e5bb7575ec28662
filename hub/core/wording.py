"""The words by which a request is found: small letters without accents, so that nobody has to type as a catalogue does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MOST_WORDS = 60
"""Of one request; a title with more is found by those."""
LONGEST = 40
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})
"""Letters that are no letter with an accent."""


def words_in(text: str) -> tuple[str, ...]:
    """Give the words of a text, each once, in its order."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    spaced = "".join(sign if sign.isalnum() else " " for sign in bare)
    return tuple(dict.fromkeys(word[:LONGEST] for word in spaced.split()))


def findable(texts: Iterable[str | None], numbers: Iterable[str | None]) -> tuple[str, ...]:
    """Give the words a request is found by: of its texts, and of its numbers also without the hyphens."""
    given = [number for number in numbers if number]
    bare = ["".join(sign for sign in number if sign.isalnum()) for number in given]
    found = (word for text in (*texts, *given, *bare) if text for word in words_in(text))
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def in_one_text(words: Iterable[str]) -> str:
    """Give words as one text in which ``' be'`` stands where one of them begins with ``be``."""
    return "".join(f" {word}" for word in words)
