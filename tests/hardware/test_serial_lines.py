"""Serial scanners behind an FTDI adapter (``ftdi_sio``), and those that speak in frames: rates, parity, checksums, answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from station.signals import SIGNALS
from station.ssi import CMD_ACK, CMD_NAK, DECODE_DATA, RESEND, RETRANSMIT, packet
from tests.hardware.adapter import Adapter, Line
from tests.hardware.desk import Desk
from tests.hardware.machine import NEEDED, Machine
from tests.support.house import House
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs(*NEEDED)

FTDI = "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_{}-if00-port0"
GADGET = "/dev/serial/by-id/usb-Holdshelf_Lab_serial_{}-if00"
SECTIONS = {
    "fast": (FTDI, 'baud = 115200\nsignals = "honeywell"\n'),
    "seven": (FTDI, 'bits = "7E1"\n'),
    "quiet": (FTDI, 'framing = "idle"\nmax_length = 1000\n'),
    "stx": (GADGET, 'framing = "stx"\nlrc = "data"\nanswer = true\n'),
    "ssi": (GADGET, 'framing = "ssi"\nsignals = "ssi"\n'),
}
PORTS = {"stx": 0, "ssi": 1}
CODE_128 = b"\x03"
ACK, NAK = "\x06", "\x15"
SCANNER = 0x00


def sections() -> str:
    """Give the settings."""
    begin = '[[scanner]]\nkind = "serial"\nname = "{}"\npath = "{}"\n'
    return "".join(begin.format(name, path.format(name.upper())) + more for name, (path, more) in SECTIONS.items())


def codes(count: int, first: int = 0) -> list[str]:
    """Give so many barcodes, all different."""
    return [f"3504100{number:07d}" for number in range(first, first + count)]


@pytest.fixture(scope="module")
def running(house: House, machine: Machine) -> Desk:
    """The desk, with nothing plugged in."""
    desk = Desk(house, "rs-1", machine, sections())
    desk.start()
    return desk


@pytest.fixture
def desk(running: Desk) -> Iterator[Desk]:
    """The desk, and after each test: every scan with a light is at the hub once, in order."""
    yield running
    running.wait_all_taken()


def plug(desk: Desk, adapter: Adapter, name: str) -> None:
    """Plug it in and wait until the desk says that it is there."""
    there = desk.count("note", f"{name} is there")
    adapter.plug()
    desk.wait_shown("note", f"{name} is there", there + 1)


def plugged(desk: Desk, name: str) -> Iterator[Adapter]:
    """Plug an adapter in, for all tests that want it."""
    with closing(Adapter(desk.machine, name)) as adapter:
        plug(desk, adapter, name)
        yield adapter


@pytest.fixture(scope="module")
def fast(running: Desk) -> Iterator[Adapter]:
    """A scanner at 115200."""
    yield from plugged(running, "fast")


@pytest.fixture(scope="module")
def seven(running: Desk) -> Iterator[Adapter]:
    """One with seven bits and even parity."""
    yield from plugged(running, "seven")


@pytest.fixture(scope="module")
def quiet(running: Desk) -> Iterator[Adapter]:
    """One that ends its codes by silence."""
    yield from plugged(running, "quiet")


def test_an_ftdi_adapter_plugged_in_later_is_found_and_set_to_the_rate_of_the_settings(desk: Desk, fast: Adapter) -> None:
    line = fast.line()
    assert (line.bits, line.parity) == (8, "N")
    # The chip divides 3 MHz, so it is that rate but for a quarter of a percent.
    assert line.baud == pytest.approx(115200, rel=0.0025)
    fast.scan("35041001234567\r")
    desk.wait_barcodes(["35041001234567"], after=0)


def test_two_hundred_scans_through_ftdi_packets_are_right_and_in_order(desk: Desk, fast: Adapter) -> None:
    before = desk.last_seq
    fast.scan("".join(f"{code}\r" for code in codes(200)))
    desk.wait_barcodes(codes(200), before)


def test_what_was_decided_goes_back_through_the_adapter(desk: Desk, fast: Adapter) -> None:
    before = desk.last_seq
    # What the scans before are told comes after their lights.
    desk.wait_all_answered()
    fast.forget()
    fast.scan("35041009999999\r")
    desk.wait_barcodes(["35041009999999"], before)
    wait_for(lambda: fast.heard() == SIGNALS["honeywell"]["info"], "the scanner to beep")


def test_an_adapter_pulled_out_in_the_middle_of_a_scan_is_said_and_the_next_scan_is_right(desk: Desk, fast: Adapter) -> None:
    before = desk.last_seq
    halves, gone = desk.count("fault", '"incomplete"'), desk.count("note", "was unplugged")
    fast.scan("WHOLE\r350410")
    desk.wait_barcodes(["WHOLE"], before)
    fast.unplug()
    desk.wait_shown("fault", '"incomplete"', halves + 1)
    desk.wait_shown("note", "was unplugged", gone + 1)
    plug(desk, fast, "fast")
    fast.scan("35041008888888\r")
    desk.wait_barcodes(["WHOLE", "35041008888888"], before)


@pytest.mark.parametrize("baud", [9600, 460800], ids=["slower", "faster"])
def test_a_scanner_at_a_wrong_rate_is_a_fault_and_at_the_right_one_is_read_again(desk: Desk, fast: Adapter, baud: int) -> None:
    before, faults = desk.last_seq, len(desk.shown("fault"))
    fast.scan("35041001234567\r", Line(baud))
    wait_for(lambda: len(desk.shown("fault")) > faults, "the garbage to be a fault")
    # What comes at once could be the rest of it.
    desk.machine.shell("sleep 2.5")
    fast.scan("35041007777777\r")
    desk.wait_barcodes(["35041007777777"], before)


def test_a_scanner_with_seven_bits_and_even_parity_is_read(desk: Desk, seven: Adapter) -> None:
    before = desk.last_seq
    line = seven.line()
    assert (line.bits, line.parity) == (7, "E")
    assert line.baud == pytest.approx(9600, rel=0.0025)
    seven.scan("35041001234567\r", Line(9600, 7, "E"))
    desk.wait_barcodes(["35041001234567"], before)


def test_by_silence_a_long_code_is_one_and_one_with_a_line_end_inside_is_one_fault(desk: Desk, quiet: Adapter) -> None:
    before, faults = desk.last_seq, len(desk.shown("fault"))
    # Several packets of the adapter, each a read of its own.
    long = "".join(codes(15))
    quiet.scan(long)
    desk.wait_barcodes([long], before)
    quiet.scan("TITLE\r35041001234567\r\nSHELF")
    wait_for(lambda: len(desk.shown("fault")) > faults, "the code with line ends inside to be a fault")
    quiet.scan("35041006666666")
    desk.wait_barcodes([long, "35041006666666"], before)
    assert len(desk.shown("fault")) == faults + 1


def heard(desk: Desk, name: str, wanted: str) -> None:
    """Wait until exactly this was sent to a gadget."""
    told: list[str] = []

    def there() -> bool:
        told.append(desk.machine.call("answered", name=name))
        return "".join(told) == wanted

    wait_for(there, f"{name} to be sent {wanted!r}, was {told}")


def test_stx_with_a_wrong_lrc_is_refused_and_taken_once_when_it_comes_again(desk: Desk) -> None:
    before = desk.last_seq
    desk.plug("stx", "serial", PORTS["stx"], "STX")
    frame = "\x0235041001234567\x03"
    check = 3
    for sign in "35041001234567":
        check ^= ord(sign)
    desk.machine.call("send", name="stx", data=frame + chr(check ^ 0x10))
    heard(desk, "stx", NAK)
    desk.machine.call("send", name="stx", data=frame + chr(check))
    heard(desk, "stx", ACK)
    desk.wait_barcodes(["35041001234567"], before)


def test_ssi_is_acknowledged_a_hurt_packet_asked_for_again_and_the_beep_goes_back(desk: Desk) -> None:
    before = desk.last_seq
    desk.plug("ssi", "serial", PORTS["ssi"], "SSI")
    good = packet(DECODE_DATA, CODE_128 + b"35041001234567", source=SCANNER).decode("latin-1")
    again = packet(DECODE_DATA, CODE_128 + b"35041001234567", source=SCANNER, status=RETRANSMIT).decode("latin-1")
    desk.machine.call("send", name="ssi", data=good.replace("123", "124"))
    heard(desk, "ssi", packet(CMD_NAK, RESEND).decode("latin-1"))
    desk.machine.call("send", name="ssi", data=again)
    heard(desk, "ssi", (packet(CMD_ACK) + SIGNALS["ssi"]["info"]).decode("latin-1"))
    desk.wait_barcodes(["35041001234567"], before)
