"""Accounts of staff, for whoever has the token; a password is taken and never given."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from hub.core.accounts import MOST, StaffRole
from hub.flows.keep_accounts import remove_account, set_role
from hub.store.pages.accounts import AccountView, accounts, one_account
from hub.store.pages.cursor import Page
from hub.web.api.bodies import Body, Short
from hub.web.inside import Hand
from hub.web.lists import Asked, listing, one
from hub.web.signing_in import add_with_password, change_password
from hub.web.tables import Table

router = APIRouter(prefix="/users", tags=["users"])
TABLE = Table("users", AccountView)
Password = Annotated[str, Field(max_length=MOST)]


class NewAccountBody(Body):
    """A new account."""

    name: Short
    role: StaffRole
    password: Password


class AccountBody(Body):
    """What changes of an account: its role, its password or both; it is signed out everywhere."""

    role: StaffRole | None = None
    password: Password | None = None


@router.get("", summary="All accounts of staff by name", response_model=Page[AccountView])
async def every(hand: Hand, asked: Asked) -> Response:
    """Give the accounts."""
    return await listing(hand, asked, accounts, TABLE)


@router.post("", status_code=201, summary="Add an account; 409 when the name is taken", response_model=AccountView)
async def add(hand: Hand, body: NewAccountBody) -> Response:
    """Add an account."""
    await add_with_password(hand, body.name, body.role, body.password)
    return await one(hand, partial(one_account, name=body.name), AccountView, 201, f"/api/v1/users/{body.name}")


@router.get("/{name}", summary="One account", response_model=AccountView)
async def look_at(hand: Hand, name: str) -> Response:
    """Give one account."""
    return await one(hand, partial(one_account, name=name), AccountView)


@router.patch("/{name}", summary="Change role or password of an account; 409 for the role of the last admin", response_model=AccountView)
async def change(hand: Hand, name: str, body: AccountBody) -> Response:
    """Change an account."""
    if body.password is not None:
        await change_password(hand, name, body.password)
    if body.role is not None:
        hand.doors.write(partial(set_role, name=name, role=body.role, now=hand.doors.now()))
    return await one(hand, partial(one_account, name=name), AccountView)


@router.delete("/{name}", status_code=204, summary="Remove an account; 409 for the last admin")
async def remove(hand: Hand, name: str) -> Response:
    """Remove an account."""
    hand.doors.write(partial(remove_account, name=name))
    return Response(status_code=204)
