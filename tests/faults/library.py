"""The library under fault: broker, hub and stations that can be killed, paused and started again without waiting."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from tests.faults.books import STATIONS
from tests.faults.witness import Witness
from tests.support.house import House, Knobs, Station
from tests.support.mail import SmtpSink
from tests.support.outside import LoopThread
from tests.support.programs import LIMIT_S, Program, wait_for

KILLED = -signal.SIGKILL
KNOBS = Knobs(ready_delay_s=0, bounce_s=0.5, patron_session_s=30, handover_s=0.3)


class Part(Protocol):
    """Something that can be killed."""

    name: str

    @property
    def pid(self) -> int:
        """Its process now."""

    def kill(self) -> None:
        """Kill -9; fails if it had ended by itself."""

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
        if shown["event"] not in ("waiting", "reply"):
            return
        self._witness.light(self.name, number, shown)
        told = shown.get("reply") or shown
        if shown["event"] == "reply":
            self.replied.add(told["scan_id"])
        self.stored.setdefault(told["scan_id"], number)
        self.highest = max(self.highest, told["seq"])
        self._lights.append((told["seq"], told["scan_id"], shown["barcode"]))


class StationPart:
    """A station as something that can be killed."""

    def __init__(self, station: FaultStation) -> None:
        self.name = station.name
        self._station = station

    @property
    def pid(self) -> int:
        """Its process now."""
        return self._station.programs[-1].pid

    def kill(self) -> None:
        """Kill -9."""
        kill(self._station.programs[-1])

    def start(self) -> None:
        """Start it again."""
        self._station.launch()


class HubPart:
    """The hub as something that can be killed."""

    name = "hub"

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def pid(self) -> int:
        """Its process now."""
        return self._library.hub.pid

    def kill(self) -> None:
        """Kill -9."""
        kill(self._library.hub)

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

    def kill(self) -> None:
        """Kill -9, and with it whatever it held."""
        assert self._library.broker.running, "the broker ended by itself"
        self._library.kill_broker()

    def start(self) -> None:
        """Start it again."""
        self._library.start_broker()


class Library(House):
    """A house whose hub starts without anybody waiting, and whose stations tell what their desks show."""

    def __init__(self, folder: Path, witness: Witness, environment: Mapping[str, str]) -> None:
        super().__init__(folder, "mosquitto", Knobs(**(vars(KNOBS) | {"environment": environment})))
        self.mail: Postbox = Postbox()
        self.hubs: list[Program] = []
        self.desks: dict[str, FaultStation] = {}
        self._up: tuple[Program | None, float] = (None, 0.0)
        self._folder = folder
        self._witness = witness
        self._environment = environment

    @property
    def outside(self) -> LoopThread:
        """Where others on the broker run."""
        return self._outside

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
