"""Puts a backup in the place of a data folder: staged beside, then swapped in; what was there is moved aside, never deleted."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.backup.contents import JOURNAL
from hub.backup.manifest import DATABASE, SETTINGS, Manifest
from hub.backup.numbers import go_ahead
from hub.backup.opened import Backup, open_backup
from hub.backup.restored import Restored, write_restored
from hub.errors import DataFolderError
from hub.store.copy import check_room, flush, make_private, settle
from hub.store.database import transaction
from hub.store.in_use import in_use
from hub.store.sql import SqliteConnection

ASIDE = "before-restore-"
STAGED = ".restoring-"
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a restore did."""

    manifest: Manifest
    aside: Path | None
    """Where what was there is now."""
    journals: int
    """Stations' journals that were left where they are."""


def restore(path: Path, folder: Path, *, force: bool, wait_s: float, now: datetime, watch: Watch) -> Done:
    """Verify a backup and put it into a data folder; DataFolderError says what is in the way, and then nothing was changed."""
    with open_backup(path) as backup:
        _check_place(folder, backup.manifest, force=force)
        backup.verify(lambda done, of: watch("verifying", done, of))
        try:
            make_private(folder)
            check_room(folder, backup.manifest.size, "the restored data")
            return _swap(backup, folder, wait_s, now, watch)
        except OSError as error:
            raise DataFolderError(
                f"{folder} cannot be written ({error.strerror or error}): run this as the owner of the hub's data."
            ) from error


def _check_place(folder: Path, manifest: Manifest, *, force: bool) -> None:
    databases = [*(folder.glob("*.db") if folder.is_dir() else ()), *([manifest.database_at] if manifest.database_at else [])]
    for database in databases:
        if in_use(database):
            raise DataFolderError(f"{database} is in use: stop the hub first (systemctl stop holdshelf-hub, or Ctrl-C in up).")
    there = [entry for entry in _entries(folder) if JOURNAL not in entry.name]
    if manifest.database_at is not None and manifest.database_at.exists():
        there.append(manifest.database_at)
    if there and not force:
        raise DataFolderError(
            f"{folder} is not empty ({there[0].name}, …): --force moves what is there into {folder}/{ASIDE}… and deletes nothing; "
            "or name an empty folder with --data."
        )


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [entry for entry in folder.iterdir() if not entry.name.startswith((ASIDE, STAGED))]


def _swap(backup: Backup, folder: Path, wait_s: float, now: datetime, watch: Watch) -> Done:
    manifest = backup.manifest
    with _staging(folder) as staged:
        backup.unpack(staged, lambda done, of: watch("restoring", done, of))
        _prepare(staged, manifest, wait_s, now)
        _give_to_owner(staged, folder)
        aside = folder / f"{ASIDE}{now:%Y%m%dT%H%M%SZ}"
        moved = _move_aside(folder, manifest, aside)
        _move_in(staged, folder, manifest)
    journals = sum(1 for _ in folder.rglob(f"*{JOURNAL}") if ASIDE not in str(_))
    return Done(manifest, aside if moved else None, journals)


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    staged = folder / f"{STAGED}{os.getpid()}"
    staged.mkdir(mode=0o700)
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _prepare(staged: Path, manifest: Manifest, wait_s: float, now: datetime) -> None:
    """Make the copy ready to be gone on with: numbers go ahead, and the hub will wait for the stations."""
    with (
        contextlib.closing(sqlite3.connect(staged / DATABASE, isolation_level=None, factory=SqliteConnection)) as connection,
        transaction(connection),
    ):
        go_ahead(connection, manifest.moment, now)
    settle(staged / DATABASE)
    moment = manifest.moment
    write_restored(
        staged,
        Restored(
            backup_at=moment.at, restored_at=now, history_fingerprint=moment.history_fingerprint, awaited=moment.awaited, wait_s=wait_s
        ),
    )


def _give_to_owner(staged: Path, folder: Path) -> None:
    """As root, files become those of the folder's owner: the hub must be able to read them."""
    if os.geteuid() != 0:
        return
    owner = folder.stat()
    for path in (staged, *staged.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def _move_aside(folder: Path, manifest: Manifest, aside: Path) -> bool:
    """Move what is there, but no station's journal: it has what the backup misses. The settings go last, so no hub starts on a half."""
    there = sorted(_entries(folder), key=lambda entry: entry.name == SETTINGS)
    moved = [entry for entry in there if _move(entry, aside / entry.name)]
    at = manifest.database_at
    if at is not None:
        for part in (at, *(at.with_name(f"{at.name}-{end}") for end in ("wal", "shm", "moved"))):
            if part.exists():
                part.rename(part.with_name(f"{part.name}.{aside.name}"))
                moved.append(part)
    return bool(moved)


def _move(entry: Path, to: Path) -> bool:
    if JOURNAL in entry.name:
        return False
    make_private(to.parent)
    if entry.is_dir() and not entry.is_symlink() and any(JOURNAL in path.name for path in entry.rglob("*")):
        return any([_move(inner, to / inner.name) for inner in sorted(entry.iterdir())])
    entry.rename(to)
    return True


def _move_in(staged: Path, folder: Path, manifest: Manifest) -> None:
    if manifest.database_at is not None:
        manifest.database_at.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(staged / DATABASE, manifest.database_at)
        flush(manifest.database_at)
        flush(manifest.database_at.parent)
    for entry in sorted(staged.iterdir(), key=lambda entry: entry.name == SETTINGS):
        _merge(entry, folder / entry.name)
        flush(folder)


def _merge(entry: Path, to: Path) -> None:
    if entry.is_dir() and to.is_dir():
        for inner in sorted(entry.iterdir()):
            _merge(inner, to / inner.name)
        flush(to)
        return
    entry.rename(to)
