"""Accounts in a real browser, by keyboard alone: the first link, an account more, signing out and in; at a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.flows.keep_accounts import make_first_link
from hub.secret import id_of
from tests.pages.browser import Browser
from tests.support.staff import PASSWORD, sign_in, sign_in_desk
from tests.support.web import TestDoors, serving

SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)], ids=["desk", "phone"])
LINK = "the-link-of-this-test"


@SIZES
async def test_from_the_first_link_to_a_second_account(
    web: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int
) -> None:  # fmt: skip
    app, doors = web
    now = doors.now()
    doors.write(lambda connection: make_first_link(connection, id_of(LINK), now, now + timedelta(hours=1)))
    async with serving(app, doors) as address:
        await browser.open(f"{address}/first?link={LINK}", width=width, height=height)
        await browser.picture(tmp_path / "first.png")
        # The cursor stands in the first field.
        for text in ("chief", PASSWORD, PASSWORD):
            await browser.type(text)
            await browser.press("Tab")
        await browser.press("Enter")
        await browser.until("location.pathname === '/' && document.querySelector('.who') !== null")
        await browser.open(f"{address}/users", width=width, height=height)
        assert await browser.value("document.documentElement.scrollWidth") == width
        await browser.value("document.querySelector('#name').focus()")
        await browser.type("maria")
        await browser.press("Tab")
        await browser.press("Tab")
        await browser.type(PASSWORD)
        await browser.press("Enter")
        await browser.until("location.search === '?done=added' && document.querySelectorAll('.person').length === 2")
        await browser.picture(tmp_path / "accounts.png")
        await browser.value("document.querySelector('form[action=\"/sign-out\"] button').focus()")
        await browser.press("Enter")
        await browser.until("location.pathname === '/enter' && document.activeElement.id === 'name'")
        await browser.picture(tmp_path / "enter.png")
        await browser.type("maria")
        await browser.press("Tab")
        await browser.type(PASSWORD)
        await browser.press("Enter")
        await browser.until("document.querySelector('.who') !== null")
        assert browser.complaints == []


@SIZES
@pytest.mark.parametrize("path", ["/users", "/password"])
async def test_pages_of_accounts_fit_the_screen_in_german_and_by_night(
    web: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int, path: str
) -> None:
    app, doors = web
    sign_in_desk(doors, "main")
    signed = sign_in(doors, name="a-rather-long-name-of-somebody-indeed-40")
    async with serving(app, doors) as address:
        await browser.open(f"{address}{path}", width=width, height=height, dark=True, cookie=signed.secret, language="de")
        assert await browser.value("document.documentElement.lang") == "de"
        await browser.value("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert await browser.value("document.documentElement.scrollWidth") == width
        await browser.picture(tmp_path / "page.png")
        assert browser.complaints == []


async def test_the_first_stop_of_the_keyboard_skips_to_the_content(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/users", cookie=signed.secret)
        await browser.press("Tab")
        assert await browser.value("document.activeElement.className") == "skip"
        await browser.press("Enter")
        assert await browser.value("document.activeElement.id") == "content"


async def test_a_link_on_another_sites_page_leads_in_whoever_is_signed_in(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/password", cookie=signed.secret)
        await browser.open(f'data:text/html,<a href="{address}/users">accounts</a>')
        await browser.value("document.querySelector('a').click()")
        await browser.until("location.pathname === '/users' && document.querySelector('.person') !== null")
