"""A station said hello, changed its state, or reported a fault of a scanner."""

from __future__ import annotations

import json
from datetime import datetime

from broker import messages
from hub.core.seen import happened
from hub.core.streams import Stream, met
from hub.store.moments import from_ms, to_ms
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection


def take_hello(store: ScanStore, station: str, stream: Stream, hello: messages.Hello, now: datetime) -> Stream:
    """Give where a stream goes on after a hello; the caller writes it.

    A gap that cannot be filled becomes work for staff, and the stream goes on: never a silent stall.
    """
    if hello.lowest_seq - 1 > stream.seq:
        note = f"Scans {stream.seq + 1} to {hello.lowest_seq - 1} never came and {station} no longer has them."
        store.add_exception("gap", now, desk=None, station=station, note=note)
    return met(stream, hello.lowest_seq, hello.lowest_fault_seq)


def take_state(store: ScanStore, connection: Connection, state: messages.StationState, now: datetime, *, fresh: bool = True) -> bool:
    """Keep a station's state; gives False for a station that is not known or a will older than its birth.

    A ``fresh`` one, said just now and not kept by the broker, tells how far the station's clock is from ours.
    """
    row = connection.execute("SELECT born_at, online, state FROM station WHERE name = ?", (state.station,)).fetchone()
    if row is None:
        return False
    born, was_online, before = row
    if not state.online and born is not None and state.born_at < from_ms(born):
        return False
    connection.execute(
        "UPDATE station SET online = ?, state = ?, born_at = ? WHERE name = ?",
        (state.online, _kept(state, before), to_ms(state.born_at), state.station),
    )
    if fresh or state.online or was_online:
        # A goodbye that the broker kept is heard at every start of the hub, and the station went when it was heard first.
        connection.execute("UPDATE station SET seen_at = ? WHERE name = ?", (to_ms(now), state.station))
    if fresh and state.online:
        offset_ms = to_ms(now) - to_ms(state.at)
        connection.execute("UPDATE station SET clock_offset_ms = ? WHERE name = ?", (offset_ms, state.station))
    if state.online != bool(was_online):
        kind = "station.online" if state.online else "station.offline"
        store.add_events((kind,), None, state.station, now, json.dumps({"station": state.station, "version": state.version}))
    return True


def _kept(state: messages.StationState, before: str | None) -> str:
    """Give what is kept of a state. A goodbye says nothing but that: what the station said last, of scans that wait there, stays."""
    if state.online or before is None:
        return state.model_dump_json()
    gone = state.model_dump(mode="json", include={"online", "born_at", "at", "version"})
    return json.dumps(json.loads(before) | gone)


def take_fault(store: ScanStore, fault: messages.Fault, stream: int, now: datetime) -> None:
    """Keep a scanner's fault: never a barcode, always something staff can look up."""
    at = happened(fault.occurred_at, fault.age_ms, store.clock_offset(fault.station), now)
    store.add_fault(stream, fault.seq, fault.kind, fault.scanner, fault.detail, at)
