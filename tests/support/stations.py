"""Stations of a test that say how they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from broker import __version__
from broker.messages import Hello, ScannerState, SettingsState, StationState
from hub.flows.take_station import take_state
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection
from tests.support.web import TestDoors

JOURNAL = "00000000-0000-7000-8000-0000000000aa"
HERE = ScannerState(name="usb-Honeywell_1900", kind="serial", present=True)
GONE = ScannerState(name="usb-Zebra_DS2208", kind="serial", present=False, detail="/dev/serial/by-id/usb-Zebra_DS2208 is not there")


def says(
    doors: TestDoors, station: str, *, online: bool = True, settings: SettingsState | None = None, at: datetime | None = None, **fields: Any
) -> None:
    """Let a station say its state."""
    now = doors.now()
    hello = Hello(incarnation=JOURNAL, lowest_seq=1, next_seq=1, lowest_fault_seq=1, next_fault_seq=1) if online else None
    state = StationState.model_validate(
        {"v": 2, "station": station, "online": online, "born_at": now - timedelta(hours=3), "at": at or now, "version": __version__}
        | {"hello": hello, "scanners": (HERE,) if online else (), "settings": settings}
        | fields
    )

    def take(connection: Connection) -> None:
        assert take_state(ScanStore(connection), connection, state, now)

    doors.write(take)
