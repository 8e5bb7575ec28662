"""Something is done to a request without a scan: decided by its table, written with all that follows, in the caller's transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic_core import to_json

from hub.core.act_on_piece import Moved
from hub.core.acts import Act, Wish
from hub.core.barcode import Kind
from hub.core.context import NOTHING
from hub.core.decide import decide_item
from hub.core.decide_act import Change, Work, decide_act
from hub.core.desk import Desk
from hub.core.holds import merged
from hub.core.request import Item, Request, State
from hub.core.seen import Decision, Read, Seen, Site
from hub.errors import Conflict, Invalid, NotFound
from hub.store.history import Kind as HistoryKind
from hub.store.history import Line
from hub.store.moments import from_ms, to_ms
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection

LATEST = (
    "SELECT rule, actor, at FROM history WHERE request = ? AND kind <> 'notice' "
    "AND (became IS NOT NULL OR detail IS NOT NULL OR kind = 'act') ORDER BY key DESC LIMIT 1"
)
"""What changed a request last: a look at it is no change."""
WHICH_DESK = "Say which desk: its code."


def act_on_request(connection: Connection, site: Site, named: str, wish: Wish, *, actor: str, version: int | None, now: datetime) -> Change:
    """Do it, or raise Conflict with a sentence that says why not; ``version`` is the one that was looked at, None for any."""
    store = ScanStore(connection)
    request, items = _as_looked_at(store, site, named, version, now)
    wish, only = wish.at(_desk(store, site, wish)), _piece(site, wish, request, items)
    if wish.act is Act.FOUND:
        return _find(store, site, wish, request, items, only, actor, now)
    change = _decided(store, site, wish, request, items, only, now)
    write_change(store, change, kind="act", actor=actor, note=wish.note, now=now)
    return change


def look_ahead(connection: Connection, site: Site, named: str, wish: Wish, *, version: int, now: datetime) -> Change:
    """Give what would be done, and do nothing; Conflict says why it would be refused. Of a find nothing is known before."""
    store = ScanStore(connection)
    request, items = _as_looked_at(store, site, named, version, now)
    wish, only = wish.at(_desk(store, site, wish)), _piece(site, wish, request, items)
    return _decided(store, site, wish, request, items, only, now)


def _as_looked_at(store: ScanStore, site: Site, named: str, version: int | None, now: datetime) -> tuple[Request, tuple[Item, ...]]:
    request = store.request_by_id(named)
    if request is None:
        raise NotFound(f"There is no request {named}.")
    if version is not None and version != request.version:
        raise Conflict(changed_meanwhile(store.connection, site, request, now))
    return request, store.items_of(request.key)


def _decided(
    store: ScanStore, site: Site, wish: Wish, request: Request, items: tuple[Item, ...], only: Item | None, now: datetime
) -> Change:
    change = decide_act(site, wish, request, items, pickup_of(store, request), now, only)
    if isinstance(change, str):
        raise Conflict(change)
    if wish.act is Act.REACTIVATE:
        _check_barcodes(store, site, change)
    return change


def changed_meanwhile(connection: Connection, site: Site, request: Request, now: datetime) -> str:
    """Give the sentence for somebody whose picture of a request is old: what it is now, by whom, and since when."""
    words = site.words
    latest = connection.execute(LATEST, (request.key,)).fetchone()
    rule, actor, at = latest if latest is not None else ("create", "-", to_ms(now))
    then, today = from_ms(at).astimezone(site.zone), now.astimezone(site.zone).date()
    when = f"{then:%H:%M}" if then.date() == today else f"{words.day(then, today, site.zone)}, {then:%H:%M}"
    done = words.acts.get(rule, words.acts["scan"])
    what = words.say("no.changed.what", state=words.states[request.state], rule=done, actor=actor, when=when)
    return words.say("no.changed", request=request.request_id, what=what)


def pickup_of(store: ScanStore, request: Request) -> Desk:
    """Give the desk a request is picked up at."""
    desk = store.desk(request.pickup_desk)
    if desk is None:
        raise NotFound(f"There is no desk {request.pickup_desk!r}.")
    return desk


def _desk(store: ScanStore, site: Site, wish: Wish) -> Desk | None:
    if wish.desk is None:
        if wish.act in (Act.CHANGE_PICKUP, Act.FOUND):
            raise Invalid(WHICH_DESK)
        return None
    desk = store.desk(wish.desk.code)
    if desk is None:
        raise Invalid(site.words.say("no.desk", desk=wish.desk.code))
    return desk


def _piece(site: Site, wish: Wish, request: Request, items: tuple[Item, ...]) -> Item | None:
    if wish.piece is None:
        return None
    found = next((item for item in items if item.piece == wish.piece), None)
    if found is None:
        raise Conflict(site.words.say("no.piece", request=request.request_id, piece=wish.piece))
    return found


def _check_barcodes(store: ScanStore, site: Site, change: Change) -> None:
    """A barcode is on one open item only: a restored one must find its own free."""
    for one in change.moved:
        taken = store.open_item(one.after.barcode)
        if taken is not None and taken.request is not None:
            raise Conflict(site.words.say("no.reactivate.barcode", barcode=one.after.barcode, other=taken.request.request_id))


def _find(
    store: ScanStore, site: Site, wish: Wish, request: Request, items: tuple[Item, ...], only: Item | None, actor: str, now: datetime
) -> Change:
    """As if each missing or lost piece were scanned at the desk where it was found; gives the last of the changes."""
    change, note = None, wish.note
    for item in (item for item in items if item.state in (State.MISSING, State.LOST) and only in (None, item)):
        others = tuple(other for other in items if other.key != item.key)
        change = _found_at(site, wish, pickup_of(store, request), request, item, others, now)
        write_change(store, change, kind="act", actor=actor, note=note, now=now)
        request, items, note = change.request, merged(items, [change.moved[0].after, *change.begun]), None
    if change is None:
        raise Conflict(site.words.say("no.found", request=request.request_id, state=site.words.states[(only or request).state]))
    return change


def _found_at(site: Site, wish: Wish, pickup: Desk, request: Request, item: Item, others: tuple[Item, ...], now: datetime) -> Change:
    if wish.desk is None:
        raise Invalid(WHICH_DESK)
    return change_of(_seen_at(site, wish.desk, pickup, request, item, others, now), request, item, wish.desk)


def _seen_at(site: Site, desk: Desk, pickup: Desk, request: Request, item: Item, others: tuple[Item, ...], now: datetime) -> Decision:
    # A clock that was set back makes no find late: somebody holds the book in their hands.
    at = max(now, item.changed_at)
    seen = Seen(item.barcode, Kind.ITEM, "", at, at)
    return decide_item(site, seen, desk, NOTHING, Read(item, request, others=others, pickup=pickup))


def see_at_desk(
    connection: Connection, site: Site, named: str, *, piece: int, desk: Desk, actor: str, version: int, now: datetime
) -> Decision:  # fmt: skip
    """Somebody says that a piece is at a desk: what follows is what a scan there would do, with nothing scanned before it.

    No station is asked: whoever stands there may have a patron's card open. Conflict where such a scan would be refused.
    """
    store = ScanStore(connection)
    request = store.request_by_id(named)
    if request is None:
        raise NotFound(f"There is no request {named}.")
    if version != request.version:
        raise Conflict(changed_meanwhile(connection, site, request, now))
    items = store.items_of(request.key)
    item = next((each for each in items if each.piece == piece and each.state is not State.CLOSED), None)
    if item is None:
        raise Conflict(site.words.say("no.piece", request=request.request_id, piece=piece))
    decision = _seen_at(site, desk, pickup_of(store, request), request, item, tuple(each for each in items if each.key != item.key), now)
    if not decision.moved:
        raise Conflict(decision.message)
    write_change(store, change_of(decision, request, item, desk), kind="act", actor=actor, note=None, now=now)
    return decision


def change_of(decision: Decision, request: Request, before: Item, desk: Desk) -> Change:
    """Give a decision of the scan table as a change that somebody made without a scan."""
    after = decision.item if decision.item is not None else before
    afterwards = replace(request, state=decision.shows or request.state, closed_as=decision.closed_as)
    notices = (*([(decision.notice, after)] if decision.notice is not None else []), *([decision.ready] if decision.ready else []))
    exceptions = tuple(Work(kind, after, desk.code) for kind in decision.exceptions)
    return Change(
        decision.rule, afterwards, request.state, (Moved(before, after),), decision.others, decision.events, notices,
        decision.drop_notices, exceptions, decision.clears, changed=decision.moved, desk=desk.code,
    )  # fmt: skip


def write_change(store: ScanStore, change: Change, *, kind: HistoryKind, actor: str, note: str | None, now: datetime) -> None:
    """Write a change: items, request, history, exceptions, notices, events."""
    touched = [one for one in change.moved if one.after is not one.before]
    for item in (*[one.after for one in touched], *change.begun):
        store.keep_item(item, now if item.state is State.CLOSED else None)
    if change.changed:
        store.keep_whole_request(change.request, now)
    _write_history(store, change, kind, actor, note, now)
    _clear_work(store, change, actor, now)
    for work in change.exceptions:
        of, key = (work.item.barcode, work.item.key) if work.item is not None else (None, None)
        shelf = work.item.shelf_code if work.item is not None and work.kind == "moved_elsewhere" else None
        store.add_exception(
            work.kind, now, desk=work.desk, station=None, barcode=of, request=change.request.key, item=key, note=shelf
        )  # fmt: skip
    told = _write_notices(store, change, now)
    _write_events(store, change, told, actor, now)


def _clear_work(store: ScanStore, change: Change, actor: str, now: datetime) -> None:
    """Of a set only the work about the pieces that were touched: another one may still be missing."""
    if not change.clears:
        return
    if not change.moved:
        store.clear_exceptions(change.clears, actor, now, barcode=None, request=change.request.key)
    for item in (one.after for one in change.moved):
        store.clear_exceptions(change.clears, actor, now, barcode=item.barcode, request=change.request.key, item=item.key)


def _write_history(store: ScanStore, change: Change, kind: HistoryKind, actor: str, note: str | None, now: datetime) -> None:
    """One line a piece; where no piece is concerned, one for the request. Somebody's own words stand on the first."""
    desk, rule = change.desk or change.request.pickup_desk, str(change.rule)
    for one in change.moved:
        went = one.before.state is not one.after.state
        was, became = (one.before.state, one.after.state) if went else (None, None)
        line = Line(
            request=change.request.key, kind=kind, at=now, rule=rule, actor=actor, item=one.after.key, was=was, became=became,
            desk=desk, barcode=one.after.barcode, detail=one.detail or change.detail, note=note,
        )  # fmt: skip
        store.add_history(line)
        note = None
    if not change.moved:
        went = change.was is not change.request.state
        was, became = (change.was, change.request.state) if went else (None, None)
        store.add_history(
            Line(
                request=change.request.key, kind=kind, at=now, rule=rule, actor=actor, was=was, became=became, desk=desk,
                detail=change.detail, note=note,
            )
        )  # fmt: skip


