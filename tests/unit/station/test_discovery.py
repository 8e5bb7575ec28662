"""Serial scanners by names that stay."""

from __future__ import annotations

import tomllib
from pathlib import Path

from station.discovery import serial_ports


def test_ports_by_id_come_first_and_by_path_only_without_an_id(tmp_path: Path) -> None:
    by_id, by_path = tmp_path / "by-id", tmp_path / "by-path"
    for folder in (by_id, by_path):
        folder.mkdir()
    for name in ("ttyACM0", "ttyACM1"):
        (tmp_path / name).touch()
    (by_id / "usb-Honeywell").symlink_to(tmp_path / "ttyACM0")
    (by_path / "pci-1").symlink_to(tmp_path / "ttyACM0")
    (by_path / "pci-2").symlink_to(tmp_path / "ttyACM1")
    assert [port.path.name for port in serial_ports(by_id, by_path)] == ["usb-Honeywell", "pci-2"]


def test_the_lines_to_paste_are_toml(tmp_path: Path) -> None:
    (tmp_path / "usb-A").touch()
    (port,) = serial_ports(tmp_path, tmp_path / "none")
    assert tomllib.loads(port.lines)["scanner"][0]["path"] == str(tmp_path / "usb-A")


def test_nothing_plugged_in_is_an_empty_list(tmp_path: Path) -> None:
    assert serial_ports(tmp_path / "a", tmp_path / "b") == []
