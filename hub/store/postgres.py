"""A connection to PostgreSQL that takes the store's statements as they are: ``?`` and ``:name`` become ``$1``, BEGIN IMMEDIATE a BEGIN.

The only file that imports psycopg. It is there with ``pip install holdshelf[postgres]``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from hub.store.fence import ALONE, IDLE_MS, Fence
from hub.store.sql import Away, Dialect, Fenced, NotUnique, Refused, Unavailable, Unsure

CONNECT_S = 3
STATEMENT_MS = 30_000
"""No statement of the store takes so long; a server that hangs is told from one that works."""
LOCK_MS = 5_000
"""What somebody else holds for longer is waited for outside of the transaction."""
SILENCE: dict[str, Any] = {"tcp_user_timeout": 5_000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""A machine that is gone says nothing: what it is sent is given up after 5 s."""
REST, LONGEST_REST_S = 3, 10.0
"""After a try to connect that took its time, others are refused for three times as long: the hub's loop is not held up again and again."""
PREPARE_AT = 2
"""A statement that comes again is prepared."""
MOST_PREPARED = 500
MARKS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::\w+|\?|:([a-z_]+)")
"""Literals and casts are passed, marks are found."""
UNREADABLE = "the address in hub.toml cannot be read: write postgresql://user@host/name; signs like @ : / in a password as %40 %3A %2F"
NOT_UTF8 = "the server keeps this database in {}: make it with ENCODING 'UTF8'"
FENCED = "another hub has taken this one's stations over"
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction, errors.IdleInTransactionSessionTimeout)
"""The server is not there, is full, is being stopped, only reads, or a lock was not given in time."""


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


def connect(url: str, *, statement_ms: int = STATEMENT_MS, read_only: bool = False, **how: Any) -> psycopg.Connection[Any]:
    """Give a connection of the driver's own; raises its errors."""
    told = {"statement_timeout": statement_ms, "idle_in_transaction_session_timeout": STATEMENT_MS, "lock_timeout": LOCK_MS}
    if read_only:
        told["default_transaction_read_only"] = 1
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    raw = psycopg.connect(
        url, connect_timeout=CONNECT_S, options=options, application_name="holdshelf", client_encoding="utf8", **SILENCE, **how
    )
    if (encoding := raw.info.parameter_status("server_encoding")) != "UTF8":
        raw.close()
        raise psycopg.OperationalError(NOT_UTF8.format(encoding))
    return raw


class PostgresRows:
    """What a statement gave; a statement that gives no rows has none to fetch."""

    def __init__(self, cursor: psycopg.Cursor[Any] | None) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return 0 if self._cursor is None else self._cursor.rowcount

    def fetchone(self) -> Any:
        return None if self._cursor is None else self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return [] if self._cursor is None else self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(() if self._cursor is None else self._cursor)


