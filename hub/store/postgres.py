"""A connection to PostgreSQL that takes the store's statements as they are: ``?`` and ``:name`` become ``$1``, BEGIN IMMEDIATE a BEGIN.

The only file that imports psycopg. It is there with ``pip install holdshelf[postgres]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from hub.store.sql import Dialect, NotUnique, Unavailable

CONNECT_S = 3
STATEMENT_MS = 30_000
"""No statement of the store takes so long; a server that hangs is told from one that works."""
PREPARE_AT = 2
"""A statement that comes again is prepared."""
MARKS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::\w+|\?|:([a-z_]+)")
"""Literals and casts are passed, marks are found."""


@lru_cache(maxsize=1024)
def translated(sql: str) -> tuple[str, tuple[str, ...]]:
    """Give a statement with ``$1`` for its marks, and the names in their order where they have names."""
    names: list[str] = []
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "?":
            count += 1
            return f"${count}"
        if found[1] is None:
            return found[0]
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    text = MARKS.sub(mark, sql.replace("BEGIN IMMEDIATE", "BEGIN"))
    return text, tuple(names)


class PostgresRows:
    """What a statement gave; a statement that gives no rows has none to fetch."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class PostgresConnection:
    """One connection; a server that went away is looked for again by the next BEGIN."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self._url, self._read_only = url, read_only
        self._raw = self._connect()
        self.total_changes = 0

    def _connect(self) -> psycopg.Connection[Any]:
        options = f"-c statement_timeout={STATEMENT_MS} -c idle_in_transaction_session_timeout={STATEMENT_MS}"
        if self._read_only:
            options += " -c default_transaction_read_only=on"
        try:
            raw = psycopg.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_S, options=options, cursor_factory=psycopg.RawCursor,
                prepare_threshold=PREPARE_AT, application_name="holdshelf",
            )  # fmt: skip
        except psycopg.OperationalError as error:
            raise Unavailable(_words(error)) from error
        raw.prepared_max = 500
        # All whole numbers go as 64 bits: one prepared statement a text, not one for each size of number.
        for dumper in (Int8Dumper, Int8BinaryDumper):
            raw.adapters.register_dumper(int, dumper)
        return raw

    @property
    def in_transaction(self) -> bool:
        """True while a transaction is open, also one that has failed."""
        return self._raw.info.transaction_status in (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)

    @property
    def closed(self) -> bool:
        """True once the connection has ended."""
        return self._raw.closed

    def execute(self, sql: str, parameters: Any = (), /) -> PostgresRows:
        """Run one statement; raises NotUnique and Unavailable, and psycopg's own errors for what is a mistake of ours."""
        text, names = translated(sql)
        if isinstance(parameters, Mapping):
            parameters = [parameters[name] for name in names]
        if self._raw.closed and text == "BEGIN":
            self._raw = self._connect()
        if text == "COMMIT":
            self.total_changes += 1
        try:
            return PostgresRows(self._raw.execute(text, parameters))
        except errors.UniqueViolation as error:
            raise NotUnique(_words(error)) from error
        except (psycopg.OperationalError, errors.QueryCanceled, errors.ReadOnlySqlTransaction) as error:
            raise Unavailable(_words(error)) from error

    def close(self) -> None:
        """End the connection."""
        self._raw.close()


def _words(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
