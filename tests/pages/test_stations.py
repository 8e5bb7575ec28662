"""The page of stations in a real browser: live, without a reload, by keyboard, on every screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from broker.messages import SettingsState
from tests.pages.browser import Browser
from tests.support.staff import sign_in
from tests.support.stations import GONE, HERE, says
from tests.support.web import TestDoors, serving

MARKUP = "<img src=x onerror=\"document.title='broken'\">"
SIZES = pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)], ids=["wide", "desk", "phone"])


def card(name: str, what: str) -> str:
    return f"document.querySelector('[data-station=\"{name}\"] {what}')"


async def test_a_station_that_goes_and_a_scanner_that_is_pulled_are_seen_without_a_reload(
    demo: tuple[FastAPI, TestDoors], browser: Browser
) -> None:
    app, doors = demo
    says(doors, "main-1")
    async with serving(app, doors) as address:
        await browser.open(f"{address}/stations", cookie=sign_in(doors).secret)
        assert await browser.value(card("main-1", "[data-field=state]") + ".textContent") == "online"
        await browser.value("void (window.untouched = true)")
        says(doors, "main-1", scanners=(HERE, GONE.model_copy(update={"detail": MARKUP})), waiting=2, oldest_waiting_at=doors.now())
        await browser.until(card("main-1", ".gone [data-field=word]") + "?.textContent === 'missing'")
        assert await browser.value(card("main-1", ".gone .why") + ".textContent") == MARKUP
        assert await browser.value(card("main-1", "[data-field=waiting]") + ".textContent") == "2"
        await browser.until("document.querySelector('#says').textContent.startsWith('Look at: main-1.')")
        says(doors, "main-1", online=False)
        await browser.until(card("main-1", "[data-field=state]") + ".textContent === 'offline'")
        assert await browser.value(card("main-1", ".identify button") + ".disabled") is True
        assert await browser.value("window.untouched && document.querySelectorAll('main img').length === 0") is True
        assert browser.complaints == []


async def test_a_station_is_called_by_keyboard_and_the_page_says_so(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    says(doors, "main-1")
    async with serving(app, doors) as address:
        await browser.open(f"{address}/stations", cookie=sign_in(doors).secret)
        await browser.value(card("main-1", ".identify button") + ".focus()")
        await browser.press("Enter")
        await browser.until(card("main-1", ".said") + ".textContent === 'main-1 beeps and shows its name now.'")
        assert [call.station for call in doors.calls] == ["main-1"]
        # Whatever changes, the cursor stays where it is.
        says(doors, "main-1", waiting=1)
        await browser.until(card("main-1", "[data-field=waiting]") + ".textContent === '1'")
        assert await browser.value("document.activeElement.closest('.station').dataset.station") == "main-1"
        assert browser.complaints == []


async def test_settings_are_set_and_what_the_station_makes_of_them_is_seen(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path
) -> None:
    app, doors = demo
    says(doors, "main-1")
    async with serving(app, doors) as address:
        await browser.open(f"{address}/station/main-1", cookie=sign_in(doors).secret)
        await browser.value("document.querySelector('#text').focus()")
        await browser.type('language = "de"')
        await browser.press("Tab")
        await browser.press("Enter")
        await browser.until("location.search === '?done=set' && document.querySelector('#report')?.dataset.status === 'waiting'")
        [told] = doors.heard
        await browser.value("document.querySelector('#text').value = 'half a sen'")
        says(doors, "main-1", settings=SettingsState(source="file", refused=told.version, why=f"language: {MARKUP}"))
        await browser.until("document.querySelector('#report').dataset.status === 'refused'")
        assert await browser.value("document.querySelector('#report .why').textContent") == f"language: {MARKUP}"
        await browser.picture(tmp_path / "refused.png")
        says(doors, "main-1", settings=SettingsState(source="hub"), settings_version=told.version)
        await browser.until("document.querySelector('#report').dataset.status === 'in_force'")
        assert await browser.value("document.querySelector('#report .why').hidden") is True
        assert await browser.value("document.querySelector('#text').value") == "half a sen"
        assert browser.complaints == []


@SIZES
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_stations_and_their_settings_fit_the_screen(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int, dark: bool
) -> None:
    app, doors = demo
    says(doors, "main-1", scanners=(HERE, GONE), waiting=3, oldest_waiting_at=doors.now())
    says(doors, "rs-1", version="0.1.9")
    says(doors, "joint-1")
    says(doors, "joint-1", online=False)
    signed = sign_in(doors)
    language = "de" if dark else "en"
    async with serving(app, doors) as address:
        for path in ("/stations", "/station/main-1"):
            await browser.open(f"{address}{path}", width=width, height=height, dark=dark, cookie=signed.secret, language=language)
            assert await browser.value("document.documentElement.scrollWidth") == width
            await browser.picture(tmp_path / f"{path.split('/')[1]}.png")
            bytes_ = "performance.getEntries().reduce((sum, each) => sum + (each.encodedBodySize ?? 0), 0)"
            assert 5_000 < await browser.value(bytes_) < 150_000
        assert browser.complaints == []
