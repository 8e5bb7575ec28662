"""How keyboard scanners type, on a real kernel: Alt codes, dead keys, Caps Lock and its light, slow, fast, a held key; others beside us."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hardware.desk import ENVIRONMENT, HOME, Desk
from tests.hardware.machine import NEEDED, Machine
from tests.hardware.typing import typed
from tests.support.house import House
from tests.support.keyboard import Style
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs(*NEEDED)

PORTS = {"us": 0, "fr": 1, "light": 2}
QEMU_LINK = "usb-QEMU_QEMU_USB_Keyboard_QKBD-event-kbd"
HELD_A = "0000040000000000"
ALL_UP = "0000000000000000"
CAPS_LOCK = ["0000390000000000", ALL_UP]
CAPS_LOCK_LIGHT = 2
STYLES = {
    "Alt codes": Style(alt_codes="always"),
    "Caps Lock": Style(caps=True),
    "Shift held over many": Style(shift="held", one_report=True),
    "keypad digits": Style(keypad=True),
}
PACES = {"1 ms a key": 0.0005, "80 ms a key": 0.04}
OTHER = """
import fcntl, os, sys, time
node = os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK)
if sys.argv[2] == "grab":
    fcntl.ioctl(node, 0x40044590, 1)
open("has-it", "w").close()
while os.path.exists("has-it"):
    time.sleep(0.02)
os.read(node, 4096)
"""
"""Opens a scanner, and may grab it; once it is told it reads what came: an error where nothing did."""


def link(name: str) -> str:
    """Give a scanner's name in /dev/input/by-id."""
    return f"usb-Holdshelf_Lab_hid_{name.upper()}-event-kbd"


def sections() -> str:
    """Give the settings: by name and layout, one of them typing by its Caps Lock light, and QEMU's own keyboard."""
    lines = '[[scanner]]\nkind = "hid"\nname = "{}"\nmatch = "{}"\n{}\n'
    return "".join(
        (
            lines.format("us", link("us"), 'layout = "us"'),
            lines.format("fr", link("fr"), 'layout = "fr"'),
            lines.format("light", link("light"), "caps_light = true"),
            lines.format("qemu", QEMU_LINK, ""),
        )
    )


@pytest.fixture(scope="module")
def running(house: House, machine: Machine) -> Desk:
    """The desk with a scanner set to us."""
    machine.call("console")
    machine.call("write", path=f"{HOME}/other.py", text=OTHER)
    desk = Desk(house, "rs-1", machine, sections())
    desk.start()
    desk.plug("us", "hid", PORTS["us"], "US")
    return desk


@pytest.fixture
def desk(running: Desk) -> Iterator[Desk]:
    """The desk, and after each test: every scan with a light is at the hub once, in order."""
    yield running
    running.wait_all_taken()


def scan(desk: Desk, scanner: str, text: str, reports: list[str], pause_s: float = 0.008) -> None:
    """Scan, and wait for this text."""
    desk.scan(text, lambda: desk.machine.call("reports", name=scanner, typed=reports, pause_s=pause_s))


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_whichever_way_a_scanner_types_it_is_read(desk: Desk, style: Style) -> None:
    before = desk.last_seq
    scan(desk, "us", "Ab-12/XYZ", typed("Ab-12/XYZ", "us", style))
    desk.wait_barcodes(["Ab-12/XYZ"], before)


def test_an_alt_code_gives_a_sign_that_the_layout_has_not(desk: Desk) -> None:
    before = desk.last_seq
    scan(desk, "us", "Straße-é", typed("Straße-é"))
    desk.wait_barcodes(["Straße-é"], before)


def test_dead_keys_are_composed(desk: Desk) -> None:
    before = desk.last_seq
    desk.plug("fr", "hid", PORTS["fr"], "FR")
    scan(desk, "fr", "fenêtre-Noël^", typed("fenêtre-Noël^", "fr"))
    desk.wait_barcodes(["fenêtre-Noël^"], before)
    desk.unplug("fr")


@pytest.mark.parametrize("pause_s", PACES.values(), ids=PACES)
def test_fast_and_slow_scanners_are_read_whole(desk: Desk, pause_s: float) -> None:
    before = desk.last_seq
    scan(desk, "us", "35041001234567", typed("35041001234567"), pause_s)
    desk.wait_barcodes(["35041001234567"], before)


def test_a_key_that_is_down_when_it_is_plugged_in_is_waited_for_and_no_part_of_the_scan(desk: Desk) -> None:
    before, there = desk.last_seq, desk.count("note", "fr is there")
    # The kernel throws away the first 50 ms, so it is said often; only the first that gets through changes anything.
    desk.machine.call("plug", name="fr", kind="hid", port=PORTS["fr"], serial="FR", at_once=[HELD_A] * 400)
    node = f"/dev/input/by-id/{link('fr')}"
    desk.machine.shell(f"until [ -e {node} ]; do usleep 20000; done")
    desk.machine.shell("sleep 0.3")
    assert desk.count("note", "fr is there") == there
    desk.machine.call("reports", name="fr", typed=[ALL_UP])
    desk.wait_shown("note", "fr is there", there + 1)
    scan(desk, "fr", "35041002222222", typed("35041002222222", "fr"))
    desk.wait_barcodes(["35041002222222"], before)
    desk.unplug("fr")


