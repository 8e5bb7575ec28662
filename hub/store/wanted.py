"""What the messages of a batch may need of the database, as far as it can be told before they are worked on."""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def stations(self) -> set[str]:
        """Give the stations that say something."""
        return {station for station, _ in self.streams}

    @property
    def barcodes(self) -> set[str]:
        """Give what is scanned."""
        return {scan.barcode for scan in self.scans}


NOTHING_WANTED = Wanted()
