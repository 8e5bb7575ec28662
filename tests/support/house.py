"""One library for a test: broker, hub, stations on pseudo-terminals, a mail server and somebody who listens outside.

All real processes, each of which can be killed and started again. ``with House(folder) as house``: what ends unasked fails the test.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from broker.embedded import EmbeddedBroker, Kind
from broker.messages import Reply
from broker.mosquitto import Account
from broker.promises import SessionSettings
from broker.topics import Root
from hub.data_folder import DataFolder, FirstRun, Place
from hub.demo import PATRONS, STATIONS, card, seed_places
from hub.flows.keep_books import add_patron
from hub.store.database import open_database, open_reader, transaction
from tests.support.brokers import free_port
from tests.support.mail import SmtpSink
from tests.support.outside import DASHBOARD_READS, Guest, Listener, LoopThread
from tests.support.programs import LIMIT_S, Program, wait_for
from tests.support.ptys import PtyScanner

SITE = "main"
FAKED = {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
"""How long things take is as ever."""
HUB_TOML = """\
site = "{site}"
library = "Test Library"
database = "{database}"

[mqtt]
port = {mqtt_port}
password = "the-hubs-own-password"

[http]
port = {http_port}

[mail]
{mail}
sender = "library@holdshelf.invalid"

[policy]
ready_notice_delay_s = {ready_delay_s}

[notices]
together_s = {together_s}

