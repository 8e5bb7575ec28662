"""What a restored folder knows of its restore: ``restored.json``, written by the restore, finished by the hub."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from hub.errors import DataFolderError
from hub.store.copy import flush

NAME = "restored.json"


class Restored(BaseModel):
    """The last restore of this folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: int = 1
    backup_at: datetime
    restored_at: datetime
    history_fingerprint: str | None
    awaited: tuple[str, ...]
    """Stations whose scans since the backup are still to come; empty once the hub has them."""
    wait_s: float
    """How long the hub waits for them before it goes on without."""


def read_restored(folder: Path) -> Restored | None:
    """Give what is known of a restore, None where there was none."""
    try:
        return Restored.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise DataFolderError(f"{folder / NAME} cannot be read: restore the backup again, or delete this file.") from error


def write_restored(folder: Path, restored: Restored) -> None:
    """Write it, whole or not at all."""
    beside = folder / f".{NAME}.new"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(restored.model_dump(mode="json"), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(folder / NAME)
    flush(folder)
