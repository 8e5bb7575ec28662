"""What the names in the tables mean, in a sentence each, and what holds around them: the prose of docs/lifecycle.md.

Times and days are read from the settings that hold unless a site says otherwise.
"""

from __future__ import annotations

from datetime import timedelta

from broker.answers import Tone
from hub.core.acts import Act
from hub.core.calendar import Policy
from hub.core.commands import Command
from hub.core.context import TRAVEL, Windows
from hub.core.decide import LONGEST_BARCODE
from hub.core.desk import Role
from hub.core.lifecycle import With
from hub.core.notices import NoticeType
from hub.core.request import State
from hub.core.telling import Terms
from hub.core.words import ENGLISH

WINDOWS, POLICY, TERMS, SAY = Windows(), Policy(), Terms(), ENGLISH.sentences


def span(time: timedelta) -> str:
    """Say how long."""
    seconds = int(time.total_seconds())
    return f"{seconds // 60} minutes" if seconds >= 120 and not seconds % 60 else f"{seconds} seconds"


def days(count: int) -> str:
    """Say how many days."""
    return f"{count} day" if count == 1 else f"{count} days"


PLACES: dict[State, str] = {
    State.REQUESTED: "not in hand: asked for at the lender",
    State.IN_TRANSIT_TO_PICKUP: "received, on its way to the pick-up desk",
    State.ON_HOLD_SHELF: "on the hold shelf; the patron may come",
    State.PULL_FROM_SHELF: "still on the shelf and must leave it: expired, cancelled or recalled",
    State.CHECKED_OUT: "with the patron",
    State.IN_TRANSIT_TO_RS: "on its way back to the resource-sharing desk",
    State.MISSING: "should be on its way or on a shelf, and cannot be found",
    State.LOST: "was on loan and was declared lost, or its patron says it was returned",
    State.CLOSED: "off the list: sent back to its lender, cancelled, never received, or given up",
}
DESKS: dict[Role, str] = {
    Role.RS: "resource-sharing desk: receives from lenders and ships back; does not lend",
    Role.PK: "the pick-up desk of this request",
    Role.OT: "another pick-up desk",
    Role.JT: "joint desk, resource sharing and pick-up in one, and this request is picked up here",
    Role.JO: "joint desk, and this request is picked up elsewhere",
}
CONTEXTS: dict[With, str] = {
    With.NONE: "nothing was scanned just before",
    With.REQUESTER: "the card of the patron who asked for this item is open",
    With.OTHER: "the card of somebody else, or one that nobody has, is open",
    With.ARMED: "the slip of a request that waits for its item was scanned just before; for a piece of that same request as none",
}
TONES: dict[Tone, str] = {
    Tone.OK: "done: green, one high sound",
    Tone.ROUTE: "done or known, and the item must go elsewhere: amber, two sounds",
    Tone.INFO: "nothing changed, or one more scan is awaited: blue, a soft sound",
    Tone.NO: "not possible: red, a low sound",
}

