"""The inbox: in order, exactly once, acknowledged after the commit, and never stopped by a message."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.codec import decode, encode
from broker.messages import Fault, FaultKind, Hello, Position, Reply, Scan, StationState
from broker.promises import Delivery, SessionSettings
from broker.testing import MemoryBroker, MemorySession
from broker.topics import Root
from hub.errors import DataFolderError
from hub.inbox import Inbox
from hub.senders.to_desk import ToDesk
from tests.support.desks import BOOK, JOURNAL, ONLY_SQLITE, Library

ROOT = Root("main")
OWN = ROOT.topic("hub", hub="hub")
LIMIT_S = 5.0
BORN = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class Post:
    """A client in the memory broker: what it received, and its session."""

    received: list[Delivery] = field(default_factory=list)
    handler: Callable[[Delivery], None] | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    def on_message(self, delivery: Delivery) -> None:
        """Keep it, or hand it on."""
        if self.handler is not None:
            self.handler(delivery)
        else:
            self.received.append(delivery)

    def on_connect(self, session_present: bool) -> None:
        """Note it."""
        self.connected.set()

    def on_disconnect(self, reason: str) -> None:
        """Nothing to do."""

    def on_room(self) -> None:
        """Nothing to do."""


@dataclass
class Rig:
    """A hub's inbox and a station, with a broker in memory between them."""

    library: Library
    inbox: Inbox
    station: MemorySession
    heard: Post
    hub: MemorySession
    acknowledged: list[str] = field(default_factory=list)

    def committed(self, desks: set[str], notices: bool) -> None:
        """The inbox says so; nobody follows here."""

    def said_hello(self, station: str) -> None:
        """A station's state was kept."""

    def send(self, key: str, payload: bytes, station: str = "rs-1") -> None:
        """Publish on a station's branch."""
        assert self.station.publish(ROOT.topic(key, station=station), payload)

    def scan(self, seq: int, barcode: str = BOOK, **fields: Any) -> Scan:
        """Publish one scan of rs-1 and give it."""
        scan = self.library.message("rs-1", barcode, seq, **fields)
        self.send("scan", encode(scan))
        return scan

    def came_back(self) -> None:
        """Let the hub hear what it says on connecting."""
        assert self.hub.publish(OWN, b"{}")

    def hello(self, *, lowest: int = 1, following: int = 1) -> None:
        """Say hello as rs-1."""
        hello = Hello(incarnation=JOURNAL, lowest_seq=lowest, next_seq=following, lowest_fault_seq=1, next_fault_seq=1)
        now = self.library.now
        state = StationState(station="rs-1", online=True, born_at=now, at=now, version="0", hello=hello)
        self.send("state", encode(state))

    def replies(self) -> list[Reply]:
        """Give the replies the station got."""
        found = [decode(Reply, one.payload) for one in self.heard.received if one.topic.endswith("/reply")]
        return [reply for reply in found if isinstance(reply, Reply)]

    def positions(self) -> list[tuple[int, str]]:
        """Give the positions the station got, with their reasons."""
        found = [decode(Position, one.payload) for one in self.heard.received if one.topic.endswith("/position")]
        return [(position.seq, position.reason) for position in found if isinstance(position, Position)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, with a limit."""
        async with asyncio.timeout(LIMIT_S):
            while not condition():  # noqa: ASYNC110 - whatever the condition reads has no event of its own
                await asyncio.sleep(0)


def settings(name: str, *topics: str) -> SessionSettings:
    """Give the session settings of a client."""
    return SessionSettings(host="memory", port=1, client_id=name, username=name, password="-", subscriptions=topics)


@asynccontextmanager
async def open_rig(library: Library) -> AsyncIterator[Rig]:
    """Open a hub's inbox and a station."""
    broker = MemoryBroker()
    hub_post, station_post = Post(), Post()
    hub = MemorySession(broker, settings("hub", *(ROOT.filter(key) for key in ("scan", "fault", "state", "hub"))), hub_post)
    branch = (ROOT.topic("reply", station="rs-1"), ROOT.topic("position", station="rs-1"))
    station = MemorySession(broker, settings("rs-1", *branch), station_post)
    acknowledged: list[str] = []

    def acknowledge(delivery: Delivery) -> None:
        acknowledged.append(delivery.topic)
        hub.acknowledge(delivery)

    heard = Rig.__new__(Rig)
    inbox = Inbox(
        library.connection,
        library.site,
        library.patterns,
        ROOT,
        ToDesk(hub, ROOT),
        acknowledge=acknowledge,
        heard=heard,
        now=lambda: library.now,
        own_topic=OWN,
    )
    hub_post.handler = inbox.take
    rig = Rig(library, inbox, station, station_post, hub, acknowledged)
    heard.__dict__.update(rig.__dict__)
    async with AsyncExitStack() as stack:
        for session in (hub, station):
            running = asyncio.create_task(session.run())
            stack.push_async_callback(session.stop)
            stack.callback(running.cancel)
        await asyncio.wait_for(asyncio.gather(hub_post.connected.wait(), station_post.connected.wait()), LIMIT_S)
        yield rig


@pytest.fixture
async def rig(library: Library) -> AsyncIterator[Rig]:
    """The rig of one test."""
    async with open_rig(library) as opened:
        yield opened


async def test_a_hello_is_answered_with_the_position(rig: Rig) -> None:
    rig.hello()
    await rig.until(lambda: bool(rig.positions()))
    assert rig.positions() == [(0, "hello")]


async def test_scans_are_answered_in_order_and_acknowledged_after_the_commit(rig: Rig) -> None:
    for seq in (1, 2, 3):
        rig.scan(seq)
    await rig.until(lambda: len(rig.replies()) == 3)
    assert [reply.seq for reply in rig.replies()] == [1, 2, 3]
    await rig.until(lambda: len(rig.acknowledged) == 3)
    assert rig.positions()[-1] == (3, "commit")


async def test_waiting_scans_share_a_commit_and_a_lone_one_does_not_wait(rig: Rig) -> None:
    for seq in range(1, 21):
        rig.scan(seq)
    await rig.until(lambda: len(rig.replies()) == 20)
    assert rig.inbox.batches < 20
    before = rig.inbox.batches
    rig.scan(21)
    await rig.until(lambda: len(rig.replies()) == 21)
    assert rig.inbox.batches == before + 1


async def test_a_repeat_is_answered_with_the_stored_reply_and_has_no_effect(rig: Rig) -> None:
    scan = rig.scan(1)
    await rig.until(lambda: len(rig.replies()) == 1)
    effects = rig.library.rows("SELECT count(*) FROM scan"), rig.library.events()
    rig.send("scan", encode(scan))
    await rig.until(lambda: len(rig.replies()) == 2)
    assert rig.replies()[0] == rig.replies()[1]
    assert (rig.library.rows("SELECT count(*) FROM scan"), rig.library.events()) == effects


async def test_a_gap_is_answered_once_with_the_position_and_nothing_is_taken_out_of_order(rig: Rig) -> None:
    rig.scan(1)
    rig.scan(3)
    rig.scan(4)
    await rig.until(lambda: len(rig.acknowledged) == 3)
    await rig.until(lambda: (1, "gap") in rig.positions() or (1, "commit") in rig.positions())
    assert [reply.seq for reply in rig.replies()] == [1]
    assert [reason for _, reason in rig.positions()].count("gap") == 1
    rig.scan(2)
    rig.scan(3)
    await rig.until(lambda: len(rig.replies()) == 3)
    assert [reply.seq for reply in rig.replies()] == [1, 2, 3]


async def test_a_gap_that_cannot_be_filled_becomes_work_and_the_stream_goes_on(rig: Rig) -> None:
    rig.hello(lowest=5, following=6)
    await rig.until(lambda: bool(rig.positions()))
    assert rig.positions() == [(4, "hello")]
    rig.scan(5)
    await rig.until(lambda: len(rig.replies()) == 1)
    assert rig.library.rows("SELECT kind, note FROM exception WHERE kind = 'gap'") == [
        ("gap", "Scans 1 to 4 never came and rs-1 no longer has them.")
    ]


@pytest.mark.parametrize(
    ("payload", "words", "kind"),
    [
        (b"\xff\xfe not json", "Invalid JSON", "unreadable"),
        (b'{"v":1}', "Field required", "unreadable"),
        (b'{"v":2}', "Input should be 1", "unreadable"),
        (b"x" * 20_000, "the limit is 16384", "too_large"),
    ],
)
async def test_poison_is_put_aside_with_its_bytes_and_the_next_scan_is_answered(rig: Rig, payload: bytes, words: str, kind: str) -> None:
    rig.send("scan", payload)
    rig.scan(1)
    await rig.until(lambda: len(rig.replies()) == 1)
    [(topic, kept, size, reason)] = rig.library.rows("SELECT topic, payload, size, reason FROM poison")
    assert (topic, kept, size) == (ROOT.topic("scan", station="rs-1"), payload, len(payload))
    assert words in reason
    assert rig.inbox.numbers.poison == {kind: 1}


async def test_an_unreadable_scan_that_tells_its_place_is_passed_over(rig: Rig) -> None:
    rig.send("scan", b'{"v":9,"incarnation":"%s","seq":1}' % JOURNAL.encode())
    rig.scan(2)
    await rig.until(lambda: len(rig.replies()) == 1)
    assert rig.positions()[-1] == (2, "commit")


async def test_a_scan_on_anothers_branch_is_poison(rig: Rig) -> None:
    rig.send("scan", encode(rig.library.message("main-1", BOOK, 1)), station="rs-1")
    rig.scan(1)
    await rig.until(lambda: len(rig.replies()) == 1)
    assert rig.library.rows("SELECT reason FROM poison") == [("says it is from main-1, on the branch of rs-1",)]
    assert rig.inbox.numbers.poison == {"wrong_branch": 1}
    assert rig.library.rows("SELECT station FROM stream") == [("rs-1",)]


async def test_a_scan_the_flow_fails_on_is_put_aside_and_the_others_of_its_batch_are_taken(rig: Rig) -> None:
    # A row that cannot be read: what a bug or a damaged database would do to every scan of this book.
    request = rig.library.request()
    for barcode in (request, BOOK):
        rig.library.scan("rs-1", barcode)
    rig.library.connection.execute("UPDATE item SET state = 'NO_SUCH_STATE'")
    start = rig.library.rows("SELECT seq FROM stream")[0][0]
    other = "30000000000996"
    for offset, barcode in enumerate((other, BOOK, other), 1):
        rig.scan(start + offset, barcode, boot=f"b{offset}")
    await rig.until(lambda: len(rig.replies()) == 3)
    assert [reply.rule for reply in rig.replies()] == ["U1", "poison", "U1"]
    assert rig.positions()[-1] == (start + 3, "commit")
    assert rig.library.rows("SELECT reason FROM poison") == [("ValueError: 'NO_SUCH_STATE' is not a valid State",)]
    # The batch was begun twice and each of its scans is counted once.
    assert rig.inbox.numbers.replies == {("unknown", "U1"): 2, ("refused", "poison"): 1}
    assert rig.inbox.numbers.poison == {"failed": 1}


async def test_a_scan_of_an_absurd_age_stops_nobody(rig: Rig) -> None:
    rig.scan(1, age_ms=10**18)
    rig.scan(2, "30000000000996")
    await rig.until(lambda: len(rig.replies()) == 2)
    assert [reply.rule for reply in rig.replies()] == ["U1", "U1"]
    assert rig.positions()[-1] == (2, "commit")


@ONLY_SQLITE
async def test_a_full_disk_is_waited_for_and_nothing_is_acknowledged(rig: Rig) -> None:
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    payload = b"x" * 16_000
    for _ in range(5):
        rig.send("scan", payload)
    rig.scan(1)
    await rig.until(lambda: rig.inbox.problem is not None)
    assert "Make room on its disk" in str(rig.inbox.problem)
    assert rig.acknowledged == []
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: len(rig.replies()) == 1)
    assert rig.inbox.problem is None
    assert len(rig.acknowledged) == 6


