"""The history is a chain: what is changed, removed or put in afterwards shows, and each place is named."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store.database import open_database, open_reader, transaction
from hub.store.history import CHAINED, EVERY, Line, Verdict, append, hash_of_note, link, verify
from hub.store.sql import Connection, SqliteConnection
from tests.support.desks import an_empty_file

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROWS = 12
NOTED = 5
"""The row that carries a note."""


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Connection]:
    """A history of a dozen rows."""
    connection = open_database(an_empty_file(tmp_path))
    with transaction(connection):
        for number in range(1, ROWS + 1):
            append(connection, a_line(number))
    yield connection
    connection.close()


def a_line(number: int) -> Line:
    """Give a line with all its columns filled in."""
    return Line(
        request=number % 3 + 1, item=number, kind="scan", at=AT + timedelta(minutes=number), rule="T1", actor="main-1",
        was="IN_TRANSIT_TO_PICKUP", became="ON_HOLD_SHELF", desk="main", barcode=f"B{number}", scan_id=f"s-{number}",
        notice="READY_FOR_PICKUP", detail="hold_until: - -> then", note="Grace saw it" if number == NOTED else None,
    )  # fmt: skip


def broken(connection: Connection) -> list[int]:
    """Give the rows at which a check stops."""
    return [one.key for one in verify(connection).broken]


def changed(connection: Connection, *statements: str) -> list[int]:
    """Do something to the history behind its back; gives the rows at which a check stops."""
    for statement in statements:
        assert connection.execute(statement).rowcount != 0
    return broken(connection)


def test_a_history_that_nobody_touched_verifies_and_says_from_when_to_when(history: Connection) -> None:
    verdict = verify(history)
    assert verdict.broken == ()
    assert (verdict.rows, verdict.first_at, verdict.last_at) == (ROWS, AT + timedelta(minutes=1), AT + timedelta(minutes=ROWS))
    (last,) = history.execute("SELECT hash FROM history WHERE key = ?", (ROWS,)).fetchone()
    assert verdict.fingerprint == f"{ROWS}-{last.hex()[:32]}"


def test_an_empty_history_verifies(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "hub.db")
    assert verify(connection) == Verdict(0, None, None, None, ())
    connection.close()


def test_a_reader_can_check_it_as_well(history: Connection, tmp_path: Path) -> None:
    reader = open_reader(tmp_path / "hub.db")
    assert verify(reader) == verify(history)
    reader.close()


# -- what was changed


@pytest.mark.parametrize("column", CHAINED)
def test_a_changed_column_is_found(history: Connection, column: str) -> None:
    value = "99" if column in ("request", "item", "at") else "'another'"
    assert changed(history, f"UPDATE history SET {column} = {value} WHERE key = 6") == [6]  # noqa: S608 - columns of the table


@pytest.mark.parametrize("column", [column for column in CHAINED if column not in ("request", "kind", "at", "rule", "actor", "note_hash")])
def test_a_column_that_was_emptied_is_found(history: Connection, column: str) -> None:
    assert changed(history, f"UPDATE history SET {column} = NULL WHERE key = 6") == [6]  # noqa: S608 - columns of the table


def test_two_columns_that_changed_places_are_found(history: Connection) -> None:
    assert changed(history, "UPDATE history SET was = became, became = was WHERE key = 6") == [6]


@pytest.mark.parametrize("value", ["X'00FF'", "'text'", "1.5", "CAST(X'FF' AS TEXT)"])
def test_a_column_of_another_kind_is_found_and_ends_no_check(history: Connection, value: str) -> None:
    assert changed(history, f"UPDATE history SET detail = {value} WHERE key = 6") == [6]  # noqa: S608 - values of this file


@pytest.mark.parametrize("value", ["'soon'", "9223372036854775807", "-1", "0.5"])
@pytest.mark.parametrize("key", [1, 6, ROWS])
def test_a_moment_that_is_none_is_found_and_ends_no_check(history: Connection, key: int, value: str) -> None:
    assert changed(history, f"UPDATE history SET at = {value} WHERE key = {key}") == [key]  # noqa: S608 - values of this file


@pytest.mark.parametrize("value", ["X'00'", "zeroblob(32)", "'text'", "7"])
def test_a_changed_hash_is_found_at_its_row_and_the_next(history: Connection, value: str) -> None:
    assert changed(history, f"UPDATE history SET hash = {value} WHERE key = 6") == [6, 7]  # noqa: S608 - values of this file


def test_a_changed_hash_of_the_last_row_is_found(history: Connection) -> None:
    assert changed(history, f"UPDATE history SET hash = 'text' WHERE key = {ROWS}") == [ROWS]  # noqa: S608 - a number


def test_a_row_whose_hash_was_made_anew_breaks_the_next(history: Connection) -> None:
    columns = ", ".join(CHAINED)
    history.execute("UPDATE history SET actor = 'nobody' WHERE key = 6")
    row = history.execute(f"SELECT {columns} FROM history WHERE key = 6").fetchone()  # noqa: S608 - columns of the table
    (before,) = history.execute("SELECT hash FROM history WHERE key = 5").fetchone()
    history.execute("UPDATE history SET hash = ? WHERE key = 6", (link(before, row),))
    assert broken(history) == [7]


def test_every_place_is_named_where_there_are_several(history: Connection) -> None:
    assert changed(history, "UPDATE history SET rule = 'X' WHERE key IN (2, 9)", "DELETE FROM history WHERE key = 5") == [2, 5, 9]


# -- notes


def test_a_changed_note_is_found(history: Connection) -> None:
    assert changed(history, f"UPDATE history SET note = 'Grace did not see it' WHERE key = {NOTED}") == [NOTED]  # noqa: S608 - a number


def test_a_note_with_another_salt_is_found(history: Connection) -> None:
    assert changed(history, f"UPDATE history SET note_salt = 'pepper' WHERE key = {NOTED}") == [NOTED]  # noqa: S608 - a number
    assert changed(history, f"UPDATE history SET note_salt = NULL WHERE key = {NOTED}") == [NOTED]  # noqa: S608 - a number


def test_a_note_that_was_put_in_is_found(history: Connection) -> None:
    put_in = f"UPDATE history SET note = 'x', note_salt = 's', note_hash = '{hash_of_note('s', 'x')}' WHERE key = 6"  # noqa: S608 - made here
    assert changed(history, put_in) == [6]


def test_a_forgotten_note_breaks_nothing(history: Connection) -> None:
    assert changed(history, "UPDATE history SET note = NULL, note_salt = NULL WHERE note IS NOT NULL") == []


# -- rows removed, put in, moved


@pytest.mark.parametrize(
    ("gone", "what"),
    [("= 6", "row 6 was removed"), ("BETWEEN 4 AND 6", "rows 4 to 6 were removed"), ("<= 3", "rows 1 to 3 were removed")],
)
def test_removed_rows_are_named(history: Connection, gone: str, what: str) -> None:
    history.execute(f"DELETE FROM history WHERE key {gone}")  # noqa: S608 - conditions of this file
    (found,) = verify(history).broken
    assert (found.what, found.key) == (what, int(what.split()[1]))


@pytest.mark.parametrize(("after", "what"), [(ROWS - 1, "row 12 was removed at the end"), (0, "rows 1 to 12 were removed at the end")])
def test_removed_last_rows_are_named(history: Connection, after: int, what: str) -> None:
    history.execute("DELETE FROM history WHERE key > ?", (after,))
    (found,) = verify(history).broken
    assert (found.what, found.key) == (what, after + 1)


def test_rows_removed_at_the_end_still_show_once_more_is_written(history: Connection) -> None:
    history.execute("DELETE FROM history WHERE key > 10")
    append(history, a_line(13))
    assert [(one.key, one.what) for one in verify(history).broken] == [(11, "rows 11 to 12 were removed")]


def copied(key: int, source: int) -> str:
    """Give the statement that puts in a row which looks like another."""
    columns = ", ".join((*CHAINED, "hash"))
    return f"INSERT INTO history(key, {columns}) SELECT {key}, {columns} FROM history WHERE key = {source}"  # noqa: S608 - made here


@pytest.mark.parametrize(("key", "found"), [(ROWS + 1, [ROWS + 1]), (ROWS + 5, [ROWS + 1]), (0, [0]), (-7, [-7])])
def test_a_row_that_was_put_in_is_found(history: Connection, key: int, found: list[int]) -> None:
    assert changed(history, copied(key, 6)) == found


def test_a_row_that_was_put_in_between_is_found(history: Connection) -> None:
    apart = "UPDATE history SET key = key + 1000 WHERE key > 6", "UPDATE history SET key = key - 999 WHERE key > 1000"
    assert 7 in changed(history, *apart, copied(7, 3))


def test_rows_that_changed_places_are_found(history: Connection) -> None:
    swap = ("key = 100 WHERE key = 6", "key = 6 WHERE key = 8", "key = 8 WHERE key = 100")
    found = changed(history, *(f"UPDATE history SET {one}" for one in swap))  # noqa: S608 - statements of this file
    assert set(found) >= {6, 7, 8}


# -- fingerprints


def test_a_fingerprint_of_earlier_is_still_in_the_history(history: Connection) -> None:
    noted = verify(history).fingerprint
    append(history, a_line(13))
    assert verify(history, noted=noted).broken == ()
    assert verify(history).fingerprint != noted


def test_a_history_that_was_written_anew_does_not_hold_the_fingerprint_of_earlier(history: Connection) -> None:
    noted = verify(history).fingerprint
    history.execute("DELETE FROM history")
    history.execute("DELETE FROM sqlite_sequence WHERE name = 'history'")
    for number in range(1, ROWS + 1):
        append(history, a_line(number + 1))
    assert verify(history).broken == ()
    (found,) = verify(history, noted=noted).broken
    assert str(noted) in found.what


def test_a_fingerprint_copied_with_white_space_and_capitals_is_the_same(history: Connection) -> None:
    noted = str(verify(history).fingerprint)
    assert verify(history, noted=f" {noted.upper()}\n").broken == ()


def test_a_history_of_which_nothing_is_left_holds_no_fingerprint(history: Connection) -> None:
    noted = verify(history).fingerprint
    history.execute("DELETE FROM history")
    history.execute("DELETE FROM sqlite_sequence WHERE name = 'history'")
    assert len(verify(history, noted=noted).broken) == 1


# -- what is no break


def test_what_was_rolled_back_leaves_no_gap(history: Connection) -> None:
    history.execute("BEGIN")
    append(history, a_line(13))
    append(history, a_line(14))
    history.execute("ROLLBACK")
    assert verify(history).broken == ()
    append(history, a_line(13))
    assert (broken(history), verify(history).rows) == ([], ROWS + 1)


def test_what_was_rolled_back_to_a_savepoint_leaves_no_gap(history: Connection) -> None:
    with transaction(history):
        append(history, a_line(13))
        history.execute("SAVEPOINT one")
        append(history, a_line(14))
        history.execute("ROLLBACK TO one")
        append(history, a_line(15))
    assert verify(history).broken == ()


def test_what_is_written_while_a_check_reads_is_no_break(history: Connection, tmp_path: Path) -> None:
    with transaction(history):
        for number in range(ROWS + 1, EVERY + 10):
            append(history, a_line(number))
    reader, read = open_reader(tmp_path / "hub.db"), []

    def one_more(done: int) -> None:
        read.append(done)
        append(history, a_line(done))

    verdict = verify(reader, progress=one_more)
    assert (verdict.broken, read) == ((), [EVERY])
    assert verify(reader).rows == EVERY + 10
    reader.close()


@given(note=st.text(st.characters(codec="utf-8"), max_size=40), detail=st.none() | st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_people_write_is_read_back_as_it_was_chained(note: str, detail: str | None) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=SqliteConnection)
    columns = ", ".join((*CHAINED, "note", "note_salt", "hash"))
    connection.execute(f"CREATE TABLE history(key INTEGER PRIMARY KEY AUTOINCREMENT, {columns})")
    for text in (note, None):
        append(connection, Line(request=1, kind="act", at=AT, rule="cancel", actor="ada", detail=detail, note=text))
    assert verify(connection).broken == ()
    connection.close()


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8"))))
def test_a_row_is_hashed_as_json_that_any_program_writes(row: list[object]) -> None:
    """So that somebody else can check the chain, and a migration could write it."""
    written = json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()
    assert link(b"before", row) == hashlib.sha256(b"before" + written).digest()
