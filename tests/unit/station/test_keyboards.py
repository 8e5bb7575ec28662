"""Which keyboards are there, and which one a section means (decoding.md, Identity and Which keyboards are scanners)."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from station.discovery import keyboard_lines, keyboard_notes
from station.scanners.keyboards import Keyboard, best_match, find, matches, places
from station.settings import ScannerSettings
from tests.support.sysfs import Machine

BY_ID, BY_PATH = "by-id/usb-Symbol_Bar_Code_Scanner_S1-event-kbd", "by-path/pci-0000:00:14.0-usb-0:2:1.0-event-kbd"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with nothing plugged in."""
    return Machine(tmp_path)


def found(machine: Machine) -> list[Keyboard]:
    return find(machine.sys, machine.dev)


def section(match: str, name: str | None = None) -> ScannerSettings:
    return ScannerSettings(kind="hid", match=match, name=name, layout="us")


def test_a_keyboard_is_known_by_all_its_names(machine: Machine) -> None:
    node = machine.plug(3, serial="S1", links=(BY_ID, BY_PATH))
    (keyboard,) = found(machine)
    assert (keyboard.node, keyboard.name, keyboard.identity) == (str(node), "Symbol Bar Code Scanner", "05e0:1200")
    assert (keyboard.port, keyboard.serial) == ("1-2", "S1")
    assert keyboard.links == (str(machine.dev / BY_ID), str(machine.dev / BY_PATH))


def test_keyboards_come_by_number_and_without_a_usb_too(machine: Machine) -> None:
    for number, port in ((10, None), (2, "1-2.4.1")):
        machine.plug(number, port=port)
    assert [(Path(each.node).name, each.port) for each in found(machine)] == [("event2", "1-2.4.1"), ("event10", None)]


def test_what_has_not_all_digits_and_enter_is_no_keyboard(machine: Machine) -> None:
    machine.plug(0, name="Power Button", keys=(116,))
    machine.plug(1, port="1-3", name="Remote", keys=tuple(range(2, 12)))
    assert found(machine) == []


def test_a_machine_without_input_devices_has_no_keyboards(tmp_path: Path) -> None:
    assert find(tmp_path / "none", tmp_path / "nothing") == []


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("usb-Symbol_*", True),
        ("usb-Symbol_Bar_Code_Scanner_S1-event-kbd", True),
        ("*usb-0:2:1.0-event-kbd", True),
        ("05E0:1200", True),
        ("1-2", True),
        ("usb-Honeywell_*", False),
        ("symbol", False),
        ("05e0:1201", False),
        ("1-2.1", False),
        ("1", False),
    ],
)
def test_a_section_means_a_keyboard_by_id_by_path_by_vendor_or_by_port(machine: Machine, pattern: str, meant: bool) -> None:
    machine.plug(3, links=(BY_ID, BY_PATH))
    (keyboard,) = found(machine)
    assert matches(pattern, keyboard) is meant


def test_a_pattern_may_be_a_whole_path(machine: Machine) -> None:
    machine.plug(3, links=(BY_ID,))
    (keyboard,) = found(machine)
    assert matches(f"{machine.dev}/by-id/usb-Symbol*", keyboard)


def test_two_sections_may_mean_one_keyboard_and_that_is_seen(machine: Machine) -> None:
    machine.plug(3, links=(BY_ID,))
    assert places(["1-2", "9-9", "usb-Symbol_*"], found(machine)[0]) == [0, 2]


def test_twins_without_serial_numbers_are_told_apart_by_their_ports(machine: Machine) -> None:
    link = "by-id/usb-Symbol_Bar_Code_Scanner-event-kbd"
    machine.plug(3, port="1-2", links=(link,))
    machine.plug(4, port="1-3", links=(link,))
    there = found(machine)
    assert [best_match(each, there) for each in there] == ["1-2", "1-3"]


