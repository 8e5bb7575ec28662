"""The shell of every page: who is signed in, where else to go, the language; and what is shown to somebody who may not."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.core.accounts import ADMINS, SHARING, STAFF, StaffRole
from hub.errors import HubError
from hub.secret import new_secret
from hub.web.guard import GUARDED
from hub.web.inside import Inside
from hub.web.pictures import Make
from hub.web.problems import ANSWERS, problem
from hub.web.session import DOOR, LASTS, form_token, set_cookie
from hub.web.templating import render
from hub.web.visitor import Refusal, Visitor, is_still_in
from hub.web.words import NAMES, language_for, number, say


@dataclass(frozen=True, slots=True)
class Place:
    """A page that is named in the navigation, and who may see it."""

    name: str
    address: str
    roles: frozenset[StaffRole]


PLACES = (
    Place("desks", "/desk", STAFF),
    Place("overview", "/", STAFF),
    Place("requests", "/requests", SHARING),
    Place("work", "/worklists", SHARING),
    Place("stations", "/stations", STAFF),
    Place("walls", "/walls", STAFF),
    Place("reports", "/reports", SHARING),
    Place("admin", "/admin", ADMINS),
)
HOME = "/"
HOMES = {StaffRole.DESK: "/desk"}
"""Where somebody comes to after signing in; all others to HOME."""


def home_of(visitor: Visitor) -> str:
    """Give the page somebody belongs to."""
    if visitor.desk is not None:
        return f"/desk/{visitor.desk}"
    return HOMES.get(visitor.role, HOME) if visitor.role is not None else HOME


def shell(hand: Inside, language: str, visitor: Visitor | None, here: str, token: str) -> dict[str, Any]:
    """Give what the shell's template needs; ``here`` is the name of the page."""
    places = [place for place in PLACES if visitor is not None and visitor.may(place.roles)]
    return {
        "library": hand.doors.library,
        "language": language,
        "languages": NAMES,
        "t": partial(say, language),
        "n": partial(number, language),
        "visitor": visitor,
        "places": places,
        "here": here,
        "token": token,
    }


def page(hand: Inside, visitor: Visitor, template: str, here: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with a page for somebody who is signed in."""
    return HTMLResponse(render(template, **shell(hand, visitor.language, visitor, here, visitor.token), **values), status)


def door_page(hand: Inside, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with a page for somebody who is not signed in, and give its form a cookie."""
    secret = request.cookies.get(DOOR) or new_secret()
    language = language_for(request, hand.doors.rules.language)
    answer = HTMLResponse(render(template, **shell(hand, language, None, "", form_token(secret)), **values), status)
    set_cookie(request, answer, DOOR, secret, LASTS)
    return answer


def picture(hand: Inside, visitor: Visitor, what: Hashable, make: Make) -> Response:
    """Stream a picture to somebody as long as they are signed in."""
    return hand.streams.response(hand.pictures.follow(what, make, partial(is_still_in, hand, visitor.id)))


def in_words(error: HubError, language: str) -> str:
    """Give an error in a language, where it has words there."""
    return str(error) if error.key is None else say(language, error.key, **error.places)


def local(address: str) -> str | None:
    """Give an address to go to, None for one that leads elsewhere."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if inside and "\\" not in address and address.isprintable() else None


def install(app: FastAPI) -> None:
    """Let every refusal and every error be answered by a page or, where a script or a program asked, by a problem."""
    app.add_exception_handler(Refusal, _refused)
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, partial(_told, answer=answer))


async def _told(request: Request, error: Exception, answer: Callable[[Request, Exception], Awaitable[Response]]) -> Response:
    told = await answer(request, error)
    if not _wants_page(request) or request.url.path.startswith(f"{GUARDED}/"):
        return told
    hand: Inside = request.app.state.inside
    language = language_for(request, hand.doors.rules.language)
    why = in_words(error, language) if isinstance(error, HubError) else json.loads(bytes(told.body))["detail"]
    return door_page(hand, request, "refused.html", told.status_code, title=say(language, "wrong.title"), why=why)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - installed for nothing else
    hand: Inside = request.app.state.inside
    language = language_for(request, hand.doors.rules.language)
    if not _wants_page(request):
        return problem(error.status, say(language, error.key))
    if error.status == 401 and request.method == "GET":
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            # Whoever follows a link on another site's page sends us no cookie; the next step comes from here and does.
            return HTMLResponse(render("again.html", language=language, there=there, library=hand.doors.library))
        return RedirectResponse("/enter" if there == HOME else f"/enter?next={quote(there)}", 303)
    return door_page(hand, request, "refused.html", error.status, title=say(language, "refused.title"), why=say(language, error.key))
