"""The demo shows requests in every state, and suggests a walk that the table really takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.request import State
from hub.demo import DESKS, STATIONS, seed, suggestions
from hub.settings import HubSettings
from hub.store.database import open_database, transaction
from tests.support.desks import START, Library


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Library]:
    """A library with the demo in it."""
    # The waits of a first run with --demo.
    waits = {"policy": {"ready_notice_delay_s": 5}, "windows": {"handover_s": 10}}
    library = Library(open_database(tmp_path / "hub.db"), HubSettings.model_validate(waits))
    with transaction(library.connection):
        seed(library.connection, library.settings, START)
    yield library
    library.connection.close()


def test_there_are_requests_in_every_state(demo: Library) -> None:
    assert {row[0] for row in demo.rows("SELECT DISTINCT state FROM request")} == {state.value for state in State}


def test_each_request_shows_the_state_of_its_item(demo: Library) -> None:
    assert demo.rows("SELECT r.request_id FROM request r JOIN item i ON i.request = r.key WHERE i.state <> r.state") == []


def test_the_desks_and_stations_of_the_contract_are_there(demo: Library) -> None:
    assert {desk.code for desk in DESKS} == {"rs", "main", "east", "joint"}
    assert {"rs-1", "main-1", "east-1", "joint-1"} <= set(STATIONS)
    assert {row[0] for row in demo.rows("SELECT name FROM station")} == set(STATIONS)


def test_no_letter_about_the_past_greets_a_new_demo(demo: Library) -> None:
    assert demo.rows("SELECT count(*) FROM notice WHERE state = 'queued'") == [(0,)]


def test_the_suggested_walk_takes_the_book_round(demo: Library) -> None:
    walk = suggestions(demo.connection, demo.settings)
    replies = []
    for barcode, _why, wait_s in walk.lines:
        demo.now += timedelta(seconds=wait_s)
        replies.append(demo.scan("terminal", barcode))
    assert [reply.rule for reply in replies] == ["slip.armed", "U2", "patron.open", "H2", "command.clear", "C3"]
    assert demo.state(walk.lines[0][0]) == ("CLOSED", "returned")


def test_a_walk_is_offered_as_long_as_a_book_waits_at_the_joint_desk(demo: Library) -> None:
    for barcode, _why, wait_s in suggestions(demo.connection, demo.settings).lines:
        demo.now += timedelta(seconds=wait_s)
        demo.scan("terminal", barcode)
    assert suggestions(demo.connection, demo.settings).lines == ()
