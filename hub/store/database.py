"""Opens the hub's database, SQLite or PostgreSQL: one writer, every commit on disk; the schema brought up to date first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from hub.errors import DataFolderError
from hub.store.migrations import HEAD
from hub.store.place import Place
from hub.store.sql import Connection, SqliteConnection, Unavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from hub.store.postgres import PostgresConnection

BUSY_TIMEOUT_MS = 5000
CHECKPOINT_PAGES = 4000
"""With the default of 1000 a commit's p99 at 200 scans/s was 2.4 ms, with 4000 it was 1.4 ms."""
CACHE_KIB, READER_CACHE_KIB = 4096, 1024
"""Pages of the file that the writing connection keeps, and each of the seven that read, which begin anew after every commit. With 16 MiB
a scan among a million requests read 3.7 pages from the system's own cache, with 4 MiB 6.4, which its time does not show; and what a hub
keeps is all there within its first minute."""
SECURE_DELETE = "PRAGMA secure_delete=ON"
"""A row that grows leaves a copy where it was: what is forgotten at last must be gone from there, too. It costs a scan nothing."""
FORGETTING = "request, notice, history, exception, poison, scan, station_context, patron"
"""The tables in which somebody was named who is to be forgotten."""
NAMED_IN_HUB_TOML = "See that the server runs and that database in hub.toml names it."
NO_DRIVER = "The database is PostgreSQL, and its driver is missing: pip install 'holdshelf[postgres]'."


def open_database(place: Place) -> Connection:
    """Give the one writing connection to an up-to-date database; raises DataFolderError with what to do."""
    connection = _open_to_work(place)
    if (revision := revision_of(connection)) == HEAD:
        return connection
    connection.close()
    _bring_up_to_date(place, revision)
    return _open_to_work(place)


def _open_to_work(place: Place) -> Connection:
    """Open it, unless a site is moving out of it or into it: looked at when it is open, because whoever moves it looks who has it open."""
    from hub.store.moved import check_arrived, check_stays

    connection = _open_server(place) if isinstance(place, str) else _open_file(place)
    try:
        check_arrived(connection) if isinstance(place, str) else check_stays(place)
    except DataFolderError:
        connection.close()
        raise
    return connection


def _bring_up_to_date(place: Place, revision: str | None) -> None:
    """Make the tables of a new database; a file that holds something is copied first."""
    from hub.store.upgrade import change_schema, check_known

    if revision is None or isinstance(place, str):
        check_known(place, revision)
        migrate(place)
        return

    # The copy's name bears the moment; whoever opens a database has no clock to give.
    change_schema(place, None, datetime.now(UTC))  # noqa: TID251 - as said


def open_reader(place: Place) -> Connection:
    """Give a connection that can only read, for pages and reports in threads of their own."""
    return open_file_reader(place) if isinstance(place, Path) else _open_server(place, read_only=True)


def open_file_reader(place: Path) -> SqliteConnection:
    """Give such a connection to a file."""
    connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, factory=SqliteConnection)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute(f"PRAGMA cache_size=-{READER_CACHE_KIB}")
    connection.row_factory = sqlite3.Row
    return connection


def migrate(place: Place, revision: str = "head", *, down: bool = False) -> None:
    """Bring the schema of a database to a revision, a later one or, with ``down``, an earlier one."""
    # Imported here: only a first start or an upgrade pays for it.
    from alembic import command
    from alembic.config import Config

    engine = engine_of(place)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        if isinstance(place, Path):
            connection.exec_driver_sql(SECURE_DELETE)
            # Python's driver begins a transaction before rows change, not before tables do: cut off half-way, nothing shall be done.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Of several hubs that start at once, one does it.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('holdshelf schema'))")
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
    engine.dispose()


def engine_of(place: Place, **how: Any) -> Engine:
    """Give SQLAlchemy's engine of a database, which serves schema and pages."""
    from sqlalchemy import create_engine

    if isinstance(place, Path):
        return create_engine(f"sqlite:///{place}", **how)
    return create_engine("postgresql+psycopg://", creator=partial(_driver().connect, place), **how)


def exists(place: Place) -> bool:
    """Say whether there is a database with tables of ours; DataFolderError where a server does not say."""
    if isinstance(place, Path):
        return place.exists()
    connection = _open_server(place, read_only=True)
    try:
        return revision_of(connection) is not None
    finally:
        connection.close()


def open_mover(place: str) -> PostgresConnection:
    """Give a connection to a server whose statements may take as long as they take, for whoever fills a database."""
    return _open_server(place, hint="See that the server runs and that the address is right.", statement_ms=0)


def vacuum(place: str) -> None:
    """Let a server give up rows that were changed or deleted; it works beside the hub, so: in a thread, by a connection of its own."""
    connection = _driver().PostgresConnection(place, statement_ms=0)
    try:
        connection.execute(f"VACUUM {FORGETTING}")
    finally:
        connection.close()


def _open_file(path: Path) -> SqliteConnection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256, factory=SqliteConnection)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=OFF",
            f"cache_size=-{CACHE_KIB}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute(SECURE_DELETE).fetchall()
        revision_of(connection)
    except (sqlite3.DatabaseError, OSError) as error:
        raise DataFolderError(
            f"Cannot use the database {path}: {error}. Give a folder this user may write, with --data or in hub.toml."
        ) from error
    return connection


def _open_server(url: str, *, hint: str = NAMED_IN_HUB_TOML, **how: Any) -> PostgresConnection:
    try:
        connection: PostgresConnection = _driver().PostgresConnection(url, **how)
        return connection
    except Unavailable as error:
        words = str(error).rstrip(".?")
        raise DataFolderError(f"Cannot use the database: {words}. {hint}") from error


def _driver() -> ModuleType:
    """Give the one door to PostgreSQL, for hubs that have it."""
    try:
        from hub.store import postgres
    except ImportError as error:
        raise DataFolderError(NO_DRIVER) from error
    return postgres


def revision_of(connection: Connection) -> str | None:
    """Give the revision of a database's schema, None for an empty one."""
    tables = "sqlite_master WHERE name" if connection.dialect == "sqlite" else "pg_tables WHERE schemaname = current_schema() AND tablename"
    known = connection.execute(f"SELECT 1 FROM {tables} = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return row[0] if row else None


def in_words(error: BaseException) -> BaseException:
    """Give what a failing database is said as, by whichever part it was met; anything else as it is."""
    failing = (sqlite3.Error, Unavailable)
    if isinstance(error, BaseExceptionGroup) and (failed := error.subgroup(failing)) is not None:
        return in_words(failed.exceptions[0])
    if not isinstance(error, failing):
        return error
    words = DataFolderError(f"The database failed ({error}). Check its disk; stations keep their scans until the hub runs again.")
    words.__cause__ = error
    return words


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Run one transaction; nothing awaits inside it, so the hub's one writer is never shared. Of several programs one writes at a time."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.wait_for_turn()
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
