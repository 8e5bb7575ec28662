"""The topic table: every topic, its message, QoS, whether it is retained, and who may write and read it.

Broker settings, the AsyncAPI document and docs/messages.md are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from broker.messages import (
    DeskCounts,
    Event,
    Fault,
    HubState,
    Message,
    Notice,
    Position,
    Reply,
    Scan,
    StationSettings,
    StationState,
)


class Party(StrEnum):
    """Who may write or read a topic."""

    STATION = "station"
    """The station whose name is in the topic, and no other."""
    HUB = "hub"
    DASHBOARD = "dashboard"
    """Desk displays, dashboards and integrations: read only."""
    NOTIFIER = "notifier"


@dataclass(frozen=True)
class Topic:
    """One row: ``path`` below the root, with {station}, {desk}, {type} or {hub} where a name goes."""

    key: str
    path: str
    message: type[Message]
    writers: frozenset[Party]
    readers: frozenset[Party]
    retained: bool = False
    says: str = ""

    qos = 1


def _topic(key: str, path: str, message: type[Message], writers: str, readers: str, *, retained: bool = False, says: str) -> Topic:
    who = {"writers": frozenset(map(Party, writers.split())), "readers": frozenset(map(Party, readers.split()))}
    return Topic(key, path, message, **who, retained=retained, says=says)


TOPICS: tuple[Topic, ...] = (
    _topic("scan", "station/{station}/scan", Scan, "station", "hub", says="a barcode was read"),
    _topic("fault", "station/{station}/fault", Fault, "station", "hub", says="a scanner delivered something that is no barcode"),
    _topic("reply", "station/{station}/reply", Reply, "hub", "station dashboard", says="what the desk is told"),
    _topic("position", "station/{station}/position", Position, "hub", "station", says="how far the hub has committed this station's stream"),
    _topic("state", "station/{station}/state", StationState, "station", "hub dashboard", retained=True, says="the station's hello, heartbeat and will"),
    _topic("settings", "station/{station}/settings", StationSettings, "hub", "station", retained=True, says="the station's versioned settings"),
    _topic("event", "event/{desk}/{type}", Event, "hub", "dashboard notifier", says="something happened; no patron data"),
    _topic("counts", "desk/{desk}/counts", DeskCounts, "hub", "dashboard", retained=True, says="what waits at a desk"),
    _topic("notice", "notice/{type}", Notice, "hub", "notifier", says="a patron is to be told; the address never travels"),
    _topic("hub", "hub/{hub}/state", HubState, "hub", "station dashboard notifier hub", retained=True, says="the hub's birth, its heartbeat every 10 s, and its will"),
)

BY_KEY = {topic.key: topic for topic in TOPICS}


def dashed(type_name: str) -> str:
    """Give an event or notice type as it stands in a topic: ``item.on_hold_shelf`` -> ``item-on-hold-shelf``."""
    return type_name.lower().replace(".", "-").replace("_", "-")


@dataclass(frozen=True)
class Root:
    """The topics of one site."""

    site: str

    @property
    def prefix(self) -> str:
        """``holdshelf/v1/{site}``."""
        return f"holdshelf/v1/{self.site}"

    def topic(self, key: str, **names: str) -> str:
        """Give the full topic of a row, its names filled in."""
        return f"{self.prefix}/{BY_KEY[key].path.format(**names)}"

    def filter(self, key: str) -> str:
        """Give the subscription that matches a row for every name."""
        return self.topic(key, station="+", desk="+", type="+", hub="+")

    def station_and_key(self, topic: str) -> tuple[str, str] | None:
        """Give (station, key) of a topic on a station's branch, None for any other."""
        prefix = f"{self.prefix}/station/"
        if not topic.startswith(prefix):
            return None
        station, _, key = topic[len(prefix) :].partition("/")
        return (station, key) if station and key in BY_KEY else None
