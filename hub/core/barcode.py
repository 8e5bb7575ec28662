"""What kind of barcode this is, by configured patterns; and the printable request id with its check character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

COMMAND_PREFIX = "%HS-"
DEFAULT_PATTERNS: dict[str, tuple[str, ...]] = {
    "patron": (r"2[0-9]{13}",),
    "request": (r"ILL-[0-9]{6,9}-[0-9]",),
    "item": (r"3[0-9]{13}",),
    "command": (r"%HS-[A-Z]{2,20}",),
}


class Kind(StrEnum):
    """The classes of barcode a desk can scan."""

    COMMAND = "command"
    PATRON = "patron"
    REQUEST = "request"
    ITEM = "item"
    OTHER = "other"
    """Fits no pattern; taken for an item, and asked about once before it is received."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled patterns of a site; ``strip_prefix`` and ``strip_suffix`` are what its scanners add."""

    by_kind: tuple[tuple[Kind, re.Pattern[str]], ...]
    strip_prefix: str = ""
    strip_suffix: str = ""

    @classmethod
    def of(cls, patterns: dict[str, tuple[str, ...]], *, strip_prefix: str = "", strip_suffix: str = "") -> Patterns:
        """Compile patterns keyed by kind; raises re.error for one that is no regular expression."""
        compiled = tuple((Kind(kind), re.compile(pattern)) for kind, several in patterns.items() for pattern in several)
        return cls(compiled, strip_prefix, strip_suffix)

    def normalise(self, barcode: str) -> str:
        """Trim outer white space, control characters, prefix and suffix; the inside is never changed."""
        text = barcode.strip(_OUTER)
        return text.removeprefix(self.strip_prefix).removesuffix(self.strip_suffix).strip(_OUTER)

    def classify(self, barcode: str) -> Kind:
        """Give the one kind whose pattern the whole barcode fits."""
        for kind, pattern in self.by_kind:
            if pattern.fullmatch(barcode):
                return kind
        return Kind.OTHER


_OUTER = "".join(map(chr, (*range(0x21), *range(0x7F, 0xA1))))


def luhn(digits: str) -> str:
    """Give the modulus 10 check digit of the digits before it, as library barcodes use it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def request_id(number: int) -> str:
    """Give the printable id of the n-th request: ``ILL-000123-0``, its last character a check digit."""
    digits = f"{number:06d}"
    return f"ILL-{digits}-{luhn(digits)}"


def doubt(barcode: str, kind: Kind, check: str = "n/a") -> str | None:
    """Name what is odd about a barcode that is to be received as an item; None when nothing is.

    ``check`` is ``bad`` where a check digit that does not fit is to be asked about.
    """
    if _is_isbn(barcode):
        return "isbn"
    if kind is Kind.PATRON:
        return "patron"
    if kind is not Kind.ITEM:
        return "pattern"
    return "check" if check == "bad" else None


def check_of(barcode: str, kind: Kind) -> Literal["ok", "bad", "n/a"]:
    """Say whether the last of an item's 14 digits is the check digit of those before; ``n/a`` for what has none."""
    if kind is not Kind.ITEM or not re.fullmatch(r"[0-9]{14}", barcode):
        return "n/a"
    return "ok" if luhn(barcode[:-1]) == barcode[-1] else "bad"


def _is_isbn(barcode: str) -> bool:
    if not re.fullmatch(r"97[89][0-9]{10}", barcode):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(barcode)) % 10 == 0
