"""The way in by an identity provider: there and back again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.errors import HubError
from hub.flows.keep_accounts import enter_as
from hub.openid import Provider, Refused
from hub.secret import new_secret
from hub.web.entrance import Next, door_again
from hub.web.inside import Hand, Inside
from hub.web.searches import forget_words
from hub.web.session import COOKIE, LASTS, set_cookie
from hub.web.shell import home_of, in_words, local
from hub.web.signing_in import let_in
from hub.web.templating import render
from hub.web.visitor import Visitor
from hub.web.words import language_for

router = APIRouter(prefix="/openid", include_in_schema=False)

TRY = "holdshelf-openid"
"""The cookie of a try: its secret, and where to go afterwards."""
TRY_LASTS = timedelta(minutes=15)

Given = Annotated[str, Query(max_length=4000)]


@router.get("")
async def begin(hand: Hand, request: Request, next: Next = "") -> Response:
    """Send a browser to the provider."""
    secret = new_secret()
    try:
        answer = RedirectResponse(await _provider(hand).address(secret), 303)
    except Refused as error:
        return await _not_in(hand, request, error, next)
    set_cookie(request, answer, TRY, f"{secret}.{quote(local(next) or '', safe='')}", TRY_LASTS, abroad=True)
    return answer


@router.get("/back")
async def back(hand: Hand, request: Request, code: Given = "", state: Given = "", error: Given = "") -> Response:
    """Let somebody in whom the provider sent back."""
    secret, _, there = request.cookies.get(TRY, "").partition(".")
    next = local(unquote(there)) or ""
    try:
        provider = _provider(hand)
        if error:
            raise Refused("openid.denied")
        person = await provider.person(secret, state, code, hand.doors.now())
        key = hand.doors.write(partial(enter_as, identity=person.identity, name=person.name, role=person.role, now=hand.doors.now()))
    except HubError as refused:
        return await _not_in(hand, request, refused, next)
    language = language_for(request, hand.doors.rules.language)
    home = home_of(Visitor("", person.name, person.role, None, "", language))
    # The browser came from another site and sends no cookie of ours yet; with the next step it does.
    answer = HTMLResponse(render("again.html", language=language, there=next or home, library=hand.doors.library))
    set_cookie(request, answer, COOKIE, let_in(hand, key), LASTS)
    forget_words(answer)
    answer.delete_cookie(TRY)
    return answer


def _provider(hand: Inside) -> Provider:
    if hand.doors.provider is None:
        raise Refused("openid.off")
    return hand.doors.provider


async def _not_in(hand: Inside, request: Request, error: HubError, next: str) -> Response:
    language = language_for(request, hand.doors.rules.language)
    status = STATUSES.get(error.key or "", 403)
    answer = await door_again(hand, request, next, status, wrong=in_words(error, language))
    answer.delete_cookie(TRY)
    return answer


STATUSES = {"openid.off": 404, "openid.away": 503, "openid.old": 400, "openid.unfit": 502}
"""What is answered where it is not that somebody may not."""
