"""The witness of the eight scanners: what was typed and which light was seen, a line each, written before anybody acts on it.

Nothing is taken from the station but what a person at its desk sees. Times are those since boot, as in the station's journal.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATION, READER_STOPPED, READER_GOES_ON = "station", "reader stopped", "reader goes on"
"""What happened to whom, where it matters who is listened to."""
KEYBOARDS = "KLMN"
"""The letters of the scanners that the reader reads."""


class Record:
    """Appends to the file; several threads do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begun = 0
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def begins(self, scanner: str, barcode: str) -> None:
        """A scan begins."""
        self._write("begins", scanner=scanner, barcode=barcode)
        self.begun += 1

    def ended(self, scanner: str, barcode: str) -> None:
        """All of it was sent."""
        self._write("ended", scanner=scanner, barcode=barcode)

    def again(self, scanner: str, barcode: str) -> None:
        """It was not acknowledged in time and is sent once more."""
        self._write("again", scanner=scanner, barcode=barcode)

    def cut_short(self, scanner: str, barcode: str) -> None:
        """It stops half way."""
        self._write("cut", scanner=scanner, barcode=barcode)

    def torn(self, scanner: str, pieces: list[str]) -> None:
        """A scanner whose scans end by silence was silent inside this one."""
        self._write("torn", scanner=scanner, pieces=pieces)

    def shown(self, event: dict[str, Any]) -> None:
        """The desk showed something."""
        told = event.get("reply") or event
        kept = {key: told[key] for key in ("scan_id", "seq", "kind", "words", "detail") if key in told}
        self._write("shown", event=event["event"], barcode=event.get("barcode"), **kept)

    def happened(self, what: str, parts: str = "") -> None:
        """Something was killed, stopped or started."""
        self._write("happened", what=what, parts=parts)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, did: str, **fields: Any) -> None:
        line = json.dumps({"did": did, "t": round(time.clock_gettime(time.CLOCK_BOOTTIME), 4), **fields}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()


@dataclass
class Typed:
    """One scan as it was typed."""

    scanner: str
    barcode: str
    begun: float
    ended: float | None = None
    sendings: int = 1
    cut: bool = False


@dataclass
class Told:
    """The file read back."""

    typed: dict[str, Typed] = field(default_factory=dict)
    """By barcode; each is typed once."""
    pieces: Counter[str] = field(default_factory=Counter)
    lights: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Seq and barcode of every scan the desk showed as stored or answered, by scan_id."""
    reds: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    listening: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """When each scanner was listened to, by its name."""
    _since: dict[str, float] = field(default_factory=dict)
    _stopped: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, names: list[str]) -> Told:
        """Read it; ``names`` are those of the scanners."""
        told, t = cls(), 0.0
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            did, t = fields.pop("did"), fields.pop("t")
            getattr(told, f"_{did}")(t, names, **fields)
        told._away(t, names)
        return told

    def _begins(self, t: float, _names: list[str], scanner: str, barcode: str) -> None:
        self.typed[barcode] = Typed(scanner, barcode, t)

    def _ended(self, t: float, _names: list[str], scanner: str, barcode: str) -> None:
        self.typed[barcode].ended = t

    def _again(self, _t: float, _names: list[str], scanner: str, barcode: str) -> None:
        self.typed[barcode].sendings += 1

    def _cut(self, _t: float, _names: list[str], scanner: str, barcode: str) -> None:
        self.typed[barcode].cut = True

    def _torn(self, _t: float, _names: list[str], scanner: str, pieces: list[str]) -> None:
        self.pieces.update(pieces)

    def _happened(self, t: float, names: list[str], what: str, parts: str) -> None:
        self.happened[what] += 1
        if parts == STATION:
            self._away(t, names)
        elif parts == READER_STOPPED:
            self._stopped = [name for name in names if name[-1] in KEYBOARDS and name in self._since]
            self._away(t, self._stopped)
        elif parts == READER_GOES_ON:
            self._since |= dict.fromkeys(self._stopped, t + 1)

    def _shown(self, t: float, names: list[str], event: str, barcode: str | None, **told: Any) -> None:
        if event in ("waiting", "reply") and barcode is not None:
            self.lights[told["scan_id"]] = (told["seq"], barcode)
        elif event == "fault":
            self.reds += 1
        elif event == "note" and told["kind"] == "scanner":
            for name in names:
                if f"{name} " in f"{told['words']} ":
                    self._since.setdefault(name, t)

    def _away(self, t: float, names: list[str]) -> None:
        for name in names:
            if (since := self._since.pop(name, None)) is not None:
                self.listening[name].append((since, t))
