"""The six sounds of a desk as notes: told apart by pitch, by length and by rhythm, so that nobody has to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Tone = Literal["ok", "route", "info", "no", "stored", "fault"]


@dataclass(frozen=True, slots=True)
class Note:
    """One pitch for some milliseconds; 0 Hz is a rest."""

    hz: int
    ms: int


@dataclass(frozen=True, slots=True)
class Sound:
    """What one tone sounds like; ``rings`` is its rhythm where there is a bell alone."""

    notes: tuple[Note, ...]
    rings: int = 1
    grave: bool = False
    """Whether it means that something did not happen: no other sound may drown it."""
    loudness: float = 0.8
    harsh: bool = False


SOUNDS: Mapping[Tone, Sound] = MappingProxyType(
    {
        "ok": Sound((Note(1760, 130),)),
        "route": Sound((Note(880, 110), Note(0, 60), Note(1320, 150)), rings=2),
        "info": Sound((Note(587, 220),), loudness=0.3),
        "no": Sound((Note(233, 480),), rings=3, grave=True),
        "stored": Sound((Note(2637, 25),), loudness=0.5),
        "fault": Sound((Note(165, 150), Note(0, 80), Note(165, 150)), rings=4, grave=True, harsh=True),
    }
)

RING = (Note(1000, 60), Note(0, 100))


def rung(tone: Tone) -> tuple[Note, ...]:
    """Give the tone as rings of a bell that knows one pitch."""
    return RING * SOUNDS[tone].rings
