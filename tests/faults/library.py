"""The library under fault: broker, hub and stations that can be killed, paused and started again without waiting."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from tests.faults.books import STATIONS
from tests.faults.disk import BALLAST, Disk
from tests.faults.forms import KEEPALIVE_S, Form
from tests.faults.links import Link
from tests.faults.witness import Witness
from tests.support.house import House, Knobs, Station
from tests.support.mail import SmtpSink
from tests.support.outside import LoopThread
from tests.support.programs import LIMIT_S, Program, wait_for

KILLED = -signal.SIGKILL
HUB_DISK_MIB = 64
STATION_DISK_MIB = 16
KNOBS = Knobs(ready_delay_s=0, bounce_s=0.5, patron_session_s=30, handover_s=0.3)


class Part(Protocol):
    """Something that can be killed."""

    name: str

    @property
    def pid(self) -> int:
        """Its process now."""

    @property
    def running(self) -> bool:
        """Whether its process is there."""

    def kill(self, *, ended: bool = False) -> None:
        """Kill -9; fails if it had ended by itself, unless it may have ``ended`` for want of a disk."""

    def no_room(self) -> int:
        """How often it said that its disk is full."""

    def ended_with_a_sentence(self, code: int) -> None:
        """Fail unless it ended with this code and said why."""

    def start(self) -> None:
        """Start it again, without waiting until it is ready."""


class Postbox(SmtpSink):
    """A mail server that can strike when a letter comes: before it is taken, or after and before it is confirmed."""

    def __init__(self) -> None:
        super().__init__()
        self.struck = threading.Event()
        self._strike: Callable[[], None] | None = None
        self._before = True

    def strike_at_next_letter(self, strike: Callable[[], None], *, before: bool) -> None:
        """Call ``strike`` once, when the next letter begins or when it was taken."""
        self.struck.clear()
        self._strike, self._before = strike, before

    def never_mind(self) -> bool:
        """Take the wish back; gives False when it was granted meanwhile."""
        strike, self._strike = self._strike, None
        return strike is not None

    async def handle_MAIL(self, *told: Any) -> str:
        """Answer MAIL FROM, or strike."""
        if self._before:
            self._maybe_strike()
        return await super().handle_MAIL(*told)

    async def handle_DATA(self, *told: Any) -> str:
        """Take a letter, then answer, or strike."""
        answer = await super().handle_DATA(*told)
        if not self._before:
            self._maybe_strike()
        return answer

    def _maybe_strike(self) -> None:
        strike, self._strike = self._strike, None
        if strike is not None:
            strike()
            self.struck.set()


class FaultStation(Station):
    """One desk, and what can be seen on it; every start's screen is read to its end."""

    def __init__(self, name: str, settings: Path, port: Path, witness: Witness, environment: Mapping[str, str]) -> None:
        super().__init__(name, settings, port)
        self.settings_file = settings
        self.replied: set[str] = set()
        self.stored: dict[str, int] = {}
        """The program whose screen showed it, by scan_id."""
        self.highest = 0
        self.reds = 0
        """How often it showed that nothing could be stored."""
        self._witness = witness
        self._environment = environment
        self._read: list[int] = []
        self._lights: list[tuple[int, str, str]] = []
        self._lock = threading.Lock()

    def launch(self) -> None:
        """Start it without waiting."""
        command = ("holdshelf-station", "run", "--json", "--config", self.settings_file)
        self.programs.append(Program(*command, environment=self._environment))

    def ready(self) -> bool:
        """Whether the program that runs now takes scans."""
        return any(line == f"station {self.name} ready" for line in self.programs[-1].err.all())

    def light_for(self, barcode: str, after: int) -> tuple[int, str] | None:
        """Give seq and id of the first scan of this barcode above a seq that the desk showed as stored."""
        self.look()
        with self._lock:
            return next(((seq, scan_id) for seq, scan_id, shown in self._lights if shown == barcode and seq > after), None)

    def look(self) -> None:
        """Take in what the desk has shown since the last look."""
        with self._lock:
            self._read += [0] * (len(self.programs) - len(self._read))
            for number, program in enumerate(self.programs):
                lines = program.out.all(self._read[number])
                self._read[number] += len(lines)
                for line in lines:
                    self._take(number, json.loads(line))

    def unanswered(self) -> list[str]:
        """Give what the program that runs now showed as stored and has not shown a reply to."""
        self.look()
        with self._lock:
            last = len(self.programs) - 1
            return [scan_id for scan_id, number in self.stored.items() if number == last and scan_id not in self.replied]

    def _take(self, number: int, shown: dict[str, Any]) -> None:
        if shown["event"] == "not_stored":
            self._witness.red(self.name)
            self.reds += 1
        if shown["event"] not in ("waiting", "reply"):
            return
        self._witness.light(self.name, number, shown)
        told = shown.get("reply") or shown
        if shown["event"] == "reply":
            self.replied.add(told["scan_id"])
        self.stored.setdefault(told["scan_id"], number)
        self.highest = max(self.highest, told["seq"])
        self._lights.append((told["seq"], told["scan_id"], shown["barcode"]))


