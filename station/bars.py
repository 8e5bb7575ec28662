"""Barcodes on slips: which symbols a text takes in Code 128 or Code 39, and how wide that is."""

from __future__ import annotations

import re
from typing import Literal

Bars = Literal["code128", "code39", "none"]

MAX_CODE128_BYTES = 253
MAX_CODE39_CHARS = 253
_CODE39 = re.compile(r"[0-9A-Z $%+\-./]+")
# A run of digits is worth a change of code set from six digits on, at either end of the text from four on.
_RUNS = re.compile(r"\A[0-9]{4,}|[0-9]{4,}\Z|[0-9]{6,}")

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


def encoded(text: str, bars: Bars) -> bytes | None:
    """Give the bytes of the printer's barcode command; None where there are to be no bars, or the text cannot be in them."""
    match bars:
        case "code128":
            return code128(text)
        case "code39":
            return code39(text)
        case "none":
            return None


def code128(text: str) -> bytes | None:
    """Give the bytes of the printer's Code 128 command (Epson's {B and {C); None for what it cannot hold."""
    if not text or not (text.isascii() and text.isprintable()):
        return None
    data = b"".join(_piece(*piece) for piece in pieces(text))
    return data if len(data) <= MAX_CODE128_BYTES else None


def code39(text: str) -> bytes | None:
    """Give the bytes of the printer's Code 39 command, which adds both stars itself; None for what it cannot hold."""
    return text.encode("ascii") if _CODE39.fullmatch(text) and len(text) <= MAX_CODE39_CHARS else None


def modules(text: str, bars: Bars) -> int:
    """Give the width in narrow bars, with the quiet zone of ten on each side."""
    if bars == "code39":
        # Nine elements, three of them wide (2.5 times), and a gap; the stars are two more.
        return 20 + -(-(len(text) + 2) * 29 // 2)
    found = pieces(text)
    # Start, check and stop (13), and a symbol for each change of set.
    symbols = 1 + sum(len(part) // 2 if code == "C" else len(part) for code, part in found) + len(found) - 1 + 1
    return 20 + 11 * symbols + 13


def _piece(code: str, text: str) -> bytes:
    if code == "C":
        return b"{C" + bytes(int(text[place : place + 2]) for place in range(0, len(text), 2))
    return b"{B" + text.replace("{", "{{").encode("ascii")
