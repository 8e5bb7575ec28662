"""A site moves from its file to a server: every row, every number, and what was in the middle of happening goes on."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.backup.restore import restore
from hub.backup.take import take_backup
from hub.check_data import check_data
from hub.data_folder import DataFolder, FirstRun, read_settings
from hub.data_folder import Place as Listens
from hub.errors import DataFolderError
from hub.move.move import Moved, move_site
from hub.move.switch import switch
from hub.settings import HubSettings
from hub.store.agreement import disagreements
from hub.store.database import migrate, open_database, transaction
from hub.store.history import verify
from hub.store.moved import mark_of, read_mark, state_of
from hub.store.postgres import PostgresConnection
from tests.support.desks import BOOK, Library
from tests.support.postgres import fresh
from tests.support.roads import UNDO, work
from tests.support.sites import JOINT_BOOK, NEW_BOOK, OTHER_BOOK, REQUESTS_BEHIND, THIRD_BOOK, UNKNOWN, a_site, everything, many_marks

pytestmark = pytest.mark.needs("postgres")
NOW = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
MANY = 5000
"""More rows than go in one commit."""
Watch = Callable[[str, int, int], None]


class Stopped(Exception):
    """The move is cut off."""


@pytest.fixture
def url() -> str:
    return fresh()


@pytest.fixture
def site(tmp_path: Path) -> Library:
    """A site whose hub is stopped."""
    library = a_site(tmp_path)
    library.connection.close()
    return library


def silent(what: str, done: int, of: int) -> None:
    """Nobody watches."""


def move(library: Library, url: str, *, anew: bool = False, name: str = "main", watch: Watch = silent) -> Moved:
    """Move the site."""
    return move_site(library.database, url, name, NOW, anew=anew, watch=watch)


def cut_off(library: Library, url: str, *, after: int = 1) -> None:
    """Begin a move and stop it after so many pages."""
    pages: list[int] = []

    def watch(what: str, done: int, of: int) -> None:
        if what == "rows copied":
            pages.append(done)
            if len(pages) == after:
                raise Stopped

    with pytest.raises(Stopped):
        move(library, url, watch=watch)


def on_server(library: Library, url: str) -> Library:
    """Open the site where it is now."""
    return Library(open_database(url), library.settings, library.now, made=library.made, place=url)


def digest(path: Path) -> str:
    """Give the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- all of it, and it goes on


def test_every_row_is_on_the_server_and_the_file_is_as_it_was(site: Library, url: str) -> None:
    before = digest(site.database)
    moved = move(site, url)
    assert digest(site.database) == before
    rows = everything(site.database)
    assert all(rows[table] for table in ("station_context", "station_settings", "exception", "notice", "poison", "fault", "history"))
    there = everything(url)
    assert ("history", len(rows["history"])) in there["cursor"]
    there["cursor"] = [row for row in there["cursor"] if row[0] != "history"]
    assert there == rows
    assert {table.table: table.rows for table in moved.compared} == {table: len(found) for table, found in rows.items()}
    assert (moved.aside, [table for table in moved.compared if table.mended]) == ((), [])


def test_what_was_in_the_middle_of_happening_goes_on(site: Library, url: str) -> None:
    move(site, url)
    library = on_server(site, url)
    # The patron's card was read before the move, the slip, too.
    assert library.scan("joint-1", JOINT_BOOK).rule == "H2"
    assert [notice for notice in library.notices() if notice[1] == "queued"] == [("READY_FOR_PICKUP", "queued", 1)]
    assert work(library) == ["unknown_barcode"]
    assert library.scan("rs-1", THIRD_BOOK).rule == "U2"
    assert library.scan("main-1", UNDO).rule == "UNDO"
    assert library.scan("main-1", BOOK).rule == "T1"
    assert library.scan("main-1", OTHER_BOOK).rule == "T1"
    assert library.scan("rs-1", library.request("New")).rule == "slip.armed"
    assert library.scan("rs-1", NEW_BOOK).rule == "U2"
    assert library.scan("rs-1", UNKNOWN).outcome == "unknown"
    assert verify(library.connection).broken == ()
    assert list(disagreements(library.connection)) == []
    library.connection.close()


def test_no_number_is_given_twice(site: Library, url: str) -> None:
    with closing(sqlite3.connect(site.database)) as connection:
        [(event,)] = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'")
    move(site, url)
    library = on_server(site, url)
    library.request("New")
    [[request]] = library.rows("SELECT key FROM request WHERE title = 'New'")
    # The third book's request has the one before.
    assert request == REQUESTS_BEHIND + 2
    assert library.rows("SELECT min(seq) FROM event WHERE seq > ?", event) == [(event + 1,)]
    with transaction(library.connection):
        library.connection.execute("INSERT INTO patron(card, alias, name) VALUES ('28', 'Elk', 'New')")
    assert library.rows("SELECT key FROM patron WHERE card = '28'") == [(901,)]
    library.connection.close()


