"""Who may see the page, until there are accounts: whoever brought the key once, for a working day.

The cookie names its own end and is signed with the token, so it outlives a restart of the hub and dies with the token.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from hub.web.guard import same

COOKIE = "holdshelf"
LASTS = timedelta(hours=12)


def open_session(request: Request, response: Response, token: str, now: datetime) -> None:
    """Give the browser its cookie."""
    until = int((now + LASTS).timestamp())
    secure = request.url.scheme == "https"
    value = f"{until}.{_signature(token, until)}"
    response.set_cookie(COOKIE, value, max_age=int(LASTS.total_seconds()), path="/", secure=secure, httponly=True, samesite="strict")


def may_see(request: Request, token: str, now: datetime) -> bool:
    """Say whether a request comes from our own page in a browser that has brought the key."""
    until, _, signature = request.cookies.get(COOKIE, "").partition(".")
    if not (until.isascii() and until.isdecimal() and len(until) < 12) or int(until) < now.timestamp():
        return False
    return same(signature, _signature(token, int(until))) and _from_here(request)


def _from_here(request: Request) -> bool:
    """Refuse what another site's page asks for in this browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _signature(token: str, until: int) -> str:
    key = hashlib.sha256(b"holdshelf page session\0" + token.encode()).digest()
    return hmac.new(key, str(until).encode(), hashlib.sha256).hexdigest()
