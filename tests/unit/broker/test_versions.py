"""Two versions of a station's state and settings, and what may be in a setup."""

from __future__ import annotations

import json

import pytest

from broker.codec import Unreadable, decode, encode
from broker.messages import StationSettings, StationState
from broker.samples import SAMPLES
from broker.setup import MAX_SETUP_BYTES, why_unfit
from broker.versions import reads_second

STATE = SAMPLES["state"]


def test_a_message_of_version_1_has_nothing_of_version_2_on_the_wire() -> None:
    first = StationSettings(station="main-1", version=3, desk="main", desk_name="Main desk")
    assert set(json.loads(encode(first))) == {"v", "station", "version", "desk", "desk_name"}


@pytest.mark.parametrize("field", [{"up_s": 3}, {"settings": {"source": "file"}}, {"disk_low": False}])
def test_a_state_that_calls_itself_version_1_and_says_more_is_refused(field: dict[str, object]) -> None:
    kept = {"v", "station", "online", "born_at", "at", "version"}
    first = {name: value for name, value in json.loads(encode(STATE)).items() if name in kept} | {"v": 1}
    assert isinstance(decode(StationState, json.dumps(first).encode()), StationState)
    refused = decode(StationState, json.dumps(first | field).encode())
    assert isinstance(refused, Unreadable)
    assert f"{next(iter(field))} came with v 2" in refused.reason
    assert isinstance(decode(StationState, json.dumps(first | field | {"v": 2}).encode()), StationState)


def test_a_version_that_is_not_known_yet_is_refused() -> None:
    assert isinstance(decode(StationState, json.dumps(json.loads(encode(STATE)) | {"v": 3}).encode()), Unreadable)


@pytest.mark.parametrize(
    ("program", "reads"),
    [
        ("0.1.0", False),
        ("0.1.9", False),
        ("0.2.0.dev0", True),
        ("0.2.0", True),
        ("0.10.1", True),
        ("1.0", True),
        ("", False),
        ("0", False),
        (f"{'9' * 5000}.1", False),
    ],
)
def test_who_reads_version_2(program: str, reads: bool) -> None:
    assert reads_second(program) is reads


@pytest.mark.parametrize("section", ["mqtt", "journal", "station", "site", "settings_from", "scanners"])
def test_what_could_cut_a_station_off_is_never_sent(section: str) -> None:
    assert f"{section}: only" in str(why_unfit({section: {}}))


@pytest.mark.parametrize(
    ("setup", "why"),
    [
        ({"scanner": []}, "at least one"),
        ({"scanner": {"kind": "typed"}}, "list of tables"),
        ({"scanner": False}, "list of tables"),
        ({"sounds": True}, "a table, or false"),
        ({"language": 3}, "must be a text"),
        ({"light": {"kind": "x" * MAX_SETUP_BYTES}}, "leave out"),
    ],
)
def test_a_setup_that_cannot_be_meant_is_refused_with_what_to_do(setup: dict[str, object], why: str) -> None:
    assert why in str(why_unfit(setup))


def test_a_setup_may_hold_every_section_or_none() -> None:
    every = {"language": "de", "scanner": [{"kind": "typed"}], "sounds": {}, "light": False, "printer": {"kind": "lp"}}
    assert why_unfit(every) is None
    assert why_unfit({}) is None
