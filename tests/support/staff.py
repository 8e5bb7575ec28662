"""Staff of a test: accounts, and browsers that are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from hub.core.accounts import StaffRole
from hub.flows.keep_accounts import add_account, begin_desk, begin_sign_in
from hub.passwords import hashed
from hub.secret import id_of, new_secret
from hub.store.sql import Connection
from hub.web.session import COOKIE, FOUND, form_token
from tests.support.web import TestDoors

PASSWORD = "three words of mine"
ORIGIN = {"Origin": "http://hub.test"}


@cache
def kept(password: str = PASSWORD) -> str:
    """Give what is kept of a password; working it out takes as long as it should."""
    return hashed(password)


@dataclass(frozen=True)
class Signed:
    """A browser that is signed in."""

    secret: str
    found: str = ""
    """What it keeps of what was looked for."""

    @property
    def cookie(self) -> dict[str, str]:
        """Give the header that it sends with everything."""
        return {"Cookie": f"{COOKIE}={self.secret}" + (f"; {FOUND}={self.found}" if self.found else ""), "Authorization": ""}

    @property
    def token(self) -> str:
        """Give what its forms bring."""
        return form_token(self.secret)

    @property
    def changing(self) -> dict[str, str]:
        """Give the headers of a form of our own page, but for its token."""
        return self.cookie | ORIGIN


def sign_in(doors: TestDoors, role: StaffRole = StaffRole.ADMIN, name: str | None = None) -> Signed:
    """Make an account and sign a browser in with it."""
    secret, now = new_secret(), doors.now()

    def make(connection: Connection) -> None:
        key = add_account(connection, name or f"{role.value.replace('_', '-')}-1", role, kept(), now)
        begin_sign_in(connection, id_of(secret), key, now, now + timedelta(hours=1))

    doors.write(make)
    return Signed(secret)


def sign_in_desk(doors: TestDoors, desk: str) -> Signed:
    """Sign a device in as a desk."""
    secret, now = new_secret(), doors.now()
    doors.write(lambda connection: begin_desk(connection, id_of(secret), desk, now, now + timedelta(days=1)))
    return Signed(secret)
