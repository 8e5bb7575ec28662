"""Eight scanners and the hand that scans with them: what each types, how, and with which pauses.

A ``Hand`` is a generator of pauses: between two of them it does one thing, so one thread works all eight without waiting for any.
"""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Any, Literal

from station.layouts import load
from station.ssi import CMD_ACK, CMD_NAK, DECODE_DATA, FROM_HOST, RETRANSMIT, packet
from tests.faults.scanners.record import Record
from tests.support.event_devices import Devices
from tests.support.keyboard import TAB, ModelScanner, Style
from tests.support.ptys import PtyScanner

KEY_S = 0.001
STALL_S = (0.02, 0.15)
STALLS_INSIDE = 0.004
"""The share of characters behind which the scanner stalls."""
STALLS_BETWEEN = 0.12
SHORT_PAUSE_S = (0.003, 0.02)
CUT_SHORT = 0.002
"""The share of a keyboard's scans that stop half way, as when the plug is touched."""
CUT_PAUSE_S = 0.35
SIGNS = "0123456789" * 2 + "XYZxyz-./+%:"
ANSWER_LIMIT_S = 2.0
MOST_SENDINGS = 4
Pauses = Iterator[float]


@dataclass(frozen=True)
class Make:
    """One scanner as it is set up; its letter begins each of its barcodes."""

    letter: str
    kind: Literal["hid", "serial"]
    settings: tuple[tuple[str, Any], ...]
    style: Style = field(default_factory=Style)
    also: str = ""
    """More signs it types."""
    idle_s: float = 0
    """A longer pause inside a scan cuts it in two, and a shorter one between two joins them."""

    @property
    def setting(self) -> dict[str, Any]:
        """Give its settings by their keys."""
        return dict(self.settings)


def _hid(letter: str, layout: str, style: Style | None = None, also: str = "", **settings: Any) -> Make:
    return Make(letter, "hid", (("layout", layout), *settings.items()), style or Style(), also)


def _serial(letter: str, framing: str, baud: int, idle_s: float = 0, **settings: Any) -> Make:
    return Make(letter, "serial", (("framing", framing), ("baud", baud), *settings.items()), idle_s=idle_s)


MAKES = (
    _hid("K", "us", also="é"),
    _hid("L", "de", Style(shift="held", one_report=True, roll_over=True), also="ÄßÖ"),
    _hid("M", "fr", Style(altgr="ctrl+alt"), also="éç"),
    _hid("N", "us", Style(keypad=True, end=(TAB,)), terminator="tab"),
    _serial("P", "line", 9600),
    _serial("R", "stx", 38400, lrc="data"),
    _serial("S", "ssi", 115200),
    _serial("T", "idle", 19200, idle_s=0.3, idle_ms=300),
)


class Hand(ABC):
    """Scans with one scanner until ``more`` says that it is enough."""

    def __init__(self, make: Make, chance: random.Random, record: Record, more: Callable[[], bool]) -> None:
        self.make = make
        self._chance = chance
        self._record = record
        self._more = more
        self._number = 0

    def run(self) -> Pauses:
        """Scan and pause, again and again."""
        while self._more():
            self._number += 1
            barcode = self._barcode()
            self._record.begins(self.make.letter, barcode)
            yield from self.types(barcode)
            self._record.ended(self.make.letter, barcode)
            yield self._pause()

    @abstractmethod
    def types(self, barcode: str) -> Pauses:
        """Send one scan."""

    def _barcode(self) -> str:
        """Give one that was never there before, and that no piece of another one looks like."""
        signs = "".join(self._chance.choices(SIGNS + self.make.also, k=self._chance.randint(4, 12)))
        return f"{self.make.letter}{self._number:06}{signs}{self.make.letter}"

    def _pause(self) -> float:
        return self._chance.uniform(*(STALL_S if self._chance.random() < STALLS_BETWEEN else SHORT_PAUSE_S)) + 2 * self.make.idle_s

    def _beat(self) -> float:
        return self._chance.uniform(*STALL_S) if self._chance.random() < STALLS_INSIDE else KEY_S


class KeyboardHand(Hand):
    """Types on one of the model keyboards."""

    def __init__(
        self, make: Make, chance: random.Random, record: Record, more: Callable[[], bool], *, devices: Devices, number: int
    ) -> None:
        super().__init__(make, chance, record, more)
        self._devices = devices
        self._place = number
        self._model = ModelScanner(load(make.setting["layout"]), make.style)

    def types(self, barcode: str) -> Pauses:
        """Press and release; a character is two reports or more."""
        reports = self._model.types(barcode)
        cut = self._chance.randrange(4, len(reports) - 4) if self._chance.random() < CUT_SHORT else None
        for place, report in enumerate(reports):
            if place == cut:
                self._record.cut_short(self.make.letter, barcode)
                self._let_go()
                yield CUT_PAUSE_S
                return
            self._devices.type(self._place, report, time.monotonic_ns())
            yield self._beat() / 2

    def _let_go(self) -> None:
        self._devices.type(self._place, tuple((key, 0) for key in range(128)), time.monotonic_ns())


class LineHand(Hand):
    """Sends bytes over a pseudo-terminal."""

    def __init__(self, make: Make, chance: random.Random, record: Record, more: Callable[[], bool], *, pty: PtyScanner) -> None:
        super().__init__(make, chance, record, more)
        self._pty = pty

    def types(self, barcode: str) -> Pauses:
        """Send one frame."""
        yield from self._send(framed(self.make.setting["framing"], barcode.encode()), barcode)

    def _send(self, frame: bytes, barcode: str) -> Pauses:
        pieces, last_s = [b""], time.monotonic()
        for place in range(len(frame)):
            sign, now_s = frame[place : place + 1], time.monotonic()
            if place and self.make.idle_s and now_s - last_s > self.make.idle_s * 0.6:
                # Not our wish: the machine kept us. What is cut there was scanned so.
                pieces.append(b"")
            last_s = now_s
            pieces[-1] += sign
            self._pty.offer(sign)
            yield self._beat()
        if len(pieces) > 1:
            self._record.torn(self.make.letter, [piece.decode() for piece in pieces])


class SsiHand(LineHand):
    """Sends packets and waits for the answer to each; sends again without one, as scanners do."""

    def types(self, barcode: str) -> Pauses:
        """Send until it is acknowledged."""
        data, heard = b"\x03" + barcode.encode(), len(self._pty.heard)
        for sending in range(MOST_SENDINGS):
            if sending:
                self._record.again(self.make.letter, barcode)
            yield from self._send(packet(DECODE_DATA, data, source=0, status=RETRANSMIT if sending else 0), barcode)
            end_s = time.monotonic() + ANSWER_LIMIT_S
            while not (answers := self._pty.heard[heard:]) and time.monotonic() < end_s:
                yield KEY_S * 2
            heard += len(answers)
            if answers.startswith(bytes([4, CMD_ACK, FROM_HOST])):
                return
            if answers.startswith(bytes([5, CMD_NAK, FROM_HOST])):
                continue


def framed(framing: str, data: bytes) -> bytes:
    """Give what a scanner with this framing sends; with STX, an LRC over the data."""
    match framing:
        case "stx":
            return b"\x02" + data + b"\x03" + bytes([reduce(xor, data, 3)])
        case "ssi":
            return packet(DECODE_DATA, b"\x03" + data, source=0)
        case "idle":
            return data
        case _:
            return data + b"\r\n"
