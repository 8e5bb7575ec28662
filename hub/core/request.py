"""The borrowing request, its temporary item and the people and places around it, as the core sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
    version: int
    closed_as: ClosedAs | None = None
    closed_at: datetime | None = None


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
