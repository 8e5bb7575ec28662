"""What the time has come for: found among the open items by one reading of them for each act, in a thread if need be.

What is found is given in portions, each by a statement of its own that goes on behind the one before: no more of them are held, no
transaction stays open meanwhile, and what is done is not looked through again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any

from hub.core.acts import Act
from hub.core.calendar import end_of_day, local_day
from hub.core.quick_records import made_quickly
from hub.core.seen import Site
from hub.core.telling import Terms
from hub.store.moments import to_ms
from hub.store.sql import Connection

MOST, MOST_FORGOTTEN = 10_000, 50_000
"""In a portion. What is to be forgotten is put together anew for each, from three tables."""
FIRST_DAY = 1
"""The day after the due day, on which a loan becomes overdue."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing whose time has come: an item, or for what concerns no item a request. ``occasion`` tells it from the next time."""

    act: Act
    request: int
    item: int | None
    occasion: int
    found_at: int
    day: int = FIRST_DAY
    """On which day after the due day: a loan may be called for several times."""


_ITEMS = (
    "SELECT i.request, i.key, {occasion}, i.barcode FROM item i WHERE i.closed_at IS NULL AND i.barcode > :behind AND {when} "
    f"ORDER BY i.barcode LIMIT {MOST}"
)
"""By barcode, as the index of the open ones has them."""
_UNSAID = "NOT EXISTS (SELECT 1 FROM time_mark m WHERE m.kind = {kind} AND m.subject = i.key AND m.occasion = {occasion})"
_NOT_TODAY = (
    "NOT EXISTS (SELECT 1 FROM notice n WHERE n.request = i.request AND n.type IN ({types}) "
    "AND (n.queued_at > :today OR n.state = 'queued'))"
)
_UNHELD, _UNCALLED = _NOT_TODAY.format(types="'READY_FOR_PICKUP', 'HOLD_EXTENDED'"), _NOT_TODAY.format(types="'RECALLED'")
"""No letter of the same day says the same, nor one that waits."""


def _items(act: Act, occasion: str, when: str) -> str:
    kind = ":kind" if act is Act.OVERDUE else f"'{act}'"
    return _ITEMS.format(occasion=occasion, when=f"{when} AND {_UNSAID.format(kind=kind, occasion=occasion)}")


QUERIES: dict[Act, str] = {
    Act.EXPIRE: _ITEMS.format(occasion="i.hold_until", when="i.state = 'ON_HOLD_SHELF' AND i.hold_until < :now"),
    Act.REMIND: _items(
        Act.REMIND,
        "i.hold_until",
        f"i.state = 'ON_HOLD_SHELF' AND i.hold_until BETWEEN :now AND {{remind}} AND i.changed_at < :today AND {_UNHELD}",
    ),
    Act.DUE_SOON: _items(
        Act.DUE_SOON,
        "i.due_at",
        f"i.state = 'CHECKED_OUT' AND i.due_at BETWEEN :now AND {{due_soon}} AND i.checked_out_at < :today AND {_UNCALLED}",
    ),
    Act.OVERDUE: _items(Act.OVERDUE, "i.due_at", "i.state = 'CHECKED_OUT' AND i.due_at < {overdue}"),
    Act.TRANSIT_OLD: _items(
        Act.TRANSIT_OLD, "i.changed_at", "i.state IN ('IN_TRANSIT_TO_PICKUP', 'IN_TRANSIT_TO_RS') AND i.changed_at < :transit"
    ),
    Act.NEEDED_BY: (
        "SELECT r.key, NULL, 0, r.key FROM request r WHERE r.state <> 'CLOSED' AND r.state = 'REQUESTED' AND r.key > :behind "
        "AND r.needed_by < :day AND NOT EXISTS (SELECT 1 FROM time_mark m WHERE m.kind = 'needed-by' AND m.subject = r.key) "
        f"ORDER BY r.key LIMIT {MOST}"
    ),
    Act.FORGET: (
        "SELECT f.key, NULL, 0, f.key FROM ("
        "SELECT r.key FROM request r WHERE r.closed_at IS NOT NULL AND r.requester IS NOT NULL AND r.closed_at < :forget "
        # Something may be written about a request that has forgotten its requester.
        "UNION SELECT h.request FROM history h CROSS JOIN request r "
        "WHERE r.key = h.request AND h.note IS NOT NULL AND r.closed_at < :forget "
        "UNION SELECT e.request FROM exception e CROSS JOIN request r "
        "WHERE r.key = e.request AND e.note IS NOT NULL AND r.closed_at < :forget"
        f") f WHERE f.key > :behind ORDER BY f.key LIMIT {MOST_FORGOTTEN}"
    ),
}


