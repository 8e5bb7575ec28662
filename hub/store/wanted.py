"""What the messages of a batch may need of the database, as far as it can be told before they are worked on."""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.commands import Command

Pair = tuple[str, str]
"""A station and an incarnation of its journal."""


@dataclass(frozen=True, slots=True)
class WantedScan:
    """One scan that may be taken; ``barcode`` as it is looked up."""

    station: str
    scan_id: str
    barcode: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The streams that messages of a batch belong to, and its scans."""

    streams: frozenset[Pair] = frozenset()
    scans: tuple[WantedScan, ...] = ()
    requests: frozenset[int] = frozenset()
    """Others that turned out to be concerned."""
    again: bool = False
    """Whether a batch was begun with this and overtaken: locks come first now, whatever it costs."""

    @property
    def stations(self) -> set[str]:
        """Give the stations that say something."""
        return {station for station, _ in self.streams}

    @property
    def barcodes(self) -> set[str]:
        """Give what is scanned."""
        return {scan.barcode for scan in self.scans}

    @property
    def undoing(self) -> set[str]:
        """Give the stations whose last move may be taken back."""
        return {scan.station for scan in self.scans if scan.barcode == Command.UNDO.barcode}


class Overtaken(Exception):
    """Another hub has changed what was read before all of it was locked: a batch that has done nothing yet begins anew."""

    def __init__(self, requests: frozenset[int] = frozenset()) -> None:
        """``requests`` are concerned, too, and were not locked."""
        super().__init__("another hub was faster")
        self.requests = requests


NOTHING_WANTED = Wanted()
