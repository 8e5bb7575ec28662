"""Whatever comes in by a cable or a login, nothing stops, and a proper scan afterwards is answered."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from broker.messages import Scan
from hub.demo import item_barcode
from tests.support.house import House, Station
from tests.support.outside import Guest
from tests.support.programs import wait_for

INCARNATION = "00000000-0000-7000-8000-0000000000ee"
TEN_MB = 10_000_000


@pytest.fixture
def rs(house: House) -> Station:
    """The resource-sharing desk."""
    return house.station("rs-1")


@pytest.fixture
def east(house: House) -> Iterator[Guest]:
    """Somebody who has the login of a station, and bad intentions; an older protocol, so that the broker's limits are not known."""
    login = house.account("east-1")
    guest = house.guest(login, protocol="3.1.1")
    yield guest
    guest.close()


def test_a_line_of_ten_megabytes_is_one_fault_and_no_scan(house: House, rs: Station) -> None:
    before = len(rs.shown("fault"))
    rs.scanner.write(b"7" * TEN_MB + b"\r")
    _answered_as_ever(rs, 1)
    assert [fault["kind"] for fault in rs.shown("fault")[before:]] == ["too_long"]


@pytest.mark.parametrize(
    "line",
    [b"3000\x000000000017", b"30000\x1b[2J000000017", b"\x03\x04\x1a", b"\xff\xfe\x00\x80", b"30000\x7f000000017"],
    ids=["nul", "escape", "control keys", "no text", "delete"],
)
def test_control_characters_are_a_fault_and_never_a_scan(rs: Station, line: bytes) -> None:
    before = len(rs.shown("fault"))
    rs.scanner.write(line + b"\r")
    _answered_as_ever(rs, 2)
    assert [fault["kind"] for fault in rs.shown("fault")[before:]] == ["damaged"]


def test_random_bytes_stop_nothing(rs: Station) -> None:
    rs.scanner.write(os.urandom(100_000) + b"\r")
    rs.send("%HS-CLEAR")
    wait_for(lambda: rs.replies()[-1:] != [] and rs.replies()[-1].rule == "command.clear", "the answer behind the noise")
    _answered_as_ever(rs, 3)


def test_what_is_no_message_is_put_aside_and_counted(house: House, rs: Station, east: Guest) -> None:
    scan, before = house.root.topic("scan", station="east-1"), _poison(house)
    bad = [b"", b"{", b"null", b"[1]", b'"scan"', b"\xff\xfe", b'{"v":1}', b"[" * 8000, b"x" * 16_000, _a_scan(v=2), _a_scan(surprise=1)]
    for payload in bad:
        assert east.publish(scan, payload) is None
    wait_for(lambda: _poison(house) == before + len(bad), f"{len(bad)} messages to be put aside")
    _answered_as_ever(rs, 4)


def test_a_scan_in_another_stations_name_is_put_aside(house: House, rs: Station, east: Guest) -> None:
    before = _poison(house)
    east.publish(house.root.topic("scan", station="east-1"), _a_scan(station="rs-1"))
    wait_for(lambda: _poison(house) == before + 1, "the forged scan to be put aside")
    assert house.query("SELECT count(*) FROM stream WHERE incarnation = ? AND station = 'rs-1'", INCARNATION) == [(0,)]
    _answered_as_ever(rs, 5)


@pytest.mark.parametrize("key", ["scan", "reply", "position", "settings"])
def test_no_station_writes_on_anothers_branch_nor_speaks_for_the_hub(house: House, rs: Station, east: Guest, key: str) -> None:
    before, replies = _poison(house), len(rs.replies())
    scans = house.query("SELECT count(*) FROM scan")
    for station in ("rs-1", *(() if key == "scan" else ("east-1",))):
        east.publish(house.root.topic(key, station=station), _a_scan(station=station))
    _answered_as_ever(rs, 6)
    assert _poison(house) == before
    assert house.query("SELECT count(*) FROM scan") == [(scans[0][0] + 1,)]
    assert len(rs.replies()) == replies + 1


def test_a_payload_of_a_megabyte_costs_its_sender_the_connection_and_nobody_else_anything(house: House, rs: Station, east: Guest) -> None:
    connects = east.connects
    east.publish(house.root.topic("scan", station="east-1"), b"9" * 1_000_000)
    wait_for(lambda: east.connects > connects, "the sender to be cut off and to come back")
    _answered_as_ever(rs, 7)


def _a_scan(**changes: Any) -> bytes:
    scan = Scan.model_validate(
        {
            "scan_id": "01900000-0000-7000-8000-000000000001", "station": "east-1", "incarnation": INCARNATION, "seq": 1,
            "barcode": item_barcode(7), "source": "serial", "scanned_at": "2026-11-23T21:00:00Z",
        }
    )  # fmt: skip
    return json.dumps(scan.model_dump(mode="json") | changes).encode()


def _answered_as_ever(station: Station, number: int) -> None:
    """A proper scan is told what it should be."""
    reply = station.scan(item_barcode(1000 + number))
    assert (reply.rule, reply.message) == ("U1", "Unknown. Scan the request slip to receive this item.")


def _poison(house: House) -> int:
    """How many messages staff are shown as put aside."""
    return len(house.get("/poison", limit="500")["items"])
