"""What the store needs of a connection, be it to SQLite or to PostgreSQL: statements with ``?`` and ``:name``, and how they fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeVar

T = TypeVar("T")
Dialect = Literal["sqlite", "postgresql"]
SIGN_FOR_NUL = "\u2400"
"""PostgreSQL keeps no NUL in text; in what comes to it from a file, its picture stands for it."""
PAGE = 2000
"""Rows a server gives at a time: a reader of very many keeps no more of them."""


class NotUnique(Exception):
    """A row was written that there can be but once."""


class Unavailable(Exception):
    """The database cannot be used at this moment: a server that is away, a full disk, a row that another holds for too long."""


class Away(Unavailable):
    """No connection to the server; its words say where it was looked for, so they are not for everybody."""


class Unsure(Unavailable):
    """The server went away while it was told to commit: whether it did is not known."""


class Fenced(Unavailable):
    """This hub is taken for dead by the others: nothing was written, and nothing can be before it has joined anew."""


class Refused(Exception):
    """The server refused a statement: a mistake of ours. Its words hold no value of the statement."""


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows were written; meaningless for rows that are read."""

    def fetchone(self) -> Any:
        """Give the next row, None where there is none."""

    def fetchall(self) -> list[Any]:
        """Give all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Give row after row."""


class Connection(Protocol):
    """One connection; whoever opens a transaction on it ends it before anybody else has their turn."""

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and COMMIT or ROLLBACK."""

    @property
    def dialect(self) -> Dialect:
        """Which database it is, for the few statements that differ."""

    @property
    def total_changes(self) -> int:
        """A number that grows whenever something is written."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Sequence[Any], /) -> object:
        """Run one statement for each of these; gives nothing of use."""

    def wait_for_turn(self) -> None:
        """In a transaction that has begun: be the only one that writes until it ends; raises Fenced where others took this hub over."""

    def close(self) -> None:
        """End the connection."""


class SqliteConnection(sqlite3.Connection):
    """Python's own connection, that also says what it is."""

    dialect: Dialect = "sqlite"

    def wait_for_turn(self) -> None:
        """BEGIN IMMEDIATE has waited already."""


TWICE = (sqlite3.IntegrityError, NotUnique)
"""What a statement raises whose row there can be but once."""
DATABASE_ERRORS = (sqlite3.OperationalError, Unavailable)
"""What a statement raises when the database is not what it should be."""
PASSING = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED")


def may_pass(error: BaseException) -> bool:
    """Say whether it is worth while to wait: somebody may make room, or the server may come back."""
    return isinstance(error, Unavailable) or getattr(error, "sqlite_errorname", "").startswith(PASSING)


def told(error: BaseException) -> str:
    """Give the words for everybody who may ask how the hub is: they do not say where the database lies."""
    return "its server cannot be reached" if isinstance(error, Away) else str(error)


@contextmanager
def odd_text(connection: Connection) -> Iterator[None]:
    """Read text that is none, too: SQLite keeps what somebody puts in, PostgreSQL takes only what is text."""
    if not isinstance(connection, sqlite3.Connection):
        yield
        return
    usual = connection.text_factory
    connection.text_factory = lambda text: text.decode(errors="replace")
    try:
        yield
    finally:
        connection.text_factory = usual


def among(values: Sequence[T]) -> tuple[str, tuple[T, ...]]:
    """Give the marks for ``IN (…)`` and what fills them; of few lengths, so that a few prepared statements serve all."""
    if not values:
        return "NULL", ()
    length = 1 << (len(values) - 1).bit_length()
    return ", ".join("?" * length), (*values, *(values[-1] for _ in range(length - len(values))))


def inserted(rows: Rows) -> int:
    """Give the key that a statement with RETURNING gave to the row it wrote."""
    return int(rows.fetchall()[0][0])


def in_pages(connection: Connection, sql: str) -> Iterator[Any]:
    """Give the rows of a statement without marks, of one moment; of a server's no more are held at a time than PAGE."""
    if connection.dialect == "sqlite":
        yield from connection.execute(sql)
        return
    begins = not connection.in_transaction
    if begins:
        connection.execute("BEGIN")
    try:
        connection.execute(f"DECLARE pages NO SCROLL CURSOR FOR {sql}")
        while rows := connection.execute(f"FETCH {PAGE} FROM pages").fetchall():
            yield from rows
        connection.execute("CLOSE pages")
    finally:
        if begins and connection.in_transaction:
            connection.execute("ROLLBACK")
