"""What a browser holds, and from where something may be asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from hub.secret import id_of, new_secret
from hub.web.session import COOKIE, changes_from_here, form_token, from_here, set_cookie


def asked(scheme: str = "http", **headers: str) -> Request:
    named = {"host": "127.0.0.1:8080"} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "scheme": scheme, "headers": raw})


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_cookie_is_for_us_alone_and_secure_where_the_page_is(scheme: str) -> None:
    response = Response()
    set_cookie(asked(scheme), response, COOKIE, "value", timedelta(hours=12))
    said = response.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= set(said.split("; "))
    assert ("secure" in said.split("; ")) is (scheme == "https")


def test_neither_what_the_hub_keeps_nor_what_a_form_brings_is_the_secret() -> None:
    secret = new_secret()
    assert len({secret, id_of(secret), form_token(secret), new_secret()}) == 4
    assert id_of(secret) == id_of(secret)


HERE = [
    ({}, True, False),
    ({"origin": "http://127.0.0.1:8080"}, True, True),
    ({"origin": "http://127.0.0.1:8080", "sec_fetch_site": "same-origin"}, True, True),
    ({"sec_fetch_site": "same-origin"}, True, False),
    ({"origin": "null"}, False, False),
    ({"origin": "http://evil.example"}, False, False),
    ({"origin": "http://127.0.0.1:8081"}, False, False),
    ({"origin": "127.0.0.1:8080"}, False, False),
    ({"origin": "http://127.0.0.1:8080", "sec_fetch_site": "cross-site"}, False, False),
    ({"sec_fetch_site": "cross-site"}, False, False),
    ({"sec_fetch_site": "same-site"}, False, False),
]


@pytest.mark.parametrize(("headers", "looks", "changes"), HERE)
def test_what_another_sites_page_asks_for_is_refused_and_a_change_must_name_ours(
    headers: dict[str, str], looks: bool, changes: bool
) -> None:  # fmt: skip
    assert from_here(asked(**headers)) is looks
    assert changes_from_here(asked(**headers)) is changes
