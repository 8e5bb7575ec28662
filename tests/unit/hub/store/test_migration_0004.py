"""What stations remember goes on for each of their streams, and no number of an item or a patron is given twice from then on."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.store.database import migrate, open_database
from hub.store.history import verify
from tests.support.desks import ADA, BOOK, ONLY_SQLITE, START, Library
from tests.support.migrations import columns_and_indexes, downgrade, read
from tests.support.roads import UNDO, received, shelved

pytestmark = ONLY_SQLITE

ITEMS = "SELECT * FROM item ORDER BY key"
PATRONS = "SELECT key, card, alias, name, email FROM patron ORDER BY key"
OTHER_BOOK = "30000000000025"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the second revision: a book on the shelf, its patron's card just read; another's receipt was taken back."""
    library = Library.open(tmp_path)
    shelved(library)
    received(library, OTHER_BOOK)
    library.scan("rs-1", UNDO)
    library.scan("main-1", ADA)
    library.connection.close()
    downgrade(tmp_path / "hub.db", "0002")
    return tmp_path / "hub.db"


def opened(path: Path) -> Library:
    """Open it with the program of today, a few seconds later."""
    return Library(open_database(path), now=START + timedelta(seconds=30), made=100)


def test_a_patron_who_stands_at_the_desk_meanwhile_is_still_there(path: Path) -> None:
    library = opened(path)
    assert library.scan("main-1", BOOK).rule == "H2"
    library.connection.close()


def test_what_could_be_taken_back_still_can(path: Path) -> None:
    library = opened(path)
    assert library.scan("main-1", UNDO).rule == "UNDO"
    library.connection.close()


def test_everything_else_is_as_it_was_and_the_history_verifies(path: Path) -> None:
    before: list[Any] = [read(path, ITEMS), read(path, PATRONS), read(path, "SELECT * FROM history")]
    open_database(path).close()
    assert [read(path, ITEMS), read(path, PATRONS), read(path, "SELECT * FROM history")] == before
    connection = open_database(path)
    assert not verify(connection).broken
    connection.close()


def test_no_number_of_an_item_is_given_again_that_the_history_knows(path: Path) -> None:
    [[known]] = read(path, "SELECT max(item) FROM history")
    library = opened(path)
    received(library, OTHER_BOOK)
    [[given]] = library.rows("SELECT key FROM item WHERE barcode = ?", OTHER_BOOK)
    assert given > known
    library.connection.close()


@pytest.mark.parametrize("table", ["item", "patron"])
def test_the_number_of_a_row_that_is_gone_is_not_given_again(path: Path, table: str) -> None:
    connection = open_database(path)
    numbers = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchall()
    highest = connection.execute(f"SELECT max(key) FROM {table}").fetchone()[0]  # noqa: S608 - two names of this file
    assert len(numbers) == 1
    assert numbers[0][0] >= highest
    connection.close()


def test_an_upgraded_database_has_the_schema_of_a_new_one_and_back_again_of_the_old(path: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    open_database(tmp_path / "new" / "hub.db").close()
    open_database(path).close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new" / "hub.db")
    downgrade(path, "0002")
    migrate(tmp_path / "old.db", "0002")
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "old.db")


def test_an_empty_database_is_upgraded_too(tmp_path: Path) -> None:
    migrate(tmp_path / "hub.db", "0002")
    connection = open_database(tmp_path / "hub.db")
    connection.execute("INSERT INTO patron(card, alias, name) VALUES ('1', 'a', 'b')")
    assert connection.execute("SELECT key FROM patron").fetchall() == [(1,)]
    connection.close()


def test_a_station_whose_last_scan_is_gone_begins_anew(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE station_context SET last_scan_id = NULL WHERE station = 'main-1'")
    connection.commit()
    connection.close()
    library = opened(path)
    assert library.scan("main-1", BOOK).rule == "H1"
    library.connection.close()
