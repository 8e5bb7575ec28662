"""What a systems librarian reads of stations on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.errors import ConfigError
from hub.station_desk import line_of, setup_in, shown

NOW = datetime.now(UTC)
BORN = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)


def a_station(*, online: bool = True, clock_offset_ms: int | None = 12, **state: Any) -> dict[str, Any]:
    """Give a station as HTTP gives it."""
    said = {"born_at": BORN.isoformat(), "at": BORN.isoformat(), "waiting": 0, "scanners": [], "problem": None} | state
    return {"name": "main-1", "desk": "main", "online": online, "clock_offset_ms": clock_offset_ms, "state": said}


def test_one_line_says_how_a_station_is() -> None:
    scanners = [{"name": "usb-A", "present": False}, {"name": "usb-B", "present": True}]
    oldest = NOW.replace(hour=12, minute=3) if NOW.hour >= 13 else NOW
    station = a_station(
        waiting=3, oldest_waiting_at=oldest.isoformat(), scanners=scanners, disk_free_bytes=200_000_000, disk_low=False
    )  # fmt: skip
    assert line_of(station, UTC) == (
        f"main-1 at main: online since 2026-11-02 09:05, 3 scans waiting, oldest {oldest:%H:%M}, scanner usb-A missing, disk 200 MB free"
    )


def test_what_is_wrong_is_said_and_what_is_right_is_not() -> None:
    assert line_of(a_station(), UTC) == "main-1 at main: online since 2026-11-02 09:05, no scan waits"
    bad = a_station(
        clock_offset_ms=-65_000, disk_free_bytes=5_000_000, disk_low=True, faults_by_kind={"incomplete": 2, "damaged": 1},
        problem="The disk is nearly full.", settings={"source": "file", "refused": 4, "why": "x"},
    )  # fmt: skip
    assert line_of(bad, UTC) == (
        "main-1 at main: online since 2026-11-02 09:05, no scan waits, disk 5 MB free (too little), its clock is 65 s ahead, "
        "faults: 1 damaged, 2 incomplete, settings of version 4 refused\n  The disk is nearly full."
    )


def test_a_station_that_is_away_is_said_to_be_away_with_what_waits_there() -> None:
    gone = a_station(online=False, waiting=1, disk_free_bytes=5_400_000_000, problem="The disk is nearly full.")
    assert line_of(gone, UTC) == "main-1 at main: offline since 2026-11-02 09:05, 1 scan waiting, disk 5.4 GB free"
    assert "offline since 2026-11-02 10:15" in line_of(gone | {"seen_at": BORN.replace(hour=10, minute=15).isoformat()}, UTC)
    never = {"name": "main-1", "desk": "main", "online": False, "clock_offset_ms": None, "state": None}
    assert line_of(never, UTC) == "main-1 at main: was never there"


def test_the_settings_say_what_is_wanted_in_force_and_why_not() -> None:
    wanted = {"version": 4, "settings": {"language": "de"}, "set_at": (BORN + timedelta(days=1)).isoformat(), "set_by": "kim"}
    found = {
        "station": "main-1", "version": 5, "status": "refused", "why": "scanner[1].path is missing: add it.", "in_force": 3,
        "source": "hub", "wanted": wanted, "earlier": [wanted | {"version": 3, "settings": {}}],
    }  # fmt: skip
    assert shown(found, UTC).splitlines() == [
        "main-1  version 5: refused, those before are in force",
        "  scanner[1].path is missing: add it.",
        "  in force  version 3, what was set here, over its station.toml",
        '  wanted    version 4, 2026-11-03 09:05 by kim: {"language": "de"}',
        "  earlier   version 3, 2026-11-03 09:05 by kim: nothing: its station.toml alone",
    ]


def test_a_file_to_set_is_toml_or_json(tmp_path: Path) -> None:
    toml, text = tmp_path / "stx.toml", tmp_path / "stx.json"
    toml.write_text('printer = false\n[[scanner]]\nkind = "hid"\nmatch = "1-2"\n')
    text.write_text('{"printer": false, "scanner": [{"kind": "hid", "match": "1-2"}]}')
    assert setup_in(toml) == setup_in(text) == {"printer": False, "scanner": [{"kind": "hid", "match": "1-2"}]}


@pytest.mark.parametrize(
    ("name", "text", "why"), [("a.toml", "x =", "not valid TOML"), ("a.json", "{", "not valid JSON"), ("b.json", "[]", "no sections")]
)
def test_a_file_that_cannot_be_used_says_so(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=why):
        setup_in(tmp_path / name)
    with pytest.raises(ConfigError, match="cannot be read"):
        setup_in(tmp_path / "none.toml")
