"""Waiting for news without missing any."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.web.streams import Bell, message, opening
from tests.support.web import TestDoors


@pytest.fixture
def doors(tmp_path: Path) -> TestDoors:
    return TestDoors(tmp_path)


async def test_news_between_two_calls_is_told_by_the_second(doors: TestDoors) -> None:
    async with Bell(doors) as bell:
        doors.feed.ring()
        assert await bell.rung(1)
        doors.feed.ring()
        await asyncio.sleep(0)
        doors.feed.ring()
        assert await bell.rung(1)


async def test_news_at_the_very_moment_of_listening_is_not_missed(doors: TestDoors) -> None:
    loop = asyncio.get_running_loop()
    for turns in range(6):
        async with Bell(doors) as bell:
            for _ in range(3):
                committed = asyncio.Event()

                def commit(left: int, committed: asyncio.Event = committed) -> None:
                    if left:
                        loop.call_soon(commit, left - 1)
                        return
                    doors.feed.ring()
                    committed.set()

                commit(turns)
                assert await bell.rung(1)
                await committed.wait()


async def test_silence_is_told_after_its_time(doors: TestDoors) -> None:
    async with Bell(doors) as bell:
        assert not await bell.rung(0.01)
        doors.feed.ring()
        assert await bell.rung(1)


def test_a_message_is_one_block_of_lines() -> None:
    assert message('{"a":"\u00fc"}', event="scan", id=7) == 'event: scan\nid: 7\ndata: {"a":"ü"}\n\n'.encode()
    assert message("{}") == b"data: {}\n\n"
    assert opening(3) == b"retry: 2000\nid: 3\n\n"
