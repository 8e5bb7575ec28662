"""The one door to argon2: a password's text for the database, and whether a password fits it. Each takes a while, so: in a thread."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


def hashed(password: str) -> str:
    """Give the text that is kept of a password: argon2id, with a salt of its own."""
    return _hasher().hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Say whether a password is the one; for nobody's (None) it takes as long to say no."""
    try:
        _hasher().verify(_nobodys() if kept is None else kept, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_dated(kept: str) -> bool:
    """Say whether a password was kept at a lower cost than is usual now."""
    return _hasher().check_needs_rehash(kept)


@cache
def _hasher() -> PasswordHasher:
    # The second of the two recommendations of RFC 9106, for machines with little memory: 64 MiB.
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


@cache
def _nobodys() -> str:
    return hashed("nobody has this one")
