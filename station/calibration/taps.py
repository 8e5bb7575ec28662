"""Scanners opened for calibration: raw keys, raw bytes; and what of the calibration is different between the two."""

from __future__ import annotations

import os
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from station.calibration import from_bytes, from_keys
from station.calibration.findings import Findings
from station.calibration.from_bytes import RATES, Chunk, Rate
from station.calibration.texts import Seen, bars_in
from station.calibration.words import Remark, Word
from station.errors import StationError
from station.framing import Frame
from station.keyboard import CTRLS, MODIFIERS
from station.keymap import EV_KEY, PRESS, KeyEvent
from station.scanners.event_device import Device
from station.scanners.one_keyboard import NotOpened, open_keyboard
from station.scanners.serial_port import Port, open_port, why_not
from station.ssi import SsiFramer

READ_BYTES = 4096
C_KEY = 46

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)


class Tap(Protocol[E_co]):
    """An open scanner."""

    def fileno(self) -> int:
        """Give what can be waited for."""

    def read(self) -> Sequence[E_co]:
        """Give what waits; OSError when the scanner is gone."""

    def close(self) -> None:
        """Let it go."""


class Subject(Protocol[E]):
    """A scanner that is calibrated."""

    name: str

    def open(self) -> Tap[E]:
        """Open it as it is thought to be set; StationError when it cannot be had."""

    def bars_of(self, trace: Sequence[E]) -> Sequence[Seen]:
        """Give the bars of the card in a trace."""

    def hurt(self, trace: Sequence[E]) -> Remark | None:
        """Say that a part of the trace was lost on its way."""

    def stops(self, trace: Sequence[E]) -> bool:
        """Whether this is no scan, but a person who wants to stop."""

    def another_way(self) -> Remark | None:
        """Try another way to open it, where there is one; it must be opened again then."""

    def better(self, trace: Sequence[E]) -> tuple[Sequence[E], Remark | None]:
        """Give a trace with bars as the right way to open it would have given it; a remark where it must be opened again for that."""

    def findings(self, traces: Mapping[int, Sequence[E]]) -> Findings:
        """Give its settings by the card."""


@dataclass(slots=True)
class KeyboardScanner:
    """A scanner that types; ``open_device`` is the kernel's, or a model's."""

    name: str
    match: str
    layout: str
    open_device: Callable[[str], Device] = open_keyboard

    def open(self) -> Tap[KeyEvent]:
        """Open and grab it."""
        try:
            return self.open_device(self.match)
        except NotOpened as error:
            raise StationError(f"The scanner cannot be calibrated: {error.why}.") from error

    def bars_of(self, trace: Sequence[KeyEvent]) -> Sequence[Seen]:
        """Give the bars, in whichever layout they are."""
        return from_keys.bars_of(trace)

    def hurt(self, trace: Sequence[KeyEvent]) -> Remark | None:
        """Say that keys were lost."""
        return Remark(Word.KEYS_LOST) if from_keys.lost(trace) else None

    def stops(self, trace: Sequence[KeyEvent]) -> bool:
        """Whether it is Ctrl+C alone: a keyboard taken for a scanner is the only one its owner may have."""
        pressed = {event.code for event in trace if event.type == EV_KEY and event.value == PRESS}
        return bool(pressed & CTRLS) and pressed - MODIFIERS == {C_KEY}

    def another_way(self) -> Remark | None:
        """There is none."""
        return None

    def better(self, trace: Sequence[KeyEvent]) -> tuple[Sequence[KeyEvent], Remark | None]:
        """Give it as it is."""
        return trace, None

    def findings(self, traces: Mapping[int, Sequence[KeyEvent]]) -> Findings:
        """Give layout, terminator and the rest."""
        return from_keys.findings(traces, now=self.layout)


class LineTap:
    """A serial port; Zebra's packets are acknowledged, or each would come again."""

    def __init__(self, port: Port, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._ssi = SsiFramer()
        self.fileno, self.close = port.fileno, port.close

    def read(self) -> list[Chunk]:
        """Give the bytes that wait."""
        data = os.read(self.fileno(), READ_BYTES)
        if not data:
            raise OSError("unplugged")
        chunk = Chunk(self._clock(), data)
        framed = [each for each in self._ssi.feed(data, chunk.t_ns) if isinstance(each, Frame)]
        answer = self._ssi.answer()
        # Only for a bar of the card: other scanners' bytes may look like half a packet, and want no answer.
        if any(bars_in(each.data.decode("latin-1")) for each in framed):
            os.write(self.fileno(), answer)
        return [chunk]


class LineScanner:
    """A serial scanner; ``rate`` is tried first."""

    def __init__(self, name: str, path: str, rate: Rate, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self.name = name
        self._path = path
        self._clock = clock
        self._rates = [rate, *(each for each in RATES if each != rate)]
        self._place = 0
        self._sure = False

    @property
    def rate(self) -> Rate:
        """How it is opened."""
        return self._rates[self._place]

    def open(self) -> Tap[Chunk]:
        """Open it at the rate in hand."""
        try:
            return LineTap(open_port(self._path, self.rate.baud, self.rate.bits), self._clock)
        except (OSError, ValueError, termios.error) as error:
            raise StationError(f"The scanner cannot be calibrated: {why_not(self._path, error)}.") from error

    def bars_of(self, trace: Sequence[Chunk]) -> Sequence[Seen]:
        """Give the bars."""
        return from_bytes.bars_of(trace)

    def hurt(self, trace: Sequence[Chunk]) -> Remark | None:
        """Nothing tells that bytes were lost."""
        return None

    def stops(self, trace: Sequence[Chunk]) -> bool:
        """Nobody types here."""
        return False

    def another_way(self) -> Remark | None:
        """Go on to the next rate, until a bar was read."""
        if self._sure:
            return None
        self._place = (self._place + 1) % len(self._rates)
        return Remark(Word.OTHER_RATE, {"baud": self.rate.baud, "bits": self.rate.bits})

    def better(self, trace: Sequence[Chunk]) -> tuple[Sequence[Chunk], Remark | None]:
        """Take off a parity that came as an eighth bit."""
        bits = from_bytes.bits_of(trace) if self.rate.bits == "8N1" else None
        if bits in (None, "8N1"):
            self._sure = self._sure or bool(self.bars_of(trace))
            return trace, None
        self._rates.insert(0, Rate(self.rate.baud, bits or "8N1"))
        self._place, self._sure = 0, True
        return from_bytes.without_parity(trace), Remark(Word.RATE_FOUND, {"bits": self.rate.bits})

    def findings(self, traces: Mapping[int, Sequence[Chunk]]) -> Findings:
        """Give rate, framing and the rest."""
        return from_bytes.findings(traces, self.rate)
