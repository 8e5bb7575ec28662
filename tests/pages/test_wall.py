"""A desk's wall in a real browser: an arrival without a reload, the hub's clock, and a reload of itself after an update."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.pages.browser import Browser
from tests.pages.test_stations import SIZES
from tests.support.staff import sign_in_desk
from tests.support.stations import GONE, HERE, says
from tests.support.web import TestDoors, serving


async def test_an_arrival_is_seen_and_trouble_comes_and_goes_without_a_reload(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    doors.write(lambda connection: connection.execute("UPDATE exception SET cleared_at = opened_at"))
    (barcode, title) = doors.connection.execute(
        "SELECT i.barcode, r.title FROM item i JOIN request r ON r.key = i.request "
        "WHERE i.state = 'IN_TRANSIT_TO_PICKUP' AND i.closed_at IS NULL"
    ).fetchone()
    doors.write(lambda connection: connection.execute("UPDATE request SET changed_at = ?", (int(doors.now().timestamp() * 1000),)))
    async with serving(app, doors) as address:
        await browser.open(f"{address}/wall/main", cookie=sign_in_desk(doors, "main").secret)
        assert await browser.value("document.querySelector('#look').className") == "well"
        await browser.value("void (window.untouched = true)")
        doors.scan("main-1", barcode, doors.new_id())
        await browser.until(f"document.querySelector('#arrivals .title').textContent === {title!r}")
        says(doors, "main-1", scanners=(GONE,))
        await browser.until("document.querySelector('#verdict').textContent === 'Please look'")
        says(doors, "main-1", scanners=(HERE,))
        await browser.until("document.querySelector('#verdict').textContent === 'All is well.'")
        assert await browser.value("window.untouched") is True
        assert browser.complaints == []


async def test_the_clock_is_the_hubs_and_not_the_screens(
    demo: tuple[FastAPI, TestDoors], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, doors = demo
    real = doors.now
    # A screen whose clock is seven hours off.
    ahead = timedelta(hours=7)
    secret = sign_in_desk(doors, "main").secret
    monkeypatch.setattr(doors, "now", lambda: real() + ahead)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/wall/main", cookie=secret, language="de")
        wanted = {f"{doors.now() + timedelta(minutes=late):%H:%M}" for late in (0, 1)}
        await browser.until(f"{sorted(wanted)!r}.includes(document.querySelector('#clock').textContent)")


async def test_after_an_update_of_the_hub_the_wall_loads_itself_anew(
    demo: tuple[FastAPI, TestDoors], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.web.pictures.CLOCK_S", 0.1)
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/wall/main", cookie=sign_in_desk(doors, "main").secret)
        await browser.value("void (window.untouched = true)")
        for where in ("hub.web.pictures.edition", "hub.web.wall.edition"):
            monkeypatch.setattr(where, lambda: "another")
        await browser.until("!window.untouched && document.querySelector('main')?.dataset.edition === 'another'")
        await browser.value("void (window.untouched = true)")
        says(doors, "main-1")
        await browser.until("document.querySelector('#lost').hidden")
        assert await browser.value("window.untouched") is True


@SIZES
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_wall_fits_the_screen(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int, dark: bool
) -> None:
    app, doors = demo
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
    doors.write(lambda connection: connection.execute("UPDATE request SET title = ? WHERE key = 5", (long,)))
    says(doors, "main-1", online=not dark)
    says(doors, "main-1", online=not dark)
    signed = sign_in_desk(doors, "main")
    async with serving(app, doors) as address:
        await browser.open(
            f"{address}/wall/main", width=width, height=height, dark=dark, cookie=signed.secret, language="de" if dark else "en"
        )
        assert await browser.value("document.documentElement.scrollWidth") == width
        if width >= 1366:
            assert await browser.value("document.documentElement.scrollHeight") <= height
        await browser.picture(tmp_path / "wall.png")
        bytes_ = "performance.getEntries().reduce((sum, each) => sum + (each.encodedBodySize ?? 0), 0)"
        assert 5_000 < await browser.value(bytes_) < 150_000
        assert browser.complaints == []
