"""What a signed-in browser holds: a cookie of chance, of which the hub keeps only the hash; and the token its forms must bring."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "holdshelf"
DOOR = "holdshelf-door"
"""Before anybody is signed in, the form for it has a cookie of its own."""
LANGUAGE = "holdshelf-language"
FOUND = "holdshelf-found"
"""What was looked for, which stands in no address."""
LASTS = timedelta(hours=12)
DEVICE_LASTS = timedelta(days=180)
FIELD, HEADER = "csrf", "x-csrf-token"


def form_token(secret: str) -> str:
    """Give the token that forms of this browser bring: nobody can work it out who does not know the cookie."""
    return hmac.new(secret.encode(), b"holdshelf form", hashlib.sha256).hexdigest()


def set_cookie(
    request: Request, response: Response, name: str, value: str, lasts: timedelta, *, abroad: bool = False, path: str = "/"
) -> None:
    """Give a browser a cookie that only we get and no script reads; ``abroad`` lets it come along when another site leads back here."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        name, value, max_age=int(lasts.total_seconds()), path=path, secure=secure, httponly=True, samesite="lax" if abroad else "strict"
    )


def from_here(request: Request) -> bool:
    """Refuse what another site's page asks for in this browser."""
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(request, origin):
        return False
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def changes_from_here(request: Request) -> bool:
    """Say whether a change is asked for by our own page: a browser names the page's origin with each of them."""
    return _is_ours(request, request.headers.get("origin") or "") and from_here(request)


def _is_ours(request: Request, origin: str) -> bool:
    return bool(netloc := urlsplit(origin).netloc) and netloc == request.headers.get("host")
