"""One made-up message for each row of the topic table: for the documents, for tests, for whoever writes a reader."""

from __future__ import annotations

from datetime import UTC, datetime

from broker.answers import Outcome, Tone
from broker.messages import (
    Count,
    DeskCounts,
    Event,
    Fault,
    FaultKind,
    Hello,
    HubState,
    Message,
    Notice,
    Position,
    Reply,
    Scan,
    ScannerState,
    SettingsState,
    Slip,
    StationSettings,
    StationState,
)
from broker.topics import dashed

SITE = "main"
AT = datetime(2026, 11, 23, 21, 0, 0, 123000, tzinfo=UTC)
SCAN_ID = "0197c0de-0000-7000-8000-000000000042"
INCARNATION = "0197c0de-0000-7000-8000-000000000001"
SCANNER = "usb-Honeywell_1450g"

SAMPLES: dict[str, Message] = {
    "scan": Scan(
        scan_id=SCAN_ID,
        station="front-1",
        incarnation=INCARNATION,
        seq=42,
        barcode="30000000000017",
        source="serial",
        scanner=SCANNER,
        aim="F0",
        check="ok",
        scanned_at=AT,
        age_ms=4,
        boot="5f2c1d7e",
    ),
    "fault": Fault(
        fault_id="0197c0de-0000-7000-8000-000000000003",
        station="front-1",
        incarnation=INCARNATION,
        seq=3,
        kind=FaultKind.INCOMPLETE,
        scanner=SCANNER,
        detail="9 characters without an end",
        occurred_at=AT,
        age_ms=12,
        boot="5f2c1d7e",
    ),
    "reply": Reply(
        scan_id=SCAN_ID,
        station="front-1",
        seq=42,
        outcome=Outcome.ACCEPTED,
        rule="T1",
        tone=Tone.OK,
        message="Hold shelf A12. Hold until 4 December.",
        request_id="ILL-000123-7",
        title="The Overstory",
        state="ON_HOLD_SHELF",
        alert_type="01",
        slips=(Slip(kind="hold", lines=("Hold shelf A12", "until 4 December", "The Overstory"), barcode="30000000000017"),),
        decided_at=AT,
    ),
    "position": Position(station="front-1", incarnation=INCARNATION, seq=42, fault_seq=3, reason="commit"),
    "state": StationState(
        station="front-1",
        online=True,
        born_at=AT,
        at=AT,
        version="0.1.0",
        hello=Hello(incarnation=INCARNATION, lowest_seq=1, next_seq=43, lowest_fault_seq=1, next_fault_seq=4),
        scanners=(ScannerState(name=SCANNER, kind="serial", present=True),),
        settings_version=2,
        v=2,
        faults_by_kind={FaultKind.INCOMPLETE: 2, FaultKind.DAMAGED: 1},
        clock_offset_ms=-12,
        disk_free_bytes=5_368_709_120,
        disk_low=False,
        boot="5f2c1d7e",
        up_s=86_400,
        settings=SettingsState(source="hub"),
    ),
    "settings": StationSettings(
        v=2,
        station="front-1",
        version=2,
        desk="main",
        desk_name="Main library, front desk",
        setup={
            "language": "de",
            "scanner": [{"kind": "serial", "path": f"/dev/serial/by-id/{SCANNER}", "framing": "stx", "prefix": "~"}],
            "printer": False,
        },
        setup_version=2,
    ),
    "event": Event(
        id="0197c0de-0000-7000-8000-000000000099",
        source="/holdshelf/main/hub-1",
        type="item.on_hold_shelf",
        subject="ILL-000123-7",
        time=AT,
        data={"request_id": "ILL-000123-7", "state": "ON_HOLD_SHELF", "desk": "main"},
    ),
    "counts": DeskCounts(desk="main", on_shelf=Count(count=12, oldest_at=AT), to_pull=Count(count=2), on_the_way=Count(count=5), at=AT),
    "notice": Notice(
        notice_id="ILL-000123-7/ready/1",
        type="ready_for_pickup",
        request_id="ILL-000123-7",
        desk="main",
        title="The Overstory",
        hold_until=datetime(2026, 12, 4, 23, 0, tzinfo=UTC),
        patron_ref="p-7f3a",
        at=AT,
    ),
    "hub": HubState(hub="hub-1", online=True, born_at=AT, at=AT, version="0.1.0"),
}

NAMES = {"station": "front-1", "desk": "main", "hub": "hub-1"}


def names_for(key: str) -> dict[str, str]:
    """Give the names that stand in a sample's topic."""
    sample = SAMPLES[key]
    return NAMES | {"type": dashed(sample.type) if isinstance(sample, Event | Notice) else "-"}
