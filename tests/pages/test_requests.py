"""Requests and worklists in a real browser: found as one types, acted on by keyboard, created beside a duplicate, worked off."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from hub.core.barcode import request_id
from tests.pages.browser import Browser
from tests.pages.test_hostile_texts import nothing_ran
from tests.support.hostile_texts import TEXTS, write_everywhere
from tests.support.staff import sign_in
from tests.support.web import ADA, TestDoors, serving

FOUND = "[...document.querySelectorAll('#results bdi.title')].map((each) => each.textContent).join('|')"
FOCUS = "document.activeElement"


def maria(doors: TestDoors) -> str:
    return sign_in(doors, StaffRole.RESOURCE_SHARING, "maria").secret


async def tab_to(browser: Browser, condition: str, most: int = 60) -> None:
    """Press Tab until what has the focus is what is meant."""
    for _ in range(most):
        await browser.press("Tab")
        if await browser.value(f"Boolean({FOCUS}) && {FOCUS}.matches({condition!r})"):
            return
    raise AssertionError(f"nothing that can be reached by keyboard is {condition}")


async def test_a_request_is_found_while_typing_and_acted_on_by_keyboard_alone(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/requests", cookie=maria(doors))
        await browser.until("document.querySelectorAll('#facets a').length > 10")
        # The field has the focus: whoever comes here types at once.
        await browser.type("auster")
        await browser.until(f"{FOUND} === 'Austerlitz'")
        await browser.until("location.search.includes('find=')")
        assert not await browser.value("location.href.includes('auster')")
        assert await browser.value("document.getElementById('csv').getAttribute('href').includes('find=')")
        assert await browser.value(f"{FOCUS}.id") == "q"
        await tab_to(browser, "#results .do a")
        await browser.press("Enter")
        await browser.until("document.getElementById('panel').open && document.activeElement.closest('#panel') !== null")
        await tab_to(browser, "#panel details:nth-of-type(3) > summary")
        assert await browser.value(f"{FOCUS}.textContent") == "Extend the hold"
        await browser.press("Enter")
        await tab_to(browser, "#panel input[name=hold_until]")
        await browser.value(f"void ({FOCUS}.value = '2099-01-05')")
        await tab_to(browser, "#panel form[action$=extend] button")
        await browser.press("Enter")
        said = "document.querySelector('#panel [data-focus]')?.textContent"
        # Its lender's date is nearer: the sentence says so, and the panel stays.
        await browser.until(f"({said} ?? '').includes('cannot be held until')")
        assert await browser.value(f"{FOCUS}.matches('#panel .wrong')")
        await browser.press("Escape")
        await browser.until("!document.getElementById('panel').open")
        # The browser says of an answer of 409 that it is one.
        assert [each for each in browser.complaints if "409" not in each] == []


async def test_who_comes_second_is_told_in_the_panel_what_happened(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    named = request_id(5)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/requests?q={named}", cookie=maria(doors))
        await browser.value("document.querySelector('.do a').click()")
        await browser.until("document.getElementById('panel').open")
        [barcode] = doors.connection.execute("SELECT barcode FROM item WHERE request = 5").fetchone()
        doors.scan("rs-1", barcode, doors.new_id())
        await browser.value("document.querySelector('#panel form[action$=missing] button').click()")
        await browser.until(
            "document.querySelector('#panel .wrong')?.textContent.includes('has changed meanwhile: it is on its way to the pick-up desk')"
        )
        await browser.until(f"{FOCUS}.matches('#panel .wrong')")
        await browser.value("document.querySelector('#panel form[action$=missing] button').click()")
        await browser.until("document.querySelector('#panel .done')?.textContent === 'Noted as missing.'")
        # The list behind it is drawn anew.
        await browser.until(f"document.querySelector('[data-request=\"{named}\"]').dataset.state === 'MISSING'")


async def test_a_new_request_is_written_beside_its_duplicate_by_keyboard(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    async with serving(app, doors) as address:
        await browser.open(f"{address}/requests/new", cookie=maria(doors))
        await browser.type("fischer")
        await browser.until("document.querySelector('#patrons input[name=card]:checked') !== null")
        # Where it is picked up is chosen, never taken for granted; a letter chooses, as in any list.
        await tab_to(browser, "#pickup_desk")
        assert await browser.value("document.activeElement.value") == ""
        await browser.type("M")
        await tab_to(browser, "#title")
        await browser.type("The Peregrine")
        await tab_to(browser, "#partner")
        await browser.type("ocl")
        await browser.press("Enter")
        await browser.until("document.querySelector('.beside') !== null")
        assert await browser.value(f"document.querySelector('.beside').textContent.includes('{request_id(6)}')")
        # Enter in a field looks again; only the button says that both are meant.
        await tab_to(browser, "button[name=confirm]")
        await browser.press("Enter")
        await browser.until("location.pathname.startsWith('/request/ILL-')")
        await browser.until("document.querySelector('.done')?.textContent === 'Created. Print its slip for the parcel.'")
        assert ADA not in await browser.value("document.documentElement.outerHTML")
        assert [each for each in browser.complaints if "409" not in each] == []


@pytest.mark.parametrize(("width", "height", "dark"), [(1366, 768, False), (390, 844, True)], ids=["desk", "phone-dark"])
async def test_a_row_of_a_worklist_says_what_to_do_and_does_it(
    demo: tuple[FastAPI, TestDoors], browser: Browser, width: int, height: int, dark: bool
) -> None:
    app, doors = demo
    named = request_id(9)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/worklists/pull", cookie=maria(doors), width=width, height=height, dark=dark)
        row = f"document.getElementById('chore-{named}-1')"
        assert "Take it off shelf A4 at Main desk" in await browser.value(f"{row}.textContent")
        await tab_to(browser, ".chore-deeds button")
        await browser.press("Enter")
        await browser.until(f"{row}.matches('.over')")
        assert "Take off shelf (cancelled by patron). Send to resource sharing." in await browser.value(f"{row}.textContent")
        # Whoever works by keyboard goes on from the row.
        assert await browser.value(f"{FOCUS} === {row}")
        for path in ("/worklists", "/worklists/receive", "/worklists/exceptions", "/requests", f"/request/{named}", "/requests/new"):
            await browser.open(f"{address}{path}", width=width, height=height, dark=dark)
            assert await browser.value("document.documentElement.scrollWidth") == width, path
        assert browser.complaints == []


async def test_hostile_texts_stay_texts_in_lists_panels_and_forms(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    secret = maria(doors)
    texts = TEXTS[::2]
    named = [write_everywhere(doors, text, number) for number, text in enumerate(texts)]
    async with serving(app, doors) as address:
        await browser.open(f"{address}/requests?cols=request,state,desk,partner,requester,flags", cookie=secret)
        shown = await browser.value("[...document.querySelectorAll('#results bdi.title')].map((each) => each.textContent)")
        assert shown == list(texts[::-1])
        await nothing_ran(browser)
        for place in (0, 9, 24):
            await browser.value(f"document.querySelector('[data-request=\"{named[place]}\"] .do a').click()")
            await browser.until(f"document.querySelector('#panel h2')?.textContent === {json.dumps(texts[place])}")
            await browser.value("document.querySelector('[data-close]').click()")
        await nothing_ran(browser)
        for path in (
            f"/request/{named[0]}",
            f"/requests/slips?id={named[0]}&id={named[6]}",
            "/worklists/shelf",
            "/worklists/transit",
            "/requests?q=%3Cscript%3E&desk=%22%3E%3Cb%3E",
        ):
            await browser.open(f"{address}{path}")
            await nothing_ran(browser)
