"""THE table: what a scan of an item means, by what was found, the desk's role and the context at the station.

One row a meaning. To add a step, add a row: the tests then ask for its words, its own test and the new picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from broker.answers import Outcome, Tone
from hub.core.desk import Role
from hub.core.request import State


class Finding(StrEnum):
    """What the scanned barcode turned out to be."""

    UNKNOWN = "unknown barcode"
    CLOSED_ONLY = "only on closed requests"
    IN_TRANSIT_TO_PICKUP = "IN_TRANSIT_TO_PICKUP"
    ON_HOLD_SHELF = "ON_HOLD_SHELF"
    PULL_LENDABLE = "PULL_FROM_SHELF, expired or cancelled by patron"
    PULL_BARRED = "PULL_FROM_SHELF, other reasons"
    JUST_CHECKED_OUT = "CHECKED_OUT by this station just now"
    CHECKED_OUT = "CHECKED_OUT"
    IN_TRANSIT_TO_RS = "IN_TRANSIT_TO_RS"
    MISSING_HOLD_VALID = "MISSING, hold still valid"
    MISSING_HOLD_ENDED = "MISSING, hold ended"
    LOST = "LOST"


class With(StrEnum):
    """The context at the station, as far as this item is concerned."""

    NONE = "none"
    REQUESTER = "requester"
    OTHER = "other"
    ARMED = "armed request"


class Deed(StrEnum):
    """What follows beside the new state."""

    CREATE_ITEM = "temporary item created"
    START_HOLD = "hold date and shelf code set"
    QUEUE_READY = "READY queued (grace)"
    DROP_NOTICES = "unsent READY and reminders cancelled"
    START_LOAN = "due date set"
    END_LOAN = "loan closed"
    DELETE_ITEM = "temporary item deleted, request closed"
    ARM_ITEM = "item stays armed: the slip may come second"
    DROP_SLIP = "armed slip dropped"
    HOLD_SLIP = "hold slip"
    TRANSIT_SLIP = "transit slip"
    RETURN_SLIP = "return slip"
    EXC_UNKNOWN = "exception: unknown barcode"
    EXC_CLOSED_SEEN = "exception: closed item seen"
    EXC_OFF_SHELF = "exception: off shelf"
    EXC_WRONG_DESK = "exception: wrong desk"
    EXC_FOUND = "exception: found after lost"
    EXC_DAMAGED = "exception: damaged"
    CLEAR_MISSING = "exception closed: missing"
    CLEAR_SEEN = "exception closed: closed item seen"
    CHECKOUT_RECEIPT = "checkout receipt"
    RETURN_RECEIPT = "return receipt"
    TELL_FOUND = "FOUND notice"
    MARK_DAMAGED = "marked as damaged"
    MARK_DECLINED = "marked as not wanted"
    RENEW_LOAN = "new due date"
    PRINT_AGAIN = "its slip once more"


@dataclass(frozen=True, slots=True)
class Row:
    """One meaning. ``to`` None leaves the state as it is; ``events`` are published in this order."""

    id: str
    found: frozenset[Finding]
    roles: frozenset[Role]
    contexts: frozenset[With]
    to: State | None
    tone: Tone
    deeds: tuple[Deed, ...] = ()
    events: tuple[str, ...] = ()
    alert: str = "99"
    outcome: Outcome = field(default=Outcome.NO_CHANGE)


RS, PK, OT, JT, JO = Role.RS, Role.PK, Role.OT, Role.JT, Role.JO
NONE, REQUESTER, OTHER, ARMED = With.NONE, With.REQUESTER, With.OTHER, With.ARMED
F, S, T, D = Finding, State, Tone, Deed
_RECEIVING = {RS, JT, JO}
_LENDING = {PK, OT, JT, JO}
_PATRON = {REQUESTER, OTHER}
_ANY_CARD = {NONE, REQUESTER, OTHER}


def _row(
    id: str,
    found: Finding | set[Finding],
    roles: set[Role],
    contexts: With | set[With],
    to: State | None,
    tone: Tone,
    alert: str,
    *deeds: Deed,
    events: str = "",
    outcome: Outcome | None = None,
) -> Row:
    if outcome is None:
        outcome = Outcome.ACCEPTED if to is not None else Outcome.REFUSED if tone is Tone.NO else Outcome.NO_CHANGE
    findings = frozenset({found} if isinstance(found, Finding) else found)
    met = frozenset({contexts} if isinstance(contexts, With) else contexts)
    return Row(id, findings, frozenset(roles), met, to, tone, deeds, tuple(events.split()), alert, outcome)


_ANY_OPEN = set(Finding) - {F.UNKNOWN, F.CLOSED_ONLY}
_PULL = {F.PULL_LENDABLE, F.PULL_BARRED}
_OUT = {F.CHECKED_OUT, F.JUST_CHECKED_OUT}
_MISSING = {F.MISSING_HOLD_VALID, F.MISSING_HOLD_ENDED}
_HOLD = (D.START_HOLD, D.QUEUE_READY, D.HOLD_SLIP)
_LEND = (D.DROP_NOTICES, D.START_LOAN, D.CHECKOUT_RECEIPT)
_HOME = (D.DELETE_ITEM, D.RETURN_SLIP)
_CLOSED = " temporary_item.deleted request.closed"
_UNKNOWN = Outcome.UNKNOWN
UNUSED = "item.returned_uncirculated"
"""The event of a book that goes home without having been lent; left out for one that was."""

# id, found, desk, context, becomes (None: as it is), tone, alert; then deeds and events.
RULES: tuple[Row, ...] = (
    _row("U1", F.UNKNOWN,               _RECEIVING,   NONE,      None,                    T.INFO,  "00",
         D.ARM_ITEM, D.EXC_UNKNOWN, events="scan.unknown", outcome=_UNKNOWN),
    _row("U2", F.UNKNOWN,               {RS, JO},     ARMED,     S.IN_TRANSIT_TO_PICKUP,  T.ROUTE, "02",
         D.CREATE_ITEM, D.TRANSIT_SLIP, events="item.received item.in_transit"),
    _row("U2", F.UNKNOWN,               {JT},         ARMED,     S.ON_HOLD_SHELF,         T.OK,    "01",
         D.CREATE_ITEM, *_HOLD, events="item.received item.on_hold_shelf"),
    _row("U3", F.UNKNOWN,               {PK, OT},     _ANY_CARD, None,                    T.NO,    "00",
         D.EXC_UNKNOWN, events="scan.unknown", outcome=_UNKNOWN),
    _row("U3", F.UNKNOWN,               {JT, JO},     _PATRON,   None,                    T.NO,    "00",
         D.EXC_UNKNOWN, events="scan.unknown", outcome=_UNKNOWN),
    _row("U4", F.CLOSED_ONLY,           _RECEIVING,   NONE,      None,                    T.INFO,  "03",
         D.CLEAR_SEEN, events="item.sighted"),
    _row("U5", F.CLOSED_ONLY,           {RS, JO},     ARMED,     S.IN_TRANSIT_TO_PICKUP,  T.ROUTE, "02",
         D.CREATE_ITEM, D.TRANSIT_SLIP, events="item.received item.in_transit"),
    _row("U5", F.CLOSED_ONLY,           {JT},         ARMED,     S.ON_HOLD_SHELF,         T.OK,    "01",
         D.CREATE_ITEM, *_HOLD, events="item.received item.on_hold_shelf"),
    _row("U6", F.CLOSED_ONLY,           {PK, OT},     _ANY_CARD, None,                    T.NO,    "00",
         D.EXC_CLOSED_SEEN, events="scan.refused"),
    _row("U6", F.CLOSED_ONLY,           {JT, JO},     _PATRON,   None,                    T.NO,    "00",
         D.EXC_CLOSED_SEEN, events="scan.refused"),
    _row("X2", _ANY_OPEN,               _RECEIVING,   ARMED,     None,                    T.NO,    "99",
         D.DROP_SLIP, events="scan.refused"),

    _row("T1", F.IN_TRANSIT_TO_PICKUP,  {PK, JT},     NONE,      S.ON_HOLD_SHELF,         T.OK,    "01",
         *_HOLD, events="item.on_hold_shelf"),
    _row("T2", F.IN_TRANSIT_TO_PICKUP,  _LENDING,     REQUESTER, S.CHECKED_OUT,           T.OK,    "99",
         *_LEND, events="item.on_hold_shelf item.checked_out"),
    _row("T3", F.IN_TRANSIT_TO_PICKUP,  _LENDING,     OTHER,     None,                    T.NO,    "99", events="scan.refused"),
    _row("T4", F.IN_TRANSIT_TO_PICKUP,  {OT},         NONE,      None,                    T.ROUTE, "02",
         D.EXC_WRONG_DESK, events="item.sighted"),
    _row("T5", F.IN_TRANSIT_TO_PICKUP,  {RS, JO},     NONE,      None,                    T.ROUTE, "02", events="item.sighted"),

    _row("H1", F.ON_HOLD_SHELF,         {PK, JT},     NONE,      None,                    T.INFO,  "01", events="item.sighted"),
    _row("H2", F.ON_HOLD_SHELF,         _LENDING,     REQUESTER, S.CHECKED_OUT,           T.OK,    "99",
         *_LEND, events="item.checked_out"),
    _row("H3", F.ON_HOLD_SHELF,         _LENDING,     OTHER,     None,                    T.NO,    "99", events="scan.refused"),
    _row("H4", F.ON_HOLD_SHELF,         {OT},         NONE,      S.IN_TRANSIT_TO_PICKUP,  T.ROUTE, "02",
         D.EXC_OFF_SHELF, D.TRANSIT_SLIP, events="item.in_transit"),
    _row("H5", F.ON_HOLD_SHELF,         {RS, JO},     NONE,      S.IN_TRANSIT_TO_PICKUP,  T.ROUTE, "02",
         D.EXC_OFF_SHELF, D.TRANSIT_SLIP, events="item.in_transit"),

    _row("P1", _PULL,                   {PK},         NONE,      S.IN_TRANSIT_TO_RS,      T.ROUTE, "04",
         D.TRANSIT_SLIP, events="item.pulled item.in_transit"),
    _row("P2", _PULL,                   {OT},         NONE,      S.IN_TRANSIT_TO_RS,      T.ROUTE, "04",
         D.TRANSIT_SLIP, events="item.pulled item.in_transit"),
    _row("P3", _PULL,                   _RECEIVING,   NONE,      S.CLOSED,                T.OK,    "03",
         *_HOME, events=UNUSED + _CLOSED),
    _row("P4", F.PULL_LENDABLE,         _LENDING,     REQUESTER, S.CHECKED_OUT,           T.OK,    "99",
         *_LEND, events="item.checked_out"),
    _row("P5", F.PULL_BARRED,           _LENDING,     REQUESTER, None,                    T.NO,    "99", events="scan.refused"),
    _row("P6", _PULL,                   _LENDING,     OTHER,     None,                    T.NO,    "99", events="scan.refused"),

    _row("C1", F.JUST_CHECKED_OUT,      set(Role),    NONE,      None,                    T.INFO,  "99", events="item.sighted"),
    _row("C2", F.CHECKED_OUT,           {PK, OT},     NONE,      S.IN_TRANSIT_TO_RS,      T.ROUTE, "04",
         D.END_LOAN, D.RETURN_RECEIPT, D.TRANSIT_SLIP, events="item.returned item.in_transit"),
    _row("C3", F.CHECKED_OUT,           _RECEIVING,   NONE,      S.CLOSED,                T.OK,    "03",
         D.END_LOAN, D.RETURN_RECEIPT, *_HOME, events="item.returned" + _CLOSED),
    _row("C4", _OUT,                    _LENDING,     REQUESTER, None,                    T.INFO,  "99", events="item.sighted"),
    _row("C5", _OUT,                    _LENDING,     OTHER,     None,                    T.NO,    "99", events="scan.refused"),

    _row("B1", F.IN_TRANSIT_TO_RS,      _RECEIVING,   NONE,      S.CLOSED,                T.OK,    "03",
         *_HOME, events=UNUSED + _CLOSED),
    _row("B2", F.IN_TRANSIT_TO_RS,      {PK, OT},     NONE,      None,                    T.ROUTE, "04",
         D.TRANSIT_SLIP, events="item.sighted"),
    _row("B3", F.IN_TRANSIT_TO_RS,      _LENDING,     _PATRON,   None,                    T.NO,    "99", events="scan.refused"),

    _row("M1", F.MISSING_HOLD_VALID,    {PK, JT},     NONE,      S.ON_HOLD_SHELF,         T.OK,    "01",
         *_HOLD, D.CLEAR_MISSING, events="item.found item.on_hold_shelf"),
    _row("M2", F.MISSING_HOLD_VALID,    {OT, RS, JO}, NONE,      S.IN_TRANSIT_TO_PICKUP,  T.ROUTE, "02",
         D.TRANSIT_SLIP, D.CLEAR_MISSING, events="item.found item.in_transit"),
    _row("M3", F.MISSING_HOLD_ENDED,    {PK, OT},     NONE,      S.IN_TRANSIT_TO_RS,      T.ROUTE, "04",
         D.TRANSIT_SLIP, D.CLEAR_MISSING, events="item.found item.in_transit"),
    _row("M4", F.MISSING_HOLD_ENDED,    _RECEIVING,   NONE,      S.CLOSED,                T.OK,    "03",
         *_HOME, D.CLEAR_MISSING, events="item.found " + UNUSED + _CLOSED),
    _row("M5", F.MISSING_HOLD_VALID,    _LENDING,     REQUESTER, S.CHECKED_OUT,           T.OK,    "99",
         *_LEND, D.CLEAR_MISSING, events="item.found item.checked_out"),
    _row("M6", F.MISSING_HOLD_ENDED,    _LENDING,     REQUESTER, None,                    T.NO,    "99", events="scan.refused"),
    _row("M7", _MISSING,                _LENDING,     OTHER,     None,                    T.NO,    "99", events="scan.refused"),

    _row("L1", F.LOST,                  {PK, OT},     NONE,      S.IN_TRANSIT_TO_RS,      T.ROUTE, "04",
         D.END_LOAN, D.EXC_FOUND, D.TELL_FOUND, D.TRANSIT_SLIP, events="item.found item.returned item.in_transit"),
    _row("L2", F.LOST,                  _RECEIVING,   NONE,      S.CLOSED,                T.OK,    "03",
         D.END_LOAN, *_HOME, D.EXC_FOUND, D.TELL_FOUND, events="item.found item.returned" + _CLOSED),
    _row("L3", F.LOST,                  _LENDING,     _PATRON,   None,                    T.NO,    "99", events="scan.refused"),
)

CONTEXTS: dict[Role, tuple[With, ...]] = {
    RS: (NONE, ARMED),
    PK: (NONE, REQUESTER, OTHER),
    OT: (NONE, REQUESTER, OTHER),
    JT: (NONE, REQUESTER, OTHER, ARMED),
    JO: (NONE, REQUESTER, OTHER, ARMED),
}
"""The contexts a desk can have: resource sharing knows no patron, a pick-up desk arms no slip."""

_TABLE: dict[tuple[Finding, Role, With], Row] = {
    (found, role, context): row for row in RULES for found in row.found for role in row.roles for context in row.contexts
}


def rule_for(found: Finding, role: Role, context: With) -> Row:
    """Give the one row that says what this scan means."""
    return _TABLE[found, role, context]
