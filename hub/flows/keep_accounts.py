"""Accounts of staff: added, changed, removed; and who is signed in with which."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from hub.core.accounts import StaffRole, is_name, says
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.store.moments import to_ms
from hub.store.sql import Connection, inserted

PUT = "INSERT INTO account(name, role, password, created_at, changed_at) VALUES (?, ?, ?, ?, ?) RETURNING key"
E = TypeVar("E", bound=HubError)
SHORT = 12
"""Signs of an id that name a device: enough to name it, too little to be it."""


def add_account(connection: Connection, name: str, role: StaffRole, password: str, now: datetime) -> int:
    """Add an account and give its key; ``password`` is the text that is kept of it."""
    if not is_name(name):
        raise saying(Invalid, "account.name")
    if _row(connection, name) is not None:
        raise saying(Conflict, "account.taken", name=name)
    return inserted(connection.execute(PUT, (name, role.value, password, to_ms(now), to_ms(now))))


def set_password(connection: Connection, name: str, password: str, now: datetime) -> None:
    """Give an account another password, and sign it out everywhere."""
    key = account_key(connection, name)
    connection.execute("UPDATE account SET password = ?, changed_at = ? WHERE key = ?", (password, to_ms(now), key))
    end_sign_ins_of(connection, key)


def keep_password_anew(connection: Connection, key: int, password: str, was: str) -> None:
    """Keep the same password at the cost that is usual now, unless it was changed meanwhile."""
    connection.execute("UPDATE account SET password = ? WHERE key = ? AND password = ?", (password, key, was))


def set_role(connection: Connection, name: str, role: StaffRole, now: datetime) -> None:
    """Give an account another role, and sign it out everywhere; Conflict for the last admin."""
    key = account_key(connection, name)
    if role is not StaffRole.ADMIN:
        _keep_an_admin(connection, name, key)
    connection.execute("UPDATE account SET role = ?, changed_at = ? WHERE key = ?", (role.value, to_ms(now), key))
    end_sign_ins_of(connection, key)


def remove_account(connection: Connection, name: str) -> None:
    """Remove an account and sign it out everywhere; Conflict for the last admin."""
    key = account_key(connection, name)
    _keep_an_admin(connection, name, key)
    end_sign_ins_of(connection, key)
    connection.execute("DELETE FROM saved_view WHERE account = ?", (key,))
    connection.execute("DELETE FROM account WHERE key = ?", (key,))


def account_key(connection: Connection, name: str) -> int:
    """Give an account's own number; NotFound says so in words."""
    if (row := _row(connection, name)) is None:
        raise saying(NotFound, "account.none", name=name)
    return int(row[0])


def begin_sign_in(connection: Connection, id: str, account: int, now: datetime, until: datetime) -> None:
    """Remember a browser as signed in with an account; what has run out is forgotten on the way."""
    connection.execute("DELETE FROM sign_in WHERE until < ?", (to_ms(now),))
    if connection.execute("SELECT 1 FROM account WHERE key = ?", (account,)).fetchone() is None:
        raise saying(Conflict, "account.removed")
    _put(connection, id, account, None, now, until)


def begin_desk(connection: Connection, id: str, desk: str, now: datetime, until: datetime) -> None:
    """Remember a browser as a desk's own device, which is signed in as nobody."""
    _put(connection, id, None, desk, now, until)


def end_sign_in(connection: Connection, id: str) -> None:
    """Sign one browser out."""
    connection.execute("DELETE FROM sign_in WHERE id = ?", (id,))


def end_sign_ins_of(connection: Connection, account: int) -> None:
    """Sign an account out everywhere."""
    connection.execute("DELETE FROM sign_in WHERE account = ?", (account,))


def end_device(connection: Connection, short: str) -> None:
    """Sign out a desk's own device, named by the beginning of its id."""
    if len(short) == SHORT:
        connection.execute(f"DELETE FROM sign_in WHERE desk IS NOT NULL AND substr(id, 1, {SHORT}) = ?", (short,))  # noqa: S608 - a number of ours


def enter_as(connection: Connection, identity: str, name: str | None, role: StaffRole, now: datetime) -> int:
    """Give the account of somebody whom the provider knows, made when they come first, in the role it says they have now."""
    row = connection.execute("SELECT key, name, role FROM account WHERE password = ?", (identity,)).fetchone()
    if row is not None:
        if row[2] != role.value:
            set_role(connection, row[1], role, now)
        return int(row[0])
    if name is None:
        raise saying(Invalid, "account.nameless")
    if _row(connection, name) is not None:
        raise saying(Conflict, "account.other", name=name)
    return add_account(connection, name, role, identity, now)


def has_admin(connection: Connection) -> bool:
    """Say whether anybody may keep accounts."""
    return connection.execute("SELECT 1 FROM account WHERE role = 'admin'").fetchone() is not None


def make_first_link(connection: Connection, id: str, now: datetime, until: datetime) -> None:
    """Remember a link that makes the first account."""
    connection.execute("DELETE FROM first_link WHERE until < ?", (to_ms(now),))
    connection.execute("INSERT INTO first_link(id, until) VALUES (?, ?)", (id, to_ms(until)))


def take_first_link(connection: Connection, id: str, name: str, password: str, now: datetime) -> int:
    """Make the first account by its link, which is used up; Conflict where it is not good."""
    good = connection.execute("SELECT 1 FROM first_link WHERE id = ? AND until >= ?", (id, to_ms(now))).fetchone()
    if good is None or has_admin(connection):
        raise saying(Conflict, "account.link")
    connection.execute("DELETE FROM first_link")
    return add_account(connection, name, StaffRole.ADMIN, password, now)


def saying(kind: type[E], key: str, **places: str) -> E:
    """Give an error with the sentence of this key."""
    return kind(says(key, **places)).keyed(key, **places)


def _put(connection: Connection, id: str, account: int | None, desk: str | None, now: datetime, until: datetime) -> None:
    connection.execute(
        "INSERT INTO sign_in(id, account, desk, begun_at, until) VALUES (?, ?, ?, ?, ?)", (id, account, desk, to_ms(now), to_ms(until))
    )


def _row(connection: Connection, name: str) -> tuple[int] | None:
    row: tuple[int] | None = connection.execute("SELECT key FROM account WHERE name = ?", (name,)).fetchone()
    return row


def _keep_an_admin(connection: Connection, name: str, key: int) -> None:
    if connection.execute("SELECT 1 FROM account WHERE key = ? AND role = 'admin'", (key,)).fetchone() is None:
        return
    if connection.execute("SELECT 1 FROM account WHERE role = 'admin' AND key <> ?", (key,)).fetchone() is None:
        raise saying(Conflict, "account.last", name=name)
