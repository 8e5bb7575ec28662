"""A backup holds one moment of a hub, whole or not at all; a restore puts it back and deletes nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.backup.manifest import Manifest
from hub.backup.opened import open_backup
from hub.backup.restore import Done, restore
from hub.backup.restored import read_restored
from hub.backup.rotation import dated, drop_old
from hub.backup.take import take_backup
from hub.data_folder import DataFolder, FirstRun, Place, read_settings
from hub.errors import DataFolderError
from hub.store.database import transaction
from hub.store.history import end_of_chain, fingerprint
from tests.support.desks import BOOK, Library

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
Bars = list[tuple[str, int, int]]


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder with a station, its journal, a calendar, and letters in the Maildir."""
    folder = DataFolder(tmp_path / "data")
    folder.make(FirstRun(), Place("127.0.0.1", 1883), Place("127.0.0.1", 8080))
    folder.add_station("main-1", folder.settings())
    (folder.stations / "main-1.journal.db").write_bytes(b"a journal")
    (folder.path / "holidays.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    desk = '\n[[desk]]\ncode = "rs"\nname = "RS"\nresource_sharing = true\ncalendar = "holidays.ics"\n'
    folder.hub_toml.write_text(folder.hub_toml.read_text() + desk)
    for place in ("new", "cur", "tmp"):
        (folder.path / "mail" / place).mkdir(parents=True)
        (folder.path / "mail" / place / "a-letter").write_text("Dear Ada")
    return folder


@pytest.fixture
def library(data: DataFolder) -> Iterator[Library]:
    """The hub of this folder at work: its connection is open."""
    opened = Library.open(data.path)
    request = opened.request()
    opened.scan("rs-1", request)
    opened.scan("rs-1", BOOK)
    yield opened
    with closing(opened.connection):
        pass


def backup(data: DataFolder, target: Path, bars: Bars | None = None) -> Manifest:
    """Make a backup."""
    return take_backup(
        data.hub_toml, read_settings(data.hub_toml), target, lambda: NOW, lambda *told: None if bars is None else bars.append(told)
    )


def put_back(path: Path, folder: Path, *, force: bool = False, now: datetime = LATER) -> Done:
    """Restore a backup."""
    return restore(path, folder, force=force, wait_s=60, now=now, watch=lambda what, done, of: None)


def names(folder: Path) -> set[str]:
    """Give every file of a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# -- what is in it


def test_a_backup_holds_settings_credentials_calendars_and_letters_nobody_took_and_no_journal(
    data: DataFolder, library: Library, tmp_path: Path
) -> None:
    manifest = backup(data, tmp_path / "one")
    whole = {
        "manifest.json",
        "hub.db",
        "hub.toml",
        "api-token",
        "dashboard.toml",
        "stations/main-1.toml",
        "holidays.ics",
        "mail/new/a-letter",
    }
    assert names(tmp_path / "one") == whole
    assert {file.name for file in manifest.files} == whole - {"manifest.json"}
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "one").rglob("*") if path.name not in ("holidays.ics", "a-letter")} == {0}


def test_the_manifest_is_of_the_moment_of_the_copy(data: DataFolder, library: Library, tmp_path: Path) -> None:
    moment = backup(data, tmp_path / "one").moment
    connection = library.connection
    assert (moment.at, moment.last_request, moment.awaited) == (NOW, 1, ())
    assert [(stream.station, stream.seq) for stream in moment.streams] == [("rs-1", 2)]
    [(rows, last)] = library.rows("SELECT count(*), max(key) FROM history")
    assert (moment.history_rows, moment.history_fingerprint) == (rows, fingerprint(last, end_of_chain(connection).hash))
    assert library.rows("SELECT max(seq) FROM event") == [(moment.last_event,)]


def test_a_hub_that_writes_meanwhile_neither_waits_nor_changes_what_is_copied(data: DataFolder, library: Library, tmp_path: Path) -> None:
    with transaction(library.connection):
        library.connection.execute("CREATE TABLE filler AS SELECT randomblob(4000000) AS bytes")
    written: list[int] = []

    def write(what: str, done: int, of: int) -> None:
        if what == "database" and done < of:
            library.scan("rs-1", BOOK, after_s=10)
            written.append(done)

    manifest = take_backup(data.hub_toml, read_settings(data.hub_toml), tmp_path / "one", lambda: NOW, write)
    assert len(written) > 1
    assert manifest.moment.streams[0].seq == 2
    with closing(sqlite3.connect(tmp_path / "one" / "hub.db")) as copy:
        assert copy.execute("SELECT count(*) FROM scan").fetchone() == (2,)
    assert library.rows("SELECT count(*) FROM scan") == [(2 + len(written),)]


def test_progress_is_told_to_the_end(data: DataFolder, library: Library, tmp_path: Path) -> None:
    bars: Bars = []
    backup(data, tmp_path / "one", bars)
    assert {what for what, _, _ in bars} == {"database", "verifying", "SHA-256"}
    assert [(done, of) for what, done, of in bars if what == "database"][-1][0] == [of for what, _, of in bars if what == "database"][-1]


def test_files_outside_the_folder_are_named_as_left_out(data: DataFolder, library: Library, tmp_path: Path) -> None:
    text = data.hub_toml.read_text().replace("[mqtt]", f'[mqtt]\nca_file = "{tmp_path}/ca.pem"')
    data.hub_toml.write_text(text)
    assert backup(data, tmp_path / "one").left_out == (f"{tmp_path}/ca.pem",)


def test_a_target_that_is_there_is_left_alone(data: DataFolder, library: Library, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(DataFolderError, match="exists already"):
        backup(data, tmp_path / "one")
    assert names(tmp_path / "one") == set()


def test_a_damaged_database_makes_no_backup(data: DataFolder, library: Library, tmp_path: Path) -> None:
    [(page,)], [(size,)] = library.rows("SELECT rootpage FROM sqlite_master WHERE name = 'scan'"), library.rows("PRAGMA page_size")
    library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with (data.path / "hub.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    with pytest.raises(DataFolderError, match=r"is damaged.*ones before are kept"):
        backup(data, tmp_path / "one")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_file_that_is_no_database_is_said_in_words(data: DataFolder, tmp_path: Path) -> None:
    (data.path / "hub.db").write_bytes(b"a letter to my aunt" * 100)
    with pytest.raises(DataFolderError, match=r"could not be made \(file is not a database\)"):
        backup(data, tmp_path / "one")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_a_killed_backup_left_is_removed_by_the_next(data: DataFolder, library: Library, tmp_path: Path) -> None:
    left = tmp_path / ".one.unfinished-4194305"
    left.mkdir()
    (left / "hub.db").write_bytes(b"half")
    backup(data, tmp_path / "one")
    assert not left.exists()


# -- rotation


def test_the_last_few_dated_backups_stay_and_nothing_else_is_touched(data: DataFolder, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "nightly"
    for day in range(4):
        backup(data, dated(folder, NOW + timedelta(days=day), tar=day == 1))
    (folder / "holdshelf-20260101T000000Z").mkdir()
    (folder / "mine.txt").write_text("mine")
    gone = drop_old(folder, 2)
    assert [path.name for path in gone] == ["holdshelf-20261124T020000Z", "holdshelf-20261125T020000Z.tar"]
    kept = {"holdshelf-20261126T020000Z", "holdshelf-20261127T020000Z", "holdshelf-20260101T000000Z", "mine.txt"}
    assert {path.name for path in folder.iterdir()} == kept


# -- restore


@pytest.mark.parametrize("name", ["one", "one.tar"])
def test_a_restore_gives_every_file_back_with_its_mode(data: DataFolder, library: Library, tmp_path: Path, name: str) -> None:
    (data.stations / "main-1.toml").chmod(0o400)
    backup(data, tmp_path / name)
    put_back(tmp_path / name, tmp_path / "new")
    expected = names(data.path) - {"stations/main-1.journal.db", "mail/cur/a-letter", "mail/tmp/a-letter", "hub.db-wal", "hub.db-shm"}
    assert names(tmp_path / "new") == expected | {"restored.json"}
    assert (tmp_path / "new" / "stations" / "main-1.toml").stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "new" / "hub.toml").read_text() == data.hub_toml.read_text()


def test_a_folder_that_holds_something_is_kept_unless_told_and_then_moved_aside(data: DataFolder, library: Library, tmp_path: Path) -> None:
    backup(data, tmp_path / "one")
    library.scan("main-1", BOOK)
    library.connection.close()
    data.hub_toml.write_text(data.hub_toml.read_text() + "# changed since\n")
    before = names(data.path)
    with pytest.raises(DataFolderError, match="is not empty"):
        put_back(tmp_path / "one", data.path)
    assert names(data.path) == before
    done = put_back(tmp_path / "one", data.path, force=True)
    assert done.aside is not None
    assert done.journals == 1
    assert "changed since" in (done.aside / "hub.toml").read_text()
    assert names(done.aside) == before - {"stations/main-1.journal.db"}
    assert (data.stations / "main-1.journal.db").read_bytes() == b"a journal"
    with closing(sqlite3.connect(data.path / "hub.db")) as connection:
        assert connection.execute("SELECT count(*) FROM scan").fetchone() == (2,)
    restored = read_restored(data.path)
    assert restored is not None
    assert (restored.backup_at, restored.wait_s) == (NOW, 60)


@pytest.mark.parametrize("name", ["one", "one.tar"])
def test_a_backup_that_was_changed_is_refused_and_nothing_is_written(data: DataFolder, library: Library, tmp_path: Path, name: str) -> None:
    backup(data, tmp_path / name)
    file = tmp_path / name / "hub.db" if name == "one" else tmp_path / name
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        byte = opened.read(1)
        opened.seek(-1, os.SEEK_CUR)
        opened.write(bytes([byte[0] ^ 1]))
    with pytest.raises(DataFolderError, match="is not as it was written"):
        put_back(tmp_path / name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_without_one_of_its_files_is_refused(data: DataFolder, library: Library, tmp_path: Path) -> None:
    backup(data, tmp_path / "one")
    (tmp_path / "one" / "api-token").unlink()
    with pytest.raises(DataFolderError, match="api-token is missing"):
        put_back(tmp_path / "one", tmp_path / "new")


def test_a_tar_that_was_cut_off_is_refused(data: DataFolder, library: Library, tmp_path: Path) -> None:
    backup(data, tmp_path / "one.tar")
    os.truncate(tmp_path / "one.tar", (tmp_path / "one.tar").stat().st_size // 2)
    with pytest.raises(DataFolderError, match=r"is missing|is not as it was written|is no backup"):
        put_back(tmp_path / "one.tar", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revision": "9999"}, "install version"),
        ({"form": 2}, "install version"),
        ({"files": [{"name": "../out", "size": 1, "sha256": "0", "mode": 384}]}, "outside the data folder"),
        ({"moment": None}, "cannot be read"),
    ],
)
def test_a_manifest_that_cannot_be_followed_is_refused(
    data: DataFolder, library: Library, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    backup(data, tmp_path / "one")
    manifest = tmp_path / "one" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    with pytest.raises(DataFolderError, match=words):
        put_back(tmp_path / "one", tmp_path / "new")


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear aunt")
    (tmp_path / "empty").mkdir()
    with tarfile.open(tmp_path / "other.tar", "w") as archive:
        archive.add(tmp_path / "letter.txt", "letter.txt")
    for name in ("letter.txt", "empty", "other.tar", "nowhere"):
        with pytest.raises(DataFolderError, match="is no backup of holdshelf"), open_backup(tmp_path / name):
            pass


# -- no number is given twice


def test_numbers_given_after_the_backup_are_not_given_again(data: DataFolder, library: Library, tmp_path: Path) -> None:
    backup(data, tmp_path / "one")
    given = {library.request(f"Book {number}") for number in range(5)}
    library.scan("main-1", BOOK)
    lost = library.rows("SELECT max(seq) FROM event")[0][0], library.rows("SELECT max(key) FROM notice")[0][0]
    library.connection.close()
    put_back(tmp_path / "one", data.path, force=True)
    again = Library.reopen(data.path)
    again.now = library.now
    assert again.request("A new book") not in given
    again.scan("main-1", BOOK)
    assert again.rows("SELECT min(seq) FROM event WHERE type = 'item.on_hold_shelf'")[0][0] > lost[0]
    assert again.rows("SELECT key FROM notice WHERE type = 'READY_FOR_PICKUP'")[0][0] > lost[1]
    again.connection.close()


def test_a_second_restore_of_the_same_backup_goes_further_ahead(data: DataFolder, library: Library, tmp_path: Path) -> None:
    backup(data, tmp_path / "one")
    library.connection.close()
    events = []
    for number in range(2):
        put_back(tmp_path / "one", tmp_path / f"new-{number}", now=LATER + timedelta(hours=number))
        with closing(sqlite3.connect(tmp_path / f"new-{number}" / "hub.db")) as connection:
            events.append(connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()[0])
    assert events[1] - events[0] == 3_600_000
