"""What somebody looked for in the list of requests: their own browser keeps it, and addresses name it by a text that says nothing.

Staff look for patrons by name and card. Addresses stand in a browser's history, in bookmarks and in the logs of proxies; cookies do not.
A hub keeps nothing of it, so each of several understands the address, and so does one that was started anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from starlette.requests import Request
from starlette.responses import Response

from hub.web.session import COOKIE, FOUND, LASTS, form_token, set_cookie

WHERE = "/requests"
"""The only pages to which a browser sends it."""
MOST_CHARS = 3000
"""Of the cookie, of which browsers take 4096; what was looked for longest ago goes first."""


def name_for(secret: str, words: str) -> str:
    """Give the name of words in a session's addresses: the same for the same words, and nobody can guess back without its secret."""
    return hmac.new(secret.encode(), b"search " + words.encode(), hashlib.sha256).hexdigest()[:20]


def keep_words(request: Request, answer: Response, words: str) -> Response:
    """Give an answer with which the browser keeps words beside those it has; of no words there is none to keep."""
    if words:
        kept = [words, *(each for each in _kept(request) if each != words)]
        while len(written := _written(kept)) > MOST_CHARS:
            kept.pop()
        set_cookie(request, answer, FOUND, written, LASTS, path=WHERE)
    return answer


def forget_words(answer: Response) -> None:
    """Let the browser forget them all: whoever comes next, or the same person in a new session, has no use for them."""
    answer.delete_cookie(FOUND, path=WHERE)


def words_of(request: Request, name: str) -> str | None:
    """Give the words that this session's addresses call so, None where this browser does not have them any more."""
    secret = form_token(request.cookies.get(COOKIE, ""))
    return next((words for words in _kept(request) if hmac.compare_digest(name_for(secret, words).encode(), name.encode())), None)


def _written(kept: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(kept, ensure_ascii=False).encode()).decode().rstrip("=")


def _kept(request: Request) -> list[str]:
    """Read the cookie; what anybody else wrote into it is nothing."""
    written = request.cookies.get(FOUND, "")
    try:
        kept = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (ValueError, RecursionError):
        return []
    return [each for each in kept if isinstance(each, str) and each.isprintable()] if isinstance(kept, list) else []
