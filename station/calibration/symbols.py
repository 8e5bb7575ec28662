"""Texts to bars: the widths of the elements of a symbol, bar and space in turn, in narrow ones; without quiet zones."""

from __future__ import annotations

from broker import code128
from station.calibration.texts import GUARDS, Bar


def _words(text: str) -> list[str]:
    return text.split()


QUIET = 10
"""Narrow bars of white at each side; what all three kinds ask for."""
WIDE = 3

# Which of the nine elements are wide, then of Codabar's seven; the first is a bar.
_CODE_39 = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*",
        _words(
            "000110100 100100001 001100001 101100000 000110001 100110000 001110000 000100101 100100100 001100100 100001001 001001001 "
            "101001000 000011001 100011000 001011000 000001101 100001100 001001100 000011100 100000011 001000011 101000010 000010011 "
            "100010010 001010010 000000111 100000110 001000110 000010110 110000001 011000001 111000000 010010001 110010000 011010000 "
            "010000101 110000100 011000100 010101000 010100010 010001010 000101010 010010100"
        ),
        strict=True,
    )
)
_CODABAR = dict(
    zip(
        "0123456789-$:/.+ABCD",
        _words(
            "0000011 0000110 0001001 1100000 0010010 1000010 0100001 0100100 0110000 1001000 "
            "0001100 0011000 1000101 1010001 1010100 0010101 0011010 0101001 0001011 0001110"
        ),
        strict=True,
    )
)


def elements(bar: Bar) -> tuple[int, ...]:
    """Give the widths of a bar's elements."""
    start, stop = GUARDS[bar.symbology]
    match bar.symbology:
        case "code128":
            # The card's texts are all such as it can hold.
            return code128.elements(bar.text) or ()
        case "code39":
            return _two_widths(start + bar.text + stop, _CODE_39)
        case "codabar":
            return _two_widths(start + bar.text + stop, _CODABAR)


def width(bar: Bar) -> int:
    """Give a bar's width in narrow ones, with its quiet zones."""
    return sum(elements(bar)) + 2 * QUIET


def _two_widths(text: str, table: dict[str, str]) -> tuple[int, ...]:
    found: list[int] = []
    for sign in text:
        # A narrow space stands between two characters.
        found += [*([1] if found else []), *(WIDE if each == "1" else 1 for each in table[sign])]
    return tuple(found)
