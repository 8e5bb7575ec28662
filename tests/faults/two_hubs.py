"""Two hubs on one PostgreSQL server: every few seconds one of them is killed or stands still, and the other has its stations."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from broker.mosquitto import Account
from broker.topics import Party
from hub.core.leases import partition_of
from tests.faults.books import STATIONS, Work
from tests.faults.forms import FORMS, Fault, Form, Kind
from tests.faults.guests import Guests
from tests.faults.library import Library
from tests.faults.parts import kill
from tests.faults.trouble import Trouble
from tests.faults.witness import Witness
from tests.support.brokers import free_port
from tests.support.postgres import Server, running_server
from tests.support.programs import LIMIT_S, Program, wait_for

EVERY_S = 10.0
AWAY_S = 6.0
"""Longer than a lease and the look for it."""
SCANS_A_SECOND = 6
"""So many that there is work until the last fault: a run has 80 for each."""
SETTLED_S = 60.0
"""Both are there before one of them is struck: a start takes its time on a busy machine."""
LIMIT_TAKEOVER_S = 5.0
NAMES = ("hub", "hub-2")
ANSWER_LIMIT_S = 4 * LIMIT_TAKEOVER_S
THERE = "SELECT hub FROM hub_lease WHERE able AND until > extract(epoch FROM clock_timestamp()) * 1000"
HOLDERS = "SELECT part, hub FROM partition_lease"
ANSWERED = "SELECT t.station, count(*) FROM scan s JOIN stream t ON t.key = s.stream GROUP BY t.station"


class TwoHubs(Library):
    """A library with a second hub beside the first, and a server for both."""

    def __init__(self, folder: Path, witness: Witness, environment: Mapping[str, str], form: Form, server: Server | None = None) -> None:
        super().__init__(folder, witness, environment, form, server)
        self.second: dict[str, Program] = {}
        self._second_toml = folder / "hub-2" / "hub.toml"

    def _furnish(self) -> None:
        super()._furnish()
        toml = self.data.hub_toml
        alone = toml.read_text().replace('site = "main"\n', 'site = "main"\nseveral = true\n', 1)
        toml.write_text(alone)
        self._second_toml.parent.mkdir(mode=0o700)
        port = self.data.settings().http.port
        other = alone.replace("several = true\n", 'several = true\nhub = "hub-2"\n', 1).replace(
            f"port = {port}\n", f"port = {free_port()}\n", 1
        )
        self._second_toml.write_text(other.replace("[mqtt]\n", '[mqtt]\nusername = "hub-2"\n', 1))
        (self._second_toml.parent / "api-token").write_text(self.data.token_file.read_text())
        (self._second_toml.parent / "api-token").chmod(0o600)

    def accounts(self) -> list[Account]:
        """Give every login the broker knows: each hub has its own."""
        return [*super().accounts(), Account("hub-2", str(self.data.settings().mqtt.password), Party.HUB)]

    def open_desks(self) -> None:
        """Start the second hub, wait until each has stations, then start the stations."""
        self.launch("hub-2")
        wait_for(self.both_there, "both hubs to be there", SETTLED_S)
        super().open_desks()

    def launch(self, name: str) -> None:
        """Start one of the hubs without waiting."""
        if name == "hub":
            self.launch_hub()
            return
        self.second[name] = Program("holdshelf", "run", "--config", self._second_toml, environment=self._environment)
        self.hubs.append(self.second[name])

    def hub_named(self, name: str) -> Program:
        """Give the program that runs now under this name."""
        return self.hub if name == "hub" else self.second[name]

    def both_there(self) -> bool:
        """Whether both hubs have a lease, and are divided."""
        return len(self.query(THERE)) == 2 and {hub for _part, hub in self.query(HOLDERS)} == set(NAMES)

    def stations_of(self, name: str) -> list[str]:
        """Give the stations a hub holds, as the database says."""
        holders = dict(self.query(HOLDERS))
        return [station for station in STATIONS if holders.get(partition_of(station)) == name]

    def api_of(self, name: str) -> httpx.Client:
        """Give the way to a hub's HTTP."""
        url = self.hub_named(name).out.wait("ready ").removeprefix("ready ")
        token = self.data.token_file.read_text().strip()
        return httpx.Client(base_url=f"{url}api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=LIMIT_S)

    def wait_until_all_answer(self) -> None:
        """Return when both hubs and all stations say that they are there."""
        self.second["hub-2"].out.wait("ready ")
        super().wait_until_all_answer()

    def close_desks(self) -> None:
        """Stop the second hub, too."""
        self.second["hub-2"].stop()
        super().close_desks()


Hubs = TypeVar("Hubs", bound=TwoHubs)


@contextmanager
def opened(kind: type[Hubs], folder: Path) -> Iterator[Hubs]:
    """Open such a library in a folder of a test, with a server that keeps what it promises; nothing may have ended by itself at the end."""
    (folder / "library").mkdir()
    with (
        closing(Witness(folder / "witness.jsonl")) as witness,
        running_server(durable=True) as server,
        kind(folder / "library", witness, {}, FORMS["hubs"], server) as library,
    ):
        library.open_desks()
        yield library
        library.check()
        library.close_desks()


def scanned(library: TwoHubs, station: str, barcode: str) -> float:
    """Scan and wait until a desk is told; gives how long that took."""
    desk = library.desks[station]
    desk.look()
    before, began = len(desk.replied), time.monotonic()
    desk.scanner.write(barcode.encode() + b"\r")

    def told() -> bool:
        desk.look()
        return len(desk.replied) > before

    wait_for(told, f"{station} to be told about {barcode}", ANSWER_LIMIT_S)
    return time.monotonic() - began


def rules(library: TwoHubs) -> list[tuple[str, str]]:
    """Give station and rule of every scan, in their order."""
    return library.query("SELECT t.station, s.rule FROM scan s JOIN stream t ON t.key = s.stream ORDER BY s.key")


def letters(library: TwoHubs) -> list[str]:
    """Give the Message-ID of every letter that has left."""
    library.post.look()
    return [letter.message_id for letter in library.post.letters]


def holder_of(library: TwoHubs, station: str) -> str:
    """Give the hub that has a station, as the database says."""
    return str(dict(library.query("SELECT part, hub FROM partition_lease"))[partition_of(station)])


class ByTurns(Trouble):
    """Kills one hub, lets the other stand still, and so on, by the clock; clerks scan all the time."""

    def __init__(
        self, library: TwoHubs, witness: Witness, faults: list[Fault], form: Form, work: Work, guests: Guests, say: Callable[[str], None]
    ) -> None:
        super().__init__(library, witness, faults, form, work, guests, say)
        self._both = library
        self._began = time.monotonic()
        self.takeovers_s: list[float] = []
        self.late: list[str] = []

    def scan_on(self) -> bool:
        """Whether a clerk may begin something: as many scans a second as make a run of the asked length."""
        return self._done == len(self._faults) or self._witness.scanned < (time.monotonic() - self._began + 1) * SCANS_A_SECOND

    def _all(self, go_on: Callable[[], bool]) -> None:
        self._began = time.monotonic()
        for number, fault in enumerate(self._faults, 1):
            while time.monotonic() < self._began + number * EVERY_S:
                go_on()
                self._waiting.wait(0.05)
            self._strike_one(number, fault.kind)
            self._done = number

    def _strike_one(self, number: int, kind: Kind) -> None:
        wait_for(self._both.both_there, "both hubs to be there", SETTLED_S)
        # Each by turns; but one that happens to have only desks at which nobody scans shows nothing.
        turn = NAMES[number // 2 % 2 :] + NAMES[: number // 2 % 2]
        name = next(name for name in turn if self._both.stations_of(name))
        stations, before = self._both.stations_of(name), dict(self._both.query(ANSWERED))
        program = self._both.hub_named(name)
        struck = time.monotonic()
        if kind is Kind.ONE_OF_TWO_KILLED:
            kill(program)
        else:
            program.process.send_signal(signal.SIGSTOP)
        self._witness.fault(kind, (name,))
        took = self._until_answered(stations, before, struck)
        self._waiting.wait(max(0.0, struck + AWAY_S - time.monotonic()))
        if kind is Kind.ONE_OF_TWO_KILLED:
            self._both.launch(name)
        else:
            program.process.send_signal(signal.SIGCONT)
        what = f"a scan of {', '.join(stations)} was answered after {took:.2f} s" if took is not None else f"no scan of {stations} came"
        self._say(f"fault {number}/{len(self._faults)} at scan {self._witness.scanned}: {kind} ({name}); {what}")

    def _until_answered(self, stations: list[str], before: dict[str, int], struck: float) -> float | None:
        """Give after how long the other hub had answered a scan of one of these stations; None where none was made."""
        while time.monotonic() < struck + AWAY_S:
            now = dict(self._both.query(ANSWERED))
            if any(now.get(station, 0) > before.get(station, 0) for station in stations):
                took = time.monotonic() - struck
                # What was committed in the moment before the kill is seen after it.
                if took > 0.3:
                    self.takeovers_s.append(took)
                    return took
                before = now
            self._waiting.wait(0.02)
        self.late.append(f"no scan of {', '.join(stations)} was answered within {AWAY_S:.0f} s")
        return None

    def figures(self) -> dict[str, float]:
        """Give what is printed."""
        if not self.takeovers_s:
            return {}
        return {
            "takeovers": len(self.takeovers_s),
            "median s": round(statistics.median(self.takeovers_s), 2),
            "longest s": round(max(self.takeovers_s), 2),
        }

    def findings(self) -> list[str]:
        """Give what took too long."""
        return [*self.late, *(f"a takeover took {took:.2f} s" for took in self.takeovers_s if took > LIMIT_TAKEOVER_S)]
