"""Rows that a batch writes to a file: all of them, in their order, behind every number that was given before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.database import open_database, transaction
from hub.store.numbers import go_on_behind
from hub.store.picture import Row
from hub.store.sql import Connection
from hub.store.write_to_file import AT_ONCE, write_to_file
from hub.store.write_together import NOTICE_COLUMNS, Waiting

COUNTS = (1, 2, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 5)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A new file."""
    opened = open_database(tmp_path / "hub.db")
    yield opened
    opened.close()


def _notice(request: int) -> Row:
    told = {"type": "DUE_SOON", "request": request, "episode": 1, "state": "queued", "queued_at": 0, "not_before": 0, "attempts": 0}
    return dict.fromkeys(NOTICE_COLUMNS.split(", ")) | told


def _write(connection: Connection, waiting: Waiting) -> None:
    with transaction(connection):
        write_to_file(connection, waiting, None)


@pytest.mark.parametrize("count", COUNTS)
def test_however_many_are_written_they_are_all_there_in_their_order(connection: Connection, count: int) -> None:
    _write(connection, Waiting(events=[(f"event {number}", None, None, number, "{}") for number in range(count)]))
    rows = connection.execute("SELECT seq, type, desk, subject, at, data FROM event ORDER BY seq").fetchall()
    assert rows == [(number + 1, f"event {number}", None, None, number, "{}") for number in range(count)]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_column_that_only_one_of_them_fills_is_written(connection: Connection, place: int) -> None:
    desks = ["main" if number == place * AT_ONCE else None for number in range(2 * AT_ONCE + 1)]
    _write(connection, Waiting(events=[("an event", desk, None, 0, "{}") for desk in desks]))
    assert [row[0] for row in connection.execute("SELECT desk FROM event ORDER BY seq")] == desks


@pytest.mark.parametrize("count", COUNTS)
def test_notices_go_on_behind_the_numbers_that_a_restore_leaves_out(connection: Connection, count: int) -> None:
    _write(connection, Waiting(notices=[_notice(1)]))
    go_on_behind(connection, "notice", 1000)
    _write(connection, Waiting(notices=[_notice(request) for request in range(2, count + 2)]))
    _write(connection, Waiting(notices=[_notice(count + 2)]))
    assert connection.execute("SELECT key, request FROM notice ORDER BY key").fetchall() == [
        (1, 1), *((1000 + number, 1 + number) for number in range(1, count + 2)),
    ]  # fmt: skip
