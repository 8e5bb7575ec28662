"""Who may log in, read from files: an accounts file, and the settings files of the stations.

An accounts file:

    [[account]]
    name = "hub-1"
    party = "hub"                # station | hub | dashboard | notifier
    password_file = "hub-1.pw"   # or password; a relative path counts from this file
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker.mosquitto import Account, refuse_doubles
from broker.promises import TlsFiles
from broker.topics import Party


class AccountsError(Exception):
    """A file does not say what it should; the message names file, place and what to do."""


@dataclass(frozen=True)
class Login:
    """One account and the broker it belongs to."""

    account: Account
    site: str | None = None
    host: str = "127.0.0.1"
    port: int = 1883
    tls: TlsFiles | None = None


def load_accounts(path: Path) -> tuple[Account, ...]:
    """Read an accounts file."""
    rows = _read(path).get("account")
    if not isinstance(rows, list) or not rows:
        raise AccountsError(f"{path} holds no [[account]].")
    return _checked(path, [_account(path, row) for row in rows])


def load_station(path: Path) -> Login:
    """Read what a station's settings file says of its login."""
    told = _read(path)
    station, mqtt = told.get("station"), told.get("mqtt", {})
    if not isinstance(station, str) or not isinstance(mqtt, dict):
        raise AccountsError(f'{path} is no station\'s settings file: it needs station = "…" and [mqtt].')
    if mqtt.get("username", station) != station:
        raise AccountsError(f"{path}: username is {mqtt['username']!r}, and must be the station's name, {station!r}.")
    account = _account(path, mqtt | {"name": station, "party": Party.STATION.value})
    site = told.get("site")
    return Login(account, str(site) if site else None, str(mqtt.get("host", "127.0.0.1")), int(mqtt.get("port", 1883)), _tls(path, mqtt))


def load_stations(folder: Path) -> tuple[Login, ...]:
    """Read every ``*.toml`` of a folder as a station's settings file."""
    logins = tuple(load_station(path) for path in sorted(folder.glob("*.toml")))
    _checked(folder, [login.account for login in logins])
    return logins


def _tls(path: Path, mqtt: dict[str, Any]) -> TlsFiles | None:
    if "ca_file" not in mqtt:
        return None
    ca_file, cert_file, key_file = (str(path.parent / mqtt[key]) if key in mqtt else None for key in ("ca_file", "cert_file", "key_file"))
    return TlsFiles(ca_file, cert_file, key_file)


def _account(path: Path, row: dict[str, Any]) -> Account:
    name = str(row.get("name", ""))
    try:
        return Account(name, _password(path, name, row), Party(str(row.get("party"))))
    except ValueError as error:
        hint = f" Parties are {', '.join(Party)}." if row.get("party") not in list(Party) else ""
        raise AccountsError(f"{path}: {error}{hint}") from error


def _password(path: Path, name: str, row: dict[str, Any]) -> str:
    if ("password" in row) == ("password_file" in row):
        raise AccountsError(f"{path}: {name!r} needs either password or password_file.")
    if "password" in row:
        return str(row["password"])
    file = path.parent / str(row["password_file"])
    try:
        return file.read_text().strip()
    except OSError as error:
        raise AccountsError(f"{path}: the password file {file} of {name!r} cannot be read ({error.strerror}).") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise AccountsError(f"{path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccountsError(f"{path} is no valid TOML: {error}.") from error


def _checked(path: Path, accounts: list[Account]) -> tuple[Account, ...]:
    try:
        return refuse_doubles(accounts)
    except ValueError as error:
        raise AccountsError(f"{path}: {error}") from error
