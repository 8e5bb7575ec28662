"""Moves a site from its file to a server: page by page, each comparable to what it was; killed at any moment, it goes on where it was."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from hub.errors import DataFolderError, NotBegun
from hub.move.aside import write_aside
from hub.move.compare import Compared, compare, compare_history, compare_numbers
from hub.move.fields import tables
from hub.move.numbers import HISTORY, go_on
from hub.move.source import Source, check_sound, check_stopped, open_source
from hub.move.target import Aside, Move, Target
from hub.store.database import open_mover
from hub.store.history import Verdict
from hub.store.moved import Mark, mark_of, read_mark, write_mark
from hub.store.place import shown
from hub.store.sql import Refused, Unavailable

PAGE = 2000
"""Rows in one commit: what a kill costs, and what is held in memory."""
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move found on the server in the end; nothing is said of the rows where it was done before."""

    database: Path
    to: str
    compared: tuple[Compared, ...]
    aside: tuple[Aside, ...]
    history: Verdict | None


def move_site(database: Path, address: str, site: str, now: datetime, *, anew: bool, watch: Watch) -> Moved:
    """Move all there is; DataFolderError says what is in the way, and what to do."""
    check_stopped(database)
    with closing(open_mover(address)) as connection, _in_words(database, shown(address)):
        target = Target(address, connection, shown(address))
        with _marked(database, target.shown, now) as mark, open_source(database) as source:
            there = target.begin(Move(mark.move, site, str(database), source.state()), anew=anew)
            found = Moved(database, target.shown, (), (), None) if there else _fill(source, target, watch)
        if not there:
            target.finish()
        write_mark(database, replace(mark, done=True))
    return found


@contextmanager
def _marked(database: Path, to: str, now: datetime) -> Iterator[Mark]:
    """Mark the file, so that no hub starts on it; a move that was refused before it began leaves no mark."""
    before = read_mark(database)
    if before is not None and before.to != to:
        raise NotBegun(
            f"{database} {'was moved' if before.done else 'is on its way'} to {before.to}: give that address. To move it elsewhere from "
            f"the beginning, delete {mark_of(database)}."
        )
    mark = before or Mark(secrets.token_hex(8), to, now.isoformat())
    write_mark(database, mark)
    try:
        # A hub that was started meanwhile has it open by now, or has seen the mark.
        check_stopped(database)
        yield mark
    except NotBegun:
        if before is None:
            mark_of(database).unlink()
        raise


def _fill(source: Source, target: Target, watch: Watch) -> Moved:
    counts = {fields.table: source.count(fields) for fields in tables()}
    everything = sum(counts.values())
    if not any(target.taken(fields) for fields in tables()):
        check_sound(source, lambda done, of: watch("integrity, tables", done, of))
    _copy(source, target, lambda done: watch("rows copied", done, everything))
    for fields in tables():
        target.connection.execute(f'VACUUM (ANALYZE) "{fields.table}"')
    go_on(source, target)
    compared, heard = [], _Sum(lambda done: watch("rows compared", done, everything))
    for fields in tables():
        compared.append(compare(source, target, fields, heard.show))
        heard.add(counts[fields.table])
    compare_numbers(source, target)
    history = compare_history(source, target, lambda done: watch("history", done, counts[HISTORY]))
    return Moved(source.path, target.shown, tuple(compared), write_aside(source, target), history)


def _copy(source: Source, target: Target, heard: Callable[[int], None]) -> None:
    told = _Sum(heard)
    for fields in tables():
        taken = target.taken(fields)
        rows = source.rows(fields, taken)
        while page := list(islice(rows, PAGE)):
            target.take(fields, taken, page)
            taken += len(page)
            told.show(taken)
        told.add(taken)


class _Sum:
    """Tells how far the whole has come, from how far each table has."""

    def __init__(self, heard: Callable[[int], None]) -> None:
        self._heard, self._before = heard, 0

    def show(self, done: int) -> None:
        """Tell how much of the table in hand is done."""
        self._heard(self._before + done)

    def add(self, rows: int) -> None:
        """Go on to the next table."""
        self._before += rows


@contextmanager
def _in_words(database: Path, to: str) -> Iterator[None]:
    """Say what a server or a disk that fails means for the move."""
    again = "The file is as it was; run this again, and it goes on where it was."
    try:
        yield
    except (Unavailable, Refused) as error:
        raise DataFolderError(f"The server of {to} did not go on ({error}). {again}") from error
    except DBAPIError as error:
        raise DataFolderError(f"The server of {to} did not go on ({type(error.orig).__name__}). {again}") from None
    except sqlite3.DatabaseError as error:
        raise DataFolderError(
            f"{database} cannot be read ({error}): restore the last good backup (holdshelf restore), and move that with --anew."
        ) from error
    except OSError as error:
        raise DataFolderError(
            f"{error.filename or database.parent} cannot be written ({error.strerror}): run this as the hub's user."
        ) from error
