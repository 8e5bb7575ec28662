"""From what was read to what follows: one function a class of barcode; a refusal is a decision too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from broker.answers import Outcome, Tone
from hub.core import calendar
from hub.core.barcode import Kind, doubt
from hub.core.calendar import Policy
from hub.core.context import NOTHING, Context, Windows
from hub.core.desk import RECEIVING, Desk, Role, role_for
from hub.core.lifecycle import UNUSED, Deed, Finding, Row, With, rule_for
from hub.core.notices import NoticeType, QueuedNotice
from hub.core.request import CANCELLED, STILL_LENDABLE, ClosedAs, Item, Reason, Request, State
from hub.core.slips import SlipNote, slip_for
from hub.core.words import ENGLISH, REASONS, STATES, day

LATE_TOLERANCE = timedelta(seconds=2)
"""A scan placed this little before another desk's transition may only have travelled slower."""
TO_RESOURCE_SHARING = "resource-sharing"


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every scan at this site."""

    policy: Policy
    windows: Windows
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan, placed in time: ``at`` is when it happened, ``now`` when it is decided."""

    barcode: str
    kind: Kind
    station: str
    at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class PatronAtDesk:
    """A patron card: what the desk may show of its owner."""

    key: int
    alias: str
    ready: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What the store knew about the barcode: the open item, else the last closed request; the armed request."""

    item: Item | None = None
    request: Request | None = None
    armed: Request | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that follows from one scan; the flow only writes it down."""

    rule: str
    outcome: Outcome
    tone: Tone
    message: str
    context: Context
    alert: str = "99"
    request: Request | None = None
    item: Item | None = None
    """The item afterwards; with ``moved`` it is to be written, key 0 for a new one."""
    was: State | None = None
    moved: bool = False
    events: tuple[str, ...] = ()
    slips: tuple[SlipNote, ...] = ()
    notice: QueuedNotice | None = None
    drop_notices: bool = False
    exceptions: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    destination: str | None = None
    state: State | None = None


EXCEPTIONS = {
    Deed.EXC_UNKNOWN: "unknown_barcode",
    Deed.EXC_CLOSED_SEEN: "closed_item_seen",
    Deed.EXC_OFF_SHELF: "off_shelf",
    Deed.EXC_FOUND: "found_after_lost",
}


def decide_item(site: Site, seen: Seen, desk: Desk, context: Context, read: Read) -> Decision:
    """Say what an item's barcode means here, by the one row of the table that fits."""
    if read.armed is not None and read.armed.state is not State.REQUESTED:
        # Received or cancelled at another desk meanwhile: its slip is armed no more.
        context, read = NOTHING, replace(read, armed=None)
    found = _found(seen, read, site.windows)
    receiving = found in (Finding.UNKNOWN, Finding.CLOSED_ONLY) and read.armed is not None
    concerned = read.armed if receiving else read.request if read.item is not None else None
    role = role_for(desk, concerned.pickup_desk if concerned is not None else None)
    row = rule_for(found, role, _with(context, role, read))
    if row.to is not None and receiving and read.armed is not None:
        return _receive(site, seen, desk, row, context, read.armed)
    if row.to is not None and read.item is not None and seen.at < read.item.changed_at - LATE_TOLERANCE:
        return _late(seen, context, read)
    return _apply(site, seen, desk, context, row, read)


def decide_slip(
    site: Site, seen: Seen, desk: Desk, context: Context, request: Request | None, before: tuple[Seen, Read] | None = None
) -> Decision:
    """Say what a request slip means: it arms the station, completes the item scanned before it, or is looked up.

    ``before`` is that item (``context.item``) with what the store knows of it now.
    """
    kept = context.in_use(seen.at + site.windows.patron_session)
    if request is None:
        return _note("slip.unknown", Outcome.UNKNOWN, Tone.NO, kept, barcode=seen.barcode, alert="00")
    receiving = role_for(desk, request.pickup_desk) in RECEIVING
    if request.state is State.REQUESTED and receiving:
        return _arm(site, seen, desk, request, before)
    if request.state is State.REQUESTED:
        return _note("slip.not_received", Outcome.NO_CHANGE, Tone.INFO, kept, request=request)
    if request.closed_as is ClosedAs.CANCELLED and receiving:
        noted = _note("slip.cancelled", Outcome.NO_CHANGE, Tone.INFO, kept, request=request, partner=request.partner_name, alert="03")
        return replace(noted, destination=request.partner)
    return _note("slip.look_up", Outcome.NO_CHANGE, Tone.INFO, kept, request=request, title=request.title, state=STATES[request.state])


def _arm(site: Site, seen: Seen, desk: Desk, request: Request, before: tuple[Seen, Read] | None) -> Decision:
    """The slip waits for its item; one scanned before it is taken as if it came now."""
    armed = NOTHING.with_request(request.key, seen.at + site.windows.armed_request)
    if before is not None:
        item, read = before
        return decide_item(site, item, desk, armed, replace(read, armed=request))
    return _note("slip.armed", Outcome.ACCEPTED, Tone.INFO, armed, request=request, title=request.title, alert="03")


