"""Keep the demonstration site as this version writes it, before the next revision of the schema: ``python -m tools.keep_database WORDS``.

Writes ``schema-NNNN.sql`` and ``schema-NNNN.postgresql.sql`` for ``HEAD``; WORDS says in a few words what this revision brought.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from hub.demo import seed
from hub.settings import HubSettings
from hub.store.database import open_database, transaction
from hub.store.migrations import HEAD
from hub.store.sql import Connection
from tests.support.postgres import find_programs, fresh

SAMPLES = Path(__file__).parents[1] / "tests/unit/hub/store/samples"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def main() -> None:
    """Write both files."""
    words = " ".join(sys.argv[1:]) or "the demonstration site"
    first = f"-- A database as a version wrote it with {words} (revision {HEAD}): its demonstration site. Kept as it is.\n"
    (SAMPLES / f"schema-{HEAD}.sql").write_text(first + _file(), encoding="utf-8")
    first = f"-- The same on a PostgreSQL server (revision {HEAD}), by pg_dump --inserts. Kept as it is.\n"
    (SAMPLES / f"schema-{HEAD}.postgresql.sql").write_text(first + _server(), encoding="utf-8")


def _file() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub.db"
        _seeded(open_database(path))
        with closing(sqlite3.connect(path)) as connection:
            return "".join(f"{line}\n" for line in connection.iterdump())


def _server() -> str:
    url, programs = fresh(), find_programs()
    assert programs is not None, "apt-get install postgresql"  # noqa: S101 - without a server none was made
    _seeded(open_database(url))
    command = [str(programs / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Comments, and the lines for psql that newer releases write, are for no test.
    return "".join(f"{line}\n" for line in said.splitlines() if line and not line.startswith(("--", "\\")))


def _seeded(connection: Connection) -> None:
    with closing(connection), transaction(connection):
        seed(connection, HubSettings(), NOW)


if __name__ == "__main__":
    main()
