"""Signing in with an identity provider, by OpenID Connect: code flow with PKCE, state and nonce. The one door to Authlib.

What a try needs to be known again by is worked out of one secret, which the browser keeps: nothing of it is kept here.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import ssl
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from hub.core.accounts import ELSEWHERE, StaffRole, highest, name_from
from hub.errors import HubError

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With the provider's own key; never none, never with a secret that others know."""
LEEWAY_S = 120
"""Clocks may differ by so much."""
WAIT_S = 10.0
MOST_BYTES = 1 << 20
SAYS = {
    "openid.off": "Nobody signs in that way here.",
    "openid.away": "The sign-in service does not answer now. Try again in a moment, or sign in with name and password.",
    "openid.denied": "The sign-in service did not let you in, or you went back. Nothing was done.",
    "openid.old": "This sign-in took too long or began in another browser. Begin again.",
    "openid.unfit": "What the sign-in service said does not hold, and nobody was signed in. Tell whoever runs the hub: its log says what.",
    "openid.role": "The sign-in service knows you, but says nothing that lets you in here. Ask whoever keeps the accounts for a role.",
}
"""What is said of it, in English; pages have the same in every language of theirs."""


class Refused(HubError):
    """Nobody is signed in, and why."""

    def __init__(self, key: str) -> None:
        super().__init__(SAYS[key])
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the provider knows us by, and what we make of what it says."""

    issuer: str
    client_id: str
    client_secret: str
    back: str
    """The address that browsers come back to."""
    scope: str
    label: str
    claim: str
    roles: Mapping[StaffRole, frozenset[str]]
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as the provider says."""

    identity: str
    """A text of our own for issuer and subject, which stay the same whatever else changes."""
    name: str | None
    role: StaffRole


def is_installed() -> bool:
    """Say whether the library is there that this needs."""
    return find_spec("authlib") is not None and find_spec("joserfc") is not None


class Provider:
    """The provider of one hub."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._told: dict[str, Any] | None = None
        self._keys: dict[str, Any] | None = None
        self._tls = ssl.create_default_context(cafile=client.ca_file)

    async def address(self, secret: str) -> str:
        """Give where a browser is sent to sign in; it keeps the secret until it comes back."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        told = await self._metadata()
        address: str = prepare_grant_uri(
            told["authorization_endpoint"],
            client_id=self.client.client_id,
            response_type="code",
            redirect_uri=self.client.back,
            scope=self.client.scope,
            state=_worked_out(secret, "state"),
            nonce=_worked_out(secret, "nonce"),
            code_challenge=create_s256_code_challenge(_worked_out(secret, "verifier")),
            code_challenge_method="S256",
        )
        return address

    async def person(self, secret: str, state: str, code: str, now: datetime) -> Person:
        """Give who came back with this code; Refused says why nobody did."""
        if not secret or not hmac.compare_digest(_worked_out(secret, "state").encode(), state.encode()):
            raise Refused("openid.old")
        token = await self._token(code, _worked_out(secret, "verifier"))
        claims = await self._claims(token, _worked_out(secret, "nonce"), now)
        role = highest(role for role, named in self.client.roles.items() if named & _values(claims, self.client.claim))
        if role is None:
            log.warning("sign-in without a role", extra={"action": "sign_in_openid", "claim": self.client.claim})
            raise Refused("openid.role")
        return Person(_identity(self.client.issuer, str(claims["sub"])), _name(claims), role)

    async def _metadata(self) -> dict[str, Any]:
        if self._told is None:
            told = await self._fetch(f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.client.issuer:
                raise _unfit(f"the provider calls itself {told.get('issuer')!r}, hub.toml says {self.client.issuer!r}")
            if any(not is_safe(str(told.get(name))) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
                raise _unfit("the provider names no addresses with https")
            self._told = told
        return self._told

    async def _token(self, code: str, verifier: str) -> dict[str, Any]:
        told, client = await self._metadata(), self.client
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.back, "code_verifier": verifier}
        methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        headers = {}
        if "client_secret_basic" in methods:
            both = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
        else:
            fields |= {"client_id": client.client_id, "client_secret": client.client_secret}
        return await self._fetch(told["token_endpoint"], urlencode(fields).encode(), headers)

    async def _claims(self, token: dict[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc.errors import JoseError

        try:
            found = await self._opened(str(token.get("id_token", "")))
            claims = CodeIDToken(
                found.claims,
                found.header,
                options={
                    "iss": {"essential": True, "value": self.client.issuer},
                    "aud": {"essential": True, "value": self.client.client_id},
                },
                params={"nonce": nonce, "client_id": self.client.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _unfit(f"its ID token does not hold: {type(error).__name__}: {error}") from error
        return dict(claims)

    async def _opened(self, token: str) -> Any:
        """Give an ID token whose signature holds; with another key than those we know, the provider is asked for its keys once more."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        known = self._keys is not None
        if self._keys is None:
            self._keys = await self._fetch((await self._metadata())["jwks_uri"])
        try:
            return jwt.decode(token, KeySet.import_key_set(self._keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
        except (JoseError, ValueError):
            self._keys = None
            if not known:
                raise
            return await self._opened(token)

    async def _fetch(self, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            return await asyncio.to_thread(self._fetch_now, address, body, headers or {})
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(1000).decode("utf-8", "replace")
            raise _unfit(f"{address} answers {error.code}: {said!r}") from error
        except (OSError, TimeoutError) as error:
            log.warning("sign-in service does not answer", extra={"action": "sign_in_openid", "address": address, "error": str(error)})
            raise Refused("openid.away") from error
        except ValueError as error:
            raise _unfit(f"{address} answers with something else than JSON") from error

    def _fetch_now(self, address: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
        # The address is one of https, or of this machine: is_safe has looked.
        asked = urllib.request.Request(address, body, {"Accept": "application/json", **headers})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=WAIT_S, context=self._tls) as answer:  # noqa: S310
            told = json.loads(answer.read(MOST_BYTES))
        if not isinstance(told, dict):
            raise ValueError("no object")
        return told


def is_safe(address: str) -> bool:
    """Say whether nobody on the way reads what goes to an address: by TLS, or to this machine."""
    parts = urlsplit(address)
    return (parts.scheme == "https" and bool(parts.netloc)) or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )


def _unfit(why: str) -> Refused:
    log.error("sign-in service is not as it should be", extra={"action": "sign_in_openid", "why": why})
    return Refused("openid.unfit")


def _worked_out(secret: str, what: str) -> str:
    return hmac.new(secret.encode(), f"holdshelf openid {what}".encode(), hashlib.sha256).hexdigest()


def _identity(issuer: str, subject: str) -> str:
    return ELSEWHERE + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


def _name(claims: Mapping[str, Any]) -> str | None:
    address = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    return name_from(str(claims.get("preferred_username") or "")) or name_from(address)


def _values(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    """Give the texts of a claim; an address of mail is one only where the provider has seen that it is theirs."""
    if path == "email" and claims.get("email_verified") is not True:
        return frozenset()
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    several = found if isinstance(found, list) else [found]
    return frozenset(each for each in several if isinstance(each, str))
