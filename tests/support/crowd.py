"""Seeded chance plays a crowded library: scans of every kind in batches of all sizes, and what staff and time do between them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from broker.ids import uuid7
from broker.messages import Scan
from hub.core.acts import OF_STAFF, Act, Wish
from hub.core.commands import Command
from hub.core.desk import Desk
from hub.core.request import Reason, State
from hub.core.streams import Stream
from hub.demo import PATRONS, STATIONS, card, item_barcode, seed_places
from hub.errors import Conflict, Invalid
from hub.flows.act_on_request import act_on_request
from hub.flows.keep_books import add_patron
from hub.flows.pass_time import pass_time
from hub.flows.take_scan import take_scan
from hub.opened import wanted_scan
from hub.settings import HubSettings
from hub.store.agreement import disagreements
from hub.store.database import transaction
from hub.store.history import verify
from hub.store.notices import due_notices, mark_sent
from hub.store.place import Place
from hub.store.scan_path import HTTP_INCARNATION, ScanStore
from hub.store.schema import metadata
from hub.store.sql import Connection
from hub.store.wanted import Wanted
from tests.support.desks import JOURNAL, Library

BOOKS = [item_barcode(number) for number in range(1, 7)]
CARDS = [card(1), card(2), card(77)]
COMMANDS = [*(command.barcode for command in Command), "%HS-NONSENSE"]
ODD = ["9780141036144", " 30000000000012\r", "0", "1A", "-", "A01"]
DESKS = ("main", "east", "joint")
AT = [*STATIONS, "nowhere-9"]
SIZES = (1, 1, 1, 2, 3, 8, 30, 120)
ORDER = {"notice": "request, type, episode", "alembic_version": "version_num"}
NOT_COMPARED = {("notice", "key")}
"""A notice that is there already uses up a number where each is written by itself."""


NUMBER_OF_NOTICE = re.compile(r'"notice_id": "[0-9]+"')


@dataclass(frozen=True)
class Beep:
    """One scan, before it has a place in a stream."""

    station: str
    barcode: str
    page: bool = False
    ago_s: float = 0
    again: bool = False
    """The wire delivers the scan before it once more."""


Scene = Callable[[random.Random, str], list[Beep]]


def tour(chance: random.Random, slip: str, book: str) -> list[Beep]:
    """Give the usual way of a book, or the beginning of it."""
    desk = chance.choice(DESKS)
    here, patron = f"{desk}-1", chance.choice(CARDS[:2])
    receiving = [Beep("rs-1", slip), Beep("rs-1", book)]
    if chance.random() < 0.2:
        receiving.reverse()
    fetched = [Beep(here, patron), Beep(here, book), Beep(here, Command.CLEAR.barcode)]
    way = [*receiving, Beep(here, book), *fetched, Beep(here, book), Beep("rs-1", book)]
    return way[: chance.randint(2, len(way))]


def beeps(chance: random.Random, slips: Sequence[str]) -> Iterator[Beep]:
    """Give scans without end, one after the other as they happen."""
    while True:
        if chance.random() < 0.3:
            yield from tour(chance, chance.choice(slips), chance.choice(BOOKS))
        else:
            yield from chance.choice(SCENES)(chance, chance.choice(slips))


def _anything(chance: random.Random, slip: str) -> list[Beep]:
    return [Beep(chance.choice(AT), chance.choice([*BOOKS, *CARDS, *COMMANDS, *ODD, slip]), page=chance.random() < 0.2)]


def _slip(chance: random.Random, slip: str) -> list[Beep]:
    return [Beep(chance.choice(AT), slip)]


def _with(barcodes: Sequence[str]) -> Scene:
    """A card of some kind, then a book."""

    def scene(chance: random.Random, slip: str) -> list[Beep]:
        station = chance.choice(AT)
        return [Beep(station, chance.choice(barcodes)), Beep(station, chance.choice(BOOKS))]

    return scene


def _taken_back(chance: random.Random, slip: str) -> list[Beep]:
    station = chance.choice(AT)
    return [Beep(station, chance.choice(BOOKS)), Beep(station, Command.UNDO.barcode)]


def _twice(chance: random.Random, slip: str) -> list[Beep]:
    station, book = chance.choice(AT), chance.choice(BOOKS)
    return [Beep(station, book), Beep(station, book, again=chance.random() < 0.5)]


def _late(chance: random.Random, slip: str) -> list[Beep]:
    return [Beep(chance.choice(AT), chance.choice(BOOKS), ago_s=chance.choice([600, 90_000]))]


SCENES: tuple[Scene, ...] = (_anything, _slip, _with(CARDS), _with(COMMANDS), _taken_back, _twice, _late)


@dataclass
class Crowd:
    """The same things happening to a library, as often as it is played with the same seed."""

    library: Library
    store: ScanStore
    seed: int
    slips: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    sizes: tuple[int, ...] = SIZES
    made: int = 0
    _seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    _last: Scan | None = None

    def play(self, scans: int) -> None:
        """Let so many scans happen."""
        chance = random.Random(self.seed)
        self._furnish(chance)
        coming = beeps(chance, self.slips)
        left = scans
        while left > 0:
            size = min(left, chance.choice(self.sizes))
            self.library.now += timedelta(seconds=chance.choice([1, 10, 60, 900]))
            self.take([next(coming) for _ in range(size)], pause_s=chance.choice([0.3, 3.0, 20.0]))
            left -= size
            self._between(chance)

    def take(self, batch: Sequence[Beep], pause_s: float = 3.0) -> list[str]:
        """Take scans in one transaction; gives the replies."""
        replies = self.commit(self.messages(batch, pause_s))
        self.replies += replies
        return replies

    def messages(self, batch: Sequence[Beep], pause_s: float = 3.0) -> list[Scan]:
        """Give the messages of scans that happened one after the other, the last one now."""
        return [self._message(beep, (len(batch) - place) * pause_s) for place, beep in enumerate(batch, 1)]

    def commit(self, scans: Sequence[Scan]) -> list[str]:
        """Act on scans and keep what came of them, as the inbox does."""
        library, streams = self.library, dict[tuple[str, str], Stream]()
        pairs = frozenset((scan.station, scan.incarnation) for scan in scans)
        wanted = Wanted(pairs, tuple(wanted_scan(scan, library.patterns) for scan in scans))

        def work(store: ScanStore) -> list[str]:
            replies = []
            for scan in scans:
                pair = (scan.station, scan.incarnation)
                stream = streams[pair] = streams.get(pair) or store.stream(*pair)
                replies.append(take_scan(store, library.site, library.patterns, scan, stream.key, library.now).reply)
                if scan.seq > stream.seq:
                    streams[pair] = stream._replace(seq=scan.seq)
            for stream in streams.values():
                store.keep_position(stream)
            return replies

        return self.store.run(work, wanted)

    def _message(self, beep: Beep, age_s: float) -> Scan:
        if beep.again and self._last is not None:
            return self._last
        self.made += 1
        incarnation = HTTP_INCARNATION if beep.page else JOURNAL
        seq = self._seqs[beep.station, incarnation] = self._seqs.get((beep.station, incarnation), 0) + 1
        ago = timedelta(seconds=0 if beep.page else age_s + beep.ago_s)
        self._last = Scan(
            scan_id=uuid7(self.made, self.made.to_bytes(10, "big")), station=beep.station, incarnation=incarnation, seq=seq,
            barcode=beep.barcode, source="http" if beep.page else "serial", scanned_at=self.library.now - ago,
            age_ms=round(ago.total_seconds() * 1000),
        )  # fmt: skip
        return self._last

    def _furnish(self, chance: random.Random) -> None:
        usual = "DECLINED DAMAGED RENEW REPRINT CHECKOUT UNDO CLEAR"
        self.library.connection.execute("UPDATE desk SET commands = ? WHERE code = 'joint'", (usual,))
        for number in range(8):
            self.slips.append(self._ask(chance, number))

    def _ask(self, chance: random.Random, number: int) -> str:
        pieces = chance.choice([1, 1, 1, 2, 3])
        due_day = self.library.now.date() + timedelta(days=chance.choice([5, 20, 60]))
        return self.library.request(
            f"Book {number}", requester=chance.choice(CARDS[:2]), pickup_desk=chance.choice(DESKS), pieces=pieces, partner_due_date=due_day
        )

    def _between(self, chance: random.Random) -> None:
        library, connection = self.library, self.library.connection
        match chance.randrange(8):
            case 0:
                self.slips.append(self._ask(chance, len(self.slips)))
            case 1 | 2:
                self._act(chance)
            case 3:
                library.now += timedelta(days=chance.choice([1, 11]), minutes=1)
                found = library.due()
                with transaction(connection):
                    pass_time(connection, library.site, found, library.now)
            case 4:
                with transaction(connection):
                    for key in due_notices(connection, library.now, 3):
                        mark_sent(connection, key, "a message", library.now)

    def _act(self, chance: random.Random) -> None:
        wish = Wish(
            act=chance.choice([act for act in OF_STAFF if act is not Act.REACTIVATE]),
            by=chance.choice([Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF]),
            day=self.library.now.date() + timedelta(days=chance.randint(1, 30)),
            desk=Desk(chance.choice(DESKS), "-", resource_sharing=False, pickup=False),
            to=chance.choice([State.IN_TRANSIT_TO_RS, State.CHECKED_OUT]),
            pieces=chance.randint(1, 3),
        )
        slip = chance.choice(self.slips)
        try:
            with transaction(self.library.connection):
                act_on_request(self.library.connection, self.library.site, slip, wish, actor="kim", version=None, now=self.library.now)
        except (Conflict, Invalid):
            # Staff are told no: nothing has happened.
            return


def a_library(stack: ExitStack, empty: tuple[Place, Connection]) -> Library:
    """Furnish an empty database with the demo's desks and two patrons."""
    place, connection = empty
    stack.callback(connection.close)
    library = Library(
        connection, HubSettings(notices={"send": ["READY_FOR_PICKUP", "CHECKOUT_RECEIPT", "RETURN_RECEIPT", "FOUND"]}), place=place
    )
    with transaction(connection):
        seed_places(connection)
        for number, (alias, name) in enumerate(PATRONS[:2], 1):
            add_patron(connection, card=card(number), alias=alias, name=name, email=f"patron{number}@example.org")
    return library


def leave_the_same(one_by_one: Crowd, batches: Crowd, scans: int) -> None:
    """Play both, and see that every desk is told the same and every row of every table is the same."""
    for crowd in (one_by_one, batches):
        crowd.play(scans)
    assert len({json.loads(reply)["rule"] for reply in batches.replies}) > 40, "too little has happened"
    assert batches.replies == one_by_one.replies
    expected, found = everything(one_by_one.library), everything(batches.library)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert verify(batches.library.connection).broken == ()
    assert list(disagreements(batches.library.connection)) == []


def everything(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table, but what cannot be the same."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [column.name for column in table.columns if (table.name, column.name) not in NOT_COMPARED]
        order = ORDER.get(table.name) or ", ".join(column.name for column in table.primary_key)
        rows = library.rows(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {order}")  # noqa: S608 - of the schema
        found[table.name] = [tuple(_without_number(value) for value in row) for row in rows]
    return found


def _without_number(value: Any) -> Any:
    return NUMBER_OF_NOTICE.sub("", value) if isinstance(value, str) else value
