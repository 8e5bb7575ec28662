"""What a keyboard scanner says over USB: the reports of a boot keyboard for any text in any layout."""

from __future__ import annotations

from collections.abc import Iterator

from station.layouts import load
from tests.support.keyboard import ModelScanner, Style

# Usages 4 to 100 of the HID keyboard page and the kernel's keys for them (drivers/hid/hid-input.c).
_KEYS = (
    30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44,
    2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 28, 1, 14, 15, 57, 12, 13, 26, 27, 43, 43, 39, 40, 41, 51, 52, 53, 58,
    59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 87, 88, 99, 70, 119, 110, 102, 104, 111, 107, 109, 106, 105, 108, 103,
    69, 98, 55, 74, 78, 96, 79, 80, 81, 75, 76, 77, 71, 72, 73, 82, 83, 86,
)  # fmt: skip
_MODIFIERS = (29, 42, 56, 125, 97, 54, 100, 126)
_USAGES = {key: usage for usage, key in reversed(list(enumerate(_KEYS, 4)))}


def typed(text: str, layout: str = "us", style: Style | None = None) -> list[str]:
    """Give the reports, in hex, with which a scanner set to this layout types a text and its Enter."""
    return list(_reports(text, layout, style))


def half(text: str, layout: str = "us") -> list[str]:
    """Give the same without the Enter: its two reports are the last."""
    return typed(text, layout)[:-2]


def _reports(text: str, layout: str, style: Style | None) -> Iterator[str]:
    down: set[int] = set()
    for changes in ModelScanner(load(layout), style).types(text):
        for key, value in changes:
            (down.add if value else down.discard)(key)
        modifiers = sum(1 << place for place, key in enumerate(_MODIFIERS) if key in down)
        keys = [_USAGES[key] for key in sorted(down) if key not in _MODIFIERS]
        yield bytes([modifiers, 0, *keys, *[0] * (6 - len(keys))]).hex()
