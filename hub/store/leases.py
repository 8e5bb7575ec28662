"""The leases of several hubs, in the database they share: who is alive, who holds which partition, how they come and go.

A hub's lease is a row with a number and a moment. The number changes when the hub joins anew and when another takes it for dead; the
moment is moved on twice a second. A partition is handed over by the hub that holds it, or by whoever takes that one for dead.
All changes are made one after the other, under a lock that no scan waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hub.core.leases import divide
from hub.store.fence import HOLD_MS, NOW_MS, THERE
from hub.store.scan_path import HTTP_INCARNATION

if TYPE_CHECKING:
    from hub.store.postgres import PostgresConnection

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('holdshelf leases'))"
JOIN = (
    f"INSERT INTO hub_lease(hub, number, until, joined_at, able) VALUES (?, 1, {NOW_MS} + {HOLD_MS}, {NOW_MS}, false) "
    "ON CONFLICT(hub) DO UPDATE SET number = hub_lease.number + 1, until = excluded.until, joined_at = excluded.joined_at, able = false "
    "RETURNING number"
)
RENEW = f"UPDATE hub_lease SET until = {NOW_MS} + {HOLD_MS}, able = ? WHERE hub = ? AND number = ?"
EXPIRED = f"SELECT hub FROM hub_lease WHERE until > 0 AND until <= {NOW_MS} ORDER BY hub FOR UPDATE SKIP LOCKED"
"""A lease that is locked belongs to a hub in the middle of a transaction: that one is alive, or the server ends it soon."""
END = "UPDATE hub_lease SET number = number + 1, until = 0 WHERE hub = ?"
MINE_STILL = "SELECT 1 FROM hub_lease WHERE hub = ? AND number = ? FOR UPDATE"
HELD = "SELECT part, hub FROM partition_lease"
GIVE = (
    "INSERT INTO partition_lease(part, hub) SELECT unnest(?::bigint[]), ? "
    "ON CONFLICT(part) DO UPDATE SET hub = excluded.hub WHERE partition_lease.hub <> excluded.hub"
)
HAND_OVER = "UPDATE partition_lease SET hub = ? WHERE part = ANY(?::bigint[]) AND hub = ?"
POSITIONS = (
    "SELECT DISTINCT ON (station) station, incarnation, seq, fault_seq FROM stream "
    "WHERE station = ANY(?) AND incarnation <> ? ORDER BY station, key DESC"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a hub finds when it looks."""

    alive: Mapping[str, int]
    """The hubs that are there, with the numbers of their leases."""
    able: frozenset[str]
    """Those of them that can take scans."""
    holders: Mapping[int, str]
    newest_event: int
    taken_over: tuple[str, ...] = ()
    """The hubs that were taken for dead by this look."""


class LeaseTable:
    """A connection of its own, used by one thread at a time: renewing never waits behind a page, nor a scan behind a renewal."""

    def __init__(self, url: str) -> None:
        # Imported here: a hub that is alone runs without the driver.
        from hub.store.postgres import PostgresConnection

        self._connection: PostgresConnection = PostgresConnection(url)
        self._execute = self._connection.execute
        # A renewal that a crash of the server loses is the next one's; a hub that writes scans shall not wait for its flush.
        self._execute("SET synchronous_commit = off")

    def join(self, hub: str) -> int:
        """Begin to be there, and give the new number; who works under this name with an older one is refused from now on."""
        with self._changing():
            return int(self._execute(JOIN, (hub,)).fetchone()[0])

    def renew(self, hub: str, number: int, *, able: bool = True) -> bool:
        """Go on to be there, ``able`` to take scans or not; False when somebody took the lease over."""
        return self._execute(RENEW, (able, hub, number)).rowcount == 1

    def look(self, weights: Mapping[int, int]) -> Seen:
        """Give who is there and who holds what; what nobody holds any more is divided among those who are there."""
        seen = self._read()
        if not self._expired() and not _free(seen, weights):
            return seen
        with self._changing():
            dead = tuple(row[0] for row in self._execute(EXPIRED))
            for hub in dead:
                self._execute(END, (hub,))
            seen = self._read()
            given = _free(seen, weights)
            self._give(given)
            return replace(seen, holders=dict(seen.holders) | given, taken_over=dead)

    def hand_over(self, hub: str, number: int, given: Mapping[int, str]) -> bool:
        """Give partitions to other hubs; False when the lease was lost before."""
        with self._changing():
            if self._execute(MINE_STILL, (hub, number)).fetchone() is None:
                return False
            for to, parts in _by_hub(given):
                self._execute(HAND_OVER, (to, parts, hub))
        return True

    def leave(self, hub: str, number: int, weights: Mapping[int, int]) -> bool:
        """Be there no more: what the hub holds is divided at once. False when the lease was lost before."""
        with self._changing():
            if self._execute(MINE_STILL, (hub, number)).fetchone() is None:
                return False
            self._execute(END, (hub,))
            self._give(_free(self._read(), weights))
        return True

    def alive(self) -> dict[str, int]:
        """Give the hubs that are there."""
        return dict(self._read().alive)

    def stations(self) -> list[str]:
        """Give the names of all stations."""
        return [row[0] for row in self._execute("SELECT name FROM station ORDER BY name")]

    def positions(self, stations: Iterable[str]) -> list[tuple[str, str, int, int]]:
        """Give where the newest journal of each of these stations stands: station, incarnation, scans and faults."""
        return [(row[0], row[1], row[2], row[3]) for row in self._execute(POSITIONS, (list(stations), HTTP_INCARNATION))]

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _read(self) -> Seen:
        newest = self._execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
        there = self._execute(THERE).fetchall()
        able = frozenset(hub for hub, _number, able in there if able)
        return Seen({hub: number for hub, number, _able in there}, able, dict(self._execute(HELD).fetchall()), int(newest))

    def _expired(self) -> bool:
        return self._execute(f"SELECT 1 FROM hub_lease WHERE until > 0 AND until <= {NOW_MS}").fetchone() is not None

    def _give(self, given: Mapping[int, str]) -> None:
        for hub, parts in _by_hub(given):
            self._execute(GIVE, (parts, hub))

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._execute("BEGIN IMMEDIATE")
        try:
            self._execute("SET LOCAL synchronous_commit = on")
            self._execute(ONE_AT_A_TIME)
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")


def _free(seen: Seen, weights: Mapping[int, int]) -> dict[int, str]:
    """Give a hub to what nobody holds: one that can take scans, where there is one."""
    return divide(seen.able or seen.alive, weights, seen.holders, alive=seen.alive)


def _by_hub(given: Mapping[int, str]) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for part, hub in given.items():
        found.setdefault(hub, []).append(part)
    return sorted(found.items())
