"""The desk's page in a real browser: scanned and typed, seen from afar, by keyboard alone, with the hub away, on paper."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from hub.flows.keep_books import put_station
from hub.flows.manage_requests import NewRequest, create_request
from hub.web.app import end_streams, inside_of
from tests.pages.browser import Browser
from tests.support.staff import Signed, sign_in, sign_in_desk
from tests.support.web import ADA, TestDoors, listening, serving

MARKUP = "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>"
BOOK = "30000000900005"
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)], ids=["desk", "phone"])
FIRST_LOAD_BYTES = 150_000
FIRST_ROW = "document.querySelector('#rows li')"
CLOCK = "window.later = 0; performance.now = ((was) => () => was.call(performance) + window.later)(performance.now)"


async def much_later(browser: Browser, expression: str) -> None:
    """Let minutes pass by the page's clock until an expression is true; of what is heard meanwhile it is later again."""
    await browser.value(CLOCK)
    await browser.until(f"(window.later += 60_000) && ({expression})")


async def at_desk(browser: Browser, address: str, who: Signed, desk: str = "main", **more: Any) -> None:
    await browser.open(f"{address}/desk/{desk}", cookie=who.secret, **more)
    await browser.until("document.getElementById('desk').dataset.live === 'yes'")


async def scan(browser: Browser, barcode: str) -> None:
    """Read a barcode with a scanner that types, without a click before."""
    before = await browser.value("big.innerText")
    await browser.type(barcode)
    await browser.press("Enter")
    await browser.until(f"big.innerText !== {json.dumps(before)}")


def big(field: str) -> str:
    return f"document.querySelector('#big [data-field={field}]').textContent"


def book_in(doors: TestDoors, state: str) -> str:
    return str(doors.connection.execute("SELECT barcode FROM item WHERE state = ? AND closed_at IS NULL", (state,)).fetchone()[0])


def on_its_way(doors: TestDoors, title: str) -> str:
    new = NewRequest(title=title, requester=ADA, pickup_desk="main", partner="tul")
    named = doors.write(lambda connection: create_request(connection, doors.rules, new, confirm=True, actor="test", now=doors.now()))
    doors.scan("rs-1", named, doors.new_id())
    doors.scan("rs-1", BOOK, doors.new_id())
    return str(named)


def long_slip(doors: TestDoors) -> str:
    title = "Braiding Sweetgrass: Indigenous Wisdom, Scientific Knowledge and the Teachings of Plants"
    new = NewRequest(title=title, requester=ADA, pickup_desk="joint", partner="tul")
    return str(doors.write(lambda connection: create_request(connection, doors.rules, new, confirm=True, actor="test", now=doors.now())))