INTRO = """\
# What a scan means, and what happens without one

Nobody chooses a screen or an action: you scan what is in your hand, and Holdshelf does what follows from three things.

- **The state of the item**: the one place where it is now, for instance on its way to a desk, on the hold shelf, on loan.
- **The desk** where it is scanned, and what that desk is for this request.
- **The context** at the station: whose card is open, or which request slip or command card was scanned just before.

The same book scanned at its pick-up desk goes on the hold shelf; at another desk you are told where to send it; with its
patron's card open it is checked out. For every combination there is exactly one row in the table below, and scanning the same
book again at once never moves it a second time. What staff decide away from the book, and what the calendar brings, are
[rows of their own](#what-happens-without-a-scan).

Sentences stand here in English; a desk may be told them in German, and a site may say them in its own way. Times and days are the usual
ones; all are settings.
"""
BEFORE = f"""\
## Before the table is asked

1. A scan that was delivered twice gets the answer it got before, and changes nothing. A station that belongs to no desk is told so:
   *{SAY["station.unknown"]}*
2. A scan is placed in time by its age, which the station counts; else by the station's clock, corrected by how far it was measured
   to be off. It is never in the future.
3. White space and control characters around a barcode, and what the site's scanners add, are taken off. The inside is never changed.
   Where nothing is left: *{SAY["scan.empty"]}*
4. The same barcode again within {span(WINDOWS.bounce)} at the same station is a bounce: the answer is repeated, and nothing changes.
5. `%HS-` begins a command. A barcode of an open item is always that item; else the site's patterns tell slips and cards from items,
   and a card that a patron has is that patron's whatever it looks like.
6. Context runs out: a card {span(WINDOWS.patron_session)} after the last scan, a slip after {span(WINDOWS.armed_request)}, an item that
   waits for its slip after {span(WINDOWS.armed_item)}, a command after {span(WINDOWS.armed_command)}. A card and a slip put each other
   away, a slip puts a command away, and a command puts a slip or a waiting item away but leaves the card open.
   A scanner and a page of one station share all this; what a scanner brings later, after a cut of the network, is read as the
   scanner left it.
7. A scan that would do something to an item and happened more than {span(TRAVEL)} before its last move (its station was offline)
   does nothing and is kept as work for staff: *{SAY["late"]}*
   A move that lies in the future was written before the hub's clock was set back: it makes no scan late, and is no hand-over; what was
   remembered at a station then is over.
8. For {span(WINDOWS.handover)} after a check-out, the same item at the same station is the same hand-over and no return (row C1).

What cannot be worked on at all is put aside, and the stream goes on: *{SAY["poison"]}*
"""
_SLIP_WAITS = span(WINDOWS.armed_request)
OTHER_BARCODES = (
    ("Slip of an awaited request", "RS, JT, JO", f"waits {_SLIP_WAITS} for its item; takes one scanned before", "slip.armed"),
    ("The same, when pieces of a set have come", "RS, JT, JO", "waits for the next one, and after it for the rest", "slip.armed.part"),
    ("Slip of an awaited request", "PK, OT", "looked up", "slip.not_received"),
    ("Slip of a cancelled request", "RS, JT, JO", "looked up", "slip.cancelled"),
    ("Slip, any other state", "all", "looked up", "slip.look_up"),
    ("Slip that belongs to no request", "all", "nothing", "slip.unknown"),
    ("Patron card", "PK, OT, JT, JO", f"opens the patron for {span(WINDOWS.patron_session)}, prolonged by each scan", "patron.open"),
    ("The same, with nothing on this desk's shelf", "PK, OT, JT, JO", "opens the patron", "patron.open_none"),
    ("Card that nobody has", "PK, OT, JT, JO", "opens a session that lends nothing", "patron.unknown"),
    ("Patron card (row X1)", "RS", "nothing", "X1"),
)
GUARDS = (
    ("the pick-up desk takes no holds now", False, "guard.desk_closed"),
    (f"the barcode has more than {LONGEST_BARCODE} characters", False, "guard.length"),
    ("it is an ISBN", True, "guard.isbn"),
    ("it looks like a patron card", True, "guard.patron"),
    ("it fits no pattern of an item", True, "guard.pattern"),
    ("its check digit is wrong, and `check_digits` is `confirm`", True, "guard.check"),
)
"""What may be asked before an item is received, in this order, and whether the same again receives."""
OUTCOMES = f"""\
An item that becomes `CLOSED` goes home as *returned* when it was lent, else as *returned_uncirculated*; by hand it is closed as *lost*.
A hold that was begun keeps its date and its shelf while the item strays, and its patron is told once that it is ready. A book that was
missing gets the open days it had left. An item that comes too late for a loan of {days(POLICY.shortest_loan_days)} is shelved, and is work
for staff at once."""

COMMANDS: dict[Command, str] = {
    Command.DECLINED: "the patron does not want the book",
    Command.DAMAGED: "the book is damaged; the lender is to be told",
    Command.RENEW: f"the loan is prolonged, {POLICY.renewals} times at most and never past what the lender allows",
    Command.REPRINT: "the slip once more; nothing else changes",
    Command.CHECKOUT: "lent to its requester without a card",
    Command.UNDO: "this station's last step is taken back",
    Command.CLEAR: "card, slip, item and command are forgotten",
}
RENEWAL = ("no.renew.recalled", "no.renew.often", "no.renew.partner", "no.renew.early")
UNDO = (
    ("the last step here was the receipt of an item", "undo.received"),
    ("the last step here was another", "undo.done"),
    ("there was none, or it is taken back already: one step and no more", "undo.nothing"),
    (f"it is more than {span(WINDOWS.undo)} old", "undo.too_old"),
    ("its barcode has been received for another request since", "undo.barcode"),
    ("something has happened to the item, its set or its request since", "undo.moved_on"),
    ("the notice it queued has been sent", "undo.told"),
)

