"""What is scanned: books, the way each goes, and who may scan which next.

A step's scans stand in the order a clerk makes them; a book's next step waits for the hub's answer only where it happens
at another station, so that scanning goes on while hub or broker are away.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hub.demo import card, item_barcode
from tests.support.programs import wait_for

RS, MAIN, JOINT = "rs-1", "main-1", "joint-1"
STATIONS = (RS, MAIN, JOINT)
CLEAR = "%HS-CLEAR"
SLIP, ITEM, CARD = "slip", "item", "card"
VISITS_LIMIT_S = 30.0
BETWEEN_STEPS_S = 2.4
"""Longer than the windows in ``library.KNOBS`` and the 2 s to which a scan is placed in time: each step is a happening of its own."""
BRISK_BETWEEN_STEPS_S = 6.0
"""The same where clerks hardly pause: a hub that they keep behind places what waits for it by as much too late."""


@dataclass(frozen=True, slots=True)
class Step:
    """One visit to a desk: what is scanned there, and the state the book has afterwards."""

    station: str
    scans: tuple[str, ...]
    becomes: str

    @property
    def lends(self) -> bool:
        """Whether a patron takes the book here."""
        return CARD in self.scans


IN_TRANSIT, ON_SHELF, LENT, GOING_HOME, CLOSED = (
    "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", "CHECKED_OUT", "IN_TRANSIT_TO_RS", "CLOSED"
)  # fmt: skip
RECEIVED, SEEN, LENDING = (SLIP, ITEM), (ITEM,), (CARD, ITEM, CLEAR)
SEPARATE = (
    Step(RS, RECEIVED, IN_TRANSIT),
    Step(MAIN, SEEN, ON_SHELF),
    Step(MAIN, LENDING, LENT),
    Step(MAIN, SEEN, GOING_HOME),
    Step(RS, SEEN, CLOSED),
)
LOOKED_AT = (SEPARATE[0], Step(RS, SEEN, IN_TRANSIT), *SEPARATE[1:2], Step(MAIN, SEEN, ON_SHELF), *SEPARATE[2:])
AT_ONE_DESK = (Step(JOINT, RECEIVED, ON_SHELF), Step(JOINT, LENDING, LENT), Step(JOINT, SEEN, CLOSED))
OVER_THE_JOINT_DESK = (Step(JOINT, RECEIVED, IN_TRANSIT), *SEPARATE[1:3], Step(JOINT, SEEN, CLOSED))
LEFT_ON_THE_SHELF = SEPARATE[:2]
LEFT_AT_THE_JOINT_DESK, LENT_AT_THE_JOINT_DESK = AT_ONE_DESK[:1], AT_ONE_DESK[:2]
WAYS = ((SEPARATE, "main"), (AT_ONE_DESK, "joint"), (LOOKED_AT, "main"), (OVER_THE_JOINT_DESK, "main"), (LEFT_ON_THE_SHELF, "main"))
"""Each way, with the desk where the book is picked up; books take them in turn."""
WAYS_OF_LETTERS = (
    (LEFT_AT_THE_JOINT_DESK, "joint"),
    (LEFT_ON_THE_SHELF, "main"),
    (LEFT_AT_THE_JOINT_DESK, "joint"),
    (LENT_AT_THE_JOINT_DESK, "joint"),
)
"""The same where letters matter: each book comes to the shelf, and one in four patrons may be quicker than the letter."""
Way = tuple[tuple[Step, ...], str]
OPEN_BOOKS = 90
"""So many books are on their way at a time."""


@dataclass(frozen=True, slots=True)
class Book:
    """The n-th book with its request; a ``patient`` patron comes only after the letter."""

    number: int
    request: str
    way: tuple[Step, ...]
    patient: bool

    def barcode(self, what: str) -> str:
        """Give what the scanner reads."""
        return {SLIP: self.request, ITEM: self.item, CARD: card(self.patron)}.get(what, CLEAR)

    @property
    def item(self) -> str:
        """The lender's barcode."""
        return item_barcode(self.number)

    @property
    def patron(self) -> int:
        """Its requester's number, from 1."""
        return patron_of(self.number)

    @property
    def states(self) -> list[str]:
        """Every state it comes to, in order: what the transitions must say."""
        states = ["REQUESTED"]
        for step in self.way:
            if step.becomes != states[-1]:
                states.append(step.becomes)
        return states

    @property
    def shelved(self) -> bool:
        """Whether its patron is owed a letter."""
        return ON_SHELF in self.states

    @property
    def lent(self) -> bool:
        """Whether its patron may have come before the letter."""
        return LENT in self.states


