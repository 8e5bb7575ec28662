"""Keyboard scanners as the agent sees them: it starts the process that reads them and takes what that process says.

The first of the scanners runs the process for all. When the process ends, the station ends, and its supervisor starts both again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import subprocess
import time
from collections.abc import Callable, Sequence

from station.errors import StationError
from station.keymap import DEFAULT_RULES, KeyRules
from station.scanners import Changed, Kind, Take, wire
from station.scanners.reader import COMMAND
from station.settings import ScannerSettings
from station.signals import SignalTone
from station.words import Key, Saying

log = logging.getLogger(__name__)

READ_BYTES = 65536
LAST_WORDS_S = 0.5
SILENCE_S = 10.0
"""The reader says something every two seconds; one that is silent for so long will not read the next scan."""


class HidScanner:
    """One section of kind hid: one or several keyboards that are one scanner."""

    kind: Kind = "hid"

    def __init__(self, name: str, reader: Reader, section: wire.Section) -> None:
        self.name = name
        self.present = False
        self.detail: Saying | None = Saying(Key.NOT_OPENED_YET)
        self._reader = reader
        self._take: Take | None = None
        self._changed: Changed | None = None
        self._leads = reader.add(self, section)

    def signal(self, tone: SignalTone) -> None:
        """Nothing goes back to a keyboard."""

    def in_hand(self) -> bool:
        """Nobody knows here: the reader says what was typed when it is over, and what it holds at its own end."""
        return False

    async def run(self, take: Take, changed: Changed) -> None:
        """Take what the reader says of it until cancelled."""
        self._take, self._changed = take, changed
        if self._leads:
            await self._reader.run()
        else:
            await asyncio.get_running_loop().create_future()

    def ended(self, ended: wire.Ended, now_ns: int) -> None:
        """Hand over a frame or a fault, with its age."""
        if self._take:
            self._take(self, [ended.what], max(0, now_ns - ended.t_ns))

    def is_there(self, why_not: Saying | None) -> None:
        """Note and say whether it can be read."""
        self.present, self.detail = why_not is None, why_not
        if self._changed:
            self._changed(self)


def section_of(settings: ScannerSettings) -> wire.Section:
    """Give what the reader needs of a section of kind hid."""
    rules = KeyRules(
        terminator=settings.terminator,
        idle_ms=settings.idle_ms or DEFAULT_RULES.idle_ms,
        max_length=settings.max_length,
        backspace=settings.backspace,
        control=settings.control,
        alt_unicode=settings.alt_unicode,
        caps=settings.caps,
    )
    return wire.Section(settings.match or "", settings.layout, rules)


class Reader:
    """The process that reads all keyboard scanners of this station; ``clock`` is CLOCK_MONOTONIC."""

    def __init__(
        self, command: Sequence[str] = COMMAND, *, clock: Callable[[], int] = time.monotonic_ns, silence_s: float = SILENCE_S
    ) -> None:
        self._command = command
        self._clock = clock
        self._silence_s = silence_s
        self._heard = False
        self._scanners: list[HidScanner] = []
        self._sections: list[wire.Section] = []
        self._rest = b""

    def add(self, scanner: HidScanner, section: wire.Section) -> bool:
        """Let a scanner be read too; gives whether it is the first, which runs the process."""
        self._scanners.append(scanner)
        self._sections.append(section)
        return len(self._scanners) == 1

    async def run(self) -> None:
        """Run the process until cancelled; StationError when it ends by itself or stands still."""
        process = self._start()
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        loop.add_reader(process.stdout.fileno(), self._readable, process.stdout.fileno(), ended)
        try:
            await self._until_over(ended)
            raise StationError(f"The reader of the keyboard scanners ended (exit code {process.wait()}): start the station again.")
        finally:
            loop.remove_reader(process.stdout.fileno())
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C is for us, and we tell it.
        pipe = subprocess.PIPE
        process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, bufsize=0, start_new_session=True)
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(wire.sections_line(self._sections))
        return process

    async def _until_over(self, ended: asyncio.Future[None]) -> None:
        """Return when it has ended."""
        while not ended.done():
            # Counted in rounds of ours: a program that stood still itself finds what was said meanwhile before the next round.
            self._heard = False
            await asyncio.wait([ended], timeout=self._silence_s)
            if not ended.done() and not self._heard:
                raise StationError(
                    f"The reader of the keyboard scanners said nothing for {self._silence_s:g} s: it was ended, start the station again."
                )
        await ended

    def _readable(self, descriptor: int, ended: asyncio.Future[None]) -> None:
        try:
            more = self._read(descriptor)
        except Exception as error:  # noqa: BLE001 - the event loop would only log it; it must end the program
            if not ended.done():
                ended.set_exception(error)
            return
        if not more and not ended.done():
            ended.set_result(None)

    def _read(self, descriptor: int) -> bool:
        """Take what was said; false at the end."""
        data = os.read(descriptor, READ_BYTES)
        self._heard = True
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._hear(wire.said(line))
        return bool(data)

    def _hear(self, said: wire.Said) -> None:
        if isinstance(said, wire.Ended):
            self._scanners[said.place].ended(said, self._clock())
        elif isinstance(said, wire.Present):
            self._scanners[said.place].is_there(said.why_not)
        elif isinstance(said, wire.Warned):
            log.warning("keyboard scanner", extra={"action": "read_keyboards", "detail": said.text})

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End the process by the end of its input, and take what it read until then."""
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - as above
        process.stdin.close()
        end = time.monotonic() + LAST_WORDS_S
        try:
            while select.select([process.stdout], [], [], max(0.0, end - time.monotonic()))[0] and self._read(process.stdout.fileno()):
                pass
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
