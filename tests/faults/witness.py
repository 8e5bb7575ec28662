"""The independent witness: what was scanned and what light was seen, on disk before anybody acts on it.

Only the driver writes here, and nothing is taken from hub or station but what a person at the desk sees.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Witness:
    """Appends one JSON object a line, flushed to the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.scanned = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def scan(self, station: str, barcode: str) -> None:
        """Note a scan before the scanner sends it."""
        self._write({"did": "scan", "station": station, "barcode": barcode})
        self.scanned += 1

    def light(self, station: str, program: int, shown: dict[str, Any]) -> None:
        """Note what a desk showed about a scan; ``program`` counts the starts of the station."""
        self._write({"did": "light", "station": station, "program": program, **shown})

    def red(self, station: str) -> None:
        """Note that a desk showed that a scan was not stored: its last one."""
        self._write({"did": "red", "station": station})

    def fault(self, kind: str, parts: tuple[str, ...]) -> None:
        """Note a fault."""
        self._write({"did": "fault", "kind": kind, "parts": parts, "scanned": self.scanned})

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _write(self, line: dict[str, Any]) -> None:
        with self._lock:
            os.write(self._file, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(self._file)


@dataclass
class Testimony:
    """The witness's file read back."""

    scans: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each barcode was scanned at each station."""
    lights: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Station and seq of every scan that a desk said is stored, by scan_id."""
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Every reply seen, by scan_id."""
    faults: Counter[str] = field(default_factory=Counter)
    reds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a scan of a barcode at a station was shown as not stored."""

    @classmethod
    def read(cls, path: Path) -> Testimony:
        """Read the file."""
        found = cls()
        last: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            match told["did"]:
                case "scan":
                    found.scans[told["station"], told["barcode"]] += 1
                    last[told["station"]] = told["barcode"]
                case "red":
                    found.reds[told["station"], last[told["station"]]] += 1
                case "fault":
                    found.faults[told["kind"]] += 1
                case _:
                    found._light(told)
        return found

    def _light(self, told: dict[str, Any]) -> None:
        reply = told.get("reply")
        shown = reply or told
        self.lights[shown["scan_id"]] = (told["station"], shown["seq"])
        if reply is not None:
            self.replies.setdefault(shown["scan_id"], []).append(reply)
