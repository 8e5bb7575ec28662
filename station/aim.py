"""AIM symbology identifiers (ISO/IEC 15424): ``]`` + letter + modifier at the start of a scan (D22)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ONE_MODIFIER = re.compile(r"\]([A-XZa-z][0-9A-Za-z])")
_COUNTED_MODIFIERS = re.compile("|".join(rf"\]Y{count}[0-9A-Za-z]{{{count}}}" for count in range(1, 7)))


def split_aim(text: str) -> tuple[str | None, str]:
    """Give (identifier without the bracket, the rest); (None, text) when there is none."""
    if found := _ONE_MODIFIER.match(text):
        return found[1], text[found.end() :]
    # ]Y tells in its first digit how many modifier characters follow.
    if found := _COUNTED_MODIFIERS.match(text):
        return found[0][1:], text[found.end() :]
    return None, text


def split_letters(text: str, letters: Iterable[tuple[str, str]]) -> tuple[str | None, str]:
    """Give the AIM identifier that a maker's own code letters stand for, and the rest; (None, text) when there are none."""
    for own, aim in sorted(letters, key=lambda pair: -len(pair[0])):
        if text.startswith(own) and len(text) > len(own):
            return aim, text[len(own) :]
    return None, text
