"""Who may sign in: roles of staff, and what a name and a password must be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class StaffRole(StrEnum):
    """What somebody is here for."""

    DESK = "desk"
    RESOURCE_SHARING = "resource_sharing"
    ADMIN = "admin"


STAFF = frozenset(StaffRole)
"""Whoever has an account."""
ADMINS = frozenset({StaffRole.ADMIN})
SHARING = frozenset({StaffRole.RESOURCE_SHARING, StaffRole.ADMIN})
"""Whoever works on requests, and may know who asked for them."""

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
ELSEWHERE = "openid:"
"""Begins what is kept of an account that the provider opens, where others have their password."""
LEAST, MOST = 10, 200
"""Characters of a password. Length is what protects it: no rule about signs, which people answer with a 1 at the end."""

SAYS = {
    "account.name": "A name has small letters, digits, dots, dashes, at most 40, like maria or m.lopez.",
    "account.short": "A password has at least {least} characters. Three or four words are easy to remember.",
    "account.long": "A password has at most {most} characters.",
    "account.same": "A password must not be the name, or one sign over and over.",
    "account.taken": "There is an account {name} already. Choose another name.",
    "account.none": "There is no account {name}.",
    "account.last": "{name} is the only account that may keep accounts. Make another one an admin first.",
    "account.role": "Choose a role: desk, resource_sharing or admin.",
    "account.nameless": "The sign-in service gives no name that an account can have. It should send preferred_username.",
    "account.other": "There is an account {name} with a password of its own here. Use that, or ask an admin to remove it.",
    "account.removed": "This account was removed just now.",
    "account.link": "This link is no longer good: it works once, for a day, and only as long as there is no admin account.",
}
"""What is said of accounts, in English; pages have the same in every language of theirs."""


def says(key: str, **places: str) -> str:
    """Give a sentence in English."""
    return SAYS[key].format(**places)


def highest(roles: Iterable[StaffRole]) -> StaffRole | None:
    """Give the role that may most, None of none."""
    return max(roles, key=list(StaffRole).index, default=None)


def name_from(text: str) -> str | None:
    """Make the name of an account out of what somebody is called elsewhere: without what stands behind an @, and in our letters."""
    plain = unicodedata.normalize("NFKD", text.partition("@")[0]).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9._-]+", "-", plain).lstrip("._-")[:40]
    return name if is_name(name) else None


def is_name(name: str) -> bool:
    """Say whether this can be the name of an account."""
    return NAME.fullmatch(name) is not None


def wrong_password(name: str, password: str) -> tuple[str, dict[str, str]] | None:
    """Give the key of what is wrong with a new password and what stands in it, None where nothing is."""
    if len(password) < LEAST:
        return "account.short", {"least": str(LEAST)}
    if len(password) > MOST:
        return "account.long", {"most": str(MOST)}
    return ("account.same", {}) if not password.lower().replace(name, "").strip() or len(set(password)) == 1 else None
