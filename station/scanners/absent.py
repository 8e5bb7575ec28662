"""A configured scanner that this version cannot read: shown as not present, with the reason; everything else goes on."""

from __future__ import annotations

from station.scanners import Changed, Kind, Take
from station.signals import SignalTone
from station.words import Saying


class AbsentScanner:
    """Stands in the station's state and reads nothing."""

    present = False

    def __init__(self, name: str, kind: Kind, detail: Saying) -> None:
        self.name = name
        self.kind = kind
        self.detail = detail

    def signal(self, tone: SignalTone) -> None:
        """Nothing can beep here."""

    async def run(self, take: Take, changed: Changed) -> None:
        """Say once that it is not there."""
        changed(self)
