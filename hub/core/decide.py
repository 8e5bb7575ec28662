"""From an item's barcode to what follows: the one row of the table that fits, and all it does; a refusal is a decision too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from broker.answers import Outcome, Tone
from hub.core import calendar, holds
from hub.core.barcode import doubt
from hub.core.commands import Command, command_rule
from hub.core.context import NOTHING, TRAVEL, Context, Windows, yet_to_come
from hub.core.desk import RECEIVING, Desk, Role, role_for
from hub.core.lifecycle import UNUSED, Deed, Finding, Row, With, rule_for
from hub.core.loans import renewal
from hub.core.notices import NoticeType, QueuedNotice, once
from hub.core.request import STILL_LENDABLE, ClosedAs, Item, Reason, Request, State, free_piece, item_with, request_outcome, shown_state
from hub.core.say import dated, note, sentence
from hub.core.seen import Decision, Read, Seen, Site, new_decision
from hub.core.slips import PRINTS, SlipNote, slip_for
from hub.core.words import Words

TO_RESOURCE_SHARING = "resource-sharing"
LONGEST_BARCODE = 100
"""Characters of a temporary item's barcode; longer ones are no library's."""
EXCEPTIONS = {
    Deed.EXC_UNKNOWN: "unknown_barcode",
    Deed.EXC_CLOSED_SEEN: "closed_item_seen",
    Deed.EXC_OFF_SHELF: "off_shelf",
    Deed.EXC_WRONG_DESK: "wrong_desk",
    Deed.EXC_FOUND: "found_after_lost",
    Deed.EXC_DAMAGED: "damaged",
}
SETTLED = ("wrong_desk", "off_shelf", "late_scan", "transit_too_old", "moved_elsewhere", "came_too_late")
"""What an accepted scan settles: the book is known to be somewhere, and goes on from there."""
RECEIVED = ("unknown_barcode", "closed_item_seen")
"""What receiving settles."""
COMPLETE = ("needed_by_passed",)
"""What receiving settles with the last piece that was awaited."""
MISSED = ("missing", "claims_returned", "lost")
MARKS = {Deed.MARK_DAMAGED: Reason.DAMAGED, Deed.MARK_DECLINED: Reason.CANCELLED_BY_PATRON}
"""Why a book goes back that a command sends there."""
NOTICES = {
    Deed.QUEUE_READY: NoticeType.READY_FOR_PICKUP,
    Deed.CHECKOUT_RECEIPT: NoticeType.CHECKOUT_RECEIPT,
    Deed.RETURN_RECEIPT: NoticeType.RETURN_RECEIPT,
    Deed.TELL_FOUND: NoticeType.FOUND,
}


def decide_item(site: Site, seen: Seen, desk: Desk, context: Context, read: Read) -> Decision:
    """Say what an item's barcode means here: what a command that waits for it does, else the row of the table that fits."""
    words = site.words_at(desk)
    if context.command is not None and context.command_item is None:
        return _commanded(site, seen, desk, context, read, Command(context.command), words)
    if context.command is not None and context.command_item == seen.barcode:
        kept = context.in_use(seen.at + site.windows.patron_session)
        told = note(words, "command.done", Outcome.NO_CHANGE, Tone.INFO, kept, request=read.request, places={"command": context.command})
        return replace(told, item=read.item, events=("item.sighted",) if read.item is not None else ())
    if read.armed is not None and read.armed.state is not State.REQUESTED:
        # Received or cancelled at another desk meanwhile: its slip is armed no more.
        context, read = NOTHING, replace(read, armed=None)
    found = _found(site, seen, read)
    receiving = found in (Finding.UNKNOWN, Finding.CLOSED_ONLY) and read.armed is not None
    concerned = read.armed if receiving else read.request if read.item is not None else None
    role = role_for(desk, concerned.pickup_desk if concerned is not None else None)
    row = rule_for(found, role, _with(context, role, read))
    if row.to is not None and receiving and read.armed is not None:
        return _receive(site, seen, desk, row, context, read, read.armed)
    if row.to is not None and read.item is not None and _is_late(seen, read.item):
        return _late(seen, context, read, words)
    return _apply(site, seen, desk, context, row, read)


