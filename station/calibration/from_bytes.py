"""What a serial scanner sent for the bars of the card, to its settings (D19-D21).

Each framing is tried by the station's own framer; the first that gives every bar as one frame, with the same around it, is right.
Seven bits with parity, read as eight bits, show as a parity in the eighth: no second try at the line is needed for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from station.calibration.around import Around, around
from station.calibration.findings import Findings, Value, idle_ms, of_around, remarks_of_around
from station.calibration.texts import ONE_CASE, Seen, bars_in, changed_bars_in
from station.calibration.words import Remark, Word
from station.framing import Broken, Frame, Framer, IdleFramer, LineFramer
from station.ssi import SsiFramer
from station.stx import StxFramer

Bits = Literal["8N1", "7E1", "7O1"]
Framing = Literal["line", "stx", "idle", "ssi"]

SILENCE_MS = 50
LONG_SILENCE_MS = 500
APART_NS = 10_000_000_000


class Chunk(NamedTuple):
    """What one read gave, and when, in nanoseconds."""

    t_ns: int
    data: bytes


ByteTrace = Sequence[Chunk]


@dataclass(frozen=True, slots=True)
class Rate:
    """How the port was opened."""

    baud: int
    bits: str


RATES = (Rate(9600, "8N1"), Rate(115200, "8N1"), Rate(9600, "7E1"), Rate(115200, "7E1"), Rate(19200, "8N1"), Rate(38400, "8N1"))
"""In the order they are tried; USB-COM ports take any."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to cut what came."""

    framing: Framing
    make: Callable[[int], Framer]
    settings: Mapping[str, Value]


WAYS = (
    Way("ssi", lambda idle: SsiFramer(), {}),
    Way("line", lambda idle: LineFramer(), {}),
    Way("stx", lambda idle: StxFramer(lrc="data"), {"lrc": "data"}),
    Way("stx", lambda idle: StxFramer(lrc="stx"), {"lrc": "stx"}),
    Way("stx", lambda idle: StxFramer(), {}),
    Way("idle", lambda idle: IdleFramer(idle_ms=idle), {}),
)


def bits_of(trace: ByteTrace) -> Bits | None:
    """Give how a trace with a bar in it was sent, where it was read as eight bits; None where there is no bar in it."""
    data = b"".join(chunk.data for chunk in trace)
    if bars_in(data.decode("latin-1")):
        return "8N1"
    bare = bytes(each & 0x7F for each in data)
    if not bars_in(bare.decode("latin-1")):
        return None
    odd = {each.bit_count() % 2 for each in data}
    return None if len(odd) != 1 else "7O1" if odd == {1} else "7E1"


def without_parity(trace: ByteTrace) -> list[Chunk]:
    """Give a trace as it would have come on a line of seven bits."""
    return [Chunk(chunk.t_ns, bytes(each & 0x7F for each in chunk.data)) for chunk in trace]


def bars_of(trace: ByteTrace) -> list[Seen]:
    """Give the bars in a trace."""
    text = b"".join(chunk.data for chunk in trace).decode("latin-1")
    return bars_in(text) or changed_bars_in(text)


def longest_pause_ns(trace: ByteTrace) -> int:
    """Give the longest time between two reads of one scan."""
    return max((later.t_ns - earlier.t_ns for earlier, later in pairwise(trace)), default=0)


def findings(traces: Mapping[int, ByteTrace], rate: Rate) -> Findings:
    """Give the settings of the scanner that sent these bars at this rate."""
    changed = next((each.said for trace in traces.values() for each in bars_of(trace) if each.said in ONE_CASE), None)
    if changed:
        return Findings(None, (Remark(changed),))
    idle = idle_ms(max(longest_pause_ns(trace) for trace in traces.values()), SILENCE_MS)
    why: Remark | None = None
    for way in WAYS:
        found = _around(traces, way.make(idle))
        if isinstance(found, Remark):
            # The plainest framing in which all bars are there says best what is wrong.
            why = why or found
        elif found is not None:
            return _found(way, idle, rate, *found)
    return Findings(None, (why or Remark(Word.NO_FRAMING),))


def _found(way: Way, idle: int, rate: Rate, found: Around, seen: Sequence[Seen]) -> Findings:
    settings: dict[str, Value | None] = {
        "baud": rate.baud,
        "bits": rate.bits if rate.bits != "8N1" else None,
        "framing": way.framing,
        "lrc": None,
        "idle_ms": idle if way.framing == "idle" else None,
        **way.settings,
    }
    remarks = [Remark(Word.RATE, {"baud": rate.baud, "bits": rate.bits}), _said_of(way, idle)]
    return Findings(settings | of_around(found), (*remarks, *remarks_of_around(found, seen)))


def _said_of(way: Way, idle: int) -> Remark:
    match way.framing:
        case "ssi":
            return Remark(Word.FRAMED_SSI)
        case "stx":
            return Remark(Word.FRAMED_STX, {"lrc": way.settings.get("lrc", "none")})
        case "line":
            return Remark(Word.FRAMED_LINE)
        case "idle":
            return Remark(Word.NO_END_OF_BYTES, {"idle": idle})


def _around(traces: Mapping[int, ByteTrace], framer: Framer) -> tuple[Around, list[Seen]] | Remark | None:
    """Give what is around the bars with this framer; None where it does not give each as one frame."""
    seen: list[Seen] = []
    begin_ns = 0
    for number, trace in traces.items():
        begin_ns += APART_NS
        text = _one_frame(framer, [Chunk(chunk.t_ns - trace[0].t_ns + begin_ns, chunk.data) for chunk in trace])
        begin_ns += trace[-1].t_ns - trace[0].t_ns
        found = [] if text is None else bars_in(text)
        if [each.bar.number for each in found] != [number]:
            return None
        seen += found
    if framer.cut_off():
        return None
    what = around(seen)
    return what if isinstance(what, Remark) else (what, seen)


def _one_frame(framer: Framer, trace: ByteTrace) -> str | None:
    found: list[Frame | Broken] = []
    for chunk in trace:
        found += framer.feed(chunk.data, chunk.t_ns)
    found += framer.expire(trace[-1].t_ns + LONG_SILENCE_MS * 1_000_000) if trace else []
    framer.answer()
    match found:
        case [Frame(data)]:
            return data.decode("latin-1")
        case _:
            return None
