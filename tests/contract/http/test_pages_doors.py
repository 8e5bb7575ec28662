"""Every route of the pages names who may use it, and one that changes something refuses whatever is not our own page's form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Route

from hub.core.accounts import StaffRole
from hub.web.app import inside_of
from hub.web.guard import GUARDED
from hub.web.session import COOKIE, DOOR, HEADER, form_token
from hub.web.visitor import Allow, AllowDoor
from tests.support.every_page import at, found_in, pages
from tests.support.staff import ORIGIN, PASSWORD, Signed, sign_in, sign_in_desk
from tests.support.web import TOKEN, TestDoors, a_web, until
from tests.support.working_forms import Form, everything, forms, furnish

OPEN = {"/enter", "/first", "/api/docs", "/openid", "/openid/back"}
"""Pages for nobody in particular."""
BY_ITSELF = {"/static", "/api/openapi.json", "/health/live", "/health/ready", "/metrics"}
"""What only tells something, without a password or by the guard's own rule."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


ONLY_LOOK = {
    "/requests/patrons": "shows patrons by what is typed",
    "/requests/find": "shows requests by what is typed",
    "/requests/several": "shows what would follow",
    "/admin/patrons/find": "leads to a patron by a card",
    "/language": "gives this browser a cookie",
}
"""By POST, and in the walks below like all others, although nothing of the hub changes."""
ROUTES = sorted(path for method, path, rule in pages() if method == "POST" and rule is not None)
ADMIN = "walker"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[FastAPI, TestDoors]]:
    """Give the web of a library in which there is something of each kind to change."""
    with a_web(tmp_path, furnish) as made:
        yield made


def changing(program: Any, **more: str) -> list[tuple[Form, Allow | AllowDoor]]:
    """Give every way to change something: a form that does, and who may."""
    rules = {path: rule for method, path, rule in pages() if method == "POST" and rule is not None}
    return [(form, rules[form.route]) for form in forms(program.app, program.doors, ADMIN, **more)]


async def post(program: Any, path: str, headers: dict[str, str], **fields: str) -> Any:
    return await program.http.post(path, headers={"Authorization": "", **headers}, data=fields)


def test_every_page_names_its_roles() -> None:
    assert {path for _, path, rule in pages() if rule is None} == OPEN
    assert {method for method, _, _ in pages()} == {"GET", "POST"}
    for method, path, rule in pages():
        assert rule is None or rule.changes is (method == "POST"), path


def test_every_route_is_a_page_that_names_its_roles_or_is_behind_the_token(program: Any) -> None:
    """So that the walks below, and that of the API's operations, leave none out."""
    told, ours = set(program.app.openapi()["paths"]), {path for _, path, _ in pages()}
    assert all(path.startswith(f"{GUARDED}/") for path in told)
    for route in iter_route_contexts(program.app.routes):
        known = route.path in told | ours | BY_ITSELF
        assert known, f"{route.path} is neither a page (hub.web.app.PAGES) nor described at /api/openapi.json"
        if route.path in BY_ITSELF and isinstance(route.original_route, Route):
            assert (route.methods or set()) <= {"GET", "HEAD"}, route.path


@pytest.mark.parametrize("route", ROUTES)
async def test_its_form_does_something_when_it_comes_as_it_should(program: Any, route: str) -> None:
    """So that the walks below see what would be let through, and a new route is part of them."""
    # The first account is made where there is no admin.
    signed = sign_in(program.doors, StaffRole.DESK if route == "/first-account" else StaffRole.ADMIN, ADMIN)
    [form] = [form for form, _ in changing(program) if form.route == route]
    before = everything(program.app, program.doors)
    answer = await form.send(program, signed.changing, signed.token)
    assert answer.status_code in (200, 303), answer.text
    await until(lambda: not any(each.working for each in inside_of(program.app).imports.all()))
    assert (everything(program.app, program.doors) != before) is (route not in ONLY_LOOK)


async def test_looking_changes_nothing(program: Any) -> None:
    signed, found = sign_in(program.doors, name=ADMIN), found_in(program.doors)
    before, seen = everything(program.app, program.doors), 0
    for method, path, _ in pages():
        if method == "GET" and not path.endswith("/live"):
            answer = await program.http.get(at(path, **found), headers=signed.cookie | {"Accept": "text/html"})
            assert answer.status_code < 500, path
            seen += answer.status_code == 200
    assert seen > 30
    assert everything(program.app, program.doors) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
