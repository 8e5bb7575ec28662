"""What reports count comes with revision 0009, and goes with it; all of it is counted from the history."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from hub.flows.keep_tally import count_some, keep_counted
from hub.store.database import open_database, open_reader, transaction
from tests.support.desks import ONLY_SQLITE, Library
from tests.support.migrations import columns_and_indexes, downgrade, read
from tests.support.roads import shelved

pytestmark = ONLY_SQLITE
COUNTED = "SELECT measure, grain, count FROM tally ORDER BY measure, grain"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the revision before: a book on the shelf, counted by a later version."""
    library = Library.open(tmp_path)
    shelved(library)
    library.connection.close()
    count(tmp_path / "hub.db")
    downgrade(tmp_path / "hub.db", "0008")
    return tmp_path / "hub.db"


def count(path: Path) -> None:
    connection, reader = open_database(path), open_reader(path)
    while (counted := count_some(reader, UTC)).more:
        with transaction(connection):
            assert keep_counted(connection, counted)
    reader.close()
    connection.close()


def test_the_schema_is_that_of_a_new_database(path: Path, tmp_path: Path) -> None:
    assert "tally" not in columns_and_indexes(path)
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")


def test_what_happened_before_is_counted_then(path: Path) -> None:
    assert read(path, "SELECT count(*) FROM cursor WHERE name LIKE 'tally%'") == [(0,)]
    count(path)
    assert [row for row in read(path, COUNTED) if row[0] in ("created", "shelf.in")] == [
        ("created", "D", 1),
        ("created", "M", 1),
        ("shelf.in", "D", 1),
        ("shelf.in", "M", 1),
    ]
