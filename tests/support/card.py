"""Scanners that scan the calibration card: one that types (``keyboard``), and one on a line, set up as a test says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor

from station.calibration.from_bytes import Chunk
from station.calibration.texts import CARD, GUARDS, Bar, Symbology
from station.keymap import KeyEvent
from station.layouts import Layout
from station.ssi import DECODE_DATA, packet
from tests.support.keyboard import MS, ModelScanner, Style, events

AIM: dict[Symbology, str] = {"code128": "]C0", "code39": "]A0", "codabar": "]F0"}
HONEYWELL: dict[Symbology, str] = {"code128": "j", "code39": "b", "codabar": "a"}
BETWEEN_NS = 2000 * MS


@dataclass(frozen=True)
class Setup:
    """What a scanner puts around a barcode; ``guards`` where it sends the start and stop of Codabar and the stars of Code 39."""

    prefix: str = ""
    suffix: str = ""
    letters: dict[Symbology, str] | None = None
    guards: bool = False
    letters_first: bool = False

    def text(self, symbology: Symbology, text: str) -> str:
        """Give a barcode with what is around it, without its end."""
        letters = (self.letters or {}).get(symbology, "")
        before = letters + self.prefix if self.letters_first else self.prefix + letters
        start, stop = GUARDS[symbology] if self.guards else ("", "")
        return f"{before}{start}{text}{stop}{self.suffix}"

    def bar(self, bar: Bar) -> str:
        """Give a bar of the card with what is around it."""
        return self.text(bar.symbology, bar.text)


def typed_text(layout: Layout, style: Style, text: str, *, start_ns: int = 0, gap_ms: int = 2) -> list[KeyEvent]:
    """Give the events of one scan."""
    return typed_texts(layout, style, {0: text}, start_ns=start_ns, gap_ms=gap_ms)[0]


def typed_texts(
    layout: Layout, style: Style, texts: dict[int, str], *, start_ns: int = BETWEEN_NS, gap_ms: int = 2
) -> dict[int, list[KeyEvent]]:
    """Give the events of several scans, one after the other."""
    scanner, found, now_ns = ModelScanner(layout, style), dict[int, list[KeyEvent]](), start_ns
    for number, text in texts.items():
        found[number] = events(scanner.types(text), now_ns, gap_ms * MS)
        now_ns = found[number][-1].t_ns + BETWEEN_NS
    return found


def typed_card(layout: Layout, style: Style, setup: Setup, *, gap_ms: int = 2, bars: tuple[Bar, ...] = CARD) -> dict[int, list[KeyEvent]]:
    """Give what a scanner types for the bars of the card, one after the other."""
    return typed_texts(layout, style, {bar.number: setup.bar(bar) for bar in bars}, gap_ms=gap_ms)


def framed(text: str, framing: str) -> bytes:
    """Give a scan as a serial scanner sends it: with an end like ``\\r``, nothing, ``stx``, ``stx lrc``, ``stx lrc of data`` or ``ssi``."""
    data = text.encode("latin-1")
    match framing:
        case "stx":
            return b"\x02" + data + b"\x03"
        case "stx lrc":
            return b"\x02" + data + b"\x03" + bytes([reduce(xor, b"\x02" + data + b"\x03")])
        case "stx lrc of data":
            return b"\x02" + data + b"\x03" + bytes([reduce(xor, data + b"\x03")])
        case "ssi":
            return packet(DECODE_DATA, b"\x03" + data, source=0)
        case end:
            return data + end.encode("latin-1")


def sent_card(framing: str, setup: Setup, *, slice_bytes: int = 1000, gap_ms: int = 2) -> dict[int, list[Chunk]]:
    """Give what a serial scanner sends for the bars of the card, so many bytes a read."""
    found: dict[int, list[Chunk]] = {}
    for place, bar in enumerate(CARD):
        data = framed(setup.bar(bar), framing)
        pieces = [data[begin : begin + slice_bytes] for begin in range(0, len(data), slice_bytes)]
        found[bar.number] = [Chunk((place + 1) * BETWEEN_NS + at * gap_ms * MS, piece) for at, piece in enumerate(pieces)]
    return found


def with_parity(data: bytes, parity: str) -> bytes:
    """Give seven bits with even (E) or odd (O) parity as a line of eight bits reads them."""
    wanted = 0 if parity == "E" else 1
    return bytes(each | (0x80 if each.bit_count() % 2 != wanted else 0) for each in data)