_new_due = made_quickly(Due)
_OF_REQUESTS = frozenset({Act.NEEDED_BY, Act.FORGET})
_KEYS, _BEHIND = itemgetter(0, 1), 3
"""Request and item: where one has no item, none of its kind has. And that behind which the next portion begins."""


def due(connection: Connection, site: Site, now: datetime) -> Iterator[list[Due]]:
    """Give all whose time has come by then, in portions; reads only. Whoever asks for the next one has done with the one before."""
    told, moments, at = _told(site, now), _moments(site, now), to_ms(now)
    for act, query in QUERIES.items():
        for day in _days(site) if act is Act.OVERDUE else (FIRST_DAY,):
            limits, values = _limits(site, told, day)
            given = moments | values | ({"kind": mark_of(act, day)} if act is Act.OVERDUE else {})
            for rows in _portions(connection, query.format(**limits), given, act):
                found = [_new_due(act, request, item, occasion, at, day) for request, item, occasion, _ in rows]
                # Not held while what was made of them is worked on.
                rows.clear()
                yield found


def _portions(connection: Connection, query: str, given: dict[str, int | str], act: Act) -> Iterator[list[Any]]:
    behind: int | str = 0 if act in _OF_REQUESTS else ""
    most = MOST_FORGOTTEN if act is Act.FORGET else MOST
    while rows := connection.execute(query, given | {"behind": behind}).fetchall():
        behind, full = rows[-1][_BEHIND], len(rows) == most
        # By barcode they lie as each database sorts texts: what is written of them is to have the same order everywhere.
        rows.sort(key=_KEYS)
        yield rows
        if not full:
            return


@cache
def mark_of(act: Act, day: int) -> str:
    """Give the kind of mark that says that something was said on this day."""
    return str(act) if day == FIRST_DAY else f"{act}-{day}"


def _days(site: Site) -> list[int]:
    """Give the days on which loans are called for, the last first: after a long stop the earlier calls are no longer of use."""
    every = (site.telling.usual, *(scope.terms for scope in site.telling.scopes))
    return sorted({FIRST_DAY, *(day for terms in every for day in terms.overdue_days)}, reverse=True)


Ends = Callable[[int], int]


def _told(site: Site, now: datetime) -> Ends:
    today = local_day(now, site.zone)
    return lambda days: to_ms(end_of_day(today + timedelta(days=days), site.zone))


def _limits(site: Site, end: Ends, day: int) -> tuple[dict[str, str], dict[str, int | str]]:
    """Give the limits of the days as SQL, one by one where desks or partners have their own; and the values they name."""
    names = ("remind", "due_soon", "overdue")
    scopes = site.telling.scopes
    values: dict[str, int | str] = dict(zip(names, _ends(site.telling.usual, end, day), strict=True))
    cases: dict[str, str] = dict.fromkeys(names, "")
    for place, scope in enumerate(scopes):
        number = _in_letters(place)
        values |= {f"{name}_{number}": value for name, value in zip(names, _ends(scope.terms, end, day), strict=True)}
        fits = [f"r.{column} = :{column}_{number}" for column, code in (("pickup_desk", scope.desk), ("partner", scope.partner)) if code]
        values |= {f"{column}_{number}": code for column, code in (("pickup_desk", scope.desk), ("partner", scope.partner)) if code}
        for name in names:
            cases[name] += f"WHEN {' AND '.join(fits)} THEN :{name}_{number} "
    if not scopes:
        return {name: f":{name}" for name in names}, values
    return {name: f"(SELECT CASE {cases[name]}ELSE :{name} END FROM request r WHERE r.key = i.request)" for name in names}, values


def _in_letters(number: int) -> str:
    """Give a number as a part of a name of a value: those have no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _ends(terms: Terms, end: Ends, day: int) -> tuple[int, int, int]:
    """Give the moments up to which a hold's or a loan's end is near, and before which it is long past; 0 is never."""
    remind = end(terms.hold_reminder_days) if terms.hold_reminder_days else 0
    due_soon = end(terms.due_soon_days) if terms.due_soon_days else 0
    # On the first day it becomes overdue, whether somebody is told or not.
    overdue = end(-day) + 1 if day == FIRST_DAY or day in terms.overdue_days else 0
    return remind, due_soon, overdue


def _moments(site: Site, now: datetime) -> dict[str, int | str]:
    policy, today = site.policy, local_day(now, site.zone)
    return {
        "now": to_ms(now),
        "day": today.isoformat(),
        "today": to_ms(end_of_day(today - timedelta(days=1), site.zone)),
        "transit": to_ms(now - timedelta(days=policy.transit_days)),
        "forget": to_ms(now - timedelta(days=policy.forget_days)),
    }
