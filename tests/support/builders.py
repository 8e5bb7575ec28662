"""Requests, items, desks and scans with everything filled in, so that a test names only what it is about.

The request of ``a_request()`` is Ada's and is picked up at the desk ``main``; ``a_desk(role)`` gives a desk that plays
that role for it. All happens at ``NOW``, a Tuesday morning, unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.core.barcode import DEFAULT_PATTERNS, Kind, Patterns
from hub.core.calendar import Policy
from hub.core.commands import Command
from hub.core.context import NOTHING, Context, Windows
from hub.core.decide import decide_item
from hub.core.desk import Desk, Role
from hub.core.lifecycle import Finding, With
from hub.core.request import ClosedAs, Item, Reason, Request, State
from hub.core.seen import Decision, PatronAtDesk, Read, Seen, Site

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")
SITE = Site(Policy(), Windows(), ZONE)
PATTERNS = Patterns.of(DEFAULT_PATTERNS)
STATION = "here-1"
BARCODE = "30000000000017"
ADA, GRACE = 7, 8
"""The requester, and somebody else."""
HOLD_UNTIL = datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
DUE = datetime(2026, 12, 22, 22, 59, 59, tzinfo=UTC)
ANOTHER = 2
"""The key of the request whose slip is armed."""

_REQUEST = Request(
    key=1, request_id="ILL-000001-8", title="The Overstory", state=State.REQUESTED, requester=ADA,
    pickup_desk="main", pickup_name="Main Library", pickup_active=True,
    partner="graz", partner_name="Graz University Library", partner_due=date(2027, 1, 31), pieces=1, version=1,
)  # fmt: skip
_ITEM = Item(1, 1, 1, BARCODE, State.REQUESTED, received_at=NOW - timedelta(days=12), changed_at=NOW - timedelta(days=2))
_HOLD = {"hold_until": HOLD_UNTIL, "shelf_code": "A7", "episode": 1}
_LENT = {"due_at": DUE, "checked_out_at": NOW - timedelta(days=9), "checked_out_by": "there-1", "circulated": True, "episode": 1}
_SO_FAR: dict[State, dict[str, Any]] = {
    State.ON_HOLD_SHELF: _HOLD,
    State.PULL_FROM_SHELF: _HOLD | {"reason": Reason.EXPIRED},
    State.CHECKED_OUT: _LENT,
    State.IN_TRANSIT_TO_RS: _LENT,
    State.MISSING: _HOLD,
    State.LOST: _LENT,
}


def a_request(state: State = State.REQUESTED, **changes: Any) -> Request:
    """Give Ada's request for The Overstory; a closed one was closed yesterday."""
    closed: dict[str, Any] = {"closed_as": ClosedAs.RETURNED, "closed_at": NOW - timedelta(days=1)} if state is State.CLOSED else {}
    return replace(_REQUEST, **({"state": state} | closed | changes))


def an_item(state: State, **changes: Any) -> Item:
    """Give the item of Ada's request, with what its way to this state has left on it."""
    return replace(_ITEM, **({"state": state} | _SO_FAR.get(state, {}) | changes))


def an_item_found(found: Finding) -> Item | None:
    """Give an item that the table finds so; None where no open item has the barcode."""
    match found:
        case Finding.UNKNOWN | Finding.CLOSED_ONLY:
            return None
        case Finding.PULL_LENDABLE:
            return an_item(State.PULL_FROM_SHELF)
        case Finding.PULL_BARRED:
            return an_item(State.PULL_FROM_SHELF, reason=Reason.RECALLED)
        case Finding.JUST_CHECKED_OUT:
            return an_item(State.CHECKED_OUT, checked_out_at=NOW - timedelta(seconds=10), checked_out_by=STATION)
        case Finding.MISSING_HOLD_VALID:
            return an_item(State.MISSING)
        case Finding.MISSING_HOLD_ENDED:
            return an_item(State.MISSING, hold_until=NOW - timedelta(days=3))
        case other:
            return an_item(State(other.value))


def a_desk(role: Role = Role.PK, **changes: Any) -> Desk:
    """Give a desk that plays this role for a request picked up at ``main``."""
    match role:
        case Role.RS:
            desk = Desk("rs", "Resource Sharing", resource_sharing=True, pickup=False)
        case Role.PK:
            desk = Desk("main", "Main Library", resource_sharing=False, pickup=True)
        case Role.OT:
            desk = Desk("east", "East Library", resource_sharing=False, pickup=True)
        case Role.JT:
            desk = Desk("main", "Main Library", resource_sharing=True, pickup=True)
        case Role.JO:
            desk = Desk("joint", "Joint Desk", resource_sharing=True, pickup=True)
    return replace(desk, **changes)


def a_scan(barcode: str = BARCODE, *, kind: Kind | None = None, station: str = STATION, at: datetime = NOW) -> Seen:
    """Give a scan, classified as the default patterns do, decided the moment it happened; one from before NOW is decided then."""
    return Seen(barcode, kind or PATTERNS.classify(barcode), station, at, max(at, NOW))


def a_context(context: With) -> Context:
    """Give the station's context in the words of the table."""
    match context:
        case With.NONE:
            return NOTHING
        case With.REQUESTER:
            return NOTHING.with_session(ADA, NOW + SITE.windows.patron_session)
        case With.OTHER:
            return NOTHING.with_session(GRACE, NOW + SITE.windows.patron_session)
        case With.ARMED:
            return NOTHING.with_request(ANOTHER, NOW + SITE.windows.armed_request)


def waiting(command: Command, card: With = With.NONE) -> Context:
    """Give the context of a station where a command waits, with this card open."""
    return a_context(card).with_command(command, NOW + SITE.windows.armed_command)


def a_patron(ready: int = 0, *codes: str) -> PatronAtDesk:
    """Give Ada as she stands at a desk."""
    return PatronAtDesk(ADA, "ada-l", ready, codes)


def known(what: Finding | Item, context: With = With.NONE, **request: Any) -> Read:
    """Give what the store knows about the barcode; ``request`` changes the request of the item, or the armed one."""
    armed = a_request(key=ANOTHER, request_id="ILL-000002-6", title="Middlemarch") if context is With.ARMED else None
    item = what if isinstance(what, Item) else an_item_found(what)
    if item is not None:
        return Read(item, a_request(item.state, **request), armed)
    if armed is not None:
        armed = replace(armed, **request)
    return Read(request=a_request(State.CLOSED, **request) if what is Finding.CLOSED_ONLY else None, armed=armed)


def scan(what: Finding | Item, at: Role, context: With = With.NONE, *, when: datetime = NOW, **request: Any) -> Decision:
    """Scan an item, by what it is found to be, at a desk with this role, in this context."""
    return decide_item(SITE, a_scan(at=when), a_desk(at), a_context(context), known(what, context, **request))


def unchanged(told: Decision) -> bool:
    """Say whether a decision leaves everything as it is."""
    return not (told.moved or told.notice or told.drop_notices or told.exceptions or told.clears or told.slips or told.others)
