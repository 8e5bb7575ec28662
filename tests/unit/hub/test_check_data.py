"""``holdshelf check`` says of each thing that is wrong what it is and what to do, and of a sound folder nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub import check_data as checks
from hub.check_data import check_data
from hub.data_folder import DataFolder, FirstRun, Place
from hub.store.database import transaction
from tests.support.desks import BOOK, Library


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder."""
    folder = DataFolder(tmp_path / "data")
    folder.make(FirstRun(), Place("127.0.0.1", 1883), Place("127.0.0.1", 8080))
    return folder


@pytest.fixture
def library(data: DataFolder) -> Iterator[Library]:
    """A library in it, with a book on the shelf."""
    opened = Library.open(data.path)
    for station, barcode in (("rs-1", opened.request()), ("rs-1", BOOK), ("main-1", BOOK)):
        opened.scan(station, barcode)
    with closing(opened.connection):
        yield opened


def found(data: DataFolder) -> list[str]:
    """Give all findings as sentences."""
    return [str(finding) for finding in check_data(data.hub_toml, data.settings())]


def test_a_sound_folder_has_no_finding(data: DataFolder, library: Library) -> None:
    assert found(data) == []


def test_a_folder_before_its_first_start_has_no_finding(data: DataFolder) -> None:
    assert found(data) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE request SET state = 'CHECKED_OUT'", "ILL-000001-8 show another state than their items are in"),
        ("UPDATE item SET state = 'MISSING'", f"item {BOOK} are elsewhere than their history says"),
        ("UPDATE request SET closed_at = 1", "ILL-000001-8 are closed without the moment or the outcome of it, or open with one"),
        ("UPDATE item SET outcome = 'lost'", f"item {BOOK} are closed without the moment or the outcome"),
        ("UPDATE request SET state = 'CLOSED', closed_at = 1, outcome = 'lost'", "ILL-000001-8 are closed, and an item of theirs is not"),
        ("DELETE FROM request", "history row 1, history row 2"),
        ("DELETE FROM request", "item 1 belong to a request that is not there"),
        ("DELETE FROM request", "notice 1 belong to a request that is not there"),
        (
            "INSERT INTO exception(kind, request, opened_at) VALUES ('late_scan', 99, 1)",
            "exception 1 belong to a request that is not there",
        ),
        ("DELETE FROM desk WHERE code = 'main'", "belong to a desk"),
        ("UPDATE notice SET state = 'sent'", "notice 1 are in no state that there is, or sent without a Message-ID"),
        (
            "UPDATE request SET state = 'CLOSED', closed_at = 1, outcome = 'lost';"
            "UPDATE item SET state = 'CLOSED', closed_at = 1, outcome = 'lost'",
            "notice 1 wait to call a patron for a book that had gone home before",
        ),
        ("UPDATE stream SET seq = 1 WHERE station = 'rs-1'", "rs-1 2 are scans beyond the position of their station"),
        ("UPDATE scan SET seq = 1", "rs-1 1 are scans that were taken twice"),
        ("INSERT INTO cursor VALUES ('mqtt', 999)", "cursor mqtt is beyond the last event"),
        ("UPDATE history SET rule = 'X' WHERE key = 2", "The history is not as it was written: row 2"),
        ("UPDATE alembic_version SET version_num = '0001'", "The database has schema 0001, this program works with"),
    ],
)
def test_what_does_not_fit_together_is_said_with_what_to_do(data: DataFolder, library: Library, change: str, words: str) -> None:
    with transaction(library.connection):
        for statement in change.split(";"):
            library.connection.execute(statement)
    said = found(data)
    assert [sentence for sentence in said if words in sentence] != [], said
    assert all(": " in sentence and sentence.endswith(".") for sentence in said)


def test_a_damaged_page_is_said_with_its_table(data: DataFolder, library: Library) -> None:
    [(page,)], [(size,)] = library.rows("SELECT rootpage FROM sqlite_master WHERE name = 'scan'"), library.rows("PRAGMA page_size")
    library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with (data.path / "hub.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    [sentence] = found(data)
    assert "is damaged (scan: " in sentence
    assert "holdshelf restore" in sentence


def test_a_file_that_is_no_database_is_said_so(data: DataFolder) -> None:
    (data.path / "hub.db").write_bytes(b"a letter to my aunt" * 100)
    assert "cannot be read" in found(data)[0]


def test_a_password_that_others_can_read_is_said(data: DataFolder, library: Library) -> None:
    data.token_file.chmod(0o644)
    assert found(data) == []
    data.path.chmod(0o755)
    said = found(data)
    assert f"{data.token_file} can be read by others" in " ".join(said)
    assert f"chmod go= {data.path / 'hub.db'}" in " ".join(said)


def test_a_disk_that_is_nearly_full_is_said(data: DataFolder, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ROOM", 10**18)
    assert "make room" in found(data)[0]
