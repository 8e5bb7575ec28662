"""A library moves from its file to a PostgreSQL server: with stations that scan meanwhile, and with the move killed at any moment."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.data_folder import DataFolder, FirstRun, Place
from hub.demo import card, item_barcode
from hub.errors import DataFolderError
from hub.store.database import open_database
from hub.store.sql import Refused
from tests.support.desks import Library
from tests.support.house import House, Knobs
from tests.support.postgres import Server, running_server
from tests.support.programs import Program, script, wait_for
from tests.support.sites import a_site, everything, many_marks

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.store.moved import DONE, read_mark, state_of
from hub.store.postgres import PostgresConnection

pytestmark = pytest.mark.needs("postgres", "mosquitto")
SHARES = 8
"""Kills while rows are copied."""
AFTER = 3
"""Kills at moments drawn by chance from the time after that."""
AFTER_S = 0.6
MANY = 24_000
SEED = 20261126


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server(durable=True) as server:
        yield server


def migrate(config: Path, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [str(script("holdshelf")), "migrate", "--to", url, "--config", str(config), *more]
    return subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_a_library_moves_and_its_desks_go_on_where_they_were(server: Server, tmp_path: Path) -> None:
    url = server.new_database()
    with House(tmp_path / "house", "mosquitto", Knobs(patron_session_s=600)) as library:
        rs, main, book, other = library.station("rs-1"), library.station("main-1"), item_barcode(1), item_barcode(2)
        request, second = library.created("The Overstory"), library.created("Austerlitz", patron=2)
        for slip, item in ((request, book), (second, other)):
            rs.scan(slip)
            assert rs.scan(item).rule == "U2"
        assert main.scan(book).rule == "T1"
        library.listener.wait_for_event(request, "notice.sent")
        running = migrate(library.data.hub_toml, url, "--switch")
        assert (running.returncode, "stop the hub first" in running.stderr) == (1, True)

        library.stop_hub()
        answered = main.answered
        main.send(other)
        main.send(card(1))
        done = migrate(library.data.hub_toml, url, "--switch")
        assert done.returncode == 0, done.stderr
        assert "each compared with the file" in done.stdout
        assert library.data.settings().database == url
        library.start_hub()

        wait_for(lambda: main.answered == answered + 2, "what was scanned meanwhile to be answered")
        assert [reply.rule for reply in main.replies()[answered:]] == ["T1", "patron.open"]
        assert main.scan(book).rule == "H2"
        library.listener.wait_for_event(second, "notice.sent")
        third = library.created("Emma")
        assert third not in (request, second)
        kept = [f"<{named.lower()}.ready-for-pickup.1@main.holdshelf.invalid>" for named in (request, second)]
        assert sorted(library.mail.ids()) == sorted(kept)
        for station in (rs, main):
            rows = library.query(
                "SELECT s.seq FROM scan s JOIN stream t ON t.key = s.stream WHERE t.station = ? ORDER BY s.key", station.name
            )
            assert rows == [(number,) for number in range(1, len(station.replies()) + 1)]
        checked = subprocess.run(
            [script("holdshelf"), "check", "--history", "--config", library.data.hub_toml], check=False, capture_output=True, text=True
        )
        assert "the history is unbroken" in checked.stdout
        library.check()


@pytest.fixture
def site(tmp_path: Path) -> Library:
    """A stopped site with some thousand rows, and its hub.toml."""
    DataFolder(tmp_path).make(FirstRun(), Place("127.0.0.1", 1), Place("127.0.0.1", 2))
    library = a_site(tmp_path)
    many_marks(library, MANY)
    library.connection.close()
    return library


def moments(site: Library, url: str) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Give what is waited for before each kill."""
    everything_of = sum(map(len, everything(site.database).values()))
    yield "the file is marked", lambda: read_mark(site.database) is not None
    yield "the move is remembered", lambda: taken(url) is not None
    for share in sorted(random.uniform(0, 1) for _ in range(SHARES)):
        yield f"{share:.0%} is there", lambda share=share: (taken(url) or 0) >= share * everything_of  # type: ignore[misc]
    for _ in range(AFTER):
        yield "all is there", lambda: (taken(url) or 0) >= everything_of


def taken(url: str) -> int | None:
    """Give how many rows the server has taken, None while it remembers no move; every row once the move is done."""
    with closing(PostgresConnection(url)) as connection:
        if state_of(connection) is None:
            return None
        try:
            return int(connection.execute("SELECT coalesce(sum(taken), 0)::bigint FROM moved_rows").fetchone()[0])
        except Refused:
            # A move that is done keeps no count, and it may have ended since the line above.
            assert state_of(connection) == DONE
            return sys.maxsize


def test_a_move_killed_at_any_moment_goes_on_and_ends_with_every_row(server: Server, site: Library, tmp_path: Path) -> None:
    random.seed(SEED)
    url, before, kills, there = server.new_database(), everything(site.database), 0, 0
    for what, condition in moments(site, url):
        with Program("holdshelf", "migrate", "--to", url, "--config", tmp_path / "hub.toml") as move:
            wait_for(condition, what)
            if what == "all is there":
                wait_some_time(move)
            if not move.running:
                break
            move.kill()
        kills += 1
        now = taken(url) or 0
        assert now >= there, "a page was taken twice"
        there = now
        if (mark := read_mark(site.database)) is not None and mark.done:
            # It had nothing left to do but to say so.
            break
        # Killed between its last two steps, a move has all on the server and a file that does not know of it.
        for place in (site.database, url) if 0 < there < sys.maxsize else (site.database,):
            with pytest.raises(DataFolderError, match="holdshelf migrate --to … again"):
                open_database(place)
    assert kills >= SHARES + 2
    done = migrate(tmp_path / "hub.toml", url, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["not_moved"] == []
    rows = everything(url)
    rows["cursor"] = [row for row in rows["cursor"] if row[0] != "history"]
    assert rows == before
    open_database(url).close()


def test_a_server_that_dies_meanwhile_is_told_and_the_move_goes_on_when_it_is_back(server: Server, site: Library, tmp_path: Path) -> None:
    url, before = server.new_database(), everything(site.database)
    with Program("holdshelf", "migrate", "--to", url, "--config", tmp_path / "hub.toml") as move:
        wait_for(lambda: bool(taken(url)), "the first page")
        server.stop("immediate")
        try:
            assert move.ended() == 1
            assert "The file is as it was; run this again, and it goes on where it was." in move.last_words()
        finally:
            server.start()
    there = taken(url)
    assert there
    assert migrate(tmp_path / "hub.toml", url).returncode == 0
    assert {table: len(rows) for table, rows in everything(url).items()} == {
        table: len(rows) + (table == "cursor") for table, rows in before.items()
    }


def wait_some_time(move: Program) -> None:
    """Let the move go on for a moment drawn by chance, or to its end."""
    try:
        move.process.wait(random.uniform(0, AFTER_S))
    except subprocess.TimeoutExpired:
        return
    assert move.ended() == 0
