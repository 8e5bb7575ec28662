"""What hub and stations hold in their files once they have stopped, read from outside."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from hub.store.database import open_reader
from hub.store.place import Place

SCANS = (
    "SELECT s.station, s.incarnation, c.seq, c.scan_id, c.outcome, c.rule, c.item, c.happened_at, c.decided_at, c.reply "
    "FROM scan c JOIN stream s ON s.key = c.stream ORDER BY s.station, s.key, c.seq"
)
TRANSITIONS = (
    "SELECT r.request_id, h.was, h.became, h.rule, h.actor, h.scan_id FROM history h JOIN request r ON r.key = h.request "
    "WHERE h.became IS NOT NULL ORDER BY h.key"
)
NOTICES = "SELECT r.request_id, n.type, n.state, n.episode FROM notice n JOIN request r ON r.key = n.request"
EXCEPTIONS = "SELECT kind, station, barcode, note FROM exception"


class TakenScan(NamedTuple):
    """A row of the hub's scan table."""

    station: str
    incarnation: str
    seq: int
    scan_id: str
    outcome: str
    rule: str
    item: int | None
    happened_at: int
    decided_at: int
    reply: str


class Move(NamedTuple):
    """A row of the hub's history that moved something; it is only ever added to and has no unique key."""

    request: str
    was: str | None
    became: str
    rule: str
    actor: str
    scan_id: str | None


class KeptScan(NamedTuple):
    """A row of a station's journal."""

    seq: int
    scan_id: str
    barcode: str
    at: str


@dataclass(frozen=True)
class HubLedger:
    """The hub's database."""

    scans: list[TakenScan]
    moves: list[Move]
    sightings: Counter[str]
    """How often each scan was noted as a sighting."""
    seen_in_order: list[str]
    """The scans of all sightings in the order they were written."""
    events: dict[int, tuple[str, str | None, str]]
    """Type, subject and data of every event by its number."""
    notices: list[tuple[str, str, str, int]]
    exceptions: list[tuple[str, str | None, str | None, str | None]]
    poison: list[tuple[str, str]]
    states: dict[str, str]

    @classmethod
    def read(cls, place: Place) -> HubLedger:
        """Read it all, from a file or a server."""
        with contextlib.closing(open_reader(place)) as connection:

            def rows(sql: str) -> list[tuple[Any, ...]]:
                return [tuple(row) for row in connection.execute(sql).fetchall()]

            seen = [row[0] for row in rows("SELECT scan_id FROM history WHERE kind = 'scan' ORDER BY key")]
            return cls(
                scans=[TakenScan(*row) for row in rows(SCANS)],
                moves=[Move(*row) for row in rows(TRANSITIONS)],
                sightings=Counter(seen),
                seen_in_order=seen,
                events={row[0]: row[1:] for row in rows("SELECT seq, type, subject, data FROM event")},
                notices=rows(NOTICES),
                exceptions=rows(EXCEPTIONS),
                poison=rows("SELECT topic, reason FROM poison"),
                states=dict(rows("SELECT request_id, state FROM request")),
            )

    def by_stream(self) -> Mapping[tuple[str, str], list[TakenScan]]:
        """Give the scans of each station and incarnation in the order of their numbers."""
        found: defaultdict[tuple[str, str], list[TakenScan]] = defaultdict(list)
        for scan in self.scans:
            found[scan.station, scan.incarnation].append(scan)
        return found


@dataclass(frozen=True)
class StationLedger:
    """A station's journal."""

    incarnation: str
    scans: list[KeptScan]
    confirmed: int
    faults: int

    @classmethod
    def read(cls, path: Path) -> StationLedger:
        """Read it all."""
        with contextlib.closing(sqlite3.connect(path)) as connection:
            (incarnation,) = connection.execute("SELECT incarnation FROM about").fetchone()
            confirmed = connection.execute("SELECT position FROM confirmed WHERE lane = 'scan'").fetchone()
            kept = [_kept(*row) for row in connection.execute("SELECT seq, body, at FROM scan ORDER BY seq")]
            (faults,) = connection.execute("SELECT count(*) FROM fault").fetchone()
        return cls(incarnation, kept, confirmed[0] if confirmed else 0, faults)


def _kept(seq: int, body: bytes, at: str) -> KeptScan:
    told = json.loads(body)
    return KeptScan(seq, told["scan_id"], told["barcode"], at)
