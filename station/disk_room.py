"""How much room the journal's disk has, and whether that is less than is safe: said before scans can no longer be stored."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
SAFE_BYTES = 64 * MIB
"""A hundred thousand scans, or some hours of another program that writes too much."""
SAFE_PART = 20
"""Of a small disk its twentieth part is enough."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a disk has, in bytes."""

    free: int
    total: int

    @property
    def safe(self) -> int:
        """How much must be free."""
        return min(SAFE_BYTES, self.total // SAFE_PART)

    def low(self, *, was: bool) -> bool:
        """Say whether it is too little; once it was, a quarter more is needed, so that this is not said every minute."""
        return self.free < self.safe + (self.safe // 4 if was else 0)


def room_at(folder: Path) -> Room:
    """Look at the disk a folder is on."""
    found = os.statvfs(folder)
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


class DiskRoom:
    """Remembers what was seen last."""

    def __init__(self, look: Callable[[], Room]) -> None:
        self._look = look
        self.room: Room | None = None
        self.low = False

    def look(self) -> bool:
        """Look again; gives whether ``low`` has changed. A disk that cannot be asked is as it was: writing will tell."""
        was = self.low
        try:
            self.room = self._look()
        except OSError:
            return False
        self.low = self.room.low(was=was)
        return self.low != was
