"""The library under fault: broker, hub and stations that can be killed, paused and started again without waiting."""

from __future__ import annotations

import contextlib
import json
import os
import random
import secrets
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from broker.mosquitto import Account
from broker.topics import Party
from hub.store.place import Place
from tests.faults.books import STATIONS
from tests.faults.clocks import SetClock, forget_clocks
from tests.faults.disk import BALLAST, Disk
from tests.faults.forms import KEEPALIVE_S, Form
from tests.faults.links import Link
from tests.faults.mail import PostOffice
from tests.faults.parts import BrokerPart, HubPart, Part, StationPart
from tests.faults.wires import Wire
from tests.faults.witness import Witness
from tests.support.house import House, Knobs, Station
from tests.support.outside import LoopThread
from tests.support.postgres import Server
from tests.support.programs import Program, wait_for

HUB_DISK_MIB = 64
STATION_DISK_MIB = 16
KNOBS = Knobs(ready_delay_s=0, bounce_s=0.5, patron_session_s=30, handover_s=0.3)
JOINT = {"ready_delay_s": 2, "together_s": 10}
"""Books that come while another waits share its letter."""
OK = 200
GUEST = "guest-1"
"""A station nobody stands at: whoever has its login means no good."""
WALL = Account("wall", secrets.token_hex(16), Party.DASHBOARD)
"""A second dashboard."""


class FaultStation(Station):
    """One desk, and what can be seen on it; every start's screen is read to its end."""

    def __init__(
        self, name: str, settings: Path, port: Path, witness: Witness, environment: Mapping[str, str], into: Sequence[str] = ()
    ) -> None:
        """``into`` is the beginning of a command that takes its program to another place."""
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
        self._into = into
        self._read: list[int] = []
        self._lights: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        """Seq and id of what was shown as stored, by barcode."""
        self._lock = threading.Lock()

    def launch(self) -> None:
        """Start it without waiting."""
        command = ("holdshelf-station", "run", "--json", "--config", self.settings_file)
        self.programs.append(Program(*command, environment=self._environment, into=self._into))

    def ready(self) -> bool:
        """Whether the program that runs now takes scans."""
        return any(line == f"station {self.name} ready" for line in self.programs[-1].err.all())

    def light_for(self, barcode: str, after: int) -> tuple[int, str] | None:
        """Give seq and id of the first scan of this barcode above a seq that the desk showed as stored."""
        self.look()
        with self._lock:
            return next(((seq, scan_id) for seq, scan_id in self._lights[barcode] if seq > after), None)

    def look(self) -> None:
        """Take in what the desk has shown since the last look."""
        with self._lock:
            # One more may be started meanwhile.
            programs = list(self.programs)
            self._read += [0] * (len(programs) - len(self._read))
            for number, program in enumerate(programs):
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
        self._lights[shown["barcode"]].append((told["seq"], told["scan_id"]))


