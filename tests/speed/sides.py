"""The two that are compared, hub and echo: each behind a mosquitto of its own with the same settings, each with its own load."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker.embedded import find_mosquitto
from broker.mosquitto import (
    ACL_FILE,
    CONF_FILE,
    PASSWORD_FILE,
    SALT_BYTES,
    Account,
    Listener,
    access_list,
    configuration,
    password_file,
)
from broker.topics import Party
from hub.data_folder import DataFolder, FirstRun, Place
from hub.settings import HubSettings
from hub.store.place import Place as DatabasePlace
from tests.speed import books, node_red
from tests.speed.echo import open_store
from tests.speed.load import NAME as LOAD
from tests.speed.processes import start, wait_for_line
from tests.support.brokers import free_port
from tests.support.programs import script

SITE = "bench"
PEERS = ("paho", "paho tuned", "Node-RED", "Node-RED tuned")
"""What one can have instead: as it comes, and with TCP_NODELAY at both ends and SQLite's write-ahead log."""
AGENT = "agent"
DESKS = ("desk-2", "desk-8")
"""Stations with two scanners and with eight."""
NO_MAIL_S = 86400
START_LIMIT_S = 60.0


@dataclass
class Side:
    """One of the two, running: its program, its broker and its load."""

    name: str
    folder: Path
    port: int
    broker: subprocess.Popen[bytes]
    program: subprocess.Popen[bytes]
    load: subprocess.Popen[bytes]
    http: int = 0
    """Where a hub gives its pages."""

    def ask(self, **asked: Any) -> dict[str, Any]:
        """Have the load measure something (``load.Load.measure``); gives ``load.Measured`` as it came."""
        assert self.load.stdin is not None
        assert self.load.stdout is not None
        self.load.stdin.write(json.dumps(asked).encode() + b"\n")
        self.load.stdin.flush()
        line = self.load.stdout.readline()
        assert line, f"the load of the {self.name} ended by itself"
        answer: dict[str, Any] = json.loads(line)
        return answer

    @property
    def database(self) -> Path:
        """The hub's database."""
        return self.folder / "data" / "hub.db"


def write_broker_files(folder: Path, port: int, accounts: list[Account], *, nodelay: bool = True) -> None:
    """Write what ``holdshelf-broker`` would render, and one login more, which may play every station."""
    folder.mkdir()
    run_as = "root" if os.geteuid() == 0 else None
    every = "\n".join(f"topic readwrite holdshelf/v1/{SITE}/{branch}/#" for branch in ("station", "event", "desk", "hub"))
    salts = [secrets.token_bytes(SALT_BYTES) for _ in accounts]
    conf = configuration(Listener(port=port), folder=str(folder), run_as=run_as)
    (folder / CONF_FILE).write_text(conf if nodelay else conf.replace("set_tcp_nodelay true", "set_tcp_nodelay false"))
    (folder / ACL_FILE).write_text(access_list(SITE, [a for a in accounts if a.name != LOAD]) + f"\nuser {LOAD}\n{every}\n")
    (folder / PASSWORD_FILE).write_text(password_file(accounts, salts))
    for file in (ACL_FILE, PASSWORD_FILE):
        (folder / file).chmod(0o600)


def start_broker(
    folder: Path, port: int, accounts: list[Account], stack: contextlib.ExitStack, *, nodelay: bool = True
) -> subprocess.Popen[bytes]:
    """Start mosquitto; the caller's first login waits for it."""
    write_broker_files(folder, port, accounts, nodelay=nodelay)
    program = find_mosquitto()
    assert program is not None, "install mosquitto: apt-get install mosquitto"
    return start([program, "-c", str(folder / CONF_FILE)], stack, log=folder / "log")


def _with_books(database: DatabasePlace, settings: HubSettings) -> None:
    books.prepare(database, settings, books.now())


