"""What the command says: what was done and what is next; wrong use in a sentence that says what is right."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hub import cli
from hub.data_folder import DataFolder, FirstRun, Place
from hub.store.schema import metadata
from tests.support.sites import a_site

SECRET = "postgresql://hub:s3cret@db.example/holdshelf"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder with a small site whose hub is stopped."""
    folder = DataFolder(tmp_path)
    folder.make(FirstRun(), Place("127.0.0.1", 1), Place("127.0.0.1", 2))
    a_site(tmp_path).connection.close()
    return folder


def migrate(data: DataFolder, *words: str) -> int:
    """Run the command."""
    return cli.main(["migrate", "--data", str(data.path), *words])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "mysql://hub:s3cret@db/x"), "write a file, or postgresql://user@host/name"),
        (("--to", "postgresql://hub:s3cret@db"), "the address names no database; write postgresql://user@host/name"),
        (("--switch",), "--switch and --anew belong to a move: holdshelf migrate --to postgresql://user@host/name --switch"),
        (("--to", "0001", "--anew"), "--switch and --anew belong to a move"),
    ],
)
def test_wrong_use_is_told_without_the_password(
    data: DataFolder, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert migrate(data, *words) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "s3cret" not in told


def test_a_site_that_is_on_a_server_is_not_moved_again(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    data.hub_toml.write_text(f'database = "{SECRET}"\n{data.hub_toml.read_text()}')
    assert migrate(data, "--to", SECRET) == 0
    assert "hub.toml names postgresql://hub:(set)@db.example/holdshelf already" in capsys.readouterr().out
    assert migrate(data, "--to", "postgresql://db/other") == 1
    assert "only a file is moved. From one server to another go pg_dump and pg_restore" in capsys.readouterr().err


@pytest.mark.needs("postgres")
def test_it_tells_what_to_write_and_what_was_replaced_and_left_out(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")
    from tests.support.postgres import fresh

    with closing(sqlite3.connect(data.path / "hub.db")) as connection, connection:
        connection.execute("UPDATE request SET title = 'a' || char(0)")
        connection.execute("UPDATE notice SET episode = 'one' WHERE key = 1")
    url = fresh()
    before = data.hub_toml.read_text()
    assert migrate(data, "--to", url) == 0
    told = capsys.readouterr().out
    for words in (
        f"{data.path}/hub.db is on {url}: {len(metadata.tables)} tables, ",
        "each compared with the file.",
        "unbroken, fingerprint ",
        "were replaced in 4 texts: request 1 (title), request 2 (title), ",
        "not moved, because PostgreSQL takes no such row: 1, kept in ",
        f"{data.path}/hub.db-not-moved.jsonl: notice 1: a value that is no number",
        f'1. write into {data.hub_toml}, above its first section: database = "{url}"',
        "3. keep hub.db and hub.db-not-moved.jsonl until",
    ):
        assert words in told
    assert data.hub_toml.read_text() == before

    assert migrate(data, "--to", url, "--switch", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["done_before"], found["switched"], found["line"]) == (True, True, f'database = "{url}"')
    assert data.settings().database == url


@pytest.mark.needs("postgres")
def test_a_program_is_told_rows_and_hashes_of_every_table(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")
    from tests.support.postgres import fresh

    assert migrate(data, "--to", fresh(), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tables"]["item"]["rows"] == 3
    assert len({table["sha256"] for table in found["tables"].values()}) == len([t for t in found["tables"].values() if t["rows"]]) + 1
    assert found["not_moved"] == []
    assert found["history_fingerprint"].startswith("1")
