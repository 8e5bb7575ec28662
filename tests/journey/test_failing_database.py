"""A database that fails ends the hub with a sentence, whichever part of it met the failure."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hub.senders.to_dashboards import CURSOR
from tests.support.house import House


def test_a_database_that_fails_under_the_events_ends_the_hub_with_a_sentence(house: House) -> None:
    """It was a traceback, where the inbox had not met it first."""
    with closing(sqlite3.connect(house.data.path / "hub.db")) as connection:
        broken = "BEGIN SELECT RAISE(FAIL, 'torn'); END"
        for moment in ("INSERT", "UPDATE"):
            connection.execute(f"CREATE TRIGGER no_{moment} BEFORE {moment} ON cursor WHEN NEW.name = '{CURSOR}' {broken}")
    house.created("The Overstory")
    assert house.hub.ended() == 1
    said = house.hub.err.all()
    assert said[-1].startswith("holdshelf: The database failed (torn). Check its disk;")
    assert not any("Traceback" in line for line in said)
    with closing(sqlite3.connect(house.data.path / "hub.db")) as connection:
        for moment in ("INSERT", "UPDATE"):
            connection.execute(f"DROP TRIGGER no_{moment}")
    house.api.close()
    house.start_hub()