def test_numbers_of_a_table_that_was_always_empty_begin_at_one(tmp_path: Path, url: str) -> None:
    library = Library.open(tmp_path)
    library.connection.close()
    move(library, url)
    moved = on_server(library, url)
    moved.request()
    assert moved.rows("SELECT r.key, min(h.key) FROM request r JOIN history h ON h.request = r.key GROUP BY r.key") == [(1, 1)]
    moved.connection.close()


def test_rows_are_compared_in_one_order_whatever_the_locale_of_the_server(site: Library, url: str) -> None:
    with closing(PostgresConnection(url)) as connection:
        connection.execute(
            "CREATE DATABASE sorted_otherwise LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8' ENCODING 'UTF8' TEMPLATE template0"
        )
    library = Library.reopen(site.database.parent)
    many_marks(library, 12)
    library.connection.close()
    elsewhere = url.replace("/" + url.split("/")[3].split("?")[0], "/sorted_otherwise")
    with closing(PostgresConnection(elsewhere)) as connection:
        assert connection.execute("SELECT x FROM (VALUES ('B'), ('a')) AS v(x) ORDER BY x").fetchall() == [("a",), ("B",)]
    move(site, elsewhere)


def test_a_role_that_owns_the_database_and_nothing_else_is_enough(site: Library, url: str) -> None:
    with closing(PostgresConnection(url)) as connection:
        connection.execute("DROP ROLE IF EXISTS plain")
        connection.execute("CREATE ROLE plain LOGIN NOSUPERUSER")
        connection.execute("CREATE DATABASE of_plain OWNER plain ENCODING 'UTF8' TEMPLATE template0")
    theirs = url.replace("postgres@", "plain@").replace("/" + url.split("/")[3].split("?")[0], "/of_plain")
    move(site, theirs)
    library = on_server(site, theirs)
    assert library.scan("rs-1", THIRD_BOOK).rule == "U2"
    library.connection.close()


# -- who may start on what


def test_no_hub_starts_on_a_file_that_was_moved_until_somebody_removes_the_mark(site: Library, url: str) -> None:
    move(site, url)
    with pytest.raises(
        DataFolderError, match=r"was moved to postgresql:.* on 2026-11-26.*Write that address into hub.toml.*delete .*hub.db-moved"
    ):
        open_database(site.database)
    mark_of(site.database).unlink()
    open_database(site.database).close()


@pytest.mark.parametrize("database", ["hub.db", "elsewhere/hub.db"])
def test_a_backup_made_before_the_move_is_the_way_back(tmp_path: Path, url: str, database: str) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.make(FirstRun(), Listens("127.0.0.1", 1), Listens("127.0.0.1", 2))
    place = tmp_path / "data" / database if database == "hub.db" else tmp_path / database
    place.parent.mkdir(exist_ok=True)
    library = a_site(place.parent)
    library.connection.close()
    folder.hub_toml.write_text(f'database = "{place}"\n{folder.hub_toml.read_text()}')
    before = everything(place)
    take_backup(folder.hub_toml, folder.settings(), tmp_path / "backup.tar", lambda: NOW, silent)
    move(library, url)
    switch(folder.hub_toml, url, NOW.date())
    assert folder.settings().database == url
    restore(tmp_path / "backup.tar", folder.path, force=True, wait_s=60, now=NOW, watch=silent)
    assert folder.settings().database == str(place)
    open_database(place).close()
    assert everything(place)["scan"] == before["scan"]


def test_no_hub_starts_on_either_while_the_move_is_not_done(site: Library, url: str) -> None:
    cut_off(site, url)
    with pytest.raises(DataFolderError, match=r"is on its way to .*run holdshelf migrate --to … again.*delete"):
        open_database(site.database)
    with pytest.raises(DataFolderError, match="not all of it is there: run holdshelf migrate"):
        open_database(url)
    move(site, url)
    open_database(url).close()


def test_check_says_that_a_site_has_moved_away_or_is_not_yet_there(tmp_path: Path, url: str) -> None:
    folder = DataFolder(tmp_path)
    folder.make(FirstRun(), Listens("127.0.0.1", 1), Listens("127.0.0.1", 2))
    library = a_site(tmp_path)
    library.connection.close()
    settings = read_settings(folder.hub_toml)
    cut_off(library, url)
    for each, said in ((settings, "is on its way to"), (settings.model_copy(update={"database": url}), "not all of it is there")):
        assert [finding for finding in check_data(folder.hub_toml, each) if said in str(finding)]
    move(library, url)
    assert [finding for finding in check_data(folder.hub_toml, settings) if "was moved to" in str(finding)]


def test_a_password_stands_neither_in_the_mark_nor_in_what_is_said(site: Library, url: str) -> None:
    secret = url.replace("postgres@", "postgres:se%20cret@")
    moved = move(site, secret)
    assert "cret" not in mark_of(site.database).read_text() + moved.to
    assert read_mark(site.database) is not None
    with pytest.raises(DataFolderError) as found:
        open_database(site.database)
    assert "cret" not in str(found.value)


# -- what is refused


def refused(library: Library, url: str, match: str, *, name: str = "main") -> None:
    """It is refused with these words before anything was done."""
    with pytest.raises(DataFolderError, match=match):
        move(library, url, name=name)
    assert not mark_of(library.database).exists()


