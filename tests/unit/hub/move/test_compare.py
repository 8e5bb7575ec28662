"""What is not the same on both sides is found and named; what PostgreSQL does not take is told and lost nowhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.errors import DataFolderError
from hub.move.aside import place_of
from hub.move.move import Moved, move_site
from hub.store.database import open_database, open_reader, transaction
from hub.store.history import Line, append, verify
from hub.store.postgres import PostgresConnection
from hub.store.sql import SIGN_FOR_NUL
from tests.support.desks import Library
from tests.support.postgres import fresh
from tests.support.sites import a_site, everything, many_marks

pytestmark = pytest.mark.needs("postgres")
NOW = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
NUL_TITLE = "War and\0Peace"
NOTE = "the card said\0nothing"


@pytest.fixture
def url() -> str:
    return fresh()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A site at work; a test closes it."""
    library = a_site(tmp_path)
    yield library
    library.connection.close()


def move(library: Library, url: str, *, anew: bool = False, watch: Callable[[str, int, int], None] = lambda what, done, of: None) -> Moved:
    """Stop the hub and move."""
    library.connection.close()
    return move_site(library.database, url, "main", NOW, anew=anew, watch=watch)


# -- somebody writes to the server meanwhile


def tampering(url: str, change: str, *, at: str = "") -> Callable[[str, int, int], None]:
    """Give what changes something on the server when all rows are copied, or while something else is done."""

    def watch(what: str, done: int, of: int) -> None:
        if (what == at) if at else (what == "rows copied" and done == of):
            with closing(PostgresConnection(url)) as connection:
                connection.execute(change)

    return watch


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE item SET shelf_code = 'Z9' WHERE key = 1", "item 1 differs in shelf_code"),
        ("UPDATE scan SET happened_at = happened_at + 1 WHERE key = 3", "scan 3 differs in happened_at"),
        ("UPDATE station SET online = NOT online WHERE name = 'rs-1'", "station rs-1 differs in online"),
        ("UPDATE poison SET payload = '\\x00ff0b'", "poison 1 differs in payload"),
        ("DELETE FROM history WHERE key = 2", "history 2 is only in the file"),
        ("DELETE FROM station_context WHERE station = 'rs-1'", "station_context rs-1 2 is only in the file"),
        ("INSERT INTO partner VALUES ('zzz', 'Last')", "partner zzz is only on the server"),
        ("INSERT INTO partner VALUES ('aaa', 'First')", "partner aaa is only on the server"),
        ("UPDATE history SET detail = 'another' WHERE key = 1", "history 1 differs in detail"),
    ],
)
def test_a_row_that_was_tampered_with_is_named(library: Library, url: str, change: str, said: str) -> None:
    with pytest.raises(DataFolderError) as found:
        move(library, url, watch=tampering(url, change))
    assert f"has not what the file has: {said}." in str(found.value)


def test_no_hub_starts_on_what_was_tampered_with_until_it_is_moved_again(library: Library, url: str) -> None:
    with pytest.raises(DataFolderError, match="partner tul differs in name"):
        move(library, url, watch=tampering(url, "UPDATE partner SET name = 'Another' WHERE code = 'tul'"))
    with pytest.raises(DataFolderError, match="not all of it is there"):
        open_database(url)
    # It is found again, until it is begun again.
    with pytest.raises(DataFolderError, match="run it again with --anew"):
        move(library, url)
    assert move(library, url, anew=True).compared
    open_database(url).close()


def test_numbers_that_would_not_go_on_are_found(library: Library, url: str) -> None:
    many_marks(library, 3000)
    with pytest.raises(DataFolderError, match=r"The numbers of patron go on behind 7 on the server, and behind 900 in the file"):
        move(library, url, watch=tampering(url, "SELECT setval('patron_key_seq', 7)", at="rows compared"))


def test_a_history_that_was_broken_in_the_file_moves_as_it_is_and_is_told(library: Library, url: str) -> None:
    with transaction(library.connection):
        library.connection.execute("UPDATE history SET rule = 'X1' WHERE key = 2")
    before = verify(library.connection)
    assert [one.key for one in before.broken] == [2]
    assert move(library, url).history == before


