"""What the page says of a station: every state by a word, what is wrong as a sentence, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker import __version__
from hub.store.pages.books import StationView
from hub.store.pages.station_settings import Status
from hub.store.pages.stations_page import StationNow
from hub.web.stations_shown import shown_station, shown_stations

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SCANNER = {"name": "usb-Honeywell", "kind": "serial", "present": True, "detail": ""}
GONE = SCANNER | {"present": False, "detail": "/dev/serial/by-id/usb-Honeywell is not there"}


def a_station(
    name: str = "main-1", *, online: bool = True, offset_ms: int | None = 3, settings: Status = "not_set", **state: Any
) -> StationNow:
    said = {"version": __version__, "waiting": 0, "scanners": [SCANNER], "hello": {}} | state
    view = StationView(
        name=name, desk="main", online=online, settings_version=1, born_at=NOW, seen_at=NOW, clock_offset_ms=offset_ms, state=said
    )  # fmt: skip
    return StationNow(station=view, desk_name="Main desk", since=NOW - timedelta(hours=3), last_scan_at=NOW, settings=settings)


def never(name: str = "east-1") -> StationNow:
    view = StationView(
        name=name, desk="east", online=False, settings_version=1, born_at=None, seen_at=None, clock_offset_ms=None, state=None
    )
    return StationNow(station=view, desk_name="East branch", since=None, last_scan_at=None, settings="not_set")


def test_a_station_that_is_well_says_so_in_each_of_its_fields() -> None:
    shown = shown_station(a_station(), "en", NOW)
    assert (shown["kind"], shown["state"], shown["since"]) == ("online", "online", "2026-11-26T09:00:00.000Z")
    assert (shown["waiting"], shown["oldest"], shown["clock"], shown["version"]) == ("none", "", "right", __version__)
    assert shown["scanners"] == [{"name": "usb-Honeywell", "there": True, "word": "present", "why": ""}]
    assert (shown["settings"], shown["last_scan"], shown["trouble"]) == ("its own file", "2026-11-26T12:00:00.000Z", [])


def test_a_station_that_never_was_there_is_no_trouble_and_claims_nothing() -> None:
    shown = shown_station(never(), "en", NOW)
    assert (shown["kind"], shown["state"], shown["since"], shown["trouble"]) == ("never", "never connected", "", [])
    assert (shown["waiting"], shown["clock"], shown["version"], shown["no_scanner"]) == (
        "not known",
        "not known",
        "not known",
        "not known yet",
    )


def test_a_missing_scanner_is_named_with_the_reason() -> None:
    shown = shown_station(a_station(scanners=[GONE]), "de", NOW)
    assert shown["scanners"] == [{"name": "usb-Honeywell", "there": False, "word": "fehlt", "why": GONE["detail"]}]
    assert shown["trouble"] == ["Der Scanner usb-Honeywell fehlt."]


def test_nobody_misses_a_keyboard_at_which_nobody_types() -> None:
    shown = shown_station(a_station(scanners=[SCANNER | {"kind": "typed", "present": False}]), "en", NOW)
    assert (shown["trouble"], shown["scanners"][0]["there"]) == ([], True)


def test_what_waits_at_a_station_that_is_away_is_shown_with_the_oldest() -> None:
    shown = shown_station(a_station(online=False, waiting=3, oldest_waiting_at="2026-11-26T11:30:00Z"), "en", NOW)
    assert (shown["state"], shown["waiting"], shown["oldest"]) == ("offline", "3", "2026-11-26T11:30:00.000Z")


@pytest.mark.parametrize(("waited_s", "trouble"), [(59, 0), (60, 1)])
def test_scans_that_wait_a_minute_while_the_station_is_there_are_trouble(waited_s: int, trouble: int) -> None:
    oldest = (NOW - timedelta(seconds=waited_s)).isoformat()
    assert len(shown_station(a_station(waiting=1, oldest_waiting_at=oldest), "en", NOW)["trouble"]) == trouble


@pytest.mark.parametrize(
    ("offset_ms", "english", "german", "trouble"),
    [
        (1999, "right", "geht richtig", 0),
        (2000, "2 s behind the hub's", "geht 2 s nach", 0),
        (-59_999, "59 s ahead of the hub's", "geht 59 s vor", 0),
        (180_000, "3 min behind the hub's", "geht 3 min nach", 1),
        (-7_200_000, "2 h ahead of the hub's", "geht 2 h vor", 1),
    ],
)
def test_a_clock_is_told_by_how_far_it_is_off(offset_ms: int, english: str, german: str, trouble: int) -> None:
    shown = shown_station(a_station(offset_ms=offset_ms), "en", NOW)
    assert (shown["clock"], len(shown["trouble"])) == (english, trouble)
    assert shown_station(a_station(offset_ms=offset_ms), "de", NOW)["clock"] == german


def test_all_that_is_wrong_is_said() -> None:
    wrong = a_station(settings="too_old", disk_low=True, disk_free_bytes=12_345_678, problem="broker refuses", version="0.1.9")
    shown = shown_station(wrong, "en", NOW)
    assert shown["trouble"] == [
        "Its disk is nearly full: 12 MB are left.",
        "broker refuses",
        "It runs version 0.1.9 and takes no settings from here: install 0.2 or later there.",
    ]
    assert shown["version"] == f"0.1.9, the hub has {__version__}"


@pytest.mark.parametrize(
    ("found", "says", "well"),
    [
        ([a_station(), a_station("main-2")], "All is well at 2 stations.", True),
        ([a_station(), never()], "All is well at the one station. Not connected yet: east-1.", True),
        ([a_station(), a_station("main-2", online=False)], "Look at: main-2.", False),
        ([a_station(scanners=[GONE]), never()], "Look at: main-1. Not connected yet: east-1.", False),
        ([never()], "Not connected yet: east-1.", True),
    ],
)
def test_one_sentence_says_whether_to_look(found: list[StationNow], says: str, well: bool) -> None:
    shown = shown_stations(found, "en", NOW)
    assert (shown["says"], shown["well"]) == (says, well)
