"""The settings in force: those of the file, and over them what administrators changed on the pages."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from hub.check_settings import check_together
from hub.errors import HubError
from hub.settings import HubSettings, PolicySection, WindowsSection
from hub.store.database import exists, open_reader, revision_of
from hub.store.migrations import HEAD
from hub.store.place import Place
from hub.store.setting_changes import changes_in_force
from hub.store.sql import DATABASE_ERRORS, Connection

log = logging.getLogger(__name__)

EDITABLE: Mapping[str, tuple[str, ...]] = {
    "policy": tuple(PolicySection.model_fields),
    "notices": ("send", "delay_s", "overdue_days", "together_s", "quiet", "open_days_only", "channels", "calendar", "at"),
    "windows": tuple(WindowsSection.model_fields),
}
"""What a page may change beside the words. Barcodes, addresses, files and secrets are changed in the file alone."""
WORDS = "words"
NO_QUIET = "notices.quiet"
"""Without a value no hours are quiet; what is changed to that must still be a value."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A setting that cannot be so: which, pydantic's kind of mistake, what is wrong, and the limits it speaks of."""

    path: str
    kind: str
    said: str
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InForce:
    """What a hub with this file and database works by, and where that is not what the file says."""

    settings: HubSettings
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """What is in force as it was changed on the pages: the value, and what the file says."""
    left_out: Mapping[str, Unfit] = field(default_factory=dict)
    unread: str | None = None
    """Why nobody knows here what was changed; None where it is known, or there is no database yet."""

    def says(self, section: str = "") -> Iterator[str]:
        """Give a line for each setting of a section, or of all, that is not as the file has it."""
        if self.unread is not None:
            yield f"What was changed on the pages is not known here, so this is hub.toml alone: {self.unread}"
        for path, (value, file) in self.changed.items():
            if path.startswith(section):
                yield f"changed on the pages: {path} = {_written(value)} (hub.toml: {_written(file)})"
        for path, unfit in self.left_out.items():
            if path.startswith(section):
                yield f"not in force: what was set of {path} on the page does not fit hub.toml any more: {unfit.said}"


def look_up(place: Place, base: HubSettings) -> InForce:
    """Give what is in force, for a command beside the hub: it changes nothing, and a database that cannot be read is said."""
    try:
        changes = _changes_at(place)
    except HubError as error:
        return InForce(base, unread=str(error))
    except (*DATABASE_ERRORS, sqlite3.DatabaseError) as error:
        return InForce(base, unread=f"The database cannot be read ({error}).")
    settings, left_out = put_together(base, changes)
    counts = {path: value for path, value in changes.items() if base.pages.may_edit and path not in left_out}
    return InForce(settings, {path: (value, value_of(base, path)) for path, value in counts.items()}, left_out)


def _changes_at(place: Place) -> dict[str, Any]:
    if not exists(place):
        return {}
    with closing(open_reader(place)) as connection:
        if (revision := revision_of(connection)) != HEAD:
            raise HubError(f"The database has schema {revision}, this program works with {HEAD}.")
        return changes_in_force(connection)


def _written(value: Any) -> str:
    return "as usual" if value is None else json.dumps(value, ensure_ascii=False)


def in_force(connection: Connection, base: HubSettings) -> HubSettings:
    """Give the settings of a file with what was changed in its database; what does not fit the file any more is left out, and said."""
    settings, left_out = put_together(base, changes_in_force(connection))
    for path, unfit in left_out.items():
        log.warning(
            f"What was set of {path} on the page does not fit hub.toml any more, so the file counts: {unfit.said}",
            extra={"action": "settings", "path": path},
        )
    return settings


def put_together(base: HubSettings, changes: Mapping[str, Any]) -> tuple[HubSettings, dict[str, Unfit]]:
    """Give settings with as many of the changes as fit, and those that do not."""
    if not base.pages.may_edit:
        return base, {}
    kept, left_out = dict(changes), dict[str, Unfit]()
    while kept:
        found = fitted(base, kept)
        if isinstance(found, HubSettings):
            return found, left_out
        path = found.path if found.path in kept else next(reversed(kept))
        left_out[path] = found
        del kept[path]
    return base, left_out


def fitted(base: HubSettings, changes: Mapping[str, Any]) -> HubSettings | Unfit:
    """Give settings with these changes, by the same checks as a file's; or the first thing that is wrong."""
    told = base.model_dump(exclude_unset=True)
    for path, value in changes.items():
        *sections, key = steps(path)
        place = told
        for section in sections:
            place = place.setdefault(section, {})
        place[key] = value
    try:
        settings = HubSettings.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        said = str(first["msg"]).removeprefix("Value error, ")
        return Unfit(_path(first["loc"]), first["type"], said, first.get("ctx", {}))
    wrong = next(iter(check_together(settings)), None)
    return settings if wrong is None else Unfit(_path(wrong.place), "together", wrong.said)


def may_change(path: str, base: HubSettings) -> bool:
    """Say whether there is such a setting, and a page may change it."""
    *sections, key = steps(path)
    if not base.pages.may_edit:
        return False
    if sections[:1] == [WORDS]:
        return len(sections) == 2
    return len(sections) == 1 and key in EDITABLE.get(sections[0], ())


def value_of(settings: HubSettings, path: str) -> Any:
    """Give a setting as it stands in JSON; None for a sentence that this library does not say in its own way."""
    *sections, key = steps(path)
    if sections[:1] == [WORDS]:
        return next((said.get(key) for language, said in settings.words.items() if language == sections[1]), None)
    section: BaseModel = getattr(settings, sections[0])
    value = section.model_dump(mode="json", include={key}, exclude_none=True).get(key)
    return "" if value is None and path == NO_QUIET else value


def is_in_file(base: HubSettings, path: str) -> bool:
    """Say whether the file itself says something of this setting."""
    *sections, key = steps(path)
    if sections[:1] == [WORDS]:
        return value_of(base, path) is not None
    section: BaseModel = getattr(base, sections[0])
    return key in section.model_fields_set


def steps(path: str) -> list[str]:
    """Give the parts of a path: section and key; of a sentence its language between them, and its key may hold dots."""
    return path.split(".", 2 if path.startswith(f"{WORDS}.") else 1)


def _path(place: tuple[int | str, ...]) -> str:
    names = [str(part) for part in place if part != "[key]"]
    if names == ["notices"]:
        # What its keys must be together is about the ways there are.
        return "notices.channels"
    return ".".join(names[: 3 if names[:1] == [WORDS] else 2])
