"""The topics of this hub's own stations: subscribed when it takes them, unsubscribed when it gives them up; never a wildcard."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from broker.promises import Delivery, Session
from broker.topics import Root

log = logging.getLogger(__name__)

KEYS = ("state", "scan", "fault")


class OwnStations:
    """What this hub listens to, beside its own state."""

    def __init__(self, session: Session, root: Root, *, heard: Callable[[frozenset[str]], None]) -> None:
        """``heard`` is called with stations that were taken while the connection stood, once their topics are listened to."""
        self._session, self._root, self._heard = session, root, heard
        self.held: frozenset[str] = frozenset()
        self._asked: set[str] = set()
        self._open = 0
        self._refused: str | None = None

    @property
    def problem(self) -> str | None:
        """Say why scans of its stations would not come."""
        if self._refused is not None:
            return f"The topics of this hub's stations cannot be listened to: {self._refused}. See the broker's access list."
        if self._open and self._session.connected:
            return "The hub waits for the broker to let it listen to its stations."
        return None

    def hold(self, stations: frozenset[str]) -> None:
        """Have these and no others from now on."""
        gone, come = self.held - stations, stations - self.held
        self.held = stations
        if not self._session.connected:
            return
        if known := sorted(gone & self._asked):
            self._asked.difference_update(known)
            self._session.unsubscribe(self._topics(known))
        self._ask(come, tell=True)

    def connected(self) -> None:
        """Ask anew for everything: a connection begins with nothing."""
        self._asked.clear()
        self._open, self._refused = 0, None
        # Stations hear that the hub is there and say hello: nobody else needs to be told.
        self._ask(self.held, tell=False)

    def holds(self, delivery: Delivery) -> bool:
        """Say whether a message is from one of these; what was on its way from another one is that hub's."""
        found = self._root.station_and_key(delivery.topic)
        return found is None or found[0] in self.held

    def _ask(self, stations: frozenset[str], *, tell: bool) -> None:
        if not stations:
            return

        def answered(refusal: str | None) -> None:
            self._open -= 1
            if not self._session.connected:
                return
            self._refused = refusal
            if refusal is not None:
                log.error("stations cannot be listened to", extra={"action": "subscribe", "reason": refusal})
            elif tell:
                self._heard(stations & self.held)

        self._asked |= stations
        self._open += 1
        if not self._session.subscribe(self._topics(sorted(stations)), answered):
            self._open -= 1
            self._asked -= stations

    def _topics(self, stations: Iterable[str]) -> list[str]:
        return [self._root.topic(key, station=station) for station in stations for key in KEYS]
