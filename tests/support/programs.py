"""Our programs as people start them: processes from the console scripts, watched from outside.

They come from the folder ``HOLDSHELF_BIN`` where that is set (CI tests the built wheel so), else from this environment.
An end that nobody asked for fails the test, with the program's last words. Start them from a thread that lives as long
as they are to: the kernel ends them with it, so that a test that is killed leaves nobody behind.

As a file it runs a command on a terminal of its own: ``python programs.py TERMINAL COMMAND...``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

LIMIT_S = 20.0
STOP_LIMIT_S = 6.0
"""The contract says five seconds from SIGTERM to the end; one more for a busy machine."""
LAST_WORDS = 40
READ_BYTES = 65536


def script(name: str) -> Path:
    """Give the console script of this name."""
    folder = os.environ.get("HOLDSHELF_BIN")
    path = (Path(folder).resolve() if folder else Path(sys.executable).parent) / name
    assert path.exists(), f"{path} is missing: install the project, or set HOLDSHELF_BIN to where its scripts are"
    return path


def wait_for(condition: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    """Wait for a condition with a limit; the failure says what was waited for."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"waited {limit_s:.0f} s for: {what}"
        threading.Event().wait(0.005)


class Lines:
    """What a program writes, line by line, read by a thread until its end."""

    def __init__(self, descriptor: int, name: str) -> None:
        self.name = name
        self._descriptor = descriptor
        self._lines: list[str] = []
        self._rest = b""
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"reads {name}", daemon=True)
        self._thread.start()

    def __len__(self) -> int:
        with self._changed:
            return len(self._lines)

    def all(self, after: int = 0) -> list[str]:
        """Give the finished lines so far, from the one of this number on."""
        with self._changed:
            return self._lines[after:]

    def wait(self, what: str | Callable[[str], bool], *, after: int = 0, limit_s: float = LIMIT_S) -> str:
        """Wait for the first line that holds this text, or for which the function is true."""
        wanted: Callable[[str], bool] = (lambda line: what in line) if isinstance(what, str) else what
        found: list[str] = []
        seen = after

        def there() -> bool:
            nonlocal seen
            found.extend(line for line in self._lines[seen:] if wanted(line))
            seen = len(self._lines)
            return bool(found) or self._ended

        with self._changed:
            self._changed.wait_for(there, limit_s)
            ended = self._ended
        why = "the program ended first" if ended else f"not within {limit_s:.0f} s"
        assert found, f"{self.name} never said {what!r}: {why}\n{self.tail()}"
        return found[0]

    def join(self, limit_s: float = LIMIT_S) -> None:
        """Wait until everything was read."""
        self._thread.join(limit_s)

    def tail(self, count: int = LAST_WORDS) -> str:
        """Give the last lines, for a failure's text."""
        with self._changed:
            lines = [*self._lines[-count:], *([self._rest.decode(errors="replace")] if self._rest else [])]
        return "".join(f"  {self.name}| {line}\n" for line in lines)

    def _run(self) -> None:
        while data := self._read():
            *ended, rest = (self._rest + data).split(b"\n")
            with self._changed:
                self._rest = rest
                self._lines += [line.rstrip(b"\r").decode(errors="replace") for line in ended]
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, READ_BYTES)
        except OSError:
            # A terminal whose last program is gone.
            return b""


