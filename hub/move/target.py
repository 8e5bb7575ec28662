"""The database a site moves into, and what is remembered there of the move until it is done.

``moved_in`` says which move this is; ``moved_rows`` how many of a table's rows were taken; ``moved_aside`` which of them the server
refused. A page of rows and the count of them are one commit, so that a move that is killed goes on behind its last page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import DataFolderError, NotBegun
from hub.move.fields import Fields, Row, Unfit
from hub.store.database import migrate, revision_of, transaction
from hub.store.moved import DONE, state_of
from hub.store.schema import metadata
from hub.store.sql import NotUnique, Refused

if TYPE_CHECKING:
    from hub.store.postgres import PostgresConnection

REMEMBERED = (
    "CREATE TABLE moved_in (move text NOT NULL, site text NOT NULL, file text NOT NULL, file_state text NOT NULL, state text NOT NULL)",
    "CREATE TABLE moved_rows (name text PRIMARY KEY, taken bigint NOT NULL)",
    "CREATE TABLE moved_aside (name text, place bigint, called text NOT NULL, why text NOT NULL, PRIMARY KEY (name, place))",
)
OTHERS = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname"
)
MOVING = "moving"
EMPTY_ONE = "Name an empty database: CREATE DATABASE holdshelf OWNER holdshelf ENCODING 'UTF8' TEMPLATE template0"


@dataclass(frozen=True, slots=True)
class Move:
    """Which move this is: its own name, the site's, the file, and how the file stands."""

    name: str
    site: str
    file: str
    file_state: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A row the server does not take: its place among its table's rows, its key, and what the server says."""

    place: int
    called: str
    why: str


class Target:
    """An open database on a server."""

    def __init__(self, url: str, connection: PostgresConnection, shown: str) -> None:
        """``shown`` is the address without its password."""
        self.url, self.connection, self.shown = url, connection, shown

    def begin(self, move: Move, *, anew: bool) -> bool:
        """Make the tables, or find those this move has made; True where all is there already. NotBegun for what is not ours."""
        found = state_of(self.connection)
        if found is None:
            self._check_empty()
            self._remember(move)
        else:
            if not self._is_ours(move, found, anew=anew):
                return True
            if anew or self._one("SELECT file_state FROM moved_in") != move.file_state:
                self._begin_again(move)
        migrate(self.url)
        if self._one("SELECT count(*) FROM moved_rows") == 0:
            # What a revision of the schema put in is in the file, too.
            self.connection.execute(f"TRUNCATE {', '.join(metadata.tables)}")
        return False

    def _check_empty(self) -> None:
        if self._one("SELECT current_schema()") is None:
            raise NotBegun(f"{self.shown} has no schema to make tables in (search_path). {EMPTY_ONE}.")
        others = [row[0] for row in self.connection.execute(OTHERS)]
        if not others:
            return
        if revision_of(self.connection) is not None:
            raise NotBegun(f"{self.shown} holds a site of Holdshelf already, and nothing of it was changed. {EMPTY_ONE}.")
        raise NotBegun(f"{self.shown} is not empty (it has {others[0]}), and nothing of it was changed. {EMPTY_ONE}.")

    def _remember(self, move: Move) -> None:
        try:
            with transaction(self.connection):
                for table in REMEMBERED:
                    self.connection.execute(table)
                self.connection.execute(
                    "INSERT INTO moved_in VALUES (?, ?, ?, ?, ?)", (move.name, move.site, move.file, move.file_state, MOVING)
                )
        except (Refused, NotUnique) as error:
            raise NotBegun(
                f"No tables can be made in {self.shown} ({error}): let the database belong to this role (ALTER DATABASE … OWNER TO …)."
            ) from error

    def _is_ours(self, move: Move, state: str, *, anew: bool) -> bool:
        """True where there is something to do."""
        name, site, file = self.connection.execute("SELECT move, site, file FROM moved_in").fetchone()
        if state == DONE:
            if name == move.name and site == move.site:
                return False
            raise NotBegun(f"{self.shown} holds the site {site!r} already, moved in from {file}; nothing was changed. {EMPTY_ONE}.")
        if site != move.site or (name != move.name and not anew):
            raise NotBegun(
                f"{self.shown} holds a part of the site {site!r}: a move of {file} that was not finished. Finish that one, or drop the "
                f"database and make it again{'' if site != move.site else '; if it was this move, --anew begins it again'}."
            )
        return True

    def _begin_again(self, move: Move) -> None:
        """Forget what was taken: the file was written to since, or somebody asks for it."""
        with transaction(self.connection):
            self.connection.execute("TRUNCATE moved_rows, moved_aside")
            self.connection.execute("UPDATE moved_in SET move = ?, file = ?, file_state = ?", (move.name, move.file, move.file_state))

    def taken(self, fields: Fields) -> int:
        """Say how many of a table's rows were taken."""
        row = self.connection.execute("SELECT taken FROM moved_rows WHERE name = ?", (fields.table,)).fetchone()
        return int(row[0]) if row else 0

    def take(self, fields: Fields, first: int, rows: Sequence[Row]) -> None:
        """Take a page of a table, the first of its rows at this place; what the server refuses is put aside. One commit."""
        with transaction(self.connection):
            self._count_on(fields, first, len(rows))
            fit: list[tuple[int, Row]] = []
            for place, row in enumerate(rows, first):
                try:
                    fit.append((place, fields.fitted(row)))
                except Unfit as error:
                    self._put_aside(fields, place, row, str(error))
            self._write(fields, fit)

    def _count_on(self, fields: Fields, first: int, count: int) -> None:
        """Claim the page: of two that move the same site, one gets it."""
        written = self.connection.execute(
            "INSERT INTO moved_rows VALUES (:name, :upto) ON CONFLICT (name) DO UPDATE SET taken = :upto WHERE moved_rows.taken = :first",
            {"name": fields.table, "upto": first + count, "first": first},
        )
        if written.rowcount != 1:
            raise DataFolderError(f"Another holdshelf migrate is filling {self.shown}: let it end, then run this one again.")

    def _write(self, fields: Fields, rows: list[tuple[int, Row]]) -> None:
        """Write rows at once; where the server refuses one, by halves, until that one is found."""
        if not rows:
            return
        self.connection.execute("SAVEPOINT page")
        try:
            self.connection.fill(fields.table, fields.columns, (row for _, row in rows))
        except (NotUnique, Refused) as error:
            self.connection.execute("ROLLBACK TO page")
            if len(rows) == 1:
                self._put_aside(fields, *rows[0], str(error))
            else:
                half = len(rows) // 2
                self._write(fields, rows[:half])
                self._write(fields, rows[half:])
        else:
            self.connection.execute("RELEASE page")

    def _put_aside(self, fields: Fields, place: int, row: Row, why: str) -> None:
        self.connection.execute("INSERT INTO moved_aside VALUES (?, ?, ?, ?)", (fields.table, place, fields.name(row), why))

    def aside(self, fields: Fields) -> list[Aside]:
        """Give the rows of a table that were put aside."""
        found = self.connection.execute("SELECT place, called, why FROM moved_aside WHERE name = ? ORDER BY place", (fields.table,))
        return [Aside(*row) for row in found]

    def finish(self) -> None:
        """Say that all is there: from now on a hub may start on it."""
        with transaction(self.connection):
            self.connection.execute("DROP TABLE moved_rows, moved_aside")
            self.connection.execute("UPDATE moved_in SET state = ?", (DONE,))

    def _one(self, sql: str) -> object:
        return self.connection.execute(sql).fetchone()[0]
