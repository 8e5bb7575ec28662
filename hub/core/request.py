"""The borrowing request, its temporary item and the people and places around it, as the core sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.core.quick_records import changed_quickly


class State(StrEnum):
    """Where the item is: one physical place each."""

    REQUESTED = "REQUESTED"
    IN_TRANSIT_TO_PICKUP = "IN_TRANSIT_TO_PICKUP"
    ON_HOLD_SHELF = "ON_HOLD_SHELF"
    PULL_FROM_SHELF = "PULL_FROM_SHELF"
    CHECKED_OUT = "CHECKED_OUT"
    IN_TRANSIT_TO_RS = "IN_TRANSIT_TO_RS"
    MISSING = "MISSING"
    LOST = "LOST"
    CLOSED = "CLOSED"


class ClosedAs(StrEnum):
    """How a closed request ended."""

    RETURNED = "returned"
    RETURNED_UNCIRCULATED = "returned_uncirculated"
    CANCELLED = "cancelled"
    NOT_RECEIVED = "not_received"
    LOST = "lost"


class Reason(StrEnum):
    """Why an item must leave the shelf or turns round."""

    EXPIRED = "expired"
    CANCELLED_BY_PATRON = "cancelled_by_patron"
    CANCELLED_BY_STAFF = "cancelled_by_staff"
    RECALLED = "recalled"
    DAMAGED = "damaged"


CANCELLED = frozenset({Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF})
STILL_LENDABLE = frozenset({Reason.EXPIRED, Reason.CANCELLED_BY_PATRON})
"""Reasons that end when the requester stands at the desk after all."""


@dataclass(frozen=True, slots=True)
class Request:
    """One borrowing request. ``key`` is the store's own number, ``requester`` the patron's; both never leave the hub."""

    key: int
    request_id: str
    title: str
    state: State
    requester: int | None
    pickup_desk: str
    pickup_name: str
    pickup_active: bool
    partner: str
    partner_name: str
    partner_due: date | None
    pieces: int
    """How many are expected."""
    version: int
    closed_as: ClosedAs | None = None
    closed_at: datetime | None = None
    volumes: tuple[str, ...] = ()
    """What each piece of a set is called, the first piece first; empty where nobody said."""
    cancelled: Reason | None = None

    def volume(self, piece: int) -> str:
        """Give what a piece is called: its volume, else its number."""
        return self.volumes[piece - 1] if 0 < piece <= len(self.volumes) else str(piece)


@dataclass(frozen=True, slots=True)
class Item:
    """One temporary item: a piece of a request, from receive until it goes home."""

    key: int
    request: int
    piece: int
    barcode: str
    state: State
    received_at: datetime
    changed_at: datetime
    """When the last accepted transition happened at its desk."""
    hold_until: datetime | None = None
    shelf_code: str | None = None
    episode: int = 0
    due_at: datetime | None = None
    checked_out_at: datetime | None = None
    checked_out_by: str | None = None
    circulated: bool = False
    reason: Reason | None = None
    version: int = 1
    closed_as: ClosedAs | None = None
    renewals: int = 0


item_with = changed_quickly(Item)
"""``dataclasses.replace`` for items: most scans move one."""


_ADVANCE = (
    State.REQUESTED,
    State.IN_TRANSIT_TO_PICKUP,
    State.MISSING,
    State.ON_HOLD_SHELF,
    State.PULL_FROM_SHELF,
    State.CHECKED_OUT,
    State.LOST,
    State.IN_TRANSIT_TO_RS,
    State.CLOSED,
)
_RANK = {state: rank for rank, state in enumerate(_ADVANCE)}
_HERE = _RANK[State.ON_HOLD_SHELF]
_GRAVITY = (ClosedAs.LOST, ClosedAs.RETURNED, ClosedAs.RETURNED_UNCIRCULATED)


def shown_state(pieces: int, items: Sequence[Item]) -> State:
    """Give the state a request shows: that of its least advanced piece; a piece that has not come is REQUESTED."""
    if len(items) < pieces or not items:
        return State.REQUESTED
    if len(items) == 1:
        return items[0].state
    return min((item.state for item in items), key=_RANK.__getitem__)


def all_here(pieces: int, items: Sequence[Item]) -> bool:
    """Say whether every expected piece has come as far as the hold shelf, or further: then the request is ready for its patron."""
    return len(items) >= pieces and all(_RANK[item.state] >= _HERE for item in items)


def request_outcome(items: Iterable[Item]) -> ClosedAs:
    """Give how a request ends whose last piece has gone: the gravest of how its pieces ended, cancelled where none ever came."""
    ended = {item.closed_as for item in items}
    return next((outcome for outcome in _GRAVITY if outcome in ended), ClosedAs.CANCELLED)


def free_piece(pieces: int, items: Iterable[Item]) -> int:
    """Give the number of the first piece that has not come."""
    taken = {item.piece for item in items}
    return next((piece for piece in range(1, pieces + 1) if piece not in taken), pieces + 1)
