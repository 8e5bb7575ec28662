"""Requests, items and desks as they stand in the database, and as the core knows them."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from hub.core.desk import Desk
from hub.core.opening import parse
from hub.core.quick_records import made_quickly
from hub.core.request import ClosedAs, Item, Reason, Request, State
from hub.store.moments import from_ms, maybe_moment, maybe_ms, to_ms

REQUEST = (
    "r.key, r.request_id, r.title, r.state, r.requester, r.pickup_desk, d.name, d.active AND d.pickup, r.partner, p.name, "
    "r.partner_due_date, r.pieces, r.version, r.outcome, r.closed_at, r.volumes, r.cancel_reason"
)
OF_REQUEST = "JOIN desk d ON d.code = r.pickup_desk JOIN partner p ON p.code = r.partner"
REQUEST_FROM = f"FROM request r {OF_REQUEST}"
REQUEST_COLUMNS = 17
ITEM = (
    "i.key, i.request, i.piece, i.barcode, i.state, i.received_at, i.changed_at, i.hold_until, i.shelf_code, i.episode, "
    "i.due_at, i.checked_out_at, i.checked_out_by, i.circulated, i.reason, i.version, i.outcome, i.renewals"
)
DESK = (
    "d.code, d.name, d.resource_sharing, d.pickup, d.shelf_prefix, d.shelf_slots, d.active, d.language, d.commands, d.opening, d.address, "
    "d.phone, d.opening_text"
)  # fmt: skip


_new_request, _new_item = made_quickly(Request), made_quickly(Item)
_STATES = {str(state): state for state in State}


def _state(name: str) -> State:
    # Several times as fast as asking the type, which says what is wrong with one that is not there.
    return _STATES.get(name) or State(name)


# A hold and a loan end with a day: many of them at one moment.
_end = lru_cache(maxsize=1024)(maybe_moment)


def request_of(row: Any) -> Request:
    """Give the request of a row of REQUEST."""
    (
        key, request_id, title, state, requester, pickup, pickup_name, active, partner, partner_name, due, pieces, version, outcome,
        closed, volumes, cancelled,
    ) = row[:REQUEST_COLUMNS]  # fmt: skip
    return _new_request(
        key, request_id, title, _state(state), requester, pickup, pickup_name, bool(active), partner, partner_name,
        date.fromisoformat(due) if due else None,
        pieces, version,
        ClosedAs(outcome) if outcome else None,
        maybe_moment(closed),
        tuple(json.loads(volumes)) if volumes else (),
        Reason(cancelled) if cancelled else None,
    )  # fmt: skip


def item_of(row: Any) -> Item:
    """Give the item of a row of ITEM."""
    (
        key, request, piece, barcode, state, received, changed, hold, shelf, episode, due, out_at, out_by, circulated, reason, version,
        outcome, renewals,
    ) = row  # fmt: skip
    return _new_item(
        key, request, piece, barcode, _state(state), from_ms(received), from_ms(changed), _end(hold), shelf, episode,
        _end(due), maybe_moment(out_at), out_by, bool(circulated), Reason(reason) if reason else None, version,
        ClosedAs(outcome) if outcome else None, renewals,
    )  # fmt: skip


def row_of(item: Item) -> tuple[Any, ...]:
    """Give an item as a row of ITEM."""
    return (
        item.key, item.request, item.piece, item.barcode, item.state, to_ms(item.received_at), to_ms(item.changed_at),
        maybe_ms(item.hold_until), item.shelf_code, item.episode, maybe_ms(item.due_at), maybe_ms(item.checked_out_at),
        item.checked_out_by, item.circulated, item.reason, item.version, item.closed_as, item.renewals,
    )  # fmt: skip


def desk_of(row: Any) -> Desk:
    """Give the desk of a row of DESK."""
    code, name, resource_sharing, pickup, prefix, slots, active, language, commands, opening, *letters = row
    allowed = None if commands is None else frozenset(commands.split())
    return Desk(code, name, bool(resource_sharing), bool(pickup), prefix, slots, bool(active), language, allowed, parse(opening), *letters)
