"""What the desk hears beside its screen: a tone for everything, a slip for every answer that has one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from broker.messages import Reply, Slip
from station import feedback
from station.settings import StationFile
from station.words import Key, Saying
from tests.support.fakes import path_with, program
from tests.support.paper import printed
from tests.support.programs import wait_for
from tests.unit.station.test_desk import FULL, NOISE, ONLINE, SCAN, SCAN_ID, Shown, a_reply

REPO = Path(__file__).parents[3]
HOLD = Slip(kind="hold", lines=("Hold shelf A12", "until 4 December"), barcode="30000000000012")


class Ears:
    """A Feedback that remembers."""

    def __init__(self) -> None:
        self.tones: list[str] = []
        self.answers: list[Reply] = []

    def tone(self, tone: str) -> None:
        self.tones.append(tone)

    def answered(self, reply: Reply) -> None:
        self.answers.append(reply)


def listening(**shown: Any) -> tuple[Shown, Ears]:
    desk, ears = Shown(**shown), Ears()
    desk.desk.hear(ears)
    return desk, ears


def settings(**sections: Any) -> StationFile:
    return StationFile.model_validate({"station": "main-1", "site": "main", "mqtt": {"password": "x"}, **sections})


@pytest.mark.parametrize("tone", ["ok", "route", "info", "no"])
def test_an_answer_sounds_as_its_tone(tone: str) -> None:
    shown, ears = listening()
    shown.desk.scanned(SCAN)
    shown.desk.replied(a_reply(tone=tone), SCAN)
    shown.timers.go_off()
    assert ears.tones == [tone]


def test_no_answer_within_400_ms_sounds_as_stored_and_then_as_the_answer() -> None:
    shown, ears = listening()
    shown.desk.scanned(SCAN)
    assert ears.tones == []
    shown.timers.go_off()
    assert ears.tones == ["stored"]
    shown.desk.replied(a_reply(tone="no"), SCAN)
    assert ears.tones == ["stored", "no"]


def test_offline_a_scan_sounds_as_stored_at_once() -> None:
    shown, ears = listening(online=False)
    shown.desk.scanned(SCAN)
    assert ears.tones == ["stored"]


def test_what_is_no_scan_sounds_as_a_fault() -> None:
    shown, ears = listening()
    shown.desk.fault("damaged", NOISE)
    shown.desk.not_stored(FULL)
    assert ears.tones == ["fault", "fault"]


def test_the_same_answer_twice_is_heard_once() -> None:
    shown, ears = listening()
    shown.desk.replied(a_reply(slips=(HOLD,)), SCAN)
    shown.desk.replied(a_reply(slips=(HOLD,)), SCAN)
    assert ears.tones == ["ok"]
    assert [reply.scan_id for reply in ears.answers] == [SCAN_ID]


def test_words_about_the_station_make_no_sound() -> None:
    shown, ears = listening(online=False)
    shown.desk.went_online(ONLINE)
    shown.desk.note("problem", FULL)
    assert ears.tones == []


def test_sound_light_and_slip_come_of_one_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "aplay", 'cat > "$HERE/sound"')
    lamp = program(tmp_path / "bin", "lamp", 'cat > "$HERE/light"')
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    told: list[str] = []
    outputs = feedback.feedback_for(
        settings(
            sounds={"output": "aplay"},
            light={"kind": "command", "command": [str(lamp)]},
            printer={"kind": "file", "path": tmp_path / "slips", "slips": ["hold"]},
        ),
        lambda kind, saying: told.append(f"{kind}: {saying}"),
        None,
    )
    shown = Shown()
    shown.desk.hear(outputs)
    shown.desk.replied(a_reply(slips=(HOLD, Slip(kind="transit", lines=("Main desk",)))), SCAN)
    files = [tmp_path / "bin" / "sound", tmp_path / "bin" / "light", tmp_path / "slips"]
    wait_for(lambda: all(file.exists() and file.stat().st_size for file in files), "all three")
    outputs.close()
    (paper,) = printed((tmp_path / "slips").read_bytes())
    assert paper.texts == ["Hold shelf A12", "until 4 December"]
    assert paper.barcodes[0].text == "30000000000012"
    assert files[1].read_text().split() == ["ok", "off"]
    assert told == []


def test_a_print_queue_gets_text() -> None:
    section = settings(printer={"kind": "lp"}).printer
    assert section is not None
    assert feedback.form_for(section)(HOLD) == b"Hold shelf A12\nuntil 4 December\n30000000000012\n"


def test_the_settings_reach_the_paper() -> None:
    section = settings(printer={"kind": "tcp", "host": "printer", "width": 20, "codepage": "cp1252", "barcode": "code39"}).printer
    assert section is not None
    slip = Slip(kind="return", lines=("Zurück", "an die Stadtbibliothek Ulm"), barcode="A1")
    (paper,) = printed(feedback.form_for(section)(slip))
    assert paper.texts == ["Zurück", "an die", "Stadtbibliothek Ulm"]
    assert [(each.kind, each.text) for each in paper.barcodes] == [("code39", "A1")]


def test_where_nothing_makes_a_sound_the_desk_is_told_once_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told: list[tuple[str, Saying]] = []
    outputs = feedback.feedback_for(settings(sounds={"output": "aplay"}), lambda kind, saying: told.append((kind, saying)), None)
    outputs.tone("ok")
    outputs.close()
    assert [(kind, saying.key) for kind, saying in told] == [("problem", Key.NO_SOUND)]


def test_sounds_that_are_switched_off_are_no_problem() -> None:
    told: list[Saying] = []
    outputs = feedback.feedback_for(settings(sounds={"output": "none"}), lambda kind, saying: told.append(saying), None)
    outputs.tone("ok")
    outputs.close()
    assert told == []


def test_a_station_without_all_this_loads_none_of_it() -> None:
    probe = """
import sys
from station import lean
lean.begin()
import station.commands
names = ("feedback", "sounds", "players", "lights", "slips", "bars", "printing", "printers", "trying")
assert [name for name in names if f"station.{name}" in sys.modules] == []
"""
    done = subprocess.run([sys.executable, "-c", probe], cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