async def test_a_scanners_scan_and_a_typed_one_are_read_from_afar(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    named = on_its_way(doors, MARKUP)
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await browser.value("void (window.untouched = true)")
        doors.scan("main-1", BOOK, doors.new_id())
        await browser.until(f"{big('lead')} === 'Hold shelf'")
        assert await browser.value(big("head")) == "A1"
        assert await browser.value("big.className.includes('tone-ok') && big.querySelector('b').textContent") == "OK"
        assert await browser.value("parseFloat(getComputedStyle(big.querySelector('.head')).fontSize)") >= 100
        assert await browser.value(big("title")) == MARKUP
        assert await browser.value(f"{FIRST_ROW}.querySelector('.title').textContent") == MARKUP
        assert await browser.value("document.querySelectorAll('#desk img').length") == 0
        assert await browser.value(f"{FIRST_ROW}.querySelector('.now').textContent") == "now on the hold shelf A1"
        await scan(browser, "99999999999999")
        assert await browser.value(big("tone_words")) == "NO"
        assert await browser.value("document.activeElement.id + barcode.value") == "barcode"
        assert await browser.value(f"document.querySelector('[data-request=\"{named}\"]') !== {FIRST_ROW}")
        assert await browser.value("window.untouched") is True
        assert browser.complaints == []


async def test_undo_takes_the_step_back_and_the_rows_follow(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    named = on_its_way(doors, "The Overstory")
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await scan(browser, BOOK)
        assert await browser.value(big("head")) == "A1"
        await browser.value("document.querySelector('[data-send=\"%HS-UNDO\"]').focus()")
        await browser.press("Enter")
        row = f"document.querySelector('[data-request=\"{named}\"]:last-child .now')"
        await browser.until(f"{row}.textContent === 'now on its way to the pick-up desk'")


async def test_a_key_goes_to_the_barcode_unless_somebody_writes_elsewhere(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    doors.write(lambda connection: put_station(connection, "main-2", "main"))
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await browser.value("document.activeElement.blur()")
        await browser.type("3")
        assert await browser.value("document.activeElement.id + barcode.value") == "barcode3"
        await browser.value("barcode.value = ''; document.getElementById('sound').focus()")
        await browser.type("30")
        assert await browser.value("document.activeElement.id + barcode.value") == "barcode30"
        await browser.value("barcode.value = ''; document.getElementById('station').focus()")
        await browser.type("30")
        assert await browser.value("document.activeElement.id + barcode.value") == "station"


async def test_a_patron_is_seen_as_long_as_their_session_lasts(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in_desk(doors, "main"))
        await scan(browser, ADA)
        assert "Heron" in await browser.value("big.innerText")
        assert "Heron" in await browser.value("document.getElementById('waits').innerText")
        assert "s left" in await browser.value("document.querySelector('#waits .left').textContent")
        assert await browser.value("document.getElementById('clear').textContent") == "End session"
        # The session runs out.
        await much_later(browser, "!document.getElementById('desk').innerText.includes('Heron')")
        assert ADA not in await browser.value("document.documentElement.outerHTML")
        # So it does on a page that was opened in the middle of one.
        await at_desk(browser, address, sign_in_desk(doors, "main"))
        assert "Heron" in await browser.value("big.innerText")
        await much_later(browser, "!document.getElementById('desk').innerText.includes('Heron')")


async def test_what_was_scanned_long_ago_is_no_longer_in_anybodys_hand(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await browser.value("big.dataset.lasts = 50")
        await browser.type("99999999999999")
        await browser.press("Enter")
        await browser.until("document.querySelectorAll('#rows li').length === 1 && big.className === 'quiet'")
        assert await browser.value("big.innerText") == "Ready"


async def test_a_slip_that_waits_for_its_book_says_so(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    slip, title = doors.connection.execute("SELECT request_id, title FROM request WHERE state = 'REQUESTED'").fetchone()
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors), "rs")
        await scan(browser, slip)
        await browser.until(
            f"document.querySelector('#waits .wait-slip bdi').textContent === {json.dumps(f'Waiting for the book: {title}')}"
        )
        await scan(browser, BOOK)
        await browser.until(f"{big('lead')} === 'Send to'")
        await browser.until("document.querySelectorAll('#waits li').length === 0")


async def test_a_station_that_is_away_and_what_waits_there_is_said(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    state = {"at": doors.now().isoformat(), "waiting": 3, "oldest_waiting_at": doors.now().isoformat(), "scanners": []}
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        told = (json.dumps(state), "main-1")
        doors.write(lambda connection: connection.execute("UPDATE station SET online = false, state = ? WHERE name = ?", told))
        await browser.until("document.getElementById('troubles').innerText.includes('Station main-1 is offline since')")
        assert "3 scans wait at the station" in await browser.value("document.getElementById('troubles').innerText")
        await scan(browser, "99999999999999")


async def test_what_is_typed_while_the_hub_is_away_is_sent_in_its_turn(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    on_its_way(doors, "The Overstory")
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
    await browser.until("!document.getElementById('lost').hidden")
    for barcode in ("99999999999999", BOOK):
        await browser.type(barcode)
        await browser.press("Enter")
    await browser.until("document.getElementById('unsent').textContent.startsWith('2 typed scans wait here')")
    inside_of(app).streams.ended = False
    async with serving(app, doors, port=int(address.rsplit(":", 1)[1])):
        await browser.until(f"{big('head')} === 'A1'")
        await browser.until("document.getElementById('unsent').hidden && document.getElementById('lost').hidden")
        assert await browser.value("document.querySelectorAll('#rows li').length") == 2


async def test_a_network_that_is_gone_without_a_word_is_said(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    on_its_way(doors, "The Overstory")
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await browser.do("Network.enable")
        # What is open stays open, as when a cable is pulled: only the next request fails.
        await browser.do("Network.emulateNetworkConditions", offline=True, **network)
        await browser.type(BOOK)
        await browser.press("Enter")
        await browser.until("!document.getElementById('lost').hidden")
        assert (await browser.value("document.getElementById('unsent').textContent")).startswith("What was typed waits here")
        await browser.do("Network.emulateNetworkConditions", offline=False, **network)
        await browser.until(f"{big('head')} === 'A1' && document.getElementById('lost').hidden")
        # Nor does a browser notice that the feed brings nothing any more.
        await browser.value("new MutationObserver(() => { window.said = true; }).observe(lost, { attributes: true })")
        await much_later(browser, "window.said")
        await browser.until("document.getElementById('lost').hidden")
        assert await browser.value("document.querySelectorAll('#rows li').length") == 1


async def test_an_answer_that_breaks_off_is_asked_for_again(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    on_its_way(doors, "The Overstory")
    broken: list[bytes] = []

    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        async def half(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not broken:
                broken.append(message["body"])
                await send({**message, "body": message["body"][:20], "more_body": True})

        await app(scope, receive, half if scope["path"] == "/desk/main/scan" and not broken else send)

    async with listening(breaks_off) as address:
        await at_desk(browser, address, sign_in(doors))
        await browser.type(BOOK)
        await browser.press("Enter")
        await browser.type("99999999999999")
        await browser.press("Enter")
        await browser.until(f"{big('tone_words')} === 'NO' && document.getElementById('unsent').hidden")
        assert await browser.value("document.querySelectorAll('#rows li').length") == 2
        end_streams(app)
        doors.feed.ring()
    assert len(broken) == 1
    told = doors.connection.execute("SELECT rule FROM scan ORDER BY key DESC LIMIT 2").fetchall()
    assert [row[0] for row in told] == ["U3", "T1"]


async def test_a_slip_prints_by_itself_alone_on_the_paper(demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path) -> None:
    app, doors = demo
    on_its_way(doors, "The Overstory")
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await scan(browser, BOOK)
        await browser.value("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
        await browser.value(f"{FIRST_ROW}.querySelector('.print').focus()")
        await browser.press("Enter")
        assert await browser.value("window.printed") == 1
        await browser.do("Emulation.setEmulatedMedia", media="print")
        lines = (await browser.value("document.body.innerText")).split("\n")
        assert [line for line in lines if line] == ["Hold shelf A1", lines[2], "The Overstory", BOOK]
        await browser.do("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=2, mobile=False)
        await browser.picture(tmp_path / "slip.png")
    if shutil.which("zbarimg"):
        read = await asyncio.create_subprocess_exec("zbarimg", "-q", "--nodbus", "--raw", tmp_path / "slip.png", stdout=subprocess.PIPE)
        assert (await read.communicate())[0].decode().strip() == BOOK


COUNT_SOUNDS = """
window.sounds = 0;
window.AudioContext = class extends window.AudioContext { constructor() { super(); window.sounds += 1; } };
"""


async def test_sound_is_switched_off_and_stays_off(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    who = sign_in(doors)
    async with serving(app, doors) as address:
        await at_desk(browser, address, who)
        await browser.value(COUNT_SOUNDS)
        await browser.type("9")
        await browser.press("Enter")
        await browser.until("window.sounds > 0")
        await browser.value("document.getElementById('sound').click()")
        assert await browser.value("document.getElementById('sound').textContent") == "Sound is off"
        # A page asks before it is left with something unsent.
        await browser.until("document.getElementById('unsent').hidden")
        await at_desk(browser, address, who)
        await browser.value(COUNT_SOUNDS)
        assert await browser.value("document.getElementById('sound').getAttribute('aria-pressed')") == "false"
        await browser.type("9")
        assert await browser.value("window.sounds") == 0


@SIZES
@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_page_fits_the_screen_and_loads_little_and_only_from_here(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int, language: str
) -> None:
    app, doors = demo
    on_its_way(doors, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft")
    doors.scan("main-1", BOOK, doors.new_id())
    doors.scan("main-1", book_in(doors, "CHECKED_OUT"), doors.new_id())
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors), width=width, height=height, dark=language == "de", language=language)
        assert await browser.value("document.documentElement.scrollWidth") == width
        # A sentence with a long title in it is smaller, and all of it is seen.
        await scan(browser, long_slip(doors))
        assert await browser.value("big.getBoundingClientRect().top >= 0 && big.getBoundingClientRect().bottom <= innerHeight") is True
        loaded = "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
        assert await browser.value(f"{loaded}.reduce((sum, each) => sum + each.decodedBodySize, 0)") < FIRST_LOAD_BYTES
        assert await browser.value(f"{loaded}.every((each) => each.name.startsWith(location.origin))") is True
        await browser.picture(tmp_path / "page.png")
        assert browser.complaints == []


async def test_a_desks_own_device_shows_the_desk_and_nothing_else(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await at_desk(browser, address, sign_in(doors))
        await browser.value("document.querySelector('.stay').open = true; document.querySelector('.stay button').focus()")
        await browser.press("Enter")
        await browser.until("document.querySelector('.who')?.innerText.includes('signed in as a desk')")
        assert await browser.value("location.pathname") == "/desk/main"
        assert await browser.value("document.querySelectorAll('.places a, .stay').length") == 0
        await scan(browser, "99999999999999")
        assert await browser.value(big("tone_words")) == "NO"
