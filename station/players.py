"""What can make a sound here: ALSA's ``aplay``, the PC speaker (its input device, or ``beep``), else the terminal's bell."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from station.tones import SOUNDS, Note, Tone, rung
from station.words import Key, Saying

Output = Literal["auto", "aplay", "pcspkr", "bell", "none"]

WAV = Path(__file__).parent / "wav"
WAV_HEAD_BYTES = 44
SPEAKERS = Path("/dev/input/by-path")
LAST_WORDS_BYTES = 4096
# linux/input-event-codes.h
EV_SND, SND_TONE = 0x12, 0x02


class NoSound(Exception):
    """This sound could not be made; ``why`` is for the desk."""

    def __init__(self, why: Saying) -> None:
        super().__init__(str(why))
        self.why = why


class Playing(Protocol):
    """A sound under way."""

    @property
    def name(self) -> str:
        """What makes it."""

    def over(self) -> bool:
        """Whether it has ended, going on with it where it must be driven; NoSound when it ended badly."""

    def stop(self) -> None:
        """End it at once."""


Player = Callable[[Tone], Playing]
"""Starts a sound; NoSound when it cannot."""


class Aplay:
    """Plays the recorded sounds through ALSA, a process a sound."""

    def __init__(self, *, device: str | None = None, volume: int = 100) -> None:
        self._command = ["aplay", "-q", *(["-D", device] if device else []), "-"]
        # Files without a name: read like standard input, and never waited for as a pipe would be.
        self._sounds = {tone: _unnamed(tone, at_volume(tone, volume)) for tone in SOUNDS}

    def __call__(self, tone: Tone) -> Playing:
        """Start the sound."""
        sound = self._sounds[tone]
        os.lseek(sound, 0, os.SEEK_SET)
        return _Process(self._command, sound)


class Beep:
    """Plays the notes through the program ``beep``, a process a sound."""

    def __call__(self, tone: Tone) -> Playing:
        """Start the sound."""
        return _Process(beep_command(SOUNDS[tone].notes), subprocess.DEVNULL)


class Speaker:
    """Plays the notes on the PC speaker through its input device."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, tone: Tone) -> Playing:
        """Start the sound."""
        return _Notes("pcspkr", SOUNDS[tone].notes, self._sound)

    def _sound(self, hz: int) -> None:
        try:
            device = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(device, struct.pack("@llHHi", 0, 0, EV_SND, SND_TONE, hz))
            finally:
                os.close(device)
        except OSError as error:
            raise NoSound(Saying(Key.AS_TOLD, {"sentence": f"{self._path}: {error.strerror}"})) from error


class Bell:
    """Rings the terminal's bell in the rhythm of the tone."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring

    def __call__(self, tone: Tone) -> Playing:
        """Start the sound."""
        return _Notes("bell", rung(tone), lambda hz: self._ring() if hz else None)


def player_for(output: Output, *, device: str | None, volume: int, ring: Callable[[], None] | None) -> Player | None:
    """Give what makes the sounds, by the settings and by what is there; None when nothing is. ``ring`` rings a terminal's bell."""
    if output in ("auto", "aplay") and shutil.which("aplay"):
        return Aplay(device=device, volume=volume)
    if output in ("auto", "pcspkr") and (found := _speaker()) is not None:
        return found
    return Bell(ring) if output in ("auto", "bell") and ring is not None else None


def at_volume(tone: Tone, volume: int) -> bytes:
    """Give the recorded sound (WAV, 16 bit) at this many percent of its loudness."""
    recorded = (WAV / f"{tone}.wav").read_bytes()
    louder = array("h", recorded[WAV_HEAD_BYTES:])
    return recorded[:WAV_HEAD_BYTES] + array("h", (sample * volume // 100 for sample in louder)).tobytes()


def beep_command(notes: Sequence[Note]) -> list[str]:
    """Give the command line of ``beep``: a rest is the delay (-D) after the note before it."""
    command = ["beep"]
    for note, then in zip(notes, (*notes[1:], None), strict=True):
        if note.hz:
            rest = then.ms if then is not None and not then.hz else 0
            command += [*(["-n"] if len(command) > 1 else []), "-f", str(note.hz), "-l", str(note.ms), "-D", str(rest)]
    return command


def _speaker() -> Player | None:
    for path in sorted(SPEAKERS.glob("*pcspkr*")):
        if os.access(path, os.W_OK):
            return Speaker(path)
    return Beep() if shutil.which("beep") else None


def _unnamed(name: str, data: bytes) -> int:
    file = os.memfd_create(f"holdshelf-{name}")
    os.write(file, data)
    return file


class _Process:
    """A sound that a program makes."""

    def __init__(self, command: Sequence[str], stdin: int) -> None:
        self.name = command[0]
        try:
            self._process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except OSError as error:
            raise NoSound(Saying(Key.ENDED_WITH, {"program": self.name, "error": error.strerror})) from error

    def over(self) -> bool:
        """Whether the program ended; badly, when with a code."""
        code = self._process.poll()
        if code is None:
            return False
        words = self._last_words()
        if code:
            raise NoSound(Saying(Key.ENDED_WITH, {"program": self.name, "error": words or f"code {code}"}))
        return True

    def stop(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        self._last_words()

    def _last_words(self) -> str:
        assert self._process.stderr is not None  # noqa: S101 - it was asked for
        with self._process.stderr as pipe:
            # Something it started may still hold the other end.
            os.set_blocking(pipe.fileno(), False)
            said = pipe.read(LAST_WORDS_BYTES) or b""
        return said.decode(errors="replace").strip().rpartition("\n")[2]


class _Notes:
    """A sound that is made note by note as time passes; ``make`` is given the pitch, 0 for silence."""

    def __init__(self, name: str, notes: Sequence[Note], make: Callable[[int], None]) -> None:
        self.name = name
        self._notes = list(notes)
        self._make = make
        self._until = time.monotonic()

    def over(self) -> bool:
        """Go on to the next note when it is time."""
        if time.monotonic() < self._until:
            return False
        if not self._notes:
            self._make(0)
            return True
        note = self._notes.pop(0)
        self._until = time.monotonic() + note.ms / 1000
        self._make(note.hz)
        return False

    def stop(self) -> None:
        """Fall silent."""
        self._make(0)
