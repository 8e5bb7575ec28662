"""Bytes of a serial scanner to frames, by lines or by silence (D17, D20); ``stx`` and ``ssi`` are the other two ways.

Time is nanoseconds of any clock that never goes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol

from station.words import Key, Saying

DEFAULT_MAX_BYTES = 512
NS_PER_MS = 1_000_000
MENDED_WITHIN_MS = 2500
MAX_ASKED = 3

BrokenKind = Literal["damaged", "incomplete", "too_long", "foreign"]

_TERMINATOR = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a scanner sent as one, never empty."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is no barcode; the detail never repeats what was scanned."""

    kind: BrokenKind
    detail: Saying


class Framer(Protocol):
    """Cuts bytes into frames, whatever slices they come in, and never holds more than it was told to."""

    def feed(self, data: bytes, now_ns: int) -> list[Frame | Broken]:
        """Give what these bytes finish; what begins with them is kept for the next call."""

    @property
    def due_ns(self) -> int | None:
        """When ``expire`` has something to say unless bytes come before; None when it has not."""

    @property
    def half(self) -> bool:
        """Whether a frame has begun and not ended."""

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Give what the silence until now finishes."""

    def answer(self) -> bytes:
        """Give, once, what the scanner is owed for what was fed; it is sent after that was stored."""

    def finish(self) -> list[Frame | Broken]:
        """The input ended of itself (a file, a pipe): what is held is a whole frame where it can be one."""

    def cut_off(self) -> list[Frame | Broken]:
        """The scanner was unplugged: a half scan is ``incomplete``, and new bytes start afresh."""


class Held:
    """The frame that has begun; holds at most ``max_bytes``."""

    def __init__(self, max_bytes: int) -> None:
        self.data = bytearray()
        self.discarding = False
        self._max_bytes = max_bytes

    def __bool__(self) -> bool:
        """Whether a frame has begun."""
        return bool(self.data) or self.discarding

    def hold(self, piece: bytes) -> list[Frame | Broken]:
        """Keep a piece; give ``too_long``, once, where it is too much."""
        if self.discarding:
            return []
        if len(self.data) + len(piece) <= self._max_bytes:
            self.data += piece
            return []
        # Said at once and not at the terminator: one may never come, and the desk must not stay silent.
        self.data.clear()
        self.discarding = True
        return [Broken("too_long", Saying(Key.NO_END, {"count": self._max_bytes}))]

    def end(self) -> list[Frame | Broken]:
        """Give the frame, if there is one, and begin anew."""
        frame = Frame(bytes(self.data)) if self.data else None
        self.data.clear()
        self.discarding = False
        return [frame] if frame else []

    def cut_off(self) -> list[Frame | Broken]:
        """Give ``incomplete`` where a frame had begun, and begin anew."""
        return [Broken("incomplete", Saying(Key.CUT_OFF)) for _ in self.end()]


class LineFramer:
    """Cuts at CR, LF or CRLF."""

    due_ns: int | None = None

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._held = Held(max_bytes)

    def feed(self, data: bytes, now_ns: int = 0) -> list[Frame | Broken]:
        """Give what these bytes finish; what follows the last terminator is kept for the next call."""
        found: list[Frame | Broken] = []
        *ended, rest = _TERMINATOR.split(data)
        for piece in ended:
            found += self._held.hold(piece)
            found += self._held.end()
        found += self._held.hold(rest)
        return found

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Silence ends no line."""
        return []

    @property
    def half(self) -> bool:
        """Whether a line has begun."""
        return bool(self._held)

    def answer(self) -> bytes:
        """A line is not answered."""
        return b""

    def finish(self) -> list[Frame | Broken]:
        """The last line of a file may have no terminator."""
        return self._held.end()

    def cut_off(self) -> list[Frame | Broken]:
        """A line without its end is ``incomplete``."""
        return self._held.cut_off()


class IdleFramer:
    """Cuts where the scanner was silent for ``idle_ms``: the only right way for codes with a CR inside."""

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES, *, idle_ms: int = 50) -> None:
        self._held = Held(max_bytes)
        self._idle_ns = idle_ms * NS_PER_MS
        self._last_ns = 0

    def feed(self, data: bytes, now_ns: int) -> list[Frame | Broken]:
        """Give the frame that silence ended before these bytes, which begin or continue another."""
        found = self.expire(now_ns)
        self._last_ns = now_ns
        return found + self._held.hold(data)

    @property
    def due_ns(self) -> int | None:
        """When the frame is over."""
        return self._last_ns + self._idle_ns if self._held else None

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Give the frame if it is over."""
        return self._held.end() if self.due_ns is not None and now_ns >= self.due_ns else []

    @property
    def half(self) -> bool:
        """Whether it is not silent yet."""
        return bool(self._held)

    def answer(self) -> bytes:
        """Nothing: there is no way to say what was taken."""
        return b""

    def finish(self) -> list[Frame | Broken]:
        """What is held is the last frame."""
        return self._held.end()

    def cut_off(self) -> list[Frame | Broken]:
        """A frame that was not yet over is ``incomplete``."""
        return self._held.cut_off()


class Resend:
    """Faults of the line for which the scanner was asked to send again; one that it never mends is said after all."""

    def __init__(self, kind: BrokenKind, detail: Saying) -> None:
        self._broken = Broken(kind, detail)
        self._asked = 0
        self.due_ns: int | None = None

    def ask(self, now_ns: int) -> bool:
        """Whether to ask once more; the desk hears of it if nothing good comes in time."""
        self.due_ns = self.due_ns or now_ns + MENDED_WITHIN_MS * NS_PER_MS
        self._asked += 1
        # A scanner that is set to another checksum would send for ever.
        return self._asked <= MAX_ASKED

    def mended(self) -> None:
        """A good frame came."""
        self._asked, self.due_ns = 0, None

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Give the fault if nothing good came in time."""
        return self.give_up() if self.due_ns is not None and now_ns >= self.due_ns else []

    def give_up(self) -> list[Frame | Broken]:
        """Give the fault if one is open; how often was asked is remembered until something good comes."""
        open_, self.due_ns = self.due_ns is not None, None
        return [self._broken] if open_ else []