def start_hub_side(
    folder: Path,
    stack: contextlib.ExitStack,
    *,
    name: str = "hub",
    prepare: Callable[[Path], None] = lambda database: None,
    fill: Callable[[DatabasePlace, HubSettings], None] = _with_books,
    server: str | None = None,
) -> Side:
    """Prepare a data folder with all the books, start broker, hub and load.

    ``fill`` writes the books, ``prepare`` gets a file before the hub opens it; ``server`` is the address of an empty database to use
    instead of a file.
    """
    folder.mkdir()
    port, http = free_port(), free_port()
    data = DataFolder(folder / "data")
    first = FirstRun(site=SITE, library="Bench", ready_delay_s=NO_MAIL_S)
    data.make(first, Place("127.0.0.1", port), Place("127.0.0.1", http))
    if server is not None:
        data.hub_toml.write_text(f'database = "{server}"\n{data.hub_toml.read_text()}')
    settings = data.settings()
    for station in (AGENT, *DESKS):
        data.add_station(station, settings)
    fill(settings.place(data.path), settings)
    prepare(data.path / settings.database)
    password = secrets.token_urlsafe(16)
    accounts = [*data.accounts(settings), Account(LOAD, password, Party.DASHBOARD)]
    broker = start_broker(folder / "broker", port, accounts, stack)
    environment = {"HOLDSHELF_LOG": "WARNING"}
    hub = start([str(script("holdshelf")), "run", "--config", str(data.hub_toml)], stack, log=folder / "log", environment=environment)
    wait_for_line(hub, "ready", START_LIMIT_S)
    return Side(name, folder, port, broker, hub, _start_load("hub", port, password, folder, stack), http)


def start_echo_side(folder: Path, stack: contextlib.ExitStack, *, name: str = "echo", server: str | None = None) -> Side:
    """Start broker, echo and load; ``server`` is the address of an empty database to use instead of a file."""
    port = free_port()
    password = secrets.token_urlsafe(16)
    accounts = [Account("hub", password, Party.HUB), Account(LOAD, password, Party.DASHBOARD)]
    folder.mkdir()
    broker = start_broker(folder / "broker", port, accounts, stack)
    time.sleep(0.3)
    command = [sys.executable, "-m", "tests.speed.echo", str(port), SITE, password, server or str(folder / "echo.db")]
    echo = start(command, stack, log=folder / "log")
    wait_for_line(echo, "ready", START_LIMIT_S)
    return Side(name, folder, port, broker, echo, _start_load("echo", port, password, folder, stack))


def start_peer_side(name: str, folder: Path, stack: contextlib.ExitStack) -> Side:
    """Start broker, one of PEERS and load; NotHereError where it cannot be had."""
    tuned = name.endswith("tuned")
    port, password = free_port(), secrets.token_urlsafe(16)
    folder.mkdir()
    if name.startswith("Node-RED"):
        node_red.install()
    database = folder / "peer.db"
    store = open_store(database)
    store.execute(f"PRAGMA journal_mode={'WAL' if tuned else 'DELETE'}").fetchall()
    store.close()
    accounts = [Account("hub", password, Party.HUB), Account(LOAD, password, Party.DASHBOARD)]
    broker = start_broker(folder / "broker", port, accounts, stack, nodelay=tuned)
    time.sleep(0.3)
    if name.startswith("Node-RED"):
        at = {"port": port, "http": free_port()}
        command = node_red.command(folder / "flow", **at, site=SITE, password=password, database=database, tuned=tuned)
        ready = node_red.CONNECTED
    else:
        command = [sys.executable, "-m", "tests.speed.peer_paho", str(port), SITE, password, str(database), "tuned" if tuned else "plain"]
        ready = "ready"
    program = start(command, stack, log=folder / "log")
    wait_for_line(program, ready, START_LIMIT_S)
    return Side(name, folder, port, broker, program, _start_load("echo", port, password, folder, stack))


def _start_load(name: str, port: int, password: str, folder: Path, stack: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    load = start([sys.executable, "-m", "tests.speed.load", str(port), SITE, password, name], stack, log=folder / "load.log", asked=True)
    wait_for_line(load, '{"ready": true}', START_LIMIT_S)
    return load


@contextlib.contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """Open the hub's database to look on."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield connection
