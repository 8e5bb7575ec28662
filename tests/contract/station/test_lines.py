"""Every way a serial scanner is connected: framings and answers on ptys, TCP servers, ser2net; signals back."""

from __future__ import annotations

import asyncio
import os
import termios
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from station.framing import Broken, Frame, Framer, IdleFramer, LineFramer
from station.scanners import Scanner
from station.scanners.serial_port import SerialScanner
from station.signals import Signaller
from station.ssi import CMD_ACK, CMD_NAK, DECODE_DATA, RESEND, RETRANSMIT, SsiFramer, packet
from station.stx import StxFramer
from tests.contract.station.conftest import Bench
from tests.support.brokers import until
from tests.support.far import FarScanner, Ser2net
from tests.support.ptys import PtyScanner

BARCODE = b"30000000000012"
# pyserial 3.5 starts its thread in an old way.
OLD_THREAD = pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning", "ignore:setName:DeprecationWarning")


class Counter:
    """What a scanner handed over, and what it said of itself."""

    def __init__(self) -> None:
        self.found: list[bytes | str] = []
        self.said: list[str | None] = []
        self.stores = True

    def take(self, scanner: Scanner, found: Sequence[Frame | Broken], age_ns: int = 0) -> bool:
        """Take frames."""
        self.found += [each.data if isinstance(each, Frame) else each.kind for each in found]
        return self.stores

    def changed(self, scanner: Scanner) -> None:
        """Take a change."""
        self.said.append(str(scanner.detail) if scanner.detail else None)

    async def has(self, *found: bytes | str) -> None:
        """Wait until exactly this was handed over."""
        await until(lambda: len(self.found) >= len(found), f"{found}")
        assert self.found == [*found]


@asynccontextmanager
async def running(scanner: SerialScanner) -> AsyncIterator[Counter]:
    """Run a scanner until the test is through."""
    counter = Counter()
    task = asyncio.create_task(scanner.run(counter.take, counter.changed))
    yield counter
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
def far_scanner() -> Iterator[FarScanner]:
    """A scanner behind a TCP server."""
    scanner = FarScanner()
    yield scanner
    scanner.close()


@pytest.fixture
async def ser2net(tmp_path: Path, pty: PtyScanner) -> AsyncIterator[Ser2net]:
    """ser2net before the pty."""
    program = Ser2net(tmp_path, pty.path)
    await until(lambda: program.listens, "ser2net to listen")
    yield program
    program.stop()


async def test_d20_idle_on_a_pty(pty: PtyScanner) -> None:
    async with running(SerialScanner("pty", pty.path, framer=IdleFramer(idle_ms=60))) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write_slowly(b"one\rtwo")
        await counter.has(b"one\rtwo")
        pty.write(BARCODE)
        await counter.has(b"one\rtwo", BARCODE)


async def test_d20_bytes_that_waited_while_the_station_was_busy_are_no_silence(pty: PtyScanner) -> None:
    scanner = SerialScanner("pty", pty.path, framer=IdleFramer(idle_ms=20))
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(b"300")
        await until(lambda: scanner._framer.due_ns is not None, "the first bytes")
        pty.write(b"0012")
        _busy_for_s(0.05)
        await counter.has(b"3000012")


def _busy_for_s(seconds: float) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        pass


async def test_two_scans_that_waited_while_the_station_was_busy_for_long_are_no_barcode(pty: PtyScanner) -> None:
    async with running(SerialScanner("pty", pty.path, framer=IdleFramer(idle_ms=20))) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        for _ in range(2):
            pty.write(BARCODE)
            _busy_for_s(0.3)
        await counter.has("damaged")
        pty.write(BARCODE)
        await counter.has("damaged", BARCODE)


async def test_a_line_that_is_cut_by_silence_from_now_on_gives_scans(pty: PtyScanner) -> None:
    scanner = SerialScanner("pty", pty.path)
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        # Longer than two scans are apart: nobody had to listen so far.
        await asyncio.sleep(0.2)
        scanner.refit(IdleFramer(idle_ms=60), Signaller())
        for count in (1, 2):
            pty.write(BARCODE)
            await counter.has(*[BARCODE] * count)


async def test_a_line_that_is_no_longer_cut_by_silence_needs_no_looking(pty: PtyScanner) -> None:
    scanner = SerialScanner("pty", pty.path, framer=IdleFramer(idle_ms=60))
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        scanner.refit(LineFramer(), Signaller())
        assert scanner._line is not None
        assert scanner._line._ear is None
        pty.write(BARCODE + b"\r")
        await counter.has(BARCODE)


