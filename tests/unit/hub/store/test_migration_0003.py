"""A database of the second revision becomes one of the third and back: no station is lost, and settings can be set."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from hub.flows.set_station import place_of, set_station
from hub.store import migrations
from hub.store.database import migrate, open_database, transaction
from tests.support.desks import START as MORNING


def old_database(path: Path) -> None:
    """Make a database as the second revision left it, with a station that has been there."""
    migrate(path, "0002")
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO desk(code, name, resource_sharing, pickup, shelf_prefix, shelf_slots, active) "
        "VALUES ('main', 'Main desk', 0, 1, 'A', 40, 1)"
    )
    state = '{"v": 1, "station": "main-1", "online": true, "version": "0.1.0", "settings_version": 3}'
    connection.execute("INSERT INTO station(name, desk, settings_version, online, state) VALUES ('main-1', 'main', 3, 1, ?)", (state,))
    connection.commit()
    connection.close()


def downgrade(path: Path) -> None:
    """Take a database back to the second revision."""
    engine, config = create_engine(f"sqlite:///{path}"), Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    engine.dispose()


def test_a_kept_database_goes_on_and_its_stations_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    old_database(path)
    connection = open_database(path)
    assert place_of(connection, "main-1").version == 3
    with transaction(connection):
        assert set_station(connection, "main-1", {"language": "de"}, actor="kim", version=3, now=MORNING) == 4
    assert connection.execute("SELECT version, setup, set_by FROM station_settings").fetchall() == [(4, '{"language": "de"}', "kim")]
    connection.close()


def test_a_hub_set_back_keeps_its_stations_and_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    old_database(path)
    connection = open_database(path)
    with transaction(connection):
        set_station(connection, "main-1", {"language": "de"}, actor="kim", version=None, now=MORNING)
    connection.close()
    downgrade(path)
    old = sqlite3.connect(path)
    assert old.execute("SELECT name, settings_version FROM station").fetchall() == [("main-1", 4)]
    old.close()
    again = open_database(path)
    assert again.execute("SELECT count(*) FROM station_settings").fetchone() == (0,)
    again.close()
