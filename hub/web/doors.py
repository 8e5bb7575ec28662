"""What the web may ask of the hub; it knows nothing else of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from broker.messages import Reply
from hub.core.seen import Site
from hub.openid import Provider
from hub.senders.try_letter import Trial
from hub.settings import HubSettings
from hub.store.place import Place as DatabasePlace
from hub.store.sql import Connection
from hub.watch.vitals import Vitals

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a scan would be answered now, and if not, why in words; ``stuck`` says that only a new start would help."""

    ready: bool
    problems: tuple[str, ...]
    stuck: str | None = None
    """Why only a new start would help."""
    warnings: tuple[str, ...] = ()
    """What is wrong though scans are answered."""
    kinds: frozenset[str] = frozenset()
    """Of what kinds problems and warnings are, for metrics."""


class Doors(Protocol):
    """The hub as pages and HTTP see it."""

    site: str
    hub: str
    source: str
    """Of its events."""
    library: str
    token: str
    metrics_token: str
    database: DatabasePlace
    rules: Site
    trial: Trial
    """Sample letters, to look at and to send."""
    provider: Provider | None
    """Whom staff sign in with besides their passwords here."""
    settings: HubSettings
    """Those in force."""
    base: HubSettings
    """Those of the file alone."""

    def take_settings(self) -> None:
        """Work by what was changed on the pages from now on."""

    def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change in one transaction on the one writing connection; everybody who follows hears of it."""

    def scan(self, station: str, barcode: str, scan_id: str) -> Reply:
        """Take a scan the same way as a scanner's."""

    def place_station(self, name: str, desk: str) -> None:
        """Place a station at a desk and tell it."""

    def tell_station(self, name: str) -> None:
        """Tell a station what it is to know of itself now."""

    def find_station(self, name: str) -> None:
        """Let a station beep and show its name; Conflict where nobody would hear it."""

    def health(self) -> Health:
        """Say whether a scan would be answered now."""

    def vitals(self) -> Vitals:
        """Give what the hub counts and knows of itself."""

    def now(self) -> datetime:
        """Give the time."""

    def new_id(self) -> str:
        """Give a new UUID, version 7."""

    async def next_change(self) -> None:
        """Return when something was committed."""
