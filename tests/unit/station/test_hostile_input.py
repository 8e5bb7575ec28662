"""A hundred thousand hostile inputs through every framing, the keys and the reading: no exception, no memory, nothing but barcodes."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable

import pytest

from station import layouts
from station.framing import Broken, Frame, Framer, IdleFramer, LineFramer
from station.keymap import KeyDecoder, KeyRules
from station.reading import Reading, Rules, read
from station.scanners import wire
from station.ssi import SsiFramer
from station.stx import StxFramer
from tests.support.hostile import hostile_bytes, hostile_keys, is_a_barcode

MAX_BYTES = 512
INPUTS_EACH = 19_500
KEY_INPUTS_EACH = 1_000
TEN_MEGABYTES = 10 * 1024 * 1024
FRAMERS: dict[str, Callable[[], Framer]] = {
    "line": LineFramer,
    "idle": IdleFramer,
    "stx": StxFramer,
    "stx and lrc": lambda: StxFramer(lrc="data", answer=True),
    "ssi": SsiFramer,
}
KEY_RULES = {
    "us": KeyRules(),
    "de": KeyRules(terminator="none", control="keep", backspace=True, alt_unicode=True),
    "fr": KeyRules(terminator="tab", max_length=64, alt_unicode=True),
}
RULES = Rules(prefix="~", suffix="#", aim_map=(("j", "C0"),))


def wrong(found: list[Frame | Broken]) -> list[object]:
    """Give what became a barcode and must not."""
    readings = [read(each.data, RULES) for each in found if isinstance(each, Frame)]
    return [each for each in readings if isinstance(each, Reading) and not (is_a_barcode(each.barcode) and (each.aim or "A").isalnum())]


@pytest.mark.parametrize("framing", FRAMERS)
def test_nothing_but_allowed_characters_becomes_a_barcode(framing: str) -> None:
    chance, framer, now_ns, frames, bad = random.Random(framing), FRAMERS[framing](), 0, 0, []
    for _ in range(INPUTS_EACH):
        found = framer.feed(hostile_bytes(chance), now_ns)
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


@pytest.mark.parametrize("layout", KEY_RULES)
def test_keys_that_no_kernel_should_say_make_nothing_but_barcodes(layout: str) -> None:
    assert keys_typed(layout, KEY_INPUTS_EACH) > KEY_INPUTS_EACH // 50


@pytest.mark.parametrize("layout", KEY_RULES)
def test_keys_that_no_kernel_should_say_take_no_memory(layout: str) -> None:
    keys_typed(layout, 20)
    tracemalloc.start()
    keys_typed(layout, 200)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def keys_typed(layout: str, inputs: int) -> int:
    """Type; give how many frames came of it, all of which are barcodes or faults, also on their way to the agent."""
    chance, keys, now_ns, frames = random.Random(layout), KeyDecoder(layouts.load(layout), KEY_RULES[layout]), 10**12, 0
    keys.opened((), now_ns)
    for _ in range(inputs):
        found = keys.feed(hostile_keys(chance, now_ns))
        now_ns += chance.choice((10, 150, 400, 1500)) * 1_000_000
        if keys.needs_keys and chance.random() < 0.9:
            keys.resync(set(chance.choices(range(256), k=3)), now_ns)
        found += keys.idle(now_ns)
        frames += sum(isinstance(each, Frame) for each in found)
        assert wrong([over_the_wire(each, now_ns) for each in found]) == []
    return frames


def over_the_wire(what: Frame | Broken, now_ns: int) -> Frame | Broken:
    heard = wire.said(wire.said_line(wire.Ended(0, now_ns, what)))
    assert isinstance(heard, wire.Ended)
    return heard.what
