"""What the journal keeps of a scan or fault, and the message made of it when it is sent.

The journal's rows are opaque to it: here is their one shape. Number, times and age are filled in when a row is sent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from broker.codec import Unreadable, decode
from broker.messages import MAX_PAYLOAD_BYTES, Fault, FaultKind, Scan
from station.check_digit import Check
from station.framing import BrokenKind
from station.journal import Row
from station.moment import Moment

PLAIN_BYTES = 1024
"""A scan that is kept in so few bytes is a message, if its AIM identifier is short: none of its fields can be too long for one."""
MAX_AIM_CHARS = 8
AGE_BYTES = 20
"""Room for any age: it is known when the message leaves."""

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


def to_body(record: ScanRecord | FaultRecord) -> bytes:
    """Give the bytes for the journal."""
    return _as_json(_fields(record)).encode()


def scan_of(body: bytes) -> ScanRecord:
    """Read a scan's bytes back."""
    return ScanRecord(**json.loads(body))


def fault_of(body: bytes) -> FaultRecord:
    """Read a fault's bytes back."""
    return FaultRecord(**json.loads(body))


def payload_of(row: Row, origin: Origin, now: Moment) -> bytes:
    """Give the bytes of a kept scan's message, its age worked out at this moment: what the journal keeps, with the rest behind it.

    No model is made of it on the way: that and its checks took a third of the time from the last key to the wire. What is not
    surely a message is looked at before it is kept (``is_message``).
    """
    moment = row.moment
    age_ms = moment.age_ms(now)
    return b'%b,"v":1,"station":"%b","incarnation":"%b","seq":%d,"scanned_at":"%b","age_ms":%b,"boot":%b}' % (
        row.body[:-1],
        origin.station.encode(),
        origin.incarnation.encode(),
        row.seq,
        moment.wall.isoformat().encode(),
        b"null" if age_ms is None else b"%d" % age_ms,
        _quoted(moment.boot),
    )


def is_message(record: ScanRecord, body: bytes, origin: Origin, moment: Moment) -> bool:
    """Say whether a scan can be sent: what cannot must not stand in the journal, where it would stop everything behind it."""
    if len(body) <= PLAIN_BYTES and len(record.aim or "") <= MAX_AIM_CHARS:
        return True
    # The largest number there is, and room for any age, so that the real one is never longer.
    payload = payload_of(Row(2**63 - 1, body, moment), origin, moment)
    return len(payload) + AGE_BYTES <= MAX_PAYLOAD_BYTES and not isinstance(decode(Scan, payload), Unreadable)


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=16)
def _quoted(boot: str) -> bytes:
    return json.dumps(boot).encode()


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