def _write_notices(store: ScanStore, change: Change, now: datetime) -> tuple[str, ...]:
    request = change.request
    dropped = store.drop_notices(request.key, None) if change.drop_notices else ()
    told = [("suppressed", notice, item) for notice, item in dropped]
    for queued, about in change.notices:
        key = about.key if about is not None else None
        if store.add_notice(queued, request, key, now, None):
            told.append(("queued", str(queued.type), key))
    for rule, notice, item in told:
        line = Line(
            request=request.key, kind="notice", at=now, rule=rule, actor="hub", item=item, desk=request.pickup_desk, notice=notice
        )  # fmt: skip
        store.add_history(line)
    return tuple(dict.fromkeys([f"notice.{rule}" for rule, _, _ in told]))


def _write_events(store: ScanStore, change: Change, told: tuple[str, ...], actor: str, now: datetime) -> None:
    request = change.request
    was, state, piece = change.was, request.state, dict[str, object]()
    if len(change.moved) == 1:
        one = change.moved[0]
        was, state = one.before.state, one.after.state
        piece = {"barcode": one.after.barcode, "piece": one.after.piece}
    # As plain text: a name of an enumeration costs as much as all the rest of it.
    data = {
        "request_id": request.request_id, "title": request.title, "pickup_desk": request.pickup_desk, "partner": request.partner,
        "rule": str(change.rule), "actor": actor, "was": str(was), "state": str(state), **piece,
    }  # fmt: skip
    types = (*change.events, *told)
    if types:
        store.add_events(types, change.desk or request.pickup_desk, request.request_id, now, to_json(data).decode())
