"""The page of partners, the libraries that lend to ours: for admins."""

from __future__ import annotations

import re
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.errors import HubError, Invalid
from hub.flows.keep_books import add_partner, rename_partner
from hub.store.pages.books import partners
from hub.web.inside import Hand, Inside
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(prefix="/admin/partners", include_in_schema=False)

ROWS = 200
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}")
DONE = ("added", "renamed")
LONGEST = 500


@router.get("")
async def every(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show the partners, some at a time."""
    asked = request.query_params
    done = asked.get("done")
    return await _page(hand, visitor, cursor=asked.get("cursor"), done=done if done in DONE else None)


@router.post("/add")
async def add(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Add a partner."""
    given = await fields_of(request)
    code, name = given.get("code", "").strip(), " ".join(given.get("name", "").split())
    try:
        if CODE.fullmatch(code) is None:
            raise Invalid("This code cannot be used.").keyed("partner.wrong.code")
        hand.doors.write(partial(add_partner, code=code, name=named(name)))
    except HubError as error:
        return await _page(hand, visitor, 422, wrong=in_words(error, visitor.language), code=code, name=name)
    return RedirectResponse("/admin/partners?done=added", 303)


@router.post("/rename")
async def rename(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Give a partner another name."""
    given = await fields_of(request)
    try:
        name = named(" ".join(given.get("name", "").split()))
        hand.doors.write(partial(rename_partner, code=given.get("code", ""), name=name))
    except HubError as error:
        return await _page(hand, visitor, 422, wrong=in_words(error, visitor.language))
    return RedirectResponse("/admin/partners?done=renamed", 303)


def named(name: str) -> str:
    """Give a name that can be shown; Invalid says what to do."""
    if not name or len(name) > LONGEST or not all(sign.isprintable() for sign in name):
        raise Invalid("A name has 1 to 500 characters that can be seen.").keyed("admin.wrong.name")
    return name


async def _page(
    hand: Inside, visitor: Visitor, status: int = 200, *, cursor: str | None = None, wrong: str | None = None, done: str | None = None,
    code: str = "", name: str = "",
) -> Response:  # fmt: skip
    found = await hand.read(partial(partners, limit=ROWS, cursor=cursor))
    said = None if done is None else say(visitor.language, f"partner.done.{done}")
    values = {"found": found, "wrong": wrong, "done": said, "code": code, "name": name, "cursor": cursor}
    return page(hand, visitor, "partners.html", "admin", status, at="partners", **values)
