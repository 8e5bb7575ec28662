"""Scanners that are keyboards, on a real kernel: read, grabbed, told apart, lost and found again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hardware.desk import Desk
from tests.hardware.machine import CHECKOUT, NEEDED, Machine
from tests.hardware.typing import half, typed
from tests.support.house import House
from tests.support.programs import wait_for

pytestmark = [
    pytest.mark.needs(*NEEDED),
    pytest.mark.skipif(not (CHECKOUT / "station/scanners/hid.py").exists(), reason="this station reads no keyboard scanners yet"),
]

LAYOUTS = {"us": 0, "de": 1, "fr": 1, "be": 1}
"""Each with the port its scanner is plugged into; all but us take turns."""
TWINS = {"left": 2, "right": 3}
TEXTS = ["35041001234567", "Ab-12/$%", "x_Y+z.#7", "QAZWZYM", "%HS-DECLINED", '<">[]{}|~@']


def sections() -> str:
    """Give the settings: three scanners by serial number and layout, two without by their ports."""
    by_id = [(name, f"usb-Holdshelf_Lab_hid_{name.upper()}-event-kbd", name) for name in LAYOUTS]
    by_port = [(name, f"{port + 1}-1", "us") for name, port in TWINS.items()]
    # On a busy machine the guest stands still for longer than a scanner pauses.
    lines = '[[scanner]]\nkind = "hid"\nname = "{}"\nmatch = "{}"\nlayout = "{}"\nidle_ms = 1500\n'
    return "\n".join(lines.format(*each) for each in [*by_id, *by_port])


def codes(prefix: str, count: int) -> list[str]:
    """Give so many barcodes, all different."""
    return [f"{prefix}{number:07d}" for number in range(count)]


def scan(desk: Desk, scanner: str, texts: list[str], layout: str = "us", *, pause_s: float = 0) -> None:
    """Scan each after the light of the one before: 14 digits are 60 events, and the kernel keeps 64 for a slow reader."""
    for text in texts:
        desk.scan(text, lambda: type_(desk.machine, scanner, typed(text, layout), pause_s))  # noqa: B023 - called before the next turn


def scan_until_whole(desk: Desk, layout: str, text: str) -> None:
    """Scan as a person does: again where the desk says so. Signs by Shift or AltGr are up to ten events, and a busy machine reads late."""
    for _ in range(3):
        before, damaged = desk.last_seq, desk.count("fault", '"damaged"')
        type_(desk.machine, layout, typed(text, layout), 0.02)
        wait_for(lambda: desk.last_seq > before or desk.count("fault", '"damaged"') > damaged, "a light or a fault", 60)  # noqa: B023
        if desk.last_seq > before:
            return


def type_(machine: Machine, scanner: str, reports: list[str], pause_s: float = 0) -> None:
    """Type as fast as the line takes it, or with a pause after each report."""
    machine.call("reports", name=scanner, typed=reports, pause_s=pause_s)


def plug(desk: Desk, name: str) -> None:
    """Plug a scanner in and wait until the desk says that it is there."""
    desk.plug(name, "hid", (LAYOUTS | TWINS)[name], None if name in TWINS else name.upper())


READER = "ps | grep 'scanners[.]reader' | awk '{print $1}'"
"""Tells the process that reads the keyboards."""


def signal_reader(machine: Machine, signal: str) -> None:
    """Send a signal to the process that reads the keyboards."""
    machine.shell(f"kill -{signal} $({READER})")


@pytest.fixture(scope="module")
def running(house: House, machine: Machine) -> Desk:
    """The desk with two scanners, and somebody who listens at the console."""
    machine.call("console")
    desk = Desk(house, "rs-1", machine, sections())
    desk.start()
    for name in ("us", "de"):
        plug(desk, name)
    return desk


@pytest.fixture
def desk(running: Desk) -> Iterator[Desk]:
    """The desk, and after each test: every scan with a light is at the hub once, in order."""
    yield running
    running.wait_all_taken()


def test_two_scanners_at_once_are_each_right_and_nothing_is_typed_into_the_console(desk: Desk) -> None:
    before, wanted = desk.last_seq, {"us": codes("3504100", 100), "de": codes("3504200", 100)}
    with ThreadPoolExecutor() as both:
        for done in [both.submit(scan, desk, name, texts, name) for name, texts in wanted.items()]:
            done.result()
    seen = desk.barcodes(before)
    assert {name: [code for code in seen if code[:7] == texts[0][:7]] for name, texts in wanted.items()} == wanted
    assert len(seen) == 200
    assert desk.machine.call("typed_on_console") == ""


def test_unplugged_in_the_middle_of_a_scan_is_said_and_the_next_scan_is_right(desk: Desk) -> None:
    before, halves = desk.last_seq, desk.count("fault", '"incomplete"')
    type_(desk.machine, "us", half("350410"))
    desk.machine.shell("sleep 0.2")
    desk.unplug("us")
    desk.wait_shown("fault", '"incomplete"', halves + 1)
    plug(desk, "us")
    scan(desk, "us", ["35041007777777"])
    desk.wait_barcodes(["35041007777777"], before)


@pytest.mark.parametrize("layout", ["us", "de", "fr", "be"])
def test_a_scanner_set_to_a_layout_is_read_in_that_layout(desk: Desk, layout: str) -> None:
    if before_it := {"fr": "de", "be": "fr"}.get(layout):
        desk.unplug(before_it)
        plug(desk, layout)
    before = desk.last_seq
    for text in TEXTS:
        scan_until_whole(desk, layout, text)
    desk.wait_barcodes(TEXTS, before)


def test_a_reader_that_stood_still_says_damaged_and_never_a_wrong_barcode(desk: Desk) -> None:
    before, damaged = desk.last_seq, desk.count("fault", '"damaged"')
    signal_reader(desk.machine, "STOP")
    type_(desk.machine, "us", typed("0123456789" * 5))
    signal_reader(desk.machine, "CONT")
    desk.wait_shown("fault", '"damaged"', damaged + 1)
    # The end of the damaged scan may be lost with the rest: a pause ends it, too.
    desk.machine.shell("sleep 2")
    scan(desk, "us", ["35041008888888"])
    desk.wait_barcodes(["35041008888888"], before)
    wait_for(lambda: ("us", "damaged") in desk.faults_taken(), "the hub to have the fault")


def test_identical_scanners_without_serial_numbers_are_told_apart_by_their_ports(desk: Desk) -> None:
    before = desk.last_seq
    for name in TWINS:
        plug(desk, name)
    scan(desk, "right", ["RIGHT"])
    scan(desk, "left", ["LEFT"])
    desk.wait_barcodes(["RIGHT", "LEFT"], before)
    desk.unplug("left")
    scan(desk, "right", ["RIGHT2"])
    desk.wait_barcodes(["RIGHT", "LEFT", "RIGHT2"], before)


def test_killed_the_station_lets_go_of_its_scanners(desk: Desk) -> None:
    before, there = desk.last_seq, desk.count("note", "us is there")
    reader = desk.machine.shell(READER).strip()
    desk.kill()
    # Its reader has to notice first. While it ends it loses its name in ps before it lets go of the keyboards; a zombie has let go.
    desk.machine.shell(f"while grep -q 'State:.[^Z]' /proc/{reader}/status; do usleep 20000; done 2>/dev/null")
    type_(desk.machine, "us", typed("350410"))
    wait_for(lambda: desk.machine.call("typed_on_console") != "", "the scan on the console")
    assert desk.machine.call("typed_on_console") == "350410\n"
    desk.start()
    desk.wait_shown("note", "us is there", there + 1)
    scan(desk, "us", ["35041009999999"])
    desk.wait_barcodes(["35041009999999"], before)
