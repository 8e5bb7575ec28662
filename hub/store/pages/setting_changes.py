"""What administrators changed of the settings on the pages: what counts now, and all that was changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from hub.store.moments import from_ms
from hub.store.pages.cursor import Page, page_of, unpack
from hub.store.schema import setting_change


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One change of one setting; value None: back to what the file says."""

    key: int
    path: str
    value: Any
    was: Any
    """What was in force before."""
    set_at: datetime
    set_by: str


def latest_changes(connection: Connection) -> dict[str, ChangeView]:
    """Give the last change of each setting that was not set back since, oldest first."""
    latest = select(func.max(setting_change.c.key)).group_by(setting_change.c.path)
    query = select(setting_change).where(setting_change.c.key.in_(latest), setting_change.c.value.is_not(None))
    return {view.path: view for view in map(_view, connection.execute(query.order_by(setting_change.c.key)))}


def version_of_settings(connection: Connection) -> int:
    """Give what a page must name that changes something it was shown."""
    return int(connection.scalar(select(func.max(setting_change.c.key))) or 0)


def setting_changes(connection: Connection, limit: int, cursor: str | None = None) -> Page[ChangeView]:
    """Give a page of all changes, the newest first."""
    query = select(setting_change).order_by(setting_change.c.key.desc()).limit(limit + 1)
    if before := unpack(cursor, int):
        query = query.where(setting_change.c.key < before[0])
    return page_of([_view(row) for row in connection.execute(query)], limit, lambda view: (view.key,))


def _view(row: Row[Any]) -> ChangeView:
    was, value = (None if each is None else json.loads(each) for each in (row.was, row.value))
    return ChangeView(key=row.key, path=row.path, value=value, was=was, set_at=from_ms(row.set_at), set_by=row.set_by)
