"""Texts to bars: the widths of the elements of a symbol, bar and space in turn, in narrow ones; without quiet zones."""

from __future__ import annotations

from station.bars import pieces
from station.calibration.texts import GUARDS, Bar


def _words(text: str) -> list[str]:
    return text.split()


QUIET = 10
"""Narrow bars of white at each side; what all three kinds ask for."""
WIDE = 3

_STOP = 106
_START = {"B": 104, "C": 105}
_SWITCH = {"B": 100, "C": 99}
_CODE_128 = _words(
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 "
    "223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 "
    "311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
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
            return _code_128(bar.text)
        case "code39":
            return _two_widths(start + bar.text + stop, _CODE_39)
        case "codabar":
            return _two_widths(start + bar.text + stop, _CODABAR)


def width(bar: Bar) -> int:
    """Give a bar's width in narrow ones, with its quiet zones."""
    return sum(elements(bar)) + 2 * QUIET


def _code_128(text: str) -> tuple[int, ...]:
    values: list[int] = []
    for code, part in pieces(text):
        values.append((_SWITCH if values else _START)[code])
        values += [int(part[place : place + 2]) for place in range(0, len(part), 2)] if code == "C" else [ord(sign) - 32 for sign in part]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return tuple(int(each) for value in (*values, check, _STOP) for each in _CODE_128[value])


def _two_widths(text: str, table: dict[str, str]) -> tuple[int, ...]:
    found: list[int] = []
    for sign in text:
        # A narrow space stands between two characters.
        found += [*([1] if found else []), *(WIDE if each == "1" else 1 for each in table[sign])]
    return tuple(found)
