"""A delivery as it was opened: on whose branch it came, as what, and the message in it; and what a batch of them will want of the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from broker import messages
from broker.codec import Unreadable, decode
from broker.promises import Delivery
from broker.topics import Root
from hub.core.barcode import Patterns
from hub.numbers import UNREADABLE, WRONG_BRANCH, WRONG_TOPIC
from hub.store.scan_path import HTTP_INCARNATION
from hub.store.wanted import Pair, Wanted, WantedScan

Message = messages.Scan | messages.Fault | messages.StationState
Sort = Literal["scan", "state", "fault"]
KINDS: dict[str, tuple[Sort, type[Message]]] = {
    "scan": ("scan", messages.Scan),
    "state": ("state", messages.StationState),
    "fault": ("fault", messages.Fault),
}
NOT_A_JOURNAL = "this incarnation is that of pages and belongs to no journal"


@dataclass(frozen=True, slots=True)
class Opened:
    """What came; ``message`` is None for what belongs on no topic of ours."""

    delivery: Delivery
    station: str = ""
    sort: Sort | None = None
    message: Message | Unreadable | None = None
    stream: Pair | None = None
    """The stream that the message is about; None for a state without a hello, and for what cannot be read."""


def opened(root: Root, delivery: Delivery) -> Opened:
    """Open one."""
    match root.station_and_key(delivery.topic):
        case (station, key) if key in KINDS:
            sort, model = KINDS[key]
            message = decode(model, delivery.payload)
            return Opened(delivery, station, sort, message, _stream(message))
    return Opened(delivery)


def _stream(message: Message | Unreadable) -> Pair | None:
    if isinstance(message, messages.StationState):
        return (message.station, message.hello.incarnation) if message.hello is not None else None
    return None if isinstance(message, Unreadable) else (message.station, message.incarnation)


def wrong_with(came: Opened) -> tuple[str, str] | None:
    """Say why a delivery is to be put aside, in a sentence and by its kind; None where nothing is wrong with it."""
    station, message = came.station, came.message
    if message is None:
        return "no message of ours belongs on this topic", WRONG_TOPIC
    if isinstance(message, Unreadable):
        return message.reason, UNREADABLE
    if message.station != station:
        return f"says it is from {message.station}, on the branch of {station}", WRONG_BRANCH
    if came.stream == (station, HTTP_INCARNATION):
        return NOT_A_JOURNAL, WRONG_BRANCH
    return None


def wanted(batch: Iterable[Opened], patterns: Patterns) -> Wanted:
    """Give what these may want."""
    streams, scans = set(), []
    for one in batch:
        if (stream := one.stream) is not None:
            streams.add(stream)
        if isinstance(one.message, messages.Scan):
            scans.append(wanted_scan(one.message, patterns))
    return Wanted(frozenset(streams), tuple(scans))


def wanted_scan(scan: messages.Scan, patterns: Patterns) -> WantedScan:
    """Give what one scan may want."""
    return WantedScan(scan.station, scan.scan_id, patterns.normalise(scan.barcode))
