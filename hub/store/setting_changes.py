"""What administrators changed on the pages, over the settings file: every change is kept, the last one of a setting counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.store.moments import from_ms, to_ms
from hub.store.sql import Connection

IN_FORCE = (
    "SELECT path, value FROM setting_change WHERE key IN (SELECT max(key) FROM setting_change GROUP BY path) "
    "AND value IS NOT NULL ORDER BY key"
)
NEWEST = "SELECT key, set_by, set_at FROM setting_change ORDER BY key DESC LIMIT 1"
ADD = "INSERT INTO setting_change(path, value, was, set_at, set_by) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Newest:
    """The last change there was; its number is the version of all settings together."""

    version: int
    by: str
    at: datetime


def changes_in_force(connection: Connection) -> dict[str, Any]:
    """Give each setting that was changed and not set back, oldest change first."""
    return {str(path): json.loads(value) for path, value in connection.execute(IN_FORCE)}


def newest_change(connection: Connection) -> Newest | None:
    """Give the last change, None where there was none."""
    row = connection.execute(NEWEST).fetchone()
    return None if row is None else Newest(int(row[0]), str(row[1]), from_ms(row[2]))


def add_changes(connection: Connection, changes: Mapping[str, tuple[Any, Any]], *, actor: str, now: datetime) -> None:
    """Write changes: for each path what was in force before, and what is from now on; None is what the file says."""
    for path, (was, value) in changes.items():
        told = None if value is None else json.dumps(value, ensure_ascii=False)
        connection.execute(ADD, (path, told, json.dumps(was, ensure_ascii=False), to_ms(now), actor))
