"""Lists that former versions saved with the name of a patron are gone with revision 0011; the others stay."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from hub.core.accounts import StaffRole
from hub.flows.keep_accounts import add_account
from hub.store.database import open_database, transaction
from tests.support.desks import ONLY_SQLITE, START, Library
from tests.support.migrations import columns_and_indexes, downgrade, read

pytestmark = ONLY_SQLITE
SAVED = "INSERT INTO saved_view(account, name, query) SELECT key, ?, ? FROM account"
LATE = ("Late", "flag=late&sort=title")
QUEUE = ("The q", "desk=q&cols=request&state=REQUESTED")
WITH_WORDS = (("Hers", "q=heron"), ("Hers, late", "flag=late&q=Ada+Heron"), ("A book", "q=overstory&sort=title"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the revision before, as a version wrote it that took any words."""
    with closing(Library.open(tmp_path).connection) as connection, transaction(connection):
        add_account(connection, "maria", StaffRole.RESOURCE_SHARING, "-", START)
        for name, query in (LATE, QUEUE, *WITH_WORDS):
            connection.execute(SAVED, (name, query))
    downgrade(tmp_path / "hub.db", "0010")
    return tmp_path / "hub.db"


def test_what_may_be_a_patrons_name_is_nowhere_in_the_file_any_more(path: Path) -> None:
    assert len(read(path, "SELECT name FROM saved_view")) == 5
    open_database(path).close()
    assert read(path, "SELECT name, query FROM saved_view ORDER BY name") == [LATE, QUEUE]
    # Nor in the pages that the rows left; the copy made before is the way back, as at every upgrade.
    assert b"Ada+Heron" not in path.read_bytes()
    assert [b"Ada+Heron" in copy.read_bytes() for copy in path.parent.glob("hub.db.schema-0010-*")] == [True]


def test_the_schema_is_that_of_a_new_database_and_the_way_back_changes_nothing(path: Path, tmp_path: Path) -> None:
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")
    downgrade(path, "0010")
    assert read(path, "SELECT name, query FROM saved_view ORDER BY name") == [LATE, QUEUE]
