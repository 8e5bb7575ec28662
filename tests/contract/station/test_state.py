"""What a station says of itself, to a hub that reads all of it and to one that does not."""

from __future__ import annotations

import json
from datetime import timedelta

from broker.codec import decode
from broker.messages import FaultKind, StationState
from station.disk_room import MIB
from station.journal import Lane
from tests.contract.station.conftest import ROOT, Bench
from tests.support.brokers import until

STATE = ROOT.topic("state", station="main-1")
BARCODE = "30000000000017"
SECOND = {"faults_by_kind", "clock_offset_ms", "disk_free_bytes", "disk_low", "boot", "up_s", "settings"}


def on_the_wire(bench: Bench) -> list[dict[str, object]]:
    """Every state that was published, as it was written."""
    return [json.loads(payload) for topic, payload in bench.broker.published if topic == STATE]


def state_of(bench: Bench) -> StationState:
    """What is retained now."""
    state = decode(StationState, bench.broker.retained[STATE])
    assert isinstance(state, StationState)
    return state


async def test_a_heartbeat_tells_disk_boot_clock_and_faults_by_kind(bench: Bench) -> None:
    bench.free = 5_000 * MIB
    bench.hub.clock_ahead = timedelta(hours=3)
    await bench.online()
    bench.pty.write(b"30\x0000\r")
    bench.pty.write(b"9" * 600 + b"\r")
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: state_of(bench).clock_offset_ms is not None, "the clock's offset")
    await until(lambda: len(state_of(bench).faults_by_kind or {}) == 2, "the faults")
    state = state_of(bench)
    assert (state.v, state.disk_free_bytes, state.disk_low) == (2, 5_000 * MIB, False)
    assert state.faults_by_kind == {FaultKind.DAMAGED: 1, FaultKind.TOO_LONG: 1}
    assert state.boot == "boot-1"
    assert (state.up_s or 0) > 0
    # Three hours, and at most the way of one answer.
    assert abs((state.clock_offset_ms or 0) - 3 * 3_600_000) < 2_000


async def test_when_nothing_waits_any_more_the_hub_is_told_before_the_next_heartbeat(bench: Bench) -> None:
    station = bench.start_station()
    await until(lambda: "station main-1 ready" in station.announced, "the station to be ready")
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: station.agent._journal.bounds(Lane.SCANS).next_seq == 2, "the scan in the journal")
    await bench.start_hub()
    await until(lambda: state_of(bench).waiting == 1, "a scan that waits")
    await until(lambda: state_of(bench).waiting == 0, "none that waits", limit_s=5)


async def test_a_hub_of_an_earlier_version_never_hears_what_it_would_refuse(bench: Bench) -> None:
    bench.hub.program = "0.1.0"
    await bench.online()
    bench.pty.write(b"30\x0000\r")
    await until(lambda: state_of(bench).faults == 1, "the fault in the state")
    assert [state["v"] for state in on_the_wire(bench)] == [1] * len(on_the_wire(bench))
    assert not {name for state in on_the_wire(bench) for name in state} & SECOND


async def test_will_and_goodbye_are_what_every_hub_reads(bench: Bench) -> None:
    station = await bench.online()
    await until(lambda: state_of(bench).v == 2, "the second version")
    bench.broker.drop("main-1")
    await until(lambda: on_the_wire(bench)[-1]["online"] is True and len(on_the_wire(bench)) > 3, "the station to be back")
    await station.stop()
    gone = [state for state in on_the_wire(bench) if not state["online"]]
    assert len(gone) == 2
    assert [state["v"] for state in gone] == [1, 1]
    assert not {name for state in gone for name in state} & SECOND


async def test_a_hub_set_back_to_an_earlier_version_is_spoken_to_as_before(bench: Bench) -> None:
    await bench.online()
    await until(lambda: state_of(bench).v == 2, "the second version")
    await bench.stop_hub()
    bench.hub.program = "0.1.0"
    await bench.start_hub()
    await until(lambda: state_of(bench).v == 1, "the first version")


async def test_a_disk_nearly_full_is_said_at_the_desk_and_in_the_state(bench: Bench) -> None:
    bench.free = 12 * MIB
    station = await bench.online()
    words = "The disk is nearly full (12 MB free): make room, or soon no scan can be stored."
    await until(lambda: state_of(bench).problem == words, "the problem in the state")
    assert [note["words"] for note in station.shown("note") if note["kind"] == "problem"] == [words]
    await until(lambda: state_of(bench).disk_low is True, "the mark in the state")
    # And scans are stored all the same.
    bench.pty.write(BARCODE.encode() + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE], "the scan")
