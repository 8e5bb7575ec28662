"""A keyboard scanner that the rule in deploy/ names: switched off until a station of an ordinary user has it, and set up by pasting."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from station.replaying import replayed
from tests.hardware.adapter import Adapter
from tests.hardware.desk import ENVIRONMENT, HOME, STATION, Desk
from tests.hardware.machine import NEEDED, Machine
from tests.hardware.typing import typed
from tests.support.house import House
from tests.support.programs import wait_for

pytestmark = pytest.mark.needs(*NEEDED)

GROUPS = ("dialout", "holdshelf-scanner")
"""Not the group input: this user reads no keyboard but the scanners."""
HAND: dict[str, Any] = {"name": "hand", "kind": "hid", "port": 0, "serial": "HAND", "ids": "05e0:1200"}
"""The numbers are those the rule names as it comes."""
BOARD: dict[str, Any] = {"name": "board", "kind": "hid", "port": 1, "serial": "BOARD", "ids": "046d:c31c"}
GUN: dict[str, Any] = {"name": "gun", "kind": "serial", "port": 2, "serial": "GUN-1"}
HAND_ID, GUN_ID = "usb-Holdshelf_Lab_hid_HAND-event-kbd", "usb-Holdshelf_Lab_serial_GUN-1-if00"
HAND_NODE, BOARD_NODE = f"/dev/input/by-id/{HAND_ID}", "/dev/input/by-id/usb-Holdshelf_Lab_hid_BOARD-event-kbd"
RULES = "/etc/udev/rules.d"
SWITCH = f"/sys/class/input/$(basename $(readlink {HAND_NODE}))/device/inhibited"
BURST = [report for number in range(100) for report in typed(f"{number:06d}")]
LAST = "000099\n"


def install_rule(machine: Machine, *, without: str = "nothing") -> None:
    """Copy the rule as the guide says; without lines that hold a word."""
    machine.shell(f"mkdir -p {RULES}; grep -v {without} /checkout/deploy/70-holdshelf-scanner.rules > {RULES}/70-holdshelf-scanner.rules")
    machine.shell("udevadm control --reload")


def wait_switch(machine: Machine, state: str) -> None:
    """Wait until the scanner is on (0) or off (1)."""
    machine.shell(f'for turn in $(seq 500); do [ "$(cat {SWITCH})" != {state} ] || exit 0; usleep 20000; done; exit 1')


def on_console(machine: Machine) -> str:
    """Give what was typed there so far, half lines not counted."""
    return str(machine.call("typed_on_console"))


@pytest.fixture(scope="module")
def listening(machine: Machine) -> Machine:
    """Somebody listens at the console."""
    machine.call("console")
    return machine


@pytest.fixture(scope="module")
def adapter(machine: Machine) -> Iterator[Adapter]:
    """A serial adapter."""
    with closing(Adapter(machine, "adapter")) as adapter:
        yield adapter


@pytest.fixture(scope="module")
def pasted(listening: Machine, adapter: Adapter) -> str:
    """With everything plugged in: what ``scanners`` prints to the station's user."""
    adapter.plug()
    for each in (HAND, BOARD, GUN):
        listening.call("plug", **each)
    listening.shell("udevadm settle; for n in $(seq 100); do [ $(ls /dev/serial/by-id | wc -l) = 2 ] && break; usleep 20000; done")
    wait_switch(listening, "1")
    found = listening.call("run", command=[*STATION, "scanners"], user="station", groups=GROUPS, environment=ENVIRONMENT)
    assert found["code"] == 0, found
    return str(found["out"])


@pytest.fixture(scope="module")
def running(house: House, listening: Machine, pasted: str) -> Desk:
    """The desk with the printed lines as its settings."""
    # On a busy machine the guest stands still for longer than a scanner pauses.
    patient = pasted.replace('\nlayout = "us"\n', '\nlayout = "us"\nidle_ms = 1500\n')
    desk = Desk(house, "rs-1", listening, patient, groups=GROUPS)
    desk.start()
    for name in (HAND_ID, GUN_ID):
        desk.wait_shown("note", f"{name} is there")
    return desk


@pytest.fixture
def desk(running: Desk) -> Iterator[Desk]:
    """The desk, and after each test: every scan with a light is at the hub once, in order."""
    yield running
    running.wait_all_taken()


def type_(desk: Desk, text: str) -> Callable[[], None]:
    """Give what types a scan."""
    return lambda: desk.machine.call("reports", name="hand", typed=typed(text))


def test_without_the_rule_a_scanner_types_into_the_console_from_plug_to_grab(listening: Machine) -> None:
    listening.call("plug", **HAND, at_once=BURST)
    wait_for(lambda: LAST in on_console(listening), "the end of the burst on the console")
    listening.call("unplug", name="hand")


def test_with_the_rule_it_is_switched_off_within_the_burst_and_types_nothing_more(listening: Machine) -> None:
    install_rule(listening)
    before = len(on_console(listening))
    listening.call("plug", **HAND, at_once=BURST)
    listening.shell(f"until [ -e {HAND_NODE} ]; do usleep 20000; done; udevadm settle")
    wait_switch(listening, "1")
    slipped_through = on_console(listening)[before:]
    listening.shell("sleep 1")
    assert on_console(listening)[before:] == slipped_through
    assert LAST not in slipped_through
    listening.call("unplug", name="hand")


