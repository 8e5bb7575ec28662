"""What a scanner sends, written down and decoded again (contract.md, record and replay)."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.errors import StationError
from station.recording import Fields, KeySource, SerialSource, chosen, heading, opened, record, row, write
from station.replaying import replay, replayed
from station.settings import ScannerSettings, StationFile
from tests.support.keyboard import MS, FakeDevice, taps
from tests.support.keyboard import opened as taken
from tests.support.programs import wait_for
from tests.support.ptys import PtyScanner
from tests.support.traces import FOLDER, recordings

HID = ScannerSettings(kind="hid", match="1-2")
TRACES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


class UntilUnplugged:
    """A keyboard that typed, was read once and is gone; its events wait behind a descriptor that can be waited for."""

    def __init__(self) -> None:
        self._device = FakeDevice()
        self._source = KeySource(taken(self._device))
        self._reads, writes = os.pipe()
        os.close(writes)

    def fileno(self) -> int:
        """Give what can be read at once."""
        return self._reads

    def read(self) -> list[Fields]:
        """Give what was typed, then no more."""
        found = self._source.read()
        self._device.unplug()
        return found

    def type(self, t_ns: int) -> None:
        """Press and release a key."""
        for event in taps(30, start_ns=t_ns):
            if event.type:
                self._device.type(((event.code, event.value),), event.t_ns)

    def close(self) -> None:
        """Let go of both."""
        self._source.close()
        os.close(self._reads)


@pytest.fixture
def stop() -> Iterator[tuple[int, int]]:
    """A pipe: when its first end can be read, the recording stops."""
    ends = os.pipe()
    yield ends
    for each in ends:
        os.close(each)


def settings(*sections: ScannerSettings) -> StationFile:
    return StationFile.model_validate({"station": "main-1", "site": "main", "mqtt": {"password": "x"}, "scanner": sections})


def test_a_keyboards_events_are_written_with_their_settings_and_times(stop: tuple[int, int]) -> None:
    source, lines = UntilUnplugged(), list[str]()
    source.type(1500 * MS)
    assert write(HID, source, stop[0], lines.append, lambda: 1000 * MS) == 4
    source.close()
    first, *rest = map(json.loads, lines)
    assert ScannerSettings.model_validate(first["scanner"]) == HID
    assert rest == [
        {"t": 0.5, "type": 1, "code": 30, "value": 1},
        {"t": 0.5, "type": 0, "code": 0, "value": 0},
        {"t": 0.502, "type": 1, "code": 30, "value": 0},
        {"t": 0.502, "type": 0, "code": 0, "value": 0},
    ]


def test_a_serial_ports_bytes_are_written_until_somebody_says_stop(tmp_path: Path, stop: tuple[int, int]) -> None:
    lines: list[str] = []
    with PtyScanner(tmp_path / "scanner") as pty:
        section = ScannerSettings(kind="serial", path=str(pty.path))
        source = opened(section)
        assert isinstance(source, SerialSource)
        recording = threading.Thread(target=write, args=(section, source, stop[0], lines.append, lambda: 0))
        recording.start()
        pty.write(b"3001\r")
        wait_for(lambda: len(lines) == 2, "the bytes to be written")
        os.write(stop[1], b"x")
        recording.join(5)
        source.close()
    assert json.loads(lines[1]) == {"t": 0.0, "hex": "333030310d"}
    assert [json.loads(line)["barcode"] for line in replayed(lines)] == ["3001"]


@pytest.mark.parametrize("name", TRACES)
def test_a_recording_is_read_as_it_was(name: str) -> None:
    with (FOLDER / f"{name}.jsonl").open(encoding="utf-8") as lines:
        assert list(replayed(lines)) == (FOLDER / f"{name}.read").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", recordings())
def test_a_recording_of_the_model_is_what_the_model_types(name: str) -> None:
    assert "".join(recordings()[name]) == (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8")


def test_replay_prints_a_line_a_reading_or_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(FOLDER / "us-events-lost.jsonl") == 0
    damaged, whole = map(json.loads, capsys.readouterr().out.splitlines())
    assert (damaged["fault"], damaged["detail"]) == ("damaged", "this computer was too slow for the scanner's keys")
    assert whole == {"t": 3.056, "barcode": "30000000000012", "aim": None, "check": "ok", "raw": None}


def test_replay_takes_off_a_makers_code_letters_as_the_station_does() -> None:
    section = ScannerSettings(kind="serial", path="p", aim_map={"j": "C0"})
    (line,) = replayed([heading(section), row({"t_ns": 0, "hex": b"j3001\r".hex()}, 0)])
    assert (json.loads(line)["barcode"], json.loads(line)["aim"]) == ("3001", "C0")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'line 1 must be {"scanner": {settings}}'),
        ("hello\n", "line 1 is no JSON"),
        ("[1]\n", "line 1 is no JSON object"),
        ('{"scanner": {"kind": "hid", "match": "1-2", "layout": "xx"}}\n', "line 1: layout: "),
        ('{"scanner": {"kind": "hid", "match": "1-2"}}\n{"t": 1, "hex": "30"}\n', "line 2 must have t, type, code and value"),
        ('{"scanner": {"kind": "serial", "path": "p"}}\n\n{"t": 1, "hex": "3"}\n', "line 3 must have t and hex"),
    ],
)
def test_what_is_no_recording_is_one_sentence_that_names_the_line(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StationError) as caught:
        replay(path)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(f"{path} is no recording: ")


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(StationError, match=r"none.jsonl cannot be read .*: name a file that record wrote"):
        replay(tmp_path / "none.jsonl")


def test_the_only_scanner_needs_no_name_and_one_of_several_does() -> None:
    other = ScannerSettings(kind="serial", path="/dev/ttyX", name="left")
    assert chosen(settings(HID, ScannerSettings(kind="typed")), None) == HID
    assert chosen(settings(HID, other), "left") == other
    with pytest.raises(StationError, match=r"Say with --scanner which scanner to record; the settings file has: 1-2, left\."):
        chosen(settings(HID, other), None)


def test_a_scanner_that_is_not_there_cannot_be_recorded(tmp_path: Path) -> None:
    with pytest.raises(StationError, match=r"The scanner cannot be recorded: no keyboard matches 9-9"):
        record(settings(ScannerSettings(kind="hid", match="9-9")), None, tmp_path / "file")
    with pytest.raises(StationError, match=r"The scanner cannot be recorded: .*/none is not there"):
        record(settings(ScannerSettings(kind="serial", path=str(tmp_path / "none"))), None, tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with PtyScanner(tmp_path / "scanner") as pty, pytest.raises(StationError, match=r"file cannot be written .*: choose a new file"):
        record(settings(ScannerSettings(kind="serial", path=str(pty.path))), None, tmp_path / "file")
