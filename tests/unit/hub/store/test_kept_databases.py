"""Databases as each former version wrote them, kept as files: they come up to this one's schema, and the copy is the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.errors import DataFolderError
from hub.store.agreement import disagreements
from hub.store.copy import damage
from hub.store.database import open_database, open_reader, revision_of, transaction
from hub.store.history import verify
from hub.store.migrations import HEAD
from tests.support.desks import Library
from tests.support.migrations import columns_and_indexes, read

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
REVISIONS = sorted(path.stem.removeprefix("schema-") for path in SAMPLES.glob("schema-????.sql"))
ON_A_SERVER = sorted(path.name.split(".")[0].removeprefix("schema-") for path in SAMPLES.glob("schema-????.postgresql.sql"))
FIRST_ON_A_SERVER = "0004"
"""Before it there was no PostgreSQL."""
LATER = [revision for revision in REVISIONS if revision >= "0002"]
TABLES = ("desk", "partner", "patron", "request", "item", "scan", "stream", "station", "event", "cursor", "notice", "poison", "fault")
SAME = "SELECT key, request_id, title, requester, pickup_desk, state, outcome, closed_at FROM request ORDER BY key"


@pytest.fixture
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file as the version of this revision wrote it."""
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection:
        connection.executescript((SAMPLES / f"schema-{request.param}.sql").read_text(encoding="utf-8"))
    return tmp_path / "hub.db"


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """A database on a server as the version of this revision wrote it."""
    pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")
    import psycopg

    from tests.support.postgres import fresh

    made = fresh()
    with psycopg.connect(made) as connection:
        connection.execute((SAMPLES / f"schema-{request.param}.postgresql.sql").read_bytes())
    return made


def dump(path: Path) -> list[str]:
    """Give all that is in a file."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def counts(path: Path) -> dict[str, int]:
    """Give how many rows each table has."""
    return {table: read(path, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}  # noqa: S608 - tables of this file


def test_of_every_former_revision_a_database_is_kept() -> None:
    former = [f"{number:04d}" for number in range(1, int(HEAD))]
    assert set(former) <= set(REVISIONS)
    assert {revision for revision in former if revision >= FIRST_ON_A_SERVER} <= set(ON_A_SERVER)


@pytest.mark.parametrize("path", REVISIONS, indirect=True)
def test_it_comes_up_with_every_row_and_has_the_schema_of_a_new_one(path: Path, tmp_path: Path) -> None:
    before, requests = counts(path), read(path, SAME)
    open_database(path).close()
    assert read(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert (counts(path), read(path, SAME)) == (before, requests)
    with closing(open_reader(path)) as connection:
        assert verify(connection).broken == ()
    assert damage(path) == []
    (tmp_path / "new").mkdir()
    open_database(tmp_path / "new" / "hub.db").close()
    assert columns_and_indexes(path) == columns_and_indexes(tmp_path / "new" / "hub.db")


@pytest.mark.parametrize("path", LATER, indirect=True)
def test_its_history_is_the_same_and_everything_fits_together(path: Path) -> None:
    before = read(path, "SELECT key, request, item, became, hex(hash) FROM history ORDER BY key")
    open_database(path).close()
    assert read(path, "SELECT key, request, item, became, hex(hash) FROM history ORDER BY key") == before
    with closing(open_reader(path)) as connection:
        assert list(disagreements(connection)) == []


@pytest.mark.parametrize("path", REVISIONS, indirect=True)
def test_its_desks_go_on(path: Path) -> None:
    goes_on(Library(open_database(path), now=NOW, made=1_000_000))


def goes_on(library: Library) -> None:
    """Scan a book that is on its way, and a new one; the numbers go on."""
    with closing(library.connection):
        [(barcode,)] = library.rows("SELECT barcode FROM item WHERE state = 'IN_TRANSIT_TO_RS'")
        [(last,)] = library.rows("SELECT max(key) FROM request")
        assert library.scan("rs-1", barcode).rule == "B1"
        library.request("New")
        assert library.rows("SELECT key FROM request WHERE title = 'New'") == [(last + 1,)]
        assert verify(library.connection).broken == ()


@pytest.mark.parametrize("path", [revision for revision in REVISIONS if revision < HEAD], indirect=True)
def test_the_copy_put_back_is_the_database_of_before_and_the_older_program_works_on_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, [(was,)] = dump(path), read(path, "SELECT version_num FROM alembic_version")
    open_database(path).close()
    [copy] = path.parent.glob("hub.db.schema-*")
    as_the_older_program(monkeypatch, was)
    with pytest.raises(
        DataFolderError, match=rf"schema {HEAD} of a later Holdshelf, this one knows {was}.*put back the copy.*schema-{was}-…"
    ):
        open_database(path)
    # What docs/backup.md says: the copy in the place of hub.db.
    copy.rename(path)
    assert dump(path) == before
    with closing(open_database(path)) as connection:
        assert revision_of(connection) == was
    assert list(path.parent.glob("hub.db.schema-*")) == []


def as_the_older_program(monkeypatch: pytest.MonkeyPatch, revision: str) -> None:
    """Know no later revision than an older program knows."""
    for module in ("database", "upgrade"):
        monkeypatch.setattr(f"hub.store.{module}.HEAD", revision)


@pytest.mark.needs("postgres")
@pytest.mark.parametrize("url", ON_A_SERVER, indirect=True)
def test_one_on_a_server_comes_up_and_its_desks_go_on(url: str) -> None:
    with closing(open_reader(url)) as reader:
        before = reader.execute(SAME).fetchall()
    connection = open_database(url)
    assert revision_of(connection) == HEAD
    assert connection.execute(SAME).fetchall() == before
    assert list(disagreements(connection)) == []
    goes_on(Library(connection, now=NOW, made=1_000_000, place=url))


@pytest.mark.needs("postgres")
@pytest.mark.parametrize("url", ON_A_SERVER[-1:], indirect=True)
def test_one_on_a_server_of_a_later_version_is_left_alone_and_the_way_back_is_told(url: str) -> None:
    with closing(open_database(url)) as connection, transaction(connection):
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DataFolderError, match=r"schema 9999 of a later Holdshelf.*go back to what pg_dump made before the upgrade"):
        open_database(url)
