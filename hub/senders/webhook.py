"""Notices to a program of the library's own: a signed POST, by the form of Standard Webhooks (standardwebhooks.com).

``webhook-id`` is the same for every repeat, so that the other side can drop it; ``webhook-signature`` is an HMAC-SHA256 over id, time
and body. What it answers decides: 2xx is taken, 410 and 422 never will be, all else is tried again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime

from hub.senders.channels import Needs, Parcel, reached_by
from hub.senders.mail import Blame, Delivered, Refused
from hub.store.notices import LetterFacts

LIMIT_S = 20.0
NEVER = frozenset({400, 410, 422})
"""Answers about this notice that will be the same tomorrow."""
LOGIN = frozenset({401, 403})
SAID_CHARS = 200


class _Stays(urllib.request.HTTPRedirectHandler):
    """A signed notice goes where it was sent, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_Stays)


class WebhookChannel:
    """Posts each notice; the patron's addresses are in the body and nowhere else."""

    def __init__(self, name: str, url: str, secret: str, needs: Needs, *, now: Callable[[], datetime], limit_s: float = LIMIT_S) -> None:
        self.name = name
        self._url, self._secret, self._needs, self._now, self._limit_s = url, secret, needs, now, limit_s

    def reach(self, facts: LetterFacts) -> str | None:
        """Give what the other side reaches the patron by."""
        return reached_by(self._needs, facts)

    async def open(self) -> Refused | None:
        """Nothing is open between notices."""
        return None

    async def deliver(self, parcel: Parcel) -> Delivered | Refused:
        """Post one notice, in a thread."""
        return await asyncio.to_thread(self._post, parcel)

    async def close(self) -> None:
        """Nothing is open between notices."""

    def _post(self, parcel: Parcel) -> Delivered | Refused:
        body = json.dumps(parcel.about | {"text": parcel.short}, ensure_ascii=False).encode()
        at, id_ = str(int(self._now().timestamp())), parcel.id.strip("<>")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "holdshelf",
            "webhook-id": id_,
            "webhook-timestamp": at,
            "webhook-signature": signature(self._secret, id_, at, body),
            "Idempotency-Key": id_,
        }
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")  # noqa: S310 - http(s), by the settings
        try:
            with _OPENER.open(request, timeout=self._limit_s):
                return Delivered()
        except urllib.error.HTTPError as error:
            with error:
                return _answered(error)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            said = getattr(reason, "strerror", None) or type(reason).__name__
            return Refused(False, f"No answer of the webhook: {said}.", Blame.SERVER)


def signature(secret: str, id_: str, at: str, body: bytes) -> str:
    """Give the signature of a notice; a secret that begins with ``whsec_`` is base64, any other is its own bytes."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    made = hmac.new(key, b".".join((id_.encode(), at.encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def _answered(error: urllib.error.HTTPError) -> Refused:
    try:
        said = " ".join(error.read(SAID_CHARS).decode("utf-8", "replace").split())
    except (OSError, http.client.HTTPException):
        said = ""
    words = f"The webhook answers {error.code} {error.reason}" + (f": {said}" if said else ".")
    if error.code in LOGIN:
        return Refused(False, words, Blame.LOGIN, error.code)
    server = error.code >= 500 or error.code == 429
    return Refused(error.code in NEVER, words, Blame.SERVER if server else Blame.LETTER, error.code)
