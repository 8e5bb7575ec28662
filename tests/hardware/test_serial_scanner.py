"""A USB-COM scanner on a real kernel: each test scans with a CDC-ACM device and looks at the desk and at the hub."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hardware.desk import Desk, serial_section
from tests.hardware.machine import NEEDED, Machine
from tests.support.house import House
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs(*NEEDED)

GUN = "gun"
DEVICE = Path("/dev/serial/by-id/usb-Holdshelf_Lab_serial_GUN-1-if00")
HOUR_S = 3600


def codes(count: int, first: int = 0) -> list[str]:
    """Give so many barcodes, all different."""
    return [f"3504100{number:07d}" for number in range(first, first + count)]


def scan(machine: Machine, barcodes: list[str]) -> None:
    """Scan one after the other, as fast as the line takes them."""
    machine.call("send", name=GUN, data="".join(f"{barcode}\r" for barcode in barcodes))


def plug(desk: Desk) -> None:
    """Plug the scanner in and wait until the desk says that it is there."""
    there = desk.count("note", "is there")
    desk.machine.call("plug", name=GUN, kind="serial", port=0, serial="GUN-1")
    desk.wait_shown("note", "is there", there + 1)


@pytest.fixture(scope="module")
def running(house: House, machine: Machine) -> Desk:
    """The desk, begun without its scanner."""
    desk = Desk(house, "rs-1", machine, serial_section(GUN, DEVICE))
    desk.start()
    return desk


@pytest.fixture
def desk(running: Desk) -> Iterator[Desk]:
    """The desk, and after each test: every scan with a light is at the hub once, in order."""
    yield running
    running.wait_all_taken()


def test_a_scanner_plugged_in_later_is_found(desk: Desk) -> None:
    desk.wait_shown("note", "is not there")
    plug(desk)
    scan(desk.machine, codes(1))
    desk.wait_barcodes(codes(1), after=0)


def test_two_hundred_scans_are_right_and_in_order(desk: Desk) -> None:
    before = desk.last_seq
    scan(desk.machine, codes(200))
    desk.wait_barcodes(codes(200), before)


def test_unplugged_in_the_middle_of_a_scan_is_said_and_the_next_scan_is_right(desk: Desk) -> None:
    before = desk.last_seq
    # In one packet: when the first is seen, the half scan has arrived as well.
    desk.machine.call("send", name=GUN, data="WHOLE\r350410")
    desk.wait_barcodes(["WHOLE"], before)
    desk.machine.call("unplug", name=GUN)
    desk.wait_shown("fault", '"incomplete"')
    desk.wait_shown("note", "was unplugged")
    plug(desk)
    scan(desk.machine, codes(1, 500))
    desk.wait_barcodes(["WHOLE", *codes(1, 500)], before)


def test_nobody_else_can_open_the_scanner(desk: Desk) -> None:
    second = desk.machine.call("run", command=["/usr/bin/python3.11", "-c", f"open({str(DEVICE)!r}, 'rb')"], user="other")
    assert second["code"] == 1
    assert "Device or resource busy" in second["err"]


def test_garbage_and_nul_are_faults_and_the_next_scan_is_right(desk: Desk) -> None:
    before, damaged, long = desk.last_seq, desk.count("fault", '"damaged"'), desk.count("fault", '"too_long"')
    desk.machine.call("send", name=GUN, data="3504\x001001\r\x00\x00\x00\r\x81\x8d\x8f\r" + "9" * 2000 + "\r" + "\r\n\r")
    desk.wait_shown("fault", '"damaged"', damaged + 3)
    desk.wait_shown("fault", '"too_long"', long + 1)
    scan(desk.machine, codes(1, 600))
    desk.wait_barcodes(codes(1, 600), before)


def test_without_the_net_a_hundred_scans_are_kept_and_come_later(house: House, desk: Desk) -> None:
    before, taken = desk.last_seq, len(desk.taken())
    desk.machine.network(up=False)
    scan(desk.machine, codes(100, 700))
    desk.wait_barcodes(codes(100, 700), before)
    assert len(desk.taken()) == taken
    desk.machine.network(up=True)
    desk.wait_all_taken()


def test_a_restart_of_the_broker_loses_nothing(house: House, desk: Desk) -> None:
    before = desk.last_seq
    scan(desk.machine, codes(20, 800))
    house.kill_broker()
    scan(desk.machine, codes(20, 820))
    house.start_broker()
    scan(desk.machine, codes(20, 840))
    desk.wait_barcodes(codes(60, 800), before)


def test_scans_of_a_station_whose_clock_is_hours_wrong_are_placed_when_they_happened(house: House, desk: Desk) -> None:
    before, offline, waited_s = desk.last_seq, desk.count("note", '"offline"'), 5
    house.kill_broker()
    desk.wait_shown("note", '"offline"', offline + 1)
    begin = time.time()
    desk.machine.call("set_clock", at=begin - 5 * HOUR_S)
    scan(desk.machine, codes(3, 900))
    desk.wait_barcodes(codes(3, 900), before)
    end = time.time()
    desk.machine.shell(f"sleep {waited_s}")
    house.start_broker()
    desk.wait_all_taken()
    desk.machine.call("set_clock", at=time.time())
    placed = [at / 1000 for seq, _, at in desk.taken() if seq > before]
    assert [at for at in placed if not begin - 1 <= at <= end + 1] == [], f"scanned between {begin} and {end}"


def test_killed_while_scanning_the_station_loses_no_scan_that_had_its_light(desk: Desk) -> None:
    before = desk.last_seq
    scan(desk.machine, codes(150, 1000))
    wait_for(lambda: len(desk.barcodes(before)) >= 20, "the first lights")
    desk.kill()
    assert codes(150, 1000)[: len(desk.barcodes(before))] == desk.barcodes(before)
    desk.start()
    desk.wait_all_taken()
    middle = max(desk.journal())
    scan(desk.machine, ["AFTER"])
    wait_for(lambda: "AFTER" in desk.barcodes(middle), "the scan after the start")


def test_what_is_sent_before_the_port_is_open_is_lost_and_never_half_a_barcode(desk: Desk) -> None:
    desk.stop()
    before = max(desk.journal())
    desk.machine.call("send", name=GUN, data="35041007777777\r35041")
    desk.start()
    desk.machine.call("send", name=GUN, data="\r")
    scan(desk.machine, codes(1, 1200))
    wait_for(lambda: codes(1, 1200)[0] in desk.barcodes(before), "the scan after the start")
    assert desk.barcodes(before) == codes(1, 1200)
