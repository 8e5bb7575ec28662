"""Adds a station to a data folder: its file with a password of its own, and its place at a desk."""

from __future__ import annotations

import contextlib
import re

from hub.ask_hub import ask
from hub.data_folder import DataFolder
from hub.errors import ConfigError
from hub.flows.keep_books import put_station
from hub.store.database import open_database, transaction


def add_station(folder: DataFolder, name: str, desk: str) -> str:
    """Add a station and give a sentence that says what to do with its file; HubError when the desk does not exist."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise ConfigError(f"{name!r} is no station name: use a-z, 0-9 and dash, at most 40 characters.")
    settings = folder.settings()
    taken = {settings.mqtt.username: "the hub", "dashboard": "the dashboards' login"}
    if name in taken:
        raise ConfigError(f"The name {name!r} is taken by {taken[name]}; choose another.")
    if ask(settings, folder.path, "POST", "/stations", {"name": name, "desk": desk}) is None:
        connection = open_database(settings.place(folder.path))
        with contextlib.closing(connection), transaction(connection):
            put_station(connection, name, desk)
    file = folder.add_station(name, settings)
    return f"{name} stands at {desk}. Its settings: {file} (copy it to the station; a running holdshelf up lets it in within a second)."
