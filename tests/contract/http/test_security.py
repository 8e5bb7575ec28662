"""Who may, what is refused, and what no answer may do."""

from __future__ import annotations

import json
import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from broker import __version__
from hub.web.examples import EXAMPLES, PLACE
from hub.web.guard import GUARDED
from tests.support.staff import ORIGIN, sign_in
from tests.support.web import ADA, METRICS_TOKEN, TOKEN, a_web, client_of
from tests.support.working_forms import everything, furnish

A_REQUEST = {"title": "The Overstory", "requester": ADA, "pickup_desk": "main", "partner": "tul"}
MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def every_operation(program: Any) -> list[tuple[str, str]]:
    paths = program.app.openapi()["paths"]
    return [(method.upper(), path.replace("{", "").replace("}", "")) for path, methods in paths.items() for method in methods]


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00fc"])
async def test_nothing_but_health_is_told_without_the_token(program: Any, token: str | None) -> None:
    del program.http.headers["authorization"]
    headers = {} if token is None else {"Authorization": token.encode("utf-8")}
    operations = every_operation(program)
    assert len(operations) > 30
    for method, path in operations:
        answer = await program.http.request(method, path, headers=headers, content=b"{")
        if path.startswith("/api/v1/health/"):
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert answer.headers["content-type"] == "application/problem+json"


async def test_the_session_of_a_browser_opens_no_operation_of_the_api(program: Any) -> None:
    """So that no page of whatever site can have a signed-in browser ask for one."""
    signed = sign_in(program.doors)
    for origin in (ORIGIN, {"Origin": "http://evil.example"}):
        for method, path in every_operation(program):
            if not path.startswith("/api/v1/health/"):
                answer = await program.http.request(method, path, headers=signed.cookie | origin | {"X-CSRF-Token": signed.token})
                assert answer.status_code == 401, (method, path)


@pytest.mark.parametrize("who", ["nobody", "a wrong token", "the token of the metrics", "a browser", "a browser of another site"])
async def test_without_the_token_no_operation_changes_anything(tmp_path: Path, who: str) -> None:
    with a_web(tmp_path, furnish) as (app, doors):
        signed = sign_in(doors)
        headers = {
            "nobody": {},
            "a wrong token": {"Authorization": f"Bearer {TOKEN}x"},
            "the token of the metrics": {"Authorization": f"Bearer {METRICS_TOKEN}"},
            "a browser": signed.changing | {"X-CSRF-Token": signed.token},
            "a browser of another site": signed.cookie | {"Origin": "http://evil.example"},
        }[who]
        before = everything(app, doors)
        async with client_of(app) as http:
            for operation, example in EXAMPLES.items():
                method, path = operation.split(" ")
                if method == "GET":
                    continue
                here = GUARDED + PLACE.sub(lambda place, known=example.places: known[place[1]], path)  # type: ignore[misc]  # a default
                body = example.body if isinstance(example.body, str) else json.dumps(example.body)
                told = {"Authorization": "", "Content-Type": example.kind} | headers
                answer = await http.request(method, here, headers=told, content=body)
                assert answer.status_code == 401, operation
        assert everything(app, doors) == before


async def test_an_operation_is_done_by_its_own_method_and_by_no_other(program: Any) -> None:
    paths = program.app.openapi()["paths"]
    for path in paths:
        # /patrons/lookup may be a card as well.
        fitting = [methods for template, methods in paths.items() if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path)]
        for method in {"get", "post", "put", "patch", "delete"}.difference(*fitting):
            answer = await program.http.request(method.upper(), path.replace("{", "").replace("}", ""))
            assert answer.status_code == 405, (method, path)


async def test_an_unknown_address_says_no_more_than_any_other(program: Any) -> None:
    answer = await program.http.get("/api/v1/nothing", headers={"Authorization": ""})
    assert answer.status_code == 401
    answer = await program.http.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is nothing at this address.")


@pytest.mark.parametrize("path", ["/api/v1/../v1/requests", "/api//v1/requests", "/API/v1/requests", "/api/v1/requests/"])
async def test_no_spelling_of_an_address_goes_round_the_guard(program: Any, path: str) -> None:
    answer = await program.http.get(path, headers={"Authorization": ""}, follow_redirects=True)
    assert answer.status_code in (401, 404)


async def test_an_unknown_field_is_refused_by_name(program: Any) -> None:
    told = await program.post("/requests", 422, **A_REQUEST, colour="blue")
    assert told["detail"] == "There is no field colour here."
    assert told["errors"] == [{"field": "colour", "detail": "There is no field colour here."}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": ""}, "title is empty."),
        ({"title": "x" * 501}, "title is longer than 500 characters."),
        ({"title": 5}, "title is not a text."),
        ({"title": None}, "title is not a text."),
        ({"title": "a\u0000b"}, "title holds a character that cannot be shown."),
        ({"title": "a\x1b[31mb"}, "title holds a character that cannot be shown."),
        ({"needed_by": "soon"}, "needed_by is not a day written YYYY-MM-DD."),
        ({"confirm": "perhaps"}, "confirm is neither true nor false."),
    ],
)
async def test_a_wrong_field_is_named_in_words(program: Any, body: dict[str, Any], words: str) -> None:
    answer = await program.http.post("/api/v1/requests", json=A_REQUEST | body)
    assert (answer.status_code, answer.json()["detail"]) == (422, words)


