"""The agent: wires the parts of a station, starts them, watches them and stops them.

Reads top to bottom the way of a scan: scanners -> taking -> journal -> uplink -> session -> uplink -> desk. A part that
dies ends the program with its error; a supervisor starts it again, and the journal has lost nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broker.ids import ENTROPY_BYTES, uuid7
from broker.session import Handlers, Session, SessionSettings, TlsFiles, Will
from broker.topics import Root
from station.desk import Desk
from station.errors import JournalFull, StationError
from station.journal import KEEP_DAYS, Journal
from station.moment import Clock, Moment, NewId
from station.presence import Presence
from station.reading import Rules
from station.scanners import Scanner
from station.settings import StationFile, password
from station.signals import SignalTone
from station.taking import Taking
from station.uplink import Uplink
from station.words import Key, Saying

TICK_S = 0.25
PURGE_EVERY_S = 6 * 3600
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


class Agent:
    """One running station."""

    def __init__(self, settings: StationFile, outside: Outside) -> None:
        self._name = settings.station
        self._outside = outside
        self._journal, self._desk, self._clock = outside.journal, outside.desk, outside.clock
        root = Root(settings.site)
        self._presence = Presence(self._name, root, self._journal, outside.scanners, self._clock)
        self._uplink = Uplink(
            self._name,
            root,
            self._journal,
            self._desk,
            self._presence,
            clock=self._clock,
            new_id=outside.new_id,
            began_anew=lambda: self._taking.numbers_began_anew(),
        )
        self._taking = Taking(
            self._name,
            self._journal,
            self._desk,
            rules=rules_of(settings),
            clock=self._clock,
            new_id=outside.new_id,
            appended=self._uplink.appended,
            storing=self._storing,
        )
        self._desk.watch(lambda: self._uplink.queue, self._announce_online, self._signal)
        self._session = outside.make_session(session_settings(settings, self._uplink.subscriptions), self._uplink, self._presence.will)
        self._uplink.attach(self._session)
        self._stop = asyncio.Event()
        self._ready = False
        self._cannot_store = False
        self._stop_when_settled = False

    def stop(self) -> None:
        """Ask the agent to end; it does so within five seconds."""
        self._stop.set()

    async def run(self, *, exit_at_end: bool = False) -> None:
        """Run until ``stop``, or with ``exit_at_end`` until every scanner ended and every scan is answered."""
        parts = self._start()
        try:
            await self._scanners_tried()
            self._say_ready()
            await self._until_stopped(parts, exit_at_end=exit_at_end)
        finally:
            await self._end(parts)

    async def _scanners_tried(self) -> None:
        """Wait until each serial line was tried, and was silent long enough for a scan to be one; but not for a far machine."""
        lines = [each for each in self._outside.scanners if each.kind == "serial"]
        end = time.monotonic() + TRIED_LIMIT_S
        await asyncio.sleep(0)
        while not all(map(_tried, lines)) and time.monotonic() < end and not self._stop.is_set():  # noqa: ASYNC110 - briefly, at the start
            await asyncio.sleep(0.01)

    def _say_ready(self) -> None:
        self._outside.announce(f"station {self._name} ready")
        self._ready = True
        if self._desk.online:
            self._announce_online(True)

    def _start(self) -> dict[str, asyncio.Task[None]]:
        parts = {
            "session": asyncio.create_task(self._session.run()),
            "clock": asyncio.create_task(self._tick()),
            "upkeep": asyncio.create_task(self._keep_up()),
        }
        for scanner in self._outside.scanners:
            parts[f"scanner {scanner.name}"] = asyncio.create_task(scanner.run(self._taking.take, self._scanner_changed))
        return parts

    async def _until_stopped(self, parts: dict[str, asyncio.Task[None]], *, exit_at_end: bool) -> None:
        stopped = asyncio.create_task(self._stop.wait())
        watched: dict[asyncio.Task[None] | asyncio.Task[bool], str] = {task: name for name, task in parts.items()}
        try:
            while not self._stop.is_set():
                done, _ = await asyncio.wait({stopped, *watched}, return_when=asyncio.FIRST_COMPLETED)
                for task in done & watched.keys():
                    self._ended(watched.pop(task), task)
                self._stop_when_settled = exit_at_end and not any(name.startswith("scanner") for name in watched.values())
        finally:
            stopped.cancel()

    def _ended(self, name: str, task: asyncio.Task[None] | asyncio.Task[bool]) -> None:
        if error := task.exception():
            raise error
        # A finite input may end, and a scanner of another version never began.
        if not name.startswith("scanner"):
            raise StationError(f"The part {name!r} ended by itself: start the station again and report this.")

    async def _tick(self) -> None:
        while True:
            self._uplink.tick()
            if self._cannot_store:
                self._try_storing()
            if self._stop_when_settled and self._uplink.settled:
                self.stop()
            await asyncio.sleep(TICK_S)

    async def _keep_up(self) -> None:
        while True:
            with contextlib.suppress(JournalFull):
                self._journal.purge(self._clock().wall - timedelta(days=KEEP_DAYS))
                self._uplink.purged()
            await asyncio.sleep(PURGE_EVERY_S)

    def _announce_online(self, online: bool) -> None:
        # Whoever waits for "online" scans then.
        if self._ready:
            self._outside.announce(f"station {self._name} {'online' if online else 'offline'}")

    def _signal(self, scanner: str, tone: SignalTone) -> None:
        for each in self._outside.scanners:
            if each.name == scanner:
                each.signal(tone)

    def _scanner_changed(self, scanner: Scanner) -> None:
        saying = Saying(Key.SCANNER_THERE, {"scanner": scanner.name})
        if scanner.detail:
            saying = Saying(Key.SCANNER_NOT_THERE, {"scanner": scanner.name, "detail": scanner.detail})
        # That typing ended is nobody's problem.
        self._desk.note("scanner" if scanner.present or scanner.kind == "typed" else "problem", saying)
        self._presence.changed()

    def _storing(self, why_not: Saying | None) -> None:
        if self._presence.problem("storing", f"Nothing can be stored: {why_not}" if why_not else None):
            self._cannot_store = why_not is not None
            if why_not is None:
                self._desk.note("storing", Saying(Key.STORED_AGAIN))
            else:
                self._desk.note("problem", Saying(Key.NONE_ACCEPTED, {"why": why_not}))

    def _try_storing(self) -> None:
        with contextlib.suppress(JournalFull):
            self._journal.flush()
            self._storing(None)

    async def _end(self, parts: Mapping[str, asyncio.Task[None]]) -> None:
        """Take no more scans, wait briefly for answers, say goodbye, close; whatever failed before."""
        for name, task in parts.items():
            if name != "session":
                task.cancel()
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
    return {
        each.label: Rules(each.aim, each.prefix, each.suffix, each.require_prefix, tuple(each.aim_map.items())) for each in settings.scanner
    }


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
        tls=tls,
        subscriptions=subscriptions,
    )


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None
