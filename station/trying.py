"""At installation: what of sounds, light and printer would not work, and each tried once (``check`` and ``try``)."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from broker.messages import Slip
from station.errors import StationError
from station.feedback import form_for, lamp_for, printer_for
from station.settings import LightSettings, PrinterSettings, SoundSettings, StationFile
from station.words import Key, Saying

if TYPE_CHECKING:
    from station.players import Player

PAUSE_S = 0.7
SHOWN_S = 1.0
SIGNS = "ÄÖÜäöüß éèêç åøæ ñ łőž € – “…”"  # noqa: RUF001 - these signs are meant


def notes(settings: StationFile) -> Iterator[str]:
    """Give a sentence for each thing that would not work now."""
    if settings.sounds is not None and settings.sounds.output != "none" and _player(settings.sounds) is None:
        yield f"sounds: {Saying(Key.NOTHING_PLAYS)}"
    if settings.light is not None and (why := _unlit(settings.light)):
        yield f"light: {why}"
    if settings.printer is not None and (why := _unprinted(settings.printer)):
        yield f"printer: {why}; a slip waits {settings.printer.minutes} min for it"


def try_out(settings: StationFile, what: str) -> int:
    """Make every sound, show every tone, or print a slip; StationError says what did not work."""
    section = {"sound": settings.sounds, "light": settings.light, "print": settings.printer}[what]
    if isinstance(section, SoundSettings):
        _try_sounds(section)
    elif isinstance(section, LightSettings):
        _try_light(section)
    elif isinstance(section, PrinterSettings):
        _try_printer(section, settings.station)
    else:
        name = {"sound": "sounds", "light": "light", "print": "printer"}[what]
        raise StationError(f"The settings have no section [{name}]: add it, then try again.")
    return 0


def _try_sounds(settings: SoundSettings) -> None:
    from station.players import NoSound
    from station.sounds import follow
    from station.tones import SOUNDS

    player = _player(settings)
    if player is None:
        raise StationError(str(Saying(Key.NO_SOUND, {"why": Saying(Key.NOTHING_PLAYS)})))
    for tone in SOUNDS:
        print(tone, flush=True)
        try:
            follow(player(tone))
        except NoSound as error:
            raise StationError(f"No sound: {error.why}.") from error
        time.sleep(PAUSE_S)


def _try_light(settings: LightSettings) -> None:
    from station.lights import NoLight
    from station.tones import SOUNDS

    lamp = lamp_for(settings)
    try:
        for tone in SOUNDS:
            print(tone, flush=True)
            lamp.show(tone)
            time.sleep(SHOWN_S)
        lamp.show("off")
    except NoLight as error:
        raise StationError(f"No light: {error.why}.") from error
    finally:
        lamp.close()


def _try_printer(settings: PrinterSettings, station: str) -> None:
    from station.printers import NotPrinted

    columns = "".join(str(column % 10) for column in range(1, settings.width + 1))
    slip = Slip(kind="hold", lines=("Holdshelf", station, SIGNS, columns), barcode="TEST 123456")
    try:
        printer_for(settings).send(form_for(settings)(slip))
    except NotPrinted as error:
        raise StationError(f"Not printed: {error.why}.") from error
    print("A slip was sent: the row of digits must fill one line, the barcode must be readable, the paper cut.")


def _player(settings: SoundSettings) -> Player | None:
    from station.players import player_for

    return player_for(settings.output, device=settings.device, volume=settings.volume, ring=ring if sys.stdout.isatty() else None)


def ring() -> None:
    """Ring the bell of the terminal on standard output."""
    sys.stdout.write("\a")
    sys.stdout.flush()


def _unlit(settings: LightSettings) -> str | None:
    if settings.kind == "command" and shutil.which(settings.command[0]) is None:
        return f"{settings.command[0]} is not there or may not be run"
    if settings.path is not None and not os.access(settings.path, os.R_OK | os.W_OK):
        return f"{settings.path} is not there now, or may not be opened by this user"
    return None


def _unprinted(settings: PrinterSettings) -> str | None:
    from station.printers import NotPrinted

    try:
        printer_for(settings).check()
    except NotPrinted as error:
        return str(error.why)
    return None
