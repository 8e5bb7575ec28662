"""A sound never makes anybody wait: not the scan, not the next sound, not the end of the station."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from station import players
from station.players import Aplay, Beep, Bell, NoSound, Player, Speaker, player_for
from station.sounds import Sounds, follow
from station.tones import SOUNDS
from station.words import Saying
from tests.support.fakes import path_with, program
from tests.support.programs import wait_for

HANGS = 'wc -c >> "$HERE/heard"; exec sleep 60'
PLAYS = 'wc -c >> "$HERE/heard"'
BROKEN = 'echo "ALSA lib: lots" >&2; echo "audio open error: No such device" >&2; exit 1'


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, first on the PATH; no PC speaker is here."""
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    monkeypatch.setattr(players, "SPEAKERS", tmp_path / "by-path")
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


@contextmanager
def sounding(player: Player, *, limit_s: float = 3.0) -> Iterator[tuple[Sounds, list[str]]]:
    said: list[str] = []

    def tell(saying: Saying) -> None:
        said.append(str(saying))

    sounds = Sounds(player, tell, limit_s=limit_s)
    yield sounds, said
    sounds.close()
    sounds.join(5)


def heard(folder: Path) -> list[int]:
    """Give the size of each sound that was played: no two are the same."""
    file = folder / "heard"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def size(tone: str) -> int:
    return (players.WAV / f"{tone}.wav").stat().st_size


def test_aplay_is_given_the_recorded_sound(bin_folder: Path) -> None:
    program(bin_folder, "aplay", 'cat > "$HERE/sound"; echo "$@" > "$HERE/arguments"')
    with sounding(Aplay(device="hw:1")) as (sounds, said):
        sounds.play("route")
        wait_for(lambda: (bin_folder / "arguments").exists(), "the sound")
    assert (bin_folder / "sound").read_bytes() == (players.WAV / "route.wav").read_bytes()
    assert (bin_folder / "arguments").read_text().split() == ["-q", "-D", "hw:1", "-"]
    assert said == []


def test_a_new_sound_does_not_wait_behind_one_that_hangs(bin_folder: Path) -> None:
    program(bin_folder, "aplay", HANGS)
    with sounding(Aplay()) as (sounds, _):
        sounds.play("ok")
        wait_for(lambda: len(heard(bin_folder)) == 1, "the first sound")
        sounds.play("info")
        wait_for(lambda: len(heard(bin_folder)) == 2, "the second sound", 2)
        assert heard(bin_folder) == [size("ok"), size("info")]
        assert sounds.dropped == 1


def test_a_no_is_not_drowned_by_an_ok(bin_folder: Path) -> None:
    program(bin_folder, "aplay", HANGS)
    with sounding(Aplay()) as (sounds, _):
        sounds.play("no")
        wait_for(lambda: len(heard(bin_folder)) == 1, "the no")
        sounds.play("ok")
        assert sounds.dropped == 1
        sounds.play("fault")
        wait_for(lambda: len(heard(bin_folder)) == 2, "the fault", 2)
        assert heard(bin_folder) == [size("no"), size("fault")]


def test_a_burst_takes_no_time_and_ends_with_its_last_sound(bin_folder: Path) -> None:
    program(bin_folder, "aplay", PLAYS)
    with sounding(Aplay()) as (sounds, said):
        began = time.monotonic()
        for _ in range(500):
            sounds.play("ok")
        sounds.play("info")
        assert time.monotonic() - began < 0.25
        wait_for(lambda: heard(bin_folder)[-1:] == [size("info")], "the last sound")
        assert len(heard(bin_folder)) + sounds.dropped >= 501
        assert said == []


def test_a_player_that_hangs_is_killed_and_said_once(bin_folder: Path) -> None:
    program(bin_folder, "aplay", HANGS)
    with sounding(Aplay(), limit_s=0.1) as (sounds, said):
        for count in (1, 2):
            sounds.play("no")
            wait_for(lambda count=count: len(heard(bin_folder)) == count, "the sound")  # type: ignore[misc]
            wait_for(lambda: sounds._now is None, "its end")
        assert said == ["No sound: aplay does not end. Scanning goes on without it."]


def test_a_broken_device_is_said_once_and_again_after_it_worked(bin_folder: Path) -> None:
    with sounding(Aplay()) as (sounds, said):
        for script, complaints in ((BROKEN, 1), (BROKEN, 1), (PLAYS, 1), (BROKEN, 2)):
            program(bin_folder, "aplay", script + '; echo x >> "$HERE/done"' if script == PLAYS else script)
            sounds.play("ok")
            wait_for(lambda: sounds._next is None and sounds._now is None, "the sound's end")
            assert len(said) == complaints
    assert said[0] == "No sound: aplay ended (audio open error: No such device). Scanning goes on without it."


def test_a_program_that_is_gone_is_no_sound(bin_folder: Path) -> None:
    with pytest.raises(NoSound, match=r"aplay ended \(No such file or directory\)"):
        Aplay()("ok")


def test_what_is_heard_stops_with_the_station(bin_folder: Path) -> None:
    program(bin_folder, "aplay", HANGS)
    with sounding(Aplay()) as (sounds, said):
        sounds.play("no")
        wait_for(lambda: len(heard(bin_folder)) == 1, "the sound")
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert said == []


def test_the_bell_rings_as_often_as_the_tone_says() -> None:
    rings: list[str] = []
    follow(Bell(lambda: rings.append("ring"))("route"))
    assert len(rings) == SOUNDS["route"].rings == 2


def test_auto_takes_the_first_that_is_there(bin_folder: Path, tmp_path: Path) -> None:
    def found() -> Player | None:
        return player_for("auto", device=None, volume=100, ring=lambda: None)

    assert isinstance(found(), Bell)
    program(bin_folder, "beep", "true")
    assert isinstance(found(), Beep)
    (tmp_path / "by-path").mkdir()
    (tmp_path / "by-path" / "platform-pcspkr-event-spkr").touch()
    assert isinstance(found(), Speaker)
    program(bin_folder, "aplay", "true")
    assert isinstance(found(), Aplay)


@pytest.mark.parametrize("output", ["auto", "aplay", "pcspkr", "bell", "none"])
def test_where_nothing_makes_a_sound_there_is_no_player(bin_folder: Path, output: players.Output) -> None:
    assert player_for(output, device=None, volume=100, ring=None) is None


def test_beep_is_run_with_the_notes(bin_folder: Path) -> None:
    program(bin_folder, "beep", 'echo "$@" > "$HERE/notes"')
    follow(Beep()("stored"))
    assert (bin_folder / "notes").read_text() == "-f 2637 -l 25 -D 0\n"


@pytest.mark.needs("aplay")
def test_the_real_aplay_plays_every_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "raw"
    (tmp_path / ".asoundrc").write_text(f'pcm.paper {{ type file slave.pcm "null" file "{raw}" format "raw" }}\n', encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    follow(Aplay(device="paper", volume=50)("ok"))
    recorded = array("h", (players.WAV / "ok.wav").read_bytes()[players.WAV_HEAD_BYTES :])
    played = array("h", raw.read_bytes())
    assert played[: len(recorded)] == array("h", (sample // 2 for sample in recorded))
    # It fills its last period with silence.
    assert not any(played[len(recorded) :])
