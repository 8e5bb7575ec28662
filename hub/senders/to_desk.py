"""Replies and positions to the stations: first in line for the window, never kept over a disconnect.

A reply that is lost is healed by the station, which sends the scan again and is answered from the stored reply.
"""

from __future__ import annotations

from collections import deque

from broker.codec import encode
from broker.messages import Position, StationSettings
from broker.session import Session
from broker.topics import Root


class ToDesk:
    """Queues what the desks are to hear until the window has room."""

    def __init__(self, session: Session, root: Root) -> None:
        self._session = session
        self._root = root
        self._waiting: deque[tuple[str, bytes, bool]] = deque()

    @property
    def idle(self) -> bool:
        """True when no desk waits for its reply."""
        return not self._waiting

    def reply(self, station: str, reply: str) -> None:
        """Tell a desk what was decided."""
        self._put(self._root.topic("reply", station=station), reply.encode())

    def position(self, position: Position) -> None:
        """Tell a station how far its journal is taken."""
        self._put(self._root.topic("position", station=position.station), encode(position))

    def settings(self, settings: StationSettings) -> None:
        """Tell a station about itself; retained."""
        self._put(self._root.topic("settings", station=settings.station), encode(settings), retained=True)

    def hub_state(self, hub: str, state: bytes) -> None:
        """Tell everybody that the hub is here, or is going; retained."""
        self._put(self._root.topic("hub", hub=hub), state, retained=True)

    def flush(self) -> None:
        """Send what fits into the window now."""
        waiting = self._waiting
        while waiting:
            topic, payload, retained = waiting[0]
            if not self._session.publish(topic, payload, retained=retained):
                return
            waiting.popleft()

    def send_now(self) -> None:
        """Let what was sent leave at once."""
        self._session.send_now()

    def forget(self) -> None:
        """Drop what waits: after a disconnect every station says hello and asks again."""
        self._waiting.clear()

    def _put(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        self._waiting.append((topic, payload, retained))
