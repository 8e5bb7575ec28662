"""What pages change comes with revision 0010, and goes with it; a database of before is in force as its file says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.flows.change_settings import change_settings
from hub.store.database import open_database, transaction
from hub.store.setting_changes import changes_in_force, newest_change
from tests.support.desks import ONLY_SQLITE, Library
from tests.support.migrations import columns_and_indexes, downgrade, read
from tests.support.roads import shelved

pytestmark = ONLY_SQLITE
DESKS = "SELECT code, name, resource_sharing, pickup, address, opening FROM desk ORDER BY code"
REQUESTS = "SELECT * FROM request ORDER BY key"
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the revision before: a book on the shelf."""
    library = Library.open(tmp_path)
    shelved(library)
    library.connection.close()
    downgrade(tmp_path / "hub.db", "0009")
    return tmp_path / "hub.db"


def change(path: Path) -> None:
    connection = open_database(path)
    with transaction(connection):
        newest = newest_change(connection)
        version = newest.version if newest else 0
        change_settings(connection, {"policy.hold_days": (10, 12)}, actor="maria", version=version, now=NOW)
        connection.execute("UPDATE desk SET phone = '555 0100', opening_text = 'mornings' WHERE code = 'main'")
    connection.close()


def test_the_schema_is_that_of_a_new_database_and_what_was_there_is_as_it_was(path: Path, tmp_path: Path) -> None:
    before = read(path, DESKS), read(path, REQUESTS)
    assert "setting_change" not in columns_and_indexes(path)
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")
    assert (read(path, DESKS), read(path, REQUESTS)) == before


def test_an_old_database_has_no_changes_and_takes_them(path: Path) -> None:
    connection = open_database(path)
    assert (newest_change(connection), changes_in_force(connection)) == (None, {})
    connection.close()
    assert read(path, "SELECT DISTINCT phone, opening_text FROM desk") == [(None, None)]
    change(path)
    assert read(path, "SELECT path, value, was, set_by FROM setting_change") == [("policy.hold_days", "12", "10", "maria")]


def test_the_way_back_keeps_everything_else_and_numbers_are_never_given_twice(path: Path) -> None:
    before = read(path, DESKS), read(path, REQUESTS)
    change(path)
    change(path)
    assert read(path, "SELECT key FROM setting_change") == [(1,), (2,)]
    read_all = sorted(columns_and_indexes(path)["numbered once"])
    assert "setting_change" in read_all
    downgrade(path, "0009")
    assert "setting_change" not in columns_and_indexes(path)
    assert (read(path, DESKS), read(path, REQUESTS)) == before
    open_database(path).close()
    assert read(path, "SELECT * FROM setting_change") == []