def decide_patron(site: Site, seen: Seen, desk: Desk, context: Context, patron: PatronAtDesk | None) -> Decision:
    """Open a patron session at a desk that lends; an unknown card opens one that lends nothing."""
    if not desk.pickup:
        return _note("X1", Outcome.REFUSED, Tone.NO, context)
    until = seen.at + site.windows.patron_session
    if patron is None:
        return _note("patron.unknown", Outcome.UNKNOWN, Tone.NO, NOTHING.with_session(None, until), alert="00")
    key = "patron.open" if patron.ready else "patron.open_none"
    opened = NOTHING.with_session(patron.key, until)
    return _note(key, Outcome.ACCEPTED, Tone.INFO, opened, alias=patron.alias, ready=str(patron.ready), codes=", ".join(patron.codes))


def decide_command(seen: Seen, context: Context) -> Decision:
    """Obey a command barcode; one that is not in use says so."""
    if seen.barcode == "%HS-CLEAR":
        return _note("command.clear", Outcome.ACCEPTED, Tone.INFO, NOTHING)
    return _note("command.not_here", Outcome.REFUSED, Tone.NO, context, barcode=seen.barcode)


def _found(seen: Seen, read: Read, windows: Windows) -> Finding:
    item = read.item
    if item is None:
        return Finding.CLOSED_ONLY if read.request is not None else Finding.UNKNOWN
    match item.state:
        case State.CHECKED_OUT:
            return Finding.JUST_CHECKED_OUT if _just_lent_here(item, seen, windows) else Finding.CHECKED_OUT
        case State.PULL_FROM_SHELF:
            return Finding.PULL_LENDABLE if item.reason in STILL_LENDABLE else Finding.PULL_BARRED
        case State.MISSING:
            return Finding.MISSING_HOLD_ENDED if _hold_ended(item, seen) else Finding.MISSING_HOLD_VALID
        case other:
            return Finding(other.value)


def _hold_ended(item: Item, seen: Seen) -> bool:
    """By its date, or because the book was lent or had to go; a hold that never began is still to come."""
    if item.circulated or item.reason is not None:
        return True
    return item.hold_until is not None and seen.at > item.hold_until


def _just_lent_here(item: Item, seen: Seen, windows: Windows) -> bool:
    if item.checked_out_by != seen.station or item.checked_out_at is None:
        return False
    return seen.at - item.checked_out_at < windows.handover


def _with(context: Context, role: Role, read: Read) -> With:
    if context.session_open and role is not Role.RS:
        owner = read.request.requester if read.item is not None and read.request is not None else None
        return With.REQUESTER if owner is not None and owner == context.session_patron else With.OTHER
    return With.ARMED if read.armed is not None and role in RECEIVING else With.NONE


def _receive(site: Site, seen: Seen, desk: Desk, row: Row, context: Context, request: Request) -> Decision:
    """Row U2 or U5: make the temporary item, unless a guard asks first."""
    if not request.pickup_active:
        return _note("guard.desk_closed", Outcome.REFUSED, Tone.NO, NOTHING, request=request, pickup=request.pickup_name)
    odd = doubt(seen.barcode, seen.kind)
    if odd is not None and context.asked != seen.barcode:
        return _note(f"guard.{odd}", Outcome.NO_CHANGE, Tone.INFO, context.with_asked(seen.barcode), request=request)
    item = Item(0, request.key, 1, seen.barcode, State.REQUESTED, received_at=seen.at, changed_at=seen.at)
    return replace(_moved(site, seen, desk, NOTHING, row, request, item), clears=("unknown_barcode",))


def _late(seen: Seen, context: Context, read: Read) -> Decision:
    noted = _note("late", Outcome.LATE, Tone.INFO, context, request=read.request)
    return replace(noted, item=read.item, events=("item.sighted",), exceptions=("late_scan",))


def _apply(site: Site, seen: Seen, desk: Desk, context: Context, row: Row, read: Read) -> Decision:
    kept = _context_after(site, seen, context, row)
    if row.to is not None and read.item is not None and read.request is not None:
        return _moved(site, seen, desk, kept, row, read.request, read.item)
    known = read.item or read.request
    return Decision(
        row.id,
        row.outcome,
        row.tone,
        _say(site, seen, row, read.request, read.item),
        kept,
        alert=row.alert,
        request=read.request,
        item=read.item,
        state=known.state if known is not None else None,
        events=row.events,
        slips=_slips(site, seen, row, read.request, read.item),
        exceptions=_exceptions(row),
        destination=_destination(row, read.request, read.item),
    )


def _context_after(site: Site, seen: Seen, context: Context, row: Row) -> Context:
    if Deed.ARM_ITEM in row.deeds:
        return NOTHING.with_item(seen.barcode, seen.at + site.windows.armed_item)
    if Deed.DROP_SLIP in row.deeds:
        return NOTHING
    return context.in_use(seen.at + site.windows.patron_session)


