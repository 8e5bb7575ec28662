"""The web of a small library for tests: real flows on a real SQLite behind real doors, over real HTTP or in this process."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from broker.ids import ENTROPY_BYTES, uuid7
from broker.messages import Reply, Scan, StationSettings
from hub.demo import PATRONS, card, item_barcode, seed, seed_places
from hub.feed import Feed
from hub.flows.find_station import call_for
from hub.flows.keep_books import add_patron, put_station
from hub.flows.set_station import message_for, place_of
from hub.flows.take_scan import take_scan
from hub.in_force import in_force
from hub.openid import Provider
from hub.settings import HubSettings
from hub.store.database import open_database, transaction
from hub.store.place import Place
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection
from hub.watch.vitals import Vitals
from hub.web.app import create_app, end_streams, inside_of
from hub.web.doors import Health
from hub.web.inside import Inside
from hub.wiring import trial_of
from tests.support.desks import STORE, open_empty

T = TypeVar("T")

TOKEN = "token-of-this-test"
METRICS_TOKEN = "token-of-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
STREAM = "00000000-0000-7000-8000-000000000000"
ADA, BEN = card(1), card(2)
BOOK, OTHER_BOOK = item_barcode(1), item_barcode(2)


class TestDoors:
    """The hub as the web sees it, without a broker."""

    __test__ = False

    def __init__(self, folder: Path, connection: Connection | None = None, place: Place | None = None) -> None:
        """Without a connection the database is the file in the folder."""
        self.site, self.hub, self.library, self.token = "main", "hub", "Test <Library>", TOKEN
        self.metrics_token, self.source = METRICS_TOKEN, "holdshelf/main/hub"
        self.database: Place = place or folder / "hub.db"
        self.connection = connection or open_database(self.database)
        self.problems: tuple[str, ...] = ()
        self.feed = Feed()
        self.told: list[tuple[str, str]] = []
        self.heard: list[StationSettings] = []
        self.calls: list[Reply] = []
        self.base, self.folder = HubSettings(), folder
        self.take_settings()
        self.provider: Provider | None = None

    def take_settings(self) -> None:
        """Work by what was changed on the pages, over ``base``."""
        self.settings = in_force(self.connection, self.base)
        self.rules = self.settings.site_rules()
        self.trial = trial_of(self.settings, self.folder)

    def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change in one transaction."""
        with transaction(self.connection):
            result = change(self.connection)
        self.feed.ring()
        return result

    def scan(self, station: str, barcode: str, scan_id: str) -> Reply:
        """Take a scan by the flow scanners use."""
        store, now = ScanStore(self.connection), self.now()
        with transaction(self.connection):
            stream = store.stream(station, STREAM)
            scan = Scan(
                scan_id=scan_id,
                station=station,
                incarnation=STREAM,
                seq=stream.seq + 1,
                barcode=barcode,
                source="http",
                scanned_at=now,
                age_ms=0,
            )
            repeat = store.reply_to(scan_id) is not None
            taken = take_scan(store, self.rules, self.settings.patterns(), scan, stream.key, now)
            if not repeat:
                store.advance(stream.key, scan.seq)
        self.feed.ring()
        return Reply.model_validate_json(taken.reply)

    def place_station(self, name: str, desk: str) -> None:
        """Place a station, and remember that it was told."""
        self.write(lambda connection: put_station(connection, name, desk))
        self.told.append((name, desk))

    def tell_station(self, name: str) -> None:
        """Remember what it would hear."""
        place = place_of(self.connection, name)
        self.heard.append(message_for(self.connection, name, place))

    def find_station(self, name: str) -> None:
        """Remember what the station would hear."""
        self.calls.append(call_for(self.connection, self.rules, name, call_id=self.new_id(), now=self.now()))

    def health(self) -> Health:
        """Say what the test says."""
        return Health(not self.problems, self.problems)

    def vitals(self) -> Vitals:
        """Give what a hub just started knows of itself."""
        return Vitals()

    def now(self) -> datetime:
        """Give the time."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """Give a new UUID, version 7."""
        return uuid7(time.time_ns() // 1_000_000, os.urandom(ENTROPY_BYTES))

    async def next_change(self) -> None:
        """Return when something was committed."""
        await self.feed.wait()


def furnish(connection: Connection) -> None:
    """Write the demo's desks and two patrons."""
    seed_places(connection)
    for number, (alias, name) in enumerate(PATRONS[:2], 1):
        add_patron(connection, card=card(number), alias=alias, name=name, email=f"patron{number}@example.org")


@contextmanager
def a_web(folder: Path, furnish: Callable[[Connection], None] = furnish) -> Iterator[tuple[FastAPI, TestDoors]]:
    """Make the web of a library in which this was written."""
    if STORE == "sqlite":
        (folder / "hub.db").write_bytes(_library(furnish))
        doors = TestDoors(folder)
    else:
        place, connection = open_empty(folder)
        with transaction(connection):
            furnish(connection)
        doors = TestDoors(folder, connection, place)
    app = _app_for(doors)
    yield app, doors
    inside_of(app).close()
    doors.connection.close()


@contextmanager
def a_demo(folder: Path) -> Iterator[tuple[FastAPI, TestDoors]]:
    """Make the web of the demonstration library, as it is now."""
    place, connection = open_empty(folder)
    doors = TestDoors(folder, connection, place)
    with transaction(connection):
        seed(connection, HubSettings(), doors.now())
    app = _app_for(doors)
    yield app, doors
    inside_of(app).close()
    connection.close()


_made: list[FastAPI] = []


def _app_for(doors: TestDoors) -> FastAPI:
    """Give the app, the same for all tests: only the hub behind it is new. Its many routes take a while to make."""
    if not _made:
        _made.append(create_app(doors))
    _made[0].state.inside = Inside(doors)
    return _made[0]


@cache
def _library(furnish: Callable[[Connection], None]) -> bytes:
    """Give the database tests begin with; making it anew takes most of a test's time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hub.db"
        connection = open_database(path)
        with transaction(connection):
            furnish(connection)
        connection.close()
        return path.read_bytes()


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """Give a client that talks to an app in this process, with the token."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=BEARER)


class _Server(uvicorn.Server):
    """Leaves the signals to the test runner."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing."""
        yield


@asynccontextmanager
async def serving(app: FastAPI, doors: TestDoors, port: int = 0) -> AsyncIterator[str]:
    """Serve an app on a free loopback port, or the one it had before; gives its address."""
    async with listening(app, port) as address:
        try:
            yield address
        finally:
            end_streams(app)
            doors.feed.ring()


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve any app on a free loopback port, or this one; gives its address."""
    # With its protocol named: only then asyncio turns Nagle's delay off, which would cost each answer 40 ms.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", http="h11", ws="none", timeout_graceful_shutdown=1)
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


async def until(condition: Callable[[], bool], limit_s: float = 10) -> None:
    """Wait for a condition, with a limit."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - any condition, not only our own events
            await asyncio.sleep(0.005)