MEANS: dict[Act, str] = {
    Act.CANCEL: "given up by the patron or by staff",
    Act.RECALL: f"the lender wants it back; a loan ends in {days(POLICY.recall_days)}, or on the day given, never later than before",
    Act.EXTEND: "held longer, to the day given or the usual days from today, never past the lender's due date",
    Act.CHANGE_PICKUP: "picked up at another desk",
    Act.MISSING: "looked for and not found",
    Act.FOUND: "turned up: what follows is what the scan table says for the desk where it was found",
    Act.LOST: "declared lost",
    Act.CLAIMS_RETURNED: "the patron says it was returned, and it is not there",
    Act.RENEW: f"the loan is prolonged, as with `{Command.RENEW.barcode}`",
    Act.REACTIVATE: "closed by mistake: on its way back again, or on loan again",
    Act.NOT_RECEIVED: "never came",
    Act.CLOSE: "lost or missing for good",
    Act.PIECES: "more or fewer pieces are expected, or they are called something else",
    Act.EXPIRE: "the last day of the hold is past",
    Act.REMIND: f"the hold ends in {days(TERMS.hold_reminder_days)}",
    Act.DUE_SOON: f"the loan is due in {days(TERMS.due_soon_days)}",
    Act.OVERDUE: "the loan was due",
    Act.TRANSIT_OLD: f"on its way for more than {days(POLICY.transit_days)}",
    Act.NEEDED_BY: "the day it was needed by is past, and it has not come",
    Act.FORGET: f"closed {days(POLICY.forget_days)} ago: who asked for it is forgotten",
}
ONLY_IF: dict[tuple[Act, State], str] = {
    (Act.CANCEL, State.PULL_FROM_SHELF): "its hold expired",
    (Act.CANCEL, State.MISSING): "not lent yet; not cancelled, recalled or damaged before",
    (Act.RECALL, State.PULL_FROM_SHELF): "not recalled before",
    (Act.RECALL, State.CHECKED_OUT): "it is the first, or makes the loan shorter",
    (Act.EXTEND, State.ON_HOLD_SHELF): "the hold has begun, and the day is later",
    (Act.EXTEND, State.PULL_FROM_SHELF): "its hold expired, and the day is later",
    (Act.CHANGE_PICKUP, State.MISSING): "not lent yet, and nothing ended its hold",
    (Act.RENEW, State.CHECKED_OUT): "it can be renewed",
    (Act.REACTIVATE, State.CLOSED): f"closed within {days(POLICY.reactivate_days)}, and not as lost",
    (Act.EXPIRE, State.ON_HOLD_SHELF): "its last day is past",
}
"""What an act asks beside the state of the piece."""
OPENED_OTHERWISE: dict[str, str] = {
    "late_scan": "a scan that would have done something and came late",
    "came_too_late": f"shelved too late for a loan of {days(POLICY.shortest_loan_days)}",
    "gap": "scans of a station that never came",
    "station_unknown": "a scan at a station that belongs to no desk",
    "poison": "a scan that could not be worked on",
}
TRUE_WHEN: dict[NoticeType, str] = {
    NoticeType.READY_FOR_PICKUP: "on the shelf in that same hold, which is not past, and every piece of a set has come",
    NoticeType.HOLD_REMINDER: "on the shelf until that same day, and it is not past",
    NoticeType.HOLD_EXTENDED: "on the shelf until that same day",
    NoticeType.HOLD_EXPIRED: "expired, not lent after all; only after a READY_FOR_PICKUP that was sent",
    NoticeType.REQUEST_CANCELLED: "cancelled or not received, not lent after all",
    NoticeType.CHECKOUT_RECEIPT: "anywhere",
    NoticeType.DUE_SOON: "on loan until that same day, and it is not past",
    NoticeType.OVERDUE: "on loan, was due that same day, and it is past",
    NoticeType.RECALLED: "on loan until that same day; or recalled before it was ever lent",
    NoticeType.RETURN_RECEIPT: "anywhere",
    NoticeType.LOST: "lost, and not found meanwhile",
    NoticeType.FOUND: "anywhere",
}
