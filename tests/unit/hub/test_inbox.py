"""The inbox: in order, exactly once, acknowledged after the commit, and never stopped by a message."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from broker.codec import encode
from broker.messages import Fault, FaultKind, StationState
from tests.support.desks import BOOK, JOURNAL
from tests.support.rig import ROOT, Rig

BORN = datetime(2026, 11, 23, tzinfo=UTC)


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


async def test_many_repeats_at_once_are_answered_with_the_stored_replies(rig: Rig) -> None:
    scans = [rig.scan(seq) for seq in range(1, 9)]
    await rig.until(lambda: len(rig.replies()) == 8)
    effects = rig.library.rows("SELECT count(*) FROM scan"), rig.library.events()
    for scan in scans:
        rig.send("scan", encode(scan))
    await rig.until(lambda: len(rig.replies()) == 16)
    assert rig.replies()[:8] == rig.replies()[8:]
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
    assert rig.inbox.numbers.commits.sum_s > 0
