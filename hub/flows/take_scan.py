"""A barcode was read: act on it exactly once and say what the desk is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic_core import to_json

from broker import messages
from broker.answers import Outcome, Tone
from hub.core.barcode import COMMAND_PREFIX, Kind, Patterns, check_of
from hub.core.commands import Command, command_of
from hub.core.context import NOTHING, Context, yet_to_come
from hub.core.decide import decide_item
from hub.core.decide_command import LastSlips, decide_command
from hub.core.decide_slip import decide_patron, decide_slip
from hub.core.desk import RECEIVING, Desk, role_for
from hub.core.notices import QueuedNotice
from hub.core.request import Item, State
from hub.core.say import note
from hub.core.seen import Before, Decision, Read, Seen, Site, happened
from hub.core.slips import SlipNote
from hub.flows.take_back import NOTHING_LEFT, last_move, put_back
from hub.store.history import Line
from hub.store.remembered import LastScan, Remembered
from hub.store.scan_path import ScanRecord, ScanStore, undo_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a scan gave: the reply as it is stored and sent, and the desks whose counts it changed."""

    reply: str
    desks: tuple[str, ...] = ()
    notice: bool = False
    verdict: tuple[str, str] | None = None
    """Outcome and rule; None for the stored reply of a repeat, which was counted when it was decided."""


def take_scan(store: ScanStore, site: Site, patterns: Patterns, scan: messages.Scan, stream: int, now: datetime) -> Taken:
    """Act on the next scan of a stream and write all that follows; the caller writes the stream's new position."""
    if (earlier := store.reply_to(scan.scan_id)) is not None:
        return Taken(earlier)
    desk = store.desk_of(scan.station)
    at = happened_at(scan, now, store.clock_offset(scan.station) if scan.age_ms is None else timedelta())
    if desk is None:
        return _nowhere(store, site, patterns, scan, stream, at, now)
    barcode = patterns.normalise(scan.barcode)
    remembered = store.remembered(scan.station, stream, at)
    if remembered.last is not None and _bounces(scan, barcode, remembered.last, site.windows.bounce):
        return _again(store, scan, stream, desk, barcode, at, now, remembered, remembered.last)
    taking = Taking(store, site, patterns, scan, stream, desk, at, now, remembered)
    # By a clock that was set back since, a patron's session would last for as long as that.
    over = remembered.last is not None and yet_to_come(remembered.last.at, now)
    kind, decision = taking.decide(Seen(barcode, Kind.OTHER, scan.station, at, now), NOTHING if over else remembered.context.at(at))
    return taking.write(barcode, kind, decision)


def happened_at(scan: messages.Scan, now: datetime, offset: timedelta = timedelta()) -> datetime:
    """Place a scan in time; ``offset`` is how far its station's clock is behind ours."""
    return happened(scan.scanned_at, scan.age_ms, offset, now)


def _bounces(scan: messages.Scan, barcode: str, last: LastScan, window: timedelta) -> bool:
    if barcode != last.barcode or scan.boot != last.boot:
        return False
    return timedelta(0) <= scan.scanned_at - last.scanned_at <= window


