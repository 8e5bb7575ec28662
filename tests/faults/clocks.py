"""Wall clocks that can be set while programs run: each program is shown its own, from a file, by libfaketime.

Only the calendar is set; how long things take is as ever, as on a machine whose clock somebody puts right.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from tests.support.house import FAKED, faked_clock

SHARED = Path("/dev") / "shm"
NOTICED_S = 2.5
"""Within this time every running program goes by the new time: the file is read again when the second after next has begun."""


def missing() -> str | None:
    """Say why no clock can be set here, None when one can."""
    return None if faked_clock() else "libfaketime is missing: apt-get install faketime"


class SetClock:
    """The clock of one program, in a file."""

    def __init__(self, file: Path) -> None:
        self.ahead_s = 0.0
        self._file = file
        self.put(0)

    @property
    def environment(self) -> dict[str, str]:
        """Give what a program is started with to go by it."""
        about = {"FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_CACHE_DURATION": "1", "NO_FAKE_STAT": "1"}
        return FAKED | {"LD_PRELOAD": str(faked_clock())} | about

    def now(self) -> float:
        """Give what it shows."""
        return time.time() + self.ahead_s

    def put(self, ahead_s: float) -> None:
        """Set it so far ahead of the machine's, or behind."""
        self.ahead_s = ahead_s
        # Whole or not at all: it may be read at any moment.
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead_s:+.3f}\n")
        os.replace(new, self._file)


def forget_clocks(pids: Iterable[int]) -> None:
    """Take away what libfaketime shares between a program and its children; one that was killed could not."""
    for pid in pids:
        for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
            (SHARED / name).unlink(missing_ok=True)
