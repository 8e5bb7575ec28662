"""A RabbitMQ of the tests' own, with its MQTT plugin (3.1.1): Debian's programs, a folder of its own, the accounts and who may what."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from broker.mosquitto import Account
from broker.topics import TOPICS, Party, Root
from tests.support.brokers import free_port

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
START_LIMIT_S = 240.0
"""Ten seconds on a quiet machine; Erlang shares a busy one badly."""
STARTED = b"Server startup complete"
CONFIG = """\
listeners.tcp = none
mqtt.listeners.tcp.1 = 127.0.0.1:{port}
mqtt.allow_anonymous = false
mqtt.prefetch = 100
# Seconds are milliseconds here: a day, like ours.
mqtt.subscription_ttl = 86400000
load_definitions = {folder}/definitions.json
log.console = true
log.console.level = info
"""
_ANY = {"station": "+", "desk": "+", "type": "+", "hub": "+"}


class RabbitMq:
    """One node as a child process; ``crash`` keeps its files, as a machine does that was switched off."""

    def __init__(self, folder: Path, accounts: Sequence[Account], *, site: str, port: int) -> None:
        self.port = port
        self._folder, self._accounts, self._root = folder, accounts, Root(site)
        self._process: asyncio.subprocess.Process | None = None
        self._node = f"hs{secrets.token_hex(4)}@localhost"
        self._names_port = free_port()

    @property
    def pid(self) -> int | None:
        """Its process, None while there is none."""
        return self._process.pid if self._process is not None else None

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it and wait until it lets somebody in."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "rabbitmq.conf").write_text(CONFIG.format(port=self.port, folder=self._folder))
        (self._folder / "enabled_plugins").write_text("[rabbitmq_mqtt].\n")
        (self._folder / "definitions.json").write_text(json.dumps(definitions(self._root, self._accounts)))
        said = self._folder / "output"
        said.write_bytes(b"")
        with said.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                str(PROGRAMS / "rabbitmq-server"),
                stdout=output,
                stderr=output,
                env=self._environment(),
                # Where a node that dies leaves what it knew.
                cwd=self._folder,
                start_new_session=True,
            )
        try:
            await self._until_started()
        except BaseException:
            # Whoever waits in vain has nobody to stop afterwards.
            await self.stop()
            raise

    async def _until_started(self) -> None:
        async with asyncio.timeout(START_LIMIT_S):
            # It listens before it can let anybody in.
            while STARTED not in self._output():
                assert self.running, f"RabbitMQ ended: {self._output()[-2000:]!r}"
                await asyncio.sleep(0.1)

    def _output(self) -> bytes:
        return (self._folder / "output").read_bytes()

    async def crash(self) -> None:
        """Kill it with all its children; its files stay."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it, and the name server it began."""
        await self._end(signal.SIGTERM if self.running else signal.SIGKILL)
        epmd = shutil.which("epmd")
        if epmd is not None:
            ended = await asyncio.create_subprocess_exec(epmd, "-port", str(self._names_port), "-kill", stdout=asyncio.subprocess.DEVNULL)
            await ended.wait()

    async def died(self) -> None:
        """Return when it is gone."""
        if self._process is not None:
            await self._process.wait()

    async def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        await self._process.wait()

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        return {
            "PATH": os.environ["PATH"],
            # Without a home of its own it would read, and write, another node's secret.
            "HOME": folder,
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(self._names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }


def definitions(root: Root, accounts: Sequence[Account]) -> dict[str, object]:
    """Give RabbitMQ's users and permissions from the topic table; a topic's slashes are dots to it."""
    users, permissions, topics = [], [], []
    for account in accounts:
        # Its queues are named for its client id; the exchange is where MQTT publishes.
        own = rf"^(mqtt-subscription-{re.escape(account.name)}qos[01]|amq\.topic)$"
        users.append({"name": account.name, "password_hash": _hashed(account.password), "hashing_algorithm": SHA, "tags": ""})
        permissions.append({"user": account.name, "vhost": "/", "configure": own, "write": own, "read": own})
        may = {"write": _allowed(root, account, write=True), "read": _allowed(root, account, write=False)}
        topics.append({"user": account.name, "vhost": "/", "exchange": "amq.topic"} | may)
    return {"vhosts": [{"name": "/"}], "users": users, "permissions": permissions, "topic_permissions": topics}


SHA = "rabbit_password_hashing_sha256"


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _allowed(root: Root, account: Account, *, write: bool) -> str:
    found = []
    for topic in TOPICS:
        if account.party in (topic.writers if write else topic.readers):
            own = {account.party.value: account.name} if write or account.party is Party.STATION else {}
            found.append(_pattern(root.topic(topic.key, **(_ANY | own))))
    return f"^({'|'.join(found)})$" if found else "^$"


def _pattern(topic: str) -> str:
    return r"\.".join(r"([^.]+)" if part == "+" else re.escape(part) for part in topic.split("/"))
