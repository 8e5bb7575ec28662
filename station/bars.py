"""Barcodes on slips: which symbols a text takes in Code 128 or Code 39, and how wide that is."""

from __future__ import annotations

import re
from typing import Literal

from broker.code128 import pieces

Bars = Literal["code128", "code39", "none"]

MAX_CODE128_BYTES = 253
MAX_CODE39_CHARS = 253
_CODE39 = re.compile(r"[0-9A-Z $%+\-./]+")


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