@ONLY_SQLITE
async def test_a_scan_that_waited_for_room_is_placed_when_it_happened(rig: Rig) -> None:
    """Placed when there was room, a book was in time what it was not: a return was the hand-over, a loan came late."""
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(5):
        rig.send("scan", b"x" * 16_000)
    rig.scan(1, age_ms=3000)
    await rig.until(lambda: rig.inbox.problem is not None)
    rig.scan(2, "30000000000996", age_ms=1000)
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: len(rig.replies()) == 2)
    ages = [decided - happened for happened, decided in rig.library.rows("SELECT happened_at, decided_at FROM scan ORDER BY seq")]
    assert ages[0] == pytest.approx(4000, abs=400), "waited a second"
    assert 1000 < ages[1] <= 2400
    rig.scan(3, "30000000000997", age_ms=1000)
    await rig.until(lambda: len(rig.replies()) == 3)
    assert rig.library.rows("SELECT decided_at - happened_at FROM scan WHERE seq = 3") == [(1000,)]


@ONLY_SQLITE
async def test_what_a_kept_session_begins_with_is_passed_also_when_its_batch_is_tried_again(rig: Rig) -> None:
    """The hello behind it counted although its commit had failed: at the second try an old scan was taken for a new one."""
    rig.inbox.connected(resumed=True)
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    rig.scan(1, age_ms=4)
    rig.came_back()
    rig.hello(following=2)
    for _ in range(5):
        rig.send("scan", b"x" * 16_000)
    await rig.until(lambda: rig.inbox.problem is not None)
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: rig.inbox.problem is None and (0, "hello") in rig.positions())
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]
    rig.scan(1, age_ms=5000)
    await rig.until(lambda: len(rig.replies()) == 1)


