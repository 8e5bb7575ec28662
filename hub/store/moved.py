"""What stands beside a file and in a database of a site that moves from one to the other, and who must not start on either.

Beside the file: ``hub.db-moved``. On the server: the table ``moved_in``, one row that says from which file, and whether all of it is there.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hub.errors import DataFolderError
from hub.store.copy import flush
from hub.store.sql import Connection

DONE = "done"
"""What moved_in says of a move whose every row was compared."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file is marked with: the move's own name, where it goes (without a password), and whether all of it is there."""

    move: str
    to: str
    since: str
    done: bool = False


def mark_of(database: Path) -> Path:
    """Give the place of a file's mark."""
    return database.with_name(f"{database.name}-moved")


def read_mark(database: Path) -> Mark | None:
    """Give a file's mark, None where it has none; DataFolderError for one that cannot be read."""
    path = mark_of(database)
    try:
        return Mark(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise DataFolderError(
            f"{path} says that {database.name} was moved to a server, and cannot be read: write the server into hub.toml, or delete this "
            "mark if the site was never moved."
        ) from error


def write_mark(database: Path, mark: Mark) -> None:
    """Mark a file, whole or not at all; the mark belongs to the owner of the file."""
    path = mark_of(database)
    beside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(mark), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    give_to_owner(beside, database)
    beside.rename(path)
    flush(path.parent)


def give_to_owner(path: Path, of: Path) -> None:
    """As root, let a file belong to whom another belongs to: the hub must be able to read it."""
    if os.geteuid() == 0:
        owner = of.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def check_stays(database: Path) -> None:
    """DataFolderError for a file that was moved to a server, or is being moved."""
    if (mark := read_mark(database)) is None:
        return
    place, day = mark_of(database), datetime.fromisoformat(mark.since).date()
    if not mark.done:
        raise DataFolderError(
            f"{database} is on its way to {mark.to} since {day}: run holdshelf migrate --to … again, and it goes on where it was; or "
            f"delete {place}, to give the move up and go on with this file."
        )
    raise DataFolderError(
        f"{database} was moved to {mark.to} on {day}: a hub that starts on it would miss all that was done there. Write that address into "
        f"hub.toml, as database; the way back is in docs/guide-systems-librarian.md. To use this file all the same, delete {place}."
    )


def check_arrived(connection: Connection) -> None:
    """DataFolderError for a database on a server into which a site is being moved."""
    if (found := state_of(connection)) is not None and found != DONE:
        raise DataFolderError(
            "A site is being moved into this database, and not all of it is there: run holdshelf migrate --to … again, and it goes on "
            "where it was."
        )


def state_of(connection: Connection) -> str | None:
    """Say how far the move into a database on a server has come; None where nothing was moved in."""
    here = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'moved_in'"
    row = connection.execute("SELECT state FROM moved_in").fetchone() if connection.execute(here).fetchone() else None
    return None if row is None else str(row[0])
