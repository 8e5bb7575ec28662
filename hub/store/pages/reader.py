"""Read-only connections for pages: a few, shared, each reading one moment of the database at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, QueuePool, create_engine

from hub.store.database import open_reader

T = TypeVar("T")

AT_ONCE = 3
"""More threads would only take processor time from the loop that takes scans."""


class Reader:
    """Runs reading functions; safe to call from several threads."""

    def __init__(self, database: Path) -> None:
        def connect() -> sqlite3.Connection:
            connection = open_reader(database)
            # SQLAlchemy makes its own rows.
            connection.row_factory = None
            return connection

        self._engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=AT_ONCE, max_overflow=0)

    def read(self, what: Callable[[Connection], T]) -> T:
        """Run a reading function; all its queries see the same moment."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            return what(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