async def test_a_hello_that_waited_in_the_broker_lets_no_scan_in_that_waited_behind_it(rig: Rig) -> None:
    """Said to a hub that died before it acknowledged, it came to the next one as new, and the scans behind it at the age they once had."""
    rig.inbox.connected(resumed=True)
    rig.hello(following=2)
    rig.scan(1, age_ms=4)
    rig.came_back()
    await rig.until(lambda: len(rig.acknowledged) == 3 and bool(rig.positions()))
    assert rig.positions() == [(0, "hello")]
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]
    rig.hello(following=2)
    rig.scan(1, age_ms=5000)
    await rig.until(lambda: len(rig.replies()) == 1)
    assert rig.library.rows("SELECT decided_at - happened_at FROM scan") == [(5000,)]


def a_fault(seq: int) -> Fault:
    return Fault(
        fault_id=f"0197c0de-0000-7000-8000-0000000000{seq:02x}",
        station="rs-1",
        incarnation=JOURNAL,
        seq=seq,
        kind=FaultKind.DAMAGED,
        scanner="scanner",
        detail="-",
        occurred_at=BORN,
    )


async def test_a_hello_in_one_batch_behind_scans_and_faults_is_answered_with_all_of_them(rig: Rig) -> None:
    for seq in (1, 2):
        rig.scan(seq)
        rig.send("fault", encode(a_fault(seq)))
    rig.hello(following=3)
    await rig.until(lambda: len(rig.acknowledged) == 5)
    assert rig.inbox.batches == 1
    assert rig.library.rows("SELECT seq, fault_seq FROM stream") == [(2, 2)]
    await rig.until(lambda: rig.positions()[-1:] == [(2, "hello")])


