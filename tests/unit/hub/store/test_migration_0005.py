"""A step of a book leaves the indexes of open and closed ones as they are, and the open requests of a patron are found by such a one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hub.store.database import open_database
from hub.store.scan_path import MOVE_ITEM, MOVE_REQUEST
from tests.support.desks import ADA, BOOK, ONLY_SQLITE, START, Library
from tests.support.migrations import columns_and_indexes, downgrade, read
from tests.support.roads import shelved

pytestmark = ONLY_SQLITE

REQUESTS = "SELECT key, request_id, title, requester, pickup_desk, state, outcome, version, changed_at, closed_at FROM request ORDER BY key"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the revision before: a book on the shelf."""
    library = Library.open(tmp_path)
    shelved(library)
    library.connection.close()
    downgrade(tmp_path / "hub.db", "0004")
    return tmp_path / "hub.db"


def test_the_schema_is_that_of_a_new_database_and_the_requests_are_as_they_were(path: Path, tmp_path: Path) -> None:
    before = read(path, REQUESTS)
    assert columns_and_indexes(path)["where"]["request_requester"] == " WHERE state <> 'CLOSED'"
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")
    assert read(path, REQUESTS) == before


def test_what_a_patron_can_pick_up_is_still_found(path: Path) -> None:
    library = Library(open_database(path), now=START + timedelta(minutes=5), made=100)
    assert "1" in library.scan("main-1", ADA).message
    assert library.scan("main-1", BOOK).rule == "H2"
    library.connection.close()


@pytest.mark.parametrize("step", [MOVE_ITEM, MOVE_REQUEST])
def test_a_step_writes_anew_no_index_that_tells_open_from_closed(step: str, path: Path) -> None:
    connection = open_database(path)
    of = {row[0] for row in connection.execute("SELECT rootpage FROM sqlite_master WHERE sql LIKE '% WHERE closed_at IS %'")}
    written = {row[3] for row in connection.execute(f"EXPLAIN {step}", (None,) * step.count("?")) if row[1] == "OpenWrite"}
    connection.close()
    assert len(of) == 4
    assert written
    assert not written & of
