"""A barcode was read: act on it exactly once and say what the desk is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broker import messages
from broker.answers import Outcome, Tone
from hub.core.barcode import COMMAND_PREFIX, Kind, Patterns
from hub.core.context import NOTHING, Context
from hub.core.decide import Decision, Read, Seen, Site, closed_as, decide_command, decide_item, decide_patron, decide_slip
from hub.core.desk import Desk
from hub.core.request import Item, State
from hub.core.words import ENGLISH
from hub.store.scan_path import LastScan, ScanRecord, ScanStore


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a scan gave: the reply as it is stored and sent, and the desks whose counts it changed."""

    reply: str
    desks: tuple[str, ...] = ()
    notice: bool = False


def take_scan(store: ScanStore, site: Site, patterns: Patterns, scan: messages.Scan, stream: int, now: datetime) -> Taken:
    """Act on the next scan of a stream and write all that follows; the caller writes the stream's new position."""
    if (earlier := store.reply_to(scan.scan_id)) is not None:
        return Taken(earlier)
    desk = store.desk_of(scan.station)
    at = happened_at(scan, now)
    if desk is None:
        return _nowhere(store, scan, stream, at, now)
    barcode = patterns.normalise(scan.barcode)
    context, last = store.context(scan.station)
    if last is not None and _bounces(scan, barcode, last, site.windows.bounce):
        return _again(store, scan, stream, desk, barcode, at, now, last, context)
    kind, decision = _decide(store, site, patterns, Seen(barcode, Kind.OTHER, scan.station, at, now), desk, context.at(at))
    return _write(store, scan, stream, desk, barcode, kind, at, now, decision)


def happened_at(scan: messages.Scan, now: datetime) -> datetime:
    """Place a scan in time: by its age, else by the station's clock; never in the future."""
    if scan.age_ms is not None:
        return now - timedelta(milliseconds=scan.age_ms)
    return min(scan.scanned_at, now)


def _bounces(scan: messages.Scan, barcode: str, last: LastScan, window: timedelta) -> bool:
    if barcode != last.barcode or scan.boot != last.boot:
        return False
    return timedelta(0) <= scan.scanned_at - last.scanned_at <= window


def _decide(store: ScanStore, site: Site, patterns: Patterns, seen: Seen, desk: Desk, context: Context) -> tuple[Kind, Decision]:
    """Resolve the barcode in the order of docs/lifecycle.md; an exact match on an open item always wins."""
    if seen.barcode.startswith(COMMAND_PREFIX):
        return Kind.COMMAND, decide_command(seen, context)
    read = store.open_item(seen.barcode)
    kind = Kind.ITEM if read is not None else patterns.classify(seen.barcode)
    if kind is Kind.REQUEST:
        return kind, decide_slip(
            site, seen, desk, context, store.request_by_id(seen.barcode), _scanned_before(store, patterns, seen, context)
        )
    if kind in (Kind.PATRON, Kind.OTHER):
        patron = store.patron_at(seen.barcode, desk.code)
        if kind is Kind.PATRON or patron is not None:
            return Kind.PATRON, decide_patron(site, seen, desk, context, patron)
    return kind, decide_item(site, replace(seen, kind=kind), desk, context, _read(store, seen.barcode, read, context))


def _read(store: ScanStore, barcode: str, open_item: Read | None, context: Context) -> Read:
    """Read what the store knows of an item's barcode, and the armed request."""
    read = open_item or Read(request=store.closed_request(barcode))
    return replace(read, armed=store.request(context.request)) if context.request is not None else read


def _scanned_before(store: ScanStore, patterns: Patterns, seen: Seen, context: Context) -> tuple[Seen, Read] | None:
    """The item that was scanned before its slip, as if it came now."""
    if context.item is None:
        return None
    item = replace(seen, barcode=context.item, kind=patterns.classify(context.item))
    return item, _read(store, context.item, store.open_item(context.item), context)


def _write(
    store: ScanStore,
    scan: messages.Scan,
    stream: int,
    desk: Desk,
    barcode: str,
    kind: Kind,
    at: datetime,
    now: datetime,
    decision: Decision,
) -> Taken:
    """Write scan, transition, sighting, events, notice and exceptions of one decision."""
    key = _write_item(store, scan, desk, now, at, decision)
    reply = reply_for(scan, decision, now).model_dump_json()
    kept_barcode = None if kind is Kind.PATRON else barcode
    record = ScanRecord(stream, scan.seq, scan.scan_id, scan.station, kept_barcode, scan.source, at, now)
    store.keep_scan(record, desk.code, decision, key, reply)
    store.keep_context(scan.station, decision.context, LastScan(barcode, scan.scanned_at, scan.boot, scan.scan_id))
    _write_exceptions(store, scan, desk, kept_barcode, at, decision, key)
    queued = _queue_notice(store, decision, key, now)
    _write_events(store, scan, desk, kept_barcode, now, decision, queued)
    moved = (desk.code, decision.request.pickup_desk) if decision.moved and decision.request is not None else ()
    return Taken(reply, moved, queued)


def _queue_notice(store: ScanStore, decision: Decision, item: int | None, now: datetime) -> bool:
    if decision.notice is None or decision.request is None or item is None:
        return False
    return store.add_notice(decision.notice, decision.request, item, now)


