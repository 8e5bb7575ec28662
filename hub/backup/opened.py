"""Reads a backup, folder or .tar alike, and verifies it against its manifest."""

from __future__ import annotations

import contextlib
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from pydantic import ValidationError

from hub.backup.manifest import FORM, NAME, KeptFile, Manifest
from hub.backup.take import READ_BYTES, digest_of
from hub.errors import DataFolderError
from hub.store.copy import flush, make_private
from hub.store.migrations import HEAD

Progress = Callable[[int, int], None]


class Holder(Protocol):
    """Where a backup's files are."""

    def open(self, name: str) -> IO[bytes]:
        """Open one of them; KeyError or OSError where it is missing."""


class Backup:
    """One backup whose manifest could be read."""

    def __init__(self, path: Path, holder: Holder, manifest: Manifest) -> None:
        self.path, self._holder, self.manifest = path, holder, manifest

    def verify(self, watch: Progress = lambda done, of: None) -> None:
        """Read every file and hold it against the manifest; DataFolderError names what is wrong."""
        self._each(lambda file, chunks: digest_of(chunks), watch)

    def unpack(self, to: Path, watch: Progress = lambda done, of: None) -> None:
        """Write every file into a folder, with its mode, flushed, verifying it on the way."""

        def write(file: KeptFile, chunks: Iterator[bytes]) -> str:
            place = to / file.name
            make_private(place.parent)
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                digest = digest_of(_written(chunks, out))
            place.chmod(file.mode)
            flush(place)
            return digest

        self._each(write, watch)

    def _each(self, what: Callable[[KeptFile, Iterator[bytes]], str], watch: Progress) -> None:
        done, of = 0, self.manifest.size

        def read(opened: IO[bytes]) -> Iterator[bytes]:
            nonlocal done
            while chunk := opened.read(READ_BYTES):
                done += len(chunk)
                watch(done, of)
                yield chunk

        for file in self.manifest.files:
            try:
                with self._holder.open(file.name) as opened:
                    digest = what(file, read(opened))
            except (KeyError, FileNotFoundError, tarfile.TarError) as error:
                raise self._wrong(file, "is missing") from error
            if digest != file.sha256:
                raise self._wrong(file, "is not as it was written")

    def _wrong(self, file: KeptFile, what: str) -> DataFolderError:
        return DataFolderError(f"The backup {self.path} is damaged: {file.name} {what}. Use another backup; nothing was changed.")


def _written(chunks: Iterator[bytes], out: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        out.write(chunk)
        yield chunk


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class _Tar:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive

    def open(self, name: str) -> IO[bytes]:
        opened = self._archive.extractfile(name)
        if opened is None:
            raise KeyError(name)
        return opened


@contextlib.contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """Open a backup and read its manifest; DataFolderError says why it is none that can be used."""
    with contextlib.ExitStack() as stack:
        try:
            holder: Holder = _Folder(path) if path.is_dir() else _Tar(stack.enter_context(tarfile.open(path, "r:")))
            with holder.open(NAME) as file:
                text = file.read()
        except (OSError, KeyError, tarfile.TarError) as error:
            raise DataFolderError(f"{path} is no backup of holdshelf ({_said(error)}): name its folder or its .tar.") from error
        yield Backup(path, holder, _read(path, text))


def _read(path: Path, text: bytes) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise DataFolderError(f"The manifest of {path} cannot be read: use another backup, or a newer Holdshelf.") from error
    if manifest.form != FORM or (manifest.revision or "") > HEAD:
        raise DataFolderError(
            f"{path} was made by Holdshelf {manifest.version} (schema {manifest.revision}), this one knows schema {HEAD}: "
            f"install version {manifest.version} or later."
        )
    for file in manifest.files:
        if ".." in PurePosixPath(file.name).parts:
            raise DataFolderError(f"The manifest of {path} names a file outside the data folder ({file.name}): nothing was changed.")
    return manifest


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return "it holds no manifest.json"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
