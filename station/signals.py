"""What a scanner is sent so that its own beeper and lamp say what was decided: one table, bytes by dialect and tone (D30).

Sources: Honeywell 2020 escapes, the Zebra SSI guide's beep codes, Datalogic's host commands, Metrologic's ACK/NAK.
Nothing is sent for a scan that is only stored, and nothing at all to a scanner that is not set up for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from station.framing import NS_PER_MS
from station.ssi import BEEP, packet

Dialect = Literal["none", "ssi", "honeywell", "datalogic", "metrologic"]
SignalTone = Literal["ok", "route", "info", "no", "fault"]

FAULT_PAUSE_MS = 2000

HIGH_TWICE, LOW_FOUR_TIMES, LOW_LONG, LOW_HIGH, HIGH_LOW_HIGH = b"\x01", b"\x08", b"\x0f", b"\x17", b"\x18"
GREEN_SHORT, LOW, MEDIUM, HIGH, GOOD, BAD = b"\x1b1", b"\x1b4", b"\x1b5", b"\x1b6", b"\x1b7", b"\x1b8"
BEEPS, NOT_ON_FILE = b"B", b"F"
ACK, NAK = b"\x06", b"\x15"

SIGNALS: Mapping[Dialect, Mapping[SignalTone, bytes]] = MappingProxyType(
    {
        "none": {},
        "ssi": {
            "ok": packet(BEEP, LOW_HIGH),
            "route": packet(BEEP, HIGH_TWICE),
            "info": packet(BEEP, HIGH_LOW_HIGH),
            "no": packet(BEEP, LOW_FOUR_TIMES),
            "fault": packet(BEEP, LOW_LONG),
        },
        "honeywell": {"ok": GOOD, "route": GOOD + HIGH, "info": GREEN_SHORT + MEDIUM, "no": BAD, "fault": BAD + LOW},
        "datalogic": {"ok": BEEPS, "route": BEEPS * 2, "info": BEEPS, "no": NOT_ON_FILE, "fault": NOT_ON_FILE},
        # To this scanner a NAK is no verdict: it means "send that again", and a refused item would come for ever.
        "metrologic": {"ok": ACK, "route": ACK, "info": ACK, "no": ACK, "fault": NAK},
    }
)


class Signaller:
    """The signals of one scanner."""

    def __init__(self, dialect: Dialect = "none") -> None:
        self._signals = SIGNALS[dialect]
        self._fault_ns: int | None = None

    def signal(self, tone: SignalTone, now_ns: int) -> bytes:
        """Give the bytes; a noisy line, or a scanner that sends again what is refused, hears of it every two seconds at most."""
        if tone != "fault":
            return self._signals.get(tone, b"")
        if self._fault_ns is not None and now_ns - self._fault_ns < FAULT_PAUSE_MS * NS_PER_MS:
            return b""
        self._fault_ns = now_ns
        return self._signals.get(tone, b"")