def test_the_rule_gives_group_and_rights_and_keeps_a_desktop_away(listening: Machine, pasted: str) -> None:
    properties = listening.shell(f"udevadm info -q property -n {HAND_NODE}").split("\n")
    assert {"ID_BUS=usb", "LIBINPUT_IGNORE_DEVICE=1", "ID_SERIAL_SHORT=HAND"} <= set(properties)
    assert [each for each in properties if "uaccess" in each] == []
    assert listening.shell(f"stat -L -c '%g %a' {HAND_NODE}; stat -c '%g %a' {SWITCH}") == "105 640\n105 664\n"
    probe = ["/usr/bin/python3.11", "-c", f"open({BOARD_NODE!r}, 'rb')"]
    refused = listening.call("run", command=probe, user="station", groups=GROUPS)
    assert "PermissionError" in refused["err"]


def test_scanners_prints_lines_that_work_when_they_are_pasted(desk: Desk, pasted: str, adapter: Adapter) -> None:
    assert "# switched off (inhibited) until a station takes it\n" in pasted
    assert "looks like somebody's keyboard" in pasted
    assert [line for line in pasted.splitlines() if "BOARD" in line and not line.startswith("#")] == []
    before = desk.last_seq
    desk.scan("35041001111111", type_(desk, "35041001111111"))
    desk.scan("35041002222222", lambda: desk.machine.call("send", name="gun", data="35041002222222\r"))
    desk.scan("35041003333333", lambda: adapter.scan("35041003333333\r"))
    desk.wait_barcodes(["35041001111111", "35041002222222", "35041003333333"], before)


def test_a_keyboard_that_is_not_in_the_settings_is_not_opened_and_types_on(desk: Desk) -> None:
    before = len(on_console(desk.machine))
    desk.machine.call("reports", name="board", typed=typed("hello"))
    desk.scan("35041004444444", type_(desk, "35041004444444"))
    wait_for(lambda: "hello\n" in on_console(desk.machine)[before:], "what somebody typed on the console")
    assert "35041" not in on_console(desk.machine)
    reader = desk.machine.shell("ps | grep 'scanners[.]reader' | awk '{print $1}'").strip()
    held = desk.machine.shell(f"ls -l /proc/{reader}/fd")
    hand, board = desk.machine.shell(f"realpath {HAND_NODE} {BOARD_NODE}").split()
    assert hand in held
    assert board not in held


def test_udev_asked_to_play_the_plugging_again_does_not_leave_it_switched_off(desk: Desk) -> None:
    desk.machine.shell("udevadm trigger --subsystem-match=input --action=add; udevadm settle")
    wait_switch(desk.machine, "0")
    # It was switched off for a moment: what comes at once would be the rest of something.
    desk.machine.shell("sleep 2")
    desk.scan("35041005555555", type_(desk, "35041005555555"))


def test_without_the_right_to_switch_it_on_the_desk_says_so_and_takes_it_when_it_has_it(desk: Desk) -> None:
    install_rule(desk.machine, without="chgrp")
    desk.unplug("hand")
    there = desk.count("note", f"{HAND_ID} is there")
    desk.machine.call("plug", **HAND)
    desk.wait_shown("note", "is switched off (inhibited) and this user may not switch it on")
    desk.machine.shell(f"chgrp holdshelf-scanner {SWITCH}; chmod 0664 {SWITCH}")
    desk.wait_shown("note", f"{HAND_ID} is there", there + 1)
    desk.scan("35041006666666", type_(desk, "35041006666666"))
    install_rule(desk.machine)


def test_killed_the_station_leaves_it_switched_off_and_not_typing(desk: Desk) -> None:
    before, there = len(on_console(desk.machine)), desk.count("note", f"{HAND_ID} is there")
    desk.kill()
    wait_switch(desk.machine, "1")
    desk.machine.call("type_beside", name="hand", typed=typed("350410"))
    desk.machine.shell("sleep 0.5")
    assert on_console(desk.machine)[before:] == ""
    desk.start()
    desk.wait_shown("note", f"{HAND_ID} is there", there + 1)
    desk.scan("35041007777777", type_(desk, "35041007777777"))


@pytest.mark.parametrize("name", ["hand", "gun"])
def test_what_a_scanner_sends_is_recorded_and_read_again_as_it_was(running: Desk, name: str) -> None:
    machine, file = running.machine, f"{HOME}/{name}.jsonl"
    if name == "hand":
        running.stop()
    label = {"hand": HAND_ID, "gun": GUN_ID}[name]
    command = [*STATION, "record", "--config", f"{HOME}/rs-1.toml", "--scanner", label, file]
    machine.call("start", name=file, command=command, environment=ENVIRONMENT, folder=HOME, groups=GROUPS)
    machine.shell(f"until [ -s {file} ]; do usleep 20000; done")
    if name == "hand":
        machine.call("reports", name=name, typed=typed("35041008888888"))
    else:
        machine.call("send", name=name, data="35041008888888\r")
    machine.shell(f'for n in $(seq 100); do tail -1 {file} | grep -qE \'"code": 28, "value": 0|0d\' && break; usleep 20000; done')
    machine.call("signal", name=file, number=signal.SIGINT)
    assert machine.call("code", name=file, limit_s=20) == 0
    # Decoded here: what the guest's processor would do in ten seconds.
    [read] = [json.loads(line) for line in replayed(machine.shell(f"cat {file}").splitlines())]
    assert read["barcode"] == "35041008888888"
    assert machine.shell(f"cat {SWITCH}") == "1\n"
