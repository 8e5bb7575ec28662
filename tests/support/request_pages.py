"""The pages of requests and worklists, as somebody uses them who is signed in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hub.web.session import FOUND
from tests.support.staff import Signed
from tests.support.web import BOOK

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
"""What a browser says of a form."""


async def show(program: Any, signed: Signed, path: str, **headers: str) -> str:
    """Give a page as somebody sees it."""
    answer = await program.http.get(path, headers=signed.cookie | headers)
    if "?q=" in path or "&q=" in path:
        # Words that stand in an address are taken out of it first.
        assert (answer.status_code, "q=" in answer.headers["location"]) == (303, False)
        answer = await program.http.get(answer.headers["location"], headers=keeping(signed, answer).cookie | headers)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


async def post(program: Any, signed: Signed, path: str, **fields: str) -> Any:
    """Send a form."""
    return await program.http.post(path, headers=signed.changing | FORM, data={"csrf": signed.token} | fields)


def keeping(signed: Signed, answer: Any) -> Signed:
    """Give the browser with what this answer lets it keep of what was looked for."""
    kept = next((each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{FOUND}=")), None)
    if kept is None:
        return signed
    assert {"HttpOnly", "SameSite=strict", "Path=/requests"} <= set(kept.split("; "))
    return replace(signed, found=kept.split(";")[0].partition("=")[2])


async def by_script(program: Any, signed: Signed, path: str, **fields: str) -> Any:
    """Ask as the page's script does: the answer is a part of the page."""
    headers = signed.changing | FORM | {"HX-Request": "true"}
    return await program.http.post(path, headers=headers, data={"csrf": signed.token} | fields)


def titles(text: str) -> list[str]:
    """Give the titles of the rows, in their order."""
    return re.findall(r'<bdi class="title">(.*?)</bdi>', text)


async def version(program: Any, named: str) -> str:
    """Give the version of a request that a form names."""
    return str((await program.get(f"/requests/{named}"))["version"])


async def shelved(program: Any, barcode: str = BOOK, **more: Any) -> str:
    """Give a request whose book is on the hold shelf."""
    named = await program.request(**more)
    await program.scan("rs-1", named)
    await program.scan("rs-1", barcode)
    await program.scan("main-1", barcode)
    return str(named)


async def look_for(program: Any, signed: Signed, **fields: str) -> tuple[str, Signed]:
    """Look for words as the page does without scripts; gives the address of what is found, and the browser that keeps the words."""
    answer = await post(program, signed, "/requests/find", **fields)
    assert answer.status_code == 303
    return str(answer.headers["location"]), keeping(signed, answer)
