"""A station from its scanner's bytes to the hub's answer, through faults and restarts."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.codec import decode, encode
from broker.messages import Position, StationState
from station.errors import StationError
from station.framing import Broken, Frame
from station.journal import Lane
from station.keymap import KeyRules
from station.scanners import wire
from station.scanners.hid import HidScanner, Reader
from station.words import Key, Saying
from tests.contract.station.conftest import ROOT, Bench, Running
from tests.contract.station.model_hub import Stream
from tests.support.brokers import until

BARCODE = "30000000000012"
STATE = ROOT.topic("state", station="main-1")


def state_of(bench: Bench) -> StationState:
    state = decode(StationState, bench.broker.retained[STATE])
    assert isinstance(state, StationState)
    return state


async def replies(station: Running, count: int) -> list[dict[str, Any]]:
    await until(lambda: len(station.shown("reply")) >= count, f"{count} replies")
    return station.shown("reply")


async def test_a_scan_goes_to_the_hub_and_its_answer_to_the_desk(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(BARCODE.encode() + b"\r\n")
    (shown,) = await replies(station, 1)
    (scan,) = bench.hub.scans
    assert (scan.seq, scan.barcode, scan.source, scan.scanner, scan.check, scan.raw) == (1, BARCODE, "serial", "pty", "ok", None)
    assert scan.age_ms is not None
    assert scan.age_ms < 1000
    assert (shown["barcode"], shown["reply"]["scan_id"]) == (BARCODE, scan.scan_id)
    assert station.shown("waiting") == []


async def test_bytes_one_at_a_time_make_the_same_scan(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write_slowly(BARCODE.encode() + b"\r")
    await replies(station, 1)
    assert bench.hub.barcodes == [BARCODE]


async def test_ready_comes_before_online_and_is_said_once(bench: Bench) -> None:
    station = await bench.online()
    assert station.announced == ["station main-1 ready", "station main-1 online"]


async def test_the_state_carries_the_hello_and_the_scanners(bench: Bench) -> None:
    await bench.online()
    await until(lambda: state_of(bench).scanners[0].present, "the state with the scanner")
    state = state_of(bench)
    assert state.online
    assert state.hello is not None
    assert (state.hello.lowest_seq, state.hello.next_seq) == (1, 1)
    assert [(each.name, each.kind, each.present) for each in state.scanners] == [("pty", "serial", True)]


async def test_the_same_code_twice_within_a_second_is_sent_and_marked(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(BARCODE.encode() + b"\r" + BARCODE.encode() + b"\r")
    await replies(station, 2)
    assert [scan.dup_of for scan in bench.hub.scans] == [None, 1]


async def test_an_unplug_in_the_middle_is_a_fault_and_a_replug_is_found(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"30000")
    bench.pty.write(b"000")
    await until(lambda: station.half_a_scan == b"30000000", "the half scan to be read")
    bench.pty.unplug()
    await until(lambda: bool(bench.hub.faults), "the fault")
    assert [fault.kind.value for fault in bench.hub.faults] == ["incomplete"]
    assert station.shown("fault")[0]["kind"] == "incomplete"
    await until(lambda: "unplugged" in state_of(bench).scanners[0].detail, "the state without the scanner")
    assert not state_of(bench).scanners[0].present
    bench.pty.replug()
    await until(lambda: any("is there" in note["words"] for note in station.shown("note")[-1:]), "the scanner to be found again")
    bench.pty.write(BARCODE.encode() + b"\r")
    await replies(station, 1)
    assert bench.hub.barcodes == [BARCODE]


async def test_a_missing_device_is_said_once_and_found_when_it_comes(bench: Bench) -> None:
    bench.pty.unplug()
    station = await bench.online()
    said = [note["words"] for note in station.shown("note") if note["kind"] == "problem"]
    assert said == [f"Scanner pty: {bench.pty.path} is not there: plug the scanner in, or correct its path in the settings file."]
    bench.pty.replug()
    await until(lambda: any("is there" in note["words"] for note in station.shown("note")), "the scanner to be found")


async def test_a_keyboards_scan_is_as_old_as_its_last_key_and_its_fault_is_a_fault(bench: Bench) -> None:
    scanned = wire.Ended(0, time.monotonic_ns() - 60_000_000_000, Frame(BARCODE.encode()))
    lost = wire.Ended(0, time.monotonic_ns(), Broken("damaged", Saying(Key.KEYS_LOST)))
    lines = b"".join(wire.said_line(each) for each in (wire.Present(0, None), scanned, lost))
    code = f"import sys; sys.stdin.buffer.readline(); sys.stdout.buffer.write({lines!r}); sys.stdout.flush(); sys.stdin.buffer.read()"
    scanner = HidScanner("gun", Reader((sys.executable, "-I", "-S", "-c", code)), wire.Section("1-2", "us", KeyRules()))
    await bench.start_hub()
    station = bench.start_station(scanner)
    await replies(station, 1)
    await until(lambda: bool(bench.hub.faults), "the fault")
    (scan,), (fault,) = bench.hub.scans, bench.hub.faults
    assert (scan.barcode, scan.source, scan.scanner) == (BARCODE, "hid", "gun")
    assert scan.age_ms is not None
    assert scan.age_ms >= 60_000
    assert (fault.kind.value, fault.detail) == ("damaged", "this computer was too slow for the scanner's keys")
    await until(lambda: state_of(bench).scanners[0].present, "the state with the scanner")
    assert (state_of(bench).scanners[0].name, state_of(bench).scanners[0].kind) == ("gun", "hid")


@pytest.mark.parametrize(("sent", "kind"), [(b"30\x0000\r", "damaged"), (b"9" * 600 + b"\r", "too_long")])
async def test_bad_input_is_a_fault_and_the_next_scan_is_fine(bench: Bench, sent: bytes, kind: str) -> None:
    station = await bench.online()
    bench.pty.write(sent + BARCODE.encode() + b"\r")
    await replies(station, 1)
    await until(lambda: bool(bench.hub.faults), "the fault")
    assert [fault.kind.value for fault in bench.hub.faults] == [kind]
    assert bench.hub.barcodes == [BARCODE]


async def test_two_thousand_scans_made_offline_arrive_once_and_in_order(bench: Bench) -> None:
    bench.broker.go_down()
    station = bench.start_station()
    await until(lambda: bool(station.announced), "the station to be ready")
    codes = [f"ILL-{number:06d}" for number in range(2000)]
    for start in range(0, 2000, 100):
        bench.pty.write("".join(f"{code}\r" for code in codes[start : start + 100]).encode())
        await until(lambda upto=start + 100: len(station.shown("waiting")) == upto, "the desk to say stored")  # type: ignore[misc]
    assert "2000" in str(station.shown("waiting")[-1]["waiting"])
    bench.broker.come_up()
    await bench.start_hub()
    await until(lambda: len(bench.hub.scans) == 2000, "all scans at the hub", limit_s=30)
    assert bench.hub.barcodes == codes
    await replies(station, 2000)


async def test_a_window_of_ten_is_enough(bench: Bench) -> None:
    bench.broker.receive_maximum = 10
    station = await bench.online()
    bench.pty.write("".join(f"A{number}\r" for number in range(300)).encode())
    await replies(station, 300)
    assert bench.hub.barcodes == [f"A{number}" for number in range(300)]


async def test_what_the_broker_acknowledged_and_lost_is_sent_again(bench: Bench) -> None:
    station = await bench.online()
    bench.broker.lose_next(1)
    bench.pty.write(b"A1\r")
    await until(lambda: len(bench.broker.published) > 0 and bench.broker.to_lose == 0, "the loss")
    bench.pty.write(b"A2\rA3\r")
    await replies(station, 3)
    assert bench.hub.barcodes == ["A1", "A2", "A3"]


async def test_a_wiped_broker_heals_by_the_hello(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    bench.broker.wipe()
    bench.pty.write(b"A2\r")
    await replies(station, 2)
    assert bench.hub.barcodes == ["A1", "A2"]
    assert STATE in bench.broker.retained


async def test_a_hub_restored_from_a_backup_gets_everything_again(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"A1\rA2\rA3\r")
    await replies(station, 3)
    await bench.stop_hub()
    (stream,) = bench.hub.streams.values()
    bench.hub.streams = {next(iter(bench.hub.streams)): Stream(scans=stream.scans[:1])}
    bench.hub.replies = {scan.scan_id: bench.hub.replies[scan.scan_id] for scan in stream.scans[:1]}
    await bench.start_hub()
    await until(lambda: len(bench.hub.scans) == 3, "the lost scans to come again")
    assert bench.hub.barcodes == ["A1", "A2", "A3"]


async def test_a_hub_that_is_away_is_said_and_the_scans_wait(bench: Bench) -> None:
    station = await bench.online()
    await bench.stop_hub()
    await until(lambda: "station main-1 offline" in station.announced, "the station to notice")
    bench.pty.write(b"A1\r")
    await until(lambda: bool(station.shown("waiting")), "the desk to say stored")
    assert station.shown("waiting")[0]["online"] is False
    await bench.start_hub()
    await replies(station, 1)


async def test_what_waits_is_shown_with_its_number_and_the_age_of_the_first(bench: Bench) -> None:
    station = bench.start_station()
    await until(lambda: bool(station.announced), "the station to be ready")
    bench.pty.write(b"A1\r")
    await until(lambda: len(station.shown("waiting")) == 1, "the first to be stored")
    bench.clock.ahead_s = 300
    bench.pty.write(b"A2\r")
    await until(lambda: len(station.shown("waiting")) == 2, "the second to be stored")
    first, second = station.shown("waiting")
    assert (first["waiting"], first["oldest_s"]) == (1, 0.0)
    assert second["waiting"] == 2
    assert 300 <= second["oldest_s"] < 310


async def test_a_restart_goes_on_where_it_was(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    await station.stop()
    again = bench.start_station()
    await until(lambda: "station main-1 online" in again.announced, "the station to be online again")
    bench.pty.write(b"A2\r")
    await replies(again, 1)
    assert [(scan.seq, scan.barcode) for scan in bench.hub.scans] == [(1, "A1"), (2, "A2")]
    assert len(bench.hub.streams) == 1


async def test_a_clean_stop_says_offline_with_the_births_time(bench: Bench) -> None:
    station = await bench.online()
    born = state_of(bench).born_at
    await station.stop()
    assert (state_of(bench).online, state_of(bench).born_at) == (False, born)


async def test_a_vanished_station_is_offline_by_its_will(bench: Bench) -> None:
    await bench.online()
    born = state_of(bench).born_at
    seen = len(bench.broker.published)
    bench.broker.drop("main-1")
    wills = [decode(StationState, payload) for topic, payload in bench.broker.published[seen:] if topic == STATE]
    assert [(will.online, will.born_at) for will in wills if isinstance(will, StationState)] == [(False, born)]
    await until(lambda: state_of(bench).online, "the station to come back")


async def test_the_hubs_settings_version_is_reported(bench: Bench) -> None:
    await bench.online()
    bench.hub.say_settings("main-1", 4)
    await until(lambda: state_of(bench).settings_version == 4, "the version in the state")


async def test_a_journal_restored_from_an_old_copy_begins_a_new_incarnation(bench: Bench) -> None:
    station = await bench.online()
    await until(lambda: bool(bench.hub.streams), "the hello")
    (incarnation,) = bench.hub.streams
    ahead = Position(station="main-1", incarnation=incarnation, seq=7, fault_seq=0, reason="hello")
    assert bench.hub.session is not None
    bench.hub.session.publish(ROOT.topic("position", station="main-1"), encode(ahead))
    await until(lambda: len(bench.hub.streams) == 2, "the new incarnation's hello")
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    assert [(scan.seq, scan.barcode) for scan in bench.hub.scans] == [(1, "A1")]


async def test_messages_that_cannot_be_read_change_nothing(bench: Bench) -> None:
    station = await bench.online()
    assert bench.hub.session is not None
    for key in ("reply", "position", "settings"):
        bench.hub.session.publish(ROOT.topic(key, station="main-1"), b"\xff{")
    bench.pty.write(b"A1\r")
    await replies(station, 1)


async def test_a_refused_publish_is_a_problem_people_see(bench: Bench) -> None:
    station = await bench.online()
    bench.broker.refuse_topic(ROOT.topic("scan", station="main-1"))
    bench.pty.write(b"A1\r")
    await until(lambda: state_of(bench).problem is not None, "the problem in the state")
    assert state_of(bench).problem == "The broker refused a scan: Not authorized"
    assert any("refused a scan" in note["words"] for note in station.shown("note"))


async def test_an_answer_about_no_scan_of_ours_is_shown_and_harms_nothing(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    reply = next(iter(bench.hub.replies.values()))
    last = int(reply.scan_id[-1], 16)
    for number, seq in enumerate((0, -1, 2, 2**63, 10**30), 1):
        scan_id = f"{reply.scan_id[:-1]}{(last + number) % 16:x}"
        other = reply.model_copy(update={"seq": seq, "scan_id": scan_id, "message": f"About {seq}."})
        bench.hub._publish(ROOT.topic("reply", station="main-1"), other)
    await until(lambda: len(station.shown("reply")) == 6, "all answers", but=lambda: station.shown("reply"))
    assert [each["barcode"] for each in station.shown("reply")] == ["A1", None, None, None, None, None]
    bench.pty.write(b"A2\r")
    await replies(station, 7)
    assert bench.hub.barcodes == ["A1", "A2"]


async def test_a_part_that_ends_by_itself_ends_the_program(bench: Bench) -> None:
    station = await bench.online()
    await station.agent._session.stop()
    await until(station.task.done, "the station to end")
    with pytest.raises(StationError, match="'session' ended by itself"):
        station.task.result()


async def test_the_heartbeat_is_not_a_flood(bench: Bench) -> None:
    station = await bench.online()
    before = len([topic for topic, _ in bench.broker.published if topic == STATE])
    for _ in range(20):
        station.agent._presence.changed()
        station.agent._uplink.tick()
    after = len([topic for topic, _ in bench.broker.published if topic == STATE])
    assert after - before <= 1
    assert station.agent._journal.bounds(Lane.SCANS).next_seq == 1
    assert state_of(bench).at <= datetime.now(UTC)


async def test_a_reply_that_got_lost_is_asked_for(bench: Bench) -> None:
    station = await bench.online()
    bench.hub.keeps_replies_back = 1
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    assert bench.hub.barcodes == ["A1"]
    assert bench.hub.repeats == 1


async def test_an_answered_scan_is_not_asked_for(bench: Bench) -> None:
    station = await bench.online()
    # A state is a hello, which sends again what is under way.
    await until(lambda: state_of(bench).scanners[0].present, "the state with the scanner")
    bench.pty.write(b"A1\r")
    await replies(station, 1)
    # Every state is a hello, and the answer to one sends what is under way once more.
    await until(lambda: state_of(bench).clock_offset_ms is not None, "the last state for a while")
    bench.clock.ahead_s = 10
    station.agent._uplink.tick()
    bench.pty.write(b"A2\r")
    await replies(station, 2)
    assert bench.hub.repeats == 0


async def test_the_hello_goes_out_with_the_connect_and_waits_for_no_clock(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.agent.TICK_S", 3600)
    await bench.start_hub()
    station = bench.start_station()
    await until(lambda: "station main-1 online" in station.announced, "the first hello's answer")
    bench.broker.drop("main-1")
    await until(lambda: len(station.announced) == 4, "the second hello's answer")
    assert station.announced[2:] == ["station main-1 offline", "station main-1 online"]


async def test_a_scan_made_offline_says_how_old_it_is(bench: Bench) -> None:
    bench.broker.go_down()
    station = bench.start_station()
    await until(lambda: bool(station.announced), "the station to be ready")
    bench.pty.write(b"A1\r")
    await until(lambda: bool(station.shown("waiting")), "the scan to be stored")
    bench.clock.ahead_s = 90
    bench.broker.come_up()
    await bench.start_hub()
    await replies(station, 1)
    (scan,) = bench.hub.scans
    assert scan.age_ms is not None
    assert 90_000 <= scan.age_ms < 95_000
    assert (scan.boot, (bench.clock().wall - scan.scanned_at).seconds // 10) == ("boot-1", 9)


async def test_after_a_reboot_the_age_is_not_known(bench: Bench) -> None:
    bench.broker.go_down()
    station = bench.start_station()
    await until(lambda: bool(station.announced), "the station to be ready")
    bench.pty.write(b"A1\r")
    await until(lambda: bool(station.shown("waiting")), "the scan to be stored")
    await station.stop()
    bench.clock.boot = "boot-2"
    bench.broker.come_up()
    await bench.start_hub()
    await replies(bench.start_station(), 1)
    (scan,) = bench.hub.scans
    assert (scan.age_ms, scan.boot) == (None, "boot-1")


async def test_a_missing_identifier_is_a_warning_where_one_is_expected(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.aim = "on"
    station = await bench.online()
    bench.pty.write(b"]C0A1\r")
    await replies(station, 1)
    assert "no AIM identifier" not in caplog.text
    bench.pty.write(b"A2\r")
    await replies(station, 2)
    assert "no AIM identifier" in caplog.text
    assert [(scan.barcode, scan.aim) for scan in bench.hub.scans] == [("A1", "C0"), ("A2", None)]
