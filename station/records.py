"""What the journal keeps of a scan or fault, and the message made of it when it is sent.

The journal's rows are opaque to it: here is their one shape. Number, times and age are filled in when a row is sent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from broker.messages import Fault, FaultKind, Scan
from station.check_digit import Check
from station.framing import BrokenKind
from station.journal import Row
from station.moment import Moment

Source = Literal["serial", "hid", "typed", "http"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """One scan as kept."""

    scan_id: str
    barcode: str
    source: Source
    scanner: str
    aim: str | None
    check: Check
    raw: str | None
    dup_of: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRecord:
    """One fault as kept."""

    fault_id: str
    kind: BrokenKind
    scanner: str
    detail: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose rows these are."""

    station: str
    incarnation: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """A scan that is stored just now: its message but for number and age, so that it need not be read back to be sent."""

    message: Scan
    moment: Moment


def to_body(record: ScanRecord | FaultRecord) -> bytes:
    """Give the bytes for the journal."""
    return json.dumps(_fields(record), ensure_ascii=False, separators=(",", ":")).encode()


def scan_of(body: bytes) -> ScanRecord:
    """Read a scan's bytes back."""
    return ScanRecord(**json.loads(body))


def fault_of(body: bytes) -> FaultRecord:
    """Read a fault's bytes back."""
    return FaultRecord(**json.loads(body))


def scan_message(row: Row, origin: Origin, now: Moment) -> Scan:
    """Make the message of a kept scan, its age worked out at this moment."""
    return message_of(scan_of(row.body), row, origin, now)


def message_of(record: ScanRecord, row: Row, origin: Origin, now: Moment) -> Scan:
    """Make the message of a scan that is, or will be, this row."""
    return Scan(
        **_fields(record),
        station=origin.station,
        incarnation=origin.incarnation,
        seq=row.seq,
        scanned_at=row.moment.wall,
        age_ms=row.moment.age_ms(now),
        boot=row.moment.boot,
    )


def numbered(fresh: Fresh, seq: int, now: Moment) -> Scan:
    """Give the message of a scan that has just got its number."""
    return fresh.message.model_copy(update={"seq": seq, "age_ms": fresh.moment.age_ms(now)})


def _fields(record: ScanRecord | FaultRecord) -> dict[str, Any]:
    # dataclasses.asdict copies every value deeply, for a third of all that a scan costs.
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def fault_message(row: Row, origin: Origin, now: Moment) -> Fault:
    """Make the message of a kept fault, its age worked out at this moment."""
    kept = fault_of(row.body)
    return Fault(
        fault_id=kept.fault_id,
        kind=FaultKind(kept.kind),
        scanner=kept.scanner,
        detail=kept.detail,
        station=origin.station,
        incarnation=origin.incarnation,
        seq=row.seq,
        occurred_at=row.moment.wall,
        age_ms=row.moment.age_ms(now),
        boot=row.moment.boot,
    )
