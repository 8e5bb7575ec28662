"""What a desk has beside its screen, by the settings: sounds, a light, a slip printer. Only what is configured is imported."""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from functools import partial
from typing import TYPE_CHECKING

from broker.messages import Reply, Slip
from station.screen import NoteKind
from station.settings import LightSettings, PrinterSettings, SoundSettings, StationFile
from station.tones import Tone
from station.words import Key, Saying

if TYPE_CHECKING:
    from station.lights import Lamp, Light
    from station.printers import Printer
    from station.printing import Printing
    from station.sounds import Sounds

CLOSE_S = 0.5

Tell = Callable[[NoteKind, Saying], None]
"""Shows words at the desk; called from any thread."""
Ring = Callable[[], None]


class Outputs:
    """A Feedback for what there is."""

    def __init__(self, sounds: Sounds | None = None, light: Light | None = None, printing: Printing | None = None) -> None:
        self._sounds = sounds
        self._light = light
        self._printing = printing

    def tone(self, tone: Tone) -> None:
        """Sound and show it."""
        if self._sounds is not None:
            self._sounds.play(tone)
        if self._light is not None:
            self._light.show(tone)

    def answered(self, reply: Reply) -> None:
        """Print its slips."""
        if self._printing is not None:
            self._printing.print(reply)

    def parts(self, names: Set[str]) -> Outputs:
        """Give these parts alone, by their sections' names."""
        return Outputs(
            self._sounds if "sounds" in names else None,
            self._light if "light" in names else None,
            self._printing if "printer" in names else None,
        )

    def with_parts_of(self, other: Outputs, names: Set[str]) -> Outputs:
        """Give these outputs with those parts of the others."""
        mine = self.parts({"sounds", "light", "printer"} - names)
        return Outputs(other._sounds or mine._sounds, other._light or mine._light, other._printing or mine._printing)

    def close(self) -> None:
        """End everything, within half a second altogether."""
        parts = [part for part in (self._sounds, self._light, self._printing) if part is not None]
        end = time.monotonic() + CLOSE_S
        for part in parts:
            part.close()
        for part in parts:
            part.join(max(0.0, end - time.monotonic()))


def feedback_for(settings: StationFile, tell: Tell, ring: Ring | None) -> Outputs:
    """Start what the settings name; ``ring`` rings the terminal's bell, where there is one."""
    sounds = _sounds(settings.sounds, tell, ring) if settings.sounds is not None and settings.sounds.output != "none" else None
    light = _light(settings.light, tell) if settings.light is not None else None
    return Outputs(sounds, light, _printing(settings.printer, tell) if settings.printer is not None else None)


def change_feedback(outputs: Outputs, was: StationFile, now: StationFile, tell: Tell, ring: Ring | None) -> tuple[Outputs, Outputs]:
    """Give the outputs for other settings, and those that go and are to be closed; what stays the same goes on, with its waiting slips."""
    changed = {name for name in ("sounds", "light", "printer") if getattr(was, name) != getattr(now, name)}
    fresh = feedback_for(now.model_copy(update={name: None for name in {"sounds", "light", "printer"} - changed}), tell, ring)
    return outputs.with_parts_of(fresh, changed), outputs.parts(changed)


def lamp_for(settings: LightSettings) -> Lamp:
    """Give where the light's lines go."""
    from station.lights import ProgramLamp, SerialLamp

    if settings.kind == "serial" and settings.path is not None:
        return SerialLamp(settings.path, settings.baud)
    return ProgramLamp(settings.command)


def printer_for(settings: PrinterSettings) -> Printer:
    """Give where slips go."""
    from station.printers import FilePrinter, NetworkPrinter, QueuePrinter

    if settings.path is not None and settings.kind in ("file", "usb"):
        return FilePrinter(settings.path, device=settings.kind == "usb")
    if settings.host is not None and settings.kind == "tcp":
        return NetworkPrinter(settings.host, settings.port)
    return QueuePrinter(settings.queue)


def form_for(settings: PrinterSettings) -> Callable[[Slip], bytes]:
    """Give how a slip becomes bytes for this printer."""
    from station.slips import Paper, escpos, plain

    paper, write = Paper(settings.width, settings.codepage, settings.barcode), plain if settings.kind == "lp" else escpos
    return lambda slip: write(slip.lines, slip.barcode, paper)


def _sounds(settings: SoundSettings, tell: Tell, ring: Ring | None) -> Sounds | None:
    from station.players import player_for
    from station.sounds import Sounds

    player = player_for(settings.output, device=settings.device, volume=settings.volume, ring=ring)
    if player is None:
        tell("problem", Saying(Key.NO_SOUND, {"why": Saying(Key.NOTHING_PLAYS)}))
        return None
    return Sounds(player, partial(tell, "problem"))


def _light(settings: LightSettings, tell: Tell) -> Light:
    from station.lights import Light

    return Light(lamp_for(settings), partial(tell, "problem"), seconds=settings.seconds)


def _printing(settings: PrinterSettings, tell: Tell) -> Printing:
    from station.printing import Printing

    return Printing(
        printer_for(settings),
        form_for(settings),
        settings.slips,
        lambda bad, words: tell("problem" if bad else "printer", words),
        away_limit_s=settings.minutes * 60,
    )
