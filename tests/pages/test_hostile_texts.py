"""Texts that nobody should write, in every field that a page of ours shows: they stay texts, and nothing runs."""

from __future__ import annotations

import json

from fastapi import FastAPI

from hub.core.desk import Desk
from hub.demo import item_barcode
from hub.flows.keep_books import add_patron, put_desk, rename_partner
from hub.flows.manage_requests import NewRequest, create_request
from hub.store.sql import Connection
from tests.pages.browser import Browser
from tests.support.staff import sign_in
from tests.support.web import TestDoors, serving

RUN = "window.ran=1"
TEXTS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg/onload={RUN}>",
    f"\"><script>{RUN}</script>",
    f"'><img src=x onerror='{RUN}'>",
    f"</template><script>{RUN}</script>",
    f"</title></textarea></style><script>{RUN}</script>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<a href=javascript:{RUN}>x</a>",
    f"\" autofocus onfocus=\"{RUN}",
    f"\\\"}}];{RUN};//",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    "{{ 7 * 7 }}{% raw %}",
    "${window.ran=1}`",
    "<!--",
    "]]>",
    "=1+1|cmd",
    "a\u202egnp.exe\u2066b",
    "\u200f\u05d0\u05d1 12",
    "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "\U0001f4da" * 20,
    "W" * 500,
    "<b>" * 100,
]  # fmt: skip


def card_of(number: int) -> str:
    return f"299{number:011d}"


def write_everywhere(doors: TestDoors, text: str, number: int) -> str:
    """Write a text into every field there is, and bring such a book to the shelf; gives its request."""

    def write(connection: Connection) -> str:
        card = card_of(number)
        add_patron(connection, card=card, alias=text[:100], name=text, email=None)
        put_desk(connection, Desk("main", text[:200], resource_sharing=False, pickup=True))
        rename_partner(connection, "tul", text)
        new = NewRequest(
            title=text, author=text, requester=card, pickup_desk="main", partner="tul", internal_note=text, pieces=2, volumes=(text, "II")
        )  # fmt: skip
        return create_request(connection, doors.rules, new, confirm=True, actor="test", now=doors.now())

    named = doors.write(write)
    doors.scan("rs-1", named, doors.new_id())
    doors.scan("rs-1", item_barcode(500 + number), doors.new_id())
    doors.scan("main-1", item_barcode(500 + number), doors.new_id())
    return str(named)


async def nothing_ran(browser: Browser) -> None:
    assert await browser.value("window.ran") is None
    foreign = "[...document.querySelectorAll('main *')].filter((each) => /^(script|img|iframe|style|a|math)$/i.test(each.tagName))"
    assert await browser.value(f"{foreign}.filter((each) => each.tagName !== 'A' || each.protocol === 'javascript:').length") == 0
    assert browser.complaints == []


async def test_what_is_shown_is_the_text_and_nothing_of_it_runs(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    signed = sign_in(doors)
    written = {write_everywhere(doors, text, number): text for number, text in enumerate(TEXTS[:12])}
    async with serving(app, doors) as address:
        for path in ("/", "/desk"):
            await browser.open(f"{address}{path}", cookie=signed.secret)
            await nothing_ran(browser)
        await browser.open(f"{address}/desk/main", cookie=signed.secret)
        await browser.until("document.getElementById('desk').dataset.live === 'yes'")
        # The others come by the feed.
        written |= {write_everywhere(doors, text, number): text for number, text in enumerate(TEXTS[12:], 12)}
        last = list(written)[-1]
        await browser.until(f"document.querySelector('[data-request=\"{last}\"]') !== null")
        for named, text in written.items():
            row = f"document.querySelector('[data-request=\"{named}\"]')"
            assert await browser.value(f"{row}.querySelector('.title').textContent") == text
            assert await browser.value(f"[...{row}.querySelectorAll('.notes bdi')].some((each) => each.textContent === {json.dumps(text)})")
        doors.scan("main-1", card_of(0), doors.new_id())
        await browser.until(f"big.innerText.includes({json.dumps(TEXTS[0])})")
        assert await browser.value("document.documentElement.scrollWidth") == 1366
        await nothing_ran(browser)


async def test_what_is_typed_as_a_barcode_is_answered_as_text(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    signed = sign_in(doors)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/desk/main", cookie=signed.secret)
        # Before a key is pressed no browser lets a page make a sound, and says so.
        await browser.press("Tab")
        for text in TEXTS:
            await browser.value(f"barcode.value = {json.dumps(text)}; document.getElementById('typing').requestSubmit()")
        await browser.until("document.getElementById('unsent').hidden")
        assert await browser.value("big.querySelector('b').textContent") == "NO"
        await nothing_ran(browser)
