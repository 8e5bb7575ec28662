"""Everything on this machine, as child processes: broker, hub, and a station for this terminal."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import termios
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broker.children import end, tethered
from broker.embedded import BrokerError, EmbeddedBroker
from broker.mosquitto import is_loopback
from broker.supervisor import Supervisor
from hub.ask_alive import why_not_alive
from hub.data_folder import DataFolder, FirstRun, Place
from hub.errors import ConfigError, HubError
from hub.secret import id_of, new_secret
from hub.settings import HubSettings
from hub.store.database import exists
from hub.store.place import Place as DatabasePlace
from hub.where import data_folder

DEMO = FirstRun(library="Demo Library", ready_delay_s=5, handover_s=10)
DEFAULT_MQTT, DEFAULT_HTTP = Place("127.0.0.1", 1883), Place("127.0.0.1", 8080)
READY_LIMIT_S = 30.0
SAID_WHY_LIMIT_S = 1.0
WATCH_EVERY_S = 1.0
TERMINAL = "terminal"
LINK_LASTS = timedelta(days=1)


def run_everything(options: argparse.Namespace) -> int:
    """Prepare the data folder, start the parts, and stay until Ctrl-C or until one of them dies."""
    folder = data_folder(options)
    settings = prepare(folder, options)
    try:
        return asyncio.run(_run(folder, settings, options, first_link(settings.place(folder.path))))
    except BrokerError as error:
        raise HubError(f"{error} (another port: --mqtt HOST:PORT)") from error


def prepare(folder: DataFolder, options: argparse.Namespace) -> HubSettings:
    """Write what a first run needs; a later run changes only the places it was given."""
    mqtt = _place(options.mqtt)
    http = _place(options.http)
    if mqtt is not None and not is_loopback(mqtt.host):
        raise ConfigError(
            f"The broker of up listens on this machine only, and {mqtt.host} is not it. For stations elsewhere run a mosquitto with TLS: "
            "holdshelf-broker render makes its files."
        )
    first = folder.new
    folder.make(DEMO if options.demo else FirstRun(), mqtt or DEFAULT_MQTT, http or DEFAULT_HTTP)
    if not first:
        folder.move_to(mqtt, http)
    settings = folder.settings()
    if not is_loopback(settings.mqtt.host):
        raise ConfigError(f"{folder.hub_toml}: mqtt.host: up brings its own broker, on this machine only. Use holdshelf run with yours.")
    if first or not exists(settings.place(folder.path)):
        _seed(folder, settings, demo=options.demo)
    return settings


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    place = Place.parse(text)
    return place if place.port else Place(place.host, free_port(place.host))


def free_port(host: str) -> int:
    """Give a port that nobody uses now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _seed(folder: DataFolder, settings: HubSettings, *, demo: bool) -> None:
    # Imported here: only a first run writes into the database before the hub does.
    from hub.core.desk import Desk
    from hub.demo import STATIONS, seed
    from hub.flows.keep_books import put_desk, put_station
    from hub.store.database import open_database, transaction

    connection = open_database(settings.place(folder.path))
    with contextlib.closing(connection), transaction(connection):
        if connection.execute("SELECT 1 FROM desk").fetchone():
            return
        if demo:
            seed(connection, settings, datetime.now(UTC))
        else:
            put_desk(connection, Desk("main", "Main desk", resource_sharing=True, pickup=True))
            put_station(connection, TERMINAL, "main")
    for name in STATIONS if demo else (TERMINAL,):
        folder.add_station(name, settings)


def first_link(database: DatabasePlace) -> str | None:
    """Give what the link holds that makes the first account, None where there is an admin already."""
    # Imported here, as above.
    from hub.flows.keep_accounts import has_admin, make_first_link
    from hub.store.database import open_database, transaction

    with contextlib.closing(open_database(database)) as connection:
        if has_admin(connection):
            return None
        secret, now = new_secret(), datetime.now(UTC)
        with transaction(connection):
            make_first_link(connection, id_of(secret), now, now + LINK_LASTS)
    return secret


