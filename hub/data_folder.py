"""The data folder of ``up``: hub.toml, api-token, dashboard.toml and stations/NAME.toml, written on the first run."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from broker.mosquitto import Account
from broker.settings_file import SettingsFileError, load_settings
from broker.topics import Party
from hub.check_settings import check_files, check_together
from hub.errors import ConfigError, DataFolderError
from hub.settings import HubSettings, LoginFile

HUB_TOML = """\
# Settings of this hub. Every key and its default: docs/settings.md. "holdshelf check" says what is in force.
site = "{site}"
hub = "hub"
library = "{library}"
timezone = "{timezone}"

[mqtt]
host = "{mqtt_host}"
port = {mqtt_port}
username = "hub"
password = "{password}"

[http]
host = "{http_host}"
port = {http_port}

# Without a host, letters go into the folder mail/ (a Maildir), so that you can read what patrons would get.
[mail]
# host = "smtp.library.example"
# port = 587
# security = "starttls"
sender = "library@holdshelf.invalid"

[policy]
ready_notice_delay_s = {ready_delay_s}

[windows]
handover_s = {handover_s}
"""

STATION_TOML = """\
# Settings of one station, its password among them: hand this file to that station and to nobody else.
station = "{name}"
site = "{site}"

[mqtt]
host = "{host}"
port = {port}
username = "{name}"
password = "{password}"

[journal]
path = "{name}.journal.db"

[[scanner]]
kind = "typed"

# [[scanner]]
# kind = "serial"
# path = "/dev/serial/by-id/usb-…"     # "holdshelf-station scanners" lists what is plugged in
# baud = 9600
# framing = "line"
"""

LOGIN_TOML = """\
# A login that may read events, counts, replies and states, and write nothing: for dashboards and other programs.
site = "{site}"

[mqtt]
host = "{host}"
port = {port}
username = "dashboard"
password = "{password}"
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read HOST:PORT; ConfigError for anything else."""
        host, _, port = text.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ConfigError(f"{text!r} is no HOST:PORT; write it like 127.0.0.1:8080.")
        return cls(host.strip("[]"), int(port))


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What a new data folder starts with."""

    site: str = "main"
    library: str = "My library"
    timezone: str = "UTC"
    ready_delay_s: float = 60
    handover_s: float = 30


class DataFolder:
    """One data folder; what a person changed in its files is kept."""

    def __init__(self, path: Path, settings: str = "hub.toml") -> None:
        """``settings`` is the name of the settings file in it."""
        self.path = path.resolve()
        self.hub_toml = self.path / settings
        self.token_file = self.path / "api-token"
        self.dashboard_toml = self.path / "dashboard.toml"
        self.stations = self.path / "stations"
        self.broker = self.path / "broker"

    @property
    def new(self) -> bool:
        """True before the first run."""
        return not self.hub_toml.exists()

    def make(self, first: FirstRun, mqtt: Place, http: Place) -> None:
        """Write what is missing; DataFolderError says what to do about a folder that cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.stations.mkdir(exist_ok=True, mode=0o700)
            if not self.token_file.exists():
                write_private(self.token_file, secrets.token_urlsafe(32) + "\n")
            if not self.dashboard_toml.exists():
                text = LOGIN_TOML.format(site=first.site, host=mqtt.host, port=mqtt.port, password=secrets.token_urlsafe(24))
                write_private(self.dashboard_toml, text)
            if self.new:
                write_private(self.hub_toml, _hub_toml(first, mqtt, http))
        except OSError as error:
            raise DataFolderError(f"Cannot write the data folder {self.path} ({error.strerror}). Choose another with --data.") from error

    def settings(self) -> HubSettings:
        """Read hub.toml; ConfigError names file, line and key."""
        return read_settings(self.hub_toml)

    def move_to(self, mqtt: Place | None, http: Place | None) -> None:
        """Write other places into the files, and leave everything else in them as it is."""
        if http is not None:
            _replace_place(self.hub_toml, "http", http)
        if mqtt is not None:
            for file in (self.hub_toml, self.dashboard_toml, *self.station_files()):
                _replace_place(file, "mqtt", mqtt)

    def add_station(self, name: str, settings: HubSettings) -> Path:
        """Write the settings file of a new station with a password of its own; one that is there is kept."""
        file = self.stations / f"{name}.toml"
        if not file.exists():
            mqtt = settings.mqtt
            password = secrets.token_urlsafe(24)
            write_private(file, STATION_TOML.format(name=name, site=settings.site, host=mqtt.host, port=mqtt.port, password=password))
        return file

    def station_files(self) -> list[Path]:
        """Give the stations' settings files by name."""
        return sorted(self.stations.glob("*.toml"))

    def accounts(self, settings: HubSettings) -> list[Account]:
        """Give every login the broker is to know."""
        accounts = [Account(settings.mqtt.username, password_of(settings, self.path), Party.HUB)]
        accounts.append(_account(self.dashboard_toml, Party.DASHBOARD))
        return accounts + [_account(file, Party.STATION) for file in self.station_files()]


def read_settings(path: Path) -> HubSettings:
    """Read a hub's settings file; ConfigError names file, line and key."""
    try:
        return load_settings(HubSettings, path, lambda settings: chain(check_together(settings), check_files(settings, path.parent)))
    except SettingsFileError as error:
        raise ConfigError(str(error)) from error


def password_of(settings: HubSettings, folder: Path) -> str:
    """Give the hub's own password at the broker."""
    mqtt = settings.mqtt
    if mqtt.password is not None:
        return mqtt.password
    if mqtt.password_file is None:
        raise ConfigError("The hub has no password for the broker: set mqtt.password or mqtt.password_file in hub.toml.")
    return read_secret(folder / mqtt.password_file)


def read_secret(path: Path) -> str:
    """Give the one line of a secret's file."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The file {path} cannot be read ({error}); it holds a secret of one line.") from error
    if not secret:
        raise ConfigError(f"The file {path} is empty; it must hold a secret of one line.")
    return secret


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _hub_toml(first: FirstRun, mqtt: Place, http: Place) -> str:
    return HUB_TOML.format(
        site=first.site,
        library=first.library,
        timezone=first.timezone,
        ready_delay_s=first.ready_delay_s,
        handover_s=first.handover_s,
        mqtt_host=mqtt.host,
        mqtt_port=mqtt.port,
        http_host=http.host,
        http_port=http.port,
        password=secrets.token_urlsafe(24),
    )


def _account(file: Path, party: Party) -> Account:
    try:
        login = load_settings(LoginFile, file)
        name = login.station if party is Party.STATION and login.station is not None else login.mqtt.username
        return Account(name or file.stem, login.password(file.parent), party)
    except SettingsFileError as error:
        raise ConfigError(str(error)) from error
    except (ValueError, OSError) as error:
        raise ConfigError(f"{file}: {error}.") from error


def _replace_place(file: Path, section: str, place: Place) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    inside = False
    for number, line in enumerate(lines):
        if line.startswith("["):
            inside = line.strip() == f"[{section}]"
        elif inside and re.match(r"host\s*=", line):
            lines[number] = f'host = "{place.host}"'
        elif inside and re.match(r"port\s*=", line):
            lines[number] = f"port = {place.port}"
    write_private(file, "\n".join(lines) + "\n")
