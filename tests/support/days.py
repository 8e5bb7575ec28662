"""The passing of time over a library: what is due is found, done, and told of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hub.core.calendar import end_of_day
from hub.core.desk import Desk
from hub.flows.pass_time import pass_time
from hub.store.database import transaction
from hub.store.due import Due
from tests.support.desks import Library
from tests.support.roads import letters_leave, shelved

EAST = Desk("east", "", resource_sharing=False, pickup=True)
SECOND = timedelta(seconds=1)


def found(library: Library) -> list[Due]:
    """Give what the time has come for."""
    return library.due()


def do(library: Library, what: list[Due]) -> int:
    """Do what was found; gives how much was done."""
    with transaction(library.connection):
        return pass_time(library.connection, library.site, what, library.now)


def at(library: Library, moment: datetime) -> int:
    """Let it be a moment, and do what is due then."""
    library.now = moment
    return do(library, found(library))


def after(library: Library, **time: float) -> int:
    """Let some time pass, and do what is due then."""
    return at(library, library.now + timedelta(**time))


def end_of(library: Library, day: date) -> datetime:
    """Give the last second of a day there."""
    return end_of_day(day, library.site.zone)


def history(library: Library) -> list[str]:
    """Give what the passing of time did, in order."""
    return [row[0] for row in library.rows("SELECT rule FROM history WHERE kind = 'time' ORDER BY key")]


def kinds(library: Library, state: str = "queued") -> list[str]:
    """Give the notices in a state."""
    return [kind for kind, is_now, _ in library.notices() if is_now == state]


def work(library: Library) -> list[str]:
    """Give the kinds of the open exceptions."""
    return [row[0] for row in library.rows("SELECT kind FROM exception WHERE cleared_at IS NULL ORDER BY key")]


def ready(library: Library, **more: Any) -> str:
    """Bring a book to its shelf and tell its patron."""
    named = shelved(library, **more)
    letters_leave(library)
    return named
