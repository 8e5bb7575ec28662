"""Where a database is: a file of SQLite, or the address of a PostgreSQL server."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

Place = Path | str
"""A path is a file, text is an address."""
SCHEMES = ("postgresql://", "postgres://")
PASSWORD = re.compile(r"(?<=//)([^/?#]*?):[^/?#]*@|((?:^|(?<=[?&]))password=)[^&#]*")


def is_address(place: str) -> bool:
    """Say whether this names a PostgreSQL server and not a file."""
    return place.startswith(SCHEMES)


def wrong_with(place: str) -> str | None:
    """Say what is wrong with what somebody wrote as a database, never what they wrote: a password may be in it."""
    if not place.strip():
        return "name a file, or a PostgreSQL server by postgresql://user@host/name"
    if "://" in place and not is_address(place):
        return "this is an address of something else; write a file, or postgresql://user@host/name"
    if not is_address(place):
        return None
    try:
        parts = urlsplit(place)
        _ = parts.port if "," not in parts.netloc else None
    except ValueError:
        return "the address cannot be read; signs like @ : / # % in a password are written %40 %3A %2F %23 %25"
    return None if parts.path.strip("/") else "the address names no database; write postgresql://user@host/name"


def shown(place: str) -> str:
    """Give it as it may be printed: with a sign in the place of a password."""
    if not is_address(place):
        return place
    return PASSWORD.sub(lambda found: f"{found[2]}(set)" if found[2] else f"{found[1]}:(set)@", place)
