"""The independent witness: what was scanned and what light was seen, on disk before anybody acts on it.

Only the driver writes here, and nothing is taken from hub or station but what a person at the desk sees.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESTORED = "hub put back from a backup"
"""The kind of fault that makes replies come anew."""


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
            line["t"] = time.time()
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
    lit_at: dict[str, tuple[float, float]] = field(default_factory=dict)
    """When a scan was made at the earliest, and when there was light at the latest, by scan_id."""
    told_at: dict[str, float] = field(default_factory=dict)
    """When a desk first saw a reply, by scan_id."""
    restored_at: float = 0
    """When the hub was last put back from a backup."""
    _newest: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """Number and scan_id of the last one lit, by station and barcode: a new journal begins with low numbers, and clocks go back."""

    @classmethod
    def read(cls, path: Path) -> Testimony:
        """Read the file."""
        found = cls()
        last: dict[str, str] = {}
        made: dict[tuple[str, str], float] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            match told["did"]:
                case "scan":
                    found.scans[told["station"], told["barcode"]] += 1
                    last[told["station"]] = told["barcode"]
                    made.setdefault((told["station"], told["barcode"]), told["t"])
                case "red":
                    found.reds[told["station"], last[told["station"]]] += 1
                case "fault":
                    found.faults[told["kind"]] += 1
                    if told["kind"] == RESTORED:
                        found.restored_at = told["t"]
                case _:
                    found._light(told, made)
        return found

    def _light(self, told: dict[str, Any], made: dict[tuple[str, str], float]) -> None:
        reply = told.get("reply")
        shown = reply or told
        scan_id = shown["scan_id"]
        self.lights[scan_id] = (told["station"], shown["seq"])
        if reply is not None:
            self.replies.setdefault(scan_id, []).append(reply | {"t": told["t"]})
            self.told_at.setdefault(scan_id, told["t"])
        if scan_id in self.lit_at:
            return
        # Made after the light for the last one of this barcode; one whose own light a kill took may be told of behind that, and behind
        # the light for a later one, too.
        key, this = (told["station"], told["barcode"]), (shown["seq"], scan_id)
        is_older = all(mine < newest for mine, newest in zip(this, self._newest.get(key, this), strict=True))
        self.lit_at[scan_id] = (0.0 if is_older else made.pop(key, 0.0), told["t"])
        if not is_older:
            self._newest[key] = this
