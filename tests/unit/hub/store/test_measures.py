"""What is measured in the database: lag and journals of stations, the outbox, letters, exceptions."""

from __future__ import annotations

from datetime import timedelta

from broker.messages import Hello, StationState
from hub.flows.take_station import take_state
from hub.store.database import transaction
from hub.store.events import last_event, set_cursor
from hub.store.moments import to_ms
from hub.store.notices import mark_failed
from hub.store.pages.measures import Measures, measure
from hub.store.pages.reader import Reader
from hub.store.scan_path import ScanStore
from tests.support.desks import BOOK, JOURNAL, Library
from tests.support.roads import shelved


def measured(library: Library) -> Measures:
    """Measure by a reader of the pages, as the web does."""
    reader = Reader(library.place)
    try:
        return reader.read(measure)
    finally:
        reader.close()


def tell(library: Library, *, next_seq: int = 1, online: bool = True, waiting: int = 0, waiting_s: float = 0) -> None:
    """Let rs-1 tell of itself; offline it is its last will, which knows nothing of the journal."""
    now = library.now
    hello = Hello(incarnation=JOURNAL, lowest_seq=1, next_seq=next_seq, lowest_fault_seq=1, next_fault_seq=1)
    state = StationState(
        station="rs-1",
        online=online,
        born_at=now.replace(hour=8),
        at=now,
        version="0",
        hello=hello if online else None,
        waiting=waiting,
        oldest_waiting_at=now - timedelta(seconds=waiting_s) if waiting else None,
    )
    with transaction(library.connection):
        assert take_state(ScanStore(library.connection), library.connection, state, now)


def test_the_lag_of_a_station_is_what_it_made_less_what_is_committed(library: Library) -> None:
    for book in ("30000000000996", "30000000000988"):
        library.scan("rs-1", book)
    tell(library, next_seq=8, waiting=5, waiting_s=90)
    [rs] = [station for station in measured(library).stations if station.name == "rs-1"]
    assert (rs.online, rs.lag, rs.waiting) == (True, 5, 5)
    assert rs.oldest_waiting_at == to_ms(library.now - timedelta(seconds=90))
    # What is committed since the station spoke counts at once.
    library.scan("rs-1", BOOK)
    [rs] = [station for station in measured(library).stations if station.name == "rs-1"]
    assert (rs.lag, rs.waiting) == (4, 5)


def test_what_waits_at_a_station_that_is_away_is_what_it_said_last(library: Library) -> None:
    tell(library, next_seq=8, waiting=5)
    tell(library, online=False)
    [rs] = [station for station in measured(library).stations if station.name == "rs-1"]
    assert (rs.online, rs.lag, rs.waiting, rs.oldest_waiting_at) == (False, 7, 5, to_ms(library.now))
    assert rs.seen_at == to_ms(library.now)
    # And one that never spoke is known by name only.
    [east] = [station for station in measured(library).stations if station.name == "east-1"]
    assert (east.online, east.seen_at, east.lag, east.waiting) == (False, None, None, None)


def test_the_outbox_is_as_old_as_its_first_event(library: Library) -> None:
    library.request()
    created_at = library.now
    library.now += timedelta(minutes=5)
    library.scan("rs-1", "30000000000996")
    found = measured(library)
    assert found.events == found.events_behind == last_event(library.connection)
    assert found.oldest_event_behind_at == to_ms(created_at)
    with transaction(library.connection):
        set_cursor(library.connection, "mqtt", found.events)
    found = measured(library)
    assert (found.events_behind, found.oldest_event_behind_at) == (0, None)


def test_letters_are_counted_by_how_far_they_have_come_with_the_oldest(library: Library) -> None:
    shelved(library)
    [(key, due)] = library.rows("SELECT key, not_before FROM notice WHERE state = 'queued'")
    found = measured(library)
    assert (found.notices, found.oldest_notice_at) == ({"queued": 1, "failed": 0}, {"queued": due})
    with transaction(library.connection):
        mark_failed(library.connection, key, "550 no such mailbox", library.now)
    found = measured(library)
    assert found.notices == {"queued": 0, "failed": 1}
    assert found.oldest_notice_at.keys() == {"failed"}


def test_exceptions_are_counted_by_kind_and_cleared_ones_are_not(library: Library) -> None:
    library.scan("rs-1", "30000000000996")
    assert measured(library).exceptions == {"unknown_barcode": 1}
    library.connection.execute("UPDATE exception SET cleared_at = 1")
    assert measured(library).exceptions == {}