def other(desk: Desk, node: str, how: str) -> None:
    """Let another program have a scanner, and return when it has it."""
    command = ["/usr/bin/python3.11", f"{HOME}/other.py", node, how]
    desk.machine.call("start", name=f"other {how}", command=command, environment=ENVIRONMENT, folder=HOME, groups=["input"])
    desk.machine.shell(f"until [ -e {HOME}/has-it ]; do usleep 20000; done")


def test_whoever_opens_the_scanner_beside_the_station_reads_nothing_and_cannot_grab(desk: Desk) -> None:
    before, node = desk.last_seq, f"/dev/input/by-id/{link('us')}"
    other(desk, node, "open")
    scan(desk, "us", "35041003333333", typed("35041003333333"))
    desk.machine.shell(f"rm {HOME}/has-it")
    assert desk.machine.call("code", name="other open", limit_s=20) == 1, "it read something"
    grab = ["/usr/bin/python3.11", f"{HOME}/other.py", node, "grab"]
    refused = desk.machine.call("run", command=grab, user="station", groups=["input"])
    assert "Device or resource busy" in refused["err"]
    desk.wait_barcodes(["35041003333333"], before)


def test_a_scanner_that_another_program_has_is_said_to_be_in_use_and_taken_when_it_lets_go(desk: Desk) -> None:
    before, there, node = desk.last_seq, desk.count("note", "fr is there"), f"/dev/input/by-id/{link('fr')}"
    # The station must not be first.
    desk.machine.shell("pid=$(ps | grep 'scanners[.]reader' | awk '{print $1}'); kill -STOP $pid; echo $pid > /tmp/reader")
    desk.machine.call("plug", name="fr", kind="hid", port=PORTS["fr"], serial="FR")
    desk.machine.shell(f"until [ -e {node} ]; do usleep 20000; done; udevadm settle")
    other(desk, node, "grab")
    desk.machine.shell("kill -CONT $(cat /tmp/reader)")
    desk.wait_shown("note", "is in use by another program")
    desk.machine.shell(f"rm {HOME}/has-it")
    desk.wait_shown("note", "fr is there", there + 1)
    scan(desk, "fr", "35041004444444", typed("35041004444444", "fr"))
    desk.wait_barcodes(["35041004444444"], before)
    desk.unplug("fr")


def lit(desk: Desk, name: str) -> bool:
    """Say whether a keyboard was last told to show its Caps Lock light."""
    return bool(desk.machine.call("lights", name=name) & CAPS_LOCK_LIGHT)


def test_a_scanner_that_types_by_its_caps_lock_light_is_read_by_it(desk: Desk) -> None:
    before = desk.last_seq
    desk.machine.call("plug", name="board", kind="hid", port=3, serial="BOARD")
    # The first keyboard of a machine takes its time: what it types before the kernel knows it is lost.
    wait_for(lambda: "Uniq=BOARD" in desk.machine.shell("cat /proc/bus/input/devices"), "the keyboard beside the scanner")
    desk.machine.call("reports", name="board", typed=CAPS_LOCK, pause_s=0.05)
    wait_for(lambda: lit(desk, "board"), "the light of the keyboard beside the scanner")
    desk.plug("light", "hid", PORTS["light"], "LIGHT")
    wait_for(lambda: lit(desk, "light"), "the light of the scanner")
    scan(desk, "light", "Ab-12", typed("aB-12"))
    desk.machine.shell("sleep 1.2")
    scan(desk, "light", "Cd-34", typed("cD-34"))
    desk.wait_barcodes(["Ab-12", "Cd-34"], before)
    desk.machine.call("reports", name="board", typed=CAPS_LOCK, pause_s=0.05)
    desk.machine.call("unplug", name="board")
    desk.unplug("light")


def test_qemus_own_keyboard_is_a_scanner_like_any_other(desk: Desk) -> None:
    before, there = desk.last_seq, desk.count("note", "qemu is there")
    desk.machine.command("device_add", driver="usb-kbd", id="qkbd", bus="usb.0", serial="QKBD")
    desk.wait_shown("note", "qemu is there", there + 1)
    desk.scan("35041a", lambda: press(desk.machine, "35041a\n"))
    desk.wait_barcodes(["35041a"], before)
    gone = desk.count("note", "unplugged")
    desk.machine.command("device_del", id="qkbd")
    desk.wait_shown("note", "unplugged", gone + 1)


def press(machine: Machine, text: str) -> None:
    """Press keys of QEMU's keyboard, all at once: it keeps 16 changes and drops the others without a word."""
    keys = [{"type": "qcode", "data": "ret" if sign == "\n" else sign} for sign in text]
    events = [{"type": "key", "data": {"down": down, "key": key}} for key in keys for down in (True, False)]
    machine.command("input-send-event", events=events)
