"""Import rules that speak of files which may be added later: one door a library, cores that touch nothing.

The rules between packages and layers are import-linter's, in pyproject.toml.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("station", "broker", "hub")

DOORS = {
    "paho": {"broker/session.py"},
    "serial": {"station/scanners/serial_port.py"},
    # Keyboards are read with the standard library alone (decision 0013).
    "evdev": set(),
    "pyudev": set(),
    "iotcore": {"broker/embedded.py"},
    "aiosmtplib": {"hub/senders/smtp.py"},
    "authlib": {"hub/openid.py"},
    "joserfc": {"hub/openid.py"},
    "argon2": {"hub/passwords.py"},
    # One reads calendars, the other writes an entry.
    "icalendar": {"hub/ical/closed_days.py", "hub/letters/hold_entry.py"},
    "apprise": {"hub/senders/by_apprise.py"},
    "psycopg": {"hub/store/postgres.py"},
    # It comes with icalendar, and only tests use it: one rule of repetition can keep it busy for ten seconds.
    "dateutil": set(),
}
"""Each library, and the only files that may import it."""

TOUCHING = {"pydantic", "paho", "sqlite3", "asyncio", "os", "time", "random", "logging"}
STATION_CORE = (
    "framing", "stx", "ssi", "signals", "far_place", "aim", "check_digit", "reading", "alt_code", "keyboard", "keymap", "go_back_n",
    "words", "reasons", "tones", "bars", "slips",
    "calibration/texts", "calibration/words", "calibration/symbols", "calibration/card", "calibration/sheet", "calibration/around",
    "calibration/findings", "calibration/from_keys", "calibration/from_bytes", "calibration/progress", "calibration/settings_text",
)  # fmt: skip


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def imported(path: Path) -> frozenset[str]:
    """Give the top-level name of everything a module imports, at its head or later."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return frozenset(names)


def cores() -> list[Path]:
    station = [ROOT / "station" / f"{name}.py" for name in STATION_CORE]
    folders = (ROOT / "hub" / "core", ROOT / "station" / "layouts")
    return [*(path for folder in folders for path in sorted(folder.rglob("*.py"))), ROOT / "broker" / "mosquitto.py", *station]


@pytest.mark.parametrize("library", DOORS)
def test_one_door_a_library(library: str) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in modules() if library in imported(path)}
    assert users <= DOORS[library]


def test_a_core_touches_nothing() -> None:
    touched = {path.relative_to(ROOT).as_posix(): sorted(imported(path) & TOUCHING) for path in cores() if path.exists()}
    assert {name: names for name, names in touched.items() if names} == {}
