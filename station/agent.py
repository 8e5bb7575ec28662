"""The agent: wires the parts of a station, starts them, watches them and stops them.

Reads top to bottom the way of a scan: scanners -> taking -> journal -> uplink -> session -> uplink -> desk. A part that
dies ends the program with its error; a supervisor starts it again, and the journal has lost nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from broker.ids import ENTROPY_BYTES, uuid7
from broker.session import Handlers, Session, SessionSettings, TlsFiles, Will
from broker.supervisor import Supervisor
from broker.topics import Root
from station.changing import Changing
from station.condition import Condition
from station.desk import Desk
from station.disk_room import MIB, DiskRoom, Room, room_at
from station.errors import JournalFull, StationError
from station.framers import reading_rules
from station.framing import Broken, Frame
from station.journal import KEEP_DAYS, Journal, Lane, Row
from station.kept_settings import NOTHING, Kept, SettingsKeeper
from station.moment import Clock, Moment, NewId
from station.presence import Presence
from station.reading import Rules
from station.refit import Change, Make, change_of
from station.scanner_set import ScannerSet
from station.scanners import Scanner
from station.settings import StationFile, password
from station.signals import SignalTone
from station.taking import Taking
from station.uplink import Uplink
from station.words import Key, Saying

TICK_S = 0.25
PROBE_EVERY_S = 600
"""So rarely that a memory card does not wear of it."""
PURGE_EVERY_PROBES = 36
LOOK_AT_DISK_S = 10.0
LAST_ANSWERS_S = 1.0
SESSION_STOP_S = 2.5
TRIED_LIMIT_S = 0.5

MakeSession = Callable[[SessionSettings, Handlers, Callable[[], Will]], Session]


def system_clock() -> Clock:
    """Give the clock of this machine; time asleep counts, so an age stays true on a laptop."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return lambda: Moment(datetime.now(UTC), time.clock_gettime_ns(time.CLOCK_BOOTTIME), boot)


