"""The adapter to PostgreSQL: statements as the server wants them, its errors as the store's, a server that goes and comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.store import place
from hub.store.database import open_database, open_reader, revision_of, transaction, vacuum
from hub.store.migrations import HEAD
from hub.store.sql import Connection, NotUnique, Refused, Unavailable, Unsure, in_pages, may_pass

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.store.pages.reader import Reader
from hub.store.postgres import LONGEST_REST_S, PostgresConnection, translated
from tests.support.postgres import Server, running_server
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs("postgres")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    return server.new_database()


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with closing(PostgresConnection(url)) as connection:
        connection.execute("CREATE TABLE book (key bigint PRIMARY KEY, title text, payload bytea)")
        yield connection


@pytest.mark.parametrize(
    ("ours", "theirs", "names"),
    [
        ("SELECT 1 WHERE a = ? AND b = ?", "SELECT 1 WHERE a = $1 AND b = $2", ()),
        ("SELECT :card, :at, :card", "SELECT $1, $2, $1", ("card", "at")),
        ("SELECT '?', ':no', 'it''s ?', \"odd?\" WHERE a = ?", "SELECT '?', ':no', 'it''s ?', \"odd?\" WHERE a = $1", ()),
        ("SELECT a::text, ?::bigint, :b::regclass", "SELECT a::text, $1::bigint, $1::regclass", ("b",)),
        ("BEGIN IMMEDIATE", "BEGIN", ()),
    ],
)
def test_marks_become_numbers_and_what_only_looks_like_one_stays(ours: str, theirs: str, names: tuple[str, ...]) -> None:
    assert translated(ours) == (theirs, names)


def test_what_is_written_is_read_again_large_numbers_and_bytes_and_signs(connection: Connection) -> None:
    row = (2**62, "Größe ? :x %s 100 %", b"\x00\xff")
    connection.execute("INSERT INTO book VALUES (?, ?, ?)", row)
    assert connection.execute("SELECT * FROM book").fetchone() == row
    named = {"key": 7, "title": "Emma"}
    connection.execute("INSERT INTO book VALUES (:key, :title, NULL)", named)
    assert connection.execute("SELECT key FROM book WHERE title = :title OR title = :title", named).fetchall() == [(7,)]


def test_a_number_of_any_size_is_one_prepared_statement(connection: Connection) -> None:
    for number in (1, 40_000, 2**40, 2**40 + 1):
        connection.execute("SELECT title FROM book WHERE key = ?", (number,)).fetchall()
    prepared = connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM book WHERE key%'").fetchone()
    assert prepared == (1,)


def test_a_row_that_is_there_already_is_told_without_what_is_in_it(connection: Connection) -> None:
    connection.execute("INSERT INTO book VALUES (21234000000017, 'Emma', NULL)")
    with pytest.raises(NotUnique) as found:
        connection.execute("INSERT INTO book VALUES (?, 'Emma', NULL)", (21234000000017,))
    assert "book_pkey" in str(found.value)
    assert "21234000000017" not in f"{found.value} {found.value.__cause__}"


def test_a_sign_that_the_server_keeps_in_no_text_is_refused_and_not_waited_for(connection: Connection) -> None:
    with pytest.raises(Refused, match="NUL"):
        connection.execute("INSERT INTO book VALUES (1, ?, NULL)", ("a\0b",))
    assert not may_pass(Refused())


def test_a_transaction_in_which_a_statement_failed_is_not_taken_for_kept(connection: Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO book VALUES (1, 'Emma', NULL)")
    with pytest.raises(NotUnique):
        connection.execute("INSERT INTO book VALUES (1, 'Emma', NULL)")
    with pytest.raises(Refused, match="nothing of it was kept"):
        connection.execute("COMMIT")
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM book").fetchone() == (0,)


def test_a_reader_cannot_write(url: str) -> None:
    open_database(url).close()
    with closing(open_reader(url)) as reader, pytest.raises(Unavailable, match="read-only"):
        reader.execute("INSERT INTO cursor VALUES ('x', 1)")


def test_a_new_database_has_the_schema_of_this_program_and_can_be_vacuumed_beside_a_transaction(url: str) -> None:
    with closing(open_database(url)) as connection, transaction(connection):
        assert revision_of(connection) == HEAD
        vacuum(url)


def test_every_connection_comes_back_after_the_server_was_started_anew(server: Server, url: str) -> None:
    with closing(open_database(url)) as writer, closing(open_reader(url)) as reader, closing(Reader(url)) as pages:
        count = "SELECT count(*) FROM cursor"
        assert reader.execute(count).fetchone() == (0,)
        assert pages.read(lambda connection: connection.exec_driver_sql(count).scalar()) == 0
        server.stop("immediate")
        server.start()
        # The first to notice is the one that begins: nothing was lost by that, so nobody is told.
        with transaction(writer):
            writer.execute("INSERT INTO cursor VALUES ('x', 1)")
        assert reader.execute(count).fetchone() == (1,)
        assert pages.read(lambda connection: connection.exec_driver_sql(count).scalar()) == 1


def test_a_server_that_dies_in_a_transaction_has_kept_nothing_and_is_waited_for(server: Server, url: str) -> None:
    with closing(open_database(url)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO cursor VALUES ('x', 1)")
        server.stop("immediate")
        try:
            with pytest.raises(Unavailable) as found:
                writer.execute("INSERT INTO cursor VALUES ('y', 1)")
            assert may_pass(found.value)
            # What follows belongs to the transaction that is gone: by itself it must not be done.
            with pytest.raises(Unavailable):
                writer.execute("INSERT INTO cursor VALUES ('z', 1)")
            assert writer.in_transaction
            writer.execute("ROLLBACK")
            with pytest.raises(Unavailable), transaction(writer):
                pytest.fail("a transaction began on a server that is away")
        finally:
            server.start()
        wait_for(lambda: _writes(writer), "the server to be there again", LONGEST_REST_S + 5)
        assert writer.execute("SELECT name FROM cursor").fetchall() == [("w",)]


def test_a_commit_without_an_answer_is_neither_done_nor_undone(server: Server, url: str) -> None:
    with closing(open_database(url)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO cursor VALUES ('x', 1)")
        server.stop("immediate")
        try:
            with pytest.raises(Unsure):
                writer.execute("COMMIT")
            assert not writer.in_transaction
        finally:
            server.start()


def _writes(connection: Connection) -> bool:
    try:
        with transaction(connection):
            connection.execute("INSERT INTO cursor VALUES ('w', 1)")
    except Unavailable:
        return False
    return True


def test_a_database_that_is_not_in_utf8_is_refused_with_what_to_do(server: Server) -> None:
    with closing(PostgresConnection(server.url())) as connection:
        connection.execute("CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(Unavailable, match="ENCODING 'UTF8'"):
        PostgresConnection(server.url("old"))


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("hub.db", "hub.db"),
        ("postgresql://hub:se%40cret@db.example:5432/holdshelf", "postgresql://hub:(set)@db.example:5432/holdshelf"),
        ("postgresql://hub@db/holdshelf?sslmode=verify-full", "postgresql://hub@db/holdshelf?sslmode=verify-full"),
        ("postgresql://db/holdshelf?user=hub&password=secret&x=1", "postgresql://db/holdshelf?user=hub&password=(set)&x=1"),
        ("postgresql://hub@/holdshelf?passfile=/etc/holdshelf/pgpass", "postgresql://hub@/holdshelf?passfile=/etc/holdshelf/pgpass"),
    ],
)
def test_an_address_is_printed_without_its_password(address: str, printed: str) -> None:
    assert place.shown(address) == printed


@pytest.mark.parametrize("address", ["postgresql://hub:p/se@cret@db/name", "mysql://hub:secret@db/name", "postgresql://hub:secret@db", " "])
def test_what_is_no_database_is_told_without_what_was_written(address: str) -> None:
    said = place.wrong_with(address)
    assert said is not None
    assert "se@cret" not in said
    assert "secret" not in said


def test_a_file_may_be_named_as_ever(tmp_path: Path) -> None:
    assert place.wrong_with("hub.db") is None
    assert place.wrong_with(str(tmp_path / "a:b" / "hub.db")) is None


def test_rows_in_pages_are_all_there_in_order_and_no_transaction_is_left_open(connection: Connection) -> None:
    connection.execute("INSERT INTO book SELECT n, 'book', NULL FROM generate_series(1, 4500) n")
    wanted = [(number,) for number in range(1, 4501)]
    assert list(in_pages(connection, "SELECT key FROM book ORDER BY key")) == wanted
    assert not connection.in_transaction
    first = in_pages(connection, "SELECT key FROM book ORDER BY key")
    assert next(first) == (1,)
    # Whoever stops in the middle leaves none open either.
    first.close()  # type: ignore[attr-defined]
    assert not connection.in_transaction
    with transaction(connection):
        assert list(in_pages(connection, "SELECT key FROM book ORDER BY key")) == wanted
        assert connection.in_transaction
