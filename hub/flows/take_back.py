"""UNDO: what the last move at a station found is read, and put back with all that the move had caused."""

from __future__ import annotations

import json
from datetime import datetime

from hub.core.decide_command import LastMove
from hub.core.notices import NoticeState
from hub.core.request import Item, Request, State
from hub.core.seen import Before, Decision
from hub.store.history import Line
from hub.store.moments import from_ms, to_ms
from hub.store.remembered import Remembered
from hub.store.rows import item_of
from hub.store.scan_path import ScanStore, in_order

NOTHING_LEFT = "null"
"""What a station remembers once its move is taken back: one step, and no more, can be."""
_TURN = (
    "UPDATE notice SET state = ?, dropped_by = NULL, message_id = NULL WHERE request = ? AND {} = ? AND state IN ({}) RETURNING type, item"
)
WITHDRAW, QUEUE_AGAIN = _TURN.format("queued_by", "'queued', 'failed'"), _TURN.format("dropped_by", "'suppressed'")
NOT_OPENED = "UPDATE exception SET cleared_at = ?, cleared_by = ? WHERE opened_scan = ? AND cleared_at IS NULL"
SENT = "SELECT 1 FROM notice WHERE request = ? AND queued_by = ? AND state = 'sent'"
_SINCE = (
    "SELECT 1 FROM history WHERE request = ? AND {} AND key > "
    "(SELECT max(key) FROM history WHERE request = ? AND kind = 'scan' AND scan_id = ?)"
)
ACTED = _SINCE.format("kind = 'act'")
HELD_BACK = _SINCE.format("kind = 'notice' AND rule = 'suppressed' AND notice = 'READY_FOR_PICKUP' AND scan_id IS NULL")
OPEN_AGAIN = "UPDATE exception SET cleared_at = NULL, cleared_by = NULL, cleared_scan = NULL WHERE cleared_scan = ?"


def last_move(store: ScanStore, station: str, remembered: Remembered) -> LastMove | None:
    """Give the last move at a station with its item and request as they are now; None when there is none to take back."""
    undo = store.undo(station, remembered)
    kept = json.loads(undo) if undo is not None else None
    if kept is None:
        return None
    at, scan_id, rule, request_key, item, others, key, version = kept
    request = store.request(request_key)
    if request is None:
        return None
    before_items = tuple(item_of(other) for other in others)
    before = Before(from_ms(at), scan_id, rule, request, item_of(item) if item is not None else None, before_items, key, version)
    now = store.item(key)

    def found(query: str, *about: object) -> bool:
        return store.connection.execute(query, about).fetchone() is not None

    return LastMove(
        before, now, request, store.others(request, key), _taken_by(store, now), told=found(SENT, request_key, scan_id),
        acted=found(ACTED, request_key, request_key, scan_id), held_back=found(HELD_BACK, request_key, request_key, scan_id),
    )  # fmt: skip


def _taken_by(store: ScanStore, item: Item | None) -> Request | None:
    """Give the request whose open item has this item's barcode now."""
    found = store.open_item(item.barcode) if item is not None and item.state is State.CLOSED else None
    return found.request if found is not None else None


def put_back(store: ScanStore, decision: Decision, before: Before, desk: str, station: str, scan_id: str, now: datetime) -> tuple[str, ...]:
    """Write item, request, notices and exceptions as they were before; gives the events of the notices."""
    if decision.item is None or decision.shows is None:
        return ()
    if before.item is None:
        store.remove_item(before.key)
    else:
        store.keep_item(decision.item, None)
    for other in decision.others:
        store.keep_item(other, None)
    store.keep_request(before.request.key, decision.shows, None, now)
    execute = store.connection.execute
    key, queued, dropped = before.request.key, NoticeState.QUEUED, NoticeState.SUPPRESSED
    withdrawn = in_order(execute(WITHDRAW, (dropped, key, before.scan_id)))
    again = in_order(execute(QUEUE_AGAIN, (queued, key, before.scan_id)))
    execute(NOT_OPENED, (to_ms(now), station, before.scan_id))
    execute(OPEN_AGAIN, (before.scan_id,))
    for state, told in ((dropped, withdrawn), (queued, again)):
        for kind, item in told:
            line = Line(request=key, kind="notice", at=now, rule=state, actor="hub", item=item, desk=desk, scan_id=scan_id, notice=kind)
            store.add_history(line)
    return (*["notice.suppressed"] * bool(withdrawn), *["notice.queued"] * bool(again))