def _commanded(site: Site, seen: Seen, desk: Desk, context: Context, read: Read, command: Command, words: Words) -> Decision:
    """Do to an item what the command card that was scanned before it says."""
    # What is refused is still awaited: the same book again at once must not go the way it goes without the command.
    waits = context.in_use(seen.at + site.windows.patron_session)
    kept = waits.without_command()
    found = _found(site, seen, read)
    if read.item is None or read.request is None or found not in _OPEN:
        return _does_not_fit(words, command, waits, read)
    role = role_for(desk, read.request.pickup_desk)
    row = command_rule(command, found, role, _with(kept, role, read))
    if row is None:
        return _does_not_fit(words, command, waits, read)
    if row.outcome is Outcome.ACCEPTED and _is_late(seen, read.item):
        return _late(seen, kept, read, words)
    if command is Command.RENEW:
        renewed = renewal(site, words, read.request, read.item, seen.at, seen.now)
        if isinstance(renewed, str):
            return replace(_does_not_fit(words, command, waits, read), message=renewed)
    kept = kept.with_command_done(command, seen.barcode, seen.at + site.windows.handover)
    decided = _apply(site, seen, desk, kept, row, read)
    if command is Command.REPRINT and not decided.slips:
        return replace(decided, message=words.say("command.no_slip", title=read.request.title, state=words.states[read.item.state]))
    return decided


def _does_not_fit(words: Words, command: Command, context: Context, read: Read) -> Decision:
    if read.item is not None and read.request is not None:
        known = words.say("command.known_item", title=read.request.title, state=words.states[read.item.state])
    else:
        known = words.say("command.unknown_item")
    told = note(words, "KX", Outcome.REFUSED, Tone.NO, context, request=read.request, places={"command": command, "known": known})
    return replace(told, item=read.item, events=("scan.refused",) if read.item is not None else ())


_OPEN = frozenset(Finding) - {Finding.UNKNOWN, Finding.CLOSED_ONLY}


def _found(site: Site, seen: Seen, read: Read) -> Finding:
    item = read.item
    if item is None or read.request is None:
        return Finding.CLOSED_ONLY if read.request is not None else Finding.UNKNOWN
    match item.state:
        case State.CHECKED_OUT:
            return Finding.JUST_CHECKED_OUT if _just_lent_here(item, seen, site.windows) else Finding.CHECKED_OUT
        case State.PULL_FROM_SHELF:
            return Finding.PULL_LENDABLE if item.reason in STILL_LENDABLE else Finding.PULL_BARRED
        case State.MISSING:
            return Finding.MISSING_HOLD_ENDED if holds.ended(site, seen.at, read.request, item) else Finding.MISSING_HOLD_VALID
        case other:
            return Finding(other.value)


def _just_lent_here(item: Item, seen: Seen, windows: Windows) -> bool:
    if item.checked_out_by != seen.station or item.checked_out_at is None:
        return False
    return seen.at - item.checked_out_at < windows.handover and not yet_to_come(item.checked_out_at, seen.now)


def _with(context: Context, role: Role, read: Read) -> With:
    if context.session_open and role is not Role.RS:
        owner = read.request.requester if read.item is not None and read.request is not None else None
        return With.REQUESTER if owner is not None and owner == context.session_patron else With.OTHER
    if read.armed is None or role not in RECEIVING:
        return With.NONE
    # A piece of the very set whose slip is armed has come already, or gone home: it means what it means without the slip.
    own = read.request is not None and read.request.key == read.armed.key
    return With.NONE if own else With.ARMED


def _receive(site: Site, seen: Seen, desk: Desk, row: Row, context: Context, read: Read, request: Request) -> Decision:
    """Row U2 or U5: make the temporary item, unless a guard asks first; of a set the slip stays armed for what is to come."""
    words = site.words_at(desk)
    if not request.pickup_active:
        return note(words, "guard.desk_closed", Outcome.REFUSED, Tone.NO, NOTHING, request=request, places={"pickup": request.pickup_name})
    if len(seen.barcode) > LONGEST_BARCODE:
        return note(words, "guard.length", Outcome.REFUSED, Tone.NO, context, request=request)
    odd = doubt(seen.barcode, seen.kind, seen.check if site.check_digits == "confirm" else "n/a")
    if odd is not None and context.asked != seen.barcode:
        return note(words, f"guard.{odd}", Outcome.NO_CHANGE, Tone.INFO, context.with_asked(seen.barcode), request=request)
    piece = free_piece(request.pieces, read.armed_items)
    item = Item(0, request.key, piece, seen.barcode, State.REQUESTED, received_at=seen.at, changed_at=seen.at)
    to_come = request.pieces - len(read.armed_items) - 1
    kept = NOTHING.with_request(request.key, seen.at + site.windows.armed_request) if to_come > 0 else NOTHING
    received = _moved(site, seen, desk, kept, row, request, item, read.armed_items, desk)
    message = received.message
    if seen.check == "bad" and site.check_digits == "warn":
        message = f"{message} {words.say('advice.check')}"
    settled = RECEIVED if to_come > 0 else (*RECEIVED, *COMPLETE)
    return replace(received, message=message, clears=(*settled, *received.clears))


