"""From the scanners that run to those the new settings want, with as little disturbance as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from station.framers import framer_of
from station.scanner_set import Refit
from station.scanners import Scanner
from station.scanners.serial_port import SerialScanner
from station.settings import ScannerSettings
from station.signals import Signaller

RULES = {"prefix", "suffix", "require_prefix", "aim", "aim_map"}
"""How a frame is read: no device has to know."""
LINE = {"path", "baud", "bits"}
"""What a serial port is opened with; the rest is how it is cut into frames."""

Make = Callable[[Sequence[ScannerSettings]], list[Scanner]]


@dataclass(frozen=True)
class Change:
    """The scanners there will be, and which of them keep their port and read it otherwise."""

    scanners: list[Scanner]
    refits: dict[Scanner, Refit] = field(default_factory=dict)


def change_of(running: Iterable[Scanner], was: Sequence[ScannerSettings], now: Sequence[ScannerSettings], make: Make) -> Change:
    """Keep each scanner whose device stays as it was, and make the others."""
    by_name = {each.name: each for each in running}
    kept = {each.label: by_name[each.label] for each in now if each.label in by_name and _stays(each, was, now)}
    made = {each.name: each for each in make([each for each in now if each.label not in kept])}
    scanners = [kept.get(each.label) or made[each.label] for each in now]
    return Change(scanners, {kept[each.label]: refit for each in now if each.label in kept and (refit := _refit(kept, each, was))})


def _stays(section: ScannerSettings, was: Sequence[ScannerSettings], now: Sequence[ScannerSettings]) -> bool:
    before = _before(section, was)
    if before is None or before.kind != section.kind:
        return False
    if section.kind == "hid":
        # One process reads all keyboards; it is started with what it shall read.
        return [_device(each) for each in was if each.kind == "hid"] == [_device(each) for each in now if each.kind == "hid"]
    if section.kind == "serial":
        return before.model_dump(include=LINE) == section.model_dump(include=LINE)
    return _device(before) == _device(section)


def _refit(kept: dict[str, Scanner], section: ScannerSettings, was: Sequence[ScannerSettings]) -> Refit | None:
    scanner, before = kept[section.label], _before(section, was)
    if not isinstance(scanner, SerialScanner) or before is None or _device(before) == _device(section):
        return None
    return partial(scanner.refit, framer_of(section), Signaller(section.signals))


def _before(section: ScannerSettings, was: Sequence[ScannerSettings]) -> ScannerSettings | None:
    return next((each for each in was if each.label == section.label), None)


def _device(section: ScannerSettings) -> dict[str, object]:
    return section.model_dump(exclude=RULES)
