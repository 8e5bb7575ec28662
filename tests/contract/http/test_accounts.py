"""Accounts by page, by API and by the first link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.core.accounts import StaffRole
from hub.flows.keep_accounts import make_first_link
from hub.secret import id_of
from hub.web.session import COOKIE, DOOR, form_token
from tests.support.staff import ORIGIN, PASSWORD, Signed, kept, sign_in, sign_in_desk

NEW = "quite another password"


async def act(program: Any, signed: Signed, what: str, **fields: str) -> Any:
    return await program.http.post(f"/users/{what}", headers=signed.changing, data={"csrf": signed.token} | fields)


def of(program: Any) -> dict[str, str]:
    return dict(map(tuple, program.doors.connection.execute("SELECT name, role FROM account").fetchall()))


async def is_in(program: Any, signed: Signed) -> bool:
    return bool((await program.http.get("/password", headers=signed.cookie)).status_code == 200)


async def test_an_admin_adds_changes_and_removes_an_account(program: Any) -> None:
    signed = sign_in(program.doors, name="chief")
    answer = await act(program, signed, "add", name=" Maria ", role="desk", password=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/users?done=added")
    assert of(program) == {"chief": "admin", "maria": "desk"}
    page = await program.http.get("/users?done=added", headers=signed.cookie)
    assert "The account was added." in page.text
    assert NEW not in page.text
    await act(program, signed, "role", name="maria", role="resource_sharing")
    assert of(program)["maria"] == "resource_sharing"
    await act(program, signed, "password", name="maria", password=PASSWORD)
    await act(program, signed, "remove", name="maria")
    assert of(program) == {"chief": "admin"}


@pytest.mark.parametrize(("what", "fields"), [("role", {"role": "desk"}), ("password", {"password": NEW}), ("remove", {})])
async def test_whoever_was_changed_is_signed_out_everywhere(program: Any, what: str, fields: dict[str, str]) -> None:
    signed, other = sign_in(program.doors, name="chief"), sign_in(program.doors, name="maria")
    assert await is_in(program, other)
    await act(program, signed, what, name="maria", **fields)
    assert not await is_in(program, other)
    assert await is_in(program, signed)


@pytest.mark.parametrize(("what", "fields"), [("role", {"role": "desk"}), ("remove", {})])
async def test_the_last_admin_stays(program: Any, what: str, fields: dict[str, str]) -> None:
    signed = sign_in(program.doors, name="chief")
    answer = await act(program, signed, what, name="chief", **fields)
    assert answer.status_code == 422
    assert "chief is the only account that may keep accounts." in answer.text
    assert of(program) == {"chief": "admin"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "chief", "role": "desk", "password": NEW}, "There is an account chief already."),
        ({"name": "Not a name", "role": "desk", "password": NEW}, "A name has small letters"),
        ({"name": "<b>", "role": "desk", "password": NEW}, "&lt;b&gt;"),
        ({"name": "maria", "role": "king", "password": NEW}, "Choose a role"),
        ({"name": "maria", "role": "desk", "password": "short"}, "at least 10 characters"),
        ({"name": "maria", "role": "desk"}, "at least 10 characters"),
    ],
)
async def test_what_is_wrong_is_said_in_words(program: Any, fields: dict[str, str], words: str) -> None:
    signed = sign_in(program.doors, name="chief")
    answer = await act(program, signed, "add", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert of(program) == {"chief": "admin"}


async def test_one_changes_ones_own_password_and_stays_here_alone(program: Any) -> None:
    signed = sign_in(program.doors, StaffRole.DESK, "maria")
    fields = {"csrf": signed.token, "password": NEW, "again": NEW}
    wrong = await program.http.post("/password/change", headers=signed.changing, data=fields | {"old": "no"})
    assert wrong.status_code == 401
    unlike = await program.http.post("/password/change", headers=signed.changing, data=fields | {"old": PASSWORD, "again": "x"})
    assert unlike.status_code == 422
    assert await is_in(program, signed)
    answer = await program.http.post("/password/change", headers=signed.changing, data=fields | {"old": PASSWORD})
    assert answer.status_code == 303
    assert not await is_in(program, signed)
    assert await is_in(program, Signed(answer.cookies[COOKIE]))


async def test_a_device_that_is_signed_in_as_a_desk_is_listed_and_ended(program: Any) -> None:
    signed, device = sign_in(program.doors), sign_in_desk(program.doors, "main")
    short = id_of(device.secret)[:12]
    page = await program.http.get("/users", headers=signed.cookie)
    assert short in page.text
    assert id_of(device.secret) not in page.text
    await act(program, signed, "end-device", device="%")
    await act(program, signed, "end-device", device=id_of(signed.secret)[:12])
    assert program.doors.connection.execute("SELECT count(*) FROM sign_in").fetchone()[0] == 2
    answer = await act(program, signed, "end-device", device=short)
    assert answer.status_code == 303, answer.text
    assert program.doors.connection.execute("SELECT count(*) FROM sign_in").fetchone()[0] == 1


# The first link.


def a_link(program: Any, lasts: timedelta = timedelta(hours=1)) -> str:
    now = program.doors.now()
    program.doors.write(lambda connection: make_first_link(connection, id_of("link"), now, now + lasts))
    return "link"


async def make_first(program: Any, link: str, **more: str) -> Any:
    program.http.cookies.clear()
    secret = (await program.http.get(f"/first?link={link}")).cookies[DOOR]
    fields = {"csrf": form_token(secret), "link": link, "name": "chief", "password": NEW, "again": NEW} | more
    return await program.http.post("/first-account", headers=ORIGIN | {"Cookie": f"{DOOR}={secret}"}, data=fields)


async def test_the_first_link_makes_an_admin_once(program: Any) -> None:
    link = a_link(program)
    answer = await make_first(program, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert of(program) == {"chief": "admin"}
    assert (await program.http.get("/users", headers=Signed(answer.cookies[COOKIE]).cookie)).status_code == 200
    again = await make_first(program, link, name="second")
    assert again.status_code == 422
    assert "This link is no longer good" in again.text
    assert of(program) == {"chief": "admin"}


@pytest.mark.parametrize("link", ["", "another", "link'--"])
async def test_a_made_up_link_makes_nothing(program: Any, link: str) -> None:
    a_link(program)
    assert (await program.http.get("/first", params={"link": link})).status_code == 410
    assert (await make_first(program, link)).status_code == 422
    assert of(program) == {}


async def test_a_link_ends_and_is_no_good_where_there_is_an_admin(program: Any) -> None:
    assert (await make_first(program, a_link(program, timedelta(seconds=-1)))).status_code == 422
    sign_in(program.doors, name="somebody")
    assert (await make_first(program, a_link(program))).status_code == 422
    assert of(program) == {"somebody": "admin"}


async def test_a_slip_of_the_pen_does_not_use_the_link_up(program: Any) -> None:
    link = a_link(program)
    assert (await make_first(program, link, again="x")).status_code == 422
    assert (await make_first(program, link, password="short", again="short")).status_code == 422
    assert (await make_first(program, link, name="Not a name")).status_code == 422
    assert (await make_first(program, link)).status_code == 303


# By the API.


async def test_a_program_keeps_accounts_and_never_reads_a_password(program: Any) -> None:
    made = await program.post("/users", 201, name="maria", role="admin", password=NEW)
    assert set(made) == {"name", "role", "created_at", "changed_at"}
    await program.post("/users", 409, name="maria", role="desk", password=NEW)
    await program.post("/users", 422, name="paul", role="desk", password="short")
    await program.patch("/users/maria", 409, role="desk")
    await program.patch("/users/nobody", 404, password=NEW)
    assert (await program.patch("/users/maria", password=PASSWORD))["role"] == "admin"
    assert [each["name"] for each in (await program.get("/users"))["items"]] == ["maria"]
    assert (await program.http.delete("/api/v1/users/maria")).status_code == 409
    await program.post("/users", 201, name="paul", role="admin", password=NEW)
    assert (await program.http.delete("/api/v1/users/maria")).status_code == 204
    assert (await program.get("/users/paul"))["role"] == "admin"


async def test_what_is_kept_of_a_password_stands_in_no_answer(program: Any) -> None:
    signed = sign_in(program.doors)
    for path in ("/api/v1/users", "/users", "/password"):
        headers = {} if path.startswith("/api") else signed.cookie
        text = (await program.http.get(path, headers=headers)).text
        assert "argon2" not in text
        assert kept() not in text
