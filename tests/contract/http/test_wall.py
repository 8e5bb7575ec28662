"""The wall over HTTP: what it says of a desk, who may look, and that no patron is in it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from hub.store.pages.reader import Reader
from hub.store.pages.wall import wall_of
from hub.store.sql import Connection
from hub.web.doors import Health
from hub.web.wall import shown_wall
from tests.support.staff import sign_in, sign_in_desk
from tests.support.stations import GONE, says
from tests.support.web import ADA, BOOK, OTHER_BOOK, TestDoors, serving


def shown(doors: TestDoors, desk: str = "main", language: str = "en", health: Health | None = None) -> dict[str, Any]:
    """Give what a wall shows now."""
    reader = Reader(doors.database)
    try:
        found = reader.read(lambda connection: wall_of(connection, desk, doors.rules.policy, doors.now()))
    finally:
        reader.close()
    return shown_wall(found, health or Health(True, ()), doors.rules.policy.transit_days, language)


def numbers(wall: dict[str, Any]) -> dict[str, int]:
    return {each["kind"]: each["count"] for each in wall["numbers"]}


def older(doors: TestDoors, **ago: Any) -> None:
    """Let everything have happened so much earlier."""
    by = int(timedelta(**ago).total_seconds() * 1000)

    def move(connection: Connection) -> None:
        for table, column in (("request", "changed_at"), ("item", "changed_at"), ("exception", "opened_at")):
            connection.execute(f"UPDATE {table} SET {column} = {column} - ?", (by,))  # noqa: S608 - as named

    doors.write(move)


async def test_a_wall_is_quiet_when_all_is_well_and_tells_what_came(program: Any) -> None:
    doors = program.doors
    named = await program.request()
    for station, barcode in (("rs-1", named), ("rs-1", BOOK)):
        await program.scan(station, barcode)
    assert numbers(shown(doors)) == {"on-shelf": 0, "on-the-way": 1, "to-pull": 0}
    [came] = shown(doors, "rs")["arrivals"]
    assert (came["title"], came["place"]) == ("The Overstory", "\u2192 Main desk")
    await program.scan("main-1", BOOK)
    wall = shown(doors)
    assert numbers(wall) == {"on-shelf": 1, "on-the-way": 0, "to-pull": 0}
    assert [(each["title"], each["place"]) for each in wall["arrivals"]] == [("The Overstory", "shelf A1")]
    assert (wall["desk"], wall["late"]) == ("Main desk", [])
    assert numbers(shown(doors, "joint")) == {"on-shelf": 0, "on-the-way": 0, "to-pull": 0, "not-received": 0, "on-the-way-back": 0}


async def test_what_waits_too_long_is_said_with_its_number_and_the_oldest(program: Any) -> None:
    doors = program.doors
    for barcode in (BOOK, OTHER_BOOK):
        named = await program.request(title=f"Title of {barcode}")
        await program.scan("rs-1", named)
        await program.scan("rs-1", barcode)
    older(doors, days=5, hours=-1)
    assert shown(doors)["late"] == []
    older(doors, hours=2)
    [late] = shown(doors)["late"]
    assert late["says"] == "2 books have been on their way here for more than 5 days."
    assert shown(doors, language="de")["late"][0]["says"] == "2 Bücher sind seit mehr als 5 Tagen hierher unterwegs."
    assert late["since"] < doors.now().isoformat()
    assert shown(doors, "east")["late"] == []
    await program.scan("main-1", BOOK)
    await program.scan("main-1", OTHER_BOOK)
    assert shown(doors)["late"] == []
    await program.post(f"/requests/{named}/cancel", reason="cancelled_by_staff")
    older(doors, days=1)
    assert [each["says"] for each in shown(doors)["late"]] == ["1 book has been waiting to be taken off the shelf for more than a day."]


async def test_open_work_of_a_day_and_books_on_their_way_back_are_said(program: Any) -> None:
    doors = program.doors
    await program.scan("main-1", "39999999999999")
    named = await program.request()
    await program.scan("rs-1", named)
    await program.scan("rs-1", BOOK)
    await program.post(f"/requests/{named}/cancel", reason="cancelled_by_staff")
    older(doors, days=6)
    assert [each["says"] for each in shown(doors)["late"]] == [
        "1 thing at this desk has been open for more than a day: see the exceptions."
    ]
    assert [each["says"] for each in shown(doors, "rs")["late"]] == ["1 book has been on its way back for more than 5 days."]
    assert numbers(shown(doors, "rs")) == {"not-received": 0, "on-the-way-back": 1}


async def test_a_desks_own_stations_and_the_hub_are_looked_after(program: Any) -> None:
    doors = program.doors
    says(doors, "main-1", scanners=(GONE,))
    says(doors, "rs-1")
    assert [each["says"] for each in shown(doors)["late"]] == ["A scanner of station main-1 is missing: usb-Zebra_DS2208."]
    says(doors, "main-1", waiting=3, oldest_waiting_at=doors.now())
    says(doors, "main-1", online=False)
    [away] = shown(doors)["late"]
    assert away["says"] == "Station main-1 is offline. Scans that wait there: 3."
    assert shown(doors, "rs")["late"] == []
    assert shown(doors, "rs", "de", Health(False, ("x",)))["late"] == [{"says": "Scans werden jetzt nicht beantwortet.", "since": ""}]


async def test_no_patron_is_on_a_wall(program: Any) -> None:
    named = await program.request(internal_note="for Ada Lovelace", patron_note="a birthday")
    for station, barcode in (("rs-1", named), ("rs-1", BOOK), ("main-1", BOOK)):
        await program.scan(station, barcode)
    signed = sign_in(program.doors)
    text = (await program.http.get("/wall/main", headers=signed.cookie)).text
    assert "The Overstory" in text
    patron = program.doors.connection.execute("SELECT card, alias, name, email FROM patron WHERE card = ?", (ADA,)).fetchone()
    for secret in (*patron, named, BOOK, "Ada", "birthday"):
        assert secret not in text, secret
        assert secret not in json.dumps(shown(program.doors)), secret


@pytest.mark.parametrize("role", list(StaffRole))
async def test_staff_and_the_desks_own_device_see_a_wall_and_nobody_else(program: Any, role: StaffRole) -> None:
    signed, desk = sign_in(program.doors, role), sign_in_desk(program.doors, "main")
    for path in ("/walls", "/wall/main", "/wall/rs"):
        assert (await program.http.get(path, headers=signed.cookie)).status_code == 200, path
    assert (await program.http.get("/wall/main", headers=desk.cookie)).status_code == 200
    for path in ("/walls", "/wall/rs", "/wall/rs/live"):
        assert (await program.http.get(path, headers=desk.cookie)).status_code == 403, path
    for path in ("/walls", "/wall/main", "/wall/main/live"):
        assert (await program.http.get(path)).status_code == 401, path
    for path in ("/wall/nobody", "/wall/nobody/live"):
        assert (await program.http.get(path, headers=signed.cookie)).status_code == 404, path


async def test_a_wall_hears_of_an_arrival_and_which_edition_the_hub_serves(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    desk = sign_in_desk(doors, "main")
    async with (
        serving(app, doors) as address,
        httpx.AsyncClient(base_url=address, timeout=10) as client,
        client.stream("GET", "/wall/main/live", headers=desk.cookie) as answer,
    ):
        event, told = "", {}
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            event = value if name == "event" else event
            if name == "data":
                told[event] = json.loads(value)
            if "picture" in told:
                break
    page = await httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test").get("/wall/main", headers=desk.cookie)
    assert f'data-edition="{told["clock"]["edition"]}"' in page.text
    assert told["picture"]["desk"] == "Main desk"
