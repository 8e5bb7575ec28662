"""A disk that takes nothing more from a station's journal: it stands in for the journal's connection, and its commits fail."""

from __future__ import annotations

import sqlite3
from typing import Any

from station.journal import Journal


class FailingDisk:
    """A connection whose commits fail with this code of SQLite while ``code`` is not None."""

    def __init__(self, journal: Journal, code: int) -> None:
        """Take the place of the journal's connection."""
        self._real = journal._db
        self.code: int | None = code
        journal._db = self  # type: ignore[assignment]  # stands in for it

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Pass it on, unless it commits: by that word, or as one statement that is a transaction by itself."""
        commits = sql == "COMMIT" or (sql.startswith("INSERT") and not self._real.in_transaction)
        if commits and self.code is not None:
            error = sqlite3.OperationalError("made to fail")
            error.sqlite_errorcode = self.code
            raise error
        return self._real.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