[windows]
bounce_s = {bounce_s}
patron_session_s = {patron_session_s}
handover_s = {handover_s}
"""


@dataclass(frozen=True)
class Knobs:
    """The settings a test may want shorter; ``mail`` False lets letters fall into the Maildir."""

    ready_delay_s: float = 0
    together_s: float = 0
    """A letter a book, unless a test reads of which books one speaks."""
    bounce_s: float = 0.5
    patron_session_s: float = 1
    handover_s: float = 1
    mail: bool = True
    database: str = "hub.db"
    more: str = ""
    """More lines of hub.toml."""
    environment: Mapping[str, str] = field(default_factory=dict)


class House:
    """Everything of one library, as processes, in one folder."""

    hub_limit_s = LIMIT_S
    """In this time a hub starts."""

    def __init__(self, folder: Path, kind: Kind = "mosquitto", knobs: Knobs | None = None) -> None:
        self.data = DataFolder(folder / "data")
        self.root = Root(SITE)
        self.mail = SmtpSink()
        self._knobs = knobs or Knobs()
        self._scanners = folder / "scanners"
        self._kind = kind
        self._ended = contextlib.ExitStack()
        self.hubs: list[Program] = []
        """Every hub there was."""
        self._stations: dict[str, Station] = {}

    def __enter__(self) -> Self:
        with self._ended as ended:
            if self._knobs.mail:
                ended.enter_context(self._mail_server())
            self._outside = LoopThread()
            ended.callback(self._outside.close)
            self._furnish()
            self.start_broker()
            ended.callback(lambda: self._outside.call(self.broker.stop()))
            self.start_hub()
            self.listener = Listener(self._outside, self._login_of_dashboard(), self.root)
            ended.callback(self.listener.close)
            self._ended = ended.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._ended:
            for program in self.programs():
                program.__exit__(kind, error, trace)
            for station in self._stations.values():
                station.scanner.close()
            self.api.close()

    # -- the parts

    @property
    def broker_port(self) -> int:
        """Where the broker listens."""
        return self.data.settings().mqtt.port

    @property
    def mail_port(self) -> int:
        """Where the hub finds the mail server."""
        return self.mail.port

    def _mail_server(self) -> AbstractContextManager[object]:
        """Give what is entered before the hub starts, and left at the end."""
        return self.mail

    def accounts(self) -> list[Account]:
        """Give every login the broker knows."""
        return self.data.accounts(self.data.settings())

    def start_broker(self) -> None:
        """Start the broker, empty, on its port."""
        self.broker = EmbeddedBroker(self.data.broker, self.accounts(), site=SITE, port=self.broker_port, kind=self._kind)
        self._outside.call(self.broker.start())

    def kill_broker(self) -> None:
        """Kill the broker with -9; all it held is lost."""
        assert self.broker.pid is not None
        os.kill(self.broker.pid, signal.SIGKILL)
        self._outside.call(self.broker.died())
        self._outside.call(self.broker.stop())

    def accept_logins(self) -> None:
        """Let the broker know the stations that were added."""
        self._outside.call(self.broker.set_accounts(self.accounts()))

    def start_hub(self, *, days_later: int = 0) -> None:
        """Start the hub and return when a scan would be answered; ``days_later`` by a clock that is so far ahead."""
        environment = dict(self._knobs.environment) | (_later(days_later) if days_later else {})
        self.hub = Program("holdshelf", "run", "--config", self.data.hub_toml, environment=environment)
        self.hubs.append(self.hub)
        url = self.hub.out.wait("ready ", limit_s=self.hub_limit_s).removeprefix("ready ")
        token = self.data.token_file.read_text().strip()
        self.api = httpx.Client(base_url=f"{url}api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=LIMIT_S)

    def stop_hub(self) -> None:
        """Stop the hub as its supervisor does."""
        self.api.close()
        self.hub.stop()

    def kill_hub(self) -> None:
        """Kill the hub with -9."""
        self.api.close()
        self.hub.kill()

    def station(self, name: str) -> Station:
        """Give the running station of this name; the first call starts it."""
        if name not in self._stations:
            self._scanners.mkdir(exist_ok=True)
            self._stations[name] = Station(name, self.data.stations / f"{name}.toml", self._scanners / name)
        station = self._stations[name]
        if not station.runs:
            station.start()
        return station

    def programs(self) -> list[Program]:
        """Give every process but the broker, stations first: the order in which to stop them."""
        return [*(program for station in self._stations.values() for program in station.programs), self.hub]

    def check(self) -> None:
        """Fail if anything ended unasked."""
        assert self.broker.running, "the broker ended by itself"
        for program in self.programs():
            program.check()

    # -- what stands around it

    def guest(self, account: Account, *keys: str, protocol: Literal["5", "3.1.1"] = "5") -> Guest:
        """Let a login in beside all others; keys name the rows of the topic table it listens to."""
        return Guest(self._outside, replace(self._session_settings(account.name, account.password, keys), protocol=protocol))

    def spy(self, account: Account) -> Guest:
        """Let a login in that listens to every topic there is; what it hears is the access list's business."""
        return Guest(self._outside, replace(self._session_settings(account.name, account.password, ()), subscriptions=("#",)))

    def account(self, name: str) -> Account:
        """Give a login by its name."""
        return next(each for each in self.accounts() if each.name == name)

    def create(self, title: str, *, pickup_desk: str = "main", patron: int = 1, **more: Any) -> httpx.Response:
        """Ask for a new request over HTTP."""
        body = {"title": title, "requester": card(patron), "pickup_desk": pickup_desk, "partner": "tul", **more}
        return self.api.post("/requests", json=body)

    def created(self, title: str, *, pickup_desk: str = "main", patron: int = 1, **more: Any) -> str:
        """Create a request and give its id."""
        answer = self.create(title, pickup_desk=pickup_desk, patron=patron, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["request_id"])

    def get(self, path: str, **query: str) -> Any:
        """Give what HTTP answers."""
        answer = self.api.get(path, params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the hub's database."""
        with contextlib.closing(open_reader(self.data.settings().place(self.data.path))) as connection:
            return [tuple(row) for row in connection.execute(sql, values).fetchall()]

    def execute(self, sql: str, *values: object) -> None:
        """Change the hub's database behind its back, while it is stopped."""
        with contextlib.closing(sqlite3.connect(self.data.path / "hub.db")) as connection, connection:
            connection.execute(sql, values)

    def _furnish(self) -> None:
        knobs = self._knobs
        # Closed to others, as a data folder is: it holds passwords and patrons.
        self.data.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mail = f'host = "127.0.0.1"\nport = {self.mail_port}' if knobs.mail else ""
        text = HUB_TOML.format(
            site=SITE,
            database=knobs.database,
            mqtt_port=free_port(),
            http_port=free_port(),
            mail=mail,
            ready_delay_s=knobs.ready_delay_s,
            together_s=knobs.together_s,
            bounce_s=knobs.bounce_s,
            patron_session_s=knobs.patron_session_s,
            handover_s=knobs.handover_s,
        )
        self.data.hub_toml.write_text(f"{text}\n{knobs.more}")
        _seed(self.data)

    def _login_of_dashboard(self) -> SessionSettings:
        login = self.account("dashboard")
        return self._session_settings(login.name, login.password, DASHBOARD_READS)

    def _session_settings(self, name: str, password: str, keys: tuple[str, ...]) -> SessionSettings:
        return SessionSettings(
            host="127.0.0.1",
            port=self.broker_port,
            client_id=name,
            username=name,
            password=password,
            backoff_min_s=0.02,
            backoff_max_s=0.1,
            subscriptions=tuple(self.root.filter(key) for key in keys),
        )


class Station:
    """One desk: its agent as a process that writes JSON, its scanner a pseudo-terminal."""

    def __init__(self, name: str, settings: Path, port: Path) -> None:
        self.name = name
        self.scanner = PtyScanner(port)
        self.programs: list[Program] = []
        self._settings = settings
        text = settings.read_text().replace('kind = "typed"', f'kind = "serial"\nname = "scanner"\npath = "{port}"', 1)
        settings.write_text(text)

    @property
    def runs(self) -> bool:
        """Whether its process is there."""
        return bool(self.programs) and self.programs[-1].running

    def start(self, *, wait_online: bool = True) -> None:
        """Start it, and return when the hub answers it."""
        program = Program("holdshelf-station", "run", "--json", "--config", self._settings)
        self.programs.append(program)
        program.err.wait(f"station {self.name} ready")
        if wait_online:
            program.err.wait(f"station {self.name} online")

    def kill(self) -> None:
        """Kill it with -9."""
        self.programs[-1].kill()

    def send(self, barcode: str) -> None:
        """Scan without waiting for an answer."""
        self.scanner.write(barcode.encode() + b"\r")

    def scan(self, barcode: str) -> Reply:
        """Scan and give what the desk is told."""
        before = self.answered
        self.send(barcode)
        wait_for(lambda: self.answered > before or not self.runs, f"{self.name} to be answered about {barcode}")
        self.programs[-1].check()
        return self.replies()[before]

    def scan_all(self, barcodes: list[str]) -> list[Reply]:
        """Scan one after the other without waiting, then give all replies in the order they were shown."""
        before = self.answered
        for barcode in barcodes:
            self.send(barcode)
        wait_for(lambda: self.answered >= before + len(barcodes), f"{self.name} to be answered {len(barcodes)} times")
        return self.replies()[before:]

    @property
    def answered(self) -> int:
        """How many replies the desk was shown."""
        return len(self._lines("reply"))

    def shown(self, event: str) -> list[dict[str, Any]]:
        """Give everything of one kind that the desk was shown, over all its starts."""
        return [json.loads(line) for line in self._lines(event)]

    def replies(self) -> list[Reply]:
        """Give every reply the desk was shown."""
        return [Reply.model_validate(found["reply"]) for found in self.shown("reply")]

    def _lines(self, event: str) -> list[str]:
        # Told by their beginning: to parse all of them at every look would keep a small machine busy.
        return [line for program in self.programs for line in program.out.all() if line.startswith(f'{{"event": "{event}"')]


def after(reply: Reply, seconds: float) -> None:
    """Return when so many seconds and a little have gone by since a reply was decided."""
    moment = reply.decided_at + timedelta(seconds=seconds + 0.05)
    wait_for(lambda: datetime.now(UTC) > moment, f"{seconds} s to go by")


def _later(days: int) -> dict[str, str]:
    """Give the environment of a program whose calendar is ahead; how long things take is as ever."""
    return FAKED | {"LD_PRELOAD": str(faked_clock()), "FAKETIME": f"+{days}d"}


def faked_clock() -> Path | None:
    """Give the library that shows a program another time, None where there is none."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def _seed(data: DataFolder) -> None:
    """Write desks, stations, partners and patrons of the demo, and no request."""
    nowhere = Place("127.0.0.1", data.settings().mqtt.port)
    data.make(FirstRun(site=SITE), nowhere, nowhere)
    connection = open_database(data.settings().place(data.path))
    with contextlib.closing(connection), transaction(connection):
        seed_places(connection)
        for number, (alias, name) in enumerate(PATRONS, 1):
            add_patron(connection, card=card(number), alias=alias, name=name, email=f"patron{number}@example.org")
    for name in STATIONS:
        data.add_station(name, data.settings())
