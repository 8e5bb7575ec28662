"""The browser that tests share: what one of them leaves in it no other one finds."""

from __future__ import annotations

from fastapi import FastAPI

from tests.pages.browser import Chromium
from tests.support.web import TestDoors, serving

LEFT = "[document.cookie, localStorage.getItem('left'), sessionStorage.getItem('left')].join()"


async def test_what_one_test_leaves_no_other_one_finds(web: tuple[FastAPI, TestDoors], chromium: Chromium) -> None:
    app, doors = web
    async with serving(app, doors) as address:
        async with chromium.tab() as first:
            await first.open(f"{address}/enter", cookie="somebody")
            await first.value("document.cookie = 'left=1'; localStorage.setItem('left', '2'); sessionStorage.setItem('left', '3')")
            assert await first.value(LEFT) == "left=1,2,3"
            assert len((await first.do("Network.getCookies", urls=[address]))["cookies"]) > 1
        async with chromium.tab() as second:
            await second.open(f"{address}/enter")
            assert await second.value(LEFT) == ",,"
            assert "somebody" not in str(await second.do("Network.getCookies", urls=[address]))
