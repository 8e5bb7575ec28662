"""Which scanner is meant: by name, path or match, or the only one there can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from station.calibration.choosing import Around, Choice, choose
from station.calibration.from_bytes import Rate
from station.calibration.taps import KeyboardScanner, LineScanner
from station.discovery import serial_ports
from station.errors import StationError
from station.scanners.keyboards import find
from station.settings import ScannerSettings
from tests.support.sysfs import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def around(machine: Machine, *sections: ScannerSettings) -> Around:
    by_id = machine.dev.parent / "serial" / "by-id"
    return Around(sections, serial_ports(by_id, by_id.parent / "by-path"), find(machine.sys, machine.dev))


def plug_port(machine: Machine, name: str = "usb-Honeywell") -> Path:
    by_id = machine.dev.parent / "serial" / "by-id"
    by_id.mkdir(parents=True, exist_ok=True)
    (machine.dev.parent / f"tty-{name}").touch()
    (by_id / name).symlink_to(machine.dev.parent / f"tty-{name}")
    return by_id / name


def nobody(labels: Sequence[str]) -> int | None:
    raise AssertionError(f"nobody should be asked about {labels}")


def picking(place: int, asked: list[Sequence[str]]) -> Callable[[Sequence[str]], int]:
    def pick(labels: Sequence[str]) -> int:
        asked.append(labels)
        return place

    return pick


def test_the_only_scanner_is_taken_and_somebodys_keyboard_is_never_taken_unasked(machine: Machine) -> None:
    machine.plug(3, name="Cherry Keyboard", identity="046a:0001", port="1-1")
    machine.plug(4, links=("by-id/usb-Symbol-event-kbd",))
    choice = choose(None, around(machine), nobody)
    assert choice.raw == {"kind": "hid", "match": "usb-Symbol-event-kbd"}
    assert choice.label == "usb-Symbol-event-kbd (Symbol Bar Code Scanner, looks like a scanner, not in the settings file)"


def test_with_somebodys_keyboard_alone_a_person_is_asked(machine: Machine) -> None:
    machine.plug(3, name="Cherry Keyboard", identity="046a:0001", port="1-1")
    asked: list[Sequence[str]] = []
    choice = choose(None, around(machine), picking(0, asked))
    assert "looks like somebody's keyboard" in asked[0][0]
    assert choice.raw == {"kind": "hid", "match": "1-1"}


def test_sections_of_the_file_come_first_and_what_they_mean_is_not_listed_twice(machine: Machine) -> None:
    port = plug_port(machine)
    machine.plug(4, links=("by-id/usb-Symbol-event-kbd",))
    machine.plug(5, name="Zebra", identity="05e0:2000", port="1-3")
    sections = (
        ScannerSettings(kind="typed"),
        ScannerSettings(kind="serial", path=str(port), name="left"),
        ScannerSettings(kind="hid", match="usb-Symbol*"),
        ScannerSettings(kind="serial", path="/dev/none"),
    )
    asked: list[Sequence[str]] = []
    choice = choose(None, around(machine, *sections), picking(1, asked))
    assert [label.split()[0] for label in asked[0]] == ["left", "usb-Symbol*", "1-3"]
    assert (choice.place, choice.section.match) == (2, "usb-Symbol*")


def test_a_name_a_path_another_path_of_the_same_port_and_a_match_are_all_names(machine: Machine) -> None:
    port = plug_port(machine)
    node = machine.plug(4, links=("by-id/usb-Symbol-event-kbd",))
    sections = (ScannerSettings(kind="serial", path=str(port), name="left"), ScannerSettings(kind="hid", match="usb-Symbol*"))
    there = around(machine, *sections)
    for wanted, place in (("left", 0), (str(port), 0), (str(port.resolve()), 0), ("usb-Symbol*", 1), (str(node), 1)):
        assert choose(wanted, there, nobody).place == place, wanted


def test_what_is_in_no_section_becomes_a_new_one(machine: Machine) -> None:
    port = plug_port(machine)
    machine.plug(4, port="1-2", links=("by-id/usb-Symbol-event-kbd",))
    there = around(machine)
    assert choose(str(port), there, nobody) == Choice(ScannerSettings(kind="serial", path=str(port)))
    assert choose("socket://desk:4001", there, nobody).section.kind == "serial"
    for wanted in ("1-2", "05e0:1200", "usb-Sym*"):
        assert choose(wanted, there, nobody).raw == {"kind": "hid", "match": "usb-Symbol-event-kbd"}


def test_nothing_several_and_nonsense_are_sentences(machine: Machine) -> None:
    with pytest.raises(StationError, match="No scanner is plugged in: plug it in"):
        choose(None, around(machine), nobody)
    machine.plug(4, port="1-2")
    machine.plug(5, port="1-3")
    with pytest.raises(StationError, match=r"Say with --scanner which one is meant: 1-2, 1-3\."):
        choose(None, around(machine), lambda labels: None)
    with pytest.raises(StationError, match=r"No scanner is gun: name one of those there are \(1-2, 1-3\)"):
        choose("gun", around(machine), nobody)
    with pytest.raises(StationError, match="Several keyboards match 05e0:1200"):
        choose("05e0:1200", around(machine), nobody)


def test_a_choice_is_calibrated_as_it_is_set(machine: Machine) -> None:
    keyboard = Choice(ScannerSettings(kind="hid", match="1-2", layout="de")).subject()
    assert isinstance(keyboard, KeyboardScanner)
    assert (keyboard.match, keyboard.layout) == ("1-2", "de")
    line = Choice(ScannerSettings(kind="serial", path="/dev/x", baud=115200, bits="7E1")).subject()
    assert isinstance(line, LineScanner)
    assert line.rate == Rate(115200, "7E1")
