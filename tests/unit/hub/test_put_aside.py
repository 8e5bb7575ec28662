"""What is put aside: bounded for each topic, and forgotten like all that may speak of a patron; no station speaks for a page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.codec import encode
from broker.messages import Fault, FaultKind, Hello, StationState
from hub.clock import Clock
from hub.flows.manage_requests import clear_exception
from hub.store.scan_path import HTTP_INCARNATION, POISON_A_TOPIC, Poison, ScanStore
from tests.support.desks import ADA, BOOK, JOURNAL, Library
from tests.support.rig import Rig

STRANGER = b"29999999999999"
UNREADABLE = b'{"v":9,"barcode":"%s"}' % STRANGER


async def look(library: Library) -> None:
    """Let the clock look once."""
    clock = Clock(library.connection, library.place, library.site, now=lambda: library.now, changed=lambda desks: None)
    await clock.look()
    clock.close()


def test_of_one_topic_the_last_hundred_are_kept_and_all_of_the_others(library: Library) -> None:
    store = ScanStore(library.connection)
    store.add_poison([Poison("main", b"the first of another", "x")], library.now)
    numbers = range(POISON_A_TOPIC + 7)
    for some in (numbers[:7], numbers[7:9], numbers[9:]):
        store.add_poison([Poison("rs", b"%d" % number, "x") for number in some], library.now)
    kept = [row[0] for row in library.rows("SELECT payload FROM poison WHERE topic = 'rs' ORDER BY key")]
    assert kept == [b"%d" % number for number in range(7, POISON_A_TOPIC + 7)]
    assert library.rows("SELECT count(*) FROM poison WHERE topic = 'main'") == [(1,)]


async def test_the_bytes_are_forgotten_and_what_was_wrong_stays(rig: Rig) -> None:
    library = rig.library
    rig.send("scan", UNREADABLE)
    await rig.until(lambda: len(rig.acknowledged) == 1)
    library.now += timedelta(hours=20)
    await look(library)
    assert library.rows("SELECT payload FROM poison") == [(UNREADABLE,)]
    library.now += timedelta(hours=5)
    await look(library)
    [(payload, size, reason)] = library.rows("SELECT payload, size, reason FROM poison")
    assert (payload, size, "Input should be 1" in reason) == (b"", len(UNREADABLE), True)
    assert STRANGER not in library.database.read_bytes()


async def test_a_card_that_could_not_be_worked_on_is_not_kept_as_work(rig: Rig) -> None:
    rig.library.connection.execute("UPDATE desk SET opening = 'nonsense'")
    rig.scan(1, ADA)
    rig.scan(2, BOOK)
    await rig.until(lambda: len(rig.replies()) == 2)
    assert [reply.rule for reply in rig.replies()] == ["poison", "poison"]
    assert rig.library.rows("SELECT barcode FROM scan ORDER BY seq") == [(None,), (BOOK,)]
    assert rig.library.rows("SELECT barcode FROM exception ORDER BY key") == [(None,), (BOOK,)]


async def test_what_staff_wrote_about_work_of_no_request_is_forgotten_once_it_is_cleared(library: Library) -> None:
    for barcode in (BOOK, "30000000000996"):
        library.scan("rs-1", barcode)
    clear_exception(library.connection, 1, note="Ada Fischer brought it by mistake", actor="staff", now=library.now)
    library.connection.execute("UPDATE exception SET note = 'of an open one' WHERE key = 2")
    await look(library)
    assert library.rows("SELECT note IS NULL FROM exception ORDER BY key") == [(0,), (0,)]
    library.now += timedelta(days=2)
    await look(library)
    assert library.rows("SELECT note IS NULL FROM exception ORDER BY key") == [(1,), (0,)]


async def test_a_station_cannot_speak_for_pages(rig: Rig) -> None:
    """A hello could move their stream beyond every number there is, and no page would scan at its desk any more."""
    now = rig.library.now
    far = Hello(incarnation=HTTP_INCARNATION, lowest_seq=2**63 - 2, next_seq=2**63 - 1, lowest_fault_seq=1, next_fault_seq=1)
    rig.send("state", encode(StationState(station="rs-1", online=True, born_at=now, at=now, version="0", hello=far)))
    rig.scan(1, incarnation=HTTP_INCARNATION)
    await rig.until(lambda: len(rig.acknowledged) == 2)
    assert len(rig.library.rows("SELECT key FROM poison WHERE reason LIKE '%pages%'")) == 2
    first, second = (rig.inbox.take_from_page("rs-1", BOOK, f"0197c0de-0000-7000-8000-0000000000a{n}") for n in (1, 2))
    assert (first.seq, second.seq) == (1, 2)


async def test_a_fault_kept_by_the_broker_waits_for_its_stations_hello_as_scans_do(rig: Rig) -> None:
    fault = Fault(
        fault_id="0197c0de-0000-7000-8000-0000000000f1", station="rs-1", incarnation=JOURNAL, seq=1, kind=FaultKind.DAMAGED,
        occurred_at=rig.library.now, age_ms=5,
    )  # fmt: skip
    rig.inbox.connected(resumed=True)
    rig.send("fault", encode(fault))
    await rig.until(lambda: len(rig.acknowledged) == 1)
    assert (rig.library.rows("SELECT * FROM fault"), rig.positions()) == ([], [])
    rig.came_back()
    rig.hello()
    rig.send("fault", encode(fault))
    await rig.until(lambda: len(rig.acknowledged) == 4)
    assert rig.library.rows("SELECT seq FROM fault") == [(1,)]


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
async def test_brackets_without_end_are_put_aside_like_anything_that_is_no_json(rig: Rig, bracket: bytes) -> None:
    """Looking for the place of the scan in it went too deep: all that came with it was worked on again, one by one, it three times."""
    rig.send("scan", bracket * 3000)
    rig.scan(1)
    await rig.until(lambda: len(rig.acknowledged) == 2)
    assert rig.inbox.batches == 1
    ((reason,),) = rig.library.rows("SELECT reason FROM poison")
    assert "RecursionError" not in reason
    assert len(rig.library.rows("SELECT seq FROM scan")) == 1
