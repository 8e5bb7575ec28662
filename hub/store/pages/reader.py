"""Read-only connections for pages: a few, shared, each reading one moment of the database at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection, QueuePool, create_engine, event

from hub.store.database import engine_of, open_reader
from hub.store.place import Place

T = TypeVar("T")

AT_ONCE = 3
"""More threads would only take processor time from the loop that takes scans."""
REST, LONGEST_REST_S = 2, 0.05
"""Twice as long as the statement took: with rests as long as statements, scans beside a report took 1.6 times as long at their p99."""
POOL: dict[str, Any] = {"pool_size": AT_ONCE, "max_overflow": 0}


class Reader:
    """Runs reading functions; safe to call from several threads."""

    def __init__(self, database: Place, *, gently: bool = False) -> None:
        """With ``gently`` a server is let rest between statements: it works at its usual priority, whoever asks it."""
        self._is_file = isinstance(database, Path)
        if isinstance(database, Path):
            self._engine = create_engine("sqlite://", creator=partial(_connect, database), poolclass=QueuePool, **POOL)
        else:
            self._engine = engine_of(database, isolation_level="REPEATABLE READ", pool_pre_ping=True, **POOL)
            event.listen(self._engine, "begin", _only_read)
            if gently:
                event.listen(self._engine, "before_cursor_execute", _begin)
                event.listen(self._engine, "after_cursor_execute", _rest)

    def read(self, what: Callable[[Connection], T]) -> T:
        """Run a reading function; all its queries see the same moment."""
        with self._engine.connect() as connection:
            if self._is_file:
                connection.exec_driver_sql("BEGIN")
            return what(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _connect(file: Path) -> Any:
    connection: Any = open_reader(file)
    # SQLAlchemy makes its own rows.
    connection.row_factory = None
    return connection


def _begin(connection: Connection, *_more: Any) -> None:
    connection.info["began_s"] = monotonic()


def _rest(connection: Connection, *_more: Any) -> None:
    sleep(min(REST * (monotonic() - connection.info["began_s"]), LONGEST_REST_S))


def _only_read(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
