"""The schema that the migrations make is the schema the program speaks of; what cannot be opened says so in words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from hub.errors import DataFolderError
from hub.store import migrations
from hub.store.database import CACHE_KIB, READER_CACHE_KIB, migrate, open_database, open_reader, transaction
from hub.store.schema import metadata
from hub.store.sql import Connection


def test_the_migrations_make_the_schema_and_nothing_else(tmp_path: Path) -> None:
    open_database(tmp_path / "hub.db").close()
    engine = create_engine(f"sqlite:///{tmp_path}/hub.db")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_program_works_with_the_newest_revision() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_current_head() == migrations.HEAD


def test_every_revision_can_be_taken_back_and_made_again(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    open_database(path).close()
    from alembic import command
    from alembic.config import Config

    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        assert set(tables) == {"alembic_version", "sqlite_sequence"}
    engine.dispose()
    migrate(path)
    open_database(path).close()


def test_what_a_connection_keeps_of_the_file_is_bounded(tmp_path: Path) -> None:
    writer, reader = open_database(tmp_path / "hub.db"), open_reader(tmp_path / "hub.db")
    with transaction(writer):
        writer.execute("CREATE TABLE little(key INTEGER PRIMARY KEY, what BLOB)")
        writer.execute("CREATE TABLE much(key INTEGER PRIMARY KEY, what BLOB)")
        for table, rows in (("little", 150), ("much", 6000)):
            writer.execute(f"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) "  # noqa: S608
                           f"INSERT INTO {table} SELECT i, zeroblob(3000) FROM n")  # fmt: skip
    for connection, kept in ((writer, CACHE_KIB), (reader, READER_CACHE_KIB)):
        for table in ("much", "little"):
            read_from_file(connection, table)
        assert read_from_file(connection, "little") < 50_000
        read_from_file(connection, "much")
        # What did not fit is read again: the hub's memory does not grow with its database.
        assert read_from_file(connection, "much") > 24_000_000 - kept * 1024 * 1.1
        connection.close()


def read_from_file(connection: Connection, table: str) -> int:
    """Read a table; gives the bytes that came from the file for it."""
    before = _read()
    connection.execute(f"SELECT sum(length(what)) FROM {table} WHERE key > 0").fetchone()  # noqa: S608
    return _read() - before


def _read() -> int:
    return int(Path("/proc/self/io").read_text().split("\n")[0].removeprefix("rchar: "))


def test_a_commit_is_on_disk_before_it_returns(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "hub.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    full = 2
    assert connection.execute("PRAGMA synchronous").fetchone() == (full,)
    connection.close()


def test_event_numbers_are_never_used_again(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "hub.db")
    with transaction(connection):
        connection.execute("INSERT INTO event(type, at, data) VALUES ('x', 1, '{}')")
        connection.execute("DELETE FROM event")
        connection.execute("INSERT INTO event(type, at, data) VALUES ('x', 1, '{}')")
    assert connection.execute("SELECT seq FROM event").fetchall() == [(2,)]
    connection.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_database(tmp_path / "hub.db").close()
    reader = open_reader(tmp_path / "hub.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM event")
    reader.close()


def test_a_file_that_is_no_database_is_left_alone_and_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"a letter to my aunt" * 100)
    with pytest.raises(DataFolderError, match="Cannot use the database"):
        open_database(path)
    assert path.read_bytes().startswith(b"a letter")


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="Give a folder this user may write"):
        open_database(tmp_path / "file" / "hub.db")
