"""Secrets of chance that somebody else holds, in a cookie or a link; the hub keeps their hashes, which open nothing."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """Give what a cookie or a link holds."""
    return secrets.token_urlsafe(32)


def id_of(secret: str) -> str:
    """Give what the hub keeps of it."""
    return hashlib.sha256(b"holdshelf sign-in\0" + secret.encode()).hexdigest()
