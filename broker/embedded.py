"""A broker for one machine, as a child process that dies with us: mosquitto where it is installed, else iotcore.

iotcore (rumqttd) comes with ``pip install holdshelf[embedded]``. It checks passwords but has no access list by topic,
speaks MQTT 5 only on our port, and, like our mosquitto, keeps nothing over a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from broker import mosquitto
from broker.children import end, tethered
from broker.mosquitto import Account, Listener
from broker.promises import Delivery, SessionSettings
from broker.session import MqttSession
from broker.topics import Party

Kind = Literal["mosquitto", "iotcore"]

START_LIMIT_S = 10.0
STOP_LIMIT_S = 3.0
LOG_FILE = "broker.log"
_LACKS: dict[Kind, tuple[str, ...]] = {
    "mosquitto": (),
    "iotcore": (
        "No mosquitto is installed, so the built-in broker is used: it knows passwords but no access list by topic, so every "
        "login can read and write everything. Install mosquitto 2 (apt-get install mosquitto) for more than a try.",
        "The built-in broker speaks MQTT 5 only, and a new station means that it restarts.",
    ),
}


class BrokerError(Exception):
    """The embedded broker cannot be started; the message says what to do."""


def find_mosquitto() -> str | None:
    """Give the path of a mosquitto of version 2 or later, also where root's programs live; None if there is none."""
    path = shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if path is None:
        return None
    asked = subprocess.run([path, "-h"], capture_output=True, text=True, timeout=5, check=False)
    version = re.search(r"mosquitto version (\d+)", asked.stdout + asked.stderr)
    return path if version and int(version[1]) >= 2 else None


