"""What the time has come for: found among the open items by one reading of them, in a thread if need be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.core.acts import Act
from hub.core.calendar import end_of_day, local_day
from hub.core.seen import Site
from hub.store.moments import to_ms
from hub.store.sql import Connection

MOST = 20_000
"""Found at a time: what is left is found the next time."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing whose time has come: an item, or for what concerns no item a request. ``occasion`` tells it from the next time."""

    act: Act
    request: int
    item: int | None
    occasion: int
    found_at: int


_ITEMS = "SELECT i.request, i.key, {occasion} FROM item i WHERE i.closed_at IS NULL AND {when} AND {unsaid} LIMIT {most}"
_UNSAID = "NOT EXISTS (SELECT 1 FROM time_mark m WHERE m.kind = '{act}' AND m.subject = i.key AND m.occasion = {occasion})"
_NOT_TODAY = "NOT EXISTS (SELECT 1 FROM notice n WHERE n.request = i.request AND n.type IN ({types}) AND n.queued_at > :today)"
_UNHELD, _UNCALLED = _NOT_TODAY.format(types="'READY_FOR_PICKUP', 'HOLD_EXTENDED'"), _NOT_TODAY.format(types="'RECALLED'")
"""No letter of the same day says the same."""


def _items(act: Act, occasion: str, when: str) -> str:
    return _ITEMS.format(occasion=occasion, when=when, unsaid=_UNSAID.format(act=act, occasion=occasion), most=MOST)


QUERIES: dict[Act, str] = {
    Act.EXPIRE: f"SELECT i.request, i.key, i.hold_until FROM item i WHERE i.closed_at IS NULL AND i.state = 'ON_HOLD_SHELF' "
    f"AND i.hold_until < :now LIMIT {MOST}",
    Act.REMIND: _items(
        Act.REMIND,
        "i.hold_until",
        f"i.state = 'ON_HOLD_SHELF' AND i.hold_until BETWEEN :now AND :remind AND i.changed_at < :today AND {_UNHELD}",
    ),
    Act.DUE_SOON: _items(
        Act.DUE_SOON,
        "i.due_at",
        f"i.state = 'CHECKED_OUT' AND i.due_at BETWEEN :now AND :due_soon AND i.checked_out_at < :today AND {_UNCALLED}",
    ),
    Act.OVERDUE: _items(Act.OVERDUE, "i.due_at", "i.state = 'CHECKED_OUT' AND i.due_at < :now"),
    Act.TRANSIT_OLD: _items(
        Act.TRANSIT_OLD, "i.changed_at", "i.state IN ('IN_TRANSIT_TO_PICKUP', 'IN_TRANSIT_TO_RS') AND i.changed_at < :transit"
    ),
    Act.NEEDED_BY: (
        "SELECT r.key, NULL, 0 FROM request r WHERE r.state <> 'CLOSED' AND r.state = 'REQUESTED' AND r.needed_by < :day AND NOT EXISTS "
        f"(SELECT 1 FROM time_mark m WHERE m.kind = 'needed-by' AND m.subject = r.key) LIMIT {MOST}"
    ),
    Act.FORGET: (
        "SELECT r.key, NULL, 0 FROM request r WHERE r.closed_at IS NOT NULL AND r.requester IS NOT NULL AND r.closed_at < :forget "
        # Something may be written about a request that has forgotten its requester.
        "UNION SELECT h.request, NULL, 0 FROM history h CROSS JOIN request r "
        "WHERE r.key = h.request AND h.note IS NOT NULL AND r.closed_at < :forget "
        "UNION SELECT e.request, NULL, 0 FROM exception e CROSS JOIN request r "
        f"WHERE r.key = e.request AND e.note IS NOT NULL AND r.closed_at < :forget LIMIT {MOST}"
    ),
}


def due(connection: Connection, site: Site, now: datetime) -> list[Due]:
    """Give all whose time has come by then; reads only."""
    told = _moments(site, now)
    rows = ((act, row) for act, query in QUERIES.items() for row in connection.execute(query, told))
    return [Due(act, request, item, occasion, to_ms(now)) for act, (request, item, occasion) in rows]


def _moments(site: Site, now: datetime) -> dict[str, int | str]:
    policy, today = site.policy, local_day(now, site.zone)

    def end(days: int) -> int:
        return to_ms(end_of_day(today + timedelta(days=days), site.zone))

    return {
        "now": to_ms(now),
        "day": today.isoformat(),
        "today": end(-1),
        "remind": end(policy.hold_reminder_days) if policy.hold_reminder_days else 0,
        "due_soon": end(policy.due_soon_days) if policy.due_soon_days else 0,
        "transit": to_ms(now - timedelta(days=policy.transit_days)),
        "forget": to_ms(now - timedelta(days=policy.forget_days)),
    }
