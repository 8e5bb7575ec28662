"""What the settings of a scanner ask for: which framer for its bytes, which rules for its frames."""

from __future__ import annotations

from station.framing import Framer, IdleFramer, LineFramer
from station.reading import Rules
from station.settings import ScannerSettings
from station.ssi import SsiFramer
from station.stx import StxFramer

SILENCE_MS = 50
LINE_SILENCE_MS = 1000
"""Far more than any scanner pauses between two characters, and than a network stalls without losing the line."""


def framer_of(settings: ScannerSettings) -> Framer:
    """Make the framer of one settings section."""
    match settings.framing:
        case "stx":
            return StxFramer(settings.max_length, lrc=settings.lrc, answer=settings.answer)
        case "idle":
            return IdleFramer(settings.max_length, idle_ms=settings.idle_ms or SILENCE_MS)
        case "ssi":
            return SsiFramer(settings.max_length)
        case "line":
            return LineFramer(settings.max_length, silence_ms=LINE_SILENCE_MS)


def reading_rules(settings: ScannerSettings) -> Rules:
    """Give the rules by which a frame of this scanner is read."""
    parity = settings.kind == "serial" and settings.bits[1] != "N"
    return Rules(settings.aim, settings.prefix, settings.suffix, settings.require_prefix, tuple(settings.aim_map.items()), parity)
