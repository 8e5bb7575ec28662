"""The desk's light, or anything else that shows a tone: one line of text a tone, to a program or to a serial line.

The protocol: the line is ``ok``, ``route``, ``info``, ``no``, ``stored`` or ``fault``, and ``off`` once the tone was shown
long enough; it ends with a line feed, and nothing is answered. A program that is started for it reads standard input and
ends with it. Only the newest line matters: one that could not be written in time is dropped and counted.
"""

from __future__ import annotations

import os
import select
import subprocess
import termios
import time
import tty
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from station.aside import Aside
from station.tones import Tone
from station.words import Key, Saying

Line = Tone | Literal["off"]
Tell = Callable[[Saying], None]

WRITE_LIMIT_S = 1.0
AGAIN_AFTER_S = 5.0
ENDS_S = 0.3


class NoLight(Exception):
    """The line could not be written; ``why`` is for the desk."""

    def __init__(self, why: Saying) -> None:
        super().__init__(str(why))
        self.why = why


class Lamp(Protocol):
    """Where the lines go."""

    def show(self, line: Line) -> None:
        """Write the line, opening what must be open; NoLight when it cannot be written within a second."""

    def close(self) -> None:
        """Let go of it."""


class Light(Aside):
    """Shows the newest tone, and ``off`` after some seconds; ``show`` returns at once, ``tell`` hears once that it does not work.

    Closing switches it off and lets go of it.
    """

    def __init__(self, lamp: Lamp, tell: Tell, *, seconds: float, again_after_s: float = AGAIN_AFTER_S) -> None:
        super().__init__("light")
        self._lamp = lamp
        self._tell = tell
        self._seconds = seconds
        self._again_after_s = again_after_s
        self._next: Line | None = None
        self._broken_at: float | None = None
        self.dropped = 0
        self._begin()

    def show(self, tone: Tone) -> None:
        """Show this tone now, instead of what was not shown yet."""
        with self._changed:
            self.dropped += self._next is not None
            self._next = tone
            self._changed.notify()

    def _run(self) -> None:
        shown: Line = "off"
        while not (self._closing and shown == "off"):
            line = self._take(None if shown == "off" else self._seconds)
            if (shown, line) == ("off", "off"):
                continue
            # What could not be written is not shown: a red that was not put out is put out as soon as that works.
            shown = line if self._show(line) or self._closing else shown
        self._lamp.close()

    def _take(self, limit_s: float | None) -> Line:
        with self._changed:
            self._changed.wait_for(lambda: self._next is not None or self._closing, limit_s)
            line, self._next = None if self._closing else self._next, None
            return line or "off"

    def _show(self, line: Line) -> bool:
        if self._broken_at is not None and time.monotonic() - self._broken_at < self._again_after_s:
            self.dropped += 1
            return False
        try:
            self._lamp.show(line)
        except NoLight as error:
            self._lamp.close()
            if self._broken_at is None:
                self._tell(Saying(Key.NO_LIGHT, {"why": error.why}))
            self._broken_at = time.monotonic()
            return False
        self._broken_at = None
        return True


class ProgramLamp:
    """A program that reads the lines from its standard input; started with the first, and again when it ended."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def show(self, line: Line) -> None:
        """Write the line to the program."""
        name = self._command[0]
        try:
            process = self._running()
            assert process.stdin is not None  # noqa: S101 - it was asked for
            _write(process.stdin.fileno(), line, name)
        except BrokenPipeError as error:
            raise NoLight(Saying(Key.ENDED_WITH, {"program": name, "error": error.strerror})) from error
        except OSError as error:
            raise NoLight(Saying(Key.AS_TOLD, {"sentence": f"{name}: {error.strerror}"})) from error

    def close(self) -> None:
        """Let it end by itself, for a moment, then kill it."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.close()
        try:
            process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            # A session of its own: Ctrl-C is for the station, which then says "off".
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, bufsize=0, start_new_session=True
            )
        return self._process


class SerialLamp:
    """A serial line (8N1) at whose end something reads the lines; opened with the first, and again when it was unplugged."""

    def __init__(self, path: Path, baud: int) -> None:
        self._path = path
        self._speed = int(getattr(termios, f"B{baud}"))
        self._port: int | None = None

    def show(self, line: Line) -> None:
        """Write the line to the port."""
        try:
            if self._port is None:
                self._port = self._opened()
            _write(self._port, line, str(self._path))
        except FileNotFoundError as error:
            raise NoLight(Saying(Key.NOT_THERE, {"path": self._path})) from error
        except (OSError, termios.error) as error:
            raise NoLight(Saying(Key.AS_TOLD, {"sentence": f"{self._path}: {error.args[-1]}"})) from error

    def close(self) -> None:
        """Close the port."""
        port, self._port = self._port, None
        if port is not None:
            os.close(port)

    def _opened(self) -> int:
        port = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            tty.setraw(port, termios.TCSANOW)
            settings = termios.tcgetattr(port)
            settings[2] |= termios.CLOCAL
            settings[4] = settings[5] = self._speed
            termios.tcsetattr(port, termios.TCSANOW, settings)
        except termios.error:
            os.close(port)
            raise
        return port


def _write(descriptor: int, line: Line, name: str) -> None:
    """Write the line whole, or not at all when there is no room for a second."""
    os.set_blocking(descriptor, False)
    _, ready, _ = select.select([], [descriptor], [], WRITE_LIMIT_S)
    if not ready:
        raise NoLight(Saying(Key.TAKES_NOTHING, {"path": name}))
    os.write(descriptor, f"{line}\n".encode("ascii"))