async def test_a_fault_that_is_there_although_its_stream_is_behind_it_stops_nothing(rig: Rig) -> None:
    rig.send("fault", encode(a_fault(1)))
    await rig.until(lambda: len(rig.acknowledged) == 1)
    # As an earlier version could leave it.
    rig.library.connection.execute("UPDATE stream SET fault_seq = 0")
    for seq in (1, 2):
        rig.send("fault", encode(a_fault(seq)))
    await rig.until(lambda: len(rig.acknowledged) == 3)
    assert rig.library.rows("SELECT fault_seq FROM stream") == [(2,)]
    assert rig.library.rows("SELECT count(*) FROM poison") == [(0,)]


async def test_a_fault_is_kept_once_and_is_never_a_scan(rig: Rig) -> None:
    fault = Fault(
        fault_id="0197c0de-0000-7000-8000-0000000000f1",
        station="rs-1",
        incarnation=JOURNAL,
        seq=1,
        kind=FaultKind.TOO_LONG,
        detail="10485760 bytes",
        occurred_at=rig.library.now,
    )
    for _ in range(2):
        rig.send("fault", encode(fault))
    await rig.until(lambda: len(rig.acknowledged) == 2)
    assert rig.library.rows("SELECT kind, detail FROM fault") == [("too_long", "10485760 bytes")]
    assert rig.inbox.numbers.faults == {"too_long": 1}
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]


async def test_a_hello_in_a_batch_knows_what_came_before_it(rig: Rig) -> None:
    fault = Fault(
        fault_id="0197c0de-0000-7000-8000-000000000001", station="rs-1", incarnation=JOURNAL, seq=1, kind=FaultKind.DAMAGED,
        detail="LRC", occurred_at=rig.library.now,
    )  # fmt: skip
    rig.send("fault", encode(fault))
    rig.scan(1)
    rig.hello(following=2)
    await rig.until(lambda: bool(rig.positions()))
    assert rig.inbox.batches == 1
    assert rig.positions() == [(1, "hello")]
    assert rig.library.rows("SELECT seq, fault_seq FROM stream WHERE station = 'rs-1'") == [(1, 1)]
    rig.send("fault", encode(fault))
    await rig.until(lambda: len(rig.positions()) == 2)
    assert rig.library.rows("SELECT count(*) FROM poison") == [(0,)]


