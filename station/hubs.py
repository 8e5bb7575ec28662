"""Which hubs there are and whether they are away; an old will is told from a new birth by the birth's time.

Only a will comes late. A hub that says it is there is there, also where its clock was put back since its last birth.
"""

from __future__ import annotations

from datetime import datetime

from broker.versions import reads_second


class Hubs:
    """The hubs as their retained states tell."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, bool]] = {}
        self._programs: dict[str, str] = {}

    def heard(self, hub: str, born_at: datetime, *, online: bool, program: str = "") -> bool:
        """Take a hub's state; gives whether this is a birth not heard of before."""
        before = self._known.get(hub)
        if before is not None and not online and born_at < before[0]:
            return False
        self._known[hub] = (born_at, online)
        self._programs[hub] = program
        return online and (before is None or born_at != before[0] or not before[1])

    @property
    def all_away(self) -> bool:
        """Whether every known hub is offline."""
        return bool(self._known) and not any(online for _born, online in self._known.values())

    @property
    def read_second(self) -> bool | None:
        """Whether every hub that is there reads version 2 of our messages; None while none is there."""
        there = [self._programs[hub] for hub, (_born, online) in self._known.items() if online]
        return all(map(reads_second, there)) if there else None
