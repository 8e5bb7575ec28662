"""When a scan happened, what is late, and what a station remembers until then, over a restart of the hub too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.answers import Outcome
from broker.messages import Fault, FaultKind, StationState
from hub.core.words import ENGLISH
from hub.flows.take_station import take_fault, take_state
from hub.store.database import transaction
from hub.store.scan_path import ScanStore
from tests.support.desks import ADA, BOOK, JOURNAL, Library
from tests.support.roads import (
    lent,
    received,
    restarted,
    shelved,
    state_of,
    work,
)

OTHER_BOOK = "30000000000025"
ISBN = "9780141439549"
CARD_LIKE = "20000000000992"
"""A lender's barcode that looks like one of our cards; nobody has it."""


def say(key: str, **places: object) -> str:
    return ENGLISH.say(key, **places)


# When it happened, and what is late.


def said(station: str, at: datetime, *, online: bool = True) -> StationState:
    return StationState(station=station, online=online, born_at=at, at=at, version="1")


def hello(library: Library, station: str, clock: datetime, *, fresh: bool = True, online: bool = True) -> None:
    """Let a station say its state; ``clock`` is what its own clock shows."""
    with transaction(library.connection):
        take_state(ScanStore(library.connection), library.connection, said(station, clock, online=online), library.now, fresh=fresh)


THREE_HOURS = timedelta(hours=3)


@pytest.mark.parametrize(
    "wrong_by", [-THREE_HOURS, THREE_HOURS, timedelta(0), datetime(1970, 1, 1, tzinfo=UTC) - datetime(2026, 11, 23, tzinfo=UTC)]
)
def test_a_wrong_clock_is_measured_when_a_station_says_hello(library: Library, wrong_by: timedelta) -> None:
    received(library)
    hello(library, "main-1", library.now + wrong_by)
    # It was scanned ten minutes later, the station was restarted, and an hour later it has network again.
    happened = library.now + timedelta(minutes=10)
    library.scan("main-1", BOOK, after_s=3600, age_ms=None, scanned_at=happened + wrong_by)
    [[changed_at]] = library.rows("SELECT changed_at FROM item")
    assert abs(changed_at - happened.timestamp() * 1000) <= 1


@pytest.mark.parametrize("how", [{"fresh": False}, {"online": False}], ids=["kept by the broker", "last will"])
def test_only_what_a_station_says_just_now_tells_its_clock(library: Library, how: dict[str, bool]) -> None:
    hello(library, "main-1", library.now - THREE_HOURS)
    hello(library, "main-1", library.now - timedelta(days=9), **how)
    assert library.rows("SELECT clock_offset_ms FROM station WHERE name = 'main-1'") == [(3 * 3_600_000,)]


def test_a_station_nobody_knows_has_no_clock(library: Library) -> None:
    with transaction(library.connection):
        assert not take_state(ScanStore(library.connection), library.connection, said("nowhere-9", library.now), library.now)
    assert ScanStore(library.connection).clock_offset("nowhere-9") == timedelta(0)


def test_a_scan_that_knows_its_age_needs_no_clock(library: Library) -> None:
    received(library)
    hello(library, "main-1", library.now - THREE_HOURS)
    library.scan("main-1", BOOK, after_s=3600, age_ms=600_000, scanned_at=library.now - THREE_HOURS)
    [[changed_at]] = library.rows("SELECT changed_at FROM item")
    assert changed_at == (library.now - timedelta(minutes=10)).timestamp() * 1000


def moved_on_since(library: Library) -> datetime:
    """Shelve a book; gives a moment ten minutes before, when it was still on its way."""
    received(library)
    then = library.now
    library.scan("main-1", BOOK, after_s=600)
    library.scan("east-1", BOOK, after_s=60)
    return then


def test_a_scan_from_before_the_book_moved_on_is_late_by_its_age(library: Library) -> None:
    moved_on_since(library)
    late = library.scan("main-1", BOOK, after_s=60, age_ms=400_000)
    assert (late.rule, late.outcome, work(library)) == ("late", Outcome.LATE, ["off_shelf", "late_scan"])
    assert state_of(library, BOOK) == "IN_TRANSIT_TO_PICKUP"


@pytest.mark.parametrize("wrong_by", [-THREE_HOURS, THREE_HOURS])
def test_a_scan_from_before_the_book_moved_on_is_late_by_the_stations_wrong_clock(library: Library, wrong_by: timedelta) -> None:
    then = moved_on_since(library)
    hello(library, "main-1", library.now + wrong_by)
    late = library.scan("main-1", BOOK, after_s=60, age_ms=None, scanned_at=then + timedelta(minutes=5) + wrong_by)
    assert (late.rule, state_of(library, BOOK)) == ("late", "IN_TRANSIT_TO_PICKUP")
    now = library.scan("main-1", BOOK, after_s=3, age_ms=None, scanned_at=library.now + timedelta(seconds=3) + wrong_by)
    assert now.rule == "T1"


def test_a_late_scan_is_told_and_kept_as_work_until_the_book_is_seen_again(library: Library) -> None:
    moved_on_since(library)
    library.scan("main-1", BOOK, after_s=60, age_ms=400_000)
    library.scan("main-1", BOOK)
    assert work(library) == []


BACK_AN_HOUR = -3600


