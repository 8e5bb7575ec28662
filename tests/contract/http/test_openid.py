"""Signing in with an identity provider: there and back with what only this browser has, and every way in which it must not work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from hub.web.session import COOKIE
from tests.support.programs import LIMIT_S
from tests.support.provider import TestProvider, a_provider, client_at, other_key
from tests.support.staff import Signed, sign_in

HTML = {"Authorization": "", "Accept": "text/html"}


@dataclass
class Way:
    """A browser that goes to the provider and comes back."""

    program: Any
    provider: TestProvider
    web: httpx.AsyncClient

    async def go(self, next: str = "") -> str:
        """Begin, be sent on, and give the address the browser is sent back to."""
        begun = await self.program.http.get("/openid", params={"next": next}, headers=HTML)
        assert begun.status_code == 303, begun.text
        [said] = begun.headers.get_list("set-cookie")
        assert {"HttpOnly", "SameSite=lax"} <= set(said.split("; "))
        sent = await self.web.get(begun.headers["location"])
        return str(sent.headers["location"])

    async def come_back(self, address: str) -> httpx.Response:
        """Follow it."""
        return await self.program.http.get(address, headers=HTML | {"Sec-Fetch-Site": "cross-site"})  # type: ignore[no-any-return]

    async def refused(self, status: int, words: str, address: str = "") -> None:
        """See that nobody is signed in."""
        answer = await self.come_back(address or await self.go())
        assert (answer.status_code, COOKIE in answer.cookies) == (status, False)
        assert words in answer.text
        assert self.accounts() == []

    def accounts(self) -> list[tuple[Any, ...]]:
        """Give names and roles of all accounts."""
        return list(self.program.doors.connection.execute("SELECT name, role FROM account ORDER BY key").fetchall())


@pytest.fixture
async def way(program: Any) -> AsyncIterator[Way]:
    """Give a browser, and a provider the hub knows."""
    async with a_provider() as (provider, address), httpx.AsyncClient(timeout=LIMIT_S) as web:
        program.doors.provider = client_at(address, "http://hub.test")
        yield Way(program, provider, web)


async def test_whoever_has_a_role_there_comes_in_with_an_account_of_their_own(way: Way) -> None:
    for _ in range(2):
        answer = await way.come_back(await way.go("/stations"))
        # One step more from our own page: only then the browser sends the cookie along.
        assert 'content="0; url=/stations"' in answer.text
        signed = Signed(answer.cookies[COOKIE])
        shown = await way.program.http.get("/stations", headers=signed.cookie | {"Accept": "text/html"})
        assert (shown.status_code, "<bdi>maria</bdi>" in shown.text) == (200, True)
    assert way.accounts() == [("maria", "resource_sharing")]
    own = await way.program.http.get("/password", headers=signed.cookie | {"Accept": "text/html"})
    assert "You sign in with the university&#39;s account" in own.text
    first, second = way.provider.asked
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


async def test_the_door_shows_the_button_only_where_there_is_a_provider(way: Way) -> None:
    shown = await way.program.http.get("/enter?next=/stations", headers=HTML | {"Accept-Language": "de"})
    assert '<a class="button" href="/openid?next=/stations">Anmelden mit the university&#39;s account</a>' in shown.text
    way.program.doors.provider = None
    assert "/openid" not in (await way.program.http.get("/enter", headers=HTML)).text
    assert (await way.program.http.get("/openid", headers=HTML)).status_code == 404


async def test_a_role_that_changes_there_changes_here_with_the_next_sign_in(way: Way) -> None:
    sign_in(way.program.doors, name="local")
    await way.come_back(await way.go())
    way.provider.person["groups"] = ["circulation", "holdshelf-admins"]
    await way.come_back(await way.go())
    assert way.accounts() == [("local", "admin"), ("maria", "admin")]
    way.provider.person["groups"] = ["circulation"]
    answer = await way.come_back(await way.go())
    assert 'content="0; url=/desk"' in answer.text
    assert way.accounts() == [("local", "admin"), ("maria", "desk")]


async def test_a_name_that_changes_there_stays_the_same_account(way: Way) -> None:
    await way.come_back(await way.go())
    way.provider.person["preferred_username"] = "somebody-else"
    await way.come_back(await way.go())
    assert way.accounts() == [("maria", "resource_sharing")]


async def test_an_account_with_a_password_is_never_entered_by_its_name(way: Way) -> None:
    sign_in(way.program.doors, name="maria")
    answer = await way.come_back(await way.go())
    assert (answer.status_code, COOKIE in answer.cookies) == (403, False)
    assert "There is an account maria with a password" in answer.text


@pytest.mark.parametrize(
    ("person", "status", "words"),
    [
        ({"groups": ["readers"]}, 403, "says nothing that lets you in here"),
        ({"groups": None}, 403, "says nothing that lets you in here"),
        ({"groups": {"ill": True}}, 403, "says nothing that lets you in here"),
        ({"preferred_username": None}, 403, "gives no name"),
        ({"preferred_username": "!!!", "email": "maria@library.example", "email_verified": False}, 403, "gives no name"),
    ],
)
async def test_whoever_has_no_role_or_no_name_there_stays_out(way: Way, person: dict[str, Any], status: int, words: str) -> None:
    way.provider.person |= person
    await way.refused(status, words)


@pytest.mark.parametrize(("verified", "accounts"), [(True, [("chief", "admin")]), (False, []), ("true", []), (None, [])])
async def test_an_address_of_mail_counts_where_the_provider_has_seen_that_it_is_theirs(
    way: Way, verified: Any, accounts: list[Any]
) -> None:
    provider = way.program.doors.provider.client
    way.program.doors.provider = client_at(provider.issuer, "http://hub.test", claim="email")
    way.provider.person = {"sub": "1", "email": "chief@library.example", "email_verified": verified}
    await way.come_back(await way.go())
    assert way.accounts() == accounts


async def test_a_claim_may_lie_inside_another(way: Way) -> None:
    provider = way.program.doors.provider.client
    way.program.doors.provider = client_at(provider.issuer, "http://hub.test", claim="realm_access.roles")
    way.provider.person = {"sub": "1", "preferred_username": "ben", "realm_access": {"roles": ["circulation"]}}
    await way.come_back(await way.go())
    assert way.accounts() == [("ben", "desk")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None}, {"iss": "https://evil.example"}, {"iss": None},
        {"exp": 1_000_000}, {"exp": None}, {"iat": 4_000_000_000}, {"sub": None}, {"aud": ["holdshelf", "x"], "azp": "x"},
    ],
    ids=str,
)  # fmt: skip
async def test_an_id_token_that_says_something_wrong_signs_nobody_in(way: Way, wrong: dict[str, Any]) -> None:
    way.provider.wrong = wrong
    await way.refused(502, "does not hold")


async def test_an_id_token_with_another_signature_signs_nobody_in(way: Way) -> None:
    way.provider.key = other_key()
    await way.refused(502, "does not hold")
    way.provider.algorithm = "none"
    await way.refused(502, "does not hold")


async def test_a_key_that_the_provider_has_changed_is_asked_for(way: Way) -> None:
    await way.come_back(await way.go())
    way.provider.turn_key()
    assert COOKIE in (await way.come_back(await way.go())).cookies


async def test_a_provider_that_calls_itself_something_else_is_not_believed(way: Way) -> None:
    way.provider.issuer = "https://evil.example"
    answer = await way.program.http.get("/openid", headers=HTML)
    assert (answer.status_code, "does not hold" in answer.text) == (502, True)


async def test_a_code_that_was_used_once_is_no_good_again(way: Way) -> None:
    address = await way.go()
    assert COOKIE in (await way.come_back(address)).cookies
    await way.program.http.get("/openid", headers=HTML)
    answer = await way.come_back(address)
    assert (answer.status_code, COOKIE in answer.cookies) == (400, False)


async def test_what_began_in_another_browser_ends_in_none(way: Way) -> None:
    address = await way.go()
    way.program.http.cookies.clear()
    await way.refused(400, "began in another browser", address)
    await way.go()
    await way.refused(400, "began in another browser", address)
    await way.refused(400, "began in another browser", "/openid/back?code=code-1&state=")


async def test_whoever_goes_back_there_is_told_so(way: Way) -> None:
    await way.go()
    await way.refused(403, "Nothing was done", "/openid/back?error=access_denied&state=x")


async def test_a_wrong_secret_of_ours_is_told_to_the_log_and_in_words_to_the_person(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    way.program.doors.provider = client_at(way.program.doors.provider.client.issuer, "http://hub.test", client_secret="x")
    await way.refused(502, "does not hold")
    assert [record for record in caplog.records if "invalid_client" in str(record.__dict__.get("why"))]


async def test_a_provider_that_is_away_leaves_the_password(way: Way) -> None:
    way.program.doors.provider = client_at("http://127.0.0.1:9", "http://hub.test")
    answer = await way.program.http.get("/openid", headers=HTML)
    assert (answer.status_code, 'name="password"' in answer.text) == (503, True)
    assert "does not answer now" in answer.text


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_one_comes_to_no_other_site_that_way(way: Way, next: str) -> None:
    answer = await way.come_back(await way.go(next))
    assert 'content="0; url=/"' in answer.text