def _is_late(seen: Seen, item: Item) -> bool:
    return seen.at < item.changed_at - TRAVEL and not yet_to_come(item.changed_at, seen.now)


def _late(seen: Seen, context: Context, read: Read, words: Words) -> Decision:
    noted = note(words, "late", Outcome.LATE, Tone.INFO, context, request=read.request)
    return replace(noted, item=read.item, events=("item.sighted",), exceptions=("late_scan",))


def _apply(site: Site, seen: Seen, desk: Desk, context: Context, row: Row, read: Read) -> Decision:
    kept = _context_after(site, seen, context, row)
    if row.outcome is Outcome.ACCEPTED and read.item is not None and read.request is not None:
        return _moved(site, seen, desk, kept, row, read.request, read.item, read.others, read.pickup or desk)
    return new_decision(
        row.id,
        row.outcome,
        row.tone,
        sentence(site, desk, seen, row, read.request, read.item, read.others),
        kept,
        alert=_alert(row, read.item),
        request=read.request,
        item=read.item,
        state=read.item.state if read.item is not None else State.CLOSED if read.request is not None else None,
        events=row.events,
        slips=_slips(site, desk, seen, row, read.request, read.item),
        exceptions=_exceptions(row),
        clears=("closed_item_seen",) if Deed.CLEAR_SEEN in row.deeds else (),
        destination=_destination(row, read.request, read.item),
    )


def _alert(row: Row, item: Item | None) -> str:
    """A slip printed again says where the item goes, as when it was printed first."""
    if Deed.PRINT_AGAIN not in row.deeds or item is None:
        return row.alert
    return {State.ON_HOLD_SHELF: "01", State.IN_TRANSIT_TO_PICKUP: "02", State.IN_TRANSIT_TO_RS: "04"}.get(item.state, "99")


def _context_after(site: Site, seen: Seen, context: Context, row: Row) -> Context:
    if Deed.ARM_ITEM in row.deeds:
        return NOTHING.with_item(seen.barcode, seen.at + site.windows.armed_item)
    if Deed.DROP_SLIP in row.deeds:
        return NOTHING
    return context.in_use(seen.at + site.windows.patron_session)


def _moved(
    site: Site, seen: Seen, desk: Desk, context: Context, row: Row, request: Request, item: Item, others: tuple[Item, ...], pickup: Desk
) -> Decision:
    """The item after an accepted row, and all that follows from it."""
    after, changed = _after(site, seen, desk, row, request, item, others, pickup)
    rest = holds.merged(others, changed)
    items = (after, *rest)
    shows = shown_state(request.pieces, items)
    exceptions = _exceptions(row)
    if Deed.START_HOLD in row.deeds and after.hold_until is not None and after.hold_until < seen.at:
        exceptions += ("came_too_late",)
    return new_decision(
        row.id,
        row.outcome,
        row.tone,
        sentence(site, desk, seen, row, request, after, rest),
        context,
        alert=row.alert,
        request=request,
        item=after,
        was=item.state,
        moved=True,
        before=item if item.key else None,
        others=changed,
        others_before=tuple(other for other in others if any(other.key == one.key for one in changed)) if changed else (),
        shows=shows,
        closed_as=request_outcome(items) if shows is State.CLOSED else None,
        state=after.state,
        events=_events(row, after, shows),
        slips=_slips(site, desk, seen, row, request, after),
        notice=_notice(site, seen, row, request, after),
        ready=_ready(site, seen, request, after, changed),
        drop_notices=Deed.DROP_NOTICES in row.deeds and not _rest_waits(row, rest),
        exceptions=exceptions,
        clears=SETTLED + (MISSED if Deed.CLEAR_MISSING in row.deeds or Deed.TELL_FOUND in row.deeds else ()),
        detail=dated("due_at", item.due_at, after.due_at) if Deed.RENEW_LOAN in row.deeds else None,
        destination=_destination(row, request, after),
    )


def _notice(site: Site, seen: Seen, row: Row, request: Request, item: Item) -> QueuedNotice | None:
    """The notice a row queues, where such are sent; a set's READY waits until its hold has begun."""
    for kind in (NOTICES[deed] for deed in row.deeds if deed in NOTICES):
        ready = kind is NoticeType.READY_FOR_PICKUP
        if ready and item.hold_until is None:
            continue
        if (notice := site.notice(request, kind, item.episode if ready else once(item), seen.now)) is not None:
            return notice
    return None


