"""Accounts of staff, who is signed in, and the devices of desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from hub.core.accounts import StaffRole
from hub.errors import NotFound
from hub.store.moments import from_ms, to_ms
from hub.store.pages.cursor import Page, page_of, unpack
from hub.store.schema import account, desk, first_link, sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """One account; never its password."""

    name: str
    role: StaffRole
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What signing in needs of an account."""

    key: int
    name: str
    role: StaffRole
    password: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser is signed in as: an account with its role, or a desk."""

    account: str | None
    role: StaffRole | None
    desk: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is signed in as a desk."""

    short: str
    """The beginning of its id."""
    desk: str
    desk_name: str
    begun_at: datetime


def accounts(connection: Connection, limit: int, cursor: str | None = None) -> Page[AccountView]:
    """Give a page of accounts by name."""
    query = select(account.c.name, account.c.role, account.c.created_at, account.c.changed_at).order_by(account.c.name).limit(limit + 1)
    if behind := unpack(cursor, str):
        query = query.where(account.c.name > behind[0])
    found = [
        AccountView(name=row.name, role=StaffRole(row.role), created_at=from_ms(row.created_at), changed_at=from_ms(row.changed_at))
        for row in connection.execute(query)
    ]
    return page_of(found, limit, lambda view: (view.name,))


def one_account(connection: Connection, name: str) -> AccountView:
    """Give one account; NotFound says so in words."""
    row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"There is no account {name}.")
    return AccountView(name=row.name, role=StaffRole(row.role), created_at=from_ms(row.created_at), changed_at=from_ms(row.changed_at))


def kept_account(connection: Connection, name: str) -> Kept | None:
    """Give what is kept of an account, None where there is none of this name."""
    row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
    return None if row is None else Kept(row.key, row.name, StaffRole(row.role), row.password)


def any_admin(connection: Connection) -> bool:
    """Say whether anybody may keep accounts."""
    return connection.scalar(select(account.c.key).where(account.c.role == StaffRole.ADMIN.value).limit(1)) is not None


def signed_in(connection: Connection, id: str, now: datetime) -> SignedIn | None:
    """Give who a browser is signed in as, None for nobody."""
    query = (
        select(sign_in.c.desk, sign_in.c.until, account.c.name, account.c.role)
        .outerjoin(account, account.c.key == sign_in.c.account)
        .where(sign_in.c.id == id, sign_in.c.until >= to_ms(now))
    )
    row = connection.execute(query).one_or_none()
    if row is None or (row.name is None and row.desk is None):
        return None
    return SignedIn(row.name, StaffRole(row.role) if row.role is not None else None, row.desk, from_ms(row.until))


def devices(connection: Connection, now: datetime, short: int) -> tuple[Device, ...]:
    """Give the devices that are signed in as desks, each named by so many signs of its id."""
    query = (
        select(sign_in.c.id, sign_in.c.desk, desk.c.name, sign_in.c.begun_at)
        .join(desk, desk.c.code == sign_in.c.desk)
        .where(sign_in.c.desk.is_not(None), sign_in.c.until >= to_ms(now))
        .order_by(sign_in.c.desk, sign_in.c.begun_at)
    )
    return tuple(Device(row.id[:short], row.desk, row.name, from_ms(row.begun_at)) for row in connection.execute(query))


def link_is_good(connection: Connection, id: str, now: datetime) -> bool:
    """Say whether a link still makes the first account."""
    good = connection.scalar(select(first_link.c.id).where(first_link.c.id == id, first_link.c.until >= to_ms(now)))
    return good is not None and not any_admin(connection)
