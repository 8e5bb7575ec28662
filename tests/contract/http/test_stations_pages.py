"""The page of stations over HTTP: who may look, call a station and change its settings, and what the stream says."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from hub.web.app import inside_of
from tests.support.staff import Signed, sign_in, sign_in_desk
from tests.support.stations import GONE, says
from tests.support.web import TestDoors, serving, until

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


async def post(program: Any, signed: Signed, path: str, *, accept: str = "text/html", **fields: str) -> Any:
    headers = signed.changing | FORM | {"Accept": accept}
    return await program.http.post(path, headers=headers, data={"csrf": signed.token} | fields)


@pytest.mark.parametrize("role", list(StaffRole))
async def test_all_staff_see_how_stations_are_and_only_admins_a_way_to_change_them(program: Any, role: StaffRole) -> None:
    says(program.doors, "main-1", scanners=(GONE,))
    signed = sign_in(program.doors, role)
    answer = await program.http.get("/stations", headers=signed.cookie)
    assert answer.status_code == 200
    assert "Look at: main-1." in answer.text
    assert "/dev/serial/by-id/usb-Zebra_DS2208 is not there" in answer.text
    may = role is StaffRole.ADMIN
    assert ('href="/station/main-1"' in answer.text) is may
    assert (await program.http.get("/station/main-1", headers=signed.cookie)).status_code == (200 if may else 403)
    if not may:
        assert (await program.http.get("/station/main-1/live", headers=signed.cookie)).status_code == 403


async def test_a_desks_own_device_sees_no_stations(program: Any) -> None:
    desk = sign_in_desk(program.doors, "main")
    for path in ("/stations", "/stations/live", "/station/main-1", "/station/main-1/live"):
        assert (await program.http.get(path, headers=desk.cookie)).status_code == 403, path
    for path in ("/stations", "/stations/live", "/station/main-1", "/station/main-1/live"):
        assert (await program.http.get(path)).status_code == 401, path


async def test_a_station_is_called_from_the_page_and_one_that_is_away_is_not(program: Any) -> None:
    signed = sign_in(program.doors, StaffRole.DESK)
    says(program.doors, "main-1")
    done = await post(program, signed, "/stations/identify", station="main-1")
    assert (done.status_code, done.headers["location"]) == (303, "/stations?called=main-1")
    assert "main-1 beeps and shows its name now." in (await program.http.get(done.headers["location"], headers=signed.cookie)).text
    told = await post(program, signed, "/stations/identify", accept="application/json", station="main-1")
    assert told.json() == {"said": "main-1 beeps and shows its name now."}
    assert [call.station for call in program.doors.calls] == ["main-1", "main-1"]
    for name, said in (("rs-1", "rs-1 is offline"), ("nobody", "There is no station nobody."), ("<b>", "There is no station &lt;b&gt;.")):
        refused = await post(program, signed, "/stations/identify", station=name)
        assert (refused.status_code, said in refused.text) == (409, True), name
    assert len(program.doors.calls) == 2


async def test_nothing_that_was_not_called_is_said_to_beep(program: Any) -> None:
    signed = sign_in(program.doors)
    assert "beeps" not in (await program.http.get("/stations?called=nobody", headers=signed.cookie)).text


async def test_settings_are_set_told_and_taken_back_in_the_name_of_who_did_it(program: Any) -> None:
    signed = sign_in(program.doors, name="maria")
    first = await program.get("/stations/main-1/settings")
    done = await post(
        program, signed, "/station/main-1/set", text='language = "de"\r\n[sounds]\r\nvolume = 80\r\n', version=str(first["version"])
    )
    assert (done.status_code, done.headers["location"]) == (303, "/station/main-1?done=set")
    now = await program.get("/stations/main-1/settings")
    assert (now["wanted"]["settings"], now["wanted"]["set_by"]) == ({"language": "de", "sounds": {"volume": 80}}, "maria")
    assert [told.version for told in program.doors.heard] == [now["version"]]
    await post(program, signed, "/station/main-1/set", text="", version=str(now["version"]))
    back = await post(program, signed, "/station/main-1/back", to=str(now["version"]))
    assert back.status_code == 303
    assert (await program.get("/stations/main-1/settings"))["wanted"]["settings"] == now["wanted"]["settings"]
    shown = (await program.http.get("/station/main-1", headers=signed.cookie)).text
    assert "volume = 80" in shown
    assert shown.count('action="/station/main-1/back"') == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("language =", "Das ist kein TOML"),
        ("[mqtt]\nhost = 'evil.example'", "mqtt: Vom Hub aus"),
        ("scanner = []", "scanner: muss eine Liste"),
        ("language = 3", "language: muss ein Text sein."),
        ("printer = true", "printer: muss eine Tabelle sein"),
        (f"[sounds]\nx = '{'x' * 13_000}'", "lassen sich schicken"),
        ("[light]\nsince = 2026-11-26", "light: Daten"),
    ],
)
async def test_settings_that_cannot_be_are_refused_in_the_readers_language_and_what_was_typed_stays(
    program: Any, text: str, said: str
) -> None:
    signed = sign_in(program.doors)
    headers = signed.changing | FORM | {"Accept-Language": "de"}
    answer = await program.http.post("/station/main-1/set", headers=headers, data={"csrf": signed.token, "text": text})
    assert (answer.status_code, said in answer.text) == (422, True), answer.text[:3000]
    assert text.splitlines()[-1][:40] in answer.text.replace("&#39;", "'")
    assert (await program.get("/stations/main-1/settings"))["wanted"] is None
    assert program.doors.heard == []


async def test_whoever_looked_before_another_changed_them_is_told(program: Any) -> None:
    signed = sign_in(program.doors)
    version = (await program.get("/stations/main-1/settings"))["version"]
    await program.put("/stations/main-1/settings", settings={"language": "de"})
    answer = await post(program, signed, "/station/main-1/set", text="printer = false", version=str(version))
    assert (answer.status_code, "have changed meanwhile" in answer.text, "printer = false" in answer.text) == (422, True, True)
    assert (await program.get("/stations/main-1/settings"))["wanted"]["settings"] == {"language": "de"}


async def test_a_station_that_is_not_there_has_no_page(program: Any) -> None:
    signed = sign_in(program.doors)
    assert (await program.http.get("/station/nobody", headers=signed.cookie)).status_code == 404
    assert (await program.http.get("/station/nobody/live", headers=signed.cookie)).status_code == 404
    assert (await post(program, signed, "/station/nobody/set", text="")).status_code == 404


async def pictures(answer: httpx.Response) -> Any:
    """Give each picture of a stream, and pass the clock by."""
    event = ""
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "data" and event == "picture":
            yield json.loads(value)


async def test_a_change_is_told_to_all_who_look_and_made_once(web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.pictures.PACE_S", 0.01)
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address, httpx.AsyncClient(base_url=address, timeout=10) as client:
        async with (
            client.stream("GET", "/stations/live", headers=signed.cookie) as one,
            client.stream("GET", "/stations/live", headers=signed.cookie) as other,
        ):
            first, second = pictures(one), pictures(other)
            assert (await anext(first))["says"].startswith("Not connected yet")
            await anext(second)
            assert len(inside_of(app).pictures._open) == 1
            says(doors, "main-1", waiting=2, oldest_waiting_at=doors.now())
            for each in (first, second):
                told = next(station for station in (await anext(each))["stations"] if station["name"] == "main-1")
                assert (told["kind"], told["waiting"]) == ("online", "2")
        await until(lambda: not inside_of(app).pictures._open)


async def test_whoever_is_signed_out_is_shown_nothing_more(web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.pictures.CLOCK_S", 0.05)
    app, doors = web
    signed = sign_in(doors)
    async with (
        serving(app, doors) as address,
        httpx.AsyncClient(base_url=address, timeout=10) as client,
        client.stream("GET", "/stations/live", headers=signed.cookie) as answer,
    ):
        assert answer.status_code == 200
        doors.write(lambda connection: connection.execute("DELETE FROM sign_in"))
        async for _ in answer.aiter_lines():
            pass


async def test_a_picture_that_cannot_be_made_sends_pages_away_and_they_may_come_back(
    web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address, httpx.AsyncClient(base_url=address, timeout=10) as client:
        with monkeypatch.context() as broken:
            broken.setattr("hub.web.stations.stations_now", lambda connection: 1 / 0)
            async with client.stream("GET", "/stations/live", headers=signed.cookie) as answer:
                assert [line async for line in answer.aiter_lines() if line.startswith("event: picture")] == []
        async with client.stream("GET", "/stations/live", headers=signed.cookie) as answer:
            assert (await anext(pictures(answer)))["stations"] != []
