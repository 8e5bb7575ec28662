"""The floor under a station: the least that keeps a scan and sends it. ``floor.py serial|hid DEVICE FILE PORT NAME PASSWORD TOPIC``.

One process, no event loop: read, find the end, one INSERT and COMMIT in SQLite set up as the journal is, PUBLISH at QoS 1 through one
raw socket. It knows one keyboard (digits), checks nothing, shows nothing, sends nothing twice and would lose what the broker loses.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import sqlite3
import struct
import sys
import termios
import time
import tty
import uuid
from collections.abc import Iterator

DIGITS = dict(zip(range(2, 12), "1234567890", strict=True))
ENTER, EV_KEY = 28, 1
RECORD = struct.Struct("@llHHi")
PUBLISH_QOS_1 = 0x32
SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=500", "cache_size=-256", "locking_mode=EXCLUSIVE")
TABLE = """CREATE TABLE scan (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL, at TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, boot TEXT NOT NULL) STRICT"""


def opened(path: str) -> sqlite3.Connection:
    """Give a new journal."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}").fetchall()
    connection.execute(TABLE)
    return connection


def text(value: str) -> bytes:
    """Give an MQTT string."""
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def packet(kind: int, body: bytes) -> bytes:
    """Give an MQTT packet; below 16 KiB the length takes one or two bytes."""
    size = len(body)
    length = bytes([size]) if size < 128 else bytes([size % 128 | 128, size // 128])
    return bytes([kind]) + length + body


def connected(port: int, name: str, password: str) -> socket.socket:
    """Give a socket on which a broker has said yes."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(packet(0x10, text("MQTT") + b"\x04\xc2\x00\x00" + text(name) + text(name) + text(password)))
    assert sock.recv(4) == b"\x20\x02\x00\x00"
    return sock


def lines(descriptor: int, sock: socket.socket) -> Iterator[str]:
    """Give each line of a serial scanner."""
    held = b""
    while True:
        held += _read(descriptor, sock)
        *ended, held = held.split(b"\r")
        yield from (line.decode() for line in ended)


def keys(descriptor: int, sock: socket.socket) -> Iterator[str]:
    """Give what each Enter of a keyboard ends."""
    held = ""
    while True:
        for _s, _us, kind, code, value in RECORD.iter_unpack(_read(descriptor, sock)):
            if kind != EV_KEY or value != 1:
                continue
            if code == ENTER:
                yield held
                held = ""
            else:
                held += DIGITS.get(code, "")


def _read(descriptor: int, sock: socket.socket) -> bytes:
    while True:
        ready, _, _ = select.select([descriptor, sock.fileno()], [], [])
        if sock.fileno() in ready:
            sock.recv(4096)
        if descriptor in ready:
            return os.read(descriptor, 8192)


def main(kind: str, device: str, file: str, port: int, name: str, password: str, topic: str) -> None:
    """Keep and send until killed."""
    journal, sock = opened(file), connected(port, name, password)
    descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with contextlib.suppress(termios.error):
        tty.setraw(descriptor)
    print("ready", flush=True)
    for number, barcode in enumerate((lines if kind == "serial" else keys)(descriptor, sock), 1):
        at, now_ns = time.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00", time.gmtime()), time.monotonic_ns()
        kept = {"scan_id": str(uuid.uuid4()), "barcode": barcode, "source": kind, "scanner": name, "check": "ok"}
        body = json.dumps(kept | {"aim": None, "raw": None, "dup_of": None}).encode()
        journal.execute("INSERT INTO scan (body, at, monotonic_ns, boot) VALUES (?, ?, ?, ?)", (body, at, now_ns, name))
        more = {"v": 1, "station": name, "incarnation": str(uuid.UUID(int=0)), "seq": number, "scanned_at": at, "age_ms": 0}
        payload = json.dumps(kept | more | {"boot": str(uuid.UUID(int=1))}).encode()
        sock.sendall(packet(PUBLISH_QOS_1, text(topic) + (number % 65535 + 1).to_bytes(2, "big") + payload))


if __name__ == "__main__":
    _kind, _device, _file, _port, _name, _password, _topic = sys.argv[1:]
    main(_kind, _device, _file, int(_port), _name, _password, _topic)