async def test_what_changes_something_is_never_done_by_another_method(program: Any, method: str) -> None:
    signed = sign_in(program.doors, name=ADMIN)
    told, before = changing(program), everything(program.app, program.doors)
    for form, _ in told:
        answer = await program.http.request(method, form.path, headers=signed.changing | {HEADER: signed.token})
        assert answer.status_code in (404, 405), form.path
    assert everything(program.app, program.doors) == before


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://hub.test:8081", "https://hub.test.evil.example"])
async def test_what_another_sites_page_asks_for_is_not_done(program: Any, origin: str | None) -> None:
    signed = sign_in(program.doors, name=ADMIN)
    told, before = changing(program), everything(program.app, program.doors)
    for form, _ in told:
        headers = signed.cookie | ({} if origin is None else {"Origin": origin})
        answer = await form.send(program, headers, signed.token)
        assert answer.status_code == 403, form.path
    assert everything(program.app, program.doors) == before


@pytest.mark.parametrize("in_header", [False, True])
@pytest.mark.parametrize("token", [None, "", "x", "another's"])
async def test_a_form_without_its_token_does_nothing(program: Any, token: str | None, in_header: bool) -> None:
    signed, other = sign_in(program.doors, name=ADMIN), sign_in(program.doors, name="other")
    told, before = changing(program), everything(program.app, program.doors)
    for form, _ in told:
        answer = await form.send(program, signed.changing, other.token if token == "another's" else token, in_header=in_header)
        assert answer.status_code == 403, form.path
    assert everything(program.app, program.doors) == before


async def test_nobody_changes_anything(program: Any) -> None:
    told, before = changing(program), everything(program.app, program.doors)
    for form, rule in told:
        for cookie in ("", f"{COOKIE}=made-up"):
            answer = await form.send(program, ORIGIN | {"Cookie": cookie}, form_token("another"))
            # Signing in is for nobody; there the form has a cookie of its own.
            assert answer.status_code == (403 if isinstance(rule, AllowDoor) else 401), form.path
    assert everything(program.app, program.doors) == before


async def test_the_token_of_the_api_is_no_way_round(program: Any) -> None:
    told, before = changing(program), everything(program.app, program.doors)
    for form, rule in told:
        if isinstance(rule, Allow):
            answer = await form.send(program, ORIGIN | {"Authorization": f"Bearer {TOKEN}"}, "x")
            assert answer.status_code == 401, form.path
    assert everything(program.app, program.doors) == before


@pytest.mark.parametrize(("role", "device"), [*((role, False) for role in StaffRole), (StaffRole.DESK, True)])
async def test_a_wrong_role_is_refused_everywhere(program: Any, role: StaffRole, device: bool) -> None:
    who, found = sign_in_desk(program.doors, "main") if device else sign_in(program.doors, role), found_in(program.doors)
    told, before, refused = changing(program), everything(program.app, program.doors), 0
    for form, rule in told:
        if not may(rule, role, device):
            answer = await form.send(program, who.changing, who.token)
            assert answer.status_code == 403, (form.path, role)
            refused += 1
    for method, path, looks in pages():
        if method == "GET" and not may(looks, role, device):
            answer = await program.http.get(at(path, **found), headers=who.cookie)
            assert answer.status_code == 403, (path, role)
            refused += 1
    assert (refused > 0) is (device or role is not StaffRole.ADMIN)
    assert everything(program.app, program.doors) == before


def may(rule: Allow | AllowDoor | None, role: StaffRole, device: bool) -> bool:
    """Say whether a rule lets somebody of a role in, or a desk's own device."""
    return not isinstance(rule, Allow) or (rule.device if device else role in rule.roles)


async def test_a_device_of_one_desk_is_nobody_at_another(program: Any) -> None:
    desk = sign_in_desk(program.doors, "main")
    told, before = changing(program, desk="east"), everything(program.app, program.doors)
    for form, rule in told:
        if isinstance(rule, Allow) and "{desk}" in form.route:
            answer = await form.send(program, desk.changing, desk.token)
            assert answer.status_code == 403, form.path
    for method, path, looks in pages():
        if method == "GET" and isinstance(looks, Allow) and looks.device and "{desk}" in path:
            answer = await program.http.get(path.replace("{desk}", "east"), headers=desk.cookie)
            assert answer.status_code == 403, path
    assert everything(program.app, program.doors) == before


# Signing in.


async def door(program: Any, path: str = "/enter") -> dict[str, str]:
    """Open the door's page in a browser that has been nowhere, and give what its form's cookie holds."""
    program.http.cookies.clear()
    answer = await program.http.get(path, headers={"Authorization": ""})
    return {"cookie": answer.cookies[DOOR], "text": answer.text}


async def try_it(program: Any, name: str, password: str, **more: str) -> Any:
    secret = (await door(program))["cookie"]
    headers = ORIGIN | {"Cookie": f"{DOOR}={secret}"}
    return await post(program, "/sign-in", headers, csrf=form_token(secret), name=name, password=password, **more)