class _ProgramPart:
    """One of our programs as something that can be killed."""

    name: str

    @property
    def _program(self) -> Program:
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """Its process now."""
        return self._program.pid

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._program.running

    def kill(self, *, ended: bool = False) -> None:
        """Kill -9."""
        if ended:
            self._program.kill()
        else:
            kill(self._program)

    def ended_with_a_sentence(self, code: int) -> None:
        """Fail unless it ended with this code and said why in its last line."""
        program = self._program
        found = program.ended()
        said = program.err.all()[-1:]
        good = found == code and bool(said) and "Traceback" not in "".join(program.err.all()) and said[0].endswith(".")
        assert good, f"{self.name} had ended by itself with {found} and no sentence\n{program.last_words()}"


class StationPart(_ProgramPart):
    """A station as something that can be killed."""

    def __init__(self, station: FaultStation) -> None:
        self.name = station.name
        self._station = station

    @property
    def _program(self) -> Program:
        return self._station.programs[-1]

    def no_room(self) -> int:
        """How often it showed red."""
        self._station.look()
        return self._station.reds

    def start(self) -> None:
        """Start it again."""
        self._station.launch()


class HubPart(_ProgramPart):
    """The hub as something that can be killed."""

    name = "hub"

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def _program(self) -> Program:
        return self._library.hub

    def no_room(self) -> int:
        """How often it said that nothing can be written."""
        return sum("database not writable" in line for line in self._program.err.all())

    def start(self) -> None:
        """Start it again."""
        self._library.launch_hub()


class BrokerPart:
    """The broker as something that can be killed; it comes back empty on the same port."""

    name = "broker"

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def pid(self) -> int:
        """Its process now."""
        pid = self._library.broker.pid
        assert pid is not None, "the broker ended by itself"
        return pid

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._library.broker.running

    def kill(self, *, ended: bool = False) -> None:
        """Kill -9, and with it whatever it held."""
        if ended and not self.running:
            return
        assert self.running, "the broker ended by itself"
        self._library.kill_broker()

    def no_room(self) -> int:
        """It needs none."""
        return 0

    def ended_with_a_sentence(self, code: int) -> None:
        """It never ends by itself."""
        raise AssertionError("the broker ended by itself")

    def start(self) -> None:
        """Start it again."""
        self._library.start_broker()


