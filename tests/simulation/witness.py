"""Who writes down what was scanned and which light was seen, outside of everything that decides, and objects at the first wrong thing.

Scans are numbered over all stations in the order they were made. ``fragile`` are those whose disk was lost or replaced: only they may
be missing. What a journal dropped after 30 days may be missing where the hub has told of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.hub import Database
    from tests.simulation.wire import Link

Message = tuple[Any, ...]


class Objection(Exception):
    """Something happened that must not; the first argument is its kind."""


class Witness:
    """The lights, and the checks while the work goes on."""

    def __init__(self) -> None:
        self.made = 0
        self.lit: dict[int, str] = {}
        self.fragile: set[int] = set()
        self.purged: dict[int, tuple[str, str, int]] = {}
        self.answered: dict[str, int] = {}
        self.taken_in: dict[int, Message] = {}
        self.effects = 0
        self.ever: set[int] = set()
        self.restores = 0
        """Scans that waited in the broker behind a hello that had waited there too."""

    def object(self, kind: str, words: str) -> None:
        """End the run with a finding."""
        raise Objection(kind, words)

    def published(self, link: Link, message: Message) -> None:
        """A scan or fault left a station: on this connection it must have heard how far the hub is."""
        if self.answered.get(link.name) != link.generation:
            self.object("too early", f"{message[:4]} was published before the hub answered a hello on this connection")

    def position_came(self, link: Link, reason: str) -> None:
        """A station was told where to go on."""
        if reason != "commit":
            self.answered[link.name] = link.generation

    def acknowledged(self, name: str, message: Message) -> None:
        """The hub told the broker that a message is safe."""
        # Of what it says itself the hub commits nothing.
        if name == "hub" and message[0] != "hub" and id(message) not in self.taken_in:
            self.object("acknowledged early", f"{message[:4]} was acknowledged before its commit")

    def told(self, database: Database, message: Message) -> None:
        """A desk saw a decision: the hub must have it, unless a backup took its place since."""
        _, _, _, number, nonce, restores = message
        if restores == self.restores and database.scans.get(number) != nonce:
            self.object("told otherwise", f"the desk was told decision {nonce} of scan {number}, the hub has {database.scans.get(number)}")

    def believes(self, database: Database, key: tuple[str, str], position: tuple[int, int], restores: int) -> None:
        """A station took the hub's word for how far it has come: the hub must be there, unless a backup took its place since."""
        there = database.streams.get(key)
        have = (there.seq, there.fault_seq) if there is not None else (0, 0)
        if restores == self.restores and (position[0] > have[0] or position[1] > have[1]):
            self.object("believes too much", f"{key} takes {position} for committed, the hub has {have}")

    def was_gone(self, number: int) -> bool:
        """Say whether a scan had left its journal: an old copy may bring it back, late."""
        return number in self.fragile or number in self.purged

    def missing(self, database: Database) -> list[int]:
        """Give the scans with a light that the hub has not got and has not told of."""
        return [number for number in self.lit if number not in database.scans and not self._excused(database, number)]

    def _excused(self, database: Database, number: int) -> bool:
        if number in self.fragile:
            return True
        if number not in self.purged:
            return False
        station, incarnation, seq = self.purged[number]
        return any(key == (station, incarnation) and first <= seq <= last for key, first, last in database.gaps)
