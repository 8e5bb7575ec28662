"""Bytes of a serial scanner to frames: one frame is what stood between two terminators (D17, D20)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from station.words import Key, Saying

DEFAULT_MAX_BYTES = 512

BrokenKind = Literal["damaged", "incomplete", "too_long", "foreign"]

_TERMINATOR = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a scanner sent between two terminators, never empty."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is no barcode; the detail never repeats what was scanned."""

    kind: BrokenKind
    detail: Saying


class LineFramer:
    """Cuts at CR, LF or CRLF, whatever slices the bytes come in; holds at most ``max_bytes``."""

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._held = bytearray()
        self._discarding = False

    def feed(self, data: bytes) -> list[Frame | Broken]:
        """Give what these bytes finish; what follows the last terminator is kept for the next call."""
        found: list[Frame | Broken] = []
        *ended, rest = _TERMINATOR.split(data)
        for piece in ended:
            found += self._hold(piece)
            found += self._end()
        found += self._hold(rest)
        return found

    def finish(self) -> list[Frame | Broken]:
        """The input ended of itself (a file, a pipe): what is held is a whole frame."""
        return self._end()

    def cut_off(self) -> list[Frame | Broken]:
        """The scanner was unplugged: a half scan is ``incomplete``, and new bytes start afresh."""
        half = self._end()
        return [Broken("incomplete", Saying(Key.CUT_OFF)) for _ in half]

    def _hold(self, piece: bytes) -> list[Frame | Broken]:
        if self._discarding:
            return []
        if len(self._held) + len(piece) <= self._max_bytes:
            self._held += piece
            return []
        # Said at once and not at the terminator: one may never come, and the desk must not stay silent.
        self._held.clear()
        self._discarding = True
        return [Broken("too_long", Saying(Key.NO_END, {"count": self._max_bytes}))]

    def _end(self) -> list[Frame | Broken]:
        frame = Frame(bytes(self._held)) if self._held else None
        self._held.clear()
        self._discarding = False
        return [frame] if frame else []
