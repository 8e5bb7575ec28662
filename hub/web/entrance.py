"""The way in and out: signing in, the link that makes the first account, one's own password, the language."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.core.accounts import ELSEWHERE, LEAST
from hub.errors import HubError
from hub.flows.keep_accounts import end_sign_in
from hub.secret import id_of
from hub.store.pages.accounts import any_admin, kept_account, link_is_good
from hub.web.inside import Hand, Inside
from hub.web.searches import forget_words
from hub.web.session import COOKIE, LANGUAGE, LASTS, set_cookie
from hub.web.shell import door_page, home_of, in_words, local, page
from hub.web.signing_in import NotNow, change_password, first_account, let_in, try_password
from hub.web.visitor import Anybody, AnybodyChanges, DoorChanges, Visitor, fields_of, visitor_of
from hub.web.words import PAGES, language_for, say

router = APIRouter(include_in_schema=False)

Next = Annotated[str, Query(max_length=400)]
Link = Annotated[str, Query(max_length=100)]
YEAR = LASTS * 730


@router.get("/enter")
async def door(hand: Hand, request: Request, next: Next = "") -> Response:
    """Ask for name and password."""
    visitor = await visitor_of(hand, request)
    if visitor is not None:
        return RedirectResponse(home_of(visitor), 303)
    return await door_again(hand, request, next)


@router.post("/sign-in")
async def sign_in(hand: Hand, request: Request, door: DoorChanges) -> Response:
    """Let somebody in whose password this is."""
    given, language = await fields_of(request), language_for(request, hand.doors.rules.language)
    name, next = given.get("name", "").strip().lower()[:100], given.get("next", "")
    found = await try_password(hand, name, given.get("password", ""), request.client.host if request.client else "-")
    if found is None:
        return await door_again(hand, request, next, 401, name=name, wrong=say(language, "enter.wrong"))
    if isinstance(found, NotNow):
        answer = await door_again(hand, request, next, 429, name=name, wrong=say(language, "enter.wait", minutes=found.minutes))
        answer.headers["Retry-After"] = str(found.minutes * 60)
        return answer
    visitor = Visitor("", found.name, found.role, None, "", language)
    return await _enter(hand, request, found.key, local(next) or home_of(visitor))


@router.post("/sign-out")
async def sign_out(hand: Hand, request: Request, door: DoorChanges) -> Response:
    """Sign this browser out."""
    if secret := request.cookies.get(COOKIE):
        hand.doors.write(partial(end_sign_in, id=id_of(secret)))
    answer = RedirectResponse("/enter", 303)
    answer.delete_cookie(COOKIE)
    forget_words(answer)
    return answer


@router.get("/first")
async def first(hand: Hand, request: Request, link: Link = "") -> Response:
    """Show the form that makes the first account."""
    good = await hand.read(partial(link_is_good, id=id_of(link), now=hand.doors.now()))
    return _first(hand, request, link, 200 if good else 410, good=good)


@router.post("/first-account")
async def make_first(hand: Hand, request: Request, door: DoorChanges) -> Response:
    """Make the first account, and sign it in."""
    given, language = await fields_of(request), language_for(request, hand.doors.rules.language)
    link, name, password = given.get("link", ""), given.get("name", "").strip().lower(), given.get("password", "")
    if password != given.get("again", ""):
        return _first(hand, request, link, 422, name=name, wrong=say(language, "account.unlike"))
    try:
        key = await first_account(hand, link, name, password)
    except HubError as error:
        return _first(hand, request, link, 422, name=name, wrong=in_words(error, language))
    return await _enter(hand, request, key, "/")


@router.get("/password")
async def own_password(hand: Hand, visitor: Anybody, request: Request) -> Response:
    """Ask for one's own new password."""
    kept = await hand.read(partial(kept_account, name=visitor.account or ""))
    if kept is not None and kept.password.startswith(ELSEWHERE):
        provider = hand.doors.provider
        name = provider.client.label if provider is not None and provider.client.label else hand.doors.library
        return page(hand, visitor, "password.html", "password", elsewhere=say(visitor.language, "password.elsewhere", name=name))
    done = say(visitor.language, "password.done") if "done" in request.query_params else None
    return _own(hand, visitor, done=done)


@router.post("/password/change")
async def change_own(hand: Hand, request: Request, visitor: AnybodyChanges) -> Response:
    """Change one's own password: signed out everywhere but here."""
    given, name = await fields_of(request), visitor.account or ""
    address = request.client.host if request.client else "-"
    found = await try_password(hand, name, given.get("old", ""), address)
    if found is None:
        return _own(hand, visitor, 401, wrong=say(visitor.language, "password.wrong"))
    if isinstance(found, NotNow):
        return _own(hand, visitor, 429, wrong=say(visitor.language, "enter.wait", minutes=found.minutes))
    if given.get("password", "") != given.get("again", ""):
        return _own(hand, visitor, 422, wrong=say(visitor.language, "account.unlike"))
    try:
        await change_password(hand, name, given.get("password", ""))
    except HubError as error:
        return _own(hand, visitor, 422, wrong=in_words(error, visitor.language))
    return await _enter(hand, request, found.key, "/password?done=yes")


@router.post("/language")
async def choose_language(hand: Hand, request: Request, door: DoorChanges) -> Response:
    """Show pages in another language in this browser."""
    given = await fields_of(request)
    answer = RedirectResponse(local(given.get("back", "")) or "/", 303)
    if given.get("language") in PAGES:
        set_cookie(request, answer, LANGUAGE, given["language"], YEAR)
    return answer


async def door_again(hand: Inside, request: Request, next: str, status: int = 200, *, name: str = "", wrong: str | None = None) -> Response:
    """Ask for name and password, and say what was wrong before."""
    no_admin = not await hand.read(any_admin)
    provider = hand.doors.provider
    with_whom = None if provider is None else provider.client.label
    values = {"next": local(next) or "", "name": name, "wrong": wrong, "no_admin": no_admin, "openid": with_whom}
    return door_page(hand, request, "enter.html", status, **values)


def _first(
    hand: Inside, request: Request, link: str, status: int, *, name: str = "", wrong: str | None = None, good: bool = True
) -> Response:  # fmt: skip
    return door_page(hand, request, "first.html", status, link=link, name=name, wrong=wrong, good=good, least=LEAST)


def _own(hand: Inside, visitor: Visitor, status: int = 200, *, wrong: str | None = None, done: str | None = None) -> Response:
    return page(hand, visitor, "password.html", "password", status, elsewhere=None, wrong=wrong, done=done, least=LEAST)


async def _enter(hand: Inside, request: Request, account: int, there: str) -> Response:
    secret = let_in(hand, account)
    if before := request.cookies.get(COOKIE):
        hand.doors.write(partial(end_sign_in, id=id_of(before)))
    answer = RedirectResponse(there, 303)
    set_cookie(request, answer, COOKIE, secret, LASTS)
    forget_words(answer)
    return answer
