"""The desk's page over HTTP: what it shows, how a typed scan is taken, and how its feed goes on after a break."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from hub.demo import card
from hub.store.pages.desk_page import DeskNews, desk_news
from hub.web import desk_live
from hub.web.session import COOKIE
from tests.support.staff import Signed, sign_in, sign_in_desk
from tests.support.web import ADA, BOOK, OTHER_BOOK, TestDoors, serving

LIMIT_S = 10


async def typed(program: Any, who: Signed, barcode: str, *, desk: str = "main", station: str = "main-1", scan_id: str | None = None) -> Any:
    body = {"station": station, "barcode": barcode, "scan_id": scan_id or program.doors.new_id()}
    headers = who.changing | {"X-CSRF-Token": who.token}
    return await program.http.post(f"/desk/{desk}/scan", headers=headers, json=body)


async def on_its_way(program: Any, **more: Any) -> str:
    named = await program.request(**more)
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    return str(named)


@pytest.fixture(params=["desk", "resource_sharing", "admin", "device"])
def who(request: pytest.FixtureRequest, program: Any) -> Signed:
    """Everybody who may use a desk's page."""
    return sign_in_desk(program.doors, "main") if request.param == "device" else sign_in(program.doors, StaffRole(request.param))


async def test_a_typed_scan_goes_the_way_of_a_scanners_and_says_where_the_book_goes(program: Any, who: Signed) -> None:
    await on_its_way(program)
    answer = await typed(program, who, BOOK)
    assert answer.status_code == 200, answer.text
    told = answer.json()["scan"]
    assert (told["tone"], told["lead"], told["head"]) == ("ok", "Hold shelf", "A1")
    assert told["until"].startswith("until ")
    assert [each["kind"] for each in told["slips"]] == ["hold slip"]
    page = await program.http.get("/desk/main", headers=who.cookie)
    assert "Hold shelf A1" in page.text
    assert BOOK in page.text


async def test_the_same_scan_sent_twice_is_one_step(program: Any) -> None:
    who, scan_id = sign_in(program.doors), program.doors.new_id()
    named = await on_its_way(program)
    first, second = [await typed(program, who, BOOK, scan_id=scan_id) for _ in range(2)]
    assert first.json()["scan"] == second.json()["scan"]
    history = (await program.get(f"/requests/{named}/history"))["items"]
    assert len([line for line in history if line["rule"] == "T1" and line["kind"] == "transition"]) == 1


async def test_a_book_that_went_home_says_how_it_ended(program: Any) -> None:
    who = sign_in(program.doors)
    await on_its_way(program)
    for desk, barcode in (("main", BOOK), ("main", "%HS-DECLINED"), ("main", BOOK), ("joint", BOOK)):
        told = (await typed(program, who, barcode, desk=desk, station=f"{desk}-1")).json()["scan"]
    assert told["book"]["now"] == "now closed: returned, not picked up"
    assert "now closed: returned, not picked up" in (await program.http.get("/desk/joint", headers=who.cookie)).text


async def test_a_card_that_nobody_has_is_said_to_be_one(program: Any) -> None:
    who = sign_in(program.doors)
    await typed(program, who, card(77))
    text = (await program.http.get("/desk/main", headers=who.cookie)).text
    assert "This card is not known" in text
    assert card(77) not in text


async def test_a_scan_that_bounced_is_shown_as_the_one_it_repeats(program: Any) -> None:
    who, says = sign_in(program.doors), ("lead", "head", "until", "notes", "title", "book")
    await on_its_way(program, internal_note="ask Ms Miller first")
    for desk, station, head in (("east", "east-1", "Main desk"), ("main", "main-1", "A1")):
        told = [(await typed(program, who, BOOK, desk=desk, station=station)).json()["scan"] for _ in range(3)]
        assert [(scan["again"], scan["head"]) for scan in told] == [(False, head), (True, head), (True, head)]
        assert told[1]["slips"] == [] == told[2]["slips"]
        assert [[scan[field] for field in says] for scan in told[1:]] == [[told[0][field] for field in says]] * 2
        page = (await program.http.get(f"/desk/{desk}", headers=who.cookie)).text
        assert f'<bdi data-field="head">{head}</bdi>' in page


