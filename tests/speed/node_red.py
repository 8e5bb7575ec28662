"""A Node-RED with the flow one would draw: MQTT in, a look-up in SQLite, one batch of changes, MQTT out.

It is installed from npm at its first use, into a cache folder of the source tree, in the versions written here.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from broker.topics import Root
from tests.speed.echo import BODY, FILLER
from tests.speed.processes import ROOT

NODE_RED, SQLITE_NODE = "4.1.15", "1.1.1"
CACHE = ROOT / ".make" / "peers" / f"node-red-{NODE_RED}"
INSTALL_LIMIT_S = 1200
CONNECTED = "Connected to broker"
PRELOAD = """const net = require("net"), connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) { this.setNoDelay(true); return connect.apply(this, args); };
"""
LOOK_UP = "SELECT key, state, desk FROM thing, station WHERE barcode = $barcode AND code = $station"
ASK = "msg.scan = msg.payload; msg.params = {$station: msg.scan.station, $barcode: msg.scan.barcode}; return msg;"
CHANGE = """const scan = msg.scan, row = msg.payload[0], quoted = text => "'" + String(text).replace(/'/g, "''") + "'";
msg.state = (row.state + 1) % 7;
msg.topic = `BEGIN; UPDATE thing SET state = ${msg.state}, version = version + 1 WHERE key = ${row.key};
INSERT INTO scan VALUES (${[scan.scan_id, scan.station, scan.barcode, scan.scanned_at].map(quoted).join(", ")}, ${msg.state});
INSERT INTO event(thing, data) VALUES (${row.key}, 'BODY'); COMMIT`;
return msg;"""
ANSWER = """const scan = msg.scan;
return {topic: "REPLY".replace("STATION", scan.station), qos: 1,
        payload: {scan_id: scan.scan_id, station: scan.station, seq: scan.seq, state: msg.state, filler: "FILLER"}};"""


class NotHereError(Exception):
    """Node-RED cannot be had here; says why in a sentence."""


def install() -> None:
    """Get Node-RED and its SQLite node, once."""
    if (CACHE / "installed").exists():
        return
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise NotHereError("Node-RED is left out: it needs node and npm (apt-get install nodejs npm).")
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "package.json").write_text('{"private": true}')
    # The SQLite node is compiled where there is no ready one; Debian's node brings its headers.
    headers = ["--nodedir=/usr"] if Path("/usr/include/node/node.h").exists() else []
    wanted = [f"node-red@{NODE_RED}", f"node-red-node-sqlite@{SQLITE_NODE}"]
    command = ["npm", "install", "--no-audit", "--no-fund", *headers, *wanted]
    try:
        done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=INSTALL_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise NotHereError(f"Node-RED is left out: npm did not finish within {INSTALL_LIMIT_S} s.") from error
    if done.returncode or not list(CACHE.glob("node_modules/sqlite3/build/Release/*.node")):
        said = (done.stderr.strip().splitlines() or ["it built no SQLite module"])[-1]
        raise NotHereError(f"Node-RED is left out: npm could not install it ({said}).")
    (CACHE / "installed").touch()


def command(folder: Path, *, port: int, http: int, site: str, password: str, database: Path, tuned: bool) -> list[str]:
    """Write settings and flow into a folder and give the command that runs them."""
    folder.mkdir()
    (folder / "node_modules").symlink_to(CACHE / "node_modules")
    (folder / "settings.js").write_text("module.exports = {credentialSecret: false, uiHost: '127.0.0.1', flowFile: 'flows.json'};\n")
    (folder / "flows.json").write_text(json.dumps(_flow(port, site, database)))
    (folder / "flows_cred.json").write_text(json.dumps({"broker": {"user": "hub", "password": password}}))
    preload = folder / "nodelay.js"
    preload.write_text(PRELOAD)
    start = [
        shutil.which("node") or "node",
        *(["--require", str(preload)] if tuned else []),
        str(CACHE / "node_modules" / "node-red" / "red.js"),
    ]
    return [*start, "--userDir", str(folder), "--settings", str(folder / "settings.js"), "--port", str(http)]


def _flow(port: int, site: str, database: Path) -> list[dict[str, Any]]:
    root = Root(site)
    answer = ANSWER.replace("REPLY", root.topic("reply", station="STATION")).replace("FILLER", FILLER)
    mqtt = {"broker": "127.0.0.1", "port": str(port), "clientid": "hub", "protocolVersion": "4", "keepalive": "60", "autoConnect": True}
    return [
        {"id": "tab", "type": "tab", "label": "scans"},
        {"id": "broker", "type": "mqtt-broker", "name": "", "usetls": False, "cleansession": True} | mqtt,
        {"id": "db", "type": "sqlitedb", "db": str(database), "mode": "RWC"},
        _node("in", "mqtt in", "ask", topic=root.filter("scan"), qos="1", datatype="json", broker="broker", inputs=0),
        _node("ask", "function", "look", func=ASK, outputs=1),
        _node("look", "sqlite", "change", mydb="db", sqlquery="prepared", sql=LOOK_UP),
        _node("change", "function", "write", func=CHANGE.replace("BODY", BODY), outputs=1),
        _node("write", "sqlite", "answer", mydb="db", sqlquery="batch", sql=""),
        _node("answer", "function", "out", func=answer, outputs=1),
        _node("out", "mqtt out", None, topic="", qos="1", retain="false", broker="broker"),
    ]


def _node(name: str, kind: str, following: str | None, **settings: object) -> dict[str, Any]:
    # What has no place on the canvas is taken for settings.
    return {"id": name, "type": kind, "z": "tab", "x": 100, "y": 100, "wires": [[following]] if following else []} | settings
