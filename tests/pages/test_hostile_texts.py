"""Texts that nobody should write, in every field that a page of ours shows: they stay texts, and nothing runs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from urllib.parse import quote

import httpx
from fastapi import FastAPI

from hub.web.session import COOKIE
from tests.pages.browser import Browser
from tests.support.every_page import PLACE, at, every_page, found_in, is_html, is_letter, routes
from tests.support.hostile_texts import TEXTS, Tags, card_of, write_everywhere
from tests.support.staff import sign_in
from tests.support.stations import says
from tests.support.web import TestDoors, client_of, serving

OURS = {"img": 1, "style": 0, "iframe": 1, "object": 0, "embed": 0, "base": 0, "math": 0, "video": 0, "audio": 0, "marquee": 0}
"""How many of these elements a page of ours has at most, whatever stands in it."""
ASKED = ("done", "called", "next", "state", "cursor", "station", "link", "after", "q")
"""What an address may be asked with, whether or not its route names it."""
STEP = 1 if os.environ.get("HOLDSHELF_DEEP") else 10
"""Each form and each address meets every tenth text, the next one the next; with HOLDSHELF_DEEP all of them."""
LIMIT_S = 60.0
"""A hundred scans and passwords take a while on a machine that is busy."""
PASSWORDS = ("/sign-in", "/password/change")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")
SCRIPT = re.compile(r'<script (?:type="module" )?src="/static/[a-z.]+\?v=[0-9.]+"(?: defer)?></script>')
"""A script of ours, as our templates write it."""
NUMBER = re.compile(r"-?\d+")


async def nothing_ran(browser: Browser) -> None:
    assert await browser.value("window.ran") is None
    foreign = "[...document.querySelectorAll('main *')].filter((each) => /^(script|img|iframe|style|a|math)$/i.test(each.tagName))"
    pictures = r"/^\/(static\/mark\.svg|letters\/as-html)\?/.test(each.src?.slice?.(location.origin.length) ?? '')"
    ours = f"(each.tagName === 'A' && each.protocol !== 'javascript:') || {pictures}"
    assert await browser.value(f"{foreign}.filter((each) => !({ours})).length") == 0
    assert [each for each in browser.complaints if "404" not in each and "410" not in each] == []


async def test_what_is_shown_is_the_text_and_nothing_of_it_runs(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    signed = sign_in(doors)
    live = TEXTS[::10]
    written = {write_everywhere(doors, text, number): text for number, text in enumerate(TEXTS) if text not in live}
    async with serving(app, doors) as address:
        for path, who in [
            *await every_page(address, doors),
            *((f"/{what}/d{number}", signed) for what in ("desk", "wall") for number in (1, 51, 97)),
        ]:
            await browser.open(f"{address}{path}", cookie=who.secret if who else "-")
            await nothing_ran(browser)
            browser.complaints.clear()
        await browser.open(f"{address}/", cookie=signed.secret)
        # The others come by the feed.
        written |= {write_everywhere(doors, text, TEXTS.index(text)): text for text in live}
        last = list(written)[-1]
        await browser.until(f"document.querySelector('[data-request=\"{last}\"]') !== null")
        shown = await browser.value(
            "Object.fromEntries([...rows.children].map((row) => [row.dataset.request, row.querySelector('.title').textContent]))"
        )
        assert shown == written
        await nothing_ran(browser)
        await browser.open(f"{address}/desk/d1", cookie=signed.secret)
        assert await browser.value(
            f"[...document.querySelectorAll('.notes bdi')].some((each) => each.textContent === {json.dumps(TEXTS[1])})"
        )
        doors.scan("d1-1", card_of(1), doors.new_id())
        await browser.until(f"big.innerText.includes({json.dumps(TEXTS[1])})")
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
        await browser.until("document.getElementById('unsent').hidden", LIMIT_S)
        assert await browser.value("big.querySelector('b').textContent") == "NO"
        await nothing_ran(browser)


def nothing_would_run(page: str, where: str) -> None:
    """See that a page has our elements and no others, as text goes."""
    seen = Tags(page)
    for tag, most in OURS.items():
        assert seen.tags.count(tag) <= most, (where, tag)
    assert seen.tags.count("script") == len(SCRIPT.findall(page)), where
    for name, value in seen.attributes:
        assert not name.startswith("on"), (where, name)
        assert name != "style", where
        if name in ("href", "src", "action", "formaction", "data", "xlink:href"):
            assert value is not None, where
            assert value.startswith(("/", "#")), (where, name)
            assert not value.startswith("//"), (where, name)


async def test_every_form_answers_every_text_with_a_text(demo: tuple[FastAPI, TestDoors]) -> None:
    app, doors = demo
    says(doors, "main-1")
    sent: set[str] = set()
    async with serving(app, doors) as address:
        for path, who in await every_page(address, doors):
            # The form for signing in has a cookie of its own, which a browser keeps.
            headers = {"Accept": "text/html", "Origin": address} | ({} if who is None else {"Cookie": f"{COOKIE}={who.secret}"})
            async with httpx.AsyncClient(base_url=address, headers=headers, timeout=LIMIT_S) as http:
                forms = {action: fields for action, fields in Tags((await http.get(path)).text).forms if action not in sent}
                for action, fields in forms.items():
                    if action == "/sign-out" or action.endswith("/stay"):
                        continue
                    # Each password that is looked at takes a tenth of a second.
                    for text in TEXTS[len(sent) % STEP :: 20 if action in PASSWORDS else STEP]:
                        given = {name: value if name == "csrf" else "x" if "password" in name else text for name, value in fields.items()}
                        answer = await http.post(action, data=given)
                        assert answer.status_code not in (401, 403) or action in PASSWORDS, (action, text)
                        assert answer.status_code < 500, (action, text)
                        nothing_would_run(answer.text if "html" in answer.headers.get("content-type", "") else "", f"{action} {text}")
                    sent.add(action)
    assert len(sent) >= 8, sent


async def test_every_address_answers_every_text_with_a_text(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    signed = sign_in(doors)
    gets = [route.path for route in routes() if "GET" in (route.methods or ()) and not route.path.endswith("/live")]
    async with serving(app, doors) as address, httpx.AsyncClient(base_url=address, timeout=LIMIT_S) as http:
        for turn, path in enumerate(gets):
            for number, text in enumerate(TEXTS[turn % STEP :: STEP]):
                place = quote(text, safe="")
                here = PLACE.sub(place, path) if "{" in path and number % 2 else at(path, **found_in(doors))
                headers = {"Accept": "text/html"} | ({"Cookie": ""} if number % 5 == 0 else signed.cookie)
                answer = await http.get(f"{here}?{ASKED[number % len(ASKED)]}={place}", headers=headers)
                assert answer.status_code < 500, (path, text)
                if is_html(answer.headers) and not is_letter(answer.headers):
                    nothing_would_run(answer.text, f"{path} {text}")
                location = answer.headers.get("location", "/").removeprefix(address)
                assert location.startswith("/"), path
                assert not location.startswith("//"), path


async def test_every_list_as_a_table_holds_no_formula(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    for number, text in enumerate(TEXTS):
        write_everywhere(doors, text, number)
    lists = [
        path
        for path, methods in app.openapi()["paths"].items()
        if "{" not in path and any(one["name"] == "format" for one in methods.get("get", {}).get("parameters", ()))
    ]
    assert len(lists) > 5
    cells = 0
    async with client_of(app) as http:
        for path in lists:
            answer = await http.get(path, params={"format": "csv", "limit": "200"})
            assert answer.headers["content-type"].startswith("text/csv"), path
            assert answer.headers["content-disposition"].startswith("attachment"), path
            for row in csv.reader(io.StringIO(answer.text)):
                for cell in row:
                    cells += 1
                    assert not cell.lstrip(" ").startswith(FORMULA) or NUMBER.fullmatch(cell), (path, cell)
    assert cells > 5000