@dataclass(slots=True)
class Taking:
    """One scan on its way from what the store knows to what is written."""

    store: ScanStore
    site: Site
    patterns: Patterns
    scan: messages.Scan
    stream: int
    desk: Desk
    at: datetime
    now: datetime
    remembered: Remembered
    work: bool = True
    """Whether there may be open work that this scan settles."""

    def decide(self, seen: Seen, context: Context) -> tuple[Kind, Decision]:
        """Resolve the barcode in the order of docs/lifecycle.md; an exact match on an open item always wins."""
        if not seen.barcode:
            return Kind.OTHER, note(self.site.words_at(self.desk), "scan.empty", Outcome.REFUSED, Tone.NO, context)
        if seen.barcode.startswith(COMMAND_PREFIX):
            return Kind.COMMAND, self._command(seen, context)
        read = self.store.open_item(seen.barcode)
        self.work = read is None or read.work
        kind = Kind.ITEM if read is not None else self.patterns.classify(seen.barcode)
        if kind is Kind.REQUEST:
            return kind, self._slip(seen, context)
        if kind in (Kind.PATRON, Kind.OTHER):
            patron = self.store.patron_at(seen.barcode, self.desk.code)
            awaited = context.request is not None and role_for(self.desk, None) in RECEIVING
            # A lender's barcode may look like one of our cards: where an item is awaited and nobody has such a card, it is asked about.
            if patron is not None or (kind is Kind.PATRON and not awaited):
                return Kind.PATRON, decide_patron(self.site, seen, self.desk, context, patron)
        checked = self.scan.check
        if checked == "n/a" and read is None and context.request is not None:
            checked = check_of(seen.barcode, kind)
        seen = replace(seen, kind=kind, check=checked)
        decision = decide_item(self.site, seen, self.desk, context, self._read(seen.barcode, read, context))
        # A card that was not confirmed as an item stays out of what is kept.
        return (Kind.ITEM if decision.moved else kind), decision

    def _command(self, seen: Seen, context: Context) -> Decision:
        command = command_of(seen.barcode)
        last = last_move(self.store, seen.station, self.remembered) if command is Command.UNDO else None
        printed = self._printed(seen) if command is Command.REPRINT else None
        return decide_command(self.site, seen, self.desk, context, last, printed)

    def _printed(self, seen: Seen) -> LastSlips | None:
        """Give the slips of the station's last scan."""
        last = self.remembered.last
        reply = self.store.reply_to(last.scan_id) if last is not None else None
        if reply is None or last is None:
            return None
        slips = messages.Reply.model_validate_json(reply).slips
        made = tuple(SlipNote(slip.kind, slip.lines, slip.barcode or "") for slip in slips)
        return LastSlips(made, seen.at - last.at)

    def _slip(self, seen: Seen, context: Context) -> Decision:
        request = self.store.request_by_id(seen.barcode)
        items = self.store.others(request) if request is not None else ()
        return decide_slip(self.site, seen, self.desk, context, request, self._scanned_before(seen, context), items)

    def _read(self, barcode: str, open_item: Read | None, context: Context) -> Read:
        """Read what the store knows of an item's barcode, and the armed request with what has come of it."""
        read = open_item or Read(request=self.store.closed_request(barcode))
        if read.others and read.request is not None and read.request.pickup_desk != self.desk.code:
            read = replace(read, pickup=self.store.desk(read.request.pickup_desk))
        if context.request is None:
            return read
        armed = self.store.request(context.request)
        return replace(read, armed=armed, armed_items=self.store.others(armed) if armed is not None else ())

    def _scanned_before(self, seen: Seen, context: Context) -> tuple[Seen, Read] | None:
        """Give the item that was scanned before its slip, as if it came now."""
        if context.item is None:
            return None
        kind = self.patterns.classify(context.item)
        item = replace(seen, barcode=context.item, kind=kind, check=check_of(context.item, kind))
        return item, self._read(context.item, self.store.open_item(context.item), context)

    def write(self, barcode: str, kind: Kind, decision: Decision) -> Taken:
        """Write scan, history, events, notice and exceptions of one decision."""
        store, scan, desk = self.store, self.scan, self.desk
        key, told = self._write_item(decision)
        reply = reply_for(scan, decision, self.now).model_dump_json()
        kept = None if kind is Kind.PATRON else barcode
        record = ScanRecord(self.stream, scan.seq, scan.scan_id, scan.station, kept, scan.source, self.at, self.now)
        store.keep_scan(record, desk.code, decision, key, reply)
        last = LastScan(barcode, scan.scanned_at, scan.boot, scan.scan_id, self.at)
        store.keep_context(scan.station, self.stream, decision.context, last, self.remembered, self._undo(decision, key))
        self._write_exceptions(kept, decision, key)
        dropped = self._drop_notices(decision)
        queued = self._queue_notices(decision, key)
        self._write_events(kept, decision, (*told, *["notice.queued"] * queued, *["notice.suppressed"] * dropped))
        moved = (desk.code, decision.request.pickup_desk) if decision.moved and decision.request is not None else ()
        return Taken(reply, moved, queued or "notice.queued" in told, (decision.outcome, decision.rule))

    def _undo(self, decision: Decision, key: int | None) -> str | None:
        """Give what is kept to take this move back; a move that took one back leaves nothing more to take back."""
        if decision.restores is not None:
            return NOTHING_LEFT
        if not decision.moved or decision.item is None or decision.request is None or key is None:
            return None
        found = (decision.request, decision.before, decision.others_before)
        return undo_of(Before(self.at, self.scan.scan_id, decision.rule, *found, key, decision.item.version))

    def _write_item(self, decision: Decision) -> tuple[int | None, tuple[str, ...]]:
        """Write the item and its line of history; gives its key, and the events of notices that UNDO touched."""
        item = decision.item
        if item is None:
            return None, ()
        key, told = item.key, tuple[str, ...]()
        if decision.restores is not None:
            told = put_back(self.store, decision, decision.restores, self.desk.code, self.scan.station, self.scan.scan_id, self.now)
        elif decision.moved:
            key = self._move(item, decision)
        went = decision.was is not None and decision.was is not item.state
        self.store.add_history(
            Line(
                request=item.request, kind="scan", at=self.at, rule=decision.rule, actor=self.scan.station, item=key,
                was=decision.was if went else None, became=item.state if went else None, desk=self.desk.code, barcode=item.barcode,
                scan_id=self.scan.scan_id, detail=decision.detail,
            )
        )  # fmt: skip
        return key, told

    def _move(self, item: Item, decision: Decision) -> int:
        self.store.keep_request(item.request, decision.shows or item.state, decision.closed_as, self.now)
        for other in decision.others:
            self.store.keep_item(other, None)
        return self.store.keep_item(item, self.now if item.state is State.CLOSED else None)

    def _drop_notices(self, decision: Decision) -> bool:
        if not decision.drop_notices or decision.request is None:
            return False
        dropped = self.store.drop_notices(decision.request.key, self.scan.scan_id)
        for kind, item in dropped:
            self._tell_history("suppressed", decision, item, kind)
        return bool(dropped)

    def _queue_notices(self, decision: Decision, item: int | None) -> bool:
        wanted = [(decision.notice, item)] if decision.notice is not None else []
        if decision.ready is not None:
            wanted.append((decision.ready[0], decision.ready[1].key))
        queued = [self._queue_notice(notice, decision, key) for notice, key in wanted]
        return any(queued)

    def _queue_notice(self, notice: QueuedNotice, decision: Decision, item: int | None) -> bool:
        if decision.request is None or item is None:
            return False
        if not self.store.add_notice(notice, decision.request, item, self.now, self.scan.scan_id):
            return False
        self._tell_history("queued", decision, item, notice.type)
        return True

    def _tell_history(self, rule: str, decision: Decision, item: int | None, notice: str) -> None:
        if decision.request is not None:
            self.store.add_history(
                Line(
                    request=decision.request.key, kind="notice", at=self.now, rule=rule, actor="hub", item=item,
                    desk=decision.request.pickup_desk, scan_id=self.scan.scan_id, notice=notice,
                )
            )  # fmt: skip

    def _write_exceptions(self, barcode: str | None, decision: Decision, item: int | None) -> None:
        store, scan, request = self.store, self.scan, decision.request.key if decision.request is not None else None
        if decision.clears and self.work:
            seen = decision.item.barcode if decision.item is not None else barcode
            store.clear_exceptions(decision.clears, scan.station, self.at, barcode=seen, request=request, item=item, scan_id=scan.scan_id)
        of_item = request if decision.item is not None else None
        for kind in decision.exceptions:
            if kind == "wrong_desk" and item is not None and store.seen_last_at(item, scan.scan_id) == self.desk.code:
                continue
            store.add_exception(
                kind, self.at, desk=self.desk.code, station=scan.station, barcode=barcode, request=of_item, item=item, scan_id=scan.scan_id
            )

    def _write_events(self, barcode: str | None, decision: Decision, told: tuple[str, ...]) -> None:
        types = tuple(dict.fromkeys((*decision.events, *told)))
        if types:
            subject = decision.request.request_id if decision.request is not None else None
            self.store.add_events(types, self.desk.code, subject, self.now, to_json(_event_data(self.scan, barcode, decision)).decode())


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
    before: Remembered,
    last: LastScan,
) -> Taken:
    """A bounce: the last reply once more, marked; nothing else changes."""
    earlier = messages.Reply.model_validate_json(store.reply_to(last.scan_id) or "{}")
    repeated = {"scan_id": scan.scan_id, "seq": scan.seq, "outcome": Outcome.DUPLICATE, "again": True, "slips": ()}
    reply = earlier.model_copy(update=repeated).model_dump_json()
    decision = Decision(earlier.rule, Outcome.DUPLICATE, earlier.tone, earlier.message, before.context)
    record = ScanRecord(stream, scan.seq, scan.scan_id, scan.station, None, scan.source, at, now)
    store.keep_scan(record, desk.code, decision, None, reply)
    # The scan it repeats stays the last one: its slips can still be printed again.
    store.keep_context(scan.station, stream, before.context, LastScan(barcode, scan.scanned_at, scan.boot, last.scan_id, at), before)
    return Taken(reply, verdict=(decision.outcome, decision.rule))