async def _run(folder: DataFolder, settings: HubSettings, options: argparse.Namespace, link: str | None) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    # Before the first child starts: none of them speaks for us.
    supervisor = Supervisor.from_environment(os.environ)
    # Read before the broker is told of them: a station added from here on is seen as new.
    known = folder.station_files()
    async with _broker(folder, settings, options.broker) as broker, _Children() as children:
        watch = asyncio.create_task(_follow_stations(folder, settings, broker, known))
        ready = await children.start_hub(folder, stopped)
        if ready is None:
            return 0 if stop.is_set() else 1
        _say_ready(folder, ready, options, link)
        if not options.no_station:
            await children.start_station(folder, settings, stopped)
        supervisor.ready()
        supervised = asyncio.create_task(supervisor.watch(lambda: why_not_alive(ready), lambda: f"Ready at {ready}"))
        died = asyncio.create_task(broker.died())
        words = await children.first_end(stopped, died, watch)
        supervisor.stopping()
        for task in (supervised, watch, died):
            task.cancel()
    if words is not None:
        print(f"holdshelf: {words} Everything was stopped; nothing stored is lost. Start again with holdshelf up.", file=sys.stderr)
        return 1
    # A terminal has shown ^C on this line.
    print("\nStopped." if sys.stdout.isatty() else "Stopped.", flush=True)
    return 0


@contextlib.asynccontextmanager
async def _broker(folder: DataFolder, settings: HubSettings, kind: str | None) -> AsyncIterator[EmbeddedBroker]:
    mqtt = settings.mqtt
    broker = EmbeddedBroker(
        folder.broker, folder.accounts(settings), site=settings.site, host=mqtt.host, port=mqtt.port,
        kind=kind,  # type: ignore[arg-type]  # the command line offers only these
    )  # fmt: skip
    await broker.start()
    for lack in broker.lacks:
        print(f"note: {lack}", flush=True)
    try:
        yield broker
    finally:
        await broker.stop()


async def _follow_stations(folder: DataFolder, settings: HubSettings, broker: EmbeddedBroker, seen: list[Path]) -> None:
    """Let a station in whose file was added while we run, and lock out one whose file is gone."""
    while True:
        await asyncio.sleep(WATCH_EVERY_S)
        now = folder.station_files()
        if now != seen:
            seen = now
            try:
                await broker.set_accounts(folder.accounts(settings))
            except HubError as error:
                print(f"holdshelf: {error} Until then the logins stay as they were.", file=sys.stderr, flush=True)


def _say_ready(folder: DataFolder, url: str, options: argparse.Namespace, link: str | None) -> None:
    print(f"ready {url}", flush=True)
    if link is None:
        print(f"  page:  {url}", flush=True)
    else:
        print(f"  page:  {url}first?link={link}  (makes the first account; once, within a day)", flush=True)
    print(f"  data:  {folder.path}  (letters to patrons: {folder.path / 'mail'})", flush=True)
    if not options.no_station:
        print("  scan:  type a barcode and press Enter.   stop: Ctrl-C", flush=True)


