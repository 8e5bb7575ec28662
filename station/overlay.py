"""The hub's settings laid over those of station.toml: section by section, the whole section.

Who may change settings at the hub must not thereby own the desk's computer: what runs a program or writes a file is taken only
as it stands in station.toml, and devices lie below /dev.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from broker.setup import MAY_BE_OFF, SECTIONS, why_unfit
from station.errors import SettingsError
from station.far_place import far
from station.kept_settings import Kept, Sent
from station.settings import LightSettings, PrinterSettings, SoundSettings, StationFile

PRINTERS = ("/dev/usb/lp*", "/dev/lp*")
SOUND_CARDS = re.compile(r"(default|sysdefault|plughw|hw|dmix|front|hdmi|iec958|pulse|pipewire)(:[A-Za-z0-9_=,-]*)?")
"""ALSA knows devices that run a program or write a file ("file:'|…',raw"), so only those that name a sound card are taken."""
FILE_ONLY = 'station.toml says settings_from = "file": take that line out there, and start the station again'
KILLED = (
    "the station ended while it tried them, so those before are in force: look into its log, and set them again to have them tried again"
)


def laid_over(file: StationFile, setup: Mapping[str, Any]) -> StationFile:
    """Give the settings as they are with the hub's sections in place of the file's; SettingsError names the key and what to do."""
    if why := why_unfit(setup):
        raise SettingsError(why)
    told = {key: None if value is False and key in MAY_BE_OFF else value for key, value in setup.items()}
    try:
        settings = StationFile.model_validate(file.model_dump(exclude_unset=True, exclude=set(told)) | told)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from error
    if why := _why_dangerous(file, settings, set(told)):
        raise SettingsError(why)
    return settings


def begin(file: StationFile, kept: Kept) -> tuple[StationFile, Kept]:
    """Give the settings to start with, and what is kept from now on: a trial that did not end has failed."""
    if kept.trying is not None:
        kept = kept.model_copy(update={"trying": None, "refused": kept.trying, "why": KILLED})
    return in_force(file, kept)[0], kept


def in_force(file: StationFile, kept: Kept) -> tuple[StationFile, Sent | None, str | None]:
    """Give the settings in force, whose they are (None: the file's alone), and why the kept ones are not where there are some."""
    if kept.good is None:
        return file, None, None
    if file.settings_from == "file":
        return file, None, FILE_ONLY
    try:
        return laid_over(file, kept.good.setup), kept.good, None
    except SettingsError as error:
        return file, None, str(error)


def told_by(file: StationFile, kept: Kept) -> tuple[str, ...]:
    """Say of each section whose it is, and what became of what the hub sent: for ``check``."""
    _settings, sent, why = in_force(file, kept)
    lines = [f"{key}: {_whose(key, file, sent)}" for key in SECTIONS]
    if kept.good is not None and why:
        lines.append(f"the hub's settings of version {kept.good.version} are not in force: {why}")
    if kept.trying is not None:
        lines.append(f"version {kept.trying.version} was being tried when the station ended: the next start does without it")
    if kept.refused is not None:
        lines.append(f"version {kept.refused.version} was refused: {kept.why}")
    return tuple(lines)


def _whose(key: str, file: StationFile, sent: Sent | None) -> str:
    if sent is not None and key in sent.setup:
        instead = " (what station.toml says of it is not in force)" if key in file.model_fields_set else ""
        return f"set by the hub, version {sent.version}{instead}"
    return "station.toml" if key in file.model_fields_set else "default"


def _why_dangerous(file: StationFile, settings: StationFile, told: set[str]) -> str | None:
    """Give why a value is not taken from afar; what stands in the file itself is."""
    whys = [_why_not_this_sound(file.sounds, settings.sounds)] if "sounds" in told else []
    whys += [_why_not_this_light(file.light, settings.light)] if "light" in told else []
    whys += [_why_not_this_printer(file.printer, settings.printer)] if "printer" in told else []
    if "scanner" in told:
        known = {each.path for each in file.scanner}
        whys += [_why_no_device(f"scanner[{number}].path", each.path, known) for number, each in enumerate(settings.scanner, 1)]
    return next((why for why in whys if why), None)


def _why_not_this_sound(ours: SoundSettings | None, theirs: SoundSettings | None) -> str | None:
    device = theirs.device if theirs is not None else None
    if device is None or (ours is not None and ours.device == device) or SOUND_CARDS.fullmatch(device):
        return None
    return (
        f"sounds.device: {device} does not name a sound card: from the hub only names like plughw:CARD=PCH,DEV=0 are taken, "
        "or what stands in station.toml."
    )


def _why_not_this_light(ours: LightSettings | None, theirs: LightSettings | None) -> str | None:
    if theirs is None:
        return None
    if theirs.kind == "command" and (ours is None or ours.command != theirs.command):
        return "light.command: a program runs only as it stands in station.toml: write the same [light] command there, or use kind serial."
    return _why_no_device("light.path", _text(theirs.path), {_text(ours.path) if ours else None})


def _why_not_this_printer(ours: PrinterSettings | None, theirs: PrinterSettings | None) -> str | None:
    if theirs is None or theirs.kind not in ("file", "usb") or (ours is not None and ours.path == theirs.path):
        return None
    if theirs.kind == "usb" and any(PurePosixPath(str(theirs.path)).match(pattern) for pattern in PRINTERS):
        return None
    return (
        f"printer.path: from the hub only {', '.join(PRINTERS)} are taken, with kind usb: use such a path, tcp or lp, "
        "or write the same [printer] path in station.toml."
    )


def _why_no_device(name: str, path: str | None, known: set[str | None]) -> str | None:
    if path is None or path in known or far(path):
        return None
    parts = PurePosixPath(path).parts
    if parts[:2] == ("/", "dev") and ".." not in parts:
        return None
    return f"{name}: {path} is no device: from the hub only paths below /dev are taken, or those that stand in station.toml."


def _text(path: object) -> str | None:
    return None if path is None else str(path)


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in first["loc"] if part != "[key]").lstrip(".")
    said = str(first["msg"]).removeprefix("Value error, ")
    match first["type"]:
        case "extra_forbidden":
            return f"{place}: unknown key: remove it or correct its name."
        case "missing":
            return f"{place} is missing: add it."
        case _:
            return f"{place}: {said}." if place else f"{said}."