def _write_item(store: ScanStore, scan: messages.Scan, desk: Desk, now: datetime, at: datetime, decision: Decision) -> int | None:
    item = decision.item
    if item is None:
        return None
    key = item.key
    if decision.moved:
        key = _move(store, item, now)
        store.add_transition(item, key, decision.was, decision.rule, desk.code, scan.station, scan.scan_id)
    store.add_sighting(item, key, decision.rule, desk.code, scan.station, scan.scan_id, at)
    return key


def _move(store: ScanStore, item: Item, now: datetime) -> int:
    ended = item.state is State.CLOSED
    store.keep_request(item.request, item.state, closed_as(item) if ended else None, now)
    return store.keep_item(item, now if ended else None)


def _write_exceptions(
    store: ScanStore, scan: messages.Scan, desk: Desk, barcode: str | None, at: datetime, decision: Decision, item: int | None
) -> None:
    request = decision.request.key if decision.request is not None else None
    for kind in decision.exceptions:
        store.add_exception(kind, at, desk=desk.code, station=scan.station, barcode=barcode, request=request, item=item)
    for kind in decision.clears:
        store.clear_exceptions(decision.item.barcode if decision.item is not None else scan.barcode, kind, scan.station, at)


def _write_events(
    store: ScanStore, scan: messages.Scan, desk: Desk, barcode: str | None, now: datetime, decision: Decision, queued: bool
) -> None:
    types = decision.events
    if queued:
        types += ("notice.queued",)
    if decision.drop_notices and decision.request is not None and store.drop_notices(decision.request.key):
        types += ("notice.suppressed",)
    if types:
        subject = decision.request.request_id if decision.request is not None else None
        store.add_events(types, desk.code, subject, now, json.dumps(_event_data(scan, barcode, decision)))


def _event_data(scan: messages.Scan, barcode: str | None, decision: Decision) -> dict[str, object]:
    data: dict[str, object] = {
        "scan_id": scan.scan_id,
        "station": scan.station,
        "rule": decision.rule,
        "outcome": decision.outcome,
        "tone": decision.tone,
    }
    request, item = decision.request, decision.item
    if request is not None:
        data |= {"request_id": request.request_id, "title": request.title, "pickup_desk": request.pickup_desk, "partner": request.partner}
    if item is not None:
        data |= {"barcode": item.barcode, "piece": item.piece, "was": decision.was or item.state, "state": item.state}
    elif barcode is not None:
        data["barcode"] = barcode
    return data


def reply_for(scan: messages.Scan, decision: Decision, now: datetime) -> messages.Reply:
    """Give the Reply that tells the desk what was decided."""
    request = decision.request
    return messages.Reply(
        scan_id=scan.scan_id,
        station=scan.station,
        seq=scan.seq,
        outcome=decision.outcome,
        rule=decision.rule,
        tone=decision.tone,
        message=decision.message,
        again=False,
        request_id=request.request_id if request is not None else None,
        title=request.title if request is not None else None,
        state=decision.state.value if decision.state is not None else None,
        destination=decision.destination,
        alert_type=decision.alert,
        slips=tuple(messages.Slip(kind=slip.kind, lines=slip.lines, barcode=slip.barcode) for slip in decision.slips),
        decided_at=now,
    )


def _again(
    store: ScanStore,
    scan: messages.Scan,
    stream: int,
    desk: Desk,
    barcode: str,
    at: datetime,
    now: datetime,
    last: LastScan,
    context: Context,
) -> Taken:
    """A bounce: the last reply once more, marked; nothing else changes."""
    earlier = messages.Reply.model_validate_json(store.reply_to(last.scan_id) or "{}")
    repeated = {"scan_id": scan.scan_id, "seq": scan.seq, "outcome": Outcome.DUPLICATE, "again": True, "slips": ()}
    reply = earlier.model_copy(update=repeated).model_dump_json()
    decision = Decision(earlier.rule, Outcome.DUPLICATE, earlier.tone, earlier.message, context)
    record = ScanRecord(stream, scan.seq, scan.scan_id, scan.station, None, scan.source, at, now)
    store.keep_scan(record, desk.code, decision, None, reply)
    store.keep_context(scan.station, context, LastScan(barcode, scan.scanned_at, scan.boot, scan.scan_id))
    return Taken(reply)


def _nowhere(store: ScanStore, scan: messages.Scan, stream: int, at: datetime, now: datetime) -> Taken:
    """The station has no desk: kept, told, and an exception for staff."""
    return put_aside(store, scan, stream, "station.unknown", at, now)


def put_aside(store: ScanStore, scan: messages.Scan, stream: int, rule: str, at: datetime, now: datetime) -> Taken:
    """Keep a scan that cannot be decided, say so at the desk, and leave work for staff; the stream goes on."""
    decision = Decision(rule, Outcome.REFUSED, Tone.NO, ENGLISH[rule], NOTHING)
    reply = reply_for(scan, decision, now).model_dump_json()
    record = ScanRecord(stream, scan.seq, scan.scan_id, scan.station, scan.barcode, scan.source, at, now)
    store.keep_scan(record, None, decision, None, reply)
    store.add_exception(rule.replace(".", "_"), at, desk=None, station=scan.station, barcode=scan.barcode)
    return Taken(reply)
