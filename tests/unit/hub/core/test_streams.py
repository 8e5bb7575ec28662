"""Streams: the next one, a repeat, a gap, and which hello lets scans in after the broker kept some."""

from __future__ import annotations

from hub.core import streams
from hub.core.streams import Batch, Memory, Place, Stream

KEY = ("rs-1", "journal")


def batch(seq: int = 4, fault_seq: int = 2) -> Batch:
    """Give a batch that has looked up one stream."""
    return Batch({KEY: Stream(1, seq, fault_seq)})


def test_a_gap_is_pointed_out_once_and_again_after_a_commit_that_failed() -> None:
    memory = Memory()
    said = [streams.place_of_scan(memory, work := batch(), KEY, 9) is Place.GAP and work.reasons.get(KEY) for _ in range(2)]
    streams.taken_back(memory, batch())
    work = batch()
    streams.place_of_scan(memory, work, KEY, 9)
    assert [*said, work.reasons[KEY]] == ["gap", None, "gap"]


def test_a_hello_lets_scans_in_only_if_it_came_behind_our_own_word() -> None:
    memory = Memory()
    streams.connected(memory, resumed=True, in_hand=3)
    assert not streams.fresh(memory, retained=False)
    streams.came_back(memory, batch(), generation=3)
    assert not streams.fresh(memory, retained=False), "our word of an earlier connection"
    streams.came_back(memory, batch(), generation=4)
    assert streams.fresh(memory, retained=False)
    assert not streams.fresh(memory, retained=True)
    streams.greeted(memory, batch(), KEY, Stream(1, 4, 2), fresh=False)
    assert streams.stale(memory, KEY)
    streams.greeted(memory, batch(), KEY, Stream(1, 4, 2), fresh=True)
    assert not streams.stale(memory, KEY)


def test_our_own_word_is_still_to_come_where_its_commit_failed() -> None:
    memory = Memory()
    streams.connected(memory, resumed=True)
    streams.came_back(memory, failed := batch(), generation=1)
    streams.taken_back(memory, failed)
    assert not memory.here
    streams.came_back(memory, batch(), generation=1)
    streams.taken_back(memory, batch())
    assert memory.here


def test_a_new_session_keeps_nothing_for_us_to_wait_for() -> None:
    memory = Memory()
    streams.connected(memory, resumed=False)
    assert streams.fresh(memory, retained=False)


def test_a_hello_whose_commit_failed_is_still_to_come() -> None:
    memory = Memory()
    streams.connected(memory, resumed=True)
    streams.greeted(memory, failed := batch(), KEY, Stream(1, 4, 2), fresh=True)
    streams.taken_back(memory, failed)
    assert streams.stale(memory, KEY)
    streams.greeted(memory, batch(), KEY, Stream(1, 4, 2), fresh=True)
    streams.greeted(memory, again := batch(), KEY, Stream(1, 4, 2), fresh=True)
    # The one before it is on disk.
    streams.taken_back(memory, again)
    assert not streams.stale(memory, KEY)


def test_a_fault_moves_only_the_faults() -> None:
    work = batch()
    assert streams.place_of_fault(work, KEY, 3) is Place.NEXT
    streams.fault_taken(work, KEY, 3)
    assert work.streams[KEY] == Stream(1, 4, 3)
    assert work.reasons[KEY] == "commit"
