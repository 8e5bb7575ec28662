"""Which hubs there are and whether they are away; an old will is told from a new birth by the birth's time."""

from __future__ import annotations

from datetime import datetime


class Hubs:
    """The hubs as their retained states tell."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, bool]] = {}

    def heard(self, hub: str, born_at: datetime, *, online: bool) -> bool:
        """Take a hub's state; gives whether this is a birth not heard of before."""
        before = self._known.get(hub)
        if before is not None and born_at < before[0]:
            return False
        self._known[hub] = (born_at, online)
        return online and (before is None or born_at > before[0] or not before[1])

    @property
    def all_away(self) -> bool:
        """Whether every known hub is offline."""
        return bool(self._known) and not any(online for _born, online in self._known.values())
