"""One keyboard: what each of its keys types with Shift, AltGr and Caps Lock, and which of its keys are dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KEYS = (*range(2, 14), *range(16, 28), *range(30, 42), *range(43, 54), 57, 86, 89, 124)
"""The keys with characters, by the codes of Linux's input-event-codes.h, in the order of a table's strings (D8)."""

NOTHING = "\ufffd"
"""Stands in a table where a key types nothing; it looks like �."""

PLACE = {code: place for place, code in enumerate(KEYS)}

_NOT_SHIFT_LOCKED = {41, 57, 86}

CapsKind = Literal["letters", "shift"]


@dataclass(frozen=True, slots=True)
class Dead:
    """A dead key: it types nothing until the next key, then both as one sign, or its bare sign before the other."""

    bare: str
    composed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the keys type; ``levels`` are plain, Shift, AltGr, both, and ``under_caps`` the same with Caps Lock by letters."""

    name: str
    has_altgr: bool
    caps_kind: CapsKind
    levels: tuple[str, ...]
    under_caps: tuple[str, ...]
    dead: Mapping[str, Dead]

    def sign(self, code: int, *, shift: bool = False, altgr: bool = False, caps: bool = False, caps_kind: CapsKind | None = None) -> str:
        """Give the character, the key of ``dead``, or nothing where the key types nothing."""
        place = PLACE.get(code)
        if place is None:
            return ""
        if caps and (caps_kind or self.caps_kind) == "shift":
            # Shift under a shift-lock gives the plain sign; what is typed with AltGr stays.
            shift, caps = shift ^ (not altgr and code not in _NOT_SHIFT_LOCKED), False
        levels = self.under_caps if caps else self.levels
        sign = levels[shift + 2 * (altgr and self.has_altgr)][place]
        return "" if sign == NOTHING else sign
