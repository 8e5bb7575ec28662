"""The bare echo: the least a hub of this design can do, as the limit the hub is measured against. ``echo.py PORT SITE PASSWORD DATABASE``.

It takes a scan at QoS 1, decodes its JSON, does two look-ups, one update and two inserts in SQLite (WAL, synchronous=FULL),
commits what came meanwhile together, acknowledges after the commit and publishes one reply about as long as the hub's. Where the
database is an address, ``echo_postgresql`` does the same for all that came meanwhile.
paho is driven by asyncio through its external loop as its documentation shows, with TCP_NODELAY and TCP_QUICKACK and nothing
of ``broker.session``. It checks nothing: no repeats, no gaps, no lifecycle, no events, no position; it would lose and double scans.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any, Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from pydantic_core import from_json, to_json

from broker.topics import Root
from hub.store.place import is_address
from tests.speed.books import codes, posts

READS_A_WAKEUP = 4
"""With 1 it reads slower when much comes, with 64 it asks an empty socket 63 times when little comes; both cost it more than this."""
MOST_IN_A_BATCH = 500
QUICKACK = getattr(socket, "TCP_QUICKACK", None)
BODY = "x" * 300
FILLER = "y" * 420
"""Brings the reply to the length of the hub's."""

TABLES = """
CREATE TABLE station(code TEXT PRIMARY KEY, desk TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE thing(key INTEGER PRIMARY KEY, barcode TEXT NOT NULL UNIQUE, state INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE TABLE scan(scan_id TEXT PRIMARY KEY, station TEXT NOT NULL, barcode TEXT NOT NULL, at TEXT NOT NULL, state INTEGER NOT NULL)
WITHOUT ROWID;
CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, thing INTEGER NOT NULL, data TEXT NOT NULL);
"""


def open_store(path: Path) -> sqlite3.Connection:
    """Give a new database with every barcode in it, set up as the hub's."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000", "cache_size=-16384", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.executescript(TABLES)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO station VALUES (?, ?)", ((post.name, post.desk) for post in posts()))
    connection.executemany("INSERT INTO thing(barcode, state, version) VALUES (?, 0, 1)", ((code,) for code in codes()))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return connection


class Store(Protocol):
    """Where the echo keeps scans."""

    def take(self, scans: list[dict[str, Any]]) -> list[int]:
        """Keep scans and give what each made of its thing."""


class SqliteStore:
    """Takes scan after scan in one transaction."""

    def __init__(self, file: str) -> None:
        self._do = open_store(Path(file)).execute

    def take(self, scans: list[dict[str, Any]]) -> list[int]:
        """Keep scans and give what each made of its thing."""
        self._do("BEGIN IMMEDIATE")
        states = [self._take(scan) for scan in scans]
        self._do("COMMIT")
        return states

    def _take(self, scan: dict[str, Any]) -> int:
        do, station, barcode = self._do, scan["station"], scan["barcode"]
        do("SELECT desk FROM station WHERE code = ?", (station,)).fetchone()
        key, state, version = do("SELECT key, state, version FROM thing WHERE barcode = ?", (barcode,)).fetchone()
        state = (state + 1) % 7
        do("UPDATE thing SET state = ?, version = version + 1 WHERE key = ? AND version = ?", (state, key, version))
        do("INSERT INTO scan VALUES (?, ?, ?, ?, ?)", (scan["scan_id"], station, barcode, scan["scanned_at"], state))
        do("INSERT INTO event(thing, data) VALUES (?, ?)", (key, BODY))
        return int(state)


class Echo:
    """Scans that came, the database, the connection."""

    def __init__(self, store: Store, root: Root) -> None:
        self._store = store
        self._root = root
        self._loop = asyncio.get_running_loop()
        self._pending: list[tuple[int, dict[str, Any]]] = []
        self._working = False
        self._writing = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, "hub", protocol=mqtt.MQTTv5, manual_ack=True)
        self.subscribed = asyncio.Event()

    def connect(self, port: int, password: str) -> None:
        """Log in and subscribe; ``subscribed`` tells when that is done."""
        client = self._client
        client.max_inflight_messages_set(0)
        client.max_queued_messages_set(0)
        client.username_pw_set("hub", password)
        client.on_socket_open, client.on_socket_register_write = self._opened, self._want_write
        client.on_connect = self._connected
        client.on_subscribe = lambda *_: self.subscribed.set()
        client.on_message = self._heard
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        properties.SessionExpiryInterval, properties.ReceiveMaximum = 3600, 500
        client.connect("127.0.0.1", port, 60, clean_start=False, properties=properties)

    def _connected(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(self._root.filter("scan"), 1)

    # -- paho's external loop

    def _opened(self, _client: mqtt.Client, _userdata: Any, sock: mqtt.SocketLike) -> None:
        assert isinstance(sock, socket.socket)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._loop.add_reader(sock, self._readable)
        self._tick()

    def _readable(self) -> None:
        if QUICKACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        for _ in range(READS_A_WAKEUP):
            self._client.loop_read()

    def _want_write(self, _client: mqtt.Client, _userdata: Any, _sock: mqtt.SocketLike) -> None:
        if not self._writing:
            self._writing = True
            self._loop.call_soon(self._write)

    def _write(self) -> None:
        self._client.loop_write()
        self._writing = self._client.want_write()
        if self._writing:
            self._loop.add_writer(self._socket, self._write)
        else:
            self._loop.remove_writer(self._socket)

    def _tick(self) -> None:
        self._client.loop_misc()
        self._loop.call_later(1, self._tick)

    # -- a scan

    def _heard(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        self._pending.append((message.mid, from_json(message.payload)))
        if not self._working:
            self._working = True
            self._loop.call_soon(self._work)

    def _work(self) -> None:
        batch = self._pending[:MOST_IN_A_BATCH]
        del self._pending[:MOST_IN_A_BATCH]
        states = self._store.take([scan for _, scan in batch])
        for (mid, scan), state in zip(batch, states, strict=True):
            reply = {"scan_id": scan["scan_id"], "station": scan["station"], "seq": scan["seq"], "state": state, "filler": FILLER}
            self._client.publish(self._root.topic("reply", station=scan["station"]), to_json(reply), 1)
            self._client.ack(mid, 1)
        self._working = bool(self._pending)
        if self._working:
            self._loop.call_soon(self._work)


def store_of(database: str) -> Store:
    """Give a new store in a file, or on a server."""
    if is_address(database):
        # Imported here: its driver need not be there for the other.
        from tests.speed.echo_postgresql import PostgresStore

        return PostgresStore(database)
    return SqliteStore(database)


async def main(port: int, site: str, password: str, database: str) -> None:
    """Echo until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    echo = Echo(store_of(database), Root(site))
    echo.connect(port, password)
    await asyncio.wait_for(echo.subscribed.wait(), 5)
    print("ready", flush=True)
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:5]))
