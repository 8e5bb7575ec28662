"""A batch of scans on a file: the same as scan by scan, with fewer statements, and whoever looks finds what waits to be written."""

from __future__ import annotations

import gc
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import ReferenceType, ref

import pytest

from broker.messages import Scan
from hub.core.commands import Command
from hub.demo import item_barcode
from hub.flows.take_scan import take_scan
from hub.opened import wanted_scan
from hub.store import file_batch
from hub.store.batch_store import store_for
from hub.store.database import open_database, transaction
from hub.store.file_batch import FileBatch, FileStore
from hub.store.history import Kind, Line, append, verify
from hub.store.scan_path import ScanStore
from hub.store.sql import SqliteConnection
from hub.store.wanted import Wanted
from hub.store.write_behind import tables_of
from tests.support.crowd import BOOKS, CARDS, Beep, Crowd, a_library, everything, leave_the_same
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
    leave_the_same(one_by_one, batches, SCANS)


class Counted(SqliteConnection):
    """A connection that counts its statements, by what they do and the tables they name."""

    ran: Counter[tuple[str, str]]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self._count(sql)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        self._count(sql)
        return super().executemany(sql, parameters)

    def _count(self, sql: str) -> None:
        self.ran.update((sql.split(" ", 1)[0], table) for table in tables_of(sql))

    def asked(self, table: str) -> int:
        """Give how often a table was read."""
        return self.ran["SELECT", table]


def counted(stack: ExitStack, folder: Path) -> tuple[Crowd, Counted]:
    """Open a library whose connection counts."""
    library = library_in(stack, folder)
    connection = stack.enter_context(closing(sqlite3.connect(str(library.place), isolation_level=None, factory=Counted)))
    connection.ran = Counter()
    return Crowd(replace(library, connection=connection), store_for(connection), 0), connection


def test_what_scans_only_leave_behind_costs_a_batch_a_few_statements(stack: ExitStack, tmp_path: Path) -> None:
    crowd, connection = counted(stack, tmp_path)
    slips = [crowd.library.request(pickup_desk="main") for _ in range(60)]
    books = [item_barcode(number) for number in range(1, 61)]
    crowd.take([Beep("rs-1", barcode) for pair in zip(slips, books, strict=True) for barcode in pair], pause_s=0.01)
    crowd.take([Beep(station, Command.CLEAR.barcode) for station in ("east-1", "main-1")])
    crowd.library.now += timedelta(minutes=5)
    connection.ran.clear()
    # At their desk, and before that at another.
    crowd.take([Beep(station, book) for book in books for station in ("east-1", "main-1")], pause_s=0.01)
    assert crowd.library.rows("SELECT state, count(*) FROM request GROUP BY state") == [("ON_HOLD_SHELF", 60)]
    for table in ("station", "station_context", "stream", "scan"):
        assert connection.asked(table) == 1, table
    ran = connection.ran
    assert ran["INSERT", "station_context"] == 1
    # By sixteen, and what is left of them.
    assert ran["INSERT", "scan"] == ran["INSERT", "history"] == ran["INSERT", "event"] == 2
    # What a scan may find changed by the one before it is written as it comes.
    assert (ran["UPDATE", "item"], ran["UPDATE", "request"], ran["INSERT", "notice"]) == (60, 60, 60)


def test_a_desk_is_asked_for_once_even_after_a_station_said_something(stack: ExitStack, tmp_path: Path) -> None:
    crowd, connection = counted(stack, tmp_path)
    with opened(crowd) as batch:
        batch.connection.execute("UPDATE station SET online = 1 WHERE name = 'main-1'")
        before = connection.asked("desk")
        assert {desk.code for desk in (batch.desk_of("main-1") for _ in range(9)) if desk is not None} == {"main"}
        assert connection.asked("desk") == before + 1


