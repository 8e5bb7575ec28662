"""A batch of scans on a file: the same as scan by scan, with fewer statements, and whoever looks finds what waits to be written."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.messages import Scan
from hub.core.commands import Command
from hub.demo import item_barcode
from hub.flows.take_scan import take_scan
from hub.opened import wanted_scan
from hub.store import file_batch
from hub.store.agreement import disagreements
from hub.store.batch_store import store_for
from hub.store.database import open_database, transaction
from hub.store.file_batch import FileBatch, FileStore
from hub.store.history import verify
from hub.store.scan_path import ScanStore
from hub.store.sql import SqliteConnection
from hub.store.wanted import NOTHING_WANTED, Wanted
from tests.support.crowd import BOOKS, CARDS, Beep, Crowd, a_library, everything
from tests.support.desks import JOURNAL, Library, an_empty_file

DEEP = int(os.environ.get("HOLDSHELF_DEEP", "0"))
SCANS = 400


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is closed at the end of a test."""
    with ExitStack() as opened:
        yield opened


def library_in(stack: ExitStack, folder: Path) -> Library:
    """Open a library in a file."""
    folder.mkdir(exist_ok=True)
    file = an_empty_file(folder)
    return a_library(stack, (file, open_database(file)))


def wanted_of(scans: Sequence[Scan], library: Library) -> Wanted:
    """Give what these want, as the inbox does."""
    pairs = frozenset((scan.station, scan.incarnation) for scan in scans)
    return Wanted(pairs, tuple(wanted_scan(scan, library.patterns) for scan in scans))


@pytest.mark.parametrize("at_least", [1, file_batch.FROM])
@pytest.mark.parametrize("seed", range(max(3, DEEP)))
def test_a_batch_leaves_what_its_scans_leave_one_by_one(
    stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, at_least: int
) -> None:
    monkeypatch.setattr(file_batch, "FROM", at_least)
    plain, together = library_in(stack, tmp_path / "plain"), library_in(stack, tmp_path / "together")
    one_by_one = Crowd(plain, ScanStore(plain.connection), seed)
    batches = Crowd(together, store_for(together.connection), seed)
    assert isinstance(batches.store, FileStore)
    for crowd in (one_by_one, batches):
        crowd.play(SCANS)
    assert len({json.loads(reply)["rule"] for reply in batches.replies}) > 40, "too little has happened"
    assert batches.replies == one_by_one.replies
    expected, found = everything(plain), everything(together)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert verify(together.connection).broken == ()
    assert list(disagreements(together.connection)) == []


class Counted(SqliteConnection):
    """A connection that counts its statements."""

    ran: Counter[str]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self.ran[sql.split(" ", 1)[0]] += 1
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        self.ran[sql.split(" ", 1)[0]] += 1
        return super().executemany(sql, parameters)


def test_what_scans_only_leave_behind_costs_a_batch_a_few_statements(stack: ExitStack, tmp_path: Path) -> None:
    library = library_in(stack, tmp_path)
    counted = stack.enter_context(closing(sqlite3.connect(str(library.place), isolation_level=None, factory=Counted)))
    counted.ran = Counter()
    crowd = Crowd(replace(library, connection=counted), store_for(counted), 0)
    slips = [crowd.library.request(pickup_desk="main") for _ in range(60)]
    books = [item_barcode(number) for number in range(1, 61)]
    crowd.take([Beep("rs-1", barcode) for pair in zip(slips, books, strict=True) for barcode in pair], pause_s=0.01)
    crowd.library.now += timedelta(minutes=5)
    counted.ran.clear()
    crowd.take([Beep("main-1", book) for book in books], pause_s=0.01)
    assert crowd.library.rows("SELECT state, count(*) FROM request GROUP BY state") == [("ON_HOLD_SHELF", 60)]
    # The book is read, the item and its request change; the rest is for the sixty together.
    assert counted.ran["SELECT"] <= 60 + 10
    assert counted.ran["UPDATE"] <= 2 * 60 + 2
    # A letter each; scans, lines of history and events by sixteen.
    assert counted.ran["INSERT"] <= 60 + 10


