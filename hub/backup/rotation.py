"""Dated backups in one folder: the last few stay."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path

from hub.backup.opened import open_backup
from hub.errors import DataFolderError
from hub.store.copy import flush

DATED = re.compile(r"holdshelf-\d{8}T\d{6}Z(\.tar)?")


def dated(folder: Path, now: datetime, *, tar: bool) -> Path:
    """Give the name of a backup made now; names sort by time."""
    return folder / f"holdshelf-{now:%Y%m%dT%H%M%SZ}{'.tar' if tar else ''}"


def drop_old(folder: Path, keep: int) -> list[Path]:
    """Remove the oldest whole backups of ours but so many, and give what was removed; anything else in the folder is left alone."""
    ours = sorted(path for path in folder.iterdir() if DATED.fullmatch(path.name) and _is_one(path))
    gone = ours[:-keep]
    for path in gone:
        # Out of sight first: half of a backup must not bear the name of one.
        going = path.with_name(f".{path.name}.going")
        path.rename(going)
        shutil.rmtree(going) if going.is_dir() else going.unlink()
    flush(folder)
    return gone


def _is_one(path: Path) -> bool:
    try:
        with open_backup(path):
            return True
    except DataFolderError:
        return False