def _moved(site: Site, seen: Seen, desk: Desk, context: Context, row: Row, request: Request, item: Item) -> Decision:
    """The item after an accepted row, and all that follows from it."""
    after = _after(site, seen, desk, row, request, item)
    notice = None
    if Deed.QUEUE_READY in row.deeds:
        notice = QueuedNotice(NoticeType.READY_FOR_PICKUP, after.episode, seen.now + site.policy.ready_delay)
    return Decision(
        row.id,
        row.outcome,
        row.tone,
        _say(site, seen, row, request, after),
        context,
        alert=row.alert,
        request=request,
        item=after,
        was=item.state,
        moved=True,
        state=after.state,
        events=_events(row, after),
        slips=_slips(site, seen, row, request, after),
        notice=notice,
        drop_notices=Deed.DROP_NOTICES in row.deeds,
        exceptions=_exceptions(row),
        clears=("missing",) if Deed.CLEAR_MISSING in row.deeds else (),
        destination=_destination(row, request, after),
    )


def _after(site: Site, seen: Seen, desk: Desk, row: Row, request: Request, item: Item) -> Item:
    after = replace(item, state=row.to or item.state, changed_at=seen.at, version=item.version + 1)
    if Deed.START_HOLD in row.deeds:
        after = _with_hold(site, seen, desk, request, after)
    if Deed.START_LOAN in row.deeds:
        due = calendar.due_at(seen.at, request.partner_due, site.policy, site.zone)
        after = replace(after, due_at=due, checked_out_at=seen.at, checked_out_by=seen.station, circulated=True, reason=None)
    return after


def _with_hold(site: Site, seen: Seen, desk: Desk, request: Request, item: Item) -> Item:
    """A new hold, or the one it still has: a book that strayed keeps its date and its episode."""
    if item.hold_until is not None and seen.at <= item.hold_until:
        return item
    until = calendar.hold_until(seen.at, request.partner_due, site.policy, site.zone)
    return replace(item, hold_until=until, episode=item.episode + 1, shelf_code=desk.shelf_code(request.requester or 1))


def closed_as(item: Item) -> ClosedAs:
    """Give how a request ends whose last item has gone home."""
    return ClosedAs.RETURNED if item.circulated else ClosedAs.RETURNED_UNCIRCULATED


def _events(row: Row, item: Item) -> tuple[str, ...]:
    """A book that was lent does not come home unused."""
    return tuple(event for event in row.events if not (item.circulated and event == UNUSED))


def _exceptions(row: Row) -> tuple[str, ...]:
    return tuple(EXCEPTIONS[deed] for deed in row.deeds if deed in EXCEPTIONS)


def _destination(row: Row, request: Request | None, item: Item | None) -> str | None:
    if row.id in ("U3", "U6"):
        return TO_RESOURCE_SHARING
    if request is None or row.tone is Tone.NO:
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


def _slips(site: Site, seen: Seen, row: Row, request: Request | None, item: Item | None) -> tuple[SlipNote, ...]:
    if request is None or item is None:
        return ()
    today = seen.now.astimezone(site.zone).date()
    made = (slip_for(deed, request, item, today, site.zone) for deed in row.deeds)
    return tuple(slip for slip in made if slip is not None)


def _note(
    rule: str, outcome: Outcome, tone: Tone, context: Context, *, request: Request | None = None, alert: str = "99", **words: str
) -> Decision:
    message = ENGLISH[rule].format(**words)
    state = request.state if request is not None else None
    return Decision(rule, outcome, tone, message, context, alert=alert, request=request, state=state)


def _say(site: Site, seen: Seen, row: Row, request: Request | None, item: Item | None) -> str:
    text = ENGLISH[_variant(row, request, item)]
    return text.format(**_fields(site, seen, request, item)) if "{" in text else text


def _variant(row: Row, request: Request | None, item: Item | None) -> str:
    if row.id in ("U2", "U5") and row.to is State.ON_HOLD_SHELF:
        return f"{row.id}.here"
    if row.id == "B1" and request is not None and request.partner_due is not None:
        return "B1.due"
    if row.id == "B2" and item is not None and item.reason in CANCELLED:
        return "B2.cancelled"
    return row.id


def _fields(site: Site, seen: Seen, request: Request | None, item: Item | None) -> dict[str, str]:
    today = seen.now.astimezone(site.zone).date()

    def named(moment: datetime | None) -> str:
        return day(moment, today, site.zone) if moment is not None else "-"

    words: dict[str, str] = {"barcode": seen.barcode}
    if request is not None:
        words |= {
            "pickup": request.pickup_name,
            "partner": request.partner_name,
            "partner_due": day(request.partner_due, today, site.zone) if request.partner_due else "-",
            "title": request.title,
            "request": request.request_id,
            "when": named(request.closed_at),
        }
    if item is not None:
        reason = REASONS[item.reason] if item.reason is not None else REASONS[Reason.CANCELLED_BY_STAFF]
        words |= {
            "code": item.shelf_code or "-",
            "date": named(item.hold_until),
            "due": named(item.due_at),
            "received": named(item.received_at),
            "reason": reason,
            "Reason": reason.capitalize(),
            "seconds": str(max(0, int((seen.at - item.checked_out_at).total_seconds()))) if item.checked_out_at else "-",
        }
    return words
