"""The journal on disk (reliability.md, rules 2 and 3)."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from station.errors import JournalBroken, JournalFull, JournalUnusable
from station.journal import Journal, Lane, open_journal
from station.moment import Moment
from tests.support.failing_disk import FailingDisk

WALL = datetime(2026, 11, 23, 21, tzinfo=UTC)
REPO = Path(__file__).parents[3]


def at(days: float = 0) -> Moment:
    return Moment(WALL + timedelta(days=days), int(days * 86400e9), "boot-1")


@pytest.fixture
def new_incarnation() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"00000000-0000-7000-8000-{next(numbers):012d}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path, new_incarnation: Callable[[], str]) -> Iterator[Journal]:
    opened = open_journal(path, new_incarnation)
    yield opened
    opened.close()


def test_each_lane_counts_from_one_without_gaps(journal: Journal) -> None:
    assert [journal.append(Lane.SCANS, b"s", at()) for _ in range(3)] == [1, 2, 3]
    assert [journal.append(Lane.FAULTS, b"f", at()) for _ in range(2)] == [1, 2]


def test_rows_come_back_as_they_went_in(journal: Journal) -> None:
    journal.append(Lane.SCANS, b"\x00\xff", at(1))
    (row,) = journal.rows(Lane.SCANS, 1, 10)
    assert (row.seq, row.body, row.moment) == (1, b"\x00\xff", at(1))
    assert journal.row(Lane.SCANS, 1) == row
    assert journal.row(Lane.SCANS, 2) is None


def test_everything_survives_a_reopening(path: Path, new_incarnation: Callable[[], str]) -> None:
    first = open_journal(path, new_incarnation)
    first.append(Lane.SCANS, b"a", at())
    first.append(Lane.SCANS, b"b", at())
    first.confirm(Lane.SCANS, 1)
    first.close()
    second = open_journal(path, new_incarnation)
    bounds = second.bounds(Lane.SCANS)
    assert (second.incarnation, bounds.lowest, bounds.next_seq, bounds.position) == (first.incarnation, 1, 3, 1)
    second.close()


def test_what_is_confirmed_waits_for_a_note_and_then_survives_a_kill(
    path: Path, new_incarnation: Callable[[], str], tmp_path: Path
) -> None:
    journal = open_journal(path, new_incarnation)
    journal.append(Lane.SCANS, b"a", at())
    journal.confirm(Lane.SCANS, 1)
    journal.append(Lane.SCANS, b"b", at())
    assert position_after_a_kill(path, tmp_path / "before") == 0
    journal.note()
    assert position_after_a_kill(path, tmp_path / "after") == 1
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()


def position_after_a_kill(path: Path, folder: Path) -> int:
    """Give what another run would find now."""
    folder.mkdir()
    for file in (path, path.with_name(f"{path.name}-wal")):
        shutil.copy(file, folder)
    found = open_journal(folder / path.name, lambda: "none")
    position = found.bounds(Lane.SCANS).position
    found.close()
    return position


def test_a_purged_number_never_comes_again(path: Path, new_incarnation: Callable[[], str]) -> None:
    journal = open_journal(path, new_incarnation)
    for _ in range(3):
        journal.append(Lane.SCANS, b"x", at())
    journal.confirm(Lane.SCANS, 3)
    assert journal.purge(at(31).wall) == 3
    assert (journal.bounds(Lane.SCANS).lowest, journal.bounds(Lane.SCANS).next_seq) == (4, 4)
    journal.close()
    journal = open_journal(path, new_incarnation)
    assert journal.append(Lane.SCANS, b"y", at(31)) == 4
    journal.close()


def test_unconfirmed_rows_are_never_purged(journal: Journal) -> None:
    for _ in range(3):
        journal.append(Lane.SCANS, b"x", at())
    journal.confirm(Lane.SCANS, 1)
    assert journal.purge(at(1000).wall) == 1
    assert journal.bounds(Lane.SCANS).lowest == 2


def test_confirmed_rows_are_kept_for_a_hub_restored_from_a_backup(journal: Journal) -> None:
    journal.append(Lane.SCANS, b"x", at())
    journal.confirm(Lane.SCANS, 1)
    assert journal.purge(at(-1).wall) == 0


def test_a_new_incarnation_numbers_what_waits_anew(journal: Journal, new_incarnation: Callable[[], str]) -> None:
    for body in (b"1", b"2", b"3", b"4"):
        journal.append(Lane.SCANS, body, at())
    journal.append(Lane.FAULTS, b"f", at())
    journal.confirm(Lane.SCANS, 2)
    before = journal.incarnation
    journal.start_again(new_incarnation())
    assert journal.incarnation != before
    assert [(row.seq, row.body) for row in journal.rows(Lane.SCANS, 1, 10)] == [(1, b"3"), (2, b"4")]
    assert [(row.seq, row.body) for row in journal.rows(Lane.FAULTS, 1, 10)] == [(1, b"f")]
    assert journal.bounds(Lane.SCANS).position == 0
    assert journal.append(Lane.SCANS, b"5", at()) == 3


def test_a_second_program_on_the_same_journal_is_told(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append(Lane.SCANS, b"x", at())
    monkeypatch.setattr("station.journal.BUSY_LIMIT_S", 0)
    with pytest.raises(JournalUnusable, match="in use by another program"):
        open_journal(path, lambda: "no")


def test_a_file_that_is_no_database_is_not_touched(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 100)
    with pytest.raises(JournalUnusable, match="is not a journal"):
        open_journal(path, lambda: "no")
    assert path.read_bytes() == b"Dear diary, " * 100


def test_another_programs_database_is_not_touched(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE things (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(JournalUnusable, match="another program"):
        open_journal(path, lambda: "no")
    assert path.read_bytes() == before


def test_a_damaged_journal_is_said_plainly(path: Path, new_incarnation: Callable[[], str]) -> None:
    journal = open_journal(path, new_incarnation)
    for _ in range(400):
        journal.append(Lane.SCANS, b"x" * 200, at())
    journal.close()
    content = bytearray(path.read_bytes())
    content[8192:20000] = b"\xa5" * (20000 - 8192)
    path.write_bytes(content)
    with pytest.raises(JournalUnusable, match="is damaged: move it away"):
        open_journal(path, new_incarnation)


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match="cannot be opened: check that its folder exists"):
        open_journal(tmp_path / "nowhere" / "journal.db", lambda: "no")


def test_a_newer_format_is_said_plainly(path: Path, new_incarnation: Callable[[], str]) -> None:
    open_journal(path, new_incarnation).close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 9")
    other.close()
    with pytest.raises(JournalUnusable, match="format 9"):
        open_journal(path, new_incarnation)


def failing(path: Path, new_incarnation: Callable[[], str], code: int) -> tuple[Journal, FailingDisk]:
    journal = open_journal(path, new_incarnation)
    return journal, FailingDisk(journal, code)


def test_nobody_else_reads_a_journal(path: Path, new_incarnation: Callable[[], str]) -> None:
    before = os.umask(0o022)
    try:
        journal = open_journal(path, new_incarnation)
        journal.append(Lane.SCANS, b"x", at())
    finally:
        os.umask(before)
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
    journal.close()


def test_a_full_disk_stores_nothing_and_comes_back_by_itself(path: Path, new_incarnation: Callable[[], str]) -> None:
    journal, disk = failing(path, new_incarnation, sqlite3.SQLITE_FULL)
    with pytest.raises(JournalFull, match="the disk is full"):
        journal.append(Lane.SCANS, b"x", at())
    assert journal.bounds(Lane.SCANS).next_seq == 1
    assert journal.rows(Lane.SCANS, 1, 10) == []
    disk.code = None
    assert journal.append(Lane.SCANS, b"y", at()) == 1
    journal.close()


def test_a_probe_writes_for_real_and_changes_nothing(path: Path, new_incarnation: Callable[[], str]) -> None:
    journal = open_journal(path, new_incarnation)
    journal.append(Lane.SCANS, b"x", at())
    before = (journal.incarnation, journal.rows(Lane.SCANS, 1, 10), journal.bounds(Lane.SCANS))
    log = path.with_name(f"{path.name}-wal")
    written = log.read_bytes()
    journal.probe()
    assert log.read_bytes() != written
    assert (journal.incarnation, journal.rows(Lane.SCANS, 1, 10), journal.bounds(Lane.SCANS)) == before
    journal.close()


def test_a_probe_says_that_the_disk_takes_nothing(path: Path, new_incarnation: Callable[[], str]) -> None:
    journal, disk = failing(path, new_incarnation, sqlite3.SQLITE_FULL)
    with pytest.raises(JournalFull, match="the disk is full"):
        journal.probe()
    disk.code = None
    journal.probe()
    journal.close()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CORRUPT])
def test_a_failing_disk_is_the_end(path: Path, new_incarnation: Callable[[], str], code: int) -> None:
    journal, disk = failing(path, new_incarnation, code)
    with pytest.raises(JournalBroken, match="check the disk"):
        journal.append(Lane.SCANS, b"x", at())
    disk.code = None
    journal.close()


def test_a_disk_that_does_not_give_back_what_it_took_is_the_end(path: Path, new_incarnation: Callable[[], str]) -> None:
    journal = open_journal(path, new_incarnation)
    for _ in range(1000):
        journal.append(Lane.SCANS, b"x" * 2000, at())
    journal.close()
    journal = open_journal(path, new_incarnation)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 4))
    with pytest.raises(JournalBroken, match=r"Reading the journal .* check the disk"):
        journal.rows(Lane.SCANS, 1, 1000)
    journal.close()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from station.journal import Lane, open_journal
from station.moment import Moment
from tests.support.failing_disk import FailingDisk

journal = open_journal(Path(sys.argv[1]), lambda: "00000000-0000-7000-8000-000000000001")
while True:
    seq = journal.append(Lane.SCANS, b"x", Moment(datetime(2026, 1, 1, tzinfo=UTC), 0, "b"))
    print(seq, flush=True)
"""


def test_what_was_stored_survives_kill_9_and_numbering_goes_on(path: Path, new_incarnation: Callable[[], str]) -> None:
    promised = 0
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], cwd=REPO, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(40):
            promised = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        promised = max([promised, *(int(line) for line in writer.stdout.read().split())])
        writer.wait()
        writer.stdout.close()
    journal = open_journal(path, new_incarnation)
    kept = [row.seq for row in journal.rows(Lane.SCANS, 1, 1_000_000)]
    assert kept == list(range(1, len(kept) + 1))
    # One more may have been stored that nobody was told of, never one less.
    assert promised <= len(kept) <= promised + 1
    journal.close()