def test_the_hubs_clock_set_back_makes_no_scan_late(library: Library) -> None:
    """Every book that had moved while the clock was ahead stood still for as long, each scan of it work for staff."""
    received(library)
    assert library.scan("main-1", BOOK, after_s=BACK_AN_HOUR).rule == "T1"
    assert library.scan("main-1", ADA, after_s=600).rule == "patron.open"
    assert library.scan("main-1", BOOK, after_s=3).rule == "H2"
    library.scan("main-1", "%HS-CLEAR", after_s=3)
    assert library.scan("main-1", BOOK, after_s=BACK_AN_HOUR).rule == "C2", "a return and no hand-over"
    assert work(library) == []


def test_a_patrons_session_ends_where_the_hubs_clock_is_set_back(library: Library) -> None:
    """It would last for as long as the clock was ahead, and lend to the next one's hands what the last one had asked for."""
    shelved(library)
    library.scan("main-1", ADA, after_s=600)
    assert library.scan("main-1", BOOK, after_s=BACK_AN_HOUR).rule == "H1"


def test_a_clock_that_is_put_right_by_a_second_ends_nothing(library: Library) -> None:
    shelved(library)
    library.scan("main-1", ADA, after_s=600)
    assert library.scan("main-1", BOOK, after_s=-1).rule == "H2"


@pytest.mark.parametrize("told", [{"age_ms": 10**18}, {"age_ms": None, "scanned_at": datetime(1, 1, 1, tzinfo=UTC)}])
@pytest.mark.parametrize("wrong_by", [timedelta(days=-300_000), timedelta(0), timedelta(days=300_000)])
def test_a_scan_of_an_absurd_age_is_taken_like_any_other(library: Library, told: dict[str, Any], wrong_by: timedelta) -> None:
    library.connection.execute("UPDATE station SET clock_offset_ms = ?", (wrong_by // timedelta(milliseconds=1),))
    shelved(library)
    assert library.scan("east-1", BOOK, **told).rule in ("late", "H4")
    assert library.scan("east-1", OTHER_BOOK).rule == "U3"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_clock_beyond_all_years_does_not_stop_its_station(library: Library, moment: str) -> None:
    received(library)
    library.scan("main-1", BOOK, scanned_at=datetime.fromisoformat(moment))
    assert library.scan("main-1", BOOK).rule == "H1"


def test_a_fault_of_an_absurd_age_is_kept(library: Library) -> None:
    fault = Fault(
        fault_id="0197c0de-0000-7000-8000-00000000000c", station="rs-1", incarnation=JOURNAL, seq=1, kind=FaultKind.DAMAGED,
        occurred_at=library.now, age_ms=10**18,
    )  # fmt: skip
    store = ScanStore(library.connection)
    take_fault(store, fault, store.stream("rs-1", JOURNAL).key, library.now)
    assert library.rows("SELECT count(*) FROM fault") == [(1,)]


# What a station remembers, over a restart of the hub.


def test_an_armed_slip_survives_a_restart(library: Library) -> None:
    library.scan("rs-1", library.request())
    restarted(library)
    assert library.scan("rs-1", BOOK, after_s=60).rule == "U2"


def test_an_armed_item_survives_a_restart(library: Library) -> None:
    named = library.request()
    library.scan("rs-1", BOOK)
    restarted(library)
    assert library.scan("rs-1", named, after_s=60).rule == "U2"


def test_a_question_survives_a_restart(library: Library) -> None:
    library.scan("rs-1", library.request())
    library.scan("rs-1", ISBN)
    restarted(library)
    assert library.scan("rs-1", ISBN).rule == "U2"


@pytest.mark.parametrize(("after_s", "rule"), [(30, "H2"), (30.001, "H1")])
def test_an_open_patron_survives_a_restart_for_as_long_as_it_would_have_lasted(library: Library, after_s: float, rule: str) -> None:
    shelved(library)
    library.scan("main-1", ADA)
    restarted(library)
    assert library.scan("main-1", BOOK, after_s=after_s).rule == rule


def test_an_unknown_card_survives_a_restart(library: Library) -> None:
    shelved(library)
    library.scan("main-1", CARD_LIKE)
    restarted(library)
    assert library.scan("main-1", BOOK).rule == "H3"


@pytest.mark.parametrize(("after_s", "rule"), [(15, "K1"), (15.001, "H1")])
def test_a_waiting_command_survives_a_restart(library: Library, after_s: float, rule: str) -> None:
    shelved(library)
    library.scan("main-1", "%HS-DECLINED")
    restarted(library)
    assert library.scan("main-1", BOOK, after_s=after_s).rule == rule


@pytest.mark.parametrize(("after_s", "rule"), [(29.9, "command.done"), (30.1, "B1")])
def test_a_command_that_was_done_survives_a_restart(library: Library, after_s: float, rule: str) -> None:
    shelved(library)
    for barcode in ("%HS-DAMAGED", BOOK):
        library.scan("rs-1", barcode)
    restarted(library)
    assert library.scan("rs-1", BOOK, after_s=after_s).rule == rule


def test_the_hand_over_survives_a_restart(library: Library) -> None:
    lent(library)
    library.now -= timedelta(hours=1)
    restarted(library)
    assert library.scan("main-1", BOOK).rule == "C1"


def test_what_one_station_remembers_is_nothing_to_another_at_the_same_desk(library: Library) -> None:
    named = library.request(pickup_desk="joint")
    library.scan("joint-1", named)
    assert library.scan("terminal", BOOK).rule == "U1"
    library.scan("joint-1", ADA)
    assert library.scan("terminal", named).rule == "U2"