class Program:
    """One of our programs, running; stop it with ``stop``, or ``kill`` it. As a context it is stopped at the end."""

    def __init__(
        self,
        name: str,
        *arguments: str | Path,
        typed: bool = False,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        into: Sequence[str] = (),
    ) -> None:
        """Start ``name`` from the scripts; with ``typed`` its standard input is a pipe for ``write``, else there is none.

        ``into`` is the beginning of a command that becomes the program it is given, in another place: ``nsenter --net=...``.
        """
        self.name = name
        self.command = [*into, str(script(name)), *map(str, arguments)]
        self._planned = False
        self.process = self._start(self.command, typed=typed, environment=dict(os.environ) | dict(environment or {}), cwd=cwd)
        self.out, self.err = self._streams()

    def _start(self, command: list[str], *, typed: bool, environment: dict[str, str], cwd: Path | None) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            _tethered(command),
            stdin=pipe if typed else subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            env=environment,
            cwd=cwd,
            start_new_session=True,
        )

    def _streams(self) -> tuple[Lines, Lines]:
        return Lines(_descriptor(self.process.stdout), f"{self.name} out"), Lines(_descriptor(self.process.stderr), f"{self.name} err")

    @property
    def pid(self) -> int:
        """The process; exec keeps its number."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def write(self, text: str) -> None:
        """Write to its standard input."""
        assert self.process.stdin is not None, "start it with typed=True"
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def end_of_input(self) -> None:
        """Close its standard input."""
        assert self.process.stdin is not None, "start it with typed=True"
        self.process.stdin.close()

    def send(self, number: signal.Signals) -> None:
        """Send a signal that is meant to end it."""
        self._planned = True
        self.process.send_signal(number)

    def ended(self, limit_s: float = LIMIT_S) -> int:
        """Wait for the end that is expected, and give the exit code."""
        self._planned = True
        try:
            code = self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {limit_s:.0f} s\n{self.last_words()}") from None
        self._close()
        return code

    def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Send SIGTERM and expect exit code 0 in time; one that ended unasked before fails."""
        self.check()
        if not self.running:
            return
        self.send(signal.SIGTERM)
        code = self.ended(limit_s)
        assert code == 0, f"{self.name} ended with {code} after SIGTERM\n{self.last_words()}"

    def kill(self) -> None:
        """Kill it with -9 and wait until it is gone."""
        self._planned = True
        self.process.kill()
        self.process.wait()
        self._close()

    def check(self) -> None:
        """Fail if it ended without being asked to."""
        assert self._planned or self.running, f"{self.name} ended by itself with {self.process.returncode}\n{self.last_words()}"

    def last_words(self) -> str:
        """Give the end of its output."""
        return f"  $ {' '.join(self.command)}\n{self.out.tail()}{self.err.tail()}"

    def _close(self) -> None:
        for lines in (self.out, self.err):
            lines.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            _close(stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.stop()
            return
        error.add_note(self.last_words())
        self.kill()


class TerminalProgram(Program):
    """A program on a terminal of its own, 80 columns wide: ``write`` is typing, ``write("\\x03")`` is Ctrl-C."""

    def _start(self, command: list[str], *, typed: bool, environment: dict[str, str], cwd: Path | None) -> subprocess.Popen[bytes]:
        self._master, self._slave = os.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        on_terminal = [sys.executable, "-I", __file__, os.ttyname(self._slave), *command]
        self._before = termios.tcgetattr(self._slave)
        return subprocess.Popen(_tethered(on_terminal), env=environment | {"TERM": "xterm"}, cwd=cwd)

    def _streams(self) -> tuple[Lines, Lines]:
        screen = Lines(self._master, f"{self.name} tty")
        return screen, screen

    def write(self, text: str) -> None:
        """Type on its keyboard."""
        os.write(self._master, text.encode())

    @property
    def terminal_as_before(self) -> bool:
        """Whether the terminal's settings are those it was started with."""
        return termios.tcgetattr(self._slave) == self._before

    def last_words(self) -> str:
        """Give the end of what stood on the screen."""
        return f"  $ {' '.join(self.command)}\n{self.out.tail()}"

    def _close(self) -> None:
        # Our own open end kept the terminal alive, so that what was written last is read.
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1
            self.out.join()
            os.close(self._master)


def family(program: Program) -> list[psutil.Process]:
    """Give a program's process and all it started."""
    found = psutil.Process(program.pid)
    return [found, *found.children(recursive=True)]


def part_of(program: Program, word: str) -> psutil.Process | None:
    """Give the process that a program started with this word in its command, None while there is none."""
    return next((process for process in family(program)[1:] if word in _command(process)), None)


def alive(process: psutil.Process) -> bool:
    """Say whether a process is still there; one that only waits to be noticed is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        # Gone meanwhile.
        return ""


def _tethered(command: list[str]) -> list[str]:
    # Imported here: as a file this module runs without our packages.
    from broker.children import tethered

    return tethered(command)


def _descriptor(stream: IO[bytes] | None) -> int:
    assert stream is not None
    return stream.fileno()


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        # What was typed last may have come too late.
        with contextlib.suppress(BrokenPipeError):
            stream.close()


def _become_on_terminal(terminal: str, command: list[str]) -> None:
    """Take the terminal as one's own, so that Ctrl-C means us, and become the command."""
    os.setsid()
    opened = os.open(terminal, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(opened, descriptor)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    _become_on_terminal(sys.argv[1], sys.argv[2:])
