"""Accounts come with revision 0006, and go with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.store.database import open_database
from tests.support.desks import ONLY_SQLITE, Library
from tests.support.migrations import columns_and_indexes, downgrade
from tests.support.roads import shelved

pytestmark = ONLY_SQLITE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the revision before: a book on the shelf."""
    library = Library.open(tmp_path)
    shelved(library)
    library.connection.close()
    downgrade(tmp_path / "hub.db", "0005")
    return tmp_path / "hub.db"


def test_the_schema_is_that_of_a_new_database(path: Path, tmp_path: Path) -> None:
    assert "account" not in columns_and_indexes(path)
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")
