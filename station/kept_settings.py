"""The settings the hub sent, kept beside the journal: those that worked last, those on trial, those that were refused.

One small file, replaced as a whole: at a power cut it is the old one or the new one.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

log = logging.getLogger(__name__)

SUFFIX = ".settings"


class Sent(BaseModel):
    """A setup as the hub sent it; ``version`` is that of the message, ``setup_version`` that of the setup in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1)
    setup_version: int = Field(ge=1)
    setup: dict[str, Any]

    def is_like(self, other: Sent | None) -> bool:
        """Whether the hub means the same setup; one set again is another, for somebody wants it tried again."""
        return other is not None and (self.setup_version, self.setup) == (other.setup_version, other.setup)


class Kept(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal[1] = 1
    good: Sent | None = None
    trying: Sent | None = None
    refused: Sent | None = None
    why: str | None = None


NOTHING = Kept()


class SettingsKeeper:
    """The file beside a journal."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + SUFFIX)

    def read(self) -> Kept:
        """Give what is kept; a file that cannot be read counts as none, and the hub sends its settings again."""
        try:
            return Kept.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return NOTHING
        except (OSError, ValidationError) as error:
            log.warning("kept settings unreadable", extra={"action": "read_settings", "path": str(self.path), "reason": str(error)})
            return NOTHING

    def write(self, kept: Kept) -> None:
        """Keep this; when it returns it survives a power cut. OSError: what was kept before still is."""
        if kept == NOTHING and not self.path.exists():
            return
        new = self.path.with_name(self.path.name + ".new")
        with new.open("wb") as file:
            file.write(kept.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