def test_a_move_is_taken_back_in_the_batch_that_made_it(stack: ExitStack, tmp_path: Path) -> None:
    library = library_in(stack, tmp_path)
    crowd = Crowd(library, store_for(library.connection), 0)
    slip = library.request(pickup_desk="main")
    crowd.take([Beep("rs-1", slip), Beep("rs-1", BOOKS[0])])
    library.now += timedelta(minutes=5)
    way = [BOOKS[0], CARDS[0], BOOKS[0], Command.UNDO.barcode, Command.UNDO.barcode]
    replies = crowd.take([Beep("main-1", barcode) for barcode in way])
    rules = [json.loads(reply)["rule"] for reply in replies]
    assert rules == ["T1", "patron.open", "H2", "UNDO", "undo.nothing"]
    assert library.state(slip)[0] == "ON_HOLD_SHELF"
    assert verify(library.connection).broken == ()


def test_who_runs_a_statement_on_its_connection_finds_what_waits_and_the_batch_finds_what_they_changed(
    stack: ExitStack, tmp_path: Path
) -> None:
    library = library_in(stack, tmp_path)
    crowd = Crowd(library, store_for(library.connection), 0)
    [scan] = crowd.messages([Beep("main-1", BOOKS[0])])
    with transaction(library.connection):
        batch = FileBatch(library.connection, wanted_of([scan], library))
        stream = batch.stream("main-1", JOURNAL)
        taken = take_scan(batch, library.site, library.patterns, scan, stream.key, library.now)
        batch.keep_position(stream._replace(seq=1))

        def found(sql: str) -> Any:
            return batch.connection.execute(sql).fetchone()[0]

        assert library.rows("SELECT count(*) FROM scan") == [(0,)], "it waits"
        assert found("SELECT reply FROM scan") == taken.reply
        assert found("SELECT last_barcode FROM station_context") == BOOKS[0]
        assert found("SELECT count(*) FROM event") > 0
        assert batch.stream("main-1", JOURNAL).seq == batch.position("main-1", JOURNAL) == 1
        assert batch.reply_to(scan.scan_id) == taken.reply

        batch.connection.execute("UPDATE station SET desk = 'east' WHERE name = 'main-1'")
        desk = batch.desk_of("main-1")
        assert desk is not None
        assert desk.code == "east"
        batch.connection.execute("UPDATE station_context SET last_barcode = 'another'")
        last = batch.remembered("main-1", stream.key, library.now).last
        assert last is not None
        assert last.barcode == "another"
        batch.connection.executemany("UPDATE scan SET reply = ?", [("said otherwise",)])
        assert batch.reply_to(scan.scan_id) == "said otherwise"
        batch.write()
        batch.end()


def test_what_was_not_foreseen_is_asked_for(stack: ExitStack, tmp_path: Path) -> None:
    library = library_in(stack, tmp_path)
    crowd = Crowd(library, store_for(library.connection), 0)
    [reply] = crowd.take([Beep("main-1", BOOKS[0])])
    with transaction(library.connection):
        batch = FileBatch(library.connection, NOTHING_WANTED)
        assert batch.reply_to(json.loads(reply)["scan_id"]) == reply
        assert batch.reply_to("01a00000-0000-7000-8000-000000000000") is None
        stream = batch.stream("main-1", JOURNAL)
        remembered = batch.remembered("main-1", stream.key, library.now)
        assert remembered.last is not None
        assert remembered.last.barcode == BOOKS[0]
        assert batch.undo("main-1", remembered) is None
        assert batch.desk_of("main-1") is not None
        assert batch.desk_of("nowhere-9") is None
        batch.write()
        batch.end()
