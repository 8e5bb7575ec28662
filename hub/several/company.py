"""A hub among others, as its service knows it; a hub that is alone has none of this."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from broker.messages import Position
from broker.promises import Delivery, Session
from broker.topics import Root
from hub.errors import ConfigError
from hub.several.leases import Leases
from hub.several.leases import Position as Place
from hub.several.stations import OwnStations
from hub.store.fence import THERE, Fence
from hub.store.sql import Connection
from hub.watch.problem import Kind, Problem


class Heard(Protocol):
    """Who in the hub is told."""

    def stations_changed(self, held: frozenset[str]) -> None:
        """This hub has these stations now."""

    def others_wrote(self, event: int) -> None:
        """Somebody wrote events up to this number."""

    def say_position(self, position: Position) -> None:
        """Tell a station where its stream stands."""


class Company:
    """Its lease, its stations, its office."""

    def __init__(self, url: str, name: str, connection: Connection, session: Session, root: Root, heard: Heard) -> None:
        from hub.store.postgres import PostgresConnection

        if not isinstance(connection, PostgresConnection):
            raise ConfigError('several = true needs a PostgreSQL server: set database = "postgresql://user@host/name".')
        fence = Fence(name)
        connection.stand_behind(fence)
        self._heard, self._session = heard, session
        self.stations = OwnStations(session, root, heard=lambda stations: self.leases.ask_positions(stations))
        self.leases = Leases(
            url, fence, connected=lambda: session.connected, changed=self._changed, positions=self._tell, news=heard.others_wrote
        )
        self.run, self.office = self.leases.run, self.leases.office

    def problem(self) -> Problem | None:
        """Say why this hub answers no scan, or not all it should."""
        said = self.leases.problem or self.stations.problem
        return None if said is None else Problem(Kind.LEASES, said)

    def holds(self, delivery: Delivery) -> bool:
        """Say whether this hub is to take a message."""
        return self.stations.holds(delivery)

    def _changed(self, held: frozenset[str]) -> None:
        self.stations.hold(held)
        self._heard.stations_changed(held)

    def _tell(self, found: list[Place]) -> None:
        """A station whose hub is another one now sends on from where its stream stands; a message meanwhile met nobody."""
        made = partial(Position.model_construct, v=1, reason="hello")
        for station, incarnation, seq, fault_seq in found:
            if station in self.stations.held:
                self._heard.say_position(made(station=station, incarnation=incarnation, seq=seq, fault_seq=fault_seq))


def refuse_beside_others(connection: Connection) -> None:
    """Raise ConfigError where hubs share this database and a hub that knows nothing of them would be one more."""
    if connection.dialect == "sqlite":
        return
    others = [row[0] for row in connection.execute(THERE)]
    if others:
        raise ConfigError(f"Several hubs share this database ({', '.join(others)}): set several = true in hub.toml, or stop them first.")
