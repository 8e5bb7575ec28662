"""Which scanner is calibrated: one of the settings file's, or one that is only plugged in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from station.calibration.from_bytes import Rate
from station.calibration.taps import KeyboardScanner, LineScanner
from station.discovery import Port
from station.errors import StationError
from station.far_place import far
from station.scanners.keyboards import Keyboard, best_match, matches
from station.settings import ScannerSettings

Section = dict[str, object]
DEV_INPUT = "/dev/input/"


@dataclass(frozen=True, slots=True)
class Choice:
    """A scanner: the section it has or would have, and the place of that among the file's, None for a new one."""

    section: ScannerSettings
    place: int | None = None
    note: str = ""

    @property
    def raw(self) -> Section:
        """The section as it is written."""
        return self.section.model_dump(mode="json", exclude_unset=True)

    @property
    def label(self) -> str:
        """Its name, and what is known of it."""
        return f"{self.section.label}{f' ({self.note})' if self.note else ''}"

    def subject(self) -> KeyboardScanner | LineScanner:
        """Give what is calibrated."""
        if self.section.kind == "hid":
            return KeyboardScanner(self.label, self.section.match or "", self.section.layout)
        return LineScanner(self.label, self.section.path or "", Rate(self.section.baud, self.section.bits))


@dataclass(frozen=True, slots=True)
class Around:
    """What there is: the file's sections, the ports and the keyboards that are plugged in."""

    sections: Sequence[ScannerSettings]
    ports: Sequence[Port]
    keyboards: Sequence[Keyboard]


def choose(wanted: str | None, around: Around, ask: Callable[[Sequence[str]], int | None]) -> Choice:
    """Give the scanner of this name, path or match; without one the only one that can be meant, or the one a person picks."""
    if wanted is not None:
        return _named(wanted, around)
    there = [*_choices(around)]
    sure = [each for each in there if each.place is not None or each.section.kind == "serial" or "somebody's" not in each.note]
    if len(sure) == 1:
        return sure[0]
    if not there:
        raise StationError(
            'No scanner is plugged in: plug it in, then try again ("holdshelf-station scanners" says what this computer sees).'
        )
    picked = ask([each.label for each in there])
    if picked is None:
        raise StationError(f"Say with --scanner which one is meant: {', '.join(each.section.label for each in there)}.")
    return there[picked]


def _named(wanted: str, around: Around) -> Choice:
    known = [Choice(each, place) for place, each in enumerate(around.sections) if each.kind != "typed"]
    by_name = [each for each in known if each.section.label == wanted]
    if found := by_name or [each for each in known if _means(each.section, wanted, around.keyboards)]:
        return found[0]
    if (wanted.startswith("/") and not wanted.startswith(DEV_INPUT)) or far(wanted):
        return Choice(ScannerSettings(kind="serial", path=wanted))
    pattern = wanted.removeprefix(DEV_INPUT).split("/")[-1]
    mine = [each for each in around.keyboards if matches(pattern, each) or each.node == wanted]
    if len(mine) == 1:
        return _keyboard(mine[0], around)
    there = ", ".join(each.section.label for each in _choices(around)) or "none"
    which = "Several keyboards match" if mine else "No scanner is"
    raise StationError(f"{which} {wanted}: name one of those there are ({there}), the path of a serial port or the match of a keyboard.")


def _means(section: ScannerSettings, wanted: str, keyboards: Sequence[Keyboard]) -> bool:
    if section.kind == "serial":
        path = section.path or ""
        return wanted == path or (wanted.startswith("/") and os.path.realpath(wanted) == os.path.realpath(path))
    return wanted == section.match or any(each.node == wanted and matches(section.match or "", each) for each in keyboards)


def _choices(around: Around) -> Iterator[Choice]:
    """Give what can be calibrated: the file's scanners that are there, then what else is plugged in, likely ones first."""
    for place, section in enumerate(around.sections):
        if section.kind != "typed" and _there(section, around):
            yield Choice(section, place, "in the settings file")
    paths = {os.path.realpath(each.path or "") for each in around.sections if each.kind == "serial"}
    for port in around.ports:
        if os.path.realpath(port.path) not in paths:
            yield Choice(ScannerSettings(kind="serial", path=str(port.path)), note="a serial port, not in the settings file")
    patterns = [each.match or "" for each in around.sections if each.kind == "hid"]
    free = [each for each in around.keyboards if not any(matches(pattern, each) for pattern in patterns)]
    for keyboard in sorted(free, key=lambda each: not each.looks_like_a_scanner):
        yield _keyboard(keyboard, around)


def _there(section: ScannerSettings, around: Around) -> bool:
    if section.kind == "hid":
        return any(matches(section.match or "", each) for each in around.keyboards)
    return bool(far(section.path or "")) or os.path.exists(section.path or "")


def _keyboard(keyboard: Keyboard, around: Around) -> Choice:
    looks = "looks like a scanner" if keyboard.looks_like_a_scanner else "looks like somebody's keyboard"
    section = ScannerSettings(kind="hid", match=best_match(keyboard, around.keyboards))
    return Choice(section, note=f"{keyboard.name}, {looks}, not in the settings file")
