"""What keeps a scan from being answered, or will do so soon."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong, in words that are few; the sentence says the rest."""

    STARTING = "starting"
    BROKER = "broker"
    DELIVERY = "delivery"
    """The broker is there and does not bring what it took."""
    DATABASE = "database"
    LEASES = "leases"
    """Of several hubs this one has no part in the stations."""
    DISK = "disk"
    LOOP = "loop"
    CLOCK = "clock"
    DASHBOARDS = "dashboards"
    PATRONS = "patrons"


SCANS_WAIT = frozenset({Kind.STARTING, Kind.BROKER, Kind.DELIVERY, Kind.DATABASE, Kind.LEASES, Kind.LOOP})
"""Of these a scan is not answered. The others are told and the hub stays ready: taking it out of service would stop the scans, too."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong and one or two sentences with what to do."""

    kind: Kind
    says: str

    @property
    def stops_scans(self) -> bool:
        """Whether scans wait because of it."""
        return self.kind in SCANS_WAIT