class _Children:
    """The hub and the station as processes of their own."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._terminal = _terminal_state()

    async def __aenter__(self) -> _Children:
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop the station first, so that the hub hears its goodbye."""
        for name in ("station", "hub"):
            if (process := self._running.get(name)) is not None:
                await end(process)
        for task in self._tasks:
            task.cancel()
        _restore(self._terminal)

    async def start_hub(self, folder: DataFolder, stopped: asyncio.Task[bool]) -> str | None:
        """Start the hub and give its URL once a scan would be answered; None when that was not to be."""
        command = [*ours("hub"), "run", "--config", str(folder.hub_toml)]
        # A session of its own: Ctrl-C is for us, the hub stays until the station has said goodbye.
        hub = await asyncio.create_subprocess_exec(
            *tethered(command), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, start_new_session=True, env=_quiet()
        )
        self._running["hub"] = hub
        line = await _line_of(hub.stdout, "ready ", stopped)
        if line is not None:
            return line.removeprefix("ready ")
        with contextlib.suppress(TimeoutError):
            # A hub that ended has said why itself.
            await asyncio.wait_for(hub.wait(), SAID_WHY_LIMIT_S)
        if hub.returncode is None and not stopped.done():
            print(f"holdshelf: The hub was not ready after {READY_LIMIT_S:.0f} s. To see why: holdshelf run.", file=sys.stderr)
        return None

    async def start_station(self, folder: DataFolder, settings: HubSettings, stopped: asyncio.Task[bool]) -> None:
        """Start the station of this terminal and return when the hub answers it."""
        file = folder.add_station(TERMINAL, settings)
        command = [*ours("station"), "type", "--config", str(file), *_suggest(folder, settings)]
        station = await asyncio.create_subprocess_exec(*tethered(command), stderr=asyncio.subprocess.PIPE, env=_quiet())
        self._running["station"] = station
        await _line_of(station.stderr, f"station {TERMINAL} online", stopped)
        if station.stderr is not None:
            self._tasks.append(asyncio.create_task(_pass_on(station.stderr)))

    async def first_end(self, stopped: asyncio.Task[bool], broker_died: asyncio.Task[str], watch: asyncio.Task[None]) -> str | None:
        """Wait until asked to stop (None) or until a part ends by itself (a sentence)."""
        ends = {asyncio.create_task(process.wait()): name for name, process in self._running.items()}
        done, _ = await asyncio.wait({stopped, broker_died, watch, *ends}, return_when=asyncio.FIRST_COMPLETED)
        # Ctrl-C reaches the station at the same moment as us: that is no part dying.
        await asyncio.sleep(0.05)
        for task in ends:
            task.cancel()
        if stopped.done():
            return None
        if broker_died in done:
            return broker_died.result()
        if watch in done:
            return f"The logins of the stations could not be changed: {watch.exception()}"
        name = next(name for task, name in ends.items() if task in done)
        return f"The {name} ended by itself (exit code {self._running[name].returncode})."


def _quiet() -> dict[str, str]:
    """Give our environment, with only warnings logged unless somebody asked for more: this terminal is a desk."""
    return {"HOLDSHELF_LOG": "WARNING"} | os.environ


def ours(program: str) -> list[str]:
    """Give the command line that starts one of our programs, hub or station, whatever stands in the current folder."""
    # -I: a folder named hub or station where the person stands must not take the place of ours.
    return [sys.executable, "-I", "-c", f"import sys; from {program}.cli import main; sys.exit(main())"]


def _suggest(folder: DataFolder, settings: HubSettings) -> list[str]:
    """Write what the terminal suggests to scan next, where the demo has a book waiting."""
    from hub.demo import suggestions
    from hub.store.database import open_reader

    with contextlib.closing(open_reader(settings.place(folder.path))) as connection:
        walk = suggestions(connection, settings)
    if not walk.lines:
        return []
    file = folder.path / "suggestions.txt"
    file.write_text(walk.text(), encoding="utf-8")
    return ["--suggest", str(file)]


async def _line_of(stream: asyncio.StreamReader | None, start: str, stopped: asyncio.Task[bool]) -> str | None:
    """Give the first line that starts so; None when the stream ends or we are to stop."""
    assert stream is not None  # noqa: S101 - both callers asked for a pipe

    async def find() -> str | None:
        while line := (await stream.readline()).decode(errors="replace").rstrip("\n"):
            if line.startswith(start):
                return line
            if not line.startswith("station "):
                print(line, file=sys.stderr, flush=True)
        return None

    found = asyncio.create_task(find())
    await asyncio.wait({found, stopped}, return_when=asyncio.FIRST_COMPLETED, timeout=READY_LIMIT_S)
    if found.done():
        return found.result()
    found.cancel()
    return None


async def _pass_on(stream: asyncio.StreamReader) -> None:
    while line := await stream.readline():
        text = line.decode(errors="replace")
        if not text.startswith("station "):
            sys.stderr.write(text)
            sys.stderr.flush()


def _terminal_state() -> list[object] | None:
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, OSError, ValueError, AttributeError):
        return None


def _restore(state: list[object] | None) -> None:
    """Leave the terminal as we found it, even if the station was killed."""
    if state is not None:
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, state)  # type: ignore[arg-type]
