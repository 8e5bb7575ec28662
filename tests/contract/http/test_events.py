"""Server-sent events over real HTTP: nothing missed, nothing repeated, nobody left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub.web.app import inside_of
from hub.web.streams import MOST_STREAMS
from tests.support.programs import LIMIT_S
from tests.support.staff import sign_in
from tests.support.web import ADA, BEARER, BOOK, OTHER_BOOK, TestDoors, serving, until


@dataclass
class Message:
    """One message of a stream."""

    event: str
    id: str
    data: Any


async def messages(answer: httpx.Response) -> AsyncIterator[Message]:
    """Give the messages of a stream as a browser would."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if line and name in ("event", "id", "data"):
            fields[name] = value
        elif not line and "data" in fields:
            yield Message(fields.pop("event", "message"), fields.get("id", ""), json.loads(fields.pop("data")))


@asynccontextmanager
async def following(address: str, path: str = "/api/v1/events", **headers: str) -> AsyncIterator[AsyncIterator[Message]]:
    async with (
        httpx.AsyncClient(base_url=address, timeout=10) as client,
        client.stream("GET", path, headers=BEARER | headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield messages(answer)


async def some(stream: AsyncIterator[Message], number: int) -> list[Message]:
    async with asyncio.timeout(10):
        return [await anext(stream) for _ in range(number)]


async def make(address: str, *titles: str) -> list[str]:
    made = []
    async with httpx.AsyncClient(base_url=address, headers=BEARER, timeout=LIMIT_S) as client:
        for title in titles:
            body = {"title": title, "requester": ADA, "pickup_desk": "main", "partner": "tul"}
            made.append((await client.post("/api/v1/requests", json=body)).json()["request_id"])
    return made


async def test_events_come_as_they_happen_each_a_cloud_event(web: tuple[FastAPI, TestDoors]) -> None:
    async with serving(*web) as address, following(address) as stream:
        [named] = await make(address, "The Overstory")
        [told] = await some(stream, 1)
        assert (told.event, told.id) == ("request.created", "1")
        assert (told.data["specversion"], told.data["source"]) == ("1.0", "holdshelf/main/hub")
        assert (told.data["id"], told.data["type"], told.data["subject"]) == ("1", "request.created", named)
        assert told.data["data"]["title"] == "The Overstory"


async def test_whoever_was_away_goes_on_where_they_were(web: tuple[FastAPI, TestDoors]) -> None:
    async with serving(*web) as address:
        async with following(address) as stream:
            await make(address, "One", "Two")
            last = (await some(stream, 2))[-1].id
        await make(address, "Three", "Four")
        async with following(address, **{"Last-Event-ID": last}) as stream:
            await make(address, "Five")
            assert [told.data["data"]["title"] for told in await some(stream, 3)] == ["Three", "Four", "Five"]


async def test_the_whole_past_can_be_read_from_zero(web: tuple[FastAPI, TestDoors]) -> None:
    async with serving(*web) as address:
        await make(address, *(f"Title {number}" for number in range(130)))
        async with following(address, **{"Last-Event-ID": "0"}) as stream:
            assert [told.id for told in await some(stream, 130)] == [str(number) for number in range(1, 131)]


async def test_a_place_from_before_a_restored_backup_gets_what_is_new(web: tuple[FastAPI, TestDoors]) -> None:
    async with serving(*web) as address, following(address, **{"Last-Event-ID": "9999"}) as stream:
        await make(address, "One")
        assert (await some(stream, 1))[0].id == "1"


@pytest.mark.parametrize("place", ["x", "-1", "1.5", "\u0661", "9" * 30])
async def test_a_place_that_is_none_is_told(web: tuple[FastAPI, TestDoors], place: str) -> None:
    async with serving(*web) as address, httpx.AsyncClient(base_url=address, headers=BEARER, timeout=LIMIT_S) as client:
        answer = await client.get("/api/v1/events", headers=[(b"Last-Event-ID", place.encode("utf-8"))])
        assert answer.status_code == 422


async def test_a_restart_of_the_hub_loses_nobody(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    async with serving(app, doors) as address, following(address) as stream:
        await make(address, "One")
        last = (await some(stream, 1))[-1].id
    inside_of(app).streams.ended = False
    async with serving(app, doors, port=int(address.rsplit(":", 1)[1])) as again:
        await make(again, "Two")
        async with following(again, **{"Last-Event-ID": last}) as stream:
            assert (await some(stream, 1))[0].data["data"]["title"] == "Two"


async def test_a_stopping_hub_ends_its_streams_at_once(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    ended = asyncio.Event()

    async def follow(address: str) -> None:
        async with following(address) as stream:
            async for _ in stream:
                pass
        ended.set()

    async with serving(app, doors) as address:
        task = asyncio.create_task(follow(address))
        await until(lambda: inside_of(app).streams.open == 1)
    async with asyncio.timeout(5):
        await ended.wait()
    await task


async def test_whoever_goes_away_is_forgotten(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    streams = inside_of(app).streams
    async with serving(app, doors) as address:
        async with following(address), following(address), seeing(doors, address):
            assert streams.open == 3
        await until(lambda: streams.open == 0)


async def test_too_many_listeners_are_told_to_come_later(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    inside_of(app).streams.open = MOST_STREAMS
    async with serving(app, doors) as address, httpx.AsyncClient(base_url=address, headers=BEARER, timeout=LIMIT_S) as client:
        answer = await client.get("/api/v1/events")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


@asynccontextmanager
async def seeing(doors: TestDoors, address: str, after: str = "0") -> AsyncIterator[AsyncIterator[Message]]:
    """Follow as the page does."""
    async with following(address, f"/live?after={after}", **sign_in(doors).cookie) as stream:
        yield stream


async def test_the_page_hears_of_a_scan_and_of_the_request_it_moved(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    async with serving(app, doors) as address:
        [named] = await make(address, "The Overstory")
        async with seeing(doors, address, after="1") as stream:
            assert [told.event for told in await some(stream, 2)] == ["hub", "counts"]
            doors.scan("rs-1", named, doors.new_id())
            doors.scan("rs-1", BOOK, doors.new_id())
            told: list[Message] = []
            while not any(one.event == "request" for one in told):
                told += await some(stream, 1)
            seen = [one.data for one in told if one.event == "scan"]
            assert [(one["desk"], one["tone"], one["message"]) for one in seen] == [
                ("Resource sharing", "info", "Receive The Overstory: now scan the item."),
                ("Resource sharing", "route", "Received. Send to Main desk."),
            ]
            assert (told[-1].data["request_id"], told[-1].data["state"]) == (named, "IN_TRANSIT_TO_PICKUP")


async def test_a_page_that_comes_back_gets_what_it_missed(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    async with serving(app, doors) as address:
        first, second = await make(address, "One", "Two")
        async with seeing(doors, address, after="1") as stream:
            told = [await anext(stream) for _ in range(3)]
            assert [(one.event, one.data.get("request_id")) for one in told if one.event == "request"] == [("request", second)]
            assert first != second


async def test_a_connection_that_breaks_among_requests_goes_on_before_them(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    async with serving(app, doors) as address:
        both, who = await make(address, "One", "Two"), sign_in(doors).cookie
        async with following(address, "/live?after=0", **who) as stream:
            told = [await anext(stream) for _ in range(3)]
        assert (told[-1].event, told[-1].id) == ("request", "0")
        async with following(address, "/live", **who, **{"Last-Event-ID": told[-1].id}) as stream:
            told = [await anext(stream) for _ in range(4)]
            assert {one.data["request_id"] for one in told if one.event == "request"} == set(both)
            doors.scan("rs-1", both[0], doors.new_id())
            assert [one.id for one in await some(stream, 1)] == ["2"]


async def test_a_page_far_behind_reads_anew(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    async with serving(app, doors) as address:
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT 'item.sighted', NULL, 0, '{}' FROM n"
        doors.write(lambda connection: connection.execute(f"INSERT INTO event(type, subject, at, data) {many}"))
        async with seeing(doors, address, after="0") as stream:
            assert "reload" in [told.event for told in await some(stream, 3)]


async def test_a_change_of_health_is_told(web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.live.LOOK_S", 0.05)
    app, doors = web
    async with serving(app, doors) as address, seeing(doors, address) as stream:
        await some(stream, 2)
        doors.problems = ("The broker cannot be reached.",)
        told = await some(stream, 1)
        while told[-1].data != {"ready": False, "problems": ["The broker cannot be reached."]}:
            told += await some(stream, 1)


async def test_the_pages_feed_ends_with_its_session(web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.pages.LOOK_S", 0)
    app, doors = web
    async with serving(app, doors) as address, seeing(doors, address, after="1") as stream:
        await some(stream, 2)
        doors.write(lambda connection: connection.execute("DELETE FROM sign_in"))
        doors.scan("rs-1", BOOK, doors.new_id())
        doors.scan("rs-1", OTHER_BOOK, doors.new_id())
        async with asyncio.timeout(10):
            assert len([told async for told in stream]) <= 4
