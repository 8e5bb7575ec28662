"""The work that is measured: books that go round, and books at rest that are looked up, the same for the hub and the echo.

A book's way is seven scans at five kinds of station: slip and item (receive), item (shelve), card and item (lend),
item (take back), item (send home); five of the seven change its state.
"""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from broker.ids import ENTROPY_BYTES, uuid7
from broker.messages import Scan
from hub.core.barcode import luhn, request_id
from hub.core.desk import Desk
from hub.flows.keep_books import add_patron, put_desk, put_partner, put_station
from hub.flows.manage_requests import NewRequest, create_request
from hub.flows.take_scan import take_scan
from hub.opened import wanted_scan
from hub.senders.to_dashboards import CURSOR
from hub.settings import HubSettings
from hub.store.batch_store import store_for
from hub.store.database import open_database, transaction
from hub.store.events import last_event, set_cursor
from hub.store.place import Place as DatabasePlace
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection
from hub.store.wanted import Wanted

REQUESTS = 20_000
PATRONS = 2_000
UNDER_WAY = 400
"""So many books stand at each stage when the measurement begins, so that every stage has work at once."""
AT_REST = 1_000
"""The last so many books do not go round: they are what the look-ups look up."""
STATIONS = 200
AT_ONCE = 500
"""Requests or scans of the past written in one transaction."""
PICKUPS = ("east", "main", "north", "west")
RS = "rs"
RECEIVE, SHELVE, LEND, TAKE_BACK, HOME = range(5)
SCANS = (("slip", "item"), ("item",), ("card", "item"), ("item",), ("item",))
RULES = (("slip.armed", "U2"), ("T1",), ("patron.open", "H2"), ("C2",), ("B1",))
MIX = (RECEIVE, RECEIVE, SHELVE, LEND, LEND, TAKE_BACK, HOME)
"""Stations are of these kinds in turn: as many of a kind as it has scans in a book's way."""
INCARNATION = "00000000-0000-7000-8000-0000000000be"

Place = tuple[int, str]
"""A stage of the way, and the desk where it happens."""


@dataclass(frozen=True, slots=True)
class Post:
    """One station: its name, and what is done there."""

    name: str
    stage: int
    desk: str

    @property
    def place(self) -> Place:
        """The work it takes."""
        return self.stage, self.desk


