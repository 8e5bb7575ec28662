"""A database of the first revision becomes one of the second: nothing that happened is lost, and work goes on where it stood."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from hub.core.acts import Act
from hub.demo import item_barcode
from hub.store.database import migrate, open_database
from hub.store.history import verify
from hub.store.moments import to_ms
from tests.support.desks import ADA, BOOK, JOURNAL, Library
from tests.support.migrations import columns_and_indexes, downgrade, read
from tests.support.roads import act, days_pass

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON_SHELF, GIVEN_UP, HOME = "ILL-000001-8", "ILL-000002-6", "ILL-000003-4"
NOTE = "Ada Fischer found it elsewhere"


def at(minutes: float) -> int:
    """Give a moment of that morning."""
    return to_ms(MORNING + timedelta(minutes=minutes))


HELD = at(10 * 24 * 60 + 899)
DESKS = [("rs", "Resource sharing", 1, 0, "R", 40, 1), ("main", "Main desk", 0, 1, "A", 40, 1), ("joint", "Joint desk", 1, 1, "J", 40, 1)]
REQUESTS = [
    # key, id, title, state, outcome, cancel_reason, version, closed_at
    (1, ON_SHELF, "The Overstory", "ON_HOLD_SHELF", None, None, 3, None),
    (2, GIVEN_UP, "Austerlitz", "CLOSED", "cancelled", "cancelled_by_staff", 2, at(2)),
    (3, HOME, "Landmarks", "CLOSED", "returned", None, 5, at(9)),
]
ITEMS = [
    # key, request, barcode, state, changed_at, hold_until, shelf_code, episode, circulated, closed_at
    (1, 1, BOOK, "ON_HOLD_SHELF", at(5), HELD, "A1", 1, 0, None),
    (2, 3, item_barcode(3), "CLOSED", at(9), HELD, "A1", 1, 1, at(9)),
]
TRANSITIONS: list[tuple[Any, ...]] = [
    # request, item, was, became, rule, desk, actor, reason, scan_id, at
    (1, None, None, "REQUESTED", "create", None, "staff", None, None, at(0)),
    (2, None, None, "REQUESTED", "create", None, "staff", None, None, at(1)),
    (2, None, "REQUESTED", "CLOSED", "cancel", None, "grace", NOTE, None, at(2)),
    (1, 1, "REQUESTED", "IN_TRANSIT_TO_PICKUP", "U2", "rs", "rs-1", None, "s-1", at(3)),
    (1, 1, "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", "T1", "main", "main-1", None, "s-3", at(5)),
    (3, 2, "IN_TRANSIT_TO_RS", "CLOSED", "B1", "rs", "rs-1", None, "s-5", at(9)),
]
SIGHTINGS: list[tuple[Any, ...]] = [
    # request, item, desk, station, rule, scan_id, at
    (1, 1, "rs", "rs-1", "U2", "s-1", at(3)),
    (1, 1, "rs", "rs-1", "T5", "s-2", at(4)),
    (1, 1, "main", "main-1", "T1", "s-3", at(5)),
    (1, 1, "main", "main-1", "H1", "s-4", at(8)),
    (3, 2, "rs", "rs-1", "B1", "s-5", at(9)),
]
NOTICES = [
    # key, type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, last_error, message_id, sent_at
    (1, "READY_FOR_PICKUP", 1, 1, 1, 1, "main", "sent", at(5), at(6), 1, None, "<1@x>", at(6)),
    (2, "READY_FOR_PICKUP", 3, 2, 1, 1, "main", "suppressed", at(7), at(8), 0, None, None, None),
]


ROWS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "desk": ("code, name, resource_sharing, pickup, shelf_prefix, shelf_slots, active", DESKS),
    "partner": ("code, name", [("tul", "Tulare County Library")]),
    "patron": ("key, card, alias, name, email", [(1, ADA, "Heron 12", "Ada Fischer", "ada@example.org")]),
    "station": ("name, desk, settings_version, online", [("rs-1", "rs", 1, 0), ("main-1", "main", 1, 0), ("joint-1", "joint", 1, 0)]),
    "stream": ("key, station, incarnation, seq, fault_seq", [(1, "rs-1", JOURNAL, 3, 0), (2, "main-1", JOURNAL, 2, 0)]),
    "request": (
        "key, request_id, title, state, outcome, cancel_reason, version, closed_at, "
        "source, requester, pickup_desk, partner, pieces, created_at, changed_at",
        [(*row, "manual", 1, "main", "tul", 1, at(0), at(5)) for row in REQUESTS],
    ),
    "item": (
        "key, request, barcode, state, changed_at, hold_until, shelf_code, episode, circulated, closed_at, piece, received_at, version",
        [(*row, 1, at(3), 2) for row in ITEMS],
    ),
    "transition": ("request, item, was, became, rule, desk, actor, reason, scan_id, at", TRANSITIONS),
    "sighting": ("request, item, desk, station, rule, scan_id, at", SIGHTINGS),
    "notice": (
        "key, type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, last_error, message_id, sent_at",
        NOTICES,
    ),
}


def old_database(path: Path) -> None:
    """Make a database as the first revision left it."""
    migrate(path, "0001")
    connection = sqlite3.connect(path)
    for table, (columns, rows) in ROWS.items():
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table}({columns}) VALUES ({places})", rows)  # noqa: S608 - tables of this file
    connection.commit()
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the first revision."""
    old_database(tmp_path / "hub.db")
    return tmp_path / "hub.db"


