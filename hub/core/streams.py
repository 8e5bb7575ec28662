"""What the place of a message in its stream means: the next one, a repeat, a gap; and which positions the stations are told.

A stream is one incarnation of a station's journal. It has two lanes, scans and faults, each counted from 1. ``Memory`` is what is
known between commits and may be forgotten at any time; ``Batch`` is what one commit changes and says.

======================  =======================================  ==================================================
what came               the stream                               the answer
======================  =======================================  ==================================================
position + 1            moves on                                 the new position, ``commit``
lower (repeat)          stays                                    its position, ``commit``
higher (gap)            stays                                    its position, ``gap``: scans once, faults each time
hello                   steps over what is no longer kept        its position, ``hello``
kept by the broker,     not looked at                            none: the station says hello and sends it anew
no hello yet (stale)
======================  =======================================  ==================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal, NamedTuple

Why = Literal["hello", "commit", "gap"]
Key = tuple[str, str]
"""Station and incarnation."""


class Stream(NamedTuple):
    """How far one incarnation of a station's journal has been taken."""

    key: int
    seq: int
    fault_seq: int


class Place(Enum):
    """Where a message stands in its stream."""

    NEXT = auto()
    REPEAT = auto()
    GAP = auto()


@dataclass(slots=True)
class Memory:
    """What is known between commits."""

    resumed: bool = False
    in_hand: int = 0
    here: bool = True
    """Whether our own word has come back on this connection: what the broker delivers behind it came to the broker behind it."""
    greeted: set[Key] = field(default_factory=set)
    gap_said: dict[Key, int] = field(default_factory=dict)


@dataclass(slots=True)
class Batch:
    """The streams one commit looks at, those it moves, and why each station is told its position after it."""

    streams: dict[Key, Stream] = field(default_factory=dict)
    moved: set[Key] = field(default_factory=set)
    reasons: dict[Key, Why] = field(default_factory=dict)
    greeted: set[Key] = field(default_factory=set)
    """Those whose hello came with this batch."""
    here: bool = False
    """Whether our own word came with it."""


def connected(memory: Memory, *, resumed: bool, in_hand: int = 0) -> None:
    """A connection came about; a ``resumed`` one begins with what the broker kept while the hub was away.

    ``in_hand`` is the last connection (generation) of what was delivered and is not worked off yet.
    """
    memory.resumed, memory.in_hand, memory.here = resumed, max(in_hand, memory.in_hand), not resumed
    memory.greeted.clear()


def came_back(memory: Memory, batch: Batch, *, generation: int) -> None:
    """What we said on connecting was delivered to us; of an earlier connection it tells nothing."""
    if generation > memory.in_hand and not memory.here:
        memory.here = batch.here = True


def taken_back(memory: Memory, batch: Batch) -> None:
    """A commit failed: what it would have said of gaps is still to be said, and its hellos are still to come."""
    memory.gap_said.clear()
    memory.greeted -= batch.greeted
    memory.here = memory.here and not batch.here


def stale(memory: Memory, key: Key) -> bool:
    """Say whether a message may have waited in the broker: its age says nothing of that, and its station sends it anew."""
    return memory.resumed and key not in memory.greeted


def place_of_scan(memory: Memory, batch: Batch, key: Key, seq: int) -> Place:
    """Tell where a scan stands, and note what its station is told; ``taken`` follows when a next one was acted on."""
    there = batch.streams[key].seq
    if seq == there + 1:
        return Place.NEXT
    if seq <= there:
        batch.reasons.setdefault(key, "commit")
        return Place.REPEAT
    # Asked once to go back: the scans behind the gap are already on the wire and need no answer each.
    if memory.gap_said.get(key) != there:
        memory.gap_said[key] = there
        batch.reasons[key] = "gap"
    return Place.GAP


def scan_taken(memory: Memory, batch: Batch, key: Key, seq: int) -> None:
    """The next scan was acted on, put aside or stepped over."""
    stream = batch.streams[key]
    batch.streams[key] = Stream(stream.key, seq, stream.fault_seq)
    batch.moved.add(key)
    batch.reasons[key] = "commit"
    memory.gap_said.pop(key, None)


def place_of_fault(batch: Batch, key: Key, seq: int) -> Place:
    """Tell where a fault stands, and note what its station is told; ``fault_taken`` follows when a next one was kept."""
    there = batch.streams[key].fault_seq
    if seq > there + 1:
        batch.reasons[key] = "gap"
        return Place.GAP
    batch.reasons.setdefault(key, "commit")
    return Place.NEXT if seq == there + 1 else Place.REPEAT


def fault_taken(batch: Batch, key: Key, seq: int) -> None:
    """The next fault was kept."""
    stream = batch.streams[key]
    batch.streams[key] = Stream(stream.key, stream.seq, seq)
    batch.moved.add(key)


def met(stream: Stream, lowest_seq: int, lowest_fault_seq: int) -> Stream:
    """Give where a stream goes on after a hello: what its station no longer has is stepped over."""
    if stream.seq >= lowest_seq - 1 and stream.fault_seq >= lowest_fault_seq - 1:
        return stream
    return Stream(stream.key, max(stream.seq, lowest_seq - 1), max(stream.fault_seq, lowest_fault_seq - 1))


def fresh(memory: Memory, *, retained: bool) -> bool:
    """Say whether a hello was said to us on this connection: behind one that waited in the broker, old scans may still come."""
    return not retained and memory.here


def greeted(memory: Memory, batch: Batch, key: Key, there: Stream, *, fresh: bool) -> None:
    """A hello was met: its answer says where the stream stands, what came before it in this batch included."""
    if there != batch.streams[key]:
        batch.moved.add(key)
    batch.streams[key] = there
    batch.reasons[key] = "hello"
    if fresh and key not in memory.greeted:
        memory.greeted.add(key)
        batch.greeted.add(key)
    memory.gap_said.pop(key, None)