def posts(count: int = STATIONS) -> list[Post]:
    """Give the stations."""
    made = []
    for number in range(count):
        stage = MIX[number % len(MIX)]
        desk = RS if stage in (RECEIVE, HOME) else PICKUPS[number // len(MIX) % len(PICKUPS)]
        made.append(Post(f"bench-{number:03d}", stage, desk))
    return made


@dataclass(frozen=True, slots=True)
class Book:
    """The n-th request, counted from 1, and what is scanned for it."""

    number: int

    @property
    def item(self) -> str:
        """The lender's barcode on the book."""
        return _barcode("3", self.number)

    @property
    def slip(self) -> str:
        """The request slip."""
        return request_id(self.number)

    @property
    def card(self) -> str:
        """Its requester's card."""
        return _barcode("2", (self.number - 1) % PATRONS + 1)

    @property
    def pickup(self) -> str:
        """The desk where it is picked up."""
        return PICKUPS[self.number % len(PICKUPS)]

    def desk(self, stage: int) -> str:
        """The desk where this stage of its way happens."""
        return RS if stage in (RECEIVE, HOME) else self.pickup

    def scans(self, stage: int) -> tuple[tuple[str, str], ...]:
        """Give barcode and expected rule of each scan of a stage."""
        return tuple((getattr(self, what), rule) for what, rule in zip(SCANS[stage], RULES[stage], strict=True))


def _barcode(first: str, number: int) -> str:
    digits = f"{first}{number:012d}"
    return digits + luhn(digits)


def stage_at_start(number: int) -> int:
    """Give the stage a book waits for when the measurement begins."""
    if number > REQUESTS - AT_REST:
        return SHELVE if number % 8 < 4 else LEND
    return min(number // UNDER_WAY, HOME) if number < UNDER_WAY * len(SCANS) else RECEIVE


class Round:
    """What each station may scan next; a book is free for its next stage once its last scan was answered.

    ``again``: a book that went home starts anew, for a hub that knows no lifecycle.
    """

    def __init__(self, chance: random.Random, *, again: bool) -> None:
        self._again = again
        self._free: dict[Place, deque[Book]] = defaultdict(deque)
        self._rest: dict[Place, deque[Book]] = defaultdict(deque)
        for number in range(1, REQUESTS + 1):
            book, stage = Book(number), stage_at_start(number)
            waiting = self._rest if number > REQUESTS - AT_REST else self._free
            waiting[stage, book.desk(stage)].append(book)
        for queue in (*self._free.values(), *self._rest.values()):
            chance.shuffle(queue)

    def next_book(self, place: Place) -> Book | None:
        """Give a book for this stage, None while there is none."""
        queue = self._free[place]
        return queue.popleft() if queue else None

    def done(self, book: Book, stage: int) -> None:
        """The stage is answered: the book may be scanned for the next one."""
        if stage == HOME and not self._again:
            return
        following = (stage + 1) % len(SCANS)
        self._free[following, book.desk(following)].append(book)

    def look_up(self, post: Post) -> tuple[str, str] | None:
        """Give a barcode and its expected rule for a station where a scan of a book at rest changes nothing."""
        match post.stage:
            case 4:
                queue, rule = self._rest[SHELVE, PICKUPS[post.name.encode()[-1] % len(PICKUPS)]], "T5"
            case 1 | 3:
                queue, rule = self._rest[LEND, post.desk], "H1"
            case _:
                return None
        queue.rotate()
        return queue[0].item, rule


def codes() -> Iterator[str]:
    """Give every barcode that can be scanned."""
    for number in range(1, REQUESTS + 1):
        yield from (Book(number).item, Book(number).slip)
    for number in range(1, PATRONS + 1):
        yield Book(number).card


def prepare(database: DatabasePlace, settings: HubSettings, now: datetime) -> None:
    """Write desks, stations, patrons and requests with the hub's own flows, and walk some books part of their way."""
    connection = open_database(database)
    with contextlib.closing(connection):
        with transaction(connection):
            for code in (RS, *PICKUPS):
                put_desk(connection, Desk(code, code.capitalize(), resource_sharing=code == RS, pickup=code != RS))
            for post in (*posts(), Post("agent", SHELVE, RS)):
                put_station(connection, post.name, post.desk)
            put_partner(connection, "tul", "Tulare County Library")
            for number in range(1, PATRONS + 1):
                add_patron(connection, card=Book(number).card, alias=f"Heron {number}", name=f"Patron {number}", email=None)
        for first in range(1, REQUESTS + 1, AT_ONCE):
            _ask_some(connection, settings, range(first, first + AT_ONCE), now)
        _walk_some(store_for(connection), settings, now - timedelta(days=8))
        with transaction(connection):
            # What lies in the past is neither mailed nor published when the hub starts.
            connection.execute("UPDATE notice SET state = 'suppressed' WHERE state = 'queued'")
            set_cursor(connection, CURSOR, last_event(connection))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)" if connection.dialect == "sqlite" else "VACUUM ANALYZE")


def _ask_some(connection: Connection, settings: HubSettings, numbers: range, now: datetime) -> None:
    """Create some of the requests; a server that planned for empty tables would read all of them each time."""
    with transaction(connection):
        for number in numbers:
            create_request(
                connection, settings.site_rules(), _new_request(Book(number), now), confirm=True, actor="bench", now=now - timedelta(days=9)
            )  # fmt: skip
        if connection.dialect != "sqlite":
            connection.execute("ANALYZE")


def _new_request(book: Book, now: datetime) -> NewRequest:
    return NewRequest(
        title=f"A book of about the usual length, volume {book.number}",
        requester=book.card,
        pickup_desk=book.pickup,
        partner="tul",
        partner_due_date=(now + timedelta(days=70)).date(),
    )


def _walk_some(store: ScanStore, settings: HubSettings, at: datetime) -> None:
    """Take books to where they stand at the start, many in a transaction."""
    site, patterns = settings.site_rules(), settings.patterns()

    def work(batch: ScanStore) -> None:
        for scan in some:
            stream = batch.stream(scan.station, scan.incarnation)
            take_scan(batch, site, patterns, scan, stream.key, scan.scanned_at)

    walked = _walked(at)
    while some := list(islice(walked, AT_ONCE)):
        pairs = frozenset((scan.station, scan.incarnation) for scan in some)
        store.run(work, Wanted(pairs, tuple(wanted_scan(scan, patterns) for scan in some)))


def _walked(at: datetime) -> Iterator[Scan]:
    """Give the scans of the past; one virtual station for each kind of work."""
    at_place = {post.place: post.name for post in posts()}
    taken: dict[str, int] = defaultdict(int)
    for number in range(1, REQUESTS + 1):
        book = Book(number)
        for stage in range(stage_at_start(number)):
            name = at_place[stage, book.desk(stage)]
            for barcode, _ in book.scans(stage):
                at += timedelta(milliseconds=10)
                taken[name] += 1
                identity = uuid7(int(at.timestamp() * 1000), random.randbytes(ENTROPY_BYTES))
                yield Scan(
                    scan_id=identity, station=name, incarnation=INCARNATION, seq=taken[name], barcode=barcode,
                    source="serial", scanned_at=at, age_ms=0,
                )  # fmt: skip


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)
