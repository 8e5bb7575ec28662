"""Letters with sample data: shown as in a mail program, and sent to oneself."""

from __future__ import annotations

import mailbox
from itertools import product
from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.core.notices import NoticeType
from hub.senders.ready import JOINED
from tests.pages.browser import Browser
from tests.support.staff import sign_in
from tests.support.web import TestDoors, serving

SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)], ids=["desk", "phone"])


@SIZES
async def test_an_admin_looks_at_a_letter_and_sends_it_to_themselves(
    web: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int
) -> None:  # fmt: skip
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/letters?several=1", width=width, height=height, cookie=signed.secret)
        assert await browser.value("document.documentElement.scrollWidth") == width
        await browser.until("document.querySelector('h2').textContent === 'Ready to pick up: 3 titles'")
        await browser.picture(tmp_path / "letters.png")
        await browser.value("document.querySelector('#to').focus()")
        await browser.type("maria@library.example")
        await browser.press("Enter")
        await browser.until("document.querySelector('.done') !== null")
        assert "maria" not in await browser.value("location.href")
        assert browser.complaints == []
    [letter] = mailbox.Maildir(tmp_path / "mail")
    assert (letter["To"], letter["Subject"]) == ("maria@library.example", "Ready to pick up: 3 titles")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_letter_fits_a_phone(web: tuple[FastAPI, TestDoors], browser: Browser, language: str) -> None:
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address:
        for kind, several in product(NoticeType, (0, 1)):
            there = f"{address}/letters/as-html?kind={kind}&language={language}&several={several}"
            await browser.open(there, width=390, height=844, cookie=signed.secret)
            assert await browser.value("document.documentElement.scrollWidth") == 390, kind
            books = await browser.value("document.querySelectorAll('table table table div:first-child').length")
            assert books == (3 if several and kind in JOINED else 1), kind
        assert browser.complaints == []