class Library(House):
    """A house whose hub starts without anybody waiting, and whose stations tell what their desks show."""

    def __init__(self, folder: Path, witness: Witness, environment: Mapping[str, str], form: Form) -> None:
        super().__init__(folder, "mosquitto", Knobs(**(vars(KNOBS) | {"environment": environment})))
        self.mail: Postbox = Postbox()
        self.hubs: list[Program] = []
        self.desks: dict[str, FaultStation] = {}
        self.links: dict[str, Link] = {}
        """The wires to the broker, by who dials, where the form has any."""
        self.away = threading.RLock()
        """Held by whoever takes the disks away, or reads from them."""
        self._form = form
        self._broker_port = 0
        self._up: tuple[Program | None, float] = (None, 0.0)
        self._folder = folder
        self._witness = witness
        self._environment = environment

    @property
    def outside(self) -> LoopThread:
        """Where others on the broker run."""
        return self._outside

    @property
    def broker_port(self) -> int:
        """Where the broker itself listens; others come by their links."""
        return self._broker_port or super().broker_port

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the hub's database while its disk is there."""
        with self.away:
            return super().query(sql, *values)

    def _furnish(self) -> None:
        if self._form.disks:
            self.hub_disk = self._disk("hub", self.data.path, HUB_DISK_MIB)
            self.station_disk = self._disk("stations", self.data.stations, STATION_DISK_MIB)
        super()._furnish()
        if self._form.links:
            self._wire()
        os.sync()

    def _disk(self, name: str, place: Path, mib: int) -> Disk:
        disk = Disk(self._folder / f"{name}.img", place, mib)

        def close() -> None:
            # What is left of a bad run is looked at afterwards.
            shutil.copytree(place, self._folder / f"left-{name}", ignore=shutil.ignore_patterns(BALLAST, "lost+found"))
            disk.close()

        self._ended.callback(close)
        return disk

    def _wire(self) -> None:
        """Put a link between the broker and each who dials it."""
        port = self._broker_port = super().broker_port
        for name, file in {HubPart.name: self.data.hub_toml, **{name: self.data.stations / f"{name}.toml" for name in STATIONS}}.items():
            link = self.links[name] = Link(self._outside, name, port)
            self._ended.callback(link.close)
            text = file.read_text()
            assert f"port = {port}\n" in text
            file.write_text(text.replace(f"port = {port}\n", f"port = {link.port}\nkeepalive_s = {KEEPALIVE_S}\n", 1))

    def open_desks(self) -> None:
        """Start every station and return when the hub answers all."""
        self.hubs.append(self.hub)
        ports = self._folder / "scanners"
        ports.mkdir()
        for name in STATIONS:
            settings = self.data.stations / f"{name}.toml"
            self.desks[name] = FaultStation(name, settings, ports / name, self._witness, self._environment)
            self.desks[name].launch()
        for desk in self.desks.values():
            desk.programs[-1].err.wait(f"station {desk.name} online")

    def launch_hub(self) -> None:
        """Start the hub without waiting."""
        self.hub = Program("holdshelf", "run", "--config", self.data.hub_toml, environment=self._environment)
        self.hubs.append(self.hub)

    def hub_up_s(self) -> float:
        """Give for how long the hub that runs now has been there, 0 before it says that it is ready."""
        if self._up[0] is not self.hub and any(line.startswith("ready ") for line in self.hub.out.all()):
            self._up = (self.hub, time.monotonic())
        return time.monotonic() - self._up[1] if self._up[0] is self.hub else 0.0

    def parts(self) -> list[Part]:
        """Give everything that can be killed: the stations, the hub, the broker."""
        return [*(StationPart(desk) for desk in self.desks.values()), HubPart(self), BrokerPart(self)]

    def programs(self) -> list[Program]:
        """Give every process that ever ran but the broker's, stations first."""
        return [*(program for desk in self.desks.values() for program in desk.programs), *self.hubs]

    def wait_until_all_answer(self) -> None:
        """Return when hub and stations that were started last say that they are there."""
        wait_for(lambda: any(line.startswith("ready ") for line in self.hub.out.all()), "the hub to be ready", LIMIT_S)
        for desk in self.desks.values():
            desk.programs[-1].err.wait(f"station {desk.name} online")

    def close_desks(self) -> None:
        """Stop stations and hub as a person would; each must end well, and in time."""
        for desk in self.desks.values():
            desk.programs[-1].stop()
            desk.look()
        self.hub.stop()

    def logs(self) -> str:
        """Give the last words of every process."""
        return "".join(program.last_words() for program in self.programs())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)
        for desk in self.desks.values():
            desk.scanner.close()


def kill(program: Program) -> None:
    """Kill a program that must still be there."""
    program.kill()
    code = program.process.returncode
    assert code == KILLED, f"{program.name} had ended by itself with {code}\n{program.last_words()}"


def signal_part(part: Part, number: signal.Signals) -> None:
    """Send a signal to a part."""
    os.kill(part.pid, number)
