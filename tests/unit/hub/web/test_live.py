"""The page's live feed when a page is slow, or reading fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.web import live
from hub.web.app import inside_of
from hub.web.live import Live
from tests.support.web import BOOK, TestDoors, a_web, until


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[FastAPI, TestDoors]]:
    with a_web(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PACE_S", 0.001)


async def rest(stream: AsyncGenerator[bytes]) -> bytes:
    async with asyncio.timeout(10):
        return b"".join([chunk async for chunk in stream])


async def test_a_page_that_does_not_keep_up_is_sent_away_and_the_others_are_not(
    web: tuple[FastAPI, TestDoors], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, doors = web
    monkeypatch.setattr(live, "MOST_WAITING", 3)
    feed = inside_of(app).live
    async with aclosing(feed.follow(0, "en")) as slow, aclosing(feed.follow(0, "en")) as quick:
        await anext(slow)
        await anext(quick)
        for number in range(8):
            doors.scan("main-1", f"X{number}", doors.new_id())
            told = b""
            while f"X{number}".encode() not in told:
                async with asyncio.timeout(10):
                    told = await anext(quick)
        assert await rest(slow) == b""
        doors.scan("main-1", "LAST", doors.new_id())
        assert b"LAST" in await anext(quick)


async def test_when_reading_fails_the_pages_come_back_later(web: tuple[FastAPI, TestDoors], caplog: pytest.LogCaptureFixture) -> None:
    app, doors = web
    inside = inside_of(app)
    fails = asyncio.Event()

    async def read(what: object) -> object:
        if fails.is_set():
            raise OSError("disk gone")
        return await inside.read(what)  # type: ignore[arg-type]

    feed = Live(doors, inside.streams, read)  # type: ignore[arg-type]
    async with aclosing(feed.follow(0, "en")) as page:
        await anext(page)
        fails.set()
        doors.scan("main-1", BOOK, doors.new_id())
        await rest(page)
    assert "live pages sent away" in caplog.text
    caplog.clear()
    fails.clear()
    async with aclosing(feed.follow(0, "en")) as page:
        assert BOOK.encode() in await anext(page)


async def test_nobody_looking_means_nobody_reading(web: tuple[FastAPI, TestDoors]) -> None:
    app, _ = web
    feed = inside_of(app).live

    def tellers() -> list[asyncio.Task[object]]:
        return [task for task in asyncio.all_tasks() if task.get_name() == "live pages"]

    async with aclosing(feed.follow(0, "en")) as one, aclosing(feed.follow(0, "en")) as two:
        await anext(one)
        await anext(two)
        assert len(tellers()) == 1
    await until(lambda: not tellers())
    async with aclosing(feed.follow(0, "en")) as again:
        await anext(again)
        assert len(tellers()) == 1


async def test_a_burst_is_told_in_handfuls_and_in_full(web: tuple[FastAPI, TestDoors], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    app, doors = web
    async with aclosing(inside_of(app).live.follow(0, "en")) as page:
        await anext(page)
        for number in range(20):
            doors.scan("main-1", f"B{number:02d}", doors.new_id())
        told = b""
        async with asyncio.timeout(10):
            while b"B19" not in told:
                told += await anext(page)
        assert [number for number in range(20) if f"B{number:02d}".encode() not in told] == []
    assert caplog.text == ""
