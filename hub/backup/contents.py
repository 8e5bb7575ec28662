"""Which files of a data folder belong into a backup, the database aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.settings import HubSettings

FOLDERS = ("stations", "broker")
SECRETS = ("dashboard.toml", "api-token", "restored.json")
JOURNAL = ".journal.db"
"""A station's journal is never copied: an old one would give numbers a second time, and the hub has what it has confirmed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Files by their place in the folder, and what the settings name outside of it."""

    inside: tuple[Path, ...]
    outside: tuple[Path, ...]


def contents_of(config: Path, settings: HubSettings) -> Contents:
    """Give what belongs to a hub: settings, credentials, calendars, and letters in the Maildir that nobody has taken yet."""
    folder = config.parent
    named = [path if path.is_absolute() else folder / path for path in _named(settings)]
    inside = [path for path in named if path.is_relative_to(folder)]
    found = {config, *inside, *(folder / name for name in SECRETS)}
    for name in FOLDERS:
        found |= set((folder / name).rglob("*"))
    if settings.mail.host is None and not settings.mail.maildir.is_absolute():
        found |= set((folder / settings.mail.maildir / "new").glob("*"))
    kept = sorted(path.relative_to(folder) for path in found if _belongs(path))
    return Contents(tuple(kept), tuple(path for path in named if not path.is_relative_to(folder)))


def _belongs(path: Path) -> bool:
    return JOURNAL not in path.name and path.is_file() and not path.is_symlink()


def _named(settings: HubSettings) -> Iterator[Path]:
    mqtt, mail = settings.mqtt, settings.mail
    files = (mqtt.password_file, settings.http.token_file, mqtt.ca_file, mqtt.cert_file, mqtt.key_file, mail.ca_file)
    yield from (Path(file) for file in files if file is not None)
    yield from (desk.calendar for desk in settings.desk if desk.calendar is not None)
