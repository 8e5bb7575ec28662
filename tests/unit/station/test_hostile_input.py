"""A hundred thousand hostile inputs through every framing and the reading: no exception, no memory, nothing but barcodes."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable

import pytest

from station.framing import Broken, Frame, Framer, IdleFramer, LineFramer
from station.reading import GROUP_SEPARATOR, Reading, Rules, read
from station.ssi import SsiFramer, packet
from station.stx import StxFramer

MAX_BYTES = 512
INPUTS_EACH = 20_000
TEN_MEGABYTES = 10 * 1024 * 1024
FRAMERS: dict[str, Callable[[], Framer]] = {
    "line": LineFramer,
    "idle": IdleFramer,
    "stx": StxFramer,
    "stx and lrc": lambda: StxFramer(lrc="data", answer=True),
    "ssi": SsiFramer,
}
RULES = Rules(prefix="~", suffix="#", aim_map=(("j", "C0"),))

PIECES = (
    b"\x00",
    bytes(range(32)),
    b"\x7f\x80\x81\x9f\xff",
    b"\x02",
    b"\x03",
    b"\x023000\x03",
    b"\x023000\x03\x00",
    b"\r",
    b"\n",
    b"30000000000012",
    b"~]C0ABC#",
    b"]Y6ab",
    b"]",
    b"\x16M\rPAPHHF.",  # Honeywell: a menu command
    b"$+$!",  # Datalogic: into service mode
    b"\x1b[2J\x1b]0;title\x07",
    b"%HS-UNDO",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    "Müller".encode("cp1252"),
    b"\x1d",
    b"'; DROP TABLE item; --",
    packet(0xF3, b"\x033000", source=0),
    packet(0xF3, b"\x033000\x00", source=0)[:-1],
    packet(0xF3, b"\x03" + b"x" * 240, source=0, status=2),
    b"\xff\xf3\x00\x00",
    b"x" * 400,
)


def hostile(chance: random.Random) -> bytes:
    """Give one input: some pieces, then some noise."""
    return b"".join(chance.choices(PIECES, k=chance.randint(1, 4))) + chance.randbytes(chance.choice((0, 0, 0, 6)))


def is_a_barcode(text: str) -> bool:
    return (
        text != ""
        and text == text.strip()
        and text[0] != GROUP_SEPARATOR != text[-1]
        and all(sign.isprintable() or sign == GROUP_SEPARATOR for sign in text)
    )


def wrong(found: list[Frame | Broken]) -> list[object]:
    """Give what became a barcode and must not."""
    readings = [read(each.data, RULES) for each in found if isinstance(each, Frame)]
    return [each for each in readings if isinstance(each, Reading) and not (is_a_barcode(each.barcode) and (each.aim or "A").isalnum())]


@pytest.mark.parametrize("framing", FRAMERS)
def test_nothing_but_allowed_characters_becomes_a_barcode(framing: str) -> None:
    chance, framer, now_ns, frames, bad = random.Random(framing), FRAMERS[framing](), 0, 0, []
    for _ in range(INPUTS_EACH):
        found = framer.feed(hostile(chance), now_ns)
        now_ns += chance.choice((1, 10, 60, 700)) * 1_000_000
        found += framer.expire(now_ns)
        assert len(framer.answer()) < 100
        frames += sum(isinstance(each, Frame) for each in found)
        bad += wrong(found)
    assert bad == []
    assert frames > INPUTS_EACH // 200


@pytest.mark.parametrize("framing", FRAMERS)
@pytest.mark.parametrize("filling", [b"x", b"\x00", b"\x02", b"\xff\xf3\x00\x00"])
def test_ten_megabytes_without_an_end_take_no_memory(framing: str, filling: bytes) -> None:
    framer, slice_ = FRAMERS[framing](), filling * (65536 // len(filling))
    tracemalloc.start()
    for number in range(TEN_MEGABYTES // len(slice_)):
        framer.feed(slice_, number)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
