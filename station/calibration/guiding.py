"""The conversation: bar by bar, whatever comes in between, until all are read or somebody stops."""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from station.calibration.findings import KINDS
from station.calibration.progress import Progress
from station.calibration.taps import Subject, Tap
from station.calibration.texts import CARD
from station.calibration.words import Remark, Word
from station.errors import StationError

QUIET_MS = 800
"""So long nothing comes before a scan is taken as over: far longer than any scanner pauses, and short for a person."""
LOOK_AGAIN_MS = 500
READ_BYTES = 4096
LOOK_UP_S = 0.5

E = TypeVar("E")
Say = Callable[[Remark], None]


class Answers:
    """What a person types, line by line; a descriptor that may end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._waiting: deque[str] = deque()
        self.ended = False

    def fileno(self) -> int:
        """Give what can be waited for."""
        return self._descriptor

    def read(self) -> list[str]:
        """Give the lines that are finished by what waits."""
        data = os.read(self._descriptor, READ_BYTES)
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.decode(errors="replace").strip() for line in lines]

    def line(self) -> str | None:
        """Wait for a line; None at the end."""
        while not self._waiting and not self.ended:
            # A Ctrl-C in the moment before a read that waits for ever would not be heard.
            if select.select([self._descriptor], [], [], LOOK_UP_S)[0]:
                self._waiting += self.read()
        return self._waiting.popleft() if self._waiting else None


class Guide(Generic[E]):
    """Asks for the bars of one scanner; ``stop`` can be read once somebody asks to stop."""

    def __init__(self, subject: Subject[E], say: Say, answers: Answers, stop: int, *, quiet_ms: int = QUIET_MS) -> None:
        self._subject = subject
        self._say = say
        self._answers = answers
        self._stop = stop
        self._quiet_ms = quiet_ms
        self._progress: Progress[Sequence[E]] = Progress(subject.bars_of)
        self._tap: Tap[E] | None = None
        self._trace: list[E] = []
        self._stopped = False

    def run(self) -> dict[int, Sequence[E]] | None:
        """Give the traces by the number of their bar, or None when somebody stopped."""
        self._tap = self._subject.open()
        try:
            self._ask()
            while self._progress.asked and not self._stopped:
                self._step()
        finally:
            self._close()
        return None if self._stopped else self._progress.traces

    def _step(self) -> None:
        """Wait for the next thing that happens, and take it."""
        limit_ms = LOOK_AGAIN_MS if self._tap is None else self._quiet_ms if self._trace else None
        ready = self._ready(limit_ms)
        if self._stop in ready:
            self._stopped = True
        elif self._tap is None:
            self._look_again()
        elif self._tap.fileno() in ready:
            self._read(self._tap)
        elif self._answers.fileno() in ready:
            self._typed()
        elif self._trace:
            self._over()

    def _ready(self, limit_ms: int | None) -> set[int]:
        poll = select.poll()
        poll.register(self._stop, select.POLLIN)
        if self._tap is not None:
            poll.register(self._tap.fileno(), select.POLLIN)
            if not self._answers.ended:
                poll.register(self._answers.fileno(), select.POLLIN)
        return {descriptor for descriptor, _what in poll.poll(limit_ms)}

    def _read(self, tap: Tap[E]) -> None:
        try:
            self._trace += tap.read()
        except OSError:
            self._close()
            self._trace = []
            self._say(Remark(Word.UNPLUGGED))

    def _look_again(self) -> None:
        try:
            self._tap = self._subject.open()
        except StationError:
            return
        self._say(Remark(Word.PLUGGED))
        self._ask()

    def _typed(self) -> None:
        for line in self._answers.read():
            if not line:
                self._enter()

    def _enter(self) -> None:
        """Enter means: the scanner beeped and nothing came. Before the first bar the rate may be wrong; later it reads no such bar."""
        if not self._progress.traces and (other := self._subject.another_way()):
            self._say(other)
            self._open_anew()
        else:
            self._say(self._progress.skip())
        self._ask()

    def _over(self) -> None:
        """A scan is over: say what it was."""
        trace, self._trace = self._trace, []
        if self._subject.stops(trace):
            self._stopped = True
            return
        if hurt := self._subject.hurt(trace):
            self._say(hurt)
            self._ask()
            return
        better, anew = self._subject.better(trace)
        told = self._progress.heard(better)
        self._say(told)
        if anew is None and not self._subject.bars_of(better):
            anew = self._subject.another_way()
        if anew:
            self._say(anew)
            self._open_anew()
        self._ask()

    def _open_anew(self) -> None:
        self._close()
        self._tap = self._subject.open()

    def _close(self) -> None:
        tap, self._tap = self._tap, None
        if tap is not None:
            tap.close()

    def _ask(self) -> None:
        bar = self._progress.asked
        if bar is not None and self._tap is not None:
            word = Word.SCAN_NOW if bar.needed else Word.SCAN_OR_SKIP
            self._say(Remark(word, {"bar": bar.number, "count": len(CARD), "kind": KINDS[bar.symbology]}))
