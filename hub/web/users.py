"""The page of accounts and of the devices that are signed in as a desk: for admins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from hub.core.accounts import LEAST, StaffRole
from hub.errors import HubError, Invalid
from hub.flows.keep_accounts import SHORT, end_device, remove_account, saying, set_role
from hub.store.pages.accounts import AccountView, Device, accounts, devices
from hub.web.inside import Hand, Inside
from hub.web.shell import in_words, page
from hub.web.signing_in import add_with_password, change_password
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(include_in_schema=False)

MOST = 500
DONE = ("added", "role", "password", "removed", "ended")
"""What the page says was done; each has its words."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows."""

    accounts: tuple[AccountView, ...]
    devices: tuple[Device, ...]


@router.get("/users")
async def users(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show all accounts."""
    done = request.query_params.get("done")
    return await _page(hand, visitor, done=done if done in DONE else None)


@router.post("/users/add")
async def add(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Add an account."""
    given = await fields_of(request)
    name = given.get("name", "").strip().lower()

    async def change() -> None:
        await add_with_password(hand, name, _role(given), given.get("password", ""))

    return await _changed(hand, visitor, "added", change, name=name, chosen=given.get("role", ""))


@router.post("/users/role")
async def change_role(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Give an account another role."""
    given = await fields_of(request)

    async def change() -> None:
        hand.doors.write(partial(set_role, name=given.get("name", ""), role=_role(given), now=hand.doors.now()))

    return await _changed(hand, visitor, "role", change)


@router.post("/users/password")
async def give_password(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Give an account another password."""
    given = await fields_of(request)

    async def change() -> None:
        await change_password(hand, given.get("name", ""), given.get("password", ""))

    return await _changed(hand, visitor, "password", change)


@router.post("/users/remove")
async def remove(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Remove an account."""
    given = await fields_of(request)

    async def change() -> None:
        hand.doors.write(partial(remove_account, name=given.get("name", "")))

    return await _changed(hand, visitor, "removed", change)


@router.post("/users/end-device")
async def sign_device_out(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Sign a desk's own device out."""
    given = await fields_of(request)

    async def change() -> None:
        hand.doors.write(partial(end_device, short=given.get("device", "")))

    return await _changed(hand, visitor, "ended", change)


async def _changed(hand: Inside, visitor: Visitor, what: str, change: Callable[[], Awaitable[None]], **typed: str) -> Response:
    try:
        await change()
    except HubError as error:
        return await _page(hand, visitor, 422, wrong=in_words(error, visitor.language), **typed)
    return RedirectResponse(f"/users?done={what}", 303)


def _role(given: dict[str, str]) -> StaffRole:
    try:
        return StaffRole(given.get("role", ""))
    except ValueError:
        raise saying(Invalid, "account.role") from None


def _found(connection: Connection, now: datetime) -> Found:
    return Found(tuple(accounts(connection, MOST).items), devices(connection, now, SHORT))


async def _page(
    hand: Inside, visitor: Visitor, status: int = 200, *, wrong: str | None = None, done: str | None = None, **typed: str
) -> Response:
    found = await hand.read(partial(_found, now=hand.doors.now()))
    said = None if done is None else say(visitor.language, f"users.done.{done}")
    values = {"at": "users", "found": found, "roles": list(StaffRole), "least": LEAST, "wrong": wrong, "done": said}
    return page(hand, visitor, "users.html", "admin", status, **(values | {"name": "", "chosen": ""} | typed))
