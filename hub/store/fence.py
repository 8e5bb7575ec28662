"""What every writing transaction begins with on a server that several programs write to: wait for one's turn, and prove one's lease.

One writes at a time, from the first statement to the commit: the history is one chain, events are read in the order of their numbers, and
a barcode is on one open item. SQLite sees to that by itself.

A hub that is one of several proves in the same statement that the others still take it for alive. The row of its lease stays locked until
the commit: whoever takes its stations over waits for what it had begun, and what it begins afterwards is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

HOLD_MS = 3_000
"""A lease lasts so long without being renewed."""
IDLE_MS = 1_500
"""A hub that stands still in the middle of a transaction holds up all others: the server ends it."""
NOW_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
"""The server's clock, the one that all hubs share."""
TURN = "pg_advisory_xact_lock(hashtext('holdshelf writes'))"
THERE = f"SELECT hub, number, able FROM hub_lease WHERE until > {NOW_MS} ORDER BY hub"
"""The hubs that are there."""
ALONE = f"SELECT {TURN}"
_NAME = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(slots=True)
class Fence:
    """A hub's own lease, by its number: another number in the database means that somebody took it over."""

    hub: str
    lost: Callable[[], None] = field(default=lambda: None)
    """Called when a transaction was refused; it may be called again and again."""
    number: int = 0
    """0 before the hub has joined: nothing can be written."""
    renewed_s: float = float("-inf")
    """When it was proved last, by this machine's monotonic clock."""

    def sure(self, now_s: float) -> bool:
        """Say whether nobody else can have taken the lease yet; a hub that slept is not sure when it wakes up."""
        return self.number > 0 and now_s - self.renewed_s < HOLD_MS / 1000

    def __post_init__(self) -> None:
        """The name stands in a statement as it is."""
        if not _NAME.fullmatch(self.hub):
            raise ValueError(f"{self.hub!r} is no name of a hub")

    @property
    def statement(self) -> str:
        """Give the statement that gives a row when the lease is held; it renews the lease, too."""
        renewed = f"UPDATE hub_lease SET until = {NOW_MS} + {HOLD_MS} WHERE hub = '{self.hub}' AND number = {int(self.number)} RETURNING 1"
        return f"WITH mine AS ({renewed}) SELECT {TURN} FROM mine"
