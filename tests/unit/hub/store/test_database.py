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
from hub.store.database import migrate, open_database, open_reader, transaction
from hub.store.schema import metadata


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
