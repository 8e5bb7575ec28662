"""An identity provider that holds us to the standard: PKCE, one use of a code, our secret; and that can be told to go wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.core.accounts import StaffRole
from hub.openid import Client, Provider
from tests.support.web import listening

CLIENT, SECRET = "holdshelf", "secret of this test: & +"
ROLES = {
    StaffRole.DESK: frozenset({"circulation"}),
    StaffRole.RESOURCE_SHARING: frozenset({"ill"}),
    StaffRole.ADMIN: frozenset({"holdshelf-admins", "chief@library.example"}),
}
_KEYS = [RSAKey.generate_key(2048, {"kid": f"key-{number}"}, private=True) for number in range(3)]


@dataclass
class TestProvider:
    """Everybody who is sent here is this person at once."""

    __test__ = False

    person: dict[str, Any] = field(default_factory=lambda: {"sub": "248289761001", "preferred_username": "Maria", "groups": ["ill"]})
    wrong: dict[str, Any] = field(default_factory=dict)
    """What the ID token says instead; None leaves a field out."""
    key: RSAKey = field(default_factory=lambda: _KEYS[0])
    shown: RSAKey = field(default_factory=lambda: _KEYS[0])
    """The key it signs with, and the one it shows."""
    algorithm: str = "RS256"
    issuer: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Give it as an app."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def metadata(self, request: Request) -> Response:
        """Say where everything is."""
        here = str(request.base_url).rstrip("/")
        told = {"issuer": self.issuer or here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token"}
        return JSONResponse(told | {"jwks_uri": f"{here}/keys"})

    async def keys(self, request: Request) -> Response:
        """Show the key."""
        return JSONResponse({"keys": [self.shown.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """Send somebody back with a code."""
        asked = dict(request.query_params)
        assert {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}.items() <= asked.items()
        assert set(asked) >= {"state", "nonce", "code_challenge", "redirect_uri", "scope"}
        self.asked.append(asked)
        code = f"code-{len(self.asked)}"
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def token(self, request: Request) -> Response:
        """Give the ID token for a code, once, to whom it was given."""
        fields = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(fields.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if request.headers.get("authorization") != basic(CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or asked["code_challenge"] != challenge or fields.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": str(request.base_url).rstrip("/"), "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (claims | self.person | self.wrong).items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        signed = f"{_plain(header)}.{_plain(claims)}." if self.algorithm == "none" else jwt.encode(header, claims, self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    def turn_key(self) -> None:
        """Sign with another key, and show it."""
        self.key = self.shown = _KEYS[1]


def other_key() -> RSAKey:
    """Give a key that is not the provider's."""
    return _KEYS[2]


def basic(name: str, secret: str) -> str:
    """Give the header by which a client says who it is, as RFC 6749 has it."""
    both = "&".join(urlencode({"": each})[1:] for each in (name, secret)).replace("&", ":", 1)
    return f"Basic {base64.b64encode(both.encode()).decode()}"


def _plain(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def client_at(issuer: str, hub: str, **more: Any) -> Provider:
    """Give the hub's side of it."""
    told: dict[str, Any] = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "back": f"{hub}/openid/back"}
    told |= {"scope": "openid profile email", "label": "the university's account", "claim": "groups", "roles": ROLES}
    return Provider(Client(**(told | more)))


@asynccontextmanager
async def a_provider() -> AsyncIterator[tuple[TestProvider, str]]:
    """Let it run, and give it with its address."""
    made = TestProvider()
    async with listening(made.app()) as address:
        yield made, address