async def test_a_card_opens_a_session_and_only_its_alias_is_told_here(program: Any, who: Signed) -> None:
    await on_its_way(program, patron_note="secret", internal_note="internal")
    await typed(program, who, BOOK)
    answer = (await typed(program, who, ADA)).json()
    assert answer["scan"]["patron"] is True
    assert answer["scan"]["head"].startswith("Heron")
    assert [each["kind"] for each in answer["waits"]] == ["session"]
    text = (await program.http.get("/desk/main", headers=who.cookie)).text
    for private in (ADA, "Ada", "patron1@", "secret"):
        assert private not in text + json.dumps(answer)
    await typed(program, who, "%HS-CLEAR")
    text = (await program.http.get("/desk/main", headers=who.cookie)).text
    assert "A patron&#39;s card was read." in text
    assert "Heron" not in text


@pytest.mark.parametrize(("role", "reads"), [("desk", False), ("resource_sharing", True), ("admin", True), (None, False)])
async def test_internal_notes_are_for_resource_sharing(program: Any, role: str | None, reads: bool) -> None:
    await on_its_way(program, internal_note="ask Ms Miller first")
    who = sign_in_desk(program.doors, "main") if role is None else sign_in(program.doors, StaffRole(role))
    answer = await typed(program, who, BOOK)
    page = await program.http.get("/desk/main", headers=who.cookie)
    assert ("Ms Miller" in answer.text) is reads
    assert ("Ms Miller" in page.text) is reads


@pytest.mark.parametrize("station", ["east-1", "nowhere", "rs-1"])
async def test_a_desk_scans_at_its_own_stations_alone(program: Any, who: Signed, station: str) -> None:
    before = program.doors.connection.execute("SELECT count(*) FROM scan").fetchone()[0]
    assert (await typed(program, who, BOOK, station=station)).status_code == 422
    assert program.doors.connection.execute("SELECT count(*) FROM scan").fetchone()[0] == before


async def test_one_desk_does_not_see_the_scans_of_another(program: Any) -> None:
    who = sign_in_desk(program.doors, "east")
    await on_its_way(program)
    program.doors.scan("main-1", BOOK, program.doors.new_id())
    assert BOOK not in (await program.http.get("/desk/east", headers=who.cookie)).text


@pytest.mark.parametrize("path", ["/desk/nowhere", "/desk/main?station=east-1", "/desk/main/live?after=x"])
async def test_what_does_not_exist_is_told(program: Any, path: str) -> None:
    who = sign_in(program.doors)
    assert (await program.http.get(path, headers=who.cookie)).status_code in (404, 409, 422)