def system_ids() -> NewId:
    """Give a maker of UUIDv7."""
    return lambda: uuid7(time.time_ns() // 1_000_000, os.urandom(ENTROPY_BYTES))


@dataclass(frozen=True)
class Outside:
    """What the agent does not make itself."""

    journal: Journal
    desk: Desk
    scanners: Sequence[Scanner]
    make_session: MakeSession
    clock: Clock
    new_id: NewId
    announce: Callable[[str], None]
    """Takes the readiness lines a parent process waits for."""
    supervisor: Supervisor = field(default_factory=Supervisor)
    room: Callable[[], Room] | None = None
    """What the journal's disk has; else the system is asked."""
    kept: Kept = NOTHING
    """What was kept of the hub's settings; the scanners are those of the settings in force."""
    make_scanners: Make | None = None
    """Makes scanners for other settings; without it they stay as they are."""
    surround: Callable[[StationFile], None] | None = None
    """Gives the desk its screen, sounds, light and printer anew."""


class Agent:
    """One running station."""

    def __init__(self, settings: StationFile, outside: Outside) -> None:
        self._name = settings.station
        self._outside = outside
        self._journal, self._desk, self._clock = outside.journal, outside.desk, outside.clock
        root = Root(settings.site)
        self._disk = DiskRoom(outside.room or partial(room_at, settings.journal.path.parent))
        self._scanners = ScannerSet(outside.scanners, self._take, self._scanner_changed)
        self._presence = Presence(self._name, root, self._journal, self._scanners, self._clock, self._disk)
        self._changing = Changing(
            settings,
            outside.kept,
            SettingsKeeper(settings.journal.path),
            scanners=self._scanners,
            apply=self._apply,
            presence=self._presence,
            desk=self._desk,
            clock=self._clock,
        )
        self._uplink = Uplink(
            self._name,
            root,
            self._journal,
            self._desk,
            self._presence,
            clock=self._clock,
            new_id=outside.new_id,
            began_anew=lambda: self._taking.numbers_began_anew(),
            settings_came=self._changing.told,
        )
        self._taking = Taking(
            self._name,
            self._journal,
            self._desk,
            rules=rules_of(self._changing.now),
            clock=self._clock,
            new_id=outside.new_id,
            appended=self._appended,
            storing=self._storing,
        )
        self._presence.count(self._taking.faults)
        self._desk.watch(lambda: self._uplink.queue, self._announce_online, self._signal)
        self._session = outside.make_session(session_settings(settings, self._uplink.subscriptions), self._uplink, self._presence.will)
        self._uplink.attach(self._session)
        self._stop = asyncio.Event()
        self._ready = False
        self._not_stored: Saying | None = None
        self._exit_at_end = False

    def stop(self) -> None:
        """Ask the agent to end; it does so within five seconds."""
        self._stop.set()

    async def run(self, *, exit_at_end: bool = False) -> None:
        """Run until ``stop``, or with ``exit_at_end`` until every scanner ended and every scan is answered."""
        parts = self._start()
        self._exit_at_end = exit_at_end
        try:
            await self._scanners_tried()
            self._say_ready()
            await self._until_stopped(parts)
        finally:
            self._outside.supervisor.stopping()
            await self._end(parts)

    async def _scanners_tried(self) -> None:
        """Wait until each serial line was tried, and was silent long enough for a scan to be one; but not for a far machine."""
        lines = [each for each in self._scanners if each.kind == "serial"]
        end = time.monotonic() + TRIED_LIMIT_S
        await asyncio.sleep(0)
        while not all(map(_tried, lines)) and time.monotonic() < end and not self._stop.is_set():  # noqa: ASYNC110 - briefly, at the start
            await asyncio.sleep(0.01)

    def _say_ready(self) -> None:
        self._outside.announce(f"station {self._name} ready")
        self._outside.supervisor.ready()
        self._ready = True
        if self._desk.online:
            self._announce_online(True)

    def _start(self) -> dict[str, asyncio.Task[None]]:
        parts = {
            "session": asyncio.create_task(self._session.run()),
            "clock": asyncio.create_task(self._tick()),
            "upkeep": asyncio.create_task(self._keep_up()),
            "supervisor": asyncio.create_task(self._outside.supervisor.watch(self._unfit, lambda: self._condition().sentence())),
            "disk": asyncio.create_task(self._watch_disk()),
            "scanners": asyncio.create_task(self._scanners.run()),
            "settings": asyncio.create_task(self._changing.run()),
        }
        self._scanners.start()
        return parts

    async def _until_stopped(self, parts: dict[str, asyncio.Task[None]]) -> None:
        stopped = asyncio.create_task(self._stop.wait())
        watched: dict[asyncio.Task[None] | asyncio.Task[bool], str] = {task: name for name, task in parts.items()}
        try:
            while not self._stop.is_set():
                done, _ = await asyncio.wait({stopped, *watched}, return_when=asyncio.FIRST_COMPLETED)
                for task in done & watched.keys():
                    self._ended(watched.pop(task), task)
        finally:
            stopped.cancel()

    def _ended(self, name: str, task: asyncio.Task[None] | asyncio.Task[bool]) -> None:
        if error := task.exception():
            raise error
        raise StationError(f"The part {name!r} ended by itself: start the station again and report this.")

    def _take(self, scanner: Scanner, found: Sequence[Frame | Broken], age_ns: int = 0) -> bool:
        return self._taking.take(scanner, found, age_ns)

    def _appended(self, lane: Lane, row: Row) -> None:
        self._uplink.appended(lane, row)
        if lane is Lane.SCANS and self._taking.last is not None:
            self._changing.scanned(self._taking.last)

    async def _apply(self, wanted: StationFile) -> None:
        """Use other settings from now on; nothing was changed yet when they cannot be used."""
        before = self._changing.now
        change = Change(list(self._scanners))
        if self._outside.make_scanners is not None:
            change = change_of(self._scanners, before.scanner, wanted.scanner, self._outside.make_scanners)
        # First what may fail: scanners that were changed could not be told from those before.
        if self._outside.surround is not None:
            self._outside.surround(wanted)
        await self._scanners.change(change.scanners, change.refits, lambda: self._taking.read_by(rules_of(wanted)))

    async def _tick(self) -> None:
        while True:
            self._uplink.tick()
            if self._not_stored is None:
                self._note()
            else:
                self._try_storing()
            if self._exit_at_end and self._scanners.ended and self._uplink.settled:
                self.stop()
            await asyncio.sleep(TICK_S)

    def _note(self) -> None:
        """Write what the hub has confirmed; where that fails, the next scan would."""
        try:
            self._journal.note()
        except JournalFull as error:
            self._storing(error.why)

    async def _keep_up(self) -> None:
        """Find out that the disk takes nothing before a clerk's scan does, and drop old rows."""
        for probes in itertools.count():
            self._try_storing()
            if probes % PURGE_EVERY_PROBES == 0:
                with contextlib.suppress(JournalFull):
                    self._journal.purge(self._clock().wall - timedelta(days=KEEP_DAYS))
                    self._uplink.purged()
            await asyncio.sleep(PROBE_EVERY_S)

    def _condition(self) -> Condition:
        away = tuple(each.name for each in self._scanners if not each.present and each.kind != "typed")
        return Condition(self._desk.online, self._uplink.waiting, self._not_stored, away)

    async def _unfit(self) -> str | None:
        return self._condition().unfit()

    async def _watch_disk(self) -> None:
        while True:
            if self._disk.look() and (room := self._disk.room):
                saying = Saying(Key.DISK_LOW, {"free": room.free // MIB}) if self._disk.low else Saying(Key.DISK_ROOM_AGAIN)
                self._presence.problem("disk", str(saying) if self._disk.low else None)
                self._desk.note("problem" if self._disk.low else "storing", saying)
            await asyncio.sleep(LOOK_AT_DISK_S)

    def _announce_online(self, online: bool) -> None:
        # Whoever waits for "online" scans then.
        if self._ready:
            self._outside.announce(f"station {self._name} {'online' if online else 'offline'}")

    def _signal(self, scanner: str | None, tone: SignalTone) -> None:
        for each in self._scanners:
            if scanner is None or each.name == scanner:
                each.signal(tone)

    def _scanner_changed(self, scanner: Scanner) -> None:
        saying = Saying(Key.SCANNER_THERE, {"scanner": scanner.name})
        if scanner.detail:
            saying = Saying(Key.SCANNER_NOT_THERE, {"scanner": scanner.name, "detail": scanner.detail})
        # That typing ended is nobody's problem.
        self._desk.note("scanner" if scanner.present or scanner.kind == "typed" else "problem", saying)
        self._presence.changed()

    def _storing(self, why_not: Saying | None) -> None:
        self._not_stored = why_not
        if self._presence.problem("storing", f"Nothing can be stored: {why_not}" if why_not else None):
            if why_not is None:
                self._desk.note("storing", Saying(Key.STORED_AGAIN))
            else:
                self._desk.note("problem", Saying(Key.NONE_ACCEPTED, {"why": why_not}))

    def _try_storing(self) -> None:
        try:
            self._journal.probe()
        except JournalFull as error:
            self._storing(error.why)
        else:
            self._storing(None)

    async def _end(self, parts: Mapping[str, asyncio.Task[None]]) -> None:
        """Take no more scans, wait briefly for answers, say goodbye, close; whatever failed before."""
        for name, task in parts.items():
            if name != "session":
                task.cancel()
        if self._stop.is_set():
            self._changing.stopped()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._last_answers(), LAST_ANSWERS_S)
        if self._session.connected:
            self._presence.say_goodbye(self._session)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._session.stop(), SESSION_STOP_S)
        for task in parts.values():
            task.cancel()
        await asyncio.gather(*parts.values(), return_exceptions=True)
        self._desk.close()
        self._journal.close()

    async def _last_answers(self) -> None:
        while self._session.connected and self._uplink.answers_owed:  # noqa: ASYNC110 - for a second, at the end
            await asyncio.sleep(0.02)


def _tried(scanner: Scanner) -> bool:
    return scanner.present or (scanner.detail is not None and scanner.detail.key is not Key.NOT_OPENED_YET)


def rules_of(settings: StationFile) -> dict[str, Rules]:
    """Give how each scanner is set up, by its name."""
    return {each.label: reading_rules(each) for each in settings.scanner}


def session_settings(settings: StationFile, subscriptions: tuple[str, ...]) -> SessionSettings:
    """Give where and as whom to connect."""
    mqtt = settings.mqtt
    tls = None
    if mqtt.ca_file is not None:
        tls = TlsFiles(str(mqtt.ca_file), _text(mqtt.cert_file), _text(mqtt.key_file))
    return SessionSettings(
        host=mqtt.host,
        port=mqtt.port,
        client_id=settings.station,
        username=settings.station,
        password=password(settings),
        protocol=mqtt.protocol,
        keepalive_s=mqtt.keepalive_s,
        tls=tls,
        subscriptions=subscriptions,
    )


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None
