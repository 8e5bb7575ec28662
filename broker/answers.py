"""The words of an answer, the same in the hub's core and on the wire."""

from __future__ import annotations

from enum import StrEnum

IDENTIFY = "identify"
"""The rule of a reply that answers no scan: its station is to be found, so it beeps and shows its name."""


class Outcome(StrEnum):
    """What became of a scan."""

    ACCEPTED = "accepted"
    NO_CHANGE = "no_change"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    LATE = "late"


class Tone(StrEnum):
    """How a desk shows a reply: never by colour alone."""

    OK = "ok"
    """Green, high."""
    ROUTE = "route"
    """Amber, double."""
    INFO = "info"
    """Blue, soft."""
    NO = "no"
    """Red, low."""