async def test_a_missing_field_is_named(program: Any) -> None:
    told = await program.post("/requests", 422, title="X")
    assert told["detail"] == "requester is missing. pickup_desk is missing. partner is missing."


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b'{"title": "\\ud800", "requester": "1", "pickup_desk": "main", "partner": "tul"}', 422),
        (b" " * (1 << 20) + b"{}", 413),
    ],
)
async def test_a_body_that_is_no_body_is_told(program: Any, content: bytes, status: int) -> None:
    answer = await program.http.post("/api/v1/requests", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["status"], bool(told["title"]), bool(told["detail"])) == (status, True, True)


async def test_a_body_without_its_length_is_counted(program: Any) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b" " * 65536

    answer = await program.http.post("/api/v1/requests", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


async def test_an_error_inside_says_nothing_of_the_inside(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program.doors, "write", lambda change: 1 / 0)
    answer = await program.http.post("/api/v1/requests", json=A_REQUEST)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "division" not in answer.text


async def test_a_full_disk_is_told_and_passes(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(change: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(program.doors, "write", full)
    answer = await program.http.post("/api/v1/requests", json=A_REQUEST)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Nothing was changed" in answer.json()["detail"]


async def test_health_is_ready_or_says_why(program: Any) -> None:
    for path in ("/health/ready", "/api/v1/health/ready"):
        program.doors.problems = ()
        assert (await program.http.get(path, headers={"Authorization": ""})).json() == {"ready": True, "problems": [], "warnings": []}
        program.doors.problems = ("The broker cannot be reached.",)
        answer = await program.http.get(path, headers={"Authorization": ""})
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "problems": ["The broker cannot be reached."], "warnings": []})


async def test_every_answer_carries_the_headers(program: Any) -> None:
    for path in ("/", "/enter", "/api/docs", "/static/live.js", "/api/v1/requests", "/api/v1/nothing", "/health/live"):
        answer = await program.http.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        self.tags.append(tag)
        self.attributes += attrs


async def enter(program: Any) -> None:
    program.http.headers["cookie"] = sign_in(program.doors).cookie["Cookie"]


@pytest.mark.parametrize("cookie", ["", "x", "1.x", "\u0661.x", TOKEN, "holdshelf=x; holdshelf-door=y"])
async def test_a_made_up_cookie_opens_nothing(program: Any, cookie: str) -> None:
    answer = await program.http.get("/", headers={"Cookie": f"holdshelf={cookie}".encode(), "Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/enter")


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
async def test_another_sites_page_gets_no_live_feed(program: Any, headers: dict[str, str]) -> None:
    await enter(program)
    assert (await program.http.get("/live", headers=headers)).status_code == 401


async def test_the_pages_cookie_is_no_key_to_the_api(program: Any) -> None:
    await enter(program)
    assert (await program.http.get("/api/v1/requests", headers={"Authorization": ""})).status_code == 401


async def test_a_title_with_markup_is_text(program: Any) -> None:
    await program.request(MARKUP, author=MARKUP)
    await program.scan("rs-1", (await program.get("/requests"))["items"][0]["request_id"])
    await enter(program)
    text = (await program.http.get("/")).text
    page = Tags(text)
    assert page.tags.count("script") == 1
    ours = {f"/static/{name}?v={__version__}" for name in ("mark.svg", "live.js")}
    assert {value for name, value in page.attributes if name == "src"} <= ours
    assert [name for name, _ in page.attributes if name.startswith("on") or name == "style"] == []
    assert "&lt;script&gt;alert(1)" in text
    assert "Test &lt;Library&gt;" in text


async def test_no_patron_stands_on_the_page(program: Any) -> None:
    named = await program.request(patron_note="secret")
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode="30000000000012")
    await program.scan("main-1", "30000000000012")
    await program.scan("main-1", ADA)
    await enter(program)
    text = (await program.http.get("/")).text
    assert "A patron&#39;s card was read." in text
    for private in (ADA, "Ada", "Heron", "patron1@", "secret"):
        assert private not in text


@pytest.mark.parametrize("asked", ["state=NONE", "state=active&cursor=x", f"cursor={'A' * 500}"])
async def test_a_wrong_address_of_the_page_is_told(program: Any, asked: str) -> None:
    await enter(program)
    assert (await program.http.get(f"/?{asked}")).status_code == 422


async def test_the_api_is_described_without_anything_from_elsewhere(program: Any) -> None:
    answer = await program.http.get("/api/docs", headers={"Authorization": ""})
    page = Tags(answer.text)
    assert "script" not in page.tags
    assert {value for name, value in page.attributes if name in ("src", "href") and value and not value.startswith(("/", "#"))} == set()
    for method, path in program.app.openapi()["paths"].items():
        assert f"<code>{method}</code>" in answer.text, path
    assert json.loads((await program.http.get("/api/openapi.json")).text)["openapi"].startswith("3.1")
