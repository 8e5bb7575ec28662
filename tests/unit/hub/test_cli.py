"""The command line: which hub a command is about, and what wrong use is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub import cli
from hub.data_folder import DataFolder, FirstRun, Place
from hub.where import data_folder, settings_file

NOWHERE = Place("127.0.0.1", 1)
COMMANDS = (
    ("check",),
    ("run",),
    ("up",),
    ("request", "show", "ILL-000001-8"),
    ("desk", "close", "main", "holidays.ics"),
    ("station", "add", "main-1", "--desk", "main"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_data_folder(path: Path) -> Path:
    """Make what the first ``up`` makes; gives the settings file."""
    folder = DataFolder(path)
    folder.make(FirstRun(), NOWHERE, NOWHERE)
    return folder.hub_toml


def found(*words: str) -> Path:
    return settings_file(cli._parser().parse_args(words))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_takes_the_place_before_between_and_behind(here: Path, words: tuple[str, ...]) -> None:
    other = a_data_folder(here / "other")
    for place in (("--data", "other"), ("--config", "other/hub.toml")):
        for at in range(min(3, len(words) + 1)):
            if words[0] in ("desk", "station", "request") or at < 2:
                assert found(*words[:at], *place, *words[at:]) == other
        assert found(*words, *place) == other


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_finds_the_hub_of_this_folder_then_that_of_its_data_folder(here: Path, words: tuple[str, ...]) -> None:
    below = a_data_folder(here / "data")
    assert found(*words) == below
    own = a_data_folder(here)
    assert found(*words) == own


def test_up_makes_a_data_folder_where_there_is_none_and_goes_on_in_the_one_there_is(here: Path) -> None:
    options = cli._parser().parse_args(["up"])
    assert data_folder(options).path == here / "data"
    a_data_folder(here)
    assert data_folder(options).path == here


@pytest.mark.parametrize("words", [command for command in COMMANDS if command != ("up",)], ids=" ".join)
def test_no_hub_anywhere_is_one_sentence_with_the_options_to_type(
    here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert cli.main(list(words)) == 1
    said = capsys.readouterr().err
    assert said.startswith("holdshelf: There is no hub.toml here and no data/hub.toml. Name the data folder (--data DIR)")
    assert said.count("\n") == 1


def test_the_history_of_a_clone_is_checked_where_one_stands(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hub.store.database import open_database

    open_database(a_data_folder(here / "data").parent / "hub.db").close()
    assert cli.main(["check", "--history"]) == 0
    assert capsys.readouterr().out.startswith("ok: the history is unbroken, 0 rows.")


def test_a_named_file_that_is_not_there_is_said_with_its_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_data_folder(here)
    assert cli.main(["check", "--config", "nowhere.toml"]) == 1
    assert f"The settings file {here / 'nowhere.toml'} cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("desk close nowhere", "holdshelf desk close: FILE missing.\nexample: holdshelf desk close main holidays.ics"),
        ("desk close", "holdshelf desk close: DESK, FILE missing.\nexample: holdshelf desk close main holidays.ics"),
        ("desk", "holdshelf desk: ACTION missing.\nexample: holdshelf desk close main holidays.ics"),
        ("desk open main", "invalid choice: 'open' (choose from 'close').\nexample: holdshelf desk close main holidays.ics"),
        ("station add main-1", "holdshelf station add: --desk missing.\nexample: holdshelf station add main-1 --desk main"),
        ("request", "holdshelf request: ACT missing.\nexample: holdshelf request show ILL-000123-0"),
        ("check --data a --config b", "--data and --config say the same thing: give one of them"),
        ("--data a simulate", "leave out --data and --config"),
    ],
)
def test_wrong_use_says_what_is_missing_and_how_it_would_be_right(capsys: pytest.CaptureFixture[str], words: str, sentence: str) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words.split())
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert said.startswith("usage: holdshelf")
    assert "{" not in said.partition("\n")[0]
    assert sentence in said


def test_a_desk_that_is_not_there_is_said_with_those_that_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hub.core.desk import Desk
    from hub.flows.keep_books import put_desk
    from hub.store.database import open_database, transaction

    connection = open_database(a_data_folder(here).parent / "hub.db")
    with transaction(connection):
        put_desk(connection, Desk("main", "Main desk", resource_sharing=True, pickup=True))
    connection.close()
    (here / "holidays.ics").write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//library//EN\nEND:VCALENDAR\n")
    assert cli.main(["desk", "close", "nowhere", "holidays.ics"]) == 1
    assert capsys.readouterr().err == "holdshelf: There is no desk 'nowhere'. Desks here: main.\n"
    assert cli.main(["station", "add", "main-1", "--desk", "nowhere"]) == 1
    assert capsys.readouterr().err == "holdshelf: There is no desk 'nowhere'. Desks here: main.\n"