class EmbeddedBroker:
    """A broker on a loopback port, its files (mode 600) in ``folder``."""

    def __init__(
        self,
        folder: Path,
        accounts: Sequence[Account],
        *,
        site: str,
        host: str = "127.0.0.1",
        port: int = 1883,
        kind: Kind | None = None,
    ) -> None:
        """Choose the broker: ``kind`` forces one. BrokerError when there is none, ValueError for a host off loopback."""
        self._folder = folder.resolve()
        self._accounts = mosquitto.refuse_doubles(accounts)
        # A login of our own to see that the broker answers: anyone else's would take over that one's session.
        self._knock = Account("holdshelf-start", secrets.token_hex(16), Party.DASHBOARD)
        self._site = site
        self._listener = Listener("127.0.0.1" if host == "localhost" else host, port)
        self._mosquitto = find_mosquitto() if kind != "iotcore" else None
        self.kind: Kind = _choose(kind, self._mosquitto)
        self._process: asyncio.subprocess.Process | None = None
        self._changing = asyncio.Lock()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What this broker cannot do, in sentences for the screen."""
        return _LACKS[self.kind]

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self.running and self._process is not None else None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start and return when logins are answered; BrokerError with one clear sentence when that fails."""
        _refuse_used_port(self._listener)
        self._write_files()
        with _private(self._folder / LOG_FILE) as log:
            self._process = await asyncio.create_subprocess_exec(
                *tethered(self._command()),
                cwd=self._folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for us: the broker stays until everybody has said goodbye.
                start_new_session=True,
            )
        try:
            await asyncio.wait_for(self._until_it_answers(self._process), START_LIMIT_S)
        except TimeoutError:
            await self.stop()
            raise BrokerError(f"The broker at {self._place} did not answer in {START_LIMIT_S:.0f} s: {self._last_words()}") from None

    async def stop(self) -> None:
        """End the process and return when the port is free again; a second call does nothing."""
        process, self._process = self._process, None
        if process is not None:
            await end(process, limit_s=STOP_LIMIT_S)

    async def died(self) -> str:
        """Return, with a sentence, when the started process ended without being asked to; never after ``stop``."""
        while True:
            async with self._changing:
                process = self._process
            if process is None:
                never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
                return await never
            code = await process.wait()
            async with self._changing:
                if self._process is process:
                    return f"The broker ({self.kind}) ended with {code}: {self._last_words()}"

    async def set_accounts(self, accounts: Sequence[Account]) -> None:
        """Take a new list of accounts: mosquitto reads it in place, iotcore restarts. A removed account is cut off."""
        self._accounts = mosquitto.refuse_doubles(accounts)
        if not self.running or self._process is None:
            return
        if self.kind == "mosquitto":
            self._write_files()
            self._process.send_signal(signal.SIGHUP)
            return
        async with self._changing:
            await self.stop()
            await self.start()

    @property
    def _place(self) -> str:
        return f"{self._listener.host}:{self._listener.port}"

    def _command(self) -> list[str]:
        if self._mosquitto is not None:
            return [self._mosquitto, "-c", str(self._folder / mosquitto.CONF_FILE)]
        return [sys.executable, "-I", "-m", "iotcore", "--config", str(self._folder / "rumqttd.toml"), "--log-level", "CRITICAL"]

    def _write_files(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, text in self._files().items():
            # Written beside and moved, so that a reload never reads half a file.
            with _private(self._folder / f"{name}.new") as file:
                file.write(text.encode())
            (self._folder / f"{name}.new").replace(self._folder / name)

    def _files(self) -> dict[str, str]:
        logins = (*self._accounts, self._knock)
        if self.kind == "iotcore":
            return {"rumqttd.toml": rumqttd_configuration(self._listener, logins)}
        # As root, mosquitto becomes another user that could not read our files (mode 600).
        run_as = "root" if os.geteuid() == 0 else None
        salts = [secrets.token_bytes(mosquitto.SALT_BYTES) for _ in logins]
        return {
            mosquitto.CONF_FILE: mosquitto.configuration(self._listener, folder=str(self._folder), run_as=run_as),
            mosquitto.ACL_FILE: mosquitto.access_list(self._site, self._accounts),
            mosquitto.PASSWORD_FILE: mosquitto.password_file(logins, salts),
        }

    async def _until_it_answers(self, process: asyncio.subprocess.Process) -> None:
        """Wait for a login to be answered: a listening port alone does not mean that the broker came up."""
        answered = asyncio.create_task(_log_in(self._listener, self._knock))
        ended = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({answered, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answered, ended):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await answered
        if process.returncode is not None:
            raise BrokerError(f"The broker ({self.kind}) at {self._place} ended at start: {self._last_words()}")

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = (self._folder / LOG_FILE).read_text(errors="replace").strip().splitlines()
            if lines:
                return " ".join(lines[-2:])
        return "it said nothing"


class _Knock:
    """Handlers that only note that the login was answered."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()

    def on_message(self, delivery: Delivery) -> None:
        """Nothing is subscribed."""

    def on_connect(self, session_present: bool) -> None:
        """Note it."""
        self.answered.set()

    def on_disconnect(self, reason: str) -> None:
        """The next try follows by itself."""

    def on_room(self) -> None:
        """Nothing is sent."""


async def _log_in(listener: Listener, account: Account) -> None:
    knock = _Knock()
    settings = SessionSettings(
        host=listener.host,
        port=listener.port,
        client_id=account.name,
        username=account.name,
        password=account.password,
        session_expiry_s=0,
        backoff_min_s=0.02,
        backoff_max_s=0.2,
    )
    session = MqttSession(settings, knock)
    running = asyncio.create_task(session.run())
    try:
        await knock.answered.wait()
        await session.stop()
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def _choose(kind: Kind | None, mosquitto_path: str | None) -> Kind:
    if kind != "iotcore" and mosquitto_path is not None:
        return "mosquitto"
    if kind == "mosquitto":
        raise BrokerError("No mosquitto of version 2 was found. Install it (apt-get install mosquitto).")
    if importlib.util.find_spec("iotcore") is None:
        raise BrokerError("No broker is installed. Install mosquitto (apt-get install mosquitto), or holdshelf with [embedded].")
    return "iotcore"


def rumqttd_configuration(listener: Listener, accounts: Sequence[Account]) -> str:
    """Give iotcore's settings: one MQTT 5 listener, every account with its password."""
    host = f"[{listener.host}]" if ":" in listener.host else listener.host
    logins = "".join(f"{json.dumps(account.name)} = {json.dumps(account.password)}\n" for account in accounts)
    return f"""id = 0
[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v5.1]
name = "holdshelf"
listen = "{host}:{listener.port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 5000
max_payload_size = {mosquitto.MAX_PACKET_BYTES}
max_inflight_count = 200
dynamic_filters = true
[v5.1.connections.auth]
{logins}"""


def _refuse_used_port(listener: Listener) -> None:
    place = (listener.host, listener.port)
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise BrokerError(
                f"The broker cannot listen on {listener.host}:{listener.port} ({error.strerror}). "
                "Stop the program that uses this port, or choose another."
            ) from error


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
