"""A light shows the newest tone and then goes out; one that does not work is said once and waited for by nobody."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from station.lights import Lamp, Light, NoLight, ProgramLamp, SerialLamp
from station.tones import SOUNDS
from station.words import Saying
from tests.support.fakes import program
from tests.support.programs import Lines, wait_for
from tests.support.ptys import PtyScanner

READS = 'while read -r line; do echo "$line" >> "$HERE/shown"; done; echo end >> "$HERE/shown"'


@contextmanager
def lit(lamp: Lamp, *, seconds: float = 60, again_after_s: float = 0) -> Iterator[tuple[Light, list[str]]]:
    said: list[str] = []

    def tell(saying: Saying) -> None:
        said.append(str(saying))

    light = Light(lamp, tell, seconds=seconds, again_after_s=again_after_s)
    yield light, said
    light.close()
    light.join(5)


def shown(folder: Path) -> list[str]:
    file = folder / "shown"
    return file.read_text().split() if file.exists() else []


def fill(lamp: Lamp) -> None:
    """Show until there is no more room."""
    while True:
        lamp.show("stored")


def test_a_program_gets_a_line_a_tone_and_off_at_the_end(tmp_path: Path) -> None:
    with lit(ProgramLamp([str(program(tmp_path / "bin", "lamp", READS))])) as (light, said):
        for count, tone in enumerate(SOUNDS, 1):
            light.show(tone)
            wait_for(lambda count=count: len(shown(tmp_path / "bin")) == count, tone)  # type: ignore[misc]
    assert shown(tmp_path / "bin") == [*SOUNDS, "off", "end"]
    assert said == []


def test_a_tone_goes_out_by_itself(tmp_path: Path) -> None:
    with lit(ProgramLamp([str(program(tmp_path / "bin", "lamp", READS))]), seconds=0.05) as (light, _):
        light.show("no")
        wait_for(lambda: shown(tmp_path / "bin") == ["no", "off"], "off")


def test_a_program_is_not_started_for_nothing(tmp_path: Path) -> None:
    with lit(ProgramLamp([str(program(tmp_path / "bin", "lamp", READS))])):
        pass
    assert shown(tmp_path / "bin") == []


def test_a_program_that_ended_is_started_again(tmp_path: Path) -> None:
    with lit(ProgramLamp([str(program(tmp_path / "bin", "lamp", 'read -r line; echo "$line" >> "$HERE/shown"'))])) as (light, _):
        light.show("ok")
        wait_for(lambda: shown(tmp_path / "bin") == ["ok"], "the first")
        # What it gets between its last read and its end is lost with it.
        wait_for(lambda: (light.show("no"), "no" in shown(tmp_path / "bin"))[1], "another")  # type: ignore[func-returns-value]


def test_a_missing_program_is_said_once(tmp_path: Path) -> None:
    with lit(ProgramLamp([str(tmp_path / "lamp")])) as (light, said):
        for _ in range(3):
            light.show("ok")
            wait_for(lambda: light._next is None, "the tone to be taken")
        wait_for(lambda: bool(said), "the sentence")
    assert said == [f"The light does not work: {tmp_path}/lamp: No such file or directory. Scanning goes on without it."]


def test_a_program_that_reads_nothing_makes_nobody_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.lights.WRITE_LIMIT_S", 0.05)
    lamp = ProgramLamp([str(program(tmp_path / "bin", "lamp", "exec sleep 60"))])
    with pytest.raises(NoLight, match="takes nothing"):
        fill(lamp)
    with lit(lamp, again_after_s=60) as (light, _):
        began = time.monotonic()
        for _ in range(1000):
            light.show("ok")
        assert time.monotonic() - began < 0.5
    assert light.dropped > 0


def test_a_serial_line_gets_a_line_a_tone(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "relay") as pty:
        lines = Lines(os.dup(pty._master), "relay")
        with lit(SerialLamp(pty.path, 9600)) as (light, said):
            light.show("route")
            lines.wait("route")
        lines.wait("off")
        assert lines.all() == ["route", "off"]
        assert said == []


def test_a_serial_line_is_said_to_be_away_once_and_found_again(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "relay") as pty:
        pty.unplug()
        with lit(SerialLamp(pty.path, 115200)) as (light, said):
            light.show("ok")
            wait_for(lambda: bool(said), "the sentence")
            light.show("ok")
            pty.replug()
            lines = Lines(os.dup(pty._master), "relay")
            light.show("no")
            lines.wait("no")
        assert said == [f"The light does not work: {pty.path} is not there. Scanning goes on without it."]


def test_a_light_that_could_not_be_put_out_is_put_out_once_it_can_be(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "relay") as pty, lit(SerialLamp(pty.path, 9600), seconds=0.3) as (light, said):
        light.show("no")
        wait_for(lambda: pty.heard == b"no\n", "the light")
        pty.unplug()
        wait_for(lambda: bool(said), "that it cannot be put out")
        pty.replug()
        wait_for(lambda: pty.heard == b"off\n", "off")


def test_what_is_no_serial_line_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoLight, match="Inappropriate ioctl"):
        SerialLamp(tmp_path / "file", 9600).show("ok")