def cookie_of(answer: Any) -> str:
    """Give what the cookie holds that an answer set, and see that it is one for us alone."""
    [said] = [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{COOKIE}=")]
    assert {"HttpOnly", "SameSite=strict"} <= set(said.split("; "))
    return str(said.split(";")[0].partition("=")[2])


@pytest.mark.parametrize(("role", "home"), [("desk", "/desk"), ("resource_sharing", "/"), ("admin", "/")])
async def test_whoever_has_the_password_is_let_in(program: Any, role: str, home: str) -> None:
    sign_in(program.doors, StaffRole(role), "maria")
    answer = await try_it(program, " Maria ", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, home)
    signed = Signed(cookie_of(answer))
    answer = await program.http.get("/password", headers=signed.cookie)
    assert answer.status_code == 200
    assert signed.token in answer.text
    assert signed.secret not in answer.text
    out = await post(program, "/sign-out", signed.changing, csrf=signed.token)
    assert (out.status_code, out.headers["location"]) == (303, "/enter")
    assert (await program.http.get("/password", headers=signed.cookie)).status_code == 401


async def test_one_comes_to_the_page_that_was_asked_for_and_nowhere_else(program: Any) -> None:
    sign_in(program.doors, name="maria")
    asked = await program.http.get("/users?done=role", headers={"Authorization": "", "Accept": "text/html"})
    assert asked.headers["location"] == "/enter?next=/users%3Fdone%3Drole"
    assert (await try_it(program, "maria", PASSWORD, next="/users?done=role")).headers["location"] == "/users?done=role"
    for elsewhere in ("//evil.example", "http://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"):
        assert (await try_it(program, "maria", PASSWORD, next=elsewhere)).headers["location"] == "/"


@pytest.mark.parametrize(("name", "password"), [("maria", "wrong"), ("nobody", PASSWORD), ("", ""), ("maria", PASSWORD.upper())])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(program: Any, name: str, password: str) -> None:
    sign_in(program.doors, name="maria")
    answer = await try_it(program, name, password)
    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{COOKIE}=")] == []


async def test_after_ten_wrong_passwords_the_right_one_waits_too(program: Any) -> None:
    sign_in(program.doors, name="maria")
    for _ in range(10):
        assert (await try_it(program, "maria", "wrong")).status_code == 401
    answer = await try_it(program, "maria", PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "Too many tries" in answer.text


async def test_a_first_sign_in_is_told_how_to_make_an_account(program: Any) -> None:
    assert "holdshelf user add" in (await door(program))["text"]
    sign_in(program.doors)
    assert "holdshelf user add" not in (await door(program))["text"]


async def test_the_door_speaks_german(program: Any) -> None:
    answer = await program.http.get("/enter", headers={"Accept-Language": "de-AT"})
    assert '<html lang="de">' in answer.text
    assert "Passwort" in answer.text


async def test_a_link_on_another_sites_page_leads_in_by_one_step_more_and_signs_nobody_out(program: Any) -> None:
    """The browser sends no cookie with it, whoever is signed in; with the step from our own page it does."""
    asked = {"Authorization": "", "Accept": "text/html", "Sec-Fetch-Site": "cross-site"}
    answer = await program.http.get("/desk/main?station=main-1&x=%22%3E%3Cscript%3E", headers=asked)
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert 'content="0; url=/desk/main?station=main-1&amp;x=%22%3E%3Cscript%3E"' in answer.text
    again = await program.http.get("/desk/main?station=main-1", headers=asked | {"Sec-Fetch-Site": "same-origin"})
    assert again.headers["location"] == "/enter?next=/desk/main%3Fstation%3Dmain-1"
    assert (await program.http.get("/desk/main", headers=asked | {"Accept": "text/event-stream"})).status_code == 401


async def test_a_form_of_a_thousand_fields_is_none(program: Any) -> None:
    signed = sign_in(program.doors)
    headers = signed.changing | FORM
    answer = await program.http.post("/users/add", headers=headers, content="&".join(["a=b"] * 1000) + f"&csrf={signed.token}")
    assert answer.status_code == 403


async def test_whoever_asks_for_what_is_not_there_reads_a_page_and_a_program_a_problem(program: Any) -> None:
    signed = sign_in(program.doors)
    for path in ("/desk/nowhere", "/station/nowhere", "/nothing", "/?state=NONE"):
        answer = await program.http.get(path, headers=signed.cookie | {"Accept": "text/html", "Accept-Language": "de"})
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>Das ging nicht</h1>" in answer.text
        problem = await program.http.get(path, headers=signed.cookie)
        assert (problem.status_code, problem.headers["content-type"]) == (answer.status_code, "application/problem+json")
    told = await program.http.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert told.headers["content-type"] == "application/problem+json"
