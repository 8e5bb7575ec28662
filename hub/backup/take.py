"""Makes a backup of a hub that may be running: one folder or one .tar, whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from broker import __version__
from hub.backup.contents import Contents, contents_of
from hub.backup.manifest import DATABASE, FORM, NAME, SETTINGS, KeptFile, Manifest, Moment, moment_of
from hub.errors import DataFolderError
from hub.settings import HubSettings
from hub.store.copy import check_room, copy_moment, damage, flush, make_private
from hub.store.database import open_file_reader, revision_of

Watch = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much."""
UNFINISHED = ".unfinished"
READ_BYTES = 1 << 20


ON_A_SERVER = (
    "The database is on a PostgreSQL server, which has its own tools: pg_dump copies it, pg_basebackup keeps every commit. "
    "docs/guide-systems-librarian.md, PostgreSQL, says how; copy the data folder beside it (settings, passwords, letters)."
)


def file_of(settings: HubSettings, folder: Path, otherwise: str = ON_A_SERVER) -> Path:
    """Give the file of the database; DataFolderError says ``otherwise`` where it is on a server."""
    place = settings.place(folder)
    if isinstance(place, str):
        raise DataFolderError(otherwise)
    return place


def take_backup(config: Path, settings: HubSettings, target: Path, now: Callable[[], datetime], watch: Watch) -> Manifest:
    """Write a backup to ``target``, which must not exist; a .tar where its name ends so. Gives what it holds."""
    database = file_of(settings, config.parent)
    if not database.exists():
        raise DataFolderError(f"There is no database {database}: start the hub once, or name another folder with --data.")
    if target.exists():
        raise DataFolderError(f"{target} exists already and is left as it is: name a new place, or use --keep for dated backups.")
    as_tar = target.suffix == ".tar"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        check_room(target.parent, _size(database) * (2 if as_tar else 1), "the backup")
        with _unfinished(target) as staged:
            manifest = _fill(staged, config, settings, now, watch)
            _put(staged, target, as_tar=as_tar)
    except OSError as error:
        raise DataFolderError(f"The backup {target} cannot be written ({error.strerror or error}): choose another place.") from error
    except sqlite3.Error as error:
        raise DataFolderError(
            f"The backup {target} could not be made ({error}): check the database (holdshelf check) and the room on the disk."
        ) from error
    return manifest


def _size(database: Path) -> int:
    log = database.with_name(f"{database.name}-wal")
    return database.stat().st_size + (log.stat().st_size if log.exists() else 0)


@contextlib.contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Give a folder beside the target, gone in the end; what a killed backup left there goes, too."""
    for left in target.parent.glob(f".{target.name}{UNFINISHED}-*"):
        if not _runs(left.name.rpartition("-")[2]):
            shutil.rmtree(left, ignore_errors=True)
    staged = target.parent / f".{target.name}{UNFINISHED}-{os.getpid()}"
    staged.mkdir(mode=0o700)
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _runs(process: str) -> bool:
    return process.isdigit() and Path("/proc", process).exists()


def _fill(staged: Path, config: Path, settings: HubSettings, now: Callable[[], datetime], watch: Watch) -> Manifest:
    folder, whole = config.parent, staged / "whole"
    whole.mkdir(mode=0o700)
    database = file_of(settings, folder)
    revision, moment = _copy_database(database, whole / DATABASE, now, watch)
    contents = contents_of(config, settings)
    kept = [_described(whole / DATABASE, DATABASE, 0o600, watch), *_copy_files(config, whole, contents)]
    outside = None if database.resolve().is_relative_to(folder.resolve()) else database
    manifest = Manifest(
        form=FORM, version=__version__, revision=revision, site=settings.site, moment=moment, database_at=outside, files=tuple(kept),
        left_out=tuple(str(path) for path in contents.outside),
    )  # fmt: skip
    (whole / NAME).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (whole / NAME).chmod(0o600)
    for path in (whole / NAME, *(path for path in whole.rglob("*") if path.is_dir()), whole):
        flush(path)
    return manifest


def _copy_database(database: Path, to: Path, now: Callable[[], datetime], watch: Watch) -> tuple[str | None, Moment]:
    to.touch(mode=0o600)
    with contextlib.closing(open_file_reader(database)) as source:
        # The first read fixes the moment: what the manifest says and what is copied are the same.
        source.execute("BEGIN")
        revision = revision_of(source)
        moment = moment_of(source, now())
        copy_moment(source, to, watch=lambda done, of: watch("database", done, of))
    found = damage(to, watch=lambda done, of: watch("verifying", done, of))
    if found:
        raise DataFolderError(
            f"The database {database} is damaged ({found[0]}), so no backup was made and the ones before are kept. Restore the last good "
            "one (holdshelf restore); the stations send again what it misses."
        )
    return revision, moment


def _copy_files(config: Path, whole: Path, contents: Contents) -> Iterator[KeptFile]:
    for place in contents.inside:
        name = SETTINGS if config.name == place.name and len(place.parts) == 1 else place.as_posix()
        to = whole / name
        make_private(to.parent)
        try:
            mode = (config.parent / place).stat().st_mode & 0o777
            shutil.copyfile(config.parent / place, to)
        except FileNotFoundError:
            # A letter that was taken, a station that was removed, just now.
            continue
        to.chmod(mode)
        flush(to)
        yield _described(to, name, mode)


def _described(path: Path, name: str, mode: int, watch: Watch = lambda what, done, of: None) -> KeptFile:
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = digest_of(iter(lambda: file.read(READ_BYTES), b""), lambda done: watch("SHA-256", done, size))
    return KeptFile(name=name, size=size, sha256=digest, mode=mode)


def digest_of(chunks: Iterator[bytes], heard: Callable[[int], None] = lambda done: None) -> str:
    """Give the SHA-256 of what comes; ``heard`` is told how much came."""
    made, done = hashlib.sha256(), 0
    for chunk in chunks:
        made.update(chunk)
        done += len(chunk)
        heard(done)
    return made.hexdigest()


def _put(staged: Path, target: Path, *, as_tar: bool) -> None:
    """Give the backup its name: from here on it is one."""
    whole = staged / "whole"
    if as_tar:
        whole = _packed(whole, staged / "whole.tar")
    os.rename(whole, target)
    flush(target.parent)


def _packed(whole: Path, tar: Path) -> Path:
    with os.fdopen(os.open(tar, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            # The manifest first: who reads the archive knows at once what must come.
            for path in [whole / NAME, *sorted(path for path in whole.rglob("*") if path.is_file() and path.name != NAME)]:
                archive.add(path, arcname=path.relative_to(whole).as_posix(), recursive=False)
        file.flush()
        os.fsync(file.fileno())
    return tar
