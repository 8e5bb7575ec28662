"""Whether somebody has a database open: SQLite holds a lock for as long as that is so."""

from __future__ import annotations

import fcntl
from pathlib import Path

OPEN_BYTE = 128
"""The byte of the shared-memory file on which every connection in WAL mode holds a lock (UNIX_SHM_DMS in SQLite's os_unix.c)."""


def in_use(database: Path) -> bool:
    """Say whether a program has this database open now."""
    try:
        with database.with_name(f"{database.name}-shm").open("r+b") as shared:
            fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, OPEN_BYTE)
    except FileNotFoundError:
        return False
    except (BlockingIOError, PermissionError):
        return True
    return False