def patron_of(number: int) -> int:
    """Give the number of a book's patron."""
    return number % 5 + 1


def ways_for(scans: int, ways: Sequence[Way] = WAYS) -> list[Way]:
    """Give the ways of as many books as take about this many scans."""
    found: list[Way] = []
    while scans > 0:
        found.append(ways[len(found) % len(ways)])
        scans -= sum(len(step.scans) for step in found[-1][0])
    return found


def scans_of(books: Sequence[Book]) -> int:
    """Count what is to be scanned."""
    return sum(len(step.scans) for book in books for step in book.way)


@dataclass(slots=True, eq=False)
class _Progress:
    book: Book
    place: int = 0
    busy: bool = False
    not_before: float = 0
    last_scan: str | None = None

    @property
    def step(self) -> Step:
        return self.book.way[self.place]

    @property
    def done(self) -> bool:
        return self.place == len(self.book.way)


class Work:
    """Hands each station something that may be scanned there now."""

    def __init__(
        self,
        books: Sequence[Book],
        chance: random.Random,
        decided: Callable[[str], bool],
        patron_comes: Callable[[Book], bool],
        *,
        brisk: bool = False,
    ) -> None:
        self._waiting = deque(_Progress(book) for book in books)
        self._open: list[_Progress] = []
        self._chance = chance
        self._decided = decided
        self._patron_comes = patron_comes
        self._lock = threading.Lock()
        self._no_visits = False
        self._between_s = BRISK_BETWEEN_STEPS_S if brisk else BETWEEN_STEPS_S

    @property
    def done(self) -> bool:
        """Whether every book went its way."""
        with self._lock:
            return not self._open and not self._waiting

    @contextlib.contextmanager
    def between_visits(self, answered: Callable[[], bool]) -> Iterator[None]:
        """Let nothing begin that takes more than one scan, and go on when what had begun is done and ``answered``."""
        self._no_visits = True
        try:
            wait_for(lambda: not self._visited() and answered(), "the visits to be over", VISITS_LIMIT_S)
            yield
        finally:
            self._no_visits = False

    def _visited(self) -> bool:
        with self._lock:
            return any(each.busy and len(each.step.scans) > 1 for each in self._open)

    def take(self, station: str) -> tuple[Book, Step] | None:
        """Give a book and what is to be done with it, chosen by chance; None when there is nothing now."""
        with self._lock:
            while self._waiting and len(self._open) < OPEN_BOOKS:
                self._open.append(self._waiting.popleft())
            ready = [each for each in self._open if self._ready(each, station)]
            if not ready:
                return None
            chosen = self._chance.choice(ready)
            chosen.busy = True
            return chosen.book, chosen.step

    def finished(self, book: Book, scan_id: str) -> None:
        """Note that a step's scans are stored; the last of the book itself is ``scan_id``."""
        with self._lock:
            progress = next(each for each in self._open if each.book is book)
            progress.place += 1
            progress.busy = False
            progress.last_scan = scan_id
            progress.not_before = time.monotonic() + self._between_s
            if progress.done:
                self._open.remove(progress)

    def _ready(self, each: _Progress, station: str) -> bool:
        if each.busy or each.step.station != station or time.monotonic() < each.not_before:
            return False
        if self._no_visits and len(each.step.scans) > 1:
            return False
        elsewhere = each.place > 0 and each.book.way[each.place - 1].station != station
        if elsewhere and each.last_scan is not None and not self._decided(each.last_scan):
            return False
        return not (each.step.lends and each.book.patient) or self._patron_comes(each.book)
