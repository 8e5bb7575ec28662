"""Somebody who keeps accounts begins: the link that up prints, a colleague by command, a desk's page that follows a scan."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from hub.web.session import COOKIE, DOOR, form_token
from tests.support.programs import Program
from tests.support.web import OTHER_BOOK

PASSWORD = "three words of mine"
LIMIT_S = 20


def signed(answer: httpx.Response) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}


def of_our_page(http: httpx.AsyncClient, secret: str) -> dict[str, str]:
    """Give the headers that a browser sends with the form of the door."""
    return {"Cookie": f"{DOOR}={secret}", "Origin": str(http.base_url).rstrip("/")}


async def first_account(http: httpx.AsyncClient, link: str) -> dict[str, str]:
    """Make the first account by its link; gives the header of its browser."""
    secret = (await http.get("/first", params={"link": link})).cookies[DOOR]
    fields = {"csrf": form_token(secret), "link": link, "name": "chief", "password": PASSWORD, "again": PASSWORD}
    answer = await http.post(
        "/first-account", data=fields, headers={"Cookie": f"{DOOR}={secret}", "Origin": str(http.base_url).rstrip("/")}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    http.cookies.clear()
    return signed(answer)


async def sign_in(http: httpx.AsyncClient, name: str) -> httpx.Response:
    secret = (await http.get("/enter")).cookies[DOOR]
    fields = {"csrf": form_token(secret), "name": name, "password": PASSWORD}
    answer = await http.post("/sign-in", data=fields, headers=of_our_page(http, secret))
    http.cookies.clear()
    return answer


def user(data: Path, *words: str) -> str:
    """Run a command about accounts; gives its last words."""
    command = Program("holdshelf", "user", *words, "--data", data, typed=True)
    command.write(f"{PASSWORD}\n")
    assert command.ended() == 0, command.last_words()
    return str(command.out.all()[-1])


async def test_from_the_printed_link_to_a_desk_that_follows_a_scan(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Program("holdshelf", "up", "--demo", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", typed=True) as up:
        found = re.search(r"page:  (http://[\d.:]+)/first\?link=([\w-]+)", await asyncio.to_thread(up.out.wait, "page:"))
        assert found is not None
        async with httpx.AsyncClient(base_url=found[1], timeout=LIMIT_S) as http:
            chief = await first_account(http, found[2])
            assert (await http.get("/users", headers=chief)).status_code == 200
            # The hub runs: the command asks it.
            assert await asyncio.to_thread(user, data, "add", "maria", "--role", "desk") == "maria may sign in now."
            answer = await sign_in(http, "maria")
            assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
            maria = signed(answer)
            assert (await http.get("/users", headers=maria)).status_code == 403
            assert (await http.get("/desk/joint", headers=maria)).status_code == 200
            async with http.stream("GET", "/desk/joint/live", params={"station": "terminal"}, headers=maria) as feed:
                lines = feed.aiter_lines()
                await until(lines, "event: hub")
                up.write(f"{OTHER_BOOK}\n")
                await until(lines, "event: scan")
                told = json.loads((await anext(lines)).removeprefix("data: "))
                assert (told["tone"], told["head"]) == ("info", "Unknown")
            await asyncio.to_thread(user, data, "remove", "maria")
            assert (await http.get("/desk/joint", headers=maria)).status_code == 401


async def until(lines: AsyncIterator[str], wanted: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        while await anext(lines) != wanted:
            pass
