"""Settings of stations: versions count up, old ones are kept, and each station hears what it can read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from broker.messages import Hello, SettingsState, StationState
from broker.setup import MAX_SETUP_BYTES
from hub.errors import Conflict, Invalid, NotFound
from hub.flows.keep_books import put_station
from hub.flows.set_station import message_for, place_of, set_station, set_station_back
from hub.flows.take_station import take_state
from hub.store.pages.reader import Reader
from hub.store.pages.station_settings import SettingsView, settings_of
from hub.store.scan_path import ScanStore
from tests.support.desks import JOURNAL, Library

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANY: dict[str, Any] = {"actor": "kim", "version": None, "now": NOW}
STX = {"scanner": [{"kind": "serial", "path": "/dev/ttyACM0", "framing": "stx"}]}


def says(library: Library, *, version: str = "0.2.0", online: bool = True, **fields: Any) -> None:
    """Let main-1 say its state."""
    settings = fields.pop("settings", None)
    second = {"v": 2, "settings": settings, "disk_free_bytes": 7} if settings else {}
    hello = Hello(incarnation=JOURNAL, lowest_seq=1, next_seq=1, lowest_fault_seq=1, next_fault_seq=1) if online else None
    state = {"station": "main-1", "online": online, "born_at": NOW, "at": NOW, "version": version, "hello": hello} | second | fields
    assert take_state(ScanStore(library.connection), library.connection, StationState.model_validate(state), NOW)


def view(library: Library) -> SettingsView:
    """What HTTP shows of main-1."""
    reader = Reader(library.place)
    try:
        return reader.read(lambda connection: settings_of(connection, "main-1"))
    finally:
        reader.close()


def told(library: Library) -> dict[str, Any]:
    """What main-1 would be told now."""
    return message_for(library.connection, "main-1", place_of(library.connection, "main-1")).model_dump(mode="json")


def test_each_setting_is_a_version_and_the_earlier_ones_stay(library: Library) -> None:
    first = set_station(library.connection, "main-1", STX, **ANY)
    second = set_station(library.connection, "main-1", {"language": "de"}, **ANY)
    assert second == first + 1
    found = view(library)
    assert found.wanted is not None
    assert (found.version, found.wanted.version, found.wanted.settings, found.wanted.set_by) == (second, second, {"language": "de"}, "kim")
    assert [(each.version, each.settings) for each in found.earlier] == [(first, STX)]


def test_one_goes_back_by_setting_it_once_more(library: Library) -> None:
    with pytest.raises(Conflict, match="Nothing was ever set"):
        set_station_back(library.connection, "main-1", None, **ANY)
    first = set_station(library.connection, "main-1", STX, **ANY)
    set_station(library.connection, "main-1", {"language": "de"}, **ANY)
    third = set_station_back(library.connection, "main-1", None, **ANY)
    assert view(library).wanted is not None
    assert (third, told_setup(library)) == (first + 2, STX)
    set_station_back(library.connection, "main-1", first + 1, **ANY)
    assert told_setup(library) == {"language": "de"}
    with pytest.raises(NotFound, match="no version 77"):
        set_station_back(library.connection, "main-1", 77, **ANY)


def told_setup(library: Library) -> object:
    """What main-1 would be told of its settings, as a program that reads it."""
    says(library)
    return told(library)["setup"]


def test_before_the_first_the_stations_file_stood_alone(library: Library) -> None:
    set_station(library.connection, "main-1", STX, **ANY)
    set_station_back(library.connection, "main-1", None, **ANY)
    assert told_setup(library) == {}


def test_a_change_to_another_version_than_was_looked_at_is_refused(library: Library) -> None:
    looked_at = view(library).version
    set_station(library.connection, "main-1", STX, actor="ada", version=looked_at, now=NOW)
    with pytest.raises(Conflict, match=f"of version {looked_at + 1} \\(set by ada\\)"):
        set_station(library.connection, "main-1", {}, actor="kim", version=looked_at, now=NOW)
    with pytest.raises(Conflict, match="changed meanwhile"):
        set_station_back(library.connection, "main-1", None, actor="kim", version=looked_at, now=NOW)


@pytest.mark.parametrize("setup", [{"mqtt": {"host": "evil"}}, {"scanner": []}, {"light": {"kind": "x" * MAX_SETUP_BYTES}}])
def test_what_no_station_could_take_is_refused_at_once(library: Library, setup: dict[str, Any]) -> None:
    before = view(library)
    with pytest.raises(Invalid):
        set_station(library.connection, "main-1", setup, **ANY)
    assert view(library) == before


def test_an_unknown_station_is_not_found(library: Library) -> None:
    with pytest.raises(NotFound, match="no station 'none'"):
        set_station(library.connection, "none", {}, **ANY)
    with pytest.raises(NotFound, match="no station 'none'"):
        set_station_back(library.connection, "none", 1, **ANY)


def test_a_station_of_an_earlier_version_hears_of_its_desk_and_nothing_it_would_refuse(library: Library) -> None:
    set_station(library.connection, "main-1", STX, **ANY)
    for version in (None, "0.1.0"):
        if version:
            says(library, version=version)
        assert told(library) == {"v": 1, "station": "main-1", "version": 2, "desk": "main", "desk_name": "Main desk"}
    assert (view(library).status, "install 0.2" in str(view(library).why)) == ("too_old", True)
    says(library)
    assert told(library) | {"v": 2, "setup": STX, "setup_version": 2} == told(library)


def test_a_desk_that_moves_leaves_the_version_of_the_settings(library: Library) -> None:
    set_station(library.connection, "main-1", STX, **ANY)
    put_station(library.connection, "main-1", "rs")
    says(library)
    assert (told(library)["version"], told(library)["setup_version"]) == (3, 2)


@pytest.mark.parametrize(
    ("version", "settings", "status"),
    [
        (None, SettingsState(source="file"), "waiting"),
        (2, SettingsState(source="file"), "waiting"),
        (1, SettingsState(source="hub", trying=2), "trying"),
        (1, SettingsState(source="file", refused=2, why="scanner[1].path is missing: add it."), "refused"),
        (2, SettingsState(source="hub"), "in_force"),
        (3, SettingsState(source="hub"), "in_force"),
        (1, SettingsState(source="hub"), "waiting"),
    ],
)
def test_the_status_is_what_the_station_said(library: Library, version: int | None, settings: SettingsState, status: str) -> None:
    set_station(library.connection, "main-1", STX, **ANY)
    assert view(library).status == "waiting"
    says(library, settings_version=version, settings=settings)
    found = view(library)
    assert (found.status, found.in_force, found.source, found.why) == (status, version, settings.source, settings.why)


def test_a_station_lags_only_while_it_has_not_answered_about_this_version(library: Library) -> None:
    set_station(library.connection, "main-1", STX, **ANY)
    said: list[tuple[dict[str, Any], bool]] = [
        (dict(settings_version=1), True),
        (dict(settings_version=1, settings=SettingsState(source="file", trying=2)), False),
        (dict(settings_version=1, settings=SettingsState(source="file", refused=2, why="x")), False),
        (dict(settings_version=2, settings=SettingsState(source="hub")), False),
        (dict(settings_version=9, settings=SettingsState(source="hub")), True),
    ]
    for fields, lags in said:
        says(library, **fields)
        assert place_of(library.connection, "main-1").lags is lags, fields


def test_what_waits_at_a_station_is_known_after_it_went_away(library: Library) -> None:
    says(library, waiting=3, settings_version=2, settings=SettingsState(source="hub"))
    says(library, online=False)
    state = place_of(library.connection, "main-1").state
    assert (state["online"], state["waiting"], state["disk_free_bytes"], state["settings_version"]) == (False, 3, 7, 2)
    says(library)
    assert place_of(library.connection, "main-1").state["waiting"] == 0
