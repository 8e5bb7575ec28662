"""Six sounds that nobody mistakes for one another, and the files they are played from."""

from __future__ import annotations

import os
import struct
import sys
import wave
from array import array
from itertools import combinations
from pathlib import Path

import pytest

from station import players
from station.sounds import follow
from station.tones import SOUNDS, Tone, rung
from tools.write_tones import RATE, samples


def recorded(tone: Tone) -> array[int]:
    with wave.open(str(players.WAV / f"{tone}.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        found = array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        found.byteswap()
    return found


@pytest.mark.parametrize("tone", SOUNDS)
def test_the_file_of_a_sound_is_what_its_notes_say(tone: Tone) -> None:
    made, file = samples(SOUNDS[tone]), recorded(tone)
    assert len(made) == len(file)
    # Another processor may round a sine the other way.
    assert max(abs(one - other) for one, other in zip(made, file, strict=True)) <= 1, "run: .venv/bin/python -m tools.write_tones"


def test_there_is_no_file_of_another_sound() -> None:
    assert {path.stem for path in players.WAV.iterdir()} == set(SOUNDS)


@pytest.mark.parametrize(("one", "other"), list(combinations(SOUNDS, 2)))
def test_two_sounds_differ_in_rhythm_or_by_an_octave(one: Tone, other: Tone) -> None:
    ours, theirs = SOUNDS[one].notes, SOUNDS[other].notes
    longer, shorter = sorted((sum(note.ms for note in ours), sum(note.ms for note in theirs)), reverse=True)
    pitches = sorted((ours[0].hz, theirs[0].hz))
    assert len(ours) != len(theirs) or longer >= 2 * shorter or pitches[1] >= 2 * pitches[0]


def test_a_sound_is_over_before_the_next_scan() -> None:
    assert max(sum(note.ms for note in sound.notes) for sound in SOUNDS.values()) <= 500


def test_what_did_not_happen_sounds_low_and_is_grave() -> None:
    assert {tone for tone, sound in SOUNDS.items() if sound.grave} == {"no", "fault"}
    assert max(SOUNDS[tone].notes[0].hz for tone in ("no", "fault")) < min(SOUNDS[tone].notes[0].hz for tone in ("ok", "route", "info"))


def test_on_a_bell_what_did_not_happen_is_told_by_its_rhythm() -> None:
    rings = {tone: len(rung(tone)) // 2 for tone in SOUNDS}
    assert len({rings["ok"], rings["route"], rings["no"], rings["fault"]}) == 4


@pytest.mark.parametrize(("volume", "loudest"), [(100, 1.0), (25, 0.25), (0, 0.0)])
def test_volume_is_the_loudness_of_what_is_played(volume: int, loudest: float) -> None:
    full = max(recorded("no"))
    played = array("h", players.at_volume("no", volume)[players.WAV_HEAD_BYTES :])
    assert max(played) == pytest.approx(full * loudest, abs=1)


def test_beep_gets_every_note_with_the_rest_after_it() -> None:
    assert players.beep_command(SOUNDS["route"].notes) == [
        *("beep", "-f", "880", "-l", "110", "-D", "60"),
        *("-n", "-f", "1320", "-l", "150", "-D", "0"),
    ]


def test_the_pc_speaker_is_given_a_pitch_and_at_the_end_silence(tmp_path: Path) -> None:
    os.mkfifo(device := tmp_path / "platform-pcspkr-event-spkr")
    kernel = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    follow(players.Speaker(device)("stored"))
    events = list(struct.iter_unpack("@llHHi", os.read(kernel, 4096)))
    os.close(kernel)
    # linux/input-event-codes.h: EV_SND is 0x12, SND_TONE 2.
    assert events == [(0, 0, 0x12, 2, 2637), (0, 0, 0x12, 2, 0)]


def test_a_pc_speaker_that_is_gone_is_no_sound(tmp_path: Path) -> None:
    with pytest.raises(players.NoSound, match="No such file"):
        follow(players.Speaker(tmp_path / "gone")("ok"))