async def test_the_rest_of_a_scan_that_new_settings_cut_off_is_no_barcode(pty: PtyScanner) -> None:
    scanner = SerialScanner("pty", pty.path)
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(b"3000000000")
        await until(scanner.in_hand, "half a scan")
        scanner.refit(LineFramer(), Signaller())
        pty.write(b"0012\r" + BARCODE + b"\r")
        await counter.has("incomplete", "damaged", BARCODE)


async def test_that_holds_also_where_the_timer_that_listens_comes_behind_what_kept_the_station_busy(pty: PtyScanner) -> None:
    loop = asyncio.get_running_loop()
    read, write = os.pipe()

    def busy() -> None:
        os.read(read, 1)
        for _ in range(2):
            pty.write(BARCODE)
            _busy_for_s(0.2)

    async with running(SerialScanner("pty", pty.path, framer=IdleFramer(idle_ms=20))) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        loop.add_reader(read, busy)
        os.write(write, b".")
        # Now the timer is due, and stands behind the reader of the pipe in the next turn of the loop.
        _busy_for_s(0.06)
        await counter.has("damaged")
    loop.remove_reader(read)
    for end in (read, write):
        os.close(end)


async def test_stx_with_lrc_is_answered_on_a_pty(pty: PtyScanner) -> None:
    async with running(SerialScanner("pty", pty.path, framer=StxFramer(lrc="data", answer=True))) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(b"\x023000\x03\x00")
        await counter.has(b"3000")
        await until(lambda: pty.heard == b"\x06", "the ACK")
        pty.write(b"\x023000\x03\x01")
        await until(lambda: pty.heard == b"\x06\x15", "the NAK")
        assert counter.found == [b"3000"]


async def test_d21_ssi_is_answered_on_a_pty_and_beeps(pty: PtyScanner) -> None:
    scanner = SerialScanner("pty", pty.path, framer=SsiFramer(), signaller=Signaller("ssi"))
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(packet(DECODE_DATA, b"\x03" + BARCODE, source=0))
        await counter.has(BARCODE)
        await until(lambda: pty.heard == packet(CMD_ACK), "the ACK")
        pty.write(packet(DECODE_DATA, b"\x03" + BARCODE, source=0)[:-1] + b"\x00")
        await until(lambda: pty.heard == packet(CMD_ACK) + packet(CMD_NAK, RESEND), "the NAK")
        scanner.signal("no")
        await until(lambda: pty.heard.endswith(packet(0xE6, b"\x08")), "the beep")


async def test_a_scanner_hears_no_ack_for_what_could_not_be_stored(pty: PtyScanner) -> None:
    async with running(SerialScanner("pty", pty.path, framer=SsiFramer())) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        counter.stores = False
        pty.write(packet(DECODE_DATA, b"\x03" + BARCODE, source=0))
        await counter.has(BARCODE)
        counter.stores = True
        pty.write(packet(DECODE_DATA, b"\x03" + BARCODE, source=0, status=RETRANSMIT))
        await counter.has(BARCODE, BARCODE)
        await until(lambda: bool(pty.heard), "the ACK")
        assert pty.heard == packet(CMD_ACK)


@pytest.mark.parametrize("bits", ["7E1", "7O1", "8E1", "8O1"])
async def test_d19_other_bits_open_a_port(pty: PtyScanner, bits: str) -> None:
    async with running(SerialScanner("pty", pty.path, baud=115200, bits=bits)) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(BARCODE + b"\r")
        await counter.has(BARCODE)


@pytest.mark.parametrize(("bits", "looks"), [("8N1", False), ("7E1", True), ("8O1", True)])
async def test_d19_parity_is_looked_at_where_there_is_one_and_nothing_is_thrown_away(pty: PtyScanner, bits: str, looks: bool) -> None:
    flags = termios.tcgetattr(pty.master)
    flags[0] |= termios.IGNPAR | termios.BRKINT | termios.PARMRK | termios.ISTRIP
    termios.tcsetattr(pty.master, termios.TCSANOW, flags)
    async with running(SerialScanner("pty", pty.path, bits=bits)) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        found = termios.tcgetattr(pty.master)[0]
    assert bool(found & termios.INPCK) is looks
    assert found & (termios.IGNPAR | termios.BRKINT | termios.PARMRK | termios.ISTRIP) == 0


