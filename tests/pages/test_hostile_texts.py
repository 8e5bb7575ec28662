"""Texts that nobody should write, in every field that a page of ours shows: they stay texts, and nothing runs."""

from __future__ import annotations

import csv
import faulthandler
import io
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import httpx
from fastapi import FastAPI

from broker import __version__
from hub.flows.set_station import set_station
from hub.store.pages.worklists import LISTS
from hub.web.app import inside_of
from hub.web.session import COOKIE, HEADER
from tests.pages.browser import Browser
from tests.support.every_page import PLACE, at, every_page, found_in, is_html, is_letter, pages, routes
from tests.support.hostile_texts import TEXTS, Tags, arrive, card_of, write_everywhere
from tests.support.staff import sign_in
from tests.support.web import TestDoors, a_web, client_of, serving, until
from tests.support.working_forms import forms, furnish

OURS = {"img": 1, "style": 0, "iframe": 1, "object": 0, "embed": 0, "base": 0, "math": 0, "video": 0, "audio": 0, "marquee": 0}
"""How many of these elements a page of ours has at most, whatever stands in it."""
ASKED = ("done", "called", "next", "state", "cursor", "station", "link", "after", "q")
"""What an address may be asked with, whether or not its route names it."""
DEEP = bool(os.environ.get("HOLDSHELF_DEEP"))
"""With HOLDSHELF_DEEP every text meets every field, every address and every page that changes; else they take turns."""
STEP = 1 if DEEP else 10
LIMIT_S = 60.0
"""A hundred scans and passwords take a while on a machine that is busy."""
PASSWORDS = ("/sign-in", "/password/change")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")
SCRIPT = re.compile(r'<script (?:type="module" )?src="/static/[a-z.]+\?v=[0-9.]+"(?: defer)?></script>')
"""A script of ours, as our templates write it."""
NUMBER = re.compile(r"-?\d+")
REQUEST = re.compile("/request/[^/]+/")


async def nothing_ran(browser: Browser) -> None:
    assert await browser.value("window.ran") is None
    foreign = "[...document.querySelectorAll('main *')].filter((each) => /^(script|img|iframe|style|a|math)$/i.test(each.tagName))"
    pictures = r"/^\/(static\/mark\.svg|letters\/as-html)\?/.test(each.src?.slice?.(location.origin.length) ?? '')"
    ours = f"(each.tagName === 'A' && each.protocol !== 'javascript:') || {pictures}"
    assert await browser.value(f"{foreign}.filter((each) => !({ours})).length") == 0
    assert [each for each in browser.complaints if "404" not in each and "410" not in each] == []


async def no_wider_than_the_screen(browser: Browser, path: str) -> None:
    """See that not even an endless word makes a page wider than a screen at a desk, or a phone."""
    for width in (1366, 390):
        await browser.do("Emulation.setDeviceMetricsOverride", width=width, height=768, deviceScaleFactor=1, mobile=width < 600)
        assert await browser.value("document.documentElement.scrollWidth") <= width, (path, width)