def _rest_waits(row: Row, rest: tuple[Item, ...]) -> bool:
    """Say whether the rest of a set is on the shelf for a patron who does not stand here: what is said of the hold is still of use."""
    return Deed.START_LOAN not in row.deeds and any(item.state is State.ON_HOLD_SHELF for item in rest)


def _ready(site: Site, seen: Seen, request: Request, after: Item, begun: tuple[Item, ...]) -> tuple[QueuedNotice, Item] | None:
    """READY of the rest of a set that waited for a piece which is not put on the shelf with it."""
    if not begun or after.episode == begun[0].episode:
        return None
    notice = site.notice(request, NoticeType.READY_FOR_PICKUP, begun[0].episode, seen.now)
    return None if notice is None else (notice, begun[0])


def _after(
    site: Site, seen: Seen, desk: Desk, row: Row, request: Request, item: Item, others: tuple[Item, ...], pickup: Desk
) -> tuple[Item, tuple[Item, ...]]:
    """The item as it is afterwards, and the other items of its set that change with it."""
    deeds, changes = row.deeds, dict[str, Any]()
    if Deed.START_LOAN in deeds:
        due = calendar.due_at(seen.at, request.partner_due, site.policy, site.zone)
        changes |= {"due_at": due, "checked_out_at": seen.at, "checked_out_by": seen.station, "circulated": True, "reason": None}
        changes["renewals"] = 0
    if Deed.RENEW_LOAN in deeds:
        renewed = renewal(site, site.words_at(desk), request, item, seen.at, seen.now)
        changes |= {"due_at": item.due_at if isinstance(renewed, str) else renewed, "renewals": item.renewals + 1}
    if marked := [reason for deed, reason in MARKS.items() if deed in deeds]:
        changes["reason"] = marked[0]
    if row.to is State.CLOSED:
        changes["closed_as"] = closed_as(item)
    if row.to is State.IN_TRANSIT_TO_PICKUP:
        changes["hold_until"] = holds.carried(site, seen.at, request, item)
    after = item_with(item, state=row.to or item.state, changed_at=seen.at, version=item.version + 1, **changes)
    if Deed.START_HOLD in deeds:
        after = holds.shelve(site, seen.at, desk, request, item, after)
    if not others and Deed.START_HOLD not in deeds:
        return after, ()
    # Shelved, lent or sent home, it may be the last that the rest of its set waited for.
    begun = holds.begin(site, seen.at, pickup, request, (after, *others))
    return holds.merged((after,), begun)[0], tuple(one for one in begun if one.key != after.key)


def closed_as(item: Item) -> ClosedAs:
    """Give how an item ends that goes home."""
    return ClosedAs.RETURNED if item.circulated else ClosedAs.RETURNED_UNCIRCULATED


def _events(row: Row, item: Item, shows: State) -> tuple[str, ...]:
    """A book that was lent does not come home unused; a set is closed with its last piece."""
    return tuple(
        event
        for event in row.events
        if not (item.circulated and event == UNUSED) and not (event == "request.closed" and shows is not State.CLOSED)
    )


def _exceptions(row: Row) -> tuple[str, ...]:
    return tuple(EXCEPTIONS[deed] for deed in row.deeds if deed in EXCEPTIONS)


def _destination(row: Row, request: Request | None, item: Item | None) -> str | None:
    """Where the book goes now: a desk, resource sharing, the lender; None when it stays here."""
    if row.id in ("U3", "U6"):
        return TO_RESOURCE_SHARING
    # With K5 and K6 it lies at resource sharing already.
    if request is None or row.tone is Tone.NO or row.id in ("K5", "K6"):
        return None
    match row.to or (item.state if item is not None else State.CLOSED):
        case State.IN_TRANSIT_TO_PICKUP:
            return request.pickup_desk
        case State.IN_TRANSIT_TO_RS:
            return TO_RESOURCE_SHARING
        case State.CLOSED:
            return request.partner
        case _:
            return None


def _slips(site: Site, desk: Desk, seen: Seen, row: Row, request: Request | None, item: Item | None) -> tuple[SlipNote, ...]:
    if request is None or item is None:
        return ()
    if PRINTS.isdisjoint(row.deeds):
        return ()
    today = seen.now.astimezone(site.zone).date()
    words = site.words_at(desk)
    made = (slip_for(deed, request, item, today, site.zone, words) for deed in row.deeds if deed in PRINTS)
    return tuple(slip for slip in made if slip is not None)
