"""Frames between STX and ETX, with or without an LRC, answered by ACK and NAK where the scanner wants it (D20; Metrologic).

With an LRC nothing is believed before the next frame or a silence shows that the frame really ended there: one flipped
bit can make an ETX of a C, and the LRC of what stands before it may be the very next character.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import reduce
from operator import xor
from typing import Literal

from station.framing import DEFAULT_MAX_BYTES, NS_PER_MS, Broken, Frame, Held, Resend
from station.words import Key, Saying

Lrc = Literal["none", "stx", "data"]

STX, ETX, ACK, NAK = b"\x02", b"\x03", b"\x06", b"\x15"
QUIET_MS = 50
HALF_A_FRAME_MS = 500

_MARK = re.compile(rb"\x02+|\x03")
_SEEN_BY_PEOPLE = re.compile(rb"[\x21-\x7e\x80-\xff]")
_LINE_END = re.compile(rb"[\r\n\x03]")


class _At(Enum):
    OUTSIDE = auto()
    INSIDE = auto()
    LRC = auto()
    BEHIND = auto()
    """Behind an LRC, where only a new frame, a line end or silence may follow."""


class StxFramer:
    """Cuts at STX and ETX; what comes outside is ``foreign``."""

    settle_ms = 0
    listens_ms = 0

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES, *, lrc: Lrc = "none", answer: bool = False) -> None:
        self._held = Held(max_bytes)
        self._lrc = lrc
        self._answers = answer
        self._owed = b""
        self._resend = Resend("damaged", Saying(Key.CHECKSUM_WRONG))
        self._at = _At.OUTSIDE
        self._spoiled = self._good = self._stray = False
        self._last_ns = 0
        self._steps = {_At.OUTSIDE: self._outside, _At.INSIDE: self._inside, _At.LRC: self._check, _At.BEHIND: self._behind}

    def opened(self, now_ns: int) -> None:
        """Nothing counts before an STX."""

    def late(self, heard_ns: int, now_ns: int) -> None:
        """What belongs together is told by the bytes."""

    def feed(self, data: bytes, now_ns: int) -> list[Frame | Broken]:
        """Give the frames that end with or before these bytes."""
        found, place = self.expire(now_ns), 0
        self._last_ns = now_ns
        while place < len(data):
            place, more = self._steps[self._at](data, place)
            found += more
        return found

    @property
    def due_ns(self) -> int | None:
        """When silence ends something."""
        due = [self._resend.due_ns] if self._resend.due_ns is not None else []
        if self._at is not _At.OUTSIDE or self._stray:
            due.append(self._last_ns + (QUIET_MS if self._at is _At.BEHIND else HALF_A_FRAME_MS) * NS_PER_MS)
        return min(due, default=None)

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Give what silence ends: a frame whose LRC was right, half a frame, noise."""
        found: list[Frame | Broken] = []
        if (self._at is not _At.OUTSIDE or self._stray) and self.due_ns is not None and now_ns >= self.due_ns:
            self._last_ns = now_ns
            found = self._silence()
        return found + self._resend.expire(now_ns)

    @property
    def half(self) -> bool:
        """Whether a frame has begun, or is to come again."""
        return self._at is not _At.OUTSIDE or self._resend.due_ns is not None

    def answer(self) -> bytes:
        """Give the ACK or NAK of what was fed."""
        owed, self._owed = self._owed, b""
        return owed if self._answers else b""

    def not_stored(self) -> None:
        """No answer is what a scanner takes for a failure; a NAK would make it send again at once, and for ever."""
        self._owed = b""

    def finish(self) -> list[Frame | Broken]:
        """The input ended: the same as silence."""
        return self._silence() + self._resend.give_up()

    def cut_off(self) -> list[Frame | Broken]:
        """A frame whose LRC was right counts; anything else that had begun is ``incomplete``."""
        if self._at is _At.BEHIND and self._good:
            return self._settle() + self._resend.give_up()
        half = self._at is not _At.OUTSIDE
        unmended = self._resend.give_up()
        self._reset()
        self._owed = b""
        return [Broken("incomplete", Saying(Key.CUT_OFF))] if half else unmended

    def _outside(self, data: bytes, place: int) -> tuple[int, list[Frame | Broken]]:
        found_at = data.find(STX, place)
        end = found_at if found_at >= 0 else len(data)
        self._stray = self._stray or _SEEN_BY_PEOPLE.search(data, place, end) is not None
        over = found_at >= 0 or _LINE_END.search(data, place, end) is not None
        if found_at < 0:
            return end, self._foreign() if over else []
        foreign = self._foreign()
        self._at = _At.INSIDE
        return end + 1, foreign

    def _inside(self, data: bytes, place: int) -> tuple[int, list[Frame | Broken]]:
        mark = _MARK.search(data, place)
        end = mark.start() if mark else len(data)
        # Held even where it is spoiled: a frame without end is said to be too long.
        found = self._held.hold(data[place:end])
        if mark is None:
            return end, found
        return mark.end(), found + (self._end() if mark[0] == ETX else self._begin_again())

    def _end(self) -> list[Frame | Broken]:
        if self._lrc != "none":
            self._at = _At.LRC
            return []
        self._at = _At.OUTSIDE
        # What was too long is acknowledged as well: it would only come again.
        self._owed = ACK if self._held else b""
        return self._held.end()

    def _begin_again(self) -> list[Frame | Broken]:
        """An STX inside: the ETX got lost, or, where an LRC can tell, perhaps a character became an STX."""
        if self._lrc != "none":
            self._spoil()
            return []
        return [Broken("incomplete", Saying(Key.HALF_A_FRAME)) for _ in self._held.end()]

    def _check(self, data: bytes, place: int) -> tuple[int, list[Frame | Broken]]:
        expected = reduce(xor, self._held.data, ETX[0] ^ (STX[0] if self._lrc == "stx" else 0))
        self._good = not self._spoiled and (self._held.discarding or data[place] == expected)
        self._at = _At.BEHIND
        return place + 1, []

    def _behind(self, data: bytes, place: int) -> tuple[int, list[Frame | Broken]]:
        sign = data[place : place + 1]
        if sign == STX:
            found = self._settle()
            self._at = _At.INSIDE
            return place + 1, found
        if sign not in (b"\r", b"\n"):
            self._spoil()
            self._at = _At.INSIDE
        return place + 1, []

    def _settle(self) -> list[Frame | Broken]:
        """The frame is over: give it, or the fault."""
        good, held, said = self._good, bool(self._held), self._held.discarding
        frame = self._held.end()
        self._reset()
        if not good:
            return [] if said else self._fault()
        self._resend.mended()
        self._owed = ACK if held else b""
        return frame

    def _fault(self) -> list[Frame | Broken]:
        self._owed = NAK if self._resend.ask(self._last_ns) else b""
        return [] if self._answers else self._resend.give_up()

    def _silence(self) -> list[Frame | Broken]:
        at, begun = self._at, (bool(self._held.data) or self._spoiled) and not self._held.discarding
        if at is _At.BEHIND:
            return self._settle()
        found = self._foreign()
        self._reset()
        if at is _At.OUTSIDE or not begun:
            return found
        if self._lrc != "none":
            return found + self._fault()
        return [*found, Broken("incomplete", Saying(Key.HALF_A_FRAME))]

    def _foreign(self) -> list[Frame | Broken]:
        stray, self._stray = self._stray, False
        return [Broken("foreign", Saying(Key.NO_START))] if stray else []

    def _spoil(self) -> None:
        self._held.end()
        self._spoiled = True

    def _reset(self) -> None:
        self._held.end()
        self._at = _At.OUTSIDE
        self._spoiled = self._good = self._stray = False
