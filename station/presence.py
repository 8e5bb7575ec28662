"""What the station says about itself: its retained state with the hello in it, its heartbeat, its last will."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from broker import __version__
from broker.codec import encode
from broker.messages import FaultKind, Hello, ScannerState, SettingsState, StationState
from broker.session import Session, Will
from broker.topics import Root
from station.disk_room import DiskRoom
from station.go_back_n import State
from station.journal import Journal, Lane
from station.moment import NS_PER_S, Clock
from station.scanners import Scanner

HEARTBEAT_NS = 30_000_000_000
AT_MOST_EVERY_NS = 1_000_000_000
WORTH_SAYING_MS = 1000


def is_due(changed: bool, said_ns: int | None, now_ns: int) -> bool:
    """Say whether the state is to be said now."""
    return said_ns is None or now_ns - said_ns >= (AT_MOST_EVERY_NS if changed else HEARTBEAT_NS)


class Presence:
    """Builds the state; publishes it at once for a hello, within a second for a change, else every 30 s."""

    def __init__(self, station: str, root: Root, journal: Journal, scanners: Iterable[Scanner], clock: Clock, disk: DiskRoom) -> None:
        self._station = station
        self._topic = root.topic("state", station=station)
        self._journal = journal
        self._scanners = scanners
        self._clock = clock
        self._born_at = clock().wall
        self._said_ns: int | None = None
        self._due = False
        self._said_waiting = False
        self._problems: dict[str, str] = {}
        self._disk = disk
        self._faults: Mapping[FaultKind, int] = {}
        self.says_more = False
        """Whether version 2 is spoken: every hub that is there reads it."""
        self.settings_version: int | None = None
        self.settings: SettingsState | None = None
        self.clock_offset_ms: int | None = None

    def count(self, faults: Mapping[FaultKind, int]) -> None:
        """Say where the faults are counted."""
        self._faults = faults

    def clock_is_off(self, offset_ms: int) -> None:
        """Note by how much the hub's clock is ahead of ours; only a jump is worth a message of its own."""
        before = self.clock_offset_ms
        self._due |= before is None or abs(offset_ms - before) >= WORTH_SAYING_MS
        self.clock_offset_ms = offset_ms

    def speak(self, *, more: bool) -> None:
        """Speak version 2, or 1 again."""
        self._due |= more != self.says_more
        self.says_more = more

    def problem(self, kind: str, words: str | None) -> bool:
        """Note or clear (None) one kind of problem; gives whether that changed anything."""
        before = self._problems.get(kind)
        if words is None:
            self._problems.pop(kind, None)
        else:
            self._problems[kind] = words
        self._due |= before != words
        return before != words

    def changed(self) -> None:
        """Something in the state is different now."""
        self._due = True

    def say(self, session: Session, sending: State) -> bool:
        """Publish the state now; False when there was no room, then the next ``tick`` does it."""
        said = session.publish(self._topic, encode(self.state(sending)), retained=True)
        self._due = not said
        if said:
            self._said_ns = self._clock().monotonic_ns
            self._said_waiting = sending.scans.waiting > 0
        return said

    def tick(self, session: Session, sending: State) -> bool:
        """Publish the state if it is time; gives whether it was said."""
        # Whoever read that scans wait is told when none does any more.
        changed = self._due or (self._said_waiting and not sending.scans.waiting)
        if session.connected and is_due(changed, self._said_ns, self._clock().monotonic_ns):
            return self.say(session, sending)
        return False

    def state(self, sending: State) -> StationState:
        """Give the state of this moment."""
        return StationState(
            station=self._station,
            online=True,
            born_at=self._born_at,
            at=self._clock().wall,
            version=__version__,
            hello=self._hello(),
            scanners=tuple(
                ScannerState(name=each.name, kind=each.kind, present=each.present, detail=str(each.detail or "")) for each in self._scanners
            ),
            waiting=sending.scans.waiting,
            oldest_waiting_at=self._oldest_waiting_at(sending),
            faults=self._journal.bounds(Lane.FAULTS).next_seq - 1,
            settings_version=self.settings_version,
            problem="; ".join(self._problems.values()) or None,
            **(self._more() if self.says_more else {}),
        )

    def _more(self) -> dict[str, Any]:
        """Give the fields of version 2."""
        now, room = self._clock(), self._disk.room
        return {
            "v": 2,
            "faults_by_kind": {kind: count for kind, count in self._faults.items() if count},
            "clock_offset_ms": self.clock_offset_ms,
            "disk_free_bytes": room.free if room else None,
            "disk_low": self._disk.low,
            "boot": now.boot,
            "up_s": now.monotonic_ns // NS_PER_S,
            "settings": self.settings,
        }

    def will(self) -> Will:
        """Give what the broker says when we vanish: offline, with the birth's time."""
        return Will(self._topic, encode(self._offline()))

    def say_goodbye(self, session: Session) -> None:
        """Publish offline, for a clean stop."""
        session.publish(self._topic, encode(self._offline()), retained=True)

    def _offline(self) -> StationState:
        return StationState(station=self._station, online=False, born_at=self._born_at, at=self._clock().wall, version=__version__)

    def _hello(self) -> Hello:
        scans, faults = self._journal.bounds(Lane.SCANS), self._journal.bounds(Lane.FAULTS)
        return Hello(
            incarnation=self._journal.incarnation,
            lowest_seq=scans.lowest,
            next_seq=scans.next_seq,
            lowest_fault_seq=faults.lowest,
            next_fault_seq=faults.next_seq,
        )

    def _oldest_waiting_at(self, sending: State) -> datetime | None:
        if not sending.scans.waiting:
            return None
        found = self._journal.rows(Lane.SCANS, sending.scans.position + 1, 1)
        return found[0].moment.wall if found else None
