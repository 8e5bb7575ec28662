"""The schema of a database that holds something: kept old ones, the copy made before, and the way back."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.errors import DataFolderError
from hub.store.agreement import disagreements
from hub.store.copy import damage
from hub.store.database import open_database, open_reader
from hub.store.history import verify
from hub.store.migrations import HEAD
from hub.store.upgrade import change_schema
from tests.support.desks import Library

OLD = Path(__file__).parent / "samples" / "schema-0001.sql"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEPT = (
    "desk",
    "partner",
    "patron",
    "request",
    "item",
    "scan",
    "stream",
    "station",
    "station_context",
    "event",
    "cursor",
    "poison",
    "fault",
)
STATES = {
    "REQUESTED", "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", "PULL_FROM_SHELF", "CHECKED_OUT", "IN_TRANSIT_TO_RS", "MISSING", "LOST", "CLOSED",
}  # fmt: skip
MADE_BY_HAND = "item 30000000000095, item 30000000000103, item 30000000000111 are elsewhere than their history says"
"""The first demonstration wrote three books as pulled, missing and lost without saying how they came to be."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database as the first version wrote it."""
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    return tmp_path / "hub.db"


def read(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read from a database file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def counts(path: Path) -> dict[str, int]:
    """Give how many rows each table has that stays."""
    return {table: read(path, f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}  # noqa: S608 - tables of this file


def copies(path: Path) -> list[Path]:
    """Give the copies made beside a database."""
    return sorted(path.parent.glob("hub.db.schema-*"))


def test_the_kept_database_has_a_request_in_every_state(path: Path) -> None:
    assert {row[0] for row in read(path, "SELECT state FROM request")} == STATES
    assert read(path, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_an_upgrade_keeps_every_row_and_gives_a_history_without_a_break(path: Path) -> None:
    before, requests = counts(path), read(path, "SELECT key, request_id, title, state, outcome, closed_at FROM request")
    told = read(path, "SELECT count(*) FROM transition")[0][0]
    open_database(path).close()
    assert counts(path) == before
    assert read(path, "SELECT key, request_id, title, state, outcome, closed_at FROM request") == requests
    assert read(path, "SELECT count(*) FROM history WHERE became IS NOT NULL") == [(told,)]
    with closing(open_reader(path)) as connection:
        assert verify(connection).broken == ()
        assert list(disagreements(connection)) == [MADE_BY_HAND]
    assert damage(path) == []


def test_what_was_on_its_way_goes_on_after_an_upgrade(path: Path) -> None:
    library = Library(open_database(path), now=NOW)
    [(barcode,)] = library.rows("SELECT barcode FROM item WHERE state = 'IN_TRANSIT_TO_RS'")
    assert library.scan("rs-1", barcode).outcome == "accepted"
    assert list(disagreements(library.connection)) == [MADE_BY_HAND]
    library.connection.close()


def test_a_copy_is_made_before_an_upgrade_and_the_hub_says_where(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = counts(path)
    with caplog.at_level(logging.WARNING):
        open_database(path).close()
    [copy] = copies(path)
    assert copy.name.startswith("hub.db.schema-0001-")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert read(copy, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert counts(copy) == before
    assert str(copy) in caplog.text
    open_database(path).close()
    assert copies(path) == [copy]


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    open_database(tmp_path / "hub.db").close()
    assert copies(tmp_path / "hub.db") == []


def test_without_room_for_the_copy_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.store.copy.SPARE", 10**18)
    with pytest.raises(DataFolderError, match=r"no room for the copy that is made before the schema is changed.*Make room"):
        open_database(path)
    assert read(path, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert copies(path) == []


def test_a_damaged_database_is_not_upgraded(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'scan'")
        [(size,)] = connection.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    with pytest.raises(DataFolderError, match=r"is damaged.*restore a backup"):
        open_database(path)
    assert copies(path) == []


def test_the_way_back_keeps_a_copy_too_and_the_way_up_again_is_open(path: Path) -> None:
    open_database(path).close()
    requests = read(path, "SELECT request_id, state, outcome FROM request")
    change = change_schema(path, "0001", NOW)
    assert (change.was, change.now) == (HEAD, "0001")
    assert change.copy is not None
    assert read(change.copy, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert read(path, "SELECT request_id, state, outcome FROM request") == requests
    assert read(path, "SELECT version_num FROM alembic_version") == [("0001",)]
    open_database(path).close()
    with closing(open_reader(path)) as connection:
        assert verify(connection).broken == ()


def test_a_database_of_a_later_version_is_left_alone_and_said_in_words(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(DataFolderError, match=r"schema 9999 of a later Holdshelf.*Install the later version again"):
        open_database(path)
    assert read(path, "SELECT version_num FROM alembic_version") == [("9999",)]


@pytest.mark.parametrize("wanted", ["0000", "9999", "head", "base"])
def test_a_revision_that_is_not_there_is_refused(path: Path, wanted: str) -> None:
    with pytest.raises(DataFolderError, match="There is no revision"):
        change_schema(path, wanted, NOW)
    assert copies(path) == []
