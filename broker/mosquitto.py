"""Settings of a mosquitto 2 broker, made from the topic table and the accounts: configuration, access list, passwords.

Access is written out for each account by name. Patterns (``%u``) would be shorter, but they hold for every login:
a dashboard named like a branch would own that branch.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from broker.messages import MAX_PAYLOAD_BYTES
from broker.topics import TOPICS, Party, Root, Topic

PASSWORD_FILE = "passwords"  # noqa: S105 - the file's name
ACL_FILE = "acl"
CONF_FILE = "mosquitto.conf"
MAX_PACKET_BYTES = MAX_PAYLOAD_BYTES + 4096
MAX_INFLIGHT = 500
SALT_BYTES = 12
ITERATIONS = 1000
"""Passwords here are long and random, and mosquitto checks them on its only thread: more would slow every login."""

_NAME = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True)
class Account:
    """One login. The name is user name and client id, and for a station and a hub its branch."""

    name: str
    password: str = field(repr=False)
    party: Party

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no account name: 1 to 40 of a-z, 0-9 and dash.")
        if not self.password:
            raise ValueError(f"The account {self.name!r} has no password.")


@dataclass(frozen=True)
class ServerTls:
    """PEM files of the broker itself."""

    ca_file: str
    cert_file: str
    key_file: str


@dataclass(frozen=True)
class Listener:
    """Where the broker listens. Plain MQTT stays on loopback unless ``plain_anywhere`` says that the network is closed."""

    host: str = "127.0.0.1"
    port: int = 1883
    tls: ServerTls | None = None
    plain_anywhere: bool = False

    def __post_init__(self) -> None:
        if self.tls is None and not self.plain_anywhere and not is_loopback(self.host):
            raise ValueError(f"Plain MQTT listens on loopback only, and {self.host} is not: give TLS files.")


def is_loopback(host: str) -> bool:
    """Say whether an address stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def configuration(listener: Listener, *, folder: str, run_as: str | None = None, max_connections: int = 1000) -> str:
    """Give mosquitto.conf. ``run_as`` is the user a broker started by root becomes (None: mosquitto's own)."""
    lines = [
        "# Made by holdshelf-broker from the topic table; changes are overwritten.",
        *([f"user {run_as}"] if run_as else []),
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {folder}/{PASSWORD_FILE}",
        f"acl_file {folder}/{ACL_FILE}",
        "# Stations and hub keep what matters; the broker keeps nothing over a restart.",
        "persistence false",
        "# The default of 1000 drops after it acknowledged; 0 means drop all in 2.0.16 and 2.0.17.",
        "max_queued_messages 100000",
        f"max_inflight_messages {MAX_INFLIGHT}",
        f"max_packet_size {MAX_PACKET_BYTES}",
        "persistent_client_expiration 30d",
        "# Without it a scan waits for a delayed acknowledgement of TCP: 44 to 88 ms.",
        "set_tcp_nodelay true",
        "sys_interval 0",
        "log_dest stderr",
        *(f"log_type {kind}" for kind in ("error", "warning", "notice")),
        f"listener {listener.port} {listener.host}",
        f"max_connections {max_connections}",
        "# Else any valid login could take over another's session by its client id.",
        "use_username_as_clientid true",
        *_tls_lines(listener.tls),
    ]
    return "\n".join(lines) + "\n"


def _tls_lines(tls: ServerTls | None) -> list[str]:
    if tls is None:
        return []
    return [f"cafile {tls.ca_file}", f"certfile {tls.cert_file}", f"keyfile {tls.key_file}", "tls_version tlsv1.2"]


def check_topic(root: Root, account_name: str, party: Party) -> str:
    """Give the topic an account may write and read to see that the way through the broker works (a canary)."""
    branch = f"station/{account_name}/check" if party is Party.STATION else f"check/{account_name}"
    return f"{root.prefix}/{branch}"


def access_list(site: str, accounts: Iterable[Account]) -> str:
    """Give the access list: for each account what it may write and read, and nothing else."""
    root = Root(site)
    blocks = ["# Made by holdshelf-broker from the topic table; changes are overwritten."]
    for account in sorted(accounts, key=lambda account: account.name):
        lines = [f"user {account.name}", *(_grant(root, topic, account) for topic in TOPICS)]
        lines.append(f"topic readwrite {check_topic(root, account.name, account.party)}")
        blocks.append("\n".join(line for line in lines if line))
    return "\n\n".join(blocks) + "\n"


def _grant(root: Root, topic: Topic, account: Account) -> str:
    """Give the line or lines of one account and one row of the table; "" where it has no business."""
    own = {account.party.value: account.name}
    lines = []
    if account.party in topic.writers:
        lines.append(f"topic write {_filled(root, topic, own)}")
    if account.party in topic.readers:
        # A hub hears every hub; a station only ever its own branch.
        names = own if account.party is Party.STATION else {}
        lines.append(f"topic read {_filled(root, topic, names)}")
    return "\n".join(lines)


def _filled(root: Root, topic: Topic, names: dict[str, str]) -> str:
    return root.topic(topic.key, **({"station": "+", "desk": "+", "type": "+", "hub": "+"} | names))


def password_line(account: Account, salt: bytes, *, iterations: int = ITERATIONS) -> str:
    """Give a line of the password file: PBKDF2 with SHA-512, mosquitto's kind 7."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"The salt has {len(salt)} bytes; mosquitto wants {SALT_BYTES}.")
    digest = hashlib.pbkdf2_hmac("sha512", account.password.encode(), salt, iterations)
    return f"{account.name}:$7${iterations}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def password_file(accounts: Sequence[Account], salts: Iterable[bytes]) -> str:
    """Give the password file; one salt for each account."""
    return "".join(password_line(account, salt) + "\n" for account, salt in zip(accounts, salts, strict=True))


def refuse_doubles(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Give the accounts; ValueError when two share a name, because a name is a session."""
    seen: dict[str, Account] = {}
    for account in accounts:
        if account.name in seen:
            raise ValueError(f"The name {account.name!r} is used twice; station, hub and dashboard names are unique on a broker.")
        seen[account.name] = account
    return tuple(seen.values())
