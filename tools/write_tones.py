"""Write station/wav/*.wav, the six sounds of a desk, from the notes in station/tones.py: 16 bit, mono, 16 kHz."""

from __future__ import annotations

import math
import sys
import wave
from array import array
from pathlib import Path

from station.tones import SOUNDS, Note, Sound

FOLDER = Path(__file__).parent.parent / "station" / "wav"
RATE = 16_000
FULL = 32_000
EDGE_S = 0.004
"""A note that begins or ends at once would click."""


def samples(sound: Sound) -> array[int]:
    """Give the sound as signed 16 bit samples."""
    return array("h", (round(FULL * sound.loudness * each) for note in sound.notes for each in _wave(note, harsh=sound.harsh)))


def _wave(note: Note, *, harsh: bool) -> list[float]:
    count = RATE * note.ms // 1000
    return [
        _swing(note.hz, place / RATE, harsh=harsh) * min(1, place / RATE / EDGE_S, (count - place) / RATE / EDGE_S)
        for place in range(count)
    ]


def _swing(hz: int, at_s: float, *, harsh: bool) -> float:
    swing = math.sin(2 * math.pi * hz * at_s)
    if harsh:
        # The odd overtones of a square wave: a buzzer, which a small loudspeaker can make where it could not make 165 Hz.
        swing = sum(math.sin(2 * math.pi * hz * odd * at_s) / odd for odd in range(1, 20, 2)) * 0.8
    return swing


def write(folder: Path = FOLDER) -> None:
    """Write one file a sound."""
    folder.mkdir(exist_ok=True)
    for tone, sound in SOUNDS.items():
        found = samples(sound)
        if sys.byteorder == "big":
            found.byteswap()
        with wave.open(str(folder / f"{tone}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(found.tobytes())


if __name__ == "__main__":
    write()
    print(f"{FOLDER} written")
