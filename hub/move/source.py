"""The file a site moves out of: read only, in the order of its keys, never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hub.errors import DataFolderError, NotBegun
from hub.move.fields import Fields, Row, text_of
from hub.store.copy import damage_in
from hub.store.database import open_file_reader, revision_of
from hub.store.in_use import in_use
from hub.store.migrations import HEAD
from hub.store.sql import SqliteConnection

IN_USE = "{} is in use: stop the hub first (systemctl stop holdshelf-hub, or Ctrl-C in up)."


class Source:
    """An open file whose schema is this program's."""

    def __init__(self, path: Path, connection: SqliteConnection) -> None:
        self.path, self.connection = path, connection

    def count(self, fields: Fields) -> int:
        """Say how many rows a table has."""
        return int(self.connection.execute(f'SELECT count(*) FROM "{fields.table}"').fetchone()[0])

    def rows(self, fields: Fields, after: int = 0) -> Iterator[Row]:
        """Give a table's rows in the order of its key, without the first ones."""
        columns, key = _quoted(fields.columns), _quoted(fields.key)
        return self.connection.execute(f'SELECT {columns} FROM "{fields.table}" ORDER BY {key} LIMIT -1 OFFSET ?', (after,))

    def highest(self, fields: Fields) -> int:
        """Give the highest number that a table has given, its row there or not."""
        remembered = "SELECT seq FROM sqlite_sequence WHERE name = :table UNION SELECT seq FROM cursor WHERE name = 'numbers-' || :table"
        most = f'SELECT max({fields.numbered}) AS seq FROM "{fields.table}" UNION {remembered}'
        return int(self.connection.execute(f"SELECT coalesce(max(seq), 0) FROM ({most})", {"table": fields.table}).fetchone()[0])

    def state(self) -> str:
        """Give what tells whether the file was written to: sizes and moments of it and of its log."""
        found = []
        for path in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            there = path.stat() if path.exists() else None
            found.append(f"{there.st_size}-{there.st_mtime_ns}" if there is not None and there.st_size else "none")
        return " ".join(found)


def check_stopped(path: Path) -> None:
    """NotBegun while a program has the file open."""
    if in_use(path):
        raise NotBegun(IN_USE.format(path))


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open the file; NotBegun where its schema is not this program's."""
    with closing(open_file_reader(path)) as connection:
        connection.row_factory = None
        if (revision := revision_of(connection)) != HEAD:
            raise NotBegun(
                f"{path} has schema {revision}, and {HEAD} is needed to move it: run holdshelf migrate without --to first; it makes a copy."
            )
        connection.text_factory = text_of
        yield Source(path, connection)


def check_sound(source: Source, heard: Callable[[int, int], None]) -> None:
    """DataFolderError where the file is damaged: what cannot be read cannot be moved."""
    try:
        found = damage_in(source.connection, watch=heard)
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found:
        raise DataFolderError(f"{source.path} is damaged ({found[0]}): restore the last good backup (holdshelf restore), and move that.")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
