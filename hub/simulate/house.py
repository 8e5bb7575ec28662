"""What a simulated day is played on: a data folder, broker, hub, stations and a listener, all real."""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker import messages
from broker.children import end, tethered
from broker.codec import decode
from broker.embedded import EmbeddedBroker, Kind
from broker.promises import Delivery, SessionSettings
from broker.session import MqttSession
from broker.topics import Root
from hub.data_folder import DataFolder, FirstRun, Place, read_secret
from hub.demo import card, seed_places
from hub.errors import HubError
from hub.flows.keep_books import add_patron, put_station
from hub.settings import HubSettings
from hub.simulate.plan import Day, patrons_for
from hub.simulate.station import Cable, Line, Station, first_line
from hub.store.database import open_database, transaction
from hub.store.place import Place as DatabasePlace
from hub.store.sql import Connection
from hub.up import free_port, ours

LOOK_EVERY_S = 0.1
ANIMALS = ["Heron", "Otter", "Lynx", "Wren", "Stork", "Badger", "Marten", "Plover", "Vole", "Kestrel", "Newt", "Hare"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the day goes, and the hub's windows at that speed: never shorter than a busy machine needs to answer."""

    speed: float

    def real(self, seconds: float) -> float:
        """Give the seconds that so many seconds of the day take."""
        return seconds / self.speed

    @property
    def letter_grace_s(self) -> float:
        """How long a letter waits."""
        return max(self.real(60), 0.2)

    @property
    def handover_s(self) -> float:
        """How long a second scan at check-out is no return."""
        return max(self.real(30), 1.5)

    @property
    def bounce_s(self) -> float:
        """How long the same barcode is the same pull of the trigger."""
        return max(self.real(2), 0.3)

    @property
    def breath_s(self) -> float:
        """The shortest time between two visits, so that the same book is not taken for a bounce."""
        return 2 * self.bounce_s

    def windows(self) -> str:
        """Give the lines for the end of hub.toml, in its section [windows]."""
        open_s = {
            "patron_session_s": max(self.real(30), 20.0),
            "armed_request_s": max(self.real(60), 20.0),
            "armed_item_s": max(self.real(60), 20.0),
        }
        return "".join(f"{name} = {min(seconds, 3600.0)}\n" for name, seconds in {"bounce_s": self.bounce_s, **open_s}.items())


class Ears:
    """Somebody with the dashboard's login: hears every event, and rings when a letter has left."""

    def __init__(self) -> None:
        self.heard: dict[int, int] = {}
        """How often each event came, by its number."""
        self._letters: dict[str, asyncio.Event] = {}

    async def listen(self, settings: SessionSettings) -> None:
        """Log in and keep listening."""
        self._session = MqttSession(settings, self)
        self._running = asyncio.create_task(self._session.run())

    async def leave(self) -> None:
        """Say goodbye."""
        await self._session.stop()
        await self._running

    def letter(self, request: str) -> asyncio.Event:
        """Give what is set once this request's letter has left."""
        return self._letters.setdefault(request, asyncio.Event())

    def on_message(self, delivery: Delivery) -> None:
        """Note an event."""
        event = decode(messages.Event, delivery.payload)
        if isinstance(event, messages.Event):
            self.heard[int(event.id)] = self.heard.get(int(event.id), 0) + 1
            if event.type == "notice.sent" and event.subject is not None:
                self.letter(event.subject).set()
        self._session.acknowledge(delivery)

    def on_connect(self, session_present: bool) -> None:
        """Nothing to do."""

    def on_disconnect(self, reason: str) -> None:
        """The session comes back by itself."""

    def on_room(self) -> None:
        """Nothing is sent."""


@dataclass
class House:
    """All of it."""

    folder: DataFolder
    settings: HubSettings
    broker: EmbeddedBroker
    stations: dict[str, Station]
    ears: Ears
    token: str
    hub: asyncio.subprocess.Process | None = None

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Ask the hub over HTTP; gives status and answer."""
        return await asyncio.to_thread(self._post, path, body)

    def _post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        http = self.settings.http
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        url = f"http://{http.host}:{http.port}/api/v1{path}"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")
        except OSError as error:
            return 0, {"detail": str(error)}

    async def stop_hub(self) -> None:
        """Stop the hub in its orderly way; a second call does nothing."""
        hub, self.hub = self.hub, None
        if hub is not None:
            await end(hub)

    async def watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Let work go on to its end; HubError when a part of the house is gone meanwhile."""
        working = asyncio.create_task(work)
        try:
            while not working.done():
                await asyncio.wait({working}, timeout=LOOK_EVERY_S)
                if gone := self._gone():
                    raise HubError(" ".join(gone))
            working.result()
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    def _gone(self) -> list[str]:
        gone = [f"Station {name} ended by itself." for name, station in self.stations.items() if station.ended_unasked]
        if self.hub is not None and self.hub.returncode is not None:
            gone.append("The hub ended by itself.")
        return gone if self.broker.running else [*gone, "The broker ended by itself."]


@contextlib.asynccontextmanager
async def open_house(path: Path, day: Day, pace: Pace, kind: Kind | None, told: Callable[[str, Line], None]) -> AsyncIterator[House]:
    """Start everything for a day; ``told`` hears of each line a station shows. At the end everything is stopped."""
    house = _furnish(path, day, pace, kind, told)
    async with contextlib.AsyncExitStack() as ending:
        await house.broker.start()
        ending.push_async_callback(house.broker.stop)
        await _start_hub(house)
        ending.push_async_callback(house.stop_hub)
        await house.ears.listen(_dashboard(house))
        ending.push_async_callback(house.ears.leave)
        for station in house.stations.values():
            ending.callback(station.remove)
            ending.push_async_callback(station.switch_off)
            await station.lay()
        await house.watch(_switch_on(house))
        yield house


async def _switch_on(house: House) -> None:
    await asyncio.gather(*(station.switch_on() for station in house.stations.values()))


def _furnish(path: Path, day: Day, pace: Pace, kind: Kind | None, told: Callable[[str, Line], None]) -> House:
    folder = DataFolder(path)
    mqtt, http = (Place("127.0.0.1", free_port("127.0.0.1")) for _ in range(2))
    first = FirstRun(library="Simulated Library", ready_delay_s=pace.letter_grace_s, handover_s=pace.handover_s)
    folder.make(first, mqtt, http)
    with folder.hub_toml.open("a", encoding="utf-8") as file:
        # A letter a book: that is how they are counted.
        file.write(f"{pace.windows()}\n[notices]\ntogether_s = 0\n")
    settings = folder.settings()
    _seed(settings.place(folder.path), day)
    stations = {name: Station(name, folder.add_station(name, settings), Cable(mqtt.port), told) for name in day.stations}
    broker = EmbeddedBroker(folder.broker, folder.accounts(settings), site=settings.site, port=mqtt.port, kind=kind)
    return House(folder, settings, broker, stations, Ears(), read_secret(folder.token_file))


def _seed(database: DatabasePlace, day: Day) -> None:
    connection: Connection = open_database(database)
    with contextlib.closing(connection), transaction(connection):
        seed_places(connection)
        for name, desk in day.stations.items():
            put_station(connection, name, desk)
        for number in range(1, patrons_for(len(day.books)) + 1):
            alias = f"{ANIMALS[number % len(ANIMALS)]} {number}"
            add_patron(connection, card=card(number), alias=alias, name=f"Patron {number}", email=f"patron{number}@holdshelf.invalid")


async def _start_hub(house: House) -> None:
    command = [*ours("hub"), "run", "--config", str(house.folder.hub_toml)]
    with (house.folder.path / "hub.log").open("ab") as log:
        house.hub = await asyncio.create_subprocess_exec(
            *tethered(command), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True
        )
    await first_line(house.hub.stdout, "ready ", "The hub")


def _dashboard(house: House) -> SessionSettings:
    account = next(account for account in house.folder.accounts(house.settings) if account.name == "dashboard")
    mqtt = house.settings.mqtt
    return SessionSettings(
        host=mqtt.host,
        port=mqtt.port,
        client_id=account.name,
        username=account.name,
        password=account.password,
        subscriptions=(Root(house.settings.site).filter("event"),),
    )