@pytest.mark.parametrize("framer", [LineFramer(), IdleFramer(idle_ms=60)])
async def test_a_port_that_is_opened_in_the_middle_of_a_scan_makes_no_barcode_of_its_rest(pty: PtyScanner, framer: Framer) -> None:
    pty.write(BARCODE[:5])
    async with running(SerialScanner("pty", pty.path, framer=framer)) as counter:
        await asyncio.sleep(0)
        pty.write(BARCODE[5:] + b"\r")
        await counter.has("damaged")
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(BARCODE + b"\r")
        await until(lambda: counter.found[1:] in ([BARCODE], [BARCODE + b"\r"]), "the next scan", but=lambda: counter.found)


async def test_a_scanner_that_does_not_listen_delays_no_scan_and_what_it_missed_is_counted(pty: PtyScanner) -> None:
    scanner = SerialScanner("pty", pty.path, signaller=Signaller("honeywell"))
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        for _ in range(100_000):
            scanner.signal("ok")
            if scanner.unsent:
                break
        assert scanner.unsent == 1
        pty.write(BARCODE + b"\r")
        await counter.has(BARCODE)


async def test_a_signal_while_the_scanner_is_away_is_nothing(pty: PtyScanner) -> None:
    SerialScanner("pty", pty.path, signaller=Signaller("honeywell")).signal("ok")
    assert pty.heard == b""


async def test_a_scanner_behind_a_tcp_server(far_scanner: FarScanner) -> None:
    scanner = SerialScanner("far", far_scanner.url, signaller=Signaller("honeywell"), reopen_s=0.02)
    async with running(scanner) as counter:
        await until(far_scanner.called, "the call")
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        far_scanner.write(BARCODE[:5])
        far_scanner.write(BARCODE[5:] + b"\r\n")
        await counter.has(BARCODE)
        scanner.signal("ok")
        await until(lambda: far_scanner.heard == b"\x1b7", "the beep")


async def test_d6_a_far_end_that_hangs_up_is_called_again(far_scanner: FarScanner) -> None:
    async with running(SerialScanner("far", far_scanner.url, reopen_s=0.02)) as counter:
        await until(far_scanner.called, "the call")
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        far_scanner.write(b"3000")
        far_scanner.hang_up()
        await counter.has("incomplete")
        await until(lambda: far_scanner.called(2), "the second call")
        await until(lambda: counter.said[2:] == [None], "the port again")
        far_scanner.write(BARCODE + b"\r")
        await counter.has("incomplete", BARCODE)
        assert counter.said == [None, f"{far_scanner.url}: the other side ended the connection: it is called again until it answers", None]


async def test_a_far_end_that_is_away_is_said_once(far_scanner: FarScanner) -> None:
    far_scanner.close()
    async with running(SerialScanner("far", far_scanner.url, reopen_s=0.01)) as counter:
        await until(lambda: bool(counter.said), "the reason")
        again = FarScanner(port=far_scanner.port)
        await until(again.called, "the call")
        await until(lambda: counter.said[1:] == [None], "the port")
        again.write(BARCODE + b"\r")
        await counter.has(BARCODE)
        again.close()
        assert counter.said[:2] == [
            f"{far_scanner.url} cannot be reached (Connection refused): check the address, and that ser2net runs there",
            None,
        ]


@pytest.mark.parametrize(
    ("said_there", "said_here"),
    [
        (b"Port's device already in use\r\n", "the device is already in use there: end the other program or connection"),
        (b"Port already in use\r\n", "the device is already in use there: end the other program or connection"),
        (b"Device open failure: Value or file not found\r\n", "the device cannot be opened there (Value or file not found)"),
    ],
)
async def test_why_the_far_end_refuses_is_said_as_such_and_is_no_scan(said_there: bytes, said_here: str) -> None:
    far_scanner = FarScanner(says_first=said_there)
    async with running(SerialScanner("far", far_scanner.url, reopen_s=0.01)) as counter:
        await until(lambda: far_scanner.called(2), "two calls")
        await until(lambda: bool(counter.said), "the reason")
        assert (counter.said, counter.found) == ([f"{far_scanner.url}: {said_here}"], [])
    far_scanner.close()


