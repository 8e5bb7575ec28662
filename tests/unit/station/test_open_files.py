"""What ``check`` says of files that everybody can read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.commands import open_notes


@pytest.fixture
def file() -> Iterator[Path]:
    """A file that everybody can read, in a folder that everybody can enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "station.toml").touch()
        (folder / "station.toml").chmod(0o644)
        yield folder / "station.toml"


def test_a_file_with_a_secret_that_everybody_can_read_is_told_with_what_to_do(file: Path) -> None:
    told = f"{file} can be read by everybody on this machine, and holds the password: chmod o= {file}"
    assert [*open_notes([(file, "the password")])] == [told]


def test_a_file_without_one_or_that_is_closed_is_not(file: Path) -> None:
    assert [*open_notes([(file, ""), (file.with_name("none"), "scans")])] == []
    file.chmod(0o640)
    assert [*open_notes([(file, "the password")])] == []
    file.chmod(0o644)
    file.parent.chmod(0o750)
    assert [*open_notes([(file, "the password")])] == []
