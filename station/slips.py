"""A slip as bytes for a receipt printer (ESC/POS, as Epson documents it), or as plain text for a print queue."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from station import bars
from station.bars import Bars

Codepage = Literal["cp437", "cp850", "cp852", "cp858", "cp1252"]

CODEPAGES: dict[Codepage, int] = {"cp437": 0, "cp850": 2, "cp1252": 16, "cp852": 18, "cp858": 19}
"""The number each has in ESC t; those of Epson, which most others follow."""

INITIALISE = b"\x1b@"
LARGE = b"\x1b!\x30\x1bE\x01"
NORMAL = b"\x1b!\x00\x1bE\x00"
FEED_AND_CUT = b"\x1bd\x06\x1dV\x01"
BAR_HEIGHT_DOTS = 64
DOTS_A_COLUMN = 12
"""Font A, at any width of the paper."""
BAR_DOTS = (3, 2)
"""Width of the narrow bar: the wider one where it fits, for old scanners."""

# What has no decomposition that leaves a letter, or another sign at its side that is better known.
_WRITTEN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),  # noqa: RUF001 - these signs are meant
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001 - these signs are meant
        **{"…": "...", "•": "*", "€": "EUR", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"},
        **{"ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L"},
        **{"ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{NO-BREAK SPACE}": " "},
        **{"→": "->", "←": "<-", "✔": "+", "✖": "x"},
    }
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What a printer takes."""

    width: int = 42
    codepage: Codepage = "cp858"
    bars: Bars = "code128"


def escpos(lines: Sequence[str], barcode: str | None, paper: Paper) -> bytes:
    """Give the slip for a receipt printer: its first line large, the others wrapped, the barcode with its text, then the cut."""
    first, *others = lines or ("",)
    parts = [INITIALISE, b"\x1bt" + bytes([CODEPAGES[paper.codepage]]), LARGE]
    parts += [line + b"\n" for line in _wrapped(first, paper.width // 2, paper.codepage)]
    parts.append(NORMAL)
    parts += [line + b"\n" for each in others for line in _wrapped(each, paper.width, paper.codepage)]
    parts.append(_barcode(barcode, paper) if barcode else b"")
    return b"".join(parts) + FEED_AND_CUT


def plain(lines: Sequence[str], barcode: str | None, paper: Paper) -> bytes:
    """Give the slip as lines of text in UTF-8."""
    found = [line for each in (*lines, *([barcode] if barcode else [])) for line in _lines(_clean(each), paper.width)]
    return ("\n".join(found) + "\n").encode()


def encoded(text: str, codepage: Codepage) -> bytes:
    """Give the text in the printer's characters: what is not among them is written with those that are, at worst as ``?``."""
    return b"".join(_character(sign, codepage) for sign in unicodedata.normalize("NFC", _clean(text)))


def _character(sign: str, codepage: Codepage) -> bytes:
    for form in (sign, sign.translate(_WRITTEN), unicodedata.normalize("NFKD", sign)):
        bare = "".join(each for each in form if not unicodedata.combining(each))
        try:
            return bare.encode(codepage)
        except UnicodeEncodeError:
            continue
    return b"?"


def _clean(text: str) -> str:
    # A title from outside must not be able to command the printer.
    return "".join(sign if sign.isprintable() or sign == "\N{NO-BREAK SPACE}" else " " for sign in text)


def _wrapped(text: str, width: int, codepage: Codepage) -> list[bytes]:
    # Encoded first: a sign may become several, and the printer counts those.
    return [line.encode(codepage) for line in _lines(encoded(text, codepage).decode(codepage), width)]


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _barcode(text: str, paper: Paper) -> bytes:
    data = bars.encoded(text, paper.bars)
    room = paper.width * DOTS_A_COLUMN
    dots = next((each for each in BAR_DOTS if bars.modules(text, paper.bars) * each <= room), None)
    if data is None or dots is None:
        # No bars a scanner could read: the text alone can still be typed.
        return b"".join(line + b"\n" for line in _wrapped(text, paper.width, paper.codepage))
    kind = b"I" if paper.bars == "code128" else b"E"
    shape = b"\x1dh" + bytes([BAR_HEIGHT_DOTS]) + b"\x1dw" + bytes([dots]) + b"\x1df\x00\x1dH\x02"
    return shape + b"\x1dk" + kind + bytes([len(data)]) + data
