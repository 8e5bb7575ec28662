"""What somebody looked for in the list of requests: kept here, in memory, and named in addresses by a text that says nothing.

Staff look for patrons by name and card. Addresses stand in a browser's history, in bookmarks and in the logs of proxies; words do not.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from datetime import datetime

from hub.web.session import LASTS

MOST = 5000
"""Of all sessions together; the one that was asked for longest ago goes first."""


def name_for(secret: str, words: str) -> str:
    """Give the name of words in a session's addresses: the same for the same words, and nobody can guess back without its secret."""
    return hmac.new(secret.encode(), b"search " + words.encode(), hashlib.sha256).hexdigest()[:20]


class Searches:
    """The words of all sessions, each found again by its own session only, and no longer than one lasts."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()

    def keep(self, session: str, secret: str, words: str, now: datetime) -> str:
        """Keep words, and give their name; of no words there is none to keep."""
        if not words:
            return ""
        name = name_for(secret, words)
        self._kept[session, name] = (words, now)
        self._kept.move_to_end((session, name))
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return name

    def words(self, session: str, name: str, now: datetime) -> str | None:
        """Give the words of a name, None where they are not known here any more."""
        found = self._kept.get((session, name))
        if found is None or now - found[1] > LASTS:
            self._kept.pop((session, name), None)
            return None
        return found[0]
