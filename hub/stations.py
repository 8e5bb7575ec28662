"""Adds a station to a data folder: its file with a password of its own, and its place at a desk."""

from __future__ import annotations

import contextlib
import json
import re
import urllib.error
import urllib.request

from hub.data_folder import DataFolder, read_secret
from hub.errors import ConfigError, HubError
from hub.flows.keep_books import put_station
from hub.settings import HubSettings
from hub.store.database import open_database, transaction


def add_station(folder: DataFolder, name: str, desk: str) -> str:
    """Add a station and give a sentence that says what to do with its file; HubError when the desk does not exist."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise ConfigError(f"{name!r} is no station name: use a-z, 0-9 and dash, at most 40 characters.")
    settings = folder.settings()
    taken = {settings.mqtt.username: "the hub", "dashboard": "the dashboards' login"}
    if name in taken:
        raise ConfigError(f"The name {name!r} is taken by {taken[name]}; choose another.")
    if not _place_by_http(folder, settings, name, desk):
        connection = open_database(folder.path / settings.database)
        with contextlib.closing(connection), transaction(connection):
            put_station(connection, name, desk)
    file = folder.add_station(name, settings)
    return f"{name} stands at {desk}. Its settings: {file} (copy it to the station; a running holdshelf up lets it in within a second)."


def _place_by_http(folder: DataFolder, settings: HubSettings, name: str, desk: str) -> bool:
    """Ask the running hub, the database's one writer; False when none runs."""
    base = f"http://{settings.http.host}:{settings.http.port}/api/v1"
    headers = {"Authorization": f"Bearer {read_secret(folder.path / settings.http.token_file)}", "Content-Type": "application/json"}
    body = json.dumps({"name": name, "desk": desk}).encode()
    request = urllib.request.Request(f"{base}/stations", data=body, headers=headers, method="POST")  # noqa: S310 - our own hub
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read() or b"{}")
        raise HubError(str(problem.get("detail") or problem.get("title") or error)) from error
    except OSError:
        return False
