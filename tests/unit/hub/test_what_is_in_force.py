"""``holdshelf check`` and ``holdshelf letter`` go by what is in force: the file, and over it what was changed on the pages; and say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub import cli
from hub.data_folder import DataFolder, FirstRun, Place
from hub.flows.change_settings import change_settings
from hub.store.database import transaction
from hub.store.setting_changes import newest_change
from tests.support.desks import ONLY_SQLITE, START, Library
from tests.support.migrations import downgrade

pytestmark = ONLY_SQLITE
LETTER = ("letter", "show", "READY_FOR_PICKUP")


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.make(FirstRun(), Place("127.0.0.1", 9), Place("127.0.0.1", 9))
    return folder


@pytest.fixture
def library(data: DataFolder) -> Iterator[Library]:
    with closing((library := Library.open(data.path)).connection):
        yield library


def change(library: Library, **values: Any) -> None:
    """Change settings as the page does; two strokes stand for a dot."""
    changes = {path.replace("__", "."): (None, value) for path, value in values.items()}
    newest = newest_change(library.connection)
    with transaction(library.connection):
        change_settings(library.connection, changes, actor="maria", version=newest.version if newest else 0, now=START)


def write(data: DataFolder, section: str, *lines: str) -> None:
    """Write lines into a section of the settings file."""
    head, text = f"[{section}]", data.hub_toml.read_text()
    text = text if f"\n{head}\n" in text else f"{text}\n{head}\n"
    data.hub_toml.write_text(text.replace(f"\n{head}\n", "\n".join(["", head, *lines, ""])))


def run(data: DataFolder, capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> tuple[str, str]:
    assert cli.main([*command, "--data", str(data.path)]) == code
    said = capsys.readouterr()
    return said.out, said.err


def test_check_shows_what_is_in_force_and_what_the_file_says(
    data: DataFolder, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    change(library, policy__hold_days=12, words__en__U3="What is this?")
    out, _ = run(data, capsys, "check")
    shown = json.loads(out[: out.index("\n}\n") + 2])
    assert (shown["policy"]["hold_days"], shown["words"]["en"]["U3"]) == (12, "What is this?")
    assert "changed on the pages: policy.hold_days = 12 (hub.toml: 10)\n" in out
    assert 'changed on the pages: words.en.U3 = "What is this?" (hub.toml: as usual)\n' in out
    told = json.loads(run(data, capsys, "check", "--json")[0])
    assert (told["settings"]["policy"]["hold_days"], told["ok"]) == (12, True)
    assert told["in_force"]["changed"]["policy.hold_days"] == {"value": 12, "file": 10}
    # Set back to the file's.
    change(library, policy__hold_days=None, words__en__U3=None)
    assert "changed on the pages" not in run(data, capsys, "check")[0]


def test_what_does_not_fit_the_file_any_more_is_not_in_force_and_named(
    data: DataFolder, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    change(library, policy__hold_reminder_days=8, policy__loan_days=30)
    write(data, "policy", "hold_days = 5")
    told = json.loads(run(data, capsys, "check", "--json")[0])
    assert (told["settings"]["policy"]["hold_reminder_days"], told["settings"]["policy"]["loan_days"]) == (2, 30)
    assert list(told["in_force"]["left_out"]) == ["policy.hold_reminder_days"]
    assert "not in force: what was set of policy.hold_reminder_days" in run(data, capsys, "check")[0]


def test_where_the_file_forbids_changes_it_counts_alone(data: DataFolder, library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, policy__hold_days=12)
    write(data, "pages", "may_edit = false")
    told = json.loads(run(data, capsys, "check", "--json")[0])
    assert (told["settings"]["policy"]["hold_days"], told["in_force"]["changed"]) == (10, {})


def test_without_a_database_that_can_be_read_the_file_is_shown_and_that_is_said(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    # Before the first start there is nothing to know.
    assert "is not known here" not in run(data, capsys, "check")[0]
    Library.open(data.path).connection.close()
    database = data.path / "hub.db"
    downgrade(database, "0009")
    assert "hub.toml alone: The database has schema 0009" in run(data, capsys, "check", code=1)[0]
    out, said = run(data, capsys, *LETTER)
    assert ("Subject: " in out, "hub.toml alone: The database has schema 0009" in said) == (True, True)
    database.write_bytes(b"no database, " * 1000)
    assert "hub.toml alone: The database cannot be read" in run(data, capsys, "check", code=1)[0]


def test_a_sample_letter_comes_from_the_desk_and_by_the_terms_that_are_in_force(
    data: DataFolder, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    write(data, "[desk]", 'code = "rs"', 'name = "Desk of the file"', "resource_sharing = true", "pickup = true")
    change(library, notices__calendar=True, policy__hold_days=12)
    with transaction(library.connection):
        library.connection.execute("UPDATE desk SET name = 'Renamed on a page', phone = '555 0100' WHERE pickup")
    out, said = run(data, capsys, *LETTER)
    assert ("Renamed on a page" in out, "555 0100" in out, "Desk of the file" in out) == (True, True, False)
    # What letters do not go by is not told with them.
    assert said == "changed on the pages: notices.calendar = true (hub.toml: false)\n"
    run(data, capsys, "letter", "send", "READY_FOR_PICKUP", "clerk@library.example")
    [letter] = (data.path / "mail" / "new").iterdir()
    assert "text/calendar" in letter.read_text()
