"""A mail server gives a letter back that another had taken: the notice has failed after all, and that is work."""

from __future__ import annotations

import re
from datetime import datetime

from hub.letters.returned import read_returned
from hub.store.notices import mark_returned
from hub.store.sql import Connection

_NAMED = re.compile(r"<([a-z0-9]+-[0-9]+-[0-9])\.[^@<>]+@[^<>]+>")


def take_returned(connection: Connection, raw: bytes, now: datetime) -> int:
    """Read a report and mark what it is about; gives of how many notices. One that is about no letter of ours, or a delay, is of none."""
    found = read_returned(raw)
    named = _NAMED.fullmatch(found.message_id)
    if named is None or not found.for_good:
        return 0
    return mark_returned(connection, named.group(1).upper(), found.message_id, found.words, now)
