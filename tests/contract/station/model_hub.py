"""A small hub for station tests: it keeps the protocol and writes down each scan's effect; nothing of ours decides in it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from broker import __version__
from broker.answers import Outcome, Tone
from broker.codec import decode, encode
from broker.messages import Fault, HubState, Message, Position, Reply, Scan, Slip, StationSettings, StationState
from broker.session import Delivery, Handlers, Session, Will
from broker.topics import Root

BORN = datetime(2026, 11, 23, tzinfo=UTC)
KINDS: dict[str, type[Message]] = {"scan": Scan, "fault": Fault, "state": StationState}


@dataclass
class Stream:
    """One incarnation as the hub has it."""

    scans: list[Scan] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class ModelHub:
    """Takes position + 1, answers a repeat with the stored reply, a gap with its position."""

    root: Root
    streams: dict[str, Stream] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    states: list[StationState] = field(default_factory=list)
    repeats: int = 0
    silent: bool = False
    program: str = __version__
    keeps_replies_back: int = 0
    clock_ahead: timedelta = timedelta()
    slips: tuple[Slip, ...] = ()
    session: Session | None = None
    outbox: deque[tuple[str, bytes, bool]] = field(default_factory=deque)

    @property
    def scans(self) -> list[Scan]:
        """Every effect, in order."""
        return [scan for stream in self.streams.values() for scan in stream.scans]

    @property
    def barcodes(self) -> list[str]:
        """What took effect, in order."""
        return [scan.barcode for scan in self.scans]

    @property
    def faults(self) -> list[Fault]:
        """Every fault, in order."""
        return [fault for stream in self.streams.values() for fault in stream.faults]

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """What a hub listens to."""
        return tuple(self.root.filter(key) for key in KINDS)

    # -- handlers of its session

    def on_connect(self, session_present: bool) -> None:
        """Say that it is there."""
        birth = HubState(hub="hub-1", online=True, born_at=BORN, at=BORN, version=self.program)
        self._publish(self.root.topic("hub", hub="hub-1"), birth, retained=True)

    def on_disconnect(self, reason: str) -> None:
        """Nothing to do."""

    def on_room(self) -> None:
        """Send what waits."""
        assert self.session is not None
        while self.outbox and self.session.publish(*self.outbox[0][:2], retained=self.outbox[0][2]):
            self.outbox.popleft()

    def on_message(self, delivery: Delivery) -> None:
        """Take one message."""
        assert self.session is not None
        self.session.acknowledge(delivery)
        found = self.root.station_and_key(delivery.topic)
        assert found is not None
        if not self.silent:
            self._take(decode(KINDS[found[1]], delivery.payload))

    def _take(self, message: object) -> None:
        match message:
            case StationState():
                self.states.append(message)
                if message.hello is not None:
                    self._position(message.station, message.hello.incarnation, "hello")
            case Scan():
                self._take_scan(message)
            case Fault():
                stream = self.streams.setdefault(message.incarnation, Stream())
                if message.seq == len(stream.faults) + 1:
                    stream.faults.append(message)
                self._position(message.station, message.incarnation, "commit" if message.seq <= len(stream.faults) else "gap")
            case _:
                raise AssertionError(f"not a message of a station: {message}")

    def _take_scan(self, scan: Scan) -> None:
        stream = self.streams.setdefault(scan.incarnation, Stream())
        if scan.seq > len(stream.scans) + 1:
            self._position(scan.station, scan.incarnation, "gap")
            return
        if scan.seq == len(stream.scans) + 1 and scan.scan_id not in self.replies:
            stream.scans.append(scan)
            self.replies[scan.scan_id] = self._decided(scan)
        else:
            self.repeats += 1
        if self.keeps_replies_back:
            self.keeps_replies_back -= 1
        else:
            self._publish(self.root.topic("reply", station=scan.station), self.replies[scan.scan_id])
        self._position(scan.station, scan.incarnation, "commit")

    def _position(self, station: str, incarnation: str, reason: str) -> None:
        stream = self.streams.setdefault(incarnation, Stream())
        values = {"station": station, "incarnation": incarnation, "seq": len(stream.scans), "fault_seq": len(stream.faults)}
        self._publish(self.root.topic("position", station=station), Position.model_validate(values | {"reason": reason}))

    def say_settings(self, station: str, version: int, setup: dict[str, Any] | None = None, *, setup_version: int | None = None) -> None:
        """Publish a station's settings, of version 2 where there is a setup."""
        more = {} if setup is None else {"v": 2, "setup": setup, "setup_version": setup_version or version}
        settings = StationSettings.model_validate({"station": station, "version": version, "desk": "main", "desk_name": "Main desk"} | more)
        self._publish(self.root.topic("settings", station=station), settings, retained=True)

    def _decided(self, scan: Scan) -> Reply:
        return Reply(
            scan_id=scan.scan_id,
            station=scan.station,
            seq=scan.seq,
            outcome=Outcome.ACCEPTED,
            rule="T1",
            tone=Tone.OK,
            message=f"Hold shelf {scan.seq}.",
            request_id=f"ILL-{scan.seq:06d}",
            slips=self.slips,
            decided_at=datetime.now(UTC) + self.clock_ahead,
        )

    def _publish(self, topic: str, message: Message, *, retained: bool = False) -> None:
        self.outbox.append((topic, encode(message), retained))
        self.on_room()


async def start(hub: ModelHub, make: Callable[[Handlers, Callable[[], Will] | None], Session]) -> asyncio.Task[None]:
    """Start the hub's session; its will says that it is away."""

    def will() -> Will:
        return Will(hub.root.topic("hub", hub="hub-1"), encode(HubState(hub="hub-1", online=False, born_at=BORN, at=BORN, version="0")))

    hub.session = make(hub, will)
    return asyncio.create_task(hub.session.run())