# -- what PostgreSQL does not take


def test_text_with_nul_moves_with_a_sign_in_its_place_and_the_history_stays_unbroken(library: Library, url: str) -> None:
    with transaction(library.connection):
        library.connection.execute("UPDATE request SET title = ? WHERE key = 1", (NUL_TITLE,))
        append(library.connection, Line(request=1, kind="act", at=NOW, rule="note", actor="kim\0", detail="x\0y", note=NOTE))
    before = verify(library.connection)
    assert before.broken == ()
    moved = move(library, url)
    assert {table.table: (table.mended, table.examples) for table in moved.compared if table.mended} == {
        "request": (1, ("request 1 (title)",)),
        "history": (3, tuple(f"history {before.rows} ({column})" for column in ("actor", "detail", "note"))),
    }
    assert moved.history == before
    [row] = [row for row in everything(url)["request"] if row[0] == 1]
    assert NUL_TITLE.replace("\0", SIGN_FOR_NUL) in row
    # Later changes to such a row still show.
    with closing(PostgresConnection(url)) as connection:
        for column in ("detail", "note"):
            connection.execute(f"UPDATE history SET {column} = {column} || '.' WHERE key = ?", (before.rows,))  # noqa: S608 - two names
            assert [one.key for one in verify(connection).broken][-1:] == [before.rows]


def test_text_that_is_no_utf_8_moves_with_a_sign_in_its_place(library: Library, url: str) -> None:
    library.connection.execute("UPDATE partner SET name = CAST(x'4dfc6e7374' AS TEXT) WHERE code = 'tul'")
    moved = move(library, url)
    assert [table.examples for table in moved.compared if table.mended] == [("partner tul (name)",)]
    assert ("tul", "M\ufffdnst") in everything(url)["partner"]


def test_rows_no_server_takes_are_kept_beside_the_file_and_all_others_move(library: Library, url: str) -> None:
    connection = library.connection
    with transaction(connection):
        connection.execute("UPDATE notice SET request = 4711 WHERE key = 1")
        connection.execute("UPDATE scan SET stream = 99 WHERE key = 2")
        connection.execute("UPDATE fault SET occurred_at = 'this morning'")
        connection.execute("UPDATE request SET pieces = 3000000000 WHERE key = 2")
    items = library.rows("SELECT key FROM item WHERE request = 2")
    before = everything(library.database)
    moved = move(library, url)
    found = {row.called: row.why for row in moved.aside}
    assert set(found) == {"notice 1", "scan 2", "fault 2 1", "request 2", *(f"item {key}" for (key,) in items)} | {
        # With a request go its letters and the words it is found by.
        row.called
        for row in moved.aside
        if row.called.startswith(("notice ", "request_word "))
    }
    assert "foreign key" in found["notice 1"]
    assert "no number" in found["fault 2 1"]
    there = everything(url)
    assert sum(map(len, before.values())) - len(moved.aside) == sum(len(rows) for rows in there.values()) - 1
    place = place_of(library.database)
    assert place.stat().st_mode & 0o777 == 0o600
    kept = [json.loads(line) for line in place.read_text().splitlines()]
    assert len(kept) == len(moved.aside)
    [fault] = [line for line in kept if line["table"] == "fault"]
    assert fault["row"] == {"stream": 2, "seq": 1, "kind": "damaged", "scanner": None, "detail": "", "occurred_at": "this morning"}


def test_a_history_row_no_server_takes_is_told_and_leaves_a_hole_that_shows(library: Library, url: str) -> None:
    with closing(sqlite3.connect(library.database)) as connection, connection:
        connection.execute("UPDATE history SET at = 'noon' WHERE key = 2")
    moved = move(library, url)
    assert [row.called for row in moved.aside] == ["history 2"]
    with closing(open_reader(url)) as reader:
        assert [one.key for one in verify(reader).broken] == [2]