class PostgresConnection:
    """One connection; a server that went away is looked for again by the next statement that begins something."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, *, read_only: bool = False, statement_ms: int = STATEMENT_MS) -> None:
        self._url, self._read_only, self._statement_ms = url, read_only, statement_ms
        self._begun = self._ended = False
        self._rest_until, self._why = 0.0, ""
        self._fence: Fence | None = None
        self._raw = self._connect()
        self.total_changes = 0

    def _connect(self) -> psycopg.Connection[Any]:
        began = time.monotonic()
        if began < self._rest_until:
            raise Away(self._why)
        try:
            raw = connect(
                self._url, read_only=self._read_only, statement_ms=self._statement_ms, autocommit=True,
                cursor_factory=psycopg.RawCursor, prepare_threshold=PREPARE_AT,
            )  # fmt: skip
            # A commit that was answered is on the server's disk, whatever its settings or the role's say.
            raw.execute("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
            if not self._read_only:
                # The few statements of a batch are large: planned for each scan anew, they cost more than they do.
                raw.execute("SET plan_cache_mode = force_generic_plan")
        except psycopg.ProgrammingError:
            # The driver's own words would hold a part of it, perhaps of the password.
            raise Unavailable(UNREADABLE) from None
        except psycopg.Error as error:
            ended = time.monotonic()
            self._rest_until, self._why = ended + min(REST * (ended - began), LONGEST_REST_S), _words(error)
            raise Away(self._why) from None
        raw.prepared_max = MOST_PREPARED
        if self._fence is not None:
            raw.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS}".encode())
        # All whole numbers go as 64 bits: one prepared statement a text, not one for each size of number.
        for dumper in (Int8Dumper, Int8BinaryDumper):
            raw.adapters.register_dumper(int, dumper)
        return raw

    def stand_behind(self, fence: Fence) -> None:
        """Write as one of several hubs from now on: every turn proves its lease."""
        self._fence = fence
        self._raw.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS}".encode())

    def wait_for_turn(self) -> None:
        """Be the only one that writes until this transaction ends; raises Fenced when the lease this needs is lost."""
        fence, began_s = self._fence, time.monotonic()
        row = self.execute(ALONE if fence is None else fence.statement).fetchone()
        if fence is None:
            return
        if row is None:
            fence.lost()
            raise Fenced(FENCED)
        fence.renewed_s = began_s

    @property
    def in_transaction(self) -> bool:
        """True while a transaction is open, also one that has failed or whose server is gone."""
        return self._begun

    @property
    def closed(self) -> bool:
        """True once the connection has ended."""
        return self._raw.closed

    def execute(self, sql: str, parameters: Any = (), /) -> PostgresRows:
        """Run one statement; raises NotUnique, Unavailable, Unsure and, for what is a mistake of ours, Refused."""
        text, names = translated(sql)
        if isinstance(parameters, Mapping):
            parameters = [parameters[name] for name in names]
        if text in ("COMMIT", "ROLLBACK"):
            return self._end(text)
        if not self._begun and self._raw.closed and not self._ended:
            self._raw = self._connect()
        rows = self._run_again_if_gone(text, parameters) if text.startswith(("BEGIN", "SELECT")) else self._run(text, parameters)
        self._begun = self._begun or text.startswith("BEGIN")
        return rows

    def executemany(self, sql: str, parameters: Sequence[Any], /) -> object:
        """Run one statement for each of these, in one go over the wire; raises as execute does."""
        text, names = translated(sql)
        rows = [[each[name] for name in names] for each in parameters] if names else parameters
        try:
            self._raw.cursor().executemany(text.encode(), rows)
        except psycopg.Error as error:
            raise _in_our_words(error) from None
        self.total_changes += len(parameters)
        return None

    def _run_again_if_gone(self, text: str, parameters: Any) -> PostgresRows:
        """Begin or read; a server that was started anew meanwhile shows only now, and nothing is lost by beginning once more."""
        try:
            return self._run(text, parameters)
        except Unavailable:
            if self._begun or not self._raw.closed or self._ended:
                raise
        self._raw = self._connect()
        return self._run(text, parameters)

    def _end(self, text: str) -> PostgresRows:
        self._begun = False
        if text == "ROLLBACK" and self._raw.closed:
            # The server has done it by itself.
            return PostgresRows(None)
        failed = self._raw.info.transaction_status is pq.TransactionStatus.INERROR
        try:
            rows = self._run(text, ())
        except Unavailable as error:
            if text == "COMMIT" and self._raw.closed:
                raise Unsure(str(error)) from None
            raise
        if text == "COMMIT":
            if failed:
                # The server answers such a COMMIT by a ROLLBACK, without a word.
                raise Refused("a statement of this transaction had failed, so nothing of it was kept")
            self.total_changes += 1
        return rows

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write many rows of a table in the open transaction; raises as execute does."""
        named = ", ".join(f'"{column}"' for column in columns)
        try:
            with self._raw.cursor().copy(f'COPY "{table}" ({named}) FROM STDIN'.encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise _in_our_words(error) from None

    def _run(self, text: str, parameters: Any) -> PostgresRows:
        try:
            return PostgresRows(self._raw.execute(text, parameters))
        except psycopg.Error as error:
            raise _in_our_words(error) from None

    def close(self) -> None:
        """End the connection for good."""
        self._ended = True
        self._raw.close()


def _in_our_words(error: psycopg.Error) -> Exception:
    """Give the store's error for one of the driver's, which names values, a card number among them: a log would show it."""
    if isinstance(error, errors.UniqueViolation):
        return NotUnique(_words(error))
    return (Unavailable if isinstance(error, AWAY) else Refused)(_words(error))


def _words(error: psycopg.Error) -> str:
    """Give what the server says first; the details behind it name values."""
    return " ".join((error.diag.message_primary or str(error)).split()) or type(error).__name__
