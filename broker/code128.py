"""Code 128: which symbols a text takes, and the widths of their bars. Stations and the hub draw it alike."""

from __future__ import annotations

import re
from typing import Literal


def _words(text: str) -> list[str]:
    return text.split()


# A run of digits is worth a change of code set from six digits on, at either end of the text from four on.
_RUNS = re.compile(r"\A[0-9]{4,}|[0-9]{4,}\Z|[0-9]{6,}")

_STOP = 106
_START = {"B": 104, "C": 105}
_SWITCH = {"B": 100, "C": 99}
_SYMBOLS = _words(
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 "
    "223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 "
    "311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)

Piece = tuple[Literal["B", "C"], str]


def pieces(text: str) -> list[Piece]:
    """Give the text in runs of Code 128 set C (pairs of digits) and B (anything printable in ASCII), as short as it gets."""
    found: list[Piece] = []
    place = 0
    for run in _RUNS.finditer(text):
        # An odd digit stays in B: before the run, except where the text begins with it.
        odd = (run.end() - run.start()) % 2
        begin, end = (run.start(), run.end() - odd) if run.start() == 0 else (run.start() + odd, run.end())
        found += [("B", text[place:begin])] if begin > place else []
        found.append(("C", text[begin:end]))
        place = end
    return [*found, ("B", text[place:])] if place < len(text) else found


def elements(text: str) -> tuple[int, ...] | None:
    """Give the widths of bar and space in turn, in narrow ones, without quiet zones; None for what it cannot hold."""
    if not text or not (text.isascii() and text.isprintable()):
        return None
    values: list[int] = []
    for code, part in pieces(text):
        values.append((_SWITCH if values else _START)[code])
        values += [int(part[place : place + 2]) for place in range(0, len(part), 2)] if code == "C" else [ord(sign) - 32 for sign in part]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return tuple(int(each) for value in (*values, check, _STOP) for each in _SYMBOLS[value])
