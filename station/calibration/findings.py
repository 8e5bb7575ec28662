"""What the card showed: settings, and what there is to say of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from station.calibration.around import Around, shown
from station.calibration.texts import CARD, Seen
from station.calibration.words import Remark, Word

NS_PER_MS = 1_000_000
SAFETY = 3
"""So many times the longest pause seen may pass before a scan is over; pauses vary, and the card is seven scans long."""
STEP_MS = 50

Value = str | int | bool | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Findings:
    """``settings`` by key, None where no settings could make the scanner right; a key without a value goes out of the section."""

    settings: Mapping[str, Value | None] | None
    remarks: tuple[Remark, ...]


def of_around(found: Around) -> dict[str, Value | None]:
    """Give the settings for what stands around the barcodes."""
    return {
        "prefix": found.prefix or None,
        "suffix": found.suffix or None,
        "require_prefix": None,
        "aim": "on" if found.aim else None,
        "aim_map": dict(found.letters) or None,
    }


def remarks_of_around(found: Around, seen: Iterable[Seen]) -> list[Remark]:
    """Say what stands around the barcodes, and what the scanner does to one kind."""
    there = list(seen)
    remarks = [Remark(Word.PREFIX, {"prefix": found.prefix})] if found.prefix else []
    remarks += [Remark(Word.SUFFIX, {"suffix": found.suffix})] if found.suffix else []
    if not found.letters:
        remarks.append(Remark(Word.AIM_ON if found.aim else Word.AIM_OFF))
    else:
        remarks.append(Remark(Word.CODE_LETTERS, {"letters": ", ".join(f"{own} = {aim}" for own, aim in found.letters.items())}))
    if found.prefix and not found.aim and len({each.bar.symbology for each in there}) == 1:
        remarks.append(Remark(Word.PREFIX_OR_LETTER, {"prefix": found.prefix}))
    remarks += [Remark(each.said) for each in there if each.said]
    read = {each.bar.number for each in there}
    return remarks + [Remark(Word.NOT_READ, {"bar": bar.number, "kind": KINDS[bar.symbology]}) for bar in CARD if bar.number not in read]


KINDS = {"code128": "Code 128", "code39": "Code 39", "codabar": "Codabar"}


def idle_ms(longest_ns: int, least_ms: int) -> int:
    """Give how long a pause ends a scan, of a scanner whose longest pause within one is this."""
    return max(least_ms, math.ceil(longest_ns * SAFETY / NS_PER_MS / STEP_MS) * STEP_MS)


def end_of(found: Around) -> str:
    """Give the name of what ends a scan."""
    return shown(found.end)
