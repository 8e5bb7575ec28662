"""The power goes in the middle of a burst of scans: the guest's disk has what was flushed to it, and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardware.desk import Desk, serial_section
from tests.hardware.machine import NEEDED, Machine, make_disk
from tests.hardware.test_serial_scanner import DEVICE, codes, plug, scan
from tests.support.house import House
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs(*NEEDED)


@pytest.mark.parametrize("online", [True, False], ids=["online", "offline"])
def test_every_scan_with_a_light_outlives_a_power_cut_and_is_taken_once(house: House, tmp_path: Path, online: bool) -> None:
    disk, port = make_disk(tmp_path / "disk"), house.data.settings().mqtt.port
    name = "main-1" if online else "east-1"
    with Machine(port, disk) as before:
        desk = Desk(house, name, before, serial_section("gun", DEVICE))
        desk.start()
        plug(desk)
        before.network(up=online)
        scan(before, codes(150))
        wait_for(lambda: len(desk.lights()) >= 60, "sixty lights")
        before.cut_power()
    seen = desk.lights()
    with Machine(port, disk) as after:
        desk.move(after)
        desk.start()
        plug(desk)
        desk.wait_all_taken()
        scan(after, ["AFTER"])
        wait_for(lambda: desk.barcodes(len(seen))[-1:] == ["AFTER"], "the scan after the power cut")
        desk.wait_all_taken()
    assert [light.barcode for light in seen] == codes(len(seen))
    assert desk.lights()[: len(seen)] == seen
