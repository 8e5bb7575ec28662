"""The command ``calibrate``: choose, guide, find, prove, show, ask, write."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import signal
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from station import discovery
from station.calibration import settings_text
from station.calibration.choosing import Around, Choice, choose
from station.calibration.findings import Findings, Value
from station.calibration.guiding import Answers, Guide
from station.calibration.proof import misread, section_with
from station.calibration.taps import Subject
from station.calibration.words import Remark, Word
from station.errors import StationError
from station.recording import asked_to_stop
from station.scanners import keyboards
from station.settings import ScannerSettings, StationFile
from station.words import Language

CONTEXT = 2
Settings = Mapping[str, Value | None]
_SECRET = re.compile(r"^([ +-]?\s*password\s*=\s*).*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Options:
    """How it was started; ``path`` is None where there is no settings file, and then nothing is written."""

    path: Path | None
    scanner: str | None = None
    only_print: bool = False
    yes: bool = False


class Calibration:
    """One run of the command."""

    def __init__(self, settings: StationFile | None, options: Options) -> None:
        self._sections: Sequence[ScannerSettings] = settings.scanner if settings else ()
        self._options = options
        self._language: Language = settings.language if settings else "en"
        self._answers = Answers(sys.stdin.fileno())

    def run(self) -> int:
        """Give the exit code: 0 when the settings are right now, or were printed."""
        try:
            return self._run()
        except KeyboardInterrupt:
            return self._stopped()

    def _run(self) -> int:
        around = Around(self._sections, discovery.serial_ports(), keyboards.find())
        choice = choose(self._options.scanner, around, self._pick)
        self._say(Remark(Word.USING, {"scanner": choice.label}))
        self._say(Remark(Word.BEGIN))
        subject = choice.subject()
        traces = self._guide(subject)
        if traces is None:
            return self._stopped()
        findings = subject.findings(traces)
        return self._tell(choice, findings, traces)

    def _guide(self, subject: Subject[Any]) -> dict[int, Sequence[Any]] | None:
        with _stoppable() as stop:
            return Guide(subject, self._say, self._answers, stop).run()

    def _tell(self, choice: Choice, findings: Findings, traces: dict[int, Sequence[Any]]) -> int:
        print()
        self._say(Remark(Word.FOUND))
        for remark in findings.remarks:
            print(f"- {remark.said(self._language)}")
        if findings.settings is None:
            self._say(Remark(Word.CANNOT))
            return 1
        wrong = misread(section_with(choice.raw, findings.settings), traces)
        if wrong is not None:
            self._say(Remark(Word.NOT_PROVED, {"bar": wrong}))
            self._say(Remark(Word.CANNOT))
            return 1
        self._say(Remark(Word.PROVED))
        return self._keep(choice, findings.settings)

    def _keep(self, choice: Choice, settings: Settings) -> int:
        path = self._options.path
        if path is None or self._options.only_print:
            return self._print_lines(choice, settings)
        text = _text_of(path)
        try:
            found = _changed(text, choice, settings)
        except settings_text.CannotChange:
            self._say(Remark(Word.BY_HAND, {"path": path}))
            self._print_lines(choice, settings)
            return 1
        if found == text:
            self._say(Remark(Word.AS_IT_IS, {"path": path}))
            return 0
        self._show(path, text, found)
        if not self._options.yes and not self._agreed():
            self._say(Remark(Word.NOT_WRITTEN))
            return 1
        write(path, text, found)
        self._say(Remark(Word.WRITTEN))
        return 0

    def _print_lines(self, choice: Choice, settings: Settings) -> int:
        self._say(Remark(Word.LINES))
        print(f"\n{settings_text.lines(_whole(choice, settings))}", end="", flush=True)
        return 0

    def _show(self, path: Path, text: str, found: str) -> None:
        self._say(Remark(Word.CHANGES, {"path": path}))
        before, after = (_SECRET.sub(r"\1…", each).splitlines() for each in (text, found))
        for line in [*difflib.unified_diff(before, after, lineterm="", n=CONTEXT)][2:]:
            print(f"  {line}")

    def _agreed(self) -> bool:
        yes = Remark(Word.YES).said(self._language)
        print(Remark(Word.ASK_TO_WRITE).said(self._language), end="", flush=True)
        return (self._answers.line() or "").lower() in (yes, "y", "yes", "ja")

    def _pick(self, labels: Sequence[str]) -> int | None:
        for number, label in enumerate(labels, 1):
            print(f"{number}  {label}")
        while True:
            print(Remark(Word.WHICH, {"count": len(labels)}).said(self._language), end="", flush=True)
            line = self._answers.line()
            if line is None:
                print()
                return None
            if line.isdecimal() and 1 <= int(line) <= len(labels):
                return int(line) - 1

    def _stopped(self) -> int:
        # A terminal has shown ^C at the beginning of this line.
        print()
        self._say(Remark(Word.STOPPED))
        return 1

    def _say(self, remark: Remark) -> None:
        print(remark.said(self._language), flush=True)


def calibrate(settings: StationFile | None, options: Options) -> int:
    """Calibrate a scanner by the card; gives the exit code."""
    return Calibration(settings, options).run()


def write(path: Path, before: str, after: str) -> None:
    """Put the new text in the old one's place, all or nothing; StationError where the file is not what it was, or cannot be written."""
    if _text_of(path) != before:
        raise StationError(f"{path} was changed meanwhile, so it was left alone: calibrate again.")
    real = path.resolve()
    try:
        _replace(real, after)
    except OSError as error:
        raise StationError(f"{path} cannot be written ({error.strerror}): start this as a user who may, or use --print.") from error


def _replace(real: Path, text: str) -> None:
    was = real.stat()
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as out:
            # It holds a password: never readable by more people than before, not even for a moment.
            os.fchown(descriptor, was.st_uid, was.st_gid)
            os.fchmod(descriptor, was.st_mode & 0o7777)
            out.write(text)
            out.flush()
            os.fsync(descriptor)
        os.replace(name, real)
    except BaseException:
        os.unlink(name)
        raise


def _changed(text: str, choice: Choice, settings: Settings) -> str:
    if choice.place is None:
        found = settings_text.added(text, _whole(choice, settings))
    else:
        found = settings_text.changed(text, choice.place, _needed(choice, settings))
    try:
        StationFile.model_validate(tomllib.loads(found))
    except ValidationError as error:
        raise settings_text.CannotChange from error
    return found


def _needed(choice: Choice, settings: Settings) -> Settings:
    """Leave out what the section says already by saying nothing."""
    raw = choice.raw
    default = section_with({key: value for key, value in raw.items() if key in ("kind", "path", "match")}, {})
    return {key: value for key, value in settings.items() if key in raw or (value is not None and value != getattr(default, key))}


def _whole(choice: Choice, settings: Settings) -> Settings:
    kept = {key: value for key, value in choice.raw.items() if key not in settings and isinstance(value, (str, int, dict))}
    return {**kept, **settings}


def _text_of(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise StationError(f"{path} cannot be read ({error}).") from error


@contextlib.contextmanager
def _stoppable() -> Iterator[int]:
    """Give a descriptor that can be read once somebody asks to stop; afterwards signals are as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    stop = asked_to_stop()
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(stop)
