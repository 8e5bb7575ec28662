"""Staff work from the command line: with the hub running it is asked, without it the database is worked on; the history shows both."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from hub.demo import card, item_barcode
from tests.support.house import House, Knobs
from tests.support.programs import LIMIT_S, script

KNOBS = Knobs(bounce_s=0)
BOOK = item_barcode(70)
CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//library//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20200101
RRULE:FREQ=YEARLY
SUMMARY:New Year
END:VEVENT
END:VCALENDAR
"""


def holdshelf(house: House, *words: str, code: int = 0, typed: str = "") -> str:
    """Run one command on the house's data folder; gives what it said, on whichever stream."""
    place = ["--config", str(house.data.hub_toml)] if words[0] == "check" else ["--data", str(house.data.path)]
    done = subprocess.run([script("holdshelf"), *words, *place], capture_output=True, text=True, timeout=LIMIT_S, check=False, input=typed)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return (done.stdout + done.stderr).strip()


@pytest.fixture
def request_on_the_shelf(house: House) -> str:
    """Give a request whose book stands on the shelf of main."""
    known = house.query("SELECT r.request_id FROM request r JOIN item i ON i.request = r.key WHERE i.barcode = ?", BOOK)
    if known:
        return str(known[0][0])
    request = house.created("The Overstory")
    for barcode in (request, BOOK):
        house.station("rs-1").scan(barcode)
    house.station("main-1").scan(BOOK)
    return request


def test_a_hold_is_extended_while_the_hub_runs_and_shown(house: House, request_on_the_shelf: str) -> None:
    said = holdshelf(house, "request", "extend", request_on_the_shelf, "--until", "2099-12-20", "--note", "on holiday", "--actor", "Kim")
    assert "on the hold shelf" in said
    assert "hold until 2099-12-20" in said
    told = json.loads(holdshelf(house, "request", "show", request_on_the_shelf, "--json"))
    assert told["pieces"][0]["hold_until"].startswith("2099-12-20")
    lines = holdshelf(house, "request", "history", request_on_the_shelf)
    assert "act extend by Kim" in lines
    assert "on holiday" in lines


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("renew",), 1, "only a loan can be renewed"),
        (("cancel", "--by", "staff", "--version", "1"), 1, "has changed meanwhile"),
        (("cancel",), 2, "--by"),
        (("extend", "--until", "31.12.2099"), 2, "is no day; write one like 2026-12-04"),
        (("change-pickup", "--desk", "attic"), 1, "There is no desk 'attic'"),
        (("reactivate",), 2, "--note"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    house: House, request_on_the_shelf: str, words: tuple[str, ...], code: int, sentence: str
) -> None:
    act, *options = words
    assert sentence in holdshelf(house, "request", act, request_on_the_shelf, *options, code=code)


def test_a_desk_is_closed_on_the_days_of_a_calendar(house: House, tmp_path: Path) -> None:
    file = tmp_path / "holidays.ics"
    file.write_text(CALENDAR)
    said = holdshelf(house, "desk", "close", "main", str(file))
    assert said.startswith("main is closed on ")
    assert [day[5:] for day in house.get("/desks/main")["opening"]["closed"]][-1] == "01-01"
    assert "There is no desk 'attic'" in holdshelf(house, "desk", "close", "attic", str(file), code=1)
    file.write_text("BEGIN:VCARD")
    holdshelf(house, "desk", "close", "main", str(file), code=1)
    assert "cannot be read" in holdshelf(house, "desk", "close", "main", str(tmp_path / "none.ics"), code=1)


def test_a_patron_is_deleted_by_the_card_that_is_typed_and_not_while_something_is_open(house: House) -> None:
    """The number stands in no list of processes."""
    named = house.created("Landmarks", patron=5)
    told = holdshelf(house, "patron", "delete", code=1, typed=f"{card(5)}\n")
    assert f"open requests: {named}. Cancel or close them first" in told
    holdshelf(house, "request", "cancel", named, "--by", "patron")
    assert "is deleted, and forgotten by all requests." in holdshelf(house, "patron", "delete", "--actor", "Kim", typed=f"{card(5)}\n")
    assert "No patron has this card." in holdshelf(house, "patron", "delete", code=1, typed=f"{card(5)}\n")
    assert "act forget by Kim" in holdshelf(house, "request", "history", named)


def test_without_a_hub_the_same_is_done_and_the_history_is_one_chain(house: House, request_on_the_shelf: str) -> None:
    house.stop_hub()
    try:
        said = holdshelf(house, "request", "change-pickup", request_on_the_shelf, "--desk", "east")
        assert "pick-up   East branch" in said
        assert "There is no request ILL-999999-0" in holdshelf(house, "request", "missing", "ILL-999999-0", code=1)
        assert "change-pickup" in holdshelf(house, "request", "history", request_on_the_shelf)
    finally:
        house.start_hub()
    found = house.get(f"/requests/{request_on_the_shelf}")
    assert (found["state"], found["pickup_desk"]) == ("IN_TRANSIT_TO_PICKUP", "east")
    assert holdshelf(house, "check", "--history").startswith("ok: the history is unbroken")


def test_a_history_that_was_changed_is_found_and_a_noted_fingerprint_holds(house: House, request_on_the_shelf: str) -> None:
    noted = json.loads(holdshelf(house, "check", "--history", "--json"))["fingerprint"]
    holdshelf(house, "request", "missing", request_on_the_shelf)
    assert holdshelf(house, "check", "--history", "--noted", noted).startswith("ok:")
    house.stop_hub()
    database = sqlite3.connect(house.data.path / "hub.db")
    (key,) = database.execute("SELECT key FROM history WHERE rule = 'T1' ORDER BY key LIMIT 1").fetchone()
    database.execute("UPDATE history SET actor = 'nobody' WHERE key = ?", (key,))
    database.commit()
    said = holdshelf(house, "check", "--history", code=1)
    assert f"row {key}: " in said
    database.execute("UPDATE history SET actor = 'main-1' WHERE key = ?", (key,))
    database.commit()
    database.close()
    house.start_hub()
    assert holdshelf(house, "check", "--history", "--noted", noted).startswith("ok:")
