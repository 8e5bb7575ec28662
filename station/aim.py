"""AIM symbology identifiers (ISO/IEC 15424): ``]`` + letter + modifier at the start of a scan (D22)."""

from __future__ import annotations

import re

_ONE_MODIFIER = re.compile(r"\]([A-XZa-z][0-9A-Za-z])")
_COUNTED_MODIFIERS = re.compile(r"\]Y([1-6])")


def split_aim(text: str) -> tuple[str | None, str]:
    """Give (identifier without the bracket, the rest); (None, text) when there is none."""
    if found := _ONE_MODIFIER.match(text):
        return found[1], text[found.end() :]
    # ]Y tells in its first digit how many modifier characters follow.
    if found := _COUNTED_MODIFIERS.match(text):
        end = found.end() + int(found[1])
        return (text[1:end], text[end:]) if len(text) >= end else (None, text)
    return None, text
