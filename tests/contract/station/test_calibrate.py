"""``card`` and ``calibrate`` as they are started, on a terminal, with a serial scanner on a pseudo-terminal."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.calibration.texts import CARD
from tests.support.card import AIM, Setup, framed
from tests.support.programs import TerminalProgram, wait_for
from tests.support.ptys import PtyScanner

FILE = """\
# Main desk
station = "main-1"
site = "main"
[mqtt]
password = "very-secret"   # ours
[[scanner]]
kind = "serial"
path = "{path}"  # the gun
baud = 9600
name = "gun"

[sounds]
volume = 80
"""
SETUP = Setup(prefix="#", letters=AIM)


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[PtyScanner]:
    with PtyScanner(tmp_path / "scanner") as found:
        yield found


@pytest.fixture
def config(tmp_path: Path, pty: PtyScanner) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(FILE.format(path=pty.path), encoding="utf-8")
    path.chmod(0o640)
    return path


def scan_all(program: TerminalProgram, pty: PtyScanner, count: int = len(CARD), word: str = "Scan bar {bar} of") -> None:
    """Scan what is asked for."""
    for bar in CARD[:count]:
        program.out.wait(word.format(bar=bar.number))
        pty.write(framed(SETUP.bar(bar), "\r"))


def wait_for_words(program: TerminalProgram, words: str) -> None:
    """Wait for words that may end no line."""
    wait_for(lambda: words in program.out.tail(), words)


def calibrate(config: Path, *more: str) -> TerminalProgram:
    return TerminalProgram("holdshelf-station", "calibrate", "--config", config, *more)


def test_a_scanner_is_calibrated_and_its_section_alone_is_changed(config: Path, pty: PtyScanner) -> None:
    before = config.read_text(encoding="utf-8")
    program = calibrate(config)
    scan_all(program, pty)
    program.out.wait('+prefix = "#"')
    wait_for_words(program, "Write them?")
    assert config.read_text(encoding="utf-8") == before
    program.write("y\n")
    assert program.ended() == 0
    text = config.read_text(encoding="utf-8")
    assert text == before.replace('name = "gun"\n', 'name = "gun"\nprefix = "#"\naim = "on"\n')
    assert stat.S_IMODE(os.stat(config).st_mode) == 0o640
    assert [path.name for path in config.parent.iterdir() if path.name.startswith(".")] == []
    assert "very-secret" not in "".join(program.out.all())


def test_no_and_ctrl_c_leave_all_as_it_was(config: Path, pty: PtyScanner) -> None:
    before = config.read_bytes()
    program = calibrate(config)
    scan_all(program, pty)
    wait_for_words(program, "Write them?")
    program.write("n\n")
    assert program.ended() == 1
    assert "Nothing was changed." in program.out.all()
    for count, at_question in ((2, False), (7, True)):
        program = calibrate(config)
        scan_all(program, pty, count)
        wait_for_words(program, "Write them?" if at_question else "Bar 2: read")
        program.write("\x03")
        assert program.ended() == 1
        assert "Stopped. Nothing was changed." in program.out.all()
    assert config.read_bytes() == before


def test_a_file_that_was_changed_meanwhile_is_left_alone(config: Path, pty: PtyScanner) -> None:
    program = calibrate(config)
    scan_all(program, pty)
    wait_for_words(program, "Write them?")
    config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    program.write("y\n")
    assert program.ended() == 1
    assert "was changed meanwhile" in program.out.tail()
    assert config.read_text(encoding="utf-8").endswith("# mine\n")


def test_without_a_settings_file_the_lines_are_printed_and_yes_asks_nothing(tmp_path: Path, config: Path, pty: PtyScanner) -> None:
    program = calibrate(tmp_path / "none.toml", "--print", "--scanner", str(pty.path))
    scan_all(program, pty)
    assert program.ended() == 0
    lines = program.out.all()
    section = tomllib.loads("\n".join(lines[lines.index("[[scanner]]") :]))["scanner"]
    assert section == [{"kind": "serial", "path": str(pty.path), "baud": 9600, "framing": "line", "prefix": "#", "aim": "on"}]
    assert not (tmp_path / "none.toml").exists()
    config.write_text('language = "de"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")
    program = calibrate(config, "--yes", "--scanner", "gun")
    scan_all(program, pty, word="Barcode {bar} von")
    assert program.ended() == 0
    assert 'prefix = "#"\naim = "on"\n' in config.read_text(encoding="utf-8")
    program = calibrate(config, "--yes")
    scan_all(program, pty, word="Barcode {bar} von")
    assert program.ended() == 0
    assert any("steht das schon" in line for line in program.out.all())


def test_the_card_is_written_in_the_language_of_the_settings_file(tmp_path: Path, config: Path) -> None:
    config.write_text('language = "de"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")
    for arguments, word in (("--config", str(config)), b"Kalibrierkarte"), (("--language", "en"), b"calibration card"):
        file = tmp_path / f"{arguments[1][-2:]}.pdf"
        program = TerminalProgram("holdshelf-station", "card", file, *arguments)
        assert program.ended() == 0
        assert word in file.read_bytes()
