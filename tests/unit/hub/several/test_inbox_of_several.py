"""The inbox of a hub that is one of several: what is another's is let go, and a page of one hub scans for a station of another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta

import pytest

from broker.codec import encode
from broker.promises import Delivery, SessionSettings, Ticket
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.demo import PATRONS, card, seed_places
from hub.flows.keep_books import add_patron
from hub.inbox import Inbox
from hub.senders.to_desk import ToDesk
from hub.store.database import transaction
from hub.store.fence import Fence
from hub.store.history import verify
from tests.support.desks import BOOK, JOURNAL, Library
from tests.support.rig import Rig, open_rig

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.store.leases import LeaseTable
from hub.store.postgres import PostgresConnection
from tests.support.postgres import open_empty

ROOT = Root("main")
needs_server = pytest.mark.needs("postgres")


@contextmanager
def library_on_a_server() -> Iterator[tuple[str, Library]]:
    url, connection = open_empty()
    with closing(connection):
        library = Library(connection, place=url)
        with transaction(connection):
            seed_places(connection)
            for number, (alias, name) in enumerate(PATRONS[:2], 1):
                add_patron(connection, card=card(number), alias=alias, name=name, email=None)
        yield url, library


def delivery_of(library: Library, station: str, seq: int) -> Delivery:
    scan = library.message(station, BOOK, seq)
    return Delivery(ROOT.topic("scan", station=station), encode(scan), False, Ticket(1, seq, 1))


async def test_what_waits_from_stations_that_are_anothers_is_acknowledged_and_not_taken(library: Library) -> None:
    async with open_rig(library) as rig:
        for station in ("rs-1", "main-1"):
            rig.inbox.take(delivery_of(library, station, 1))
        rig.inbox.give_up(lambda station: station == "rs-1")
        assert rig.acknowledged == [ROOT.topic("scan", station="rs-1")]
        await rig.until(lambda: len(rig.acknowledged) == 2)
        assert library.rows("SELECT t.station FROM scan s JOIN stream t ON t.key = s.stream") == [("main-1",)]


@needs_server
async def test_a_hub_that_was_taken_over_takes_nothing_and_what_came_to_it_is_sent_again() -> None:
    with library_on_a_server() as (url, library), closing(LeaseTable(url)) as table:
        assert isinstance(library.connection, PostgresConnection)
        fence = Fence("hub-1")
        library.connection.stand_behind(fence)
        async with open_rig(library) as rig:
            scan = rig.scan(1)
            await rig.until(lambda: len(rig.acknowledged) == 1)
            _nothing_came_of_it(rig)
            fence.number = table.join("hub-1")
            rig.send("scan", encode(scan))
            await rig.until(lambda: len(rig.replies()) == 1)
            assert library.rows("SELECT scan_id FROM scan") == [(scan.scan_id,)]


def _nothing_came_of_it(rig: Rig) -> None:
    assert rig.replies() == []
    assert rig.positions() == []
    assert (rig.inbox.problem, rig.inbox.stuck()) == (None, None)
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]


@needs_server
async def test_a_page_of_one_hub_scans_for_a_station_that_another_hub_has() -> None:
    with library_on_a_server() as (url, library), ExitStack() as ended:
        slip = library.request()
        one, other = (_inbox(ended, url, name, library) for name in ("hub-1", "hub-2"))
        # The slip at the station's scanner, by the hub that has it; the book on a page of the other; and so on by turns.
        one.take(delivery_of_barcode(library, slip, 1))
        one._turn()
        assert other.take_from_page("rs-1", BOOK, "0197c0de-0000-7000-8000-0000000000f1").rule == "U2"
        one.take(delivery_of_barcode(library, BOOK, 2, after_s=10))
        one._turn()
        assert one.take_from_page("main-1", BOOK, "0197c0de-0000-7000-8000-0000000000f2").rule == "T1"
        assert other.take_from_page("main-1", BOOK, "0197c0de-0000-7000-8000-0000000000f2").rule == "T1"
        rows = library.rows(
            "SELECT t.station, t.incarnation = ?, s.seq, s.rule FROM scan s JOIN stream t ON t.key = s.stream ORDER BY s.key", JOURNAL
        )
        assert rows == [("rs-1", True, 1, "slip.armed"), ("rs-1", False, 1, "U2"), ("rs-1", True, 2, "T5"), ("main-1", False, 1, "T1")]
        assert verify(library.connection).broken == ()


def delivery_of_barcode(library: Library, barcode: str, seq: int, after_s: float = 3) -> Delivery:
    library.now += timedelta(seconds=after_s)
    scan = library.message("rs-1", barcode, seq)
    return Delivery(ROOT.topic("scan", station="rs-1"), encode(scan), False, Ticket(1, seq, 1))


class _Nobody:
    def committed(self, desks: set[str], notices: bool) -> None:
        """Nobody follows."""

    def said_hello(self, station: str) -> None:
        """Nobody follows."""

    def on_message(self, delivery: Delivery) -> None:
        """Hears nothing."""

    def on_connect(self, session_present: bool) -> None:
        """Says nothing."""

    def on_disconnect(self, reason: str) -> None:
        """Says nothing."""

    def on_room(self) -> None:
        """Nothing waits."""


def _inbox(ended: ExitStack, url: str, name: str, library: Library) -> Inbox:
    connection = ended.enter_context(closing(PostgresConnection(url)))
    table = ended.enter_context(closing(LeaseTable(url)))
    connection.stand_behind(Fence(name, number=table.join(name)))
    settings = SessionSettings(host="memory", port=1, client_id=name, username=name, password="-")
    to_desk = ToDesk(MemorySession(MemoryBroker(), settings, _Nobody()), ROOT)
    return Inbox(
        connection,
        library.site,
        library.patterns,
        ROOT,
        to_desk,
        acknowledge=lambda _delivery: None,
        heard=_Nobody(),
        now=lambda: library.now,
    )
