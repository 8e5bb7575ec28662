"""The plan of a simulated day: every book's life as visits to desks, each scan with the rule it must be answered by.

Only arithmetic and a seeded chance: the same seed, stations and books give the same plan.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hub.core.desk import Desk
from hub.demo import BOOKS, DESKS, PARTNERS, card, item_barcode

HOUR_S = 3600.0
CLEAR = "%HS-CLEAR"
SLIP = "(request slip)"
"""Stands for the slip of a request that has no number before it is created."""
OPENED = ("patron.open", "patron.open_none")
DESK_ORDER = ("rs", "main", "east", "joint")
STRAY_ITEM, STRAY_CARD = 900_000, 9_000
ISBN = "9780141036144"


@dataclass(frozen=True, slots=True)
class Scan:
    """One pull of the trigger and the rules that may answer it; ``twice`` is a trigger pulled twice."""

    barcode: str
    rules: tuple[str, ...]
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """What one person does at one station without a break, some time after the visit before."""

    station: str
    gap_s: float
    scans: tuple[Scan, ...]
    after_letter: bool = False
    after_handover: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """One request: what staff enter, the visits of its book, and how all that must end."""

    number: int
    title: str
    author: str
    card: str
    pickup_desk: str
    partner: str
    created_s: float
    asked_twice: bool
    cancelled: bool
    visits: tuple[Visit, ...]
    ends: str
    letters: int


@dataclass(frozen=True, slots=True)
class Away:
    """A station that cannot reach the broker, or is switched off, for a part of the day."""

    station: str
    from_s: float
    for_s: float
    switched_off: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day."""

    stations: dict[str, str]
    books: tuple[Book, ...]
    strays: tuple[Visit, ...]
    away: tuple[Away, ...]


@dataclass(frozen=True)
class Floor:
    """Where the stations stand."""

    stations: dict[str, str]
    desks: dict[str, Desk] = field(default_factory=lambda: {desk.code: desk for desk in DESKS})

    def desk(self, station: str) -> Desk:
        """Give the desk of a station."""
        return self.desks[self.stations[station]]

    @property
    def receiving(self) -> list[str]:
        """Stations where items come in and go home."""
        return [name for name in self.stations if self.desk(name).resource_sharing]

    @property
    def lending(self) -> list[str]:
        """Stations where patrons come."""
        return [name for name in self.stations if self.desk(name).pickup]

    def at(self, desk: str) -> list[str]:
        """Stations of one desk."""
        return [name for name, code in self.stations.items() if code == desk]


def place_stations(count: int) -> dict[str, str]:
    """Give so many stations with their desks; every day needs a desk that receives and one that lends."""
    order = ("joint",) if count == 1 else DESK_ORDER[: min(count, len(DESK_ORDER))]
    return {f"{order[place % len(order)]}-{place // len(order) + 1}": order[place % len(order)] for place in range(count)}


