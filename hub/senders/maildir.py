"""Letters into a Maildir, for a site without a mail server: a first run shows its notices there."""

from __future__ import annotations

import asyncio
import mailbox
import os
import re
from pathlib import Path

from hub.letters.written import Written
from hub.senders.mail import Blame, Delivered, Refused


class MaildirTransport:
    """Writes each letter as one file, named by its Message-ID, so that a repeat replaces the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def open(self) -> Refused | None:
        """Make the folder, for its owner only, where it is missing."""
        return await asyncio.to_thread(self._prepare)

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Write one letter; it appears whole or not at all."""
        if (refused := await self.open()) is not None:
            return refused
        return await asyncio.to_thread(self._write, letter)

    async def close(self) -> None:
        """Nothing is open between letters."""

    def _prepare(self) -> Refused | None:
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            mailbox.Maildir(self._folder, create=True)
            for part in ("tmp", "new", "cur"):
                (self._folder / part).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            return _refused(error)
        return None

    def _write(self, letter: Written) -> Delivered | Refused:
        name = file_name(letter.id)
        unfinished = self._folder / "tmp" / name
        try:
            with open(unfinished, "wb", opener=_for_owner_only) as file:
                file.write(letter.data.replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            place = self._place(name)
            unfinished.replace(place)
            _keep_name(place.parent)
        except OSError as error:
            return _refused(error)
        return Delivered()

    def _place(self, name: str) -> Path:
        """Where the letter lies already, as a mail reader may have moved it, else where new ones go."""
        read = next((self._folder / "cur").glob(f"{name}:*"), None)
        return read if read is not None else self._folder / "new" / name


def file_name(message_id: str) -> str:
    """Give the file name of a Message-ID: the same for every repeat, and safe on any file system."""
    return re.sub(r"[^A-Za-z0-9@.-]", "_", message_id.strip("<> ")).lstrip(".")[:200]


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep_name(folder: Path) -> None:
    """Put a folder's new entry on disk: without it a power cut could undo the rename of a letter marked as sent."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(error: OSError) -> Refused:
    return Refused(False, f"The folder for outgoing mail cannot be written: {error.strerror or type(error).__name__}.", Blame.SERVER)
