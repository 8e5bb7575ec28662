"""Check digits as advice, never as a rejection (D24)."""

from __future__ import annotations

from typing import Literal

Check = Literal["ok", "bad", "n/a"]

_BOOK_PREFIXES = ("977", "978", "979")


def advise(code: str, aim: str | None = None) -> Check:
    """Give ``ok`` or ``bad`` for a 14-digit library barcode or an EAN/UPC, ``n/a`` for anything else."""
    if not (code.isascii() and code.isdigit()):
        return "n/a"
    if aim is not None and aim.startswith("E"):
        return _verdict(ean_check_digit(code[:-1]), code) if len(code) in (8, 12, 13) else "n/a"
    if len(code) == 14:
        return _verdict(mod10_check_digit(code[:-1]), code)
    if len(code) == 13 and code.startswith(_BOOK_PREFIXES):
        return _verdict(ean_check_digit(code[:-1]), code)
    return "n/a"


def mod10_check_digit(payload: str) -> int:
    """Double the digits at odd places from the left, subtract 9 above 9, sum, complement to ten."""
    doubled = (int(digit) * 2 for digit in payload[::2])
    total = sum(n - 9 if n > 9 else n for n in doubled) + sum(int(digit) for digit in payload[1::2])
    return (10 - total % 10) % 10


def ean_check_digit(payload: str) -> int:
    """Weigh the digits 3, 1, 3, … from the right, sum, complement to ten (EAN-8, UPC-A, EAN-13)."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(payload)))
    return (10 - total % 10) % 10


def _verdict(expected: int, code: str) -> Check:
    return "ok" if expected == int(code[-1]) else "bad"