def _nowhere(store: ScanStore, site: Site, patterns: Patterns, scan: messages.Scan, stream: int, at: datetime, now: datetime) -> Taken:
    """The station has no desk: kept, told, and an exception for staff."""
    return put_aside(store, site, patterns, scan, stream, "station.unknown", at, now)


def put_aside(
    store: ScanStore, site: Site, patterns: Patterns, scan: messages.Scan, stream: int, rule: str, at: datetime, now: datetime
) -> Taken:
    """Keep a scan that cannot be decided, say so at the desk, and leave work for staff; a patron's card is not kept. The stream goes on."""
    barcode: str | None = patterns.normalise(scan.barcode)
    if barcode is not None and (store.is_card(barcode) or (patterns.classify(barcode) is Kind.PATRON and not store.is_item(barcode))):
        barcode = None
    decision = Decision(rule, Outcome.REFUSED, Tone.NO, site.words.say(rule), NOTHING)
    reply = reply_for(scan, decision, now).model_dump_json()
    record = ScanRecord(stream, scan.seq, scan.scan_id, scan.station, barcode, scan.source, at, now)
    store.keep_scan(record, None, decision, None, reply)
    store.add_exception(rule.replace(".", "_"), at, desk=None, station=scan.station, barcode=barcode)
    return Taken(reply, verdict=(decision.outcome, decision.rule))
