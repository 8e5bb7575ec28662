"""An administrator changes settings on a page: kept over those of the file, with who, when and what was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.errors import Conflict
from hub.store.setting_changes import add_changes, newest_change
from hub.store.sql import Connection


def change_settings(
    connection: Connection, changes: Mapping[str, tuple[Any, Any]], *, actor: str, version: int, now: datetime
) -> None:  # fmt: skip
    """Write changes that were found to fit together; Conflict where settings are others than those that were looked at."""
    newest = newest_change(connection)
    if newest is not None and newest.version != version:
        said = f"{newest.by} changed settings meanwhile. Look at them as they are now, and change them again."
        raise Conflict(said).keyed("settings.meanwhile", who=newest.by)
    add_changes(connection, changes, actor=actor, now=now)