def test_a_serial_number_tells_twins_apart_in_any_port(machine: Machine) -> None:
    for number, port, serial in ((3, "1-2", "S1"), (4, "1-3", "S2")):
        machine.plug(number, port=port, serial=serial, links=(f"by-id/usb-Symbol_{serial}-event-kbd",))
    there = found(machine)
    assert [best_match(each, there) for each in there] == ["usb-Symbol_S1-event-kbd", "usb-Symbol_S2-event-kbd"]


def test_the_lines_to_paste_are_toml_that_means_this_keyboard(machine: Machine) -> None:
    machine.plug(3, serial="S1", links=(BY_ID,))
    there = found(machine)
    text = keyboard_lines(there[0], there)
    assert "looks like a scanner" in text
    (pasted,) = tomllib.loads(text)["scanner"]
    assert matches(ScannerSettings.model_validate(pasted).match or "", there[0])


def test_somebodys_keyboard_is_commented_out(machine: Machine) -> None:
    machine.plug(3, name="Logitech K120", identity="046d:c31c")
    there = found(machine)
    text = keyboard_lines(there[0], there)
    assert "somebody's keyboard" in text
    assert tomllib.loads(text) == {}


def test_check_says_which_section_means_nothing(machine: Machine) -> None:
    machine.plug(3, links=(BY_ID,))
    assert keyboard_notes([section("usb-Symbol_*")], found(machine)) == []
    (note,) = keyboard_notes([section("usb-Zebra_*", "left")], found(machine))
    assert note.startswith("scanner left: no keyboard matches usb-Zebra_*: plug the scanner in")


def test_check_says_which_settings_calibrate_would_find(machine: Machine) -> None:
    machine.plug(3, links=(BY_ID,))
    doubtful = ScannerSettings(kind="hid", match="1-2", terminator="none")
    layout, end = keyboard_notes([doubtful], found(machine))
    assert layout.startswith('scanner 1-2: no layout is set, so "us" is taken')
    assert end.startswith("scanner 1-2: a scan ends only by a pause")
    assert all('"holdshelf-station calibrate"' in note for note in (layout, end))


def test_check_says_which_two_sections_mean_one_keyboard(machine: Machine) -> None:
    node = machine.plug(3, links=(BY_ID,))
    notes = keyboard_notes([section("1-2"), section("usb-Symbol_*")], found(machine))
    assert [note.partition(",")[0] for note in notes] == [
        f"scanner 1-2: 1-2 and usb-Symbol_* both match {node}",
        f"scanner usb-Symbol_*: usb-Symbol_* and 1-2 both match {node}",
    ]


def test_check_says_how_to_get_permission(machine: Machine) -> None:
    machine.plug(3).unlink()
    (note,) = keyboard_notes([section("1-2")], found(machine))
    assert "70-holdshelf-scanner.rules" in note
    assert "group holdshelf-scanner" in note


def test_check_and_list_say_that_a_scanner_is_switched_off(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.plug(3, inhibited=True)
    (keyboard,) = found(machine)
    assert "# switched off (inhibited) until a station takes it\n" in keyboard_lines(keyboard, [keyboard])
    assert keyboard_notes([section("1-2")], [keyboard]) == []
    monkeypatch.setattr("os.access", lambda _path, mode: mode != os.W_OK)
    (note,) = keyboard_notes([section("1-2")], [keyboard])
    assert "may not switch it on" in note
    assert "70-holdshelf-scanner.rules" in note


def test_a_folder_of_links_that_goes_while_it_is_read_is_none(machine: Machine) -> None:
    node = machine.plug(3, links=(BY_PATH,))
    (machine.dev / "by-id").rmdir()
    with subprocess.Popen(["sleep", "60"]) as program:
        going = os.open(f"/proc/{program.pid}/task", os.O_RDONLY)
        program.kill()
    # Still a folder for whoever asks, and gone for whoever reads it: as where udev takes it away between the two.
    (machine.dev / "by-id").symlink_to(f"/proc/self/fd/{going}")
    try:
        assert (machine.dev / "by-id").is_dir()
        assert [each.node for each in found(machine)] == [str(node)]
    finally:
        os.close(going)
