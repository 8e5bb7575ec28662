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
OPENED_QUIET_MS = 200
"""A line that was silent for so long after it was opened is between two scans; scanners stall for up to 150 ms inside one."""
OPENED_REST_MS = 1000
"""What began before that, and has no end yet, is over after so long a silence."""
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


OTHER_SCAN_MS = 150
"""Two scans of one scanner are further apart than this."""
LISTENED_TOO_LATE = Broken("damaged", Saying(Key.LISTENED_TOO_LATE))
BEGUN_BEFORE = Broken("damaged", Saying(Key.BEGUN_BEFORE))


class Framer(Protocol):
    """Cuts bytes into frames, whatever slices they come in, and never holds more than it was told to."""

    @property
    def settle_ms(self) -> int:
        """For how long after ``opened`` what comes may be the rest of a scan."""

    def opened(self, now_ns: int) -> None:
        """The line was opened now, perhaps in the middle of a scan, whose rest must not become a barcode."""

    @property
    def listens_ms(self) -> int:
        """How often to look whether anybody listens, 0 for no need: then ``late`` hears of it."""

    def late(self, heard_ns: int, now_ns: int) -> None:
        """Bytes are fed next, now, and it was at this time that nothing of them had come: a silence may stand before or among them."""

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

    def not_stored(self) -> None:
        """What was fed last could not be stored: it is owed no yes, and is taken when it comes again."""

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


class Midway:
    """A line that was just opened: what comes before the first end may be the rest of a scan, and is thrown away."""

    def __init__(self, now_ns: int) -> None:
        self.due_ns = now_ns + OPENED_QUIET_MS * NS_PER_MS
        self.begun = False

    def feed(self, data: bytes, now_ns: int) -> bytes | None:
        """Give what stands behind the end; None while there is none."""
        end = _TERMINATOR.search(data)
        self.begun = self.begun or (end.start() > 0 if end else bool(data))
        if self.begun:
            self.due_ns = now_ns + OPENED_REST_MS * NS_PER_MS
        return data[end.end() :] if end else None

    def fault(self) -> list[Frame | Broken]:
        """Give what the desk is told of it."""
        return [BEGUN_BEFORE] if self.begun else []


class Unanswered:
    """A framing by which nothing goes back to the scanner: the screen alone says what was not stored."""

    def answer(self) -> bytes:
        """Give nothing."""
        return b""

    def not_stored(self) -> None:
        """There was no yes to take back."""


