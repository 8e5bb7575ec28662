"""At installation each tone is made once, in the order of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import trying
from station.settings import StationFile
from station.tones import SOUNDS
from tests.support.fakes import path_with, program


def test_every_sound_and_every_light_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path / "bin", "aplay", 'wc -c >> "$HERE/sounds"')
    lamp = program(tmp_path / "bin", "lamp", 'cat > "$HERE/light"')
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    monkeypatch.setattr(trying, "PAUSE_S", 0)
    monkeypatch.setattr(trying, "SHOWN_S", 0)
    settings = StationFile.model_validate(
        {
            "station": "main-1",
            "site": "main",
            "mqtt": {"password": "x"},
            "sounds": {},
            "light": {"kind": "command", "command": [str(lamp)]},
        }
    )
    assert trying.try_out(settings, "sound") == 0
    assert trying.try_out(settings, "light") == 0
    assert capsys.readouterr().out.split() == [*SOUNDS, *SOUNDS]
    assert len(set((tmp_path / "bin" / "sounds").read_text().split())) == len(SOUNDS)
    assert (tmp_path / "bin" / "light").read_text().split() == [*SOUNDS, "off"]
