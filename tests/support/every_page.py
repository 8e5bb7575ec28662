"""Every page there is, found by the app's own routes: a new one is walked to by itself, a new place in an address asks for its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from fastapi.routing import APIRoute

from hub.flows.keep_accounts import make_first_link
from hub.secret import id_of
from hub.web.app import PAGES
from hub.web.visitor import Allow, AllowDoor, rule_of
from tests.support.programs import LIMIT_S
from tests.support.staff import Signed, sign_in
from tests.support.web import TestDoors

LINK = "the-link-of-this-walk"
PLACES: dict[str, str] = {
    "desk": "main",
    "name": "main-1",
    "station": "main-1",
    "request_id": "ILL-000001-8",
    "act": "cancel",
    "worklist": "receive",
    "ref": "1",
    "id": "none",
    "number": "0",
    "key": "U3",
}
"""What stands for each place in an address; the request is found."""
WITH = {"/first": f"?link={LINK}", "/openid/back": "?error=access_denied"}
"""What some pages are asked with."""
MORE = ("/?state=CLOSED", "/?state=ON_HOLD_SHELF", "/users?done=role", "/desk/nowhere", "/station/nowhere", "/first?link=no")
"""The same pages as they are seen, too, and sentences for whom asks for what is not there."""
PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")


def routes() -> list[APIRoute]:
    """Give every route for browsers."""
    return [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]


def pages() -> list[tuple[str, str, Allow | AllowDoor | None]]:
    """Give method, address and rule of every route that is no part of the API."""
    return [(method, route.path, rule_of(route)) for route in routes() for method in sorted(route.methods or ())]


def at(path: str, **found: str) -> str:
    """Give the address of a route: its places filled in."""
    places = PLACES | found
    missing = [name for name in PLACE.findall(path) if name not in places]
    assert not missing, f"{path} has a place that tests do not know: say in tests/support/every_page.py what stands for {missing}"
    return PLACE.sub(lambda place: places[place[1]], path)


def found_in(doors: TestDoors) -> dict[str, str]:
    """Give what stands for the places that a library itself has."""
    row = doors.connection.execute("SELECT request_id FROM request WHERE state <> ? ORDER BY key LIMIT 1", ("CLOSED",)).fetchone()
    return {} if row is None else dict.fromkeys(("request", "request_id"), str(row[0]))


async def every_page(address: str, doors: TestDoors, walker: str = "walker") -> list[tuple[str, Signed | None]]:
    """Give the address of every page of a served app, and who is to look at it: None for nobody in particular."""
    admin, found, pages = sign_in(doors, name=walker), found_in(doors), []
    async with httpx.AsyncClient(base_url=address, timeout=LIMIT_S) as http:
        for path, rule in [(path, rule) for method, path, rule in _every_get()]:
            who = None if rule is None else admin
            here = at(path, **found) + WITH.get(path, "")
            if await _is_page(http, here, who):
                pages.append((here, who))
    pages += [(here, None if here.startswith("/first") else admin) for here in MORE]
    now = doors.now()
    doors.write(lambda connection: make_first_link(connection, id_of(LINK), now, now + timedelta(hours=1)))
    return pages


def _every_get() -> list[tuple[str, str, Any]]:
    return [(method, path, rule) for method, path, rule in pages() if method == "GET"]


async def _is_page(http: httpx.AsyncClient, here: str, who: Signed | None) -> bool:
    """Say whether it is a whole page of ours: no part of one, and no letter as a mail program shows it, in which no script can run."""
    # Only the head of an answer: some of them never end.
    async with http.stream("GET", here, headers={"Accept": "text/html"} | ({} if who is None else who.cookie)) as answer:
        assert answer.status_code < 500, here
        if not is_html(answer.headers):
            return False
        begin = [part async for part in answer.aiter_text()]
        return "".join(begin).lstrip()[:9].lower() == "<!doctype" and not is_letter(answer.headers)


def is_html(headers: Mapping[str, str]) -> bool:
    """Say whether an answer is for browsers to show."""
    return headers.get("content-type", "").startswith("text/html")


def is_letter(headers: Mapping[str, str]) -> bool:
    """Say whether an answer may run nothing at all."""
    return "sandbox" in headers.get("content-security-policy", "")