def test_scans_that_were_answered_before_are_answered_once_more_and_do_nothing(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    slip = crowd.library.request(pickup_desk="main")
    scans = crowd.messages([Beep("rs-1", slip), Beep("rs-1", BOOKS[0]), Beep("main-1", BOOKS[0]), Beep("main-1", CARDS[0])])
    replies = crowd.commit(scans)
    left = everything(crowd.library)
    assert crowd.commit(scans) == replies
    assert everything(crowd.library) == left


def test_a_move_is_taken_back_in_the_batch_that_made_it(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    slip = crowd.library.request(pickup_desk="main")
    crowd.take([Beep("rs-1", slip), Beep("rs-1", BOOKS[0])])
    crowd.library.now += timedelta(minutes=5)
    way = [BOOKS[0], CARDS[0], BOOKS[0], Command.UNDO.barcode, Command.UNDO.barcode]
    replies = crowd.take([Beep("main-1", barcode) for barcode in way])
    rules = [json.loads(reply)["rule"] for reply in replies]
    assert rules == ["T1", "patron.open", "H2", "UNDO", "undo.nothing"]
    assert crowd.library.state(slip)[0] == "ON_HOLD_SHELF"
    assert verify(crowd.library.connection).broken == ()


def crowd_in(stack: ExitStack, folder: Path) -> Crowd:
    """Open a library whose scans are taken in batches."""
    library = library_in(stack, folder)
    return Crowd(library, store_for(library.connection), 0)


@contextmanager
def opened(crowd: Crowd, scans: Sequence[Scan] = ()) -> Iterator[FileBatch]:
    """Give a batch that these scans are taken in; what it leaves is written at the end."""
    library = crowd.library
    with transaction(library.connection):
        batch = FileBatch(library.connection, wanted_of(scans, library))
        for scan in scans:
            take_scan(batch, library.site, library.patterns, scan, batch.stream(scan.station, scan.incarnation).key, library.now)
        for scan in scans[-1:]:
            batch.keep_position(batch.stream(scan.station, scan.incarnation)._replace(seq=scan.seq))
        yield batch
        batch.write()
        batch.end()


@pytest.mark.parametrize(
    ("asks", "finds"),
    [
        ("SELECT count(*) FROM scan", 2),
        ("SELECT count(*) FROM history", 2),
        ("SELECT count(*) FROM event WHERE type = 'item.received'", 1),
        ("SELECT last_barcode FROM station_context", BOOKS[0]),
        ("SELECT seq FROM stream", 2),
    ],
)
def test_whoever_asks_on_its_connection_finds_what_waits_for_that_table(stack: ExitStack, tmp_path: Path, asks: str, finds: object) -> None:
    crowd = crowd_in(stack, tmp_path)
    slip = crowd.library.request(pickup_desk="main")
    with opened(crowd, crowd.messages([Beep("rs-1", slip), Beep("rs-1", BOOKS[0])])) as batch:
        assert crowd.library.rows("SELECT count(*) FROM scan") == [(0,)], "it waits"
        batch.connection.execute("SELECT count(*) FROM request")
        assert crowd.library.rows("SELECT count(*) FROM scan") == [(0,)], "nobody has asked for it"
        assert batch.connection.execute(asks).fetchone() == (finds,)


def test_positions_are_those_of_now(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    scans = crowd.messages([Beep("main-1", book) for book in BOOKS[:2]])
    with opened(crowd, scans) as batch:
        assert batch.stream("main-1", JOURNAL).seq == 2
        batch.keep_position(batch.stream("main-1", JOURNAL)._replace(seq=3))
        assert batch.position("main-1", JOURNAL) == 3
        batch.keep_position(batch.stream("main-1", JOURNAL)._replace(seq=4))
        batch.advance(batch.stream("main-1", JOURNAL).key, 5)
        assert batch.stream("main-1", JOURNAL).seq == 5
        batch.connection.execute("UPDATE stream SET seq = 6")
        assert batch.stream("main-1", JOURNAL).seq == 6
    assert crowd.library.rows("SELECT seq FROM stream") == [(6,)]


def test_what_others_change_on_its_connection_is_known_no_more(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    [scan] = scans = crowd.messages([Beep("main-1", BOOKS[0])])
    with opened(crowd, scans) as batch:
        batch.connection.execute("UPDATE station SET desk = 'east' WHERE name = 'main-1'")
        desk = batch.desk_of("main-1")
        assert desk is not None
        assert desk.code == "east"
        batch.connection.execute("UPDATE station_context SET last_barcode = 'another'")
        last = batch.remembered("main-1", batch.stream("main-1", JOURNAL).key, crowd.library.now).last
        assert last is not None
        assert last.barcode == "another"
        batch.connection.executemany("UPDATE scan SET reply = ?", [("said otherwise",)])
        assert batch.reply_to(scan.scan_id) == "said otherwise"


def a_line(kind: Kind, desk: str, at: datetime) -> Line:
    """Give a line of the history of item 1."""
    return Line(request=1, kind=kind, at=at, rule="T1", actor="-", item=1, desk=desk, scan_id=None if kind == "act" else f"scan of {desk}")


def test_the_chain_of_the_history_goes_on_behind_whoever_writes_to_it(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    at = crowd.library.now
    with opened(crowd) as batch:
        for desk in ("main", "east"):
            batch.add_history(a_line("scan", desk, at))
            batch.write()
            append(batch.connection, a_line("act", "joint", at))
        batch.add_history(a_line("scan", "rs", at))
    assert [row[0] for row in crowd.library.rows("SELECT desk FROM history ORDER BY key")] == ["main", "joint", "east", "joint", "rs"]
    assert verify(crowd.library.connection).broken == ()


def test_where_an_item_was_seen_last_is_said_by_scans_alone(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    slip = crowd.library.request(pickup_desk="main")
    crowd.take([Beep("rs-1", slip), Beep("rs-1", BOOKS[0])])
    [(item,)] = crowd.library.rows("SELECT key FROM item")
    with opened(crowd) as batch:
        assert batch.seen_last_at(item, "another scan") == "rs"
        for kind, desk in (("scan", "east"), ("notice", "main")):
            batch.add_history(replace(a_line(kind, desk, crowd.library.now), item=item))  # type: ignore[arg-type]  # two kinds
        assert batch.seen_last_at(item, "another scan") == "east"
        assert batch.seen_last_at(item, "scan of east") == "rs"


def test_what_was_not_foreseen_is_asked_for(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    [reply] = crowd.take([Beep("main-1", BOOKS[0])])
    with opened(crowd) as batch:
        assert batch.reply_to(json.loads(reply)["scan_id"]) == reply
        assert batch.reply_to("01a00000-0000-7000-8000-000000000000") is None
        stream = batch.stream("main-1", JOURNAL)
        remembered = batch.remembered("main-1", stream.key, crowd.library.now)
        assert remembered.last is not None
        assert remembered.last.barcode == BOOKS[0]
        assert batch.undo("main-1", remembered) is None
        assert batch.desk_of("main-1") is not None
        assert batch.desk_of("nowhere-9") is None


def test_nothing_of_a_batch_is_left_to_the_search_for_garbage(stack: ExitStack, tmp_path: Path) -> None:
    crowd = crowd_in(stack, tmp_path)
    seen: list[ReferenceType[ScanStore]] = []
    gc.disable()
    try:
        crowd.store.run(
            lambda store: seen.append(ref(store)), wanted_of(crowd.messages([Beep("main-1", each) for each in BOOKS]), crowd.library)
        )
        assert [each() for each in seen] == [None]
    finally:
        gc.enable()
