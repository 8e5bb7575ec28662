"""The first page in a real browser: what happens at a desk is seen without a reload, and markup stays text."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.core.barcode import request_id
from hub.flows.manage_requests import NewRequest, create_request
from hub.web.app import inside_of
from hub.web.streams import MOST_STREAMS
from tests.pages.browser import Browser
from tests.support.staff import sign_in
from tests.support.web import ADA, TestDoors, serving

MARKUP = "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>"
BOOK = "30000000900005"
ANSWERED = "document.getElementById('hub').className === 'hub good'"


def ask_for(doors: TestDoors, title: str) -> str:
    new = NewRequest(title=title, requester=ADA, pickup_desk="main", partner="tul")
    return doors.write(lambda connection: create_request(connection, doors.rules, new, confirm=True, actor="test", now=doors.now()))


def row(named: str, field: str) -> str:
    return f"document.querySelector('[data-request=\"{named}\"] [data-field={field}]')?.textContent"


async def test_a_scan_and_its_request_are_seen_without_a_reload(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/", cookie=sign_in(doors).secret)
        await browser.until(ANSWERED)
        assert await browser.value("location.pathname + location.search") == "/"
        await browser.value("void (window.untouched = true)")
        named = ask_for(doors, MARKUP)
        await browser.until(f"{row(named, 'state_words')} === 'not received yet'")
        assert await browser.value("document.querySelector('#rows tr').dataset.request") == named
        doors.scan("rs-1", named, doors.new_id())
        doors.scan("rs-1", BOOK, doors.new_id())
        await browser.until(f"{row(named, 'state_words')} === 'on its way to the pick-up desk'")
        first = "document.querySelector('#scans li')"
        await browser.until(f"{first}.querySelector('[data-field=message]').textContent === 'Received. Send to Main desk.'")
        assert await browser.value(f"{first}.className.includes('tone-route') && {first}.querySelector('b').textContent") == "ROUTE"
        assert await browser.value(row(named, "title")) == MARKUP
        assert await browser.value(f"{first}.querySelector('.title').textContent") == MARKUP
        assert await browser.value("document.querySelectorAll('#page img, #page .title > *').length") == 0
        assert await browser.value("window.untouched") is True
        assert browser.complaints == []


async def test_a_request_that_is_closed_leaves_the_page_and_the_counts(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/", cookie=sign_in(doors).secret)
        await browser.until(ANSWERED)
        returning = request_id(8)
        assert await browser.value(row(returning, "state_words")) == "on its way back to resource sharing"
        before = int(await browser.value("document.querySelector('[data-count=active]').textContent"))
        barcode = doors.connection.execute("SELECT barcode FROM item WHERE request = 8").fetchone()[0]
        doors.scan("rs-1", barcode, doors.new_id())
        await browser.until(f"!document.querySelector('[data-request=\"{returning}\"]')")
        await browser.until(f"document.querySelector('[data-count=active]').textContent === '{before - 1}'")


async def test_a_hub_that_is_away_is_told_and_comes_back_by_itself(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/", cookie=sign_in(doors).secret)
        await browser.until(ANSWERED)
    await browser.until("document.getElementById('notice').textContent.includes('Trying again')")
    named = ask_for(doors, "While nobody looked")
    inside_of(app).streams.ended = False
    async with serving(app, doors, port=int(address.rsplit(":", 1)[1])):
        await browser.until(ANSWERED)
        await browser.until(f"{row(named, 'title')} === 'While nobody looked'")
        assert await browser.value("document.getElementById('notice').hidden") is True


async def test_a_hub_that_cannot_answer_says_why(
    demo: tuple[FastAPI, TestDoors], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.web.live.LOOK_S", 0.05)
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/", cookie=sign_in(doors).secret)
        await browser.until(ANSWERED)
        doors.problems = ("The broker at 127.0.0.1:1883 cannot be reached.",)
        await browser.until("document.getElementById('notice').textContent.includes('cannot be reached')")
        assert await browser.value("document.getElementById('hub').innerText") == "Scans are not answered now"


async def test_a_page_that_was_refused_tries_again(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        inside_of(app).streams.open = MOST_STREAMS
        await browser.open(f"{address}/", cookie=sign_in(doors).secret)
        await browser.until("document.getElementById('hub').innerText === 'Connection lost'")
        inside_of(app).streams.open = 0
        await browser.until(ANSWERED)


async def test_a_session_that_ended_leads_to_the_door(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        inside_of(app).streams.open = MOST_STREAMS
        await browser.open(f"{address}/", cookie=sign_in(doors).secret)
        await browser.until("document.getElementById('hub').innerText === 'Connection lost'")
        doors.write(lambda connection: connection.execute("DELETE FROM sign_in"))
        await browser.until("location.pathname === '/enter' && document.getElementById('password') !== null")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everything_fits_the_screen(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int, dark: bool
) -> None:
    app, doors = demo
    ask_for(doors, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/", cookie=sign_in(doors).secret, width=width, height=height, dark=dark)
        await browser.until(ANSWERED)
        assert await browser.value("document.documentElement.scrollWidth") == width
        await browser.picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 10_000
        assert await browser.value("getComputedStyle(document.body).backgroundColor") == (
            "rgb(18, 24, 22)" if dark else "rgb(245, 246, 244)"
        )
        assert browser.complaints == []