class LineFramer(Unanswered):
    """Cuts at CR, LF or CRLF. With ``silence_ms`` a line that stands still so long is ``incomplete``; else it may take for ever.

    Otherwise noise, or half a scan, would become the beginning of the next barcode, and a scanner that sends no line end would be
    silence. What begins within the same time again may be the rest of that line, and is no barcode either.
    """

    settle_ms = OPENED_QUIET_MS
    listens_ms = 0

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES, *, silence_ms: int | None = None) -> None:
        self._held = Held(max_bytes)
        self._silence_ms = silence_ms
        self._last_ns = 0
        self._cut = False
        self._midway: Midway | None = None

    def opened(self, now_ns: int) -> None:
        """Take nothing before an end, or before it was silent for a while."""
        self._midway = Midway(now_ns)

    def late(self, heard_ns: int, now_ns: int) -> None:
        """An end is an end whenever it comes."""

    def feed(self, data: bytes, now_ns: int = 0) -> list[Frame | Broken]:
        """Give what these bytes finish; what follows the last terminator is kept for the next call."""
        found = self.expire(now_ns)
        if midway := self._midway:
            behind = midway.feed(data, now_ns)
            if behind is None:
                return found
            self._midway = None
            found, data = found + midway.fault(), behind
        if not self._held:
            self._cut = self._cut and now_ns < self._last_ns + 2 * self._silence_ns
        self._last_ns = now_ns
        *ended, rest = _TERMINATOR.split(data)
        for piece in ended:
            found += self._held.hold(piece)
            found += self._ended()
        found += self._held.hold(rest)
        return found

    @property
    def due_ns(self) -> int | None:
        """When a line that was just opened is trusted, or the line has stood still too long."""
        if self._midway:
            return self._midway.due_ns
        return self._last_ns + self._silence_ns if self._silence_ms is not None and self._held else None

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Give ``incomplete`` for a line that stands still; one of which was said that it is too long is only forgotten.

        What began before the opening is over by silence, too.
        """
        if self.due_ns is None or now_ns < self.due_ns:
            return []
        if midway := self._midway:
            self._midway = None
            return midway.fault()
        self._cut = True
        return [self._stood_still() for _ in self._held.end()]

    @property
    def _silence_ns(self) -> int:
        return (self._silence_ms or 0) * NS_PER_MS

    def _ended(self) -> list[Frame | Broken]:
        begun, cut = bool(self._held), self._cut
        frame = self._held.end()
        self._cut = cut and not begun
        return [self._stood_still() for _ in frame] if cut else frame

    def _stood_still(self) -> Broken:
        return Broken("incomplete", Saying(Key.END_DID_NOT_COME, {"count": self._silence_ms or 0}))

    @property
    def half(self) -> bool:
        """Whether a line has begun."""
        return bool(self._held) or bool(self._midway and self._midway.begun)

    def finish(self) -> list[Frame | Broken]:
        """The last line of a file may have no terminator."""
        return self._held.end()

    def cut_off(self) -> list[Frame | Broken]:
        """A line without its end is ``incomplete``."""
        midway, self._midway = self._midway, None
        return [Broken("incomplete", Saying(Key.CUT_OFF))] if midway and midway.begun else self._held.cut_off()


class IdleFramer(Unanswered):
    """Cuts where the scanner was silent for ``idle_ms``: the only right way for codes with a CR inside."""

    listens_ms = 50

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES, *, idle_ms: int = 50) -> None:
        self._held = Held(max_bytes)
        self._idle_ns = idle_ms * NS_PER_MS
        self._last_ns = self._since_ns = 0
        """When the last bytes were read, and since when they may have been waiting."""
        self._heard_ns: int | None = None
        self._trusted_ns = 0
        self._doubt: Broken | None = None
        self.settle_ms = idle_ms

    def opened(self, now_ns: int) -> None:
        """Take nothing that was not preceded by silence."""
        self._trusted_ns = now_ns + self._idle_ns

    def late(self, heard_ns: int, now_ns: int) -> None:
        """Remember since when what is fed next may have been waiting."""
        self._heard_ns = heard_ns

    def feed(self, data: bytes, now_ns: int) -> list[Frame | Broken]:
        """Give the frame that silence ended before these bytes, which begin or continue another."""
        heard_ns = now_ns if self._heard_ns is None else self._heard_ns
        # A silence is one only if it was heard to its end: else the bytes may have been waiting, and belong to the frame.
        found = self._finished() if self._held and heard_ns >= self._last_ns + self._idle_ns else []
        if not self._held and now_ns < self._trusted_ns:
            self._doubt = BEGUN_BEFORE
        # But where another scan may have begun meanwhile, what comes of both is no barcode.
        silent_since_ns = self._since_ns if self._held else heard_ns
        if now_ns - silent_since_ns >= max(self._idle_ns, OTHER_SCAN_MS * NS_PER_MS):
            self._doubt = self._doubt or LISTENED_TOO_LATE
        self._heard_ns, self._since_ns, self._last_ns = None, heard_ns, now_ns
        return found + self._held.hold(data)

    @property
    def due_ns(self) -> int | None:
        """When the frame is over."""
        return self._last_ns + self._idle_ns if self._held else None

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Give the frame if it is over."""
        return self._finished() if self.due_ns is not None and now_ns >= self.due_ns else []

    def _finished(self) -> list[Frame | Broken]:
        found = self._held.end()
        doubt, self._doubt = self._doubt, None
        return [doubt] if doubt and found else found

    @property
    def half(self) -> bool:
        """Whether it is not silent yet."""
        return bool(self._held)

    def finish(self) -> list[Frame | Broken]:
        """What is held is the last frame."""
        return self._held.end()

    def cut_off(self) -> list[Frame | Broken]:
        """A frame that was not yet over is ``incomplete``."""
        self._doubt = None
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
