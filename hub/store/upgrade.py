"""The schema of a database that is in use already is changed only after a copy of it lies beside it."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.errors import DataFolderError
from hub.store.copy import check_room, copy_moment, damage_in, flush
from hub.store.database import migrate, open_file_reader, revision_of
from hub.store.migrations import HEAD
from hub.store.place import Place, shown
from hub.store.sql import Connection

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of the schema did; ``copy`` is None where there was nothing to change."""

    was: str | None
    now: str
    copy: Path | None


def change_schema(path: Path, to: str | None, now: datetime, watch: Callable[[int, int], None] = lambda done, of: None) -> Change:
    """Bring a database to a revision, this program's own unless said; DataFolderError where that cannot be."""
    with contextlib.closing(open_file_reader(path)) as connection:
        was = revision_of(connection)
    wanted = to or HEAD
    check_known(path, was)
    if not wanted.isdigit() or not "0001" <= wanted <= HEAD or len(wanted) != len(HEAD):
        raise DataFolderError(f"There is no revision {wanted!r} of the schema: this program knows 0001 to {HEAD}.")
    if was == wanted:
        return Change(was, wanted, None)
    copy = keep_copy(path, was, now, watch)
    migrate(path, wanted, down=was is not None and wanted < was)
    log.warning(
        f"The database had schema {was} and has {wanted} now. The copy made before: {copy}",
        extra={"action": "migrate", "was": was, "became": wanted, "copy": str(copy)},
    )
    return Change(was, wanted, copy)


def check_known(place: Place, revision: str | None) -> None:
    """DataFolderError for a database that a later program has worked on."""
    if revision is None or revision <= HEAD:
        return
    if isinstance(place, Path):
        back = f"restore a backup made before the upgrade, or put back the copy that was made then ({place.name}.schema-{HEAD}-…)"
    else:
        back = "go back to what pg_dump made before the upgrade (no copy is made on a server)"
    raise DataFolderError(
        f"The database {shown(str(place))} has schema {revision} of a later Holdshelf, this one knows {HEAD}. Install the later version "
        f"again; or {back}."
    )


def keep_copy(path: Path, revision: str | None, now: datetime, watch: Callable[[int, int], None]) -> Path:
    """Copy a database beside itself; DataFolderError where there is no room, or where it is damaged."""
    copy = path.with_name(f"{path.name}.schema-{revision}-{now:%Y%m%dT%H%M%SZ}")
    beside = copy.with_name(f".{copy.name}.new")
    check_room(path.parent, path.stat().st_size, "the copy that is made before the schema is changed")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with contextlib.closing(open_file_reader(path)) as source:
        if found := _damage(source):
            beside.unlink()
            raise DataFolderError(f"The database {path} is damaged ({found}): restore a backup (holdshelf restore) before the upgrade.")
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        try:
            copy_moment(source, beside, watch=watch, rest=0)
        except sqlite3.Error as error:
            beside.unlink()
            raise DataFolderError(
                f"The database {path} could not be copied before the upgrade ({error}): make room, and start again."
            ) from error
    beside.rename(copy)
    flush(copy.parent)
    return copy


def _damage(source: Connection) -> str | None:
    found = damage_in(source)
    return found[0] if found else None