def plan_day(stations: int, requests: int, seed: int) -> Day:
    """Plan a day."""
    floor = Floor(place_stations(stations))
    books = tuple(_plan_book(floor, number, requests, seed) for number in range(1, requests + 1))
    chance = _chance(seed, "strays")
    strays = tuple(_stray(floor, number, chance) for number in range(1, max(2, requests // 8) + 1))
    return Day(floor.stations, books, strays, _absences(floor, _chance(seed, "away")))


def patrons_for(requests: int) -> int:
    """Give how many patrons there are, one of whom never asks for anything."""
    return max(3, requests // 3 + 1)


def _chance(seed: int, what: object) -> random.Random:
    return random.Random(f"{seed}/{what}")  # noqa: S311 - a day is to be played again


def _absences(floor: Floor, chance: random.Random) -> tuple[Away, ...]:
    names = list(floor.stations)
    unplugged, switched_off = chance.choice(names), chance.choice(names)
    return (Away(unplugged, 2.0 * HOUR_S, 2 * HOUR_S, False), Away(switched_off, 5.0 * HOUR_S, 1 * HOUR_S, True))


def _plan_book(floor: Floor, number: int, requests: int, seed: int) -> Book:
    chance = _chance(seed, number)
    title, author = BOOKS[(number - 1) % len(BOOKS)]
    edition = (number - 1) // len(BOOKS) + 1
    owner = chance.randrange(1, patrons_for(requests))
    life = _Life(floor, number, owner, floor.stations[chance.choice(floor.lending)], chance)
    cancelled = chance.random() < 0.08
    ends = life.never_lent() if cancelled else life.through()
    return Book(
        number=number,
        title=title if edition == 1 else f"{title} ({edition})",
        author=author,
        card=card(owner),
        pickup_desk=life.pickup,
        partner=chance.choice(sorted(PARTNERS)),
        created_s=chance.uniform(0, 3) * HOUR_S,
        asked_twice=chance.random() < 0.1,
        cancelled=cancelled,
        visits=tuple(life.visits),
        ends=ends,
        letters=life.letters,
    )


def _stray(floor: Floor, number: int, chance: random.Random) -> Visit:
    """Something that belongs to no book of ours: a barcode or a card nobody knows."""
    station = chance.choice(list(floor.stations))
    desk, known_to_nobody = floor.desk(station), item_barcode(STRAY_ITEM + number)
    scans: tuple[Scan, ...]
    if desk.pickup and chance.random() < 0.5:
        scans = (Scan(card(STRAY_CARD + number), ("patron.unknown",)), Scan(CLEAR, ("command.clear",)))
    elif desk.resource_sharing:
        scans = (Scan(known_to_nobody, ("U1",)), Scan(CLEAR, ("command.clear",)))
    else:
        scans = (Scan(known_to_nobody, ("U3",)),)
    return Visit(station, chance.uniform(1, 9) * HOUR_S, scans)


class _Life:
    """Writes one book's visits in the order of its life, with what goes wrong on the way."""

    def __init__(self, floor: Floor, number: int, owner: int, pickup: str, chance: random.Random) -> None:
        self.pickup = pickup
        self.visits: list[Visit] = []
        self.letters = 0
        self._floor = floor
        self._item = item_barcode(number)
        self._card = card(owner)
        self._other_card = card(owner + 1)
        self._chance = chance

    def through(self) -> str:
        """The whole way of a book that is lent; gives how its request ends."""
        on_shelf = self._receive()
        if not on_shelf and self._happens(0.2):
            self._go_astray()
        if on_shelf or not self._happens(0.15):
            self._wait_on_shelf(on_shelf)
        else:
            self._lend_at_once()
        if not self._come_back():
            self._go_home()
        if self._happens(0.1):
            self._visit(self._any(self._floor.receiving), (0.3, 1), self._scan("U4"))
        return "returned"

    def never_lent(self) -> str:
        """Cancelled before it came; the parcel comes all the same."""
        self._visit(self._any(self._floor.receiving), (1, 2), Scan(SLIP, ("slip.cancelled",)))
        return "cancelled"

    def _receive(self) -> bool:
        """Slip and item, in one order or the other; True when it stands on its shelf by that."""
        station = self._any(self._floor.receiving)
        slip, received = Scan(SLIP, ("slip.armed",)), self._scan("U2")
        way = self._chance.random()
        if way < 0.15:
            self._visit(station, (0.5, 2), self._scan("U1"), Scan(SLIP, ("U2",)))
        elif way < 0.3:
            self._visit(station, (0.5, 2), slip, Scan(ISBN, ("guard.isbn",)), received)
        else:
            self._visit(station, (0.5, 2), slip, received)
        return self._floor.stations[station] == self.pickup

    def _go_astray(self) -> None:
        """Unloaded at a desk where it does not belong."""
        wrong = [name for name, desk in self._floor.stations.items() if desk != self.pickup]
        if wrong:
            station = self._any(wrong)
            self._visit(station, (0.3, 1), self._scan("T5" if self._floor.desk(station).resource_sharing else "T4"))

    def _wait_on_shelf(self, on_shelf: bool) -> None:
        station = self._any(self._floor.at(self.pickup))
        if not on_shelf:
            before: tuple[Scan, ...] = (self._opened(self._other_card), self._scan("T3"), self._clear()) if self._happens(0.1) else ()
            self._visit(station, (0.5, 2), *before, self._scan("T1", twice=self._happens(0.2)))
        self.letters += 1
        if self._happens(0.1):
            self._visit(station, (0.2, 1), self._scan("H1"))
        if self._happens(0.1):
            self._visit(station, (0.2, 1), self._opened(self._other_card), self._scan("H3"), self._clear())
        again = (self._scan("C1"),) if self._happens(0.2) else ()
        card_first = Scan(self._card, ("patron.open",))
        self._visit(station, (0.5, 3), card_first, self._scan("H2"), self._clear(), *again, after_letter=True)

    def _lend_at_once(self) -> None:
        """The patron stands there when the box is opened: no letter leaves."""
        station = self._any(self._floor.at(self.pickup))
        self._visit(station, (0.5, 2), self._opened(self._card), self._scan("T2"), self._clear())

    def _come_back(self) -> bool:
        """Returned at any desk; True when that is where it leaves for home."""
        station = self._any(list(self._floor.stations))
        home = self._floor.desk(station).resource_sharing
        self._visit(station, (1, 3), self._scan("C3" if home else "C2"), after_handover=True)
        return home

    def _go_home(self) -> None:
        elsewhere = [name for name in self._floor.lending if not self._floor.desk(name).resource_sharing]
        if elsewhere and self._happens(0.15):
            self._visit(self._any(elsewhere), (0.3, 1), self._scan("B2"))
        self._visit(self._any(self._floor.receiving), (0.5, 2), self._scan("B1", twice=self._happens(0.1)))

    def _visit(
        self, station: str, hours: tuple[float, float], *scans: Scan, after_letter: bool = False, after_handover: bool = False
    ) -> None:
        gap = self._chance.uniform(*hours) * HOUR_S
        self.visits.append(Visit(station, gap, scans, after_letter, after_handover))

    def _scan(self, rule: str, *, twice: bool = False) -> Scan:
        return Scan(self._item, (rule,), twice)

    def _opened(self, card_number: str) -> Scan:
        return Scan(card_number, OPENED)

    def _clear(self) -> Scan:
        return Scan(CLEAR, ("command.clear",))

    def _any(self, names: list[str]) -> str:
        return self._chance.choice(names)

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share