# -- upgrade


def test_the_history_holds_one_line_for_each_scan_act_and_letter_in_their_order(path: Path) -> None:
    connection = open_database(path)
    lines = connection.execute(
        "SELECT kind, rule, was, became, actor, scan_id, notice FROM history WHERE request = 1 ORDER BY key"
    ).fetchall()
    assert lines == [
        ("act", "create", None, "REQUESTED", "staff", None, None),
        ("scan", "U2", "REQUESTED", "IN_TRANSIT_TO_PICKUP", "rs-1", "s-1", None),
        ("scan", "T5", None, None, "rs-1", "s-2", None),
        ("scan", "T1", "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", "main-1", "s-3", None),
        ("notice", "sent", None, None, "hub", None, "READY_FOR_PICKUP"),
        ("scan", "H1", None, None, "main-1", "s-4", None),
    ]
    assert connection.execute("SELECT count(*) FROM history").fetchone() == (len(TRANSITIONS) + 2 + len(NOTICES),)
    assert connection.execute("SELECT DISTINCT barcode FROM history WHERE request = 1 AND kind = 'scan'").fetchall() == [(BOOK,)]
    assert [row[0] for row in connection.execute("SELECT at FROM history ORDER BY key")] == sorted(
        row[0] for row in connection.execute("SELECT at FROM history")
    )
    connection.close()


def test_the_history_verifies_and_keeps_what_staff_wrote_so_that_it_can_be_forgotten(path: Path) -> None:
    connection = open_database(path)
    assert verify(connection).broken == ()
    assert connection.execute("SELECT rule, note FROM history WHERE note IS NOT NULL").fetchall() == [("cancel", NOTE)]
    library = Library(connection, now=MORNING)
    days_pass(library, 3)
    assert connection.execute("SELECT count(*) FROM history WHERE note IS NOT NULL").fetchone() == (0,)
    assert connection.execute("SELECT key FROM request WHERE requester IS NOT NULL").fetchall() == [(1,)]
    assert verify(connection).broken == ()
    connection.close()


def test_work_goes_on_where_it_stood(path: Path) -> None:
    library = Library(open_database(path), now=MORNING + timedelta(hours=1))
    assert [library.scan("main-1", barcode).rule for barcode in (BOOK, ADA, BOOK, "%HS-CLEAR")][::2] == ["H1", "H2"]
    library.now += timedelta(hours=1)
    assert library.scan("main-1", BOOK).rule == "C2"
    assert library.scan("rs-1", BOOK).rule == "B1"
    assert library.state(ON_SHELF) == ("CLOSED", "returned")
    assert verify(library.connection).broken == ()
    library.connection.close()


