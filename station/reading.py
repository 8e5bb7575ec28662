"""A frame to one reading: characters, identifier, barcode and check (D18, D19, D22-D24, D29).

The barcode is never altered inside: no case change, leading zeros stay (a UPC-A that is named as such by AIM gets the one that
makes it the EAN-13 it is). Only what stands outside it is taken off,
and then the bytes as they came are kept beside it. A control character inside makes the frame ``damaged``: a scanner's
input is hostile, and PostgreSQL takes no NUL. The one exception is GS (0x1D), which is data in a GS1 code (D12).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from station.aim import split_aim, split_letters
from station.check_digit import Check, advise
from station.framing import Broken
from station.words import Key, Saying

GROUP_SEPARATOR = "\x1d"
NUL = b"\x00"
DOUBLE_WINDOW_NS = 1_000_000_000

_CODABAR = re.compile(r"[A-Da-d]([0-9$:/.+-]+)[A-Da-d]")
_CODE_39 = re.compile(r"\*([^*]+)\*")


@dataclass(frozen=True, slots=True)
class Rules:
    """How one scanner is set up."""

    aim: Literal["auto", "on", "off"] = "auto"
    prefix: str = ""
    suffix: str = ""
    require_prefix: bool = False
    aim_map: tuple[tuple[str, str], ...] = ()
    parity: bool = False
    """Whether the line has one: then the system puts a NUL in the place of a character whose parity is wrong."""

    @property
    def takes_nothing_off(self) -> bool:
        """Whether digits alone are a barcode as they are."""
        return not (self.prefix or self.suffix or self.require_prefix or self.aim_map)


@dataclass(frozen=True, slots=True)
class Reading:
    """One barcode as read; ``raw`` is hex where the bytes were not plain ASCII or more than an identifier was taken off."""

    barcode: str
    aim: str | None = None
    check: Check = "n/a"
    raw: str | None = None


NO_RULES = Rules()


def read(frame: bytes, rules: Rules = NO_RULES) -> Reading | Broken | None:
    """Give the reading, why it is none, or None where there is nothing but blanks."""
    if frame.isdigit() and rules.takes_nothing_off:
        # Nearly every scan; nothing below would find anything in it.
        digits = frame.decode("ascii")
        return Reading(digits, None, advise(digits, None))
    if rules.parity and NUL in frame:
        # Also outside, where a control character would come off: it may have been the last digit, or the end of the scan before.
        return Broken("damaged", Saying(Key.WRONG_PARITY))
    text = _characters(frame)
    body = _without_outer(text)
    if not body:
        return None if not text.strip(" \t") else Broken("damaged", Saying(Key.ONLY_CONTROL_CHARACTERS))
    # As it came first: a prefix or suffix may itself be a control character.
    begun = next((each for each in (text, body) if each.startswith(rules.prefix)), None)
    if rules.require_prefix and begun is None:
        return Broken("foreign", Saying(Key.NO_PREFIX))
    inner = body if begun is None else begun.removeprefix(rules.prefix)
    ended = next((each for each in (inner, _without_outer(inner)) if each.endswith(rules.suffix)), inner)
    aim, code = _identified(_without_outer(ended.removesuffix(rules.suffix)), rules)
    return _reading(frame, text, aim, _thirteen_digits(_bare(_without_outer(code), aim), aim))


def _identified(body: str, rules: Rules) -> tuple[str | None, str]:
    if rules.aim == "off":
        return None, body
    aim, code = split_aim(body)
    return (aim, code) if aim is not None else split_letters(body, rules.aim_map)


def _reading(frame: bytes, text: str, aim: str | None, code: str) -> Reading | Broken:
    if not code:
        return Broken("damaged", Saying(Key.NO_BARCODE))
    if found := next((sign for sign in code if not _allowed(sign)), None):
        return Broken("damaged", Saying(Key.CHARACTER_INSIDE, {"sign": f"U+{ord(found):04X}"}))
    as_it_came = text == (f"]{aim}{code}" if aim else code)
    raw = None if frame.isascii() and as_it_came else frame.hex()
    return Reading(code, aim, advise(code, aim), raw)


def _characters(frame: bytes) -> str:
    for encoding in ("ascii", "utf-8", "cp1252"):
        try:
            return frame.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Bytes that are no character anywhere become C1 controls, which make the frame damaged.
    return frame.decode("latin-1")


def _without_outer(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _outer(text[start]):
        start += 1
    while end > start and _outer(text[end - 1]):
        end -= 1
    return text[start:end]


def _outer(sign: str) -> bool:
    return sign.isspace() or not sign.isprintable()


def _allowed(sign: str) -> bool:
    return sign.isprintable() or sign == GROUP_SEPARATOR


def _bare(code: str, aim: str | None) -> str:
    """Take off Codabar's start and stop letters and Code 39's asterisks, unless the identifier says it is another code."""
    if aim is None or aim.startswith("F"):
        found = _CODABAR.fullmatch(code)
        if found:
            return found[1]
    if aim is None or aim.startswith("A"):
        found = _CODE_39.fullmatch(code)
        if found:
            return found[1]
    return code


def _thirteen_digits(code: str, aim: str | None) -> str:
    """Give a UPC-A as the EAN-13 it is, so that one book is one barcode whatever the scanner makes of its first zero."""
    return f"0{code}" if aim == "E0" and len(code) == 12 and code.isascii() and code.isdigit() else code


class Doubles:
    """Remembers the last barcode of each scanner, to mark the same one within a second (D29)."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, int, int]] = {}

    def earlier(self, scanner: str, barcode: str, now_ns: int) -> int | None:
        """Give the seq of the same barcode from the same scanner within the last second."""
        last_barcode, seq, at_ns = self._last.get(scanner, ("", 0, 0))
        return seq if last_barcode == barcode and now_ns - at_ns <= DOUBLE_WINDOW_NS else None

    def taken(self, scanner: str, barcode: str, seq: int, now_ns: int) -> None:
        """Remember a stored scan."""
        self._last[scanner] = (barcode, seq, now_ns)

    def forget(self) -> None:
        """Sequence numbers began anew; the remembered ones mean nothing now."""
        self._last.clear()
