"""The page's cookie: signed, ending, bound to the token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from hub.web.session import COOKIE, LASTS, may_see, open_session

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOKEN = "a-token"


def asked(cookie: str, *, scheme: str = "http", **headers: str) -> Request:
    named = {"host": "127.0.0.1:8080", "cookie": f"{COOKIE}={cookie}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "scheme": scheme, "headers": raw})


def given(token: str = TOKEN, scheme: str = "http") -> tuple[str, str]:
    """Give a cookie's value, and all that was said with it."""
    response = Response()
    open_session(asked("", scheme=scheme), response, token, NOW)
    said = response.headers["set-cookie"]
    return said.partition("=")[2].partition(";")[0], said


def test_a_cookie_opens_the_page_for_a_working_day() -> None:
    cookie, _ = given()
    assert may_see(asked(cookie), TOKEN, NOW)
    assert may_see(asked(cookie), TOKEN, NOW + LASTS - timedelta(seconds=1))
    assert not may_see(asked(cookie), TOKEN, NOW + LASTS + timedelta(seconds=1))


def test_a_cookie_cannot_be_made_to_last() -> None:
    until, _, signature = given()[0].partition(".")
    assert not may_see(asked(f"{int(until) + 86400}.{signature}"), TOKEN, NOW)


def test_a_new_token_ends_all_sessions() -> None:
    assert not may_see(asked(given()[0]), "another-token", NOW)


def test_an_empty_token_opens_nothing() -> None:
    assert not may_see(asked("99999999999."), "", NOW)


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({"origin": "http://127.0.0.1:8080"}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"origin": "http://127.0.0.1:9090"}, False),
        ({"origin": "null"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
    ],
)
def test_only_our_own_page_may_ask(headers: dict[str, str], seen: bool) -> None:
    assert may_see(asked(given()[0], **headers), TOKEN, NOW) is seen


def test_over_tls_the_cookie_stays_there() -> None:
    assert "secure" in given(scheme="https")[1].lower()
    assert "secure" not in given(scheme="http")[1].lower()