def test_what_was_closed_before_can_be_brought_back(path: Path) -> None:
    library = Library(open_database(path), now=MORNING + timedelta(hours=1))
    assert library.rows("SELECT outcome FROM item ORDER BY key") == [(None,), ("returned",)]
    act(library, HOME, Act.REACTIVATE, note="a mistake")
    assert library.state(HOME) == ("IN_TRANSIT_TO_RS", None)
    library.connection.close()


def test_a_hold_of_before_ends_on_its_day(path: Path) -> None:
    library = Library(open_database(path), now=MORNING)
    days_pass(library, 11)
    assert library.state(ON_SHELF) == ("PULL_FROM_SHELF", None)
    assert library.notices()[-1][:2] == ("HOLD_EXPIRED", "queued")
    library.connection.close()


def test_an_upgraded_database_has_the_schema_of_a_new_one(path: Path, tmp_path: Path) -> None:
    open_database(path).close()
    open_database(tmp_path / "new.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new.db")


def test_an_upgrade_leaves_no_copy_of_what_staff_wrote_outside_the_history(path: Path) -> None:
    library = Library(open_database(path), now=MORNING)
    days_pass(library, 3)
    library.connection.close()
    assert NOTE.encode() not in path.read_bytes()


def test_an_upgrade_that_is_cut_off_leaves_the_database_as_it_was(path: Path) -> None:
    before = columns_and_indexes(path), read(path, "SELECT * FROM transition"), read(path, "SELECT * FROM alembic_version")
    connection = sqlite3.connect(path)
    connection.execute("CREATE INDEX history_note ON item(key)")
    connection.close()
    with pytest.raises(OperationalError, match="history_note"):
        open_database(path)
    connection = sqlite3.connect(path)
    connection.execute("DROP INDEX history_note")
    connection.close()
    assert (columns_and_indexes(path), read(path, "SELECT * FROM transition"), read(path, "SELECT * FROM alembic_version")) == before
    with contextlib.closing(open_database(path)) as opened:
        assert verify(opened).broken == ()


# -- downgrade


def test_a_downgrade_gives_transitions_and_sightings_back(path: Path) -> None:
    open_database(path).close()
    downgrade(path, "0001")
    assert (
        read(path, "SELECT request, item, was, became, rule, desk, actor, reason, scan_id, at FROM transition ORDER BY key") == TRANSITIONS
    )
    assert read(path, "SELECT request, item, desk, station, rule, scan_id, at FROM sighting ORDER BY key") == SIGHTINGS


def test_a_downgraded_database_has_the_schema_of_before(path: Path, tmp_path: Path) -> None:
    open_database(path).close()
    downgrade(path, "0001")
    old_database(tmp_path / "old.db")
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "old.db") | {
        "sqlite_sequence": columns_and_indexes(path)["sqlite_sequence"]
    }


def test_there_and_back_and_there_again_the_history_says_the_same(path: Path) -> None:
    columns = "request, item, kind, at, rule, was, became, desk, actor, barcode, scan_id, notice, note"
    open_database(path).close()
    first = read(path, f"SELECT {columns} FROM history ORDER BY key")  # noqa: S608 - columns of this file
    downgrade(path, "0001")
    connection = open_database(path)
    assert connection.execute(f"SELECT {columns} FROM history ORDER BY key").fetchall() == first  # noqa: S608 - columns of this file
    assert verify(connection).broken == ()
    connection.close()


def test_what_was_done_by_the_second_revision_is_told_by_the_first(path: Path) -> None:
    library = Library(open_database(path), now=MORNING + timedelta(hours=1))
    act(library, ON_SHELF, Act.CANCEL, note="changed her mind")
    library.scan("main-1", BOOK)
    library.connection.close()
    downgrade(path, "0001")
    told = read(path, "SELECT rule, was, became, actor, reason FROM transition WHERE request = 1 ORDER BY key DESC LIMIT 2")
    assert told == [
        ("P1", "PULL_FROM_SHELF", "IN_TRANSIT_TO_RS", "main-1", None),
        ("cancel", "ON_HOLD_SHELF", "PULL_FROM_SHELF", "staff", "changed her mind"),
    ]
