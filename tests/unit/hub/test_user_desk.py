"""holdshelf user: accounts from the command line, where no hub runs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from hub.cli import main
from hub.data_folder import DataFolder, FirstRun, Place
from hub.passwords import fits
from hub.store.database import open_database
from hub.up import first_link, free_port
from tests.support.migrations import read

WORDS = "three words of mine"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a database, whose hub does not run."""
    folder = DataFolder(tmp_path / "data")
    folder.make(FirstRun(), Place("127.0.0.1", 1883), Place("127.0.0.1", free_port("127.0.0.1")))
    open_database(folder.settings().place(folder.path)).close()
    return folder.path


def user(data: Path, monkeypatch: pytest.MonkeyPatch, *words: str, typed: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["user", *words, "--data", str(data)])


def test_an_account_is_added_changed_listed_and_removed(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert user(data, monkeypatch, "add", "chief", "--role", "admin", typed=f"{WORDS}\n") == 0
    assert user(data, monkeypatch, "add", "maria", "--role", "desk", typed=f"{WORDS}\n") == 0
    assert user(data, monkeypatch, "password", "maria", typed="another password\n") == 0
    assert user(data, monkeypatch, "role", "maria", "--role", "resource_sharing") == 0
    capsys.readouterr()
    assert user(data, monkeypatch, "list", "--json") == 0
    assert [(each["name"], each["role"]) for each in json.loads(capsys.readouterr().out)] == [
        ("chief", "admin"),
        ("maria", "resource_sharing"),
    ]
    kept = dict(read(data / "hub.db", "SELECT name, password FROM account"))
    assert fits(kept["chief"], WORDS)
    assert fits(kept["maria"], "another password")
    assert user(data, monkeypatch, "remove", "maria") == 0
    assert user(data, monkeypatch, "list") == 0
    assert "maria" not in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "chief", "--role", "admin"), "short\n", "at least 10 characters"),
        (("add", "chief", "--role", "admin"), "", "at least 10 characters"),
        (("add", "Chief!", "--role", "admin"), f"{WORDS}\n", "A name has small letters"),
        (("remove", "nobody"), "", "There is no account nobody."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], typed: str, said: str
) -> None:
    assert user(data, monkeypatch, *words, typed=typed) == 1
    assert said in capsys.readouterr().err
    assert read(data / "hub.db", "SELECT name FROM account") == []


def test_the_link_of_a_first_start_is_given_until_there_is_an_admin(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = first_link(data / "hub.db"), first_link(data / "hub.db")
    assert first
    assert second
    assert first != second
    assert first not in str(read(data / "hub.db", "SELECT * FROM first_link"))
    assert user(data, monkeypatch, "add", "maria", "--role", "desk", typed=f"{WORDS}\n") == 0
    assert first_link(data / "hub.db")
    assert user(data, monkeypatch, "add", "chief", "--role", "admin", typed=f"{WORDS}\n") == 0
    assert first_link(data / "hub.db") is None