async def test_what_is_shown_is_the_text_and_nothing_of_it_runs(web: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = web
    signed = sign_in(doors)
    written = {write_everywhere(doors, text, number): text for number, text in enumerate(TEXTS)}
    async with serving(app, doors) as address:
        for path, who in [
            *await every_page(address, doors),
            *((f"/{what}/d{number}", signed) for what in ("desk", "wall") for number in (1, 51, 97)),
        ]:
            await browser.open(f"{address}{path}", cookie=who.secret if who else "-")
            await nothing_ran(browser)
            await no_wider_than_the_screen(browser, path)
            browser.complaints.clear()
        await browser.open(f"{address}/", cookie=signed.secret)
        shown = await browser.value(
            "Object.fromEntries([...rows.children].map((row) => [row.dataset.request, row.querySelector('.title').textContent]))"
        )
        assert shown == written
        await browser.open(f"{address}/desk/d1", cookie=signed.secret)
        doors.scan("d1-1", card_of(1), doors.new_id())
        await browser.until(f"big.innerText.includes({json.dumps(TEXTS[1])})")
        await no_wider_than_the_screen(browser, "/desk/d1")
        await nothing_ran(browser)


LIVE = {
    "/": "rows.querySelector(`[data-request='${request}'] .title`)?.textContent === text"
    " && [...scans.querySelectorAll(`[data-scan='${scan}'] bdi`)].some((each) => each.textContent === text)",
    "/desk/main?station=main-1": "big.querySelector('[data-field=title]').textContent === text"
    " && rows.querySelector(`[data-scan='${scan}'] .title`)?.textContent === text"
    " && [...rows.querySelectorAll(`[data-scan='${scan}'] .notes bdi`)].some((each) => each.textContent === text)"
    " && document.getElementById('troubles').textContent.includes(text)",
    "/wall/main": "arrivals.querySelector('.title').textContent === text && late.textContent.includes(text)",
    "/station/main-1": "[...report.querySelectorAll('.scanners bdi')].some((each) => each.textContent === text)"
    " && report.querySelector('.why').textContent === text",
    "/stations": "[...document.querySelectorAll('main bdi')].some((each) => each.textContent === text)",
}
"""The pages that change while somebody looks, and how each shows that a text has come."""


async def test_what_comes_while_somebody_looks_is_painted_as_the_text_and_nothing_of_it_runs(
    web: tuple[FastAPI, TestDoors], browser: Browser
) -> None:
    app, doors = web
    signed = sign_in(doors)
    told = {path for method, path, rule in pages() if path.endswith("/live") and not path.startswith("/admin/patrons/import")}
    assert told == {"/live", "/desk/{desk}/live", "/wall/{desk}/live", "/stations/live", "/station/{name}/live"}
    # What was set from here the station refuses, in words of its own.
    doors.write(lambda connection: set_station(connection, "main-1", {"language": "de"}, actor="maria", version=None, now=doors.now()))
    async with serving(app, doors) as address:
        for turn, (path, painted) in enumerate(LIVE.items()):
            await browser.open(f"{address}{path}", cookie=signed.secret)
            for number in range(0 if DEEP else turn, len(TEXTS), 1 if DEEP else len(LIVE)):
                text = TEXTS[number]
                # Of a station that is too old for settings nobody is told what it refuses.
                came = arrive(doors, text, number + turn * len(TEXTS), __version__ if path.startswith("/station/") else text)
                given = json.dumps([text, came.request, came.scan_id])
                await browser.until(f"(([text, request, scan]) => {painted})({given})")
                # With all texts it takes minutes, and does not hang.
                faulthandler.cancel_dump_traceback_later()
            await nothing_ran(browser)
            await no_wider_than_the_screen(browser, path)


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


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it can be sent: by whom, and what its fields hold."""

    action: str
    headers: dict[str, str]
    fields: dict[str, str]

    async def send(self, http: httpx.AsyncClient, name: str, text: str) -> httpx.Response:
        """Send it with a text in one field."""
        return await http.post(self.action, headers=self.headers, data=self.fields | {name: text})


async def every_form(http: httpx.AsyncClient, app: FastAPI, doors: TestDoors) -> list[Filled]:
    """Give every form that a page shows, filled as it is there or, where we know of what it takes, so that it does something."""
    found: dict[str, Filled] = {}
    walked = await every_page(str(http.base_url), doors)
    admin = next(who for _, who in walked if who is not None)
    # What can be done to a request depends on how far it is.
    walked += [(f"/request/{row[0]}", admin) for row in doors.connection.execute("SELECT request_id FROM request").fetchall()]
    walked += [(f"/worklists/{name}", admin) for name in LISTS]
    origin = {"Accept": "text/html", "Origin": str(http.base_url).rstrip("/")}
    for path, who in walked:
        cookie = {} if who is None else {"Cookie": f"{COOKIE}={who.secret}"}
        answer = await http.get(path, headers=origin | cookie)
        # The form for signing in has a cookie of its own, which a browser keeps.
        cookie = cookie or {"Cookie": "; ".join(f"{name}={value}" for name, value in answer.cookies.items())}
        http.cookies.clear()
        for action, fields in Tags(answer.text).forms:
            found.setdefault(REQUEST.sub("/request/*/", action), Filled(action, origin | cookie, fields))
    for form in forms(app, doors, "walker"):
        # With a new password the walk would be signed out.
        if isinstance(form.content, dict) and not form.as_json and form.path not in PASSWORDS:
            named = REQUEST.sub("/request/*/", form.path)
            known = found.get(named, Filled(form.path, origin | {"Cookie": f"{COOKIE}={admin.secret}"}, {"csrf": admin.token}))
            found[named] = replace(known, action=form.path, fields=known.fields | form.content)
    return [each for action, each in sorted(found.items()) if action != "/sign-out" and not action.endswith("/stay")]


async def test_every_field_of_every_form_answers_every_text_with_a_text(tmp_path: Path) -> None:
    met: set[str] = set()
    with a_web(tmp_path, furnish) as (app, doors):
        async with serving(app, doors) as address, httpx.AsyncClient(base_url=address, timeout=LIMIT_S) as http:
            fields = [(form, name) for form in await every_form(http, app, doors) for name in form.fields if name != "csrf"]
            for turn, (form, name) in enumerate(fields):
                # Each password that is looked at takes a tenth of a second.
                slow = form.action in PASSWORDS or "password" in form.fields
                faulthandler.cancel_dump_traceback_later()
                for text in texts_for(turn, slow=slow):
                    answer = await form.send(http, name, text)
                    assert answer.status_code not in (401, 403) or form.action in PASSWORDS, (form.action, name, text)
                    assert answer.status_code < 500, (form.action, name, text)
                    nothing_would_run(answer.text if is_html(answer.headers) else "", f"{form.action} {name} {text}")
                    stays_here(answer, address, form.action)
                    met.add(text)
            # What of it was kept is shown. The walk makes its own link for a first account.
            doors.write(lambda connection: connection.execute("DELETE FROM first_link"))
            for path, who in await every_page(address, doors, "another-walker"):
                answer = await http.get(path, headers={"Accept": "text/html"} | ({} if who is None else who.cookie))
                nothing_would_run(answer.text, path)
    print(f"{len(fields)} fields")
    assert (len(fields) > 150, met) == (True, set(TEXTS))


def stays_here(answer: httpx.Response, address: str, where: str) -> None:
    """See that an answer leads to no other site."""
    location = answer.headers.get("location", "/").removeprefix(address)
    assert location.startswith("/"), where
    assert not location.startswith("//"), where


async def test_a_list_of_patrons_full_of_texts_is_shown_as_texts(web: tuple[FastAPI, TestDoors]) -> None:
    app, doors = web
    signed, written = sign_in(doors), io.StringIO()
    rows = [(card_of(number), text, text, text) for number, text in enumerate(TEXTS)] + [(text, text, text, text) for text in TEXTS]
    csv.writer(written).writerows([("card", "name", "alias", "email"), *rows])
    async with serving(app, doors) as address, httpx.AsyncClient(base_url=address, headers=signed.cookie, timeout=LIMIT_S) as http:
        headers = {"Origin": address, HEADER: signed.token, "Content-Type": "text/csv"}
        sent = await http.post("/admin/patrons/import/send", headers=headers, content=written.getvalue().encode())
        page = sent.json()["address"]
        for deed in ("", "/go"):
            if deed:
                await http.post(page + deed, headers=headers)
            await until(lambda: not any(each.working for each in inside_of(app).imports.all()))
            for path in (page, "/admin/patrons", *(f"/admin/patron/{ref}" for ref in (1, 3))):
                answer = await http.get(path, headers={"Accept": "text/html"})
                nothing_would_run(answer.text, path)
        wrong = await http.get(f"{page}/errors.csv")
        assert wrong.status_code == 200
        for row in csv.reader(io.StringIO(wrong.text)):
            assert not any(cell.lstrip(" ").startswith(FORMULA) for cell in row), row


def texts_for(turn: int, *, slow: bool) -> tuple[str, ...]:
    """Give the texts that a field meets: one, the next field the next one; with HOLDSHELF_DEEP all."""
    if DEEP:
        return TEXTS[:: 10 if slow else 1]
    return (TEXTS[turn % len(TEXTS)],)


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
                stays_here(answer, address, path)


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