class Library(House):
    """A house whose hub starts without anybody waiting, and whose stations tell what their desks show."""

    hub_limit_s = 150.0
    """On a busy machine it may take long."""

    def __init__(self, folder: Path, witness: Witness, environment: Mapping[str, str], form: Form, server: Server | None = None) -> None:
        """``server`` has the hub's database; without one it is a file."""
        self.clocks = {name: SetClock(folder / f"{name}.clock") for name in (HubPart.name, *STATIONS)} if form.clocks else {}
        """The clocks that can be set, by who goes by them, where the form has any."""
        self._environment = environment
        place = {"database": server.new_database()} if server is not None else {}
        self._form, self._folder, self._witness = form, folder, witness
        told = {**vars(KNOBS), **(JOINT if form.joint else {}), "environment": self.environment(HubPart.name), **place}
        super().__init__(folder, "mosquitto", Knobs(**told))
        self.server = server
        self.post = PostOffice(folder / "mail.jsonl")
        self.hubs: list[Program] = []
        self.desks: dict[str, FaultStation] = {}
        self.links: dict[str, Link] = {}
        """The wires to the broker, by who dials, where the form has any."""
        self.wires: dict[str, Wire] = {}
        """Those that carry packets, by the station at their far end, where the form has any."""
        self.away = threading.RLock()
        """Held by whoever takes the disks away, or reads from them."""
        self.heard_before = 0
        """How much the dashboard had heard when the hub was last put back from a backup."""
        self.set_back_s: list[float] = []
        """By how much the hub's clock was set back, each time."""
        self._broker_port = 0
        self._up: tuple[Program | None, float] = (None, 0.0)

    def environment(self, name: str) -> dict[str, str]:
        """Give what the program of this name is started with."""
        clock = self.clocks.get(name)
        return {**self._environment, **(clock.environment if clock is not None else {})}

    @property
    def place(self) -> Place:
        """Where the hub's database is."""
        return self.data.settings().place(self.data.path)

    @property
    def mail_port(self) -> int:
        """Where the hub finds the mail server."""
        return self.post.port

    def _mail_server(self) -> AbstractContextManager[object]:
        return self.post

    def accounts(self) -> list[Account]:
        """Give every login the broker knows."""
        return [*super().accounts(), WALL]

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
        if self._form.guests:
            self.data.add_station(GUEST, self.data.settings())
        if self._form.links:
            self._link()
        if self._form.wires:
            self._wire()
        os.sync()

    def _disk(self, name: str, place: Path, mib: int) -> Disk:
        disk = Disk(self._folder / f"{name}.img", place, mib)

        def close() -> None:
            # What is left of a bad run is looked at afterwards; one that ended in the middle of a power cut leaves what nobody can read.
            with contextlib.suppress(shutil.Error):
                shutil.copytree(place, self._folder / f"left-{name}", ignore=shutil.ignore_patterns(BALLAST, "lost+found"))
            disk.close()

        self._ended.callback(close)
        return disk

    def _link(self) -> None:
        """Put a link between the broker and each who dials it."""
        port = self._broker_port = super().broker_port
        for name, file in {HubPart.name: self.data.hub_toml, **{name: self.data.stations / f"{name}.toml" for name in STATIONS}}.items():
            link = self.links[name] = Link(self._outside, name, port)
            self._ended.callback(link.close)
            _dial(file, port, link)

    def _wire(self) -> None:
        """Put each station on a machine of its own, at the end of a wire; at its near end stands a relay before the broker."""
        port = super().broker_port
        for name in STATIONS:
            wire = self.wires[name] = Wire(random.Random(name))
            self._ended.callback(wire.close)
            relay = Link(self._outside, name, port, wire.near)
            self._ended.callback(relay.close)
            _dial(self.data.stations / f"{name}.toml", port, relay)

    def open_desks(self) -> None:
        """Start every station and return when the hub answers all."""
        self.hubs.append(self.hub)
        ports = self._folder / "scanners"
        ports.mkdir()
        for name in STATIONS:
            settings = self.data.stations / f"{name}.toml"
            into = self.wires[name].into if name in self.wires else ()
            self.desks[name] = FaultStation(name, settings, ports / name, self._witness, self.environment(name), into)
            self.desks[name].launch()
        for desk in self.desks.values():
            desk.programs[-1].err.wait(f"station {desk.name} online", limit_s=self.hub_limit_s)

    def launch_hub(self) -> None:
        """Start the hub without waiting."""
        self.hub = Program("holdshelf", "run", "--config", self.data.hub_toml, environment=self.environment(HubPart.name))
        self.hubs.append(self.hub)

    def hub_up_s(self) -> float:
        """Give for how long the hub that runs now has been there, 0 before it says that it is ready."""
        if self._up[0] is not self.hub and any(line.startswith("ready ") for line in self.hub.out.all()):
            self._up = (self.hub, time.monotonic())
        return time.monotonic() - self._up[1] if self._up[0] is self.hub else 0.0

    def wait_for_hub(self) -> None:
        """Return when the hub that was started last is there."""
        wait_for(lambda: self.hub_up_s() > 0, "the hub to be ready", self.hub_limit_s)

    def wait_until_ready(self) -> None:
        """Return when the hub says that a scan would be answered."""
        self.wait_for_hub()
        wait_for(self._is_ready, "the hub to be ready for scans", self.hub_limit_s)

    def _is_ready(self) -> bool:
        try:
            return self.api.get("/health/ready").status_code == OK
        except httpx.TransportError:
            return False

    def parts(self) -> list[Part]:
        """Give everything that can be killed: the stations, the hub, the broker."""
        return [*(StationPart(desk) for desk in self.desks.values()), HubPart(self), BrokerPart(self)]

    def programs(self) -> list[Program]:
        """Give every process that ever ran but the broker's, stations first."""
        return [*(program for desk in self.desks.values() for program in desk.programs), *self.hubs]

    def wait_until_all_answer(self) -> None:
        """Return when hub and stations that were started last say that they are there."""
        self.wait_for_hub()
        for desk in self.desks.values():
            desk.programs[-1].err.wait(f"station {desk.name} online", limit_s=self.hub_limit_s)

    def check(self) -> None:
        """Fail if anything ended unasked."""
        super().check()
        self.post.check()

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
        if self.clocks:
            forget_clocks(program.pid for program in self.programs())


def _dial(file: Path, port: int, link: Link) -> None:
    """Let a program dial the link instead of the broker, and give a silent connection up soon."""
    text = file.read_text()
    assert f"port = {port}\n" in text
    text = text.replace(f"port = {port}\n", f"port = {link.port}\nkeepalive_s = {KEEPALIVE_S}\n", 1)
    file.write_text(text.replace('host = "127.0.0.1"', f'host = "{link.host}"', 1))
