"""What a librarian would write in an afternoon: ``peer_paho.py PORT SITE PASSWORD FILE plain|tuned``.

paho's own thread, ``on_message``, SQLite, a commit a scan, a reply. Plain is all defaults; tuned sets TCP_NODELAY and SQLite's WAL. It
acknowledges before it works, knows no repeats, no gaps and no lifecycle.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import sys
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from broker.topics import Root
from tests.speed.echo import BODY, FILLER


def main(port: int, site: str, password: str, file: str, how: str) -> None:
    """Answer scans until killed."""
    root = Root(site)
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "hub", protocol=mqtt.MQTTv311)
    client.username_pw_set("hub", password)
    database = sqlite3.connect(file, check_same_thread=False)
    database.execute(f"PRAGMA journal_mode={'WAL' if how == 'tuned' else 'DELETE'}").fetchall()

    def on_socket_open(_client: mqtt.Client, _userdata: Any, sock: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def on_connect(*_: object) -> None:
        client.subscribe(root.filter("scan"), 1)

    def on_message(_client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        scan = json.loads(message.payload)
        station, barcode = scan["station"], scan["barcode"]
        database.execute("SELECT desk FROM station WHERE code = ?", (station,)).fetchone()
        key, state = database.execute("SELECT key, state FROM thing WHERE barcode = ?", (barcode,)).fetchone()
        state = (state + 1) % 7
        database.execute("UPDATE thing SET state = ?, version = version + 1 WHERE key = ?", (state, key))
        database.execute("INSERT INTO scan VALUES (?, ?, ?, ?, ?)", (scan["scan_id"], station, barcode, scan["scanned_at"], state))
        database.execute("INSERT INTO event(thing, data) VALUES (?, ?)", (key, BODY))
        database.commit()
        reply = {"scan_id": scan["scan_id"], "station": station, "seq": scan["seq"], "state": state, "filler": FILLER}
        client.publish(root.topic("reply", station=station), json.dumps(reply), 1)

    if how == "tuned":
        client.on_socket_open = on_socket_open
    client.on_connect, client.on_message = on_connect, on_message
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.connect("127.0.0.1", port)
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:6])
