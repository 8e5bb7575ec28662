"""The words requests are found by come with revision 0008, also for those that were there, and go with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.store.database import open_database
from tests.support.desks import ONLY_SQLITE, Library
from tests.support.migrations import columns_and_indexes, downgrade, read
from tests.support.roads import shelved

pytestmark = ONLY_SQLITE
WORDS = "SELECT request, word FROM request_word ORDER BY request, word"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the revision before: a book on the shelf."""
    library = Library.open(tmp_path)
    shelved(library)
    library.connection.close()
    return tmp_path / "hub.db"


def test_the_schema_is_that_of_a_new_database(path: Path, tmp_path: Path) -> None:
    downgrade(path, "0007")
    assert not {"request_word", "saved_view", "request_partner", "notice_failed"} & columns_and_indexes(path).keys()
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")


def test_what_was_there_gets_the_words_a_new_request_gets(path: Path) -> None:
    before = read(path, WORDS), read(path, "SELECT words FROM request")
    assert len(before[0]) >= 2
    downgrade(path, "0007")
    open_database(path).close()
    assert (read(path, WORDS), read(path, "SELECT words FROM request")) == before