def test_a_running_hub_is_to_be_stopped_first(site: Library, url: str) -> None:
    hub = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM desk').fetchone(); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hub, site.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        refused(site, url, r"hub.db is in use: stop the hub first")
        other.communicate(b"\n")
    assert other.returncode == 0


def test_a_database_with_something_else_in_it_is_left_alone(site: Library, url: str) -> None:
    with closing(PostgresConnection(url)) as connection:
        connection.execute("CREATE TABLE borrowers (name text)")
        refused(site, url, r"is not empty \(it has borrowers\), and nothing of it was changed. Name an empty database: CREATE DATABASE")
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_a_database_with_a_site_in_it_is_left_alone(site: Library, url: str) -> None:
    open_database(url).close()
    refused(site, url, "holds a site of Holdshelf already, and nothing of it was changed")


def test_a_database_to_which_another_site_moved_is_left_alone(site: Library, url: str, tmp_path: Path) -> None:
    move(site, url)
    (tmp_path / "other").mkdir()
    other = a_site(tmp_path / "other")
    other.connection.close()
    for name in ("main", "other"):
        refused(other, url, r"holds the site 'main' already, moved in from .*hub\.db", name=name)
    with pytest.raises(DataFolderError, match="holds the site 'main' already"):
        move(other, url, anew=True)


def test_a_half_of_another_site_is_left_alone_and_our_own_is_begun_again_if_asked(site: Library, url: str, tmp_path: Path) -> None:
    cut_off(site, url)
    (tmp_path / "other").mkdir()
    other = a_site(tmp_path / "other")
    other.connection.close()
    refused(other, url, "holds a part of the site 'main'.*drop the database", name="other")
    # Whoever gives a move up removes the mark; nothing tells then that it was this one.
    mark_of(site.database).unlink()
    refused(site, url, "--anew begins it again")
    assert move(site, url, anew=True).compared


def test_an_older_schema_is_brought_up_first(tmp_path: Path, url: str) -> None:
    migrate(tmp_path / "hub.db", "0003")
    library = Library(PostgresConnection(url), HubSettings(), place=tmp_path / "hub.db")
    refused(library, url, r"has schema 0003, and \d+ is needed.*holdshelf migrate without --to first")
    library.connection.close()


def test_a_role_that_may_make_no_tables_is_told_what_to_do(site: Library, url: str) -> None:
    with closing(PostgresConnection(url)) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    refused(site, url.replace("postgres@", "guest@"), r"No tables can be made in .*permission denied.*ALTER DATABASE")


def test_another_address_is_refused_while_the_file_is_on_its_way(site: Library, url: str) -> None:
    cut_off(site, url)
    with pytest.raises(DataFolderError, match=r"is on its way to .*: give that address"):
        move(site, fresh())


# -- cut off, and gone on with


def test_a_move_that_was_cut_off_goes_on_behind_its_last_page(site: Library, url: str) -> None:
    library = Library.reopen(site.database.parent)
    many_marks(library, MANY)
    library.connection.close()
    told: list[int] = []
    for pages in (3, 2, 2):
        cut_off(site, url, after=pages)
    move(site, url, watch=lambda what, done, of: told.append(done) if what == "rows copied" else None)
    assert len(everything(url)["time_mark"]) == MANY
    # Seven pages were there: what was first told of is behind them.
    assert min(told) > 7
    with closing(PostgresConnection(url)) as connection:
        assert state_of(connection) == "done"


def test_a_move_that_is_done_says_so_and_touches_nothing(site: Library, url: str) -> None:
    move(site, url)
    library = on_server(site, url)
    library.request("After the move")
    library.connection.close()
    assert move(site, url).compared == ()
    assert move(site, url, anew=True).compared == ()
    assert [row for row in everything(url)["request"] if "After the move" in row]


def test_a_kill_before_the_file_was_marked_as_moved_is_made_good(site: Library, url: str) -> None:
    move(site, url)
    mark = mark_of(site.database)
    mark.write_text(mark.read_text().replace("true", "false"))
    assert move(site, url).compared == ()
    assert read_mark(site.database) is not None
    assert '"done": true' in mark.read_text()


def test_a_file_that_was_written_to_meanwhile_is_moved_from_the_beginning(site: Library, url: str) -> None:
    cut_off(site, url, after=6)
    with closing(sqlite3.connect(site.database)) as connection, connection:
        connection.execute("UPDATE desk SET name = 'Another'")
    move(site, url)
    assert {row[1] for row in everything(url)["desk"]} == {"Another"}


def test_of_two_that_move_the_same_site_one_is_sent_away(site: Library, url: str) -> None:
    library = Library.reopen(site.database.parent)
    many_marks(library, MANY)
    library.connection.close()

    def the_other_takes_a_page(what: str, done: int, of: int) -> None:
        if what == "rows copied":
            with closing(PostgresConnection(url)) as connection:
                connection.execute("UPDATE moved_rows SET taken = taken + 2000 WHERE name = 'time_mark'")

    with pytest.raises(DataFolderError, match="Another holdshelf migrate is filling"):
        move(site, url, watch=the_other_takes_a_page)