async def test_a_station_is_online_until_its_own_will_and_an_old_will_changes_nothing(rig: Rig) -> None:
    rig.hello()
    born = rig.library.now

    def will(born_at: object) -> bytes:
        state = StationState(station="rs-1", online=False, born_at=born, at=born, version="0")
        return encode(state.model_copy(update={"born_at": born_at}))

    rig.send("state", will(born.replace(year=2020)))
    await rig.until(lambda: len(rig.acknowledged) == 2)
    assert rig.library.rows("SELECT online FROM station WHERE name = 'rs-1'") == [(1,)]
    rig.send("state", will(born))
    await rig.until(lambda: len(rig.acknowledged) == 3)
    assert rig.library.rows("SELECT online FROM station WHERE name = 'rs-1'") == [(0,)]
    assert rig.library.events() == ["station.online", "station.offline"]


async def test_one_scan_can_be_followed_through_the_log_by_ids_alone(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="hub.inbox")
    scan = rig.scan(1)
    page = rig.inbox.take_from_page("main-1", rig.library.request(), "0197c0de-0000-7000-8000-0000000000a2")
    await rig.until(lambda: len(rig.replies()) == 1)
    told = {vars(record)["scan"]: vars(record) for record in caplog.records if record.message == "scan answered"}
    assert (told[scan.scan_id]["station"], told[scan.scan_id]["seq"], told[scan.scan_id]["rule"]) == ("rs-1", 1, "U1")
    assert told[page.scan_id]["request"] == page.request_id
    assert not any(BOOK in str(vars(record)) for record in caplog.records)


async def test_a_scan_by_http_goes_the_same_way(rig: Rig) -> None:
    named = rig.library.request()
    scan_id = "0197c0de-0000-7000-8000-0000000000a1"
    reply = rig.inbox.take_from_page("rs-1", named, scan_id)
    assert (reply.rule, reply.seq) == ("slip.armed", 1)
    assert rig.inbox.take_from_page("rs-1", named, scan_id) == reply
    await rig.until(lambda: len(rig.replies()) == 2)
    assert rig.library.rows("SELECT min(source), count(*) FROM scan") == [("http", 1)]
    assert (rig.inbox.numbers.replies, sum(rig.inbox.numbers.commits.counts)) == ({("accepted", "slip.armed"): 1}, 2)


@ONLY_SQLITE
async def test_a_database_that_fails_ends_the_inbox_and_with_it_the_hub(rig: Rig) -> None:
    running = asyncio.create_task(rig.inbox.run())
    await asyncio.sleep(0)
    rig.library.connection.execute("ALTER TABLE stream RENAME TO lost")
    rig.scan(1)
    with pytest.raises(DataFolderError, match=r"^The database failed \(no such table: stream\)\. Check its disk"):
        await asyncio.wait_for(running, LIMIT_S)
    assert rig.acknowledged == []


@ONLY_SQLITE
async def test_after_the_database_failed_nothing_more_is_taken(rig: Rig) -> None:
    """An fsync that failed may succeed the next time without what it lost; and a second failure was only a traceback in the log."""
    running = asyncio.create_task(rig.inbox.run())
    await asyncio.sleep(0)
    rig.library.connection.execute("ALTER TABLE stream RENAME TO lost")
    rig.scan(1)
    with pytest.raises(DataFolderError):
        await asyncio.wait_for(running, LIMIT_S)
    rig.library.connection.execute("ALTER TABLE lost RENAME TO stream")
    rig.scan(1)
    await asyncio.sleep(0.05)
    assert rig.library.rows("SELECT count(*) FROM scan") == [(0,)]
    assert rig.acknowledged == []


@ONLY_SQLITE
async def test_only_what_waits_long_and_not_for_room_is_stuck(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.inbox.STUCK_S", 0.05)
    pages = rig.library.rows("PRAGMA page_count")[0][0]
    rig.library.connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(5):
        rig.send("scan", b"x" * 16_000)
    await rig.until(lambda: rig.inbox.problem is not None)
    await asyncio.sleep(0.1)
    assert rig.inbox.stuck() is None
    rig.library.connection.execute("PRAGMA max_page_count = 1000000")
    await rig.until(lambda: rig.inbox.problem is None)
    assert rig.inbox.stuck() is None


async def test_a_broken_disk_stops_the_inbox(rig: Rig, library: Library) -> None:
    class Broken(sqlite3.OperationalError):
        sqlite_errorname = "SQLITE_IOERR_FSYNC"

    with pytest.raises(Broken):
        rig.inbox._wait_for_room(Broken("disk I/O error"))
