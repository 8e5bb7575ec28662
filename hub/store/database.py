"""Opens the hub's database: WAL, synchronous=FULL, one writer; the schema brought up to date first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hub.errors import DataFolderError
from hub.store.migrations import HEAD

BUSY_TIMEOUT_MS = 5000
CHECKPOINT_PAGES = 4000
"""With the default of 1000 a commit's p99 at 200 scans/s was 2.4 ms, with 4000 it was 1.4 ms."""
SECURE_DELETE = "PRAGMA secure_delete=ON"
"""A row that grows leaves a copy where it was: what is forgotten at last must be gone from there, too. It costs a scan nothing."""


def open_database(path: Path) -> sqlite3.Connection:
    """Give the one writing connection to an up-to-date database; raises DataFolderError with what to do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
        revision = revision_of(connection)
    except (sqlite3.DatabaseError, OSError) as error:
        raise DataFolderError(
            f"Cannot use the database {path}: {error}. Give a folder this user may write, with --data or in hub.toml."
        ) from error
    if revision == HEAD:
        return connection
    connection.close()
    _bring_up_to_date(path, revision)
    return _connect(path)


def _bring_up_to_date(path: Path, revision: str | None) -> None:
    """Make the tables of a new database; one that holds something is copied first."""
    if revision is None:
        migrate(path)
        return
    from hub.store.upgrade import change_schema

    # The copy's name bears the moment; whoever opens a database has no clock to give.
    change_schema(path, None, datetime.now(UTC))  # noqa: TID251 - as said


def open_reader(path: Path) -> sqlite3.Connection:
    """Give a connection that can only read, for pages and reports in threads of their own."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.row_factory = sqlite3.Row
    return connection


def migrate(path: Path, revision: str = "head", *, down: bool = False) -> None:
    """Bring the schema of a database file to a revision, a later one or, with ``down``, an earlier one."""
    # Imported here: only a first start or an upgrade pays for it.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        connection.exec_driver_sql(SECURE_DELETE)
        # Python's driver begins a transaction before rows change, not before tables do: cut off half-way, nothing shall be done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
    engine.dispose()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=OFF",
        "cache_size=-16384",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute(SECURE_DELETE).fetchall()
    return connection


def revision_of(connection: sqlite3.Connection) -> str | None:
    """Give the revision of a database's schema, None for an empty one."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name='alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return row[0] if row else None


def may_pass(error: sqlite3.OperationalError) -> bool:
    """Say whether to wait is right: for room on a disk, for somebody else to let go; anything else about the disk is the end."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED"))


def in_words(error: BaseException) -> BaseException:
    """Give what a failing database is said as, by whichever part it was met; anything else as it is."""
    if isinstance(error, BaseExceptionGroup) and (failed := error.subgroup(sqlite3.Error)) is not None:
        return in_words(failed.exceptions[0])
    if not isinstance(error, sqlite3.Error):
        return error
    words = DataFolderError(f"The database failed ({error}). Check its disk; stations keep their scans until the hub runs again.")
    words.__cause__ = error
    return words


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run one transaction; nothing awaits inside it, so the hub's one writer is never shared."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