async def test_a_refusal_that_comes_late_is_no_scan_either(far_scanner: FarScanner) -> None:
    async with running(SerialScanner("far", far_scanner.url)) as counter:
        await until(far_scanner.called, "the call")
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        far_scanner.write(b"Port already in use\r\n")
        await until(lambda: len(counter.said) == 2, "the reason")
        assert "already in use there" in str(counter.said[1])
        assert counter.found == []


@pytest.mark.needs("ser2net")
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
@OLD_THREAD
async def test_a_scanner_behind_ser2net_there_and_back_and_after_a_restart(ser2net: Ser2net, pty: PtyScanner, scheme: str) -> None:
    url: str = getattr(ser2net, scheme)
    scanner = SerialScanner("far", url, signaller=Signaller("honeywell"), reopen_s=0.05)
    async with running(scanner) as counter:
        await until(lambda: counter.said == [None], "the port", but=lambda: counter.said)
        pty.write(BARCODE + b"\r")
        await counter.has(BARCODE)
        scanner.signal("no")
        await until(lambda: pty.heard == b"\x1b8", "the beep")
        ser2net.stop()
        await until(lambda: counter.said[1:2] != [], "the loss to be noticed")
        assert "the other side ended the connection" in str(counter.said[1])
        ser2net.start()
        await until(lambda: counter.said[-1] is None, "the port again", limit_s=20)
        pty.write(b"again\xff\r")
        await counter.has(BARCODE, b"again\xff")


@pytest.mark.needs("ser2net")
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
@OLD_THREAD
async def test_a_second_station_hears_that_ser2nets_device_is_in_use(ser2net: Ser2net, pty: PtyScanner, scheme: str) -> None:
    url: str = getattr(ser2net, scheme)
    async with running(SerialScanner("first", ser2net.socket)) as first:
        await until(lambda: first.said == [None], "the first port", but=lambda: first.said)
        async with running(SerialScanner("second", url)) as second:
            await until(lambda: bool(second.said), "the reason", limit_s=20)
            assert second.said == [f"{url}: the device is already in use there: end the other program or connection"]
            assert second.found == []


async def test_an_answer_from_the_hub_beeps_at_the_scanner_and_a_fault_too(bench: Bench) -> None:
    bench.signals = "honeywell"
    station = await bench.online()
    bench.pty.write(BARCODE + b"\r")
    await until(lambda: bool(station.shown("reply")), "the reply")
    await until(lambda: bench.pty.heard == b"\x1b7", "the beep")
    bench.pty.write(b"30\x0000\r")
    await until(lambda: bench.pty.heard == b"\x1b7\x1b8\x1b4", "the other beep")


async def test_an_answer_is_signalled_once(bench: Bench) -> None:
    bench.signals = "honeywell"
    station = await bench.online()
    bench.pty.write(BARCODE + b"\r")
    await until(lambda: bool(station.shown("reply")), "the reply")
    await until(lambda: bench.pty.heard == b"\x1b7", "the beep")
    (reply,) = bench.hub.replies.values()
    scan = station.agent._uplink._scan_of(reply)
    assert scan is not None
    assert scan.scanner == "pty"
    station.agent._desk.replied(reply, scan)
    assert bench.pty.heard == b"\x1b7"


async def test_answers_to_what_was_scanned_offline_beep_no_more(bench: Bench) -> None:
    bench.signals = "honeywell"
    station = bench.start_station()
    await until(lambda: bool(station.announced), "the station to be ready")
    bench.pty.write(BARCODE + b"\r")
    await until(lambda: bool(station.shown("waiting")), "the scan to be stored")
    bench.clock.ahead_s = 60
    await bench.start_hub()
    await until(lambda: bool(station.shown("reply")), "the reply")
    assert bench.pty.heard == b""


async def test_a_scanner_that_is_not_set_up_gets_no_byte(bench: Bench) -> None:
    station = await bench.online()
    bench.pty.write(BARCODE + b"\r\x00\r")
    await until(lambda: bool(station.shown("reply")) and bool(station.shown("fault")), "reply and fault")
    assert bench.pty.heard == b""


@OLD_THREAD
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
async def test_a_far_end_that_says_nothing_holds_up_nobody_who_wants_to_stop(far_scanner: FarScanner, scheme: str) -> None:
    scanner = SerialScanner("far", far_scanner.url.replace("socket", scheme))
    task = asyncio.create_task(scanner.run(Counter().take, Counter().changed))
    await until(far_scanner.called, "the call")
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=1)
    assert done == {task}
