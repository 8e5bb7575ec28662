"""What every request passes first: the token before anything of it is read, the size of its body, and headers on every answer."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.web.problems import SENTENCES, problem

MAX_BODY_BYTES = 1 << 20
TOO_LARGE = "This is larger than {} MB, the most that is taken at once."
LARGER = {"/admin/patrons/import/send": 32 << 20}
"""Where whole files are taken."""
GUARDED = "/api/v1"
METRICS = ("/metrics", f"{GUARDED}/metrics")
OPEN = ("/api/v1/health/live", "/api/v1/health/ready")

ON_EVERY_ANSWER = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """The outermost part of the app."""

    def __init__(self, app: ASGIApp, token: str, metrics_token: str) -> None:
        """``metrics_token`` opens the metrics and nothing else; empty, it opens nothing."""
        self._app = app
        self._token = token
        self._metrics_token = metrics_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, most = Headers(scope=scope), LARGER.get(scope["path"], MAX_BODY_BYTES)
        if not self._may_enter(scope["path"], headers):
            answer: ASGIApp = problem(401, SENTENCES[401], headers={"WWW-Authenticate": "Bearer"})
        elif (headers.get("content-length") or "0").isdecimal() and int(headers.get("content-length") or 0) > most:
            answer = problem(413, _too_large(most), headers={"Connection": "close"})
        else:
            answer = self._app
        await answer(scope, _limited(receive, most), _with_headers(send))

    def _may_enter(self, path: str, headers: Headers) -> bool:
        if path not in METRICS and path != GUARDED and not path.startswith(f"{GUARDED}/"):
            return True
        if path in OPEN:
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return False
        return same(given.strip(), self._token) or (path in METRICS and same(given.strip(), self._metrics_token))


def same(given: str, token: str) -> bool:
    """Compare with a secret in a time that says nothing; an empty secret fits nothing."""
    return bool(token) and secrets.compare_digest(given.encode(), token.encode())


def _too_large(most: int) -> str:
    return TOO_LARGE.format(most >> 20)


def _limited(receive: Receive, most: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, _too_large(most), headers={"Connection": "close"})
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in ON_EVERY_ANSWER.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
