"""Hub and up as systemd runs them: ready when a scan would be answered, silent when only a new start would help."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.support.house import House, Knobs
from tests.support.notify import Manager
from tests.support.programs import Program, part_of, wait_for

pytestmark = pytest.mark.faults
"""Minutes: run by ``python -m pytest -m faults``."""

WATCHDOG_S = 8.0
"""More than the five seconds that SQLite waits for a database which somebody else holds."""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    """The service manager of the hub."""
    with Manager(tmp_path, WATCHDOG_S) as manager:
        yield manager


@pytest.fixture
def library(tmp_path: Path, manager: Manager) -> Iterator[House]:
    """A library whose hub is supervised."""
    with House(tmp_path / "house", "mosquitto", Knobs(environment=manager.environment)) as library:
        yield library


@contextlib.contextmanager
def held(database: Path) -> Iterator[None]:
    """Hold a database as a forgotten sqlite3 session does."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def live(library: House) -> httpx.Response:
    return httpx.get(f"{str(library.api.base_url).removesuffix('api/v1/')}health/live", timeout=20)


@pytest.mark.needs("mosquitto")
def test_a_hub_is_ready_works_and_waits_for_a_broker_that_is_away(library: House, manager: Manager) -> None:
    wait_for(lambda: manager.said("READY") == ["1"], "the hub to be ready")
    manager.wait_status("Ready: scans are answered.")
    library.kill_broker()
    manager.wait_status("127.0.0.1")
    manager.wait_pings(2)
    library.start_broker()
    manager.wait_status("Ready: scans are answered.")
    library.stop_hub()
    assert manager.said("STOPPING") == ["1"]
    assert max(after - before for before, after in pairwise(manager.pings())) < WATCHDOG_S
    library.start_hub()


@pytest.mark.needs("mosquitto")
def test_a_hub_that_finds_no_broker_is_not_ready_and_is_given_time(library: House, tmp_path: Path) -> None:
    library.stop_hub()
    library.kill_broker()
    folder = tmp_path / "second"
    folder.mkdir()
    with Manager(folder, WATCHDOG_S) as manager:
        hub = Program("holdshelf", "run", "--config", library.data.hub_toml, environment=manager.environment)
        with hub:
            wait_for(lambda: len(manager.said("EXTEND_TIMEOUT_USEC")) > 1, "the hub to ask for time")
            manager.wait_status("Nothing listens at 127.0.0.1")
            assert (manager.said("READY"), manager.pings()) == ([], [])
            library.start_broker()
            wait_for(lambda: manager.said("READY") == ["1"], "the hub to be ready")
    library.start_hub()


@pytest.mark.needs("mosquitto")
def test_a_hub_whose_inbox_stands_still_no_longer_says_that_it_works(library: House, manager: Manager) -> None:
    station = library.station("main-1")
    manager.wait_pings(1)
    with held(library.data.path / "hub.db"):
        station.send("30000000000996")
        manager.wait_status("database is locked", limit_s=60)
        manager.would_kill(limit_s=60)
        answer = live(library)
        assert (answer.status_code, answer.json()["status"]) == (503, "stuck")
        assert "End the other program that holds it" in answer.json()["problem"]
    wait_for(lambda: station.answered == 1, "the scan to be answered")
    manager.wait_pings(2)
    assert live(library).json() == {"status": "live"}


@pytest.mark.needs("mosquitto")
def test_a_hub_whose_loop_stands_still_no_longer_says_that_it_works(library: House, manager: Manager) -> None:
    manager.wait_pings(1)
    library.hub.process.send_signal(signal.SIGSTOP)
    try:
        manager.would_kill()
    finally:
        library.hub.process.send_signal(signal.SIGCONT)
    manager.wait_pings(1)


@pytest.mark.needs("mosquitto")
def test_a_hub_whose_database_fails_ends_with_a_sentence(library: House, manager: Manager) -> None:
    station = library.station("main-1")
    with contextlib.closing(sqlite3.connect(library.data.path / "hub.db")) as other:
        other.execute("ALTER TABLE stream RENAME TO lost")
    station.send("30000000000996")
    assert library.hub.ended() == 1
    assert "holdshelf: The database failed (no such table: stream). Check its disk" in library.hub.err.tail()
    assert manager.said("STOPPING") == ["1"]
    with contextlib.closing(sqlite3.connect(library.data.path / "hub.db")) as other:
        other.execute("ALTER TABLE lost RENAME TO stream")
    library.start_hub()
    wait_for(lambda: station.answered == 1, "the scan to be answered")


@pytest.mark.needs("mosquitto")
def test_up_is_ready_and_watches_its_hub(tmp_path: Path) -> None:
    with Manager(tmp_path, 3) as manager:
        places = ("--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0")
        arguments = ("up", "--no-station", "--data", tmp_path / "data", *places)
        with Program("holdshelf", *arguments, environment=manager.environment) as up:
            up.out.wait("ready ")
            wait_for(lambda: manager.said("READY") == ["1"], "up to be ready")
            manager.wait_status("Ready at http://127.0.0.1:")
            manager.wait_pings(2)
            hub = part_of(up, "hub.cli")
            assert hub is not None
            hub.suspend()
            try:
                manager.wait_status("The hub does not answer.")
                manager.would_kill()
            finally:
                hub.resume()
            manager.wait_pings(2)
        assert manager.said("STOPPING") == ["1"]