async def test_an_admin_leaves_a_device_at_its_desk(program: Any) -> None:
    admin = sign_in(program.doors)
    answer = await program.http.post("/desk/main/stay", headers=admin.changing, data={"csrf": admin.token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/main")
    device = Signed(answer.cookies[COOKIE])
    program.http.cookies.clear()
    assert (await program.http.get("/desk/main", headers=device.cookie)).status_code == 200
    for elsewhere in ("/", "/users", "/password", "/desk", "/desk/east", "/live"):
        assert (await program.http.get(elsewhere, headers=device.cookie)).status_code == 403, elsewhere
    assert (await program.http.get("/desk/main", headers=admin.cookie)).status_code == 401


# The feed.


@asynccontextmanager
async def following(address: str, who: Signed, after: str = "", **headers: str) -> AsyncIterator[AsyncIterator[tuple[str, str, Any]]]:
    """Follow a desk's feed; gives id, event and data of each message."""
    async with httpx.AsyncClient(base_url=address, timeout=LIMIT_S) as client:
        asked = {"after": after, "station": "main-1"} if after else {"station": "main-1"}
        async with client.stream("GET", "/desk/main/live", params=asked, headers=who.cookie | headers) as answer:
            assert answer.status_code == 200
            yield messages(answer.aiter_lines())


async def messages(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str, Any]]:
    at, event = "", ""
    async for line in lines:
        key, _, value = line.partition(": ")
        if key == "id":
            at = value
        elif key == "event":
            event = value
        elif key == "data":
            yield at, event, json.loads(value)


async def until(stream: AsyncIterator[tuple[str, str, Any]], wanted: str) -> tuple[str, Any]:
    """Give place and data of the next message of a kind."""
    async with asyncio.timeout(LIMIT_S):
        async for at, event, data in stream:
            if event == wanted:
                return at, data
    raise AssertionError(f"no {wanted}")


async def test_the_feed_tells_a_scan_how_its_book_moves_on_and_what_waits(program: Any, web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    who = sign_in_desk(doors, "main")
    named = await on_its_way(program)
    async with serving(app, doors) as address, following(address, who) as stream:
        await until(stream, "hub")
        doors.scan("main-1", BOOK, doors.new_id())
        _, told = await until(stream, "scan")
        assert (told["head"], told["book"]["now"]) == ("A1", "now on the hold shelf A1")
        await until(stream, "place")
        await program.post(f"/requests/{named}/cancel", reason="cancelled_by_staff")
        _, book = await until(stream, "book")
        assert (book["request_id"], book["state"]) == (named, "PULL_FROM_SHELF")
        doors.scan("main-1", ADA, doors.new_id())
        _, waits = await until(stream, "waits")
        assert [each["kind"] for each in waits] == ["session"]


async def test_nothing_is_missed_after_a_broken_connection(program: Any, web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    who = sign_in_desk(doors, "main")
    async with serving(app, doors) as address:
        async with following(address, who) as stream:
            await until(stream, "hub")
            doors.scan("main-1", BOOK, doors.new_id())
            at, _ = await until(stream, "place")
        away = [doors.new_id() for _ in range(3)]
        for barcode, scan_id in zip((OTHER_BOOK, BOOK, OTHER_BOOK), away, strict=True):
            doors.scan("main-1", barcode, scan_id)
        async with following(address, who, "0-0", **{"Last-Event-ID": at}) as stream:
            assert [(await until(stream, "scan"))[1]["scan_id"] for _ in away] == away


async def test_rows_that_came_since_the_page_was_opened_follow_their_books_after_a_broken_connection(
    program: Any, web: tuple[FastAPI, TestDoors]
) -> None:
    app, doors = web
    who = sign_in_desk(doors, "main")
    named = await on_its_way(program)
    async with serving(app, doors) as address:
        async with following(address, who) as stream:
            await until(stream, "hub")
            doors.scan("main-1", BOOK, doors.new_id())
            at, _ = await until(stream, "place")
        await program.post(f"/requests/{named}/cancel", reason="cancelled_by_staff")
        # The browser's own second try has the address of the first.
        async with following(address, who, **{"Last-Event-ID": at}) as stream:
            _, book = await until(stream, "book")
            assert (book["request_id"], book["state"]) == (named, "PULL_FROM_SHELF")


async def test_scans_at_other_desks_cost_a_page_few_looks(
    program: Any, web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def look(*given: Any, **named: Any) -> DeskNews:
        looks.append(time.monotonic())
        return desk_news(*given, **named)

    monkeypatch.setattr(desk_live, "desk_news", look)
    app, doors = web
    async with serving(app, doors) as address, following(address, sign_in_desk(doors, "main")) as stream:
        await until(stream, "hub")
        looks.clear()
        began = time.monotonic()
        for _ in range(60):
            doors.scan("rs-1", OTHER_BOOK, doors.new_id())
            await asyncio.sleep(0.01)
        doors.scan("main-1", BOOK, doors.new_id())
        await until(stream, "scan")
        assert 1 <= len(looks) <= (time.monotonic() - began) / desk_live.PACE_S + 2


async def test_a_page_that_was_away_too_long_reads_all_anew(
    program: Any, web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.store.pages.desk_page.MOST_ROWS", 2)
    app, doors = web
    who = sign_in_desk(doors, "main")
    for barcode in (BOOK, OTHER_BOOK, BOOK):
        doors.scan("main-1", barcode, doors.new_id())
    async with serving(app, doors) as address, following(address, who, "0-0") as stream:
        await until(stream, "reload")


async def test_a_feed_ends_with_its_session(program: Any, web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_live, "LOOK_S", 0.05)
    app, doors = web
    who = sign_in_desk(doors, "main")
    async with serving(app, doors) as address, following(address, who) as stream:
        await until(stream, "hub")
        doors.write(lambda connection: connection.execute("DELETE FROM sign_in"))
        async with asyncio.timeout(LIMIT_S):
            assert [event async for _, event, _ in stream if event not in ("waits", "station")] == []
