"""A connection for statements that a batch did not foresee: what waits for a table they name is written first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from hub.store.sql import Connection, Dialect, Rows

NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+([a-z_]+)")


@lru_cache(maxsize=512)
def tables_of(sql: str) -> frozenset[str]:
    """Give the tables that a statement reads or writes."""
    return frozenset(NAMED.findall(sql))


class WriteBehind:
    """Runs each statement by itself, between what it must see and what must see it."""

    def __init__(self, connection: Connection, *, before: Callable[[frozenset[str]], None], changed: Callable[[str], None]) -> None:
        """``before`` is told the tables a statement is about, ``changed`` each table that it may have written to."""
        self._connection, self._before, self._changed = connection, before, changed

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and COMMIT or ROLLBACK."""
        return self._connection.in_transaction

    @property
    def dialect(self) -> Dialect:
        """Which database it is."""
        return self._connection.dialect

    @property
    def total_changes(self) -> int:
        """A number that grows whenever something is written."""
        return self._connection.total_changes

    def execute(self, sql: str, parameters: Any = (), /) -> Rows:
        """Run one statement."""
        tables = tables_of(sql)
        self._before(tables)
        rows = self._connection.execute(sql, parameters)
        if not sql.startswith("SELECT"):
            for table in tables:
                self._changed(table)
        return rows

    def executemany(self, sql: str, parameters: Sequence[Any], /) -> object:
        """Run one statement for each of these."""
        tables = tables_of(sql)
        self._before(tables)
        self._connection.executemany(sql, parameters)
        for table in tables:
            self._changed(table)
        return None

    def wait_for_turn(self) -> None:
        """Wait until this program may write; the transaction around has done so."""
        self._connection.wait_for_turn()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
