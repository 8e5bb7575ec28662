"""What a desk reads from three metres, and what it does not read at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.core.desk import Desk
from hub.core.request import State
from hub.settings import HubSettings
from hub.store.pages.books import StationView
from hub.store.pages.desk_page import BookNow, DeskScan, Waits
from hub.web.desk_shown import Look, headline, shown_desk_scan, shown_station, shown_waits

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MAIN = Desk("main", "Main desk", resource_sharing=False, pickup=True)


def look(language: str = "en", *, notes: bool = False) -> Look:
    return Look(MAIN, HubSettings().site_rules(), language, notes)


def a_scan(**fields: Any) -> DeskScan:
    book = BookNow(request_id="ILL-000001-8", state=State.ON_HOLD_SHELF, outcome=None, shelf_code="A12", version=3)
    usual: dict[str, Any] = {
        "key": 1, "scan_id": "x", "at": NOW, "station": "main-1", "rule": "T1", "tone": "ok", "again": False,
        "message": "Hold shelf A12. Hold until 4 December.", "title": "The Overstory", "barcode": "30000000000012", "destination": None,
        "said_state": "ON_HOLD_SHELF", "slips": (), "of_patron": False, "pickup_desk": "main", "pickup_name": "Main desk", "partner": "tul",
        "partner_name": "Tulare County Library", "hold_until": NOW + timedelta(days=11), "piece": 1, "pieces": 1, "volumes": (),
        "note": "She is ill: hold longer", "todo": (), "now": book,
    }  # fmt: skip
    return DeskScan(**(usual | fields))


@pytest.mark.parametrize(
    ("fields", "lead", "head"),
    [
        ({}, "Hold shelf", "A12"),
        ({"tone": "route", "destination": "main"}, "Send to", "Main desk"),
        ({"tone": "route", "destination": "resource-sharing"}, "Send to", "Resource sharing"),
        ({"destination": "tul", "said_state": "CLOSED"}, "Ship back to", "Tulare County Library"),
        ({"destination": "gone", "said_state": "CLOSED"}, "Send to", "gone"),
        ({"said_state": "CHECKED_OUT", "message": "Checked out. Due 22 December."}, "", "Checked out"),
        ({"tone": "no", "message": "Held for another patron. Do not lend."}, "", "Held for another patron"),
        ({"tone": "no", "message": "Nothing was read."}, "", "Nothing was read"),
    ],
)
def test_where_the_book_goes_is_what_is_read_from_afar(fields: dict[str, Any], lead: str, head: str) -> None:
    scan = a_scan(**fields)
    assert headline(scan, look(), scan.message)[:2] == (lead, head)


def test_a_hold_says_until_when_in_the_language_of_the_page() -> None:
    assert shown_desk_scan(a_scan(), look(), NOW, session=False)["until"] == "until 4 December"
    assert shown_desk_scan(a_scan(), look("de"), NOW, session=False)["until"] == "bis 4. Dezember"


def test_what_is_told_of_a_patron_is_shown_while_their_session_is_open_and_never_in_a_row() -> None:
    scan = a_scan(rule="patron.open", of_patron=True, message="Heron 12: 1 ready on shelf A1.", now=None, title=None, barcode=None)
    during, after = (shown_desk_scan(scan, look(), NOW, session=session) for session in (True, False))
    assert during["head"] == "Heron 12: 1 ready on shelf A1"
    assert "Heron" not in during["row"]
    assert "Heron" not in str(after)


def test_what_staff_wrote_is_for_those_who_may_read_it() -> None:
    scan = a_scan(pieces=3, piece=2, volumes=("I", "II", "III"), todo=("damaged",))
    assert shown_desk_scan(scan, look(), NOW, session=False)["notes"] == [
        "piece II of 3",
        "Tell the lender before it is shipped back, then clear this.",
    ]
    assert shown_desk_scan(scan, look(notes=True), NOW, session=False)["notes"][-1] == "She is ill: hold longer"


def test_what_waits_says_how_long_it_does() -> None:
    waits = Waits(
        session_until=NOW + timedelta(seconds=30), session="Heron 12", slip_until=NOW + timedelta(seconds=5), slip="The Overstory"
    )
    assert shown_waits(waits, "en", NOW) == [
        {"kind": "session", "says": "Patron session: Heron 12", "left_ms": 30_000},
        {"kind": "slip", "says": "Waiting for the book: The Overstory", "left_ms": 5_000},
    ]
    assert shown_waits(Waits(), "en", NOW) == []


def a_station(**state: Any) -> StationView:
    said = {"at": "2026-11-23T08:30:00+00:00", "waiting": 0, "scanners": []} | state
    return StationView(
        name="main-1", desk="main", online=bool(said.pop("online", True)), settings_version=1, born_at=None, seen_at=None,
        clock_offset_ms=None, state=said,
    )  # fmt: skip


def test_a_station_went_when_its_will_was_heard_not_when_it_was_written() -> None:
    gone = replace(a_station(online=False), seen_at=datetime(2026, 11, 23, 8, 50, tzinfo=UTC))
    assert shown_station(gone, look(), NOW)[0].startswith("Station main-1 is offline since 08:50.")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, []),
        ({"online": False}, ["Station main-1 is offline since 08:30."]),
        ({"online": False, "at": "2026-11-20T08:30:00+00:00"}, ["Station main-1 is offline since 20 November, 08:30."]),
        ({"waiting": 1}, ["1 scan waits at the station"]),
        (
            {"waiting": 7, "oldest_waiting_at": "2026-11-23T08:45:00+00:00"},
            ["7 scans wait at the station and are not answered yet. The first of them since 08:45."],
        ),
        ({"scanners": [{"name": "serial", "present": False}]}, ["The scanner serial is not plugged in."]),
        ({"online": False, "scanners": [{"name": "serial", "present": False}]}, ["Station main-1 is offline"]),
    ],
)
def test_a_station_in_trouble_says_so_in_plain_words(state: dict[str, Any], said: list[str]) -> None:
    found = shown_station(a_station(**state), look(), NOW)
    assert len(found) == len(said)
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True))


def test_a_station_that_was_never_there_is_no_trouble() -> None:
    assert shown_station(None, look(), NOW) == []
