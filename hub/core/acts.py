"""What happens without a scan: what staff do and what the passing of time does, as one table of rows like that of the scans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache

from hub.core.desk import Desk
from hub.core.notices import NoticeType
from hub.core.request import Reason, State


class Act(StrEnum):
    """What is done to a request; the value is its name in addresses, on the command line and in the history."""

    CANCEL = "cancel"
    RECALL = "recall"
    EXTEND = "extend"
    CHANGE_PICKUP = "change-pickup"
    MISSING = "missing"
    FOUND = "found"
    LOST = "lost"
    CLAIMS_RETURNED = "claims-returned"
    RENEW = "renew"
    REACTIVATE = "reactivate"
    NOT_RECEIVED = "not-received"
    CLOSE = "close"
    PIECES = "pieces"
    EXPIRE = "expire"
    REMIND = "remind"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    TRANSIT_OLD = "transit-old"
    NEEDED_BY = "needed-by"
    FORGET = "forget"


OF_TIME = frozenset({Act.EXPIRE, Act.REMIND, Act.DUE_SOON, Act.OVERDUE, Act.TRANSIT_OLD, Act.NEEDED_BY, Act.FORGET})
"""What nobody does: the day comes."""
OF_STAFF = tuple(act for act in Act if act not in OF_TIME)


class Effect(StrEnum):
    """What follows beside the new state."""

    REASON = "reason kept"
    DROP_NOTICES = "unsent READY and reminders cancelled"
    NEW_DUE = "due date changed"
    NEW_HOLD = "hold date changed"
    NEW_DESK = "destination changed"
    OLD_DESK_PULLS = "exception: to be taken off the old desk's shelf"
    STOP_HOLD = "hold clock stops"
    DELETE_ITEM = "temporary item deleted"
    RESTORE_ITEM = "temporary item restored, if its barcode is free"
    EXC_MISSING = "exception: missing"
    EXC_LOST = "exception: lost, tell the lender"
    EXC_CLAIMS = "exception: claimed to be returned, tell the lender"
    EXC_TRANSIT = "exception: transit too old"
    EXC_NEEDED_BY = "exception: not received by the day it was needed"
    FORGET = "requester link, notes and print history removed"
    AS_SCANNED = "as if scanned at the desk where it was found"
    RECOUNT = "number and names of its pieces changed"


EXCEPTIONS = {
    Effect.EXC_MISSING: "missing",
    Effect.EXC_LOST: "lost",
    Effect.EXC_CLAIMS: "claims_returned",
    Effect.EXC_TRANSIT: "transit_too_old",
    Effect.EXC_NEEDED_BY: "needed_by_passed",
    Effect.OLD_DESK_PULLS: "moved_elsewhere",
}


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act on a piece in one state; ``to`` None leaves the state as it is. A piece that has not come is REQUESTED."""

    act: Act
    was: State
    to: State | None
    effects: tuple[Effect, ...] = ()
    events: tuple[str, ...] = ()
    notice: NoticeType | None = None


def _act(act: Act, was: State, to: State | None, *effects: Effect, events: str = "", notice: NoticeType | None = None) -> ActRow:
    return ActRow(act, was, to, effects, tuple(events.split()), notice)


A, S, E, N = Act, State, Effect, NoticeType
_CLOSED = "temporary_item.deleted request.closed"

ACTS: tuple[ActRow, ...] = (
    _act(A.CANCEL, S.REQUESTED, S.CLOSED, events="request.cancelled request.closed", notice=N.REQUEST_CANCELLED),
    _act(A.CANCEL, S.IN_TRANSIT_TO_PICKUP, S.IN_TRANSIT_TO_RS, E.REASON, E.DROP_NOTICES,
         events="request.cancelled item.in_transit", notice=N.REQUEST_CANCELLED),
    _act(A.CANCEL, S.ON_HOLD_SHELF, S.PULL_FROM_SHELF, E.REASON, E.DROP_NOTICES, events="request.cancelled", notice=N.REQUEST_CANCELLED),
    _act(A.CANCEL, S.PULL_FROM_SHELF, None, E.REASON, E.DROP_NOTICES, events="request.cancelled", notice=N.REQUEST_CANCELLED),
    _act(A.CANCEL, S.MISSING, None, E.REASON, E.DROP_NOTICES, events="request.cancelled", notice=N.REQUEST_CANCELLED),

    _act(A.RECALL, S.IN_TRANSIT_TO_PICKUP, S.IN_TRANSIT_TO_RS, E.REASON, E.DROP_NOTICES,
         events="loan.recalled item.in_transit", notice=N.RECALLED),
    _act(A.RECALL, S.ON_HOLD_SHELF, S.PULL_FROM_SHELF, E.REASON, E.DROP_NOTICES, events="loan.recalled", notice=N.RECALLED),
    _act(A.RECALL, S.PULL_FROM_SHELF, None, E.REASON, E.DROP_NOTICES, events="loan.recalled"),
    _act(A.RECALL, S.CHECKED_OUT, None, E.NEW_DUE, E.REASON, events="loan.recalled", notice=N.RECALLED),

    _act(A.EXTEND, S.ON_HOLD_SHELF, None, E.NEW_HOLD, events="hold.extended", notice=N.HOLD_EXTENDED),
    _act(A.EXTEND, S.PULL_FROM_SHELF, S.ON_HOLD_SHELF, E.NEW_HOLD, E.DROP_NOTICES,
         events="hold.extended item.on_hold_shelf", notice=N.HOLD_EXTENDED),

    _act(A.CHANGE_PICKUP, S.REQUESTED, None, E.NEW_DESK, events="request.changed"),
    _act(A.CHANGE_PICKUP, S.IN_TRANSIT_TO_PICKUP, None, E.NEW_DESK, events="request.changed"),
    _act(A.CHANGE_PICKUP, S.ON_HOLD_SHELF, S.IN_TRANSIT_TO_PICKUP, E.NEW_DESK, E.OLD_DESK_PULLS, E.DROP_NOTICES,
         events="request.changed item.in_transit"),
    _act(A.CHANGE_PICKUP, S.MISSING, None, E.NEW_DESK, events="request.changed"),

    _act(A.MISSING, S.IN_TRANSIT_TO_PICKUP, S.MISSING, E.EXC_MISSING, events="item.missing"),
    _act(A.MISSING, S.ON_HOLD_SHELF, S.MISSING, E.STOP_HOLD, E.DROP_NOTICES, E.EXC_MISSING, events="item.missing"),
    _act(A.MISSING, S.PULL_FROM_SHELF, S.MISSING, E.EXC_MISSING, events="item.missing"),
    _act(A.MISSING, S.IN_TRANSIT_TO_RS, S.MISSING, E.EXC_MISSING, events="item.missing"),
    _act(A.FOUND, S.MISSING, None, E.AS_SCANNED),
    _act(A.FOUND, S.LOST, None, E.AS_SCANNED),

    _act(A.LOST, S.CHECKED_OUT, S.LOST, E.EXC_LOST, events="item.lost", notice=N.LOST),
    _act(A.CLAIMS_RETURNED, S.CHECKED_OUT, S.LOST, E.EXC_CLAIMS, events="item.lost", notice=N.LOST),
    _act(A.RENEW, S.CHECKED_OUT, None, E.NEW_DUE, events="loan.renewed"),
    _act(A.NOT_RECEIVED, S.REQUESTED, S.CLOSED, events="request.closed", notice=N.REQUEST_CANCELLED),
    _act(A.CLOSE, S.LOST, S.CLOSED, E.DELETE_ITEM, events=_CLOSED),
    _act(A.CLOSE, S.MISSING, S.CLOSED, E.DELETE_ITEM, events=_CLOSED),
    _act(A.REACTIVATE, S.CLOSED, S.IN_TRANSIT_TO_RS, E.RESTORE_ITEM, events="request.reactivated item.in_transit"),
    _act(A.REACTIVATE, S.CLOSED, S.CHECKED_OUT, E.RESTORE_ITEM, events="request.reactivated item.checked_out"),
    *(_act(A.PIECES, state, None, E.RECOUNT, events="request.changed") for state in S if state is not S.CLOSED),

    _act(A.EXPIRE, S.ON_HOLD_SHELF, S.PULL_FROM_SHELF, E.REASON, E.DROP_NOTICES, events="hold.expired", notice=N.HOLD_EXPIRED),
    _act(A.REMIND, S.ON_HOLD_SHELF, None, notice=N.HOLD_REMINDER),
    _act(A.DUE_SOON, S.CHECKED_OUT, None, notice=N.DUE_SOON),
    _act(A.OVERDUE, S.CHECKED_OUT, None, events="loan.overdue", notice=N.OVERDUE),
    _act(A.TRANSIT_OLD, S.IN_TRANSIT_TO_PICKUP, None, E.EXC_TRANSIT),
    _act(A.TRANSIT_OLD, S.IN_TRANSIT_TO_RS, None, E.EXC_TRANSIT),
    _act(A.NEEDED_BY, S.REQUESTED, None, E.EXC_NEEDED_BY),
    _act(A.FORGET, S.CLOSED, None, E.FORGET),
)  # fmt: skip
"""Every way a piece is acted on without a scan; what stands in no row is refused."""


@cache
def row_for(act: Act, was: State, to: State | None = None) -> ActRow | None:
    """Give the row of an act on a piece in this state, None when it does not fit; ``to`` chooses where an act leads two ways."""
    fitting = [row for row in ACTS if row.act is act and row.was is was]
    chosen = [row for row in fitting if row.to is to] if len(fitting) > 1 else fitting
    return chosen[0] if chosen else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done: each act takes what it needs and leaves the rest."""

    act: Act
    note: str | None = None
    by: Reason | None = None
    """cancel: who gave it up."""
    day: date | None = None
    """extend: hold until; recall: due by; renew: due, when not as late as the policy allows."""
    desk: Desk | None = None
    """change-pickup: the new desk; found: where."""
    to: State = State.IN_TRANSIT_TO_RS
    """reactivate: where the item is."""
    piece: int | None = None
    """The number of the one piece of a set it is about; None is all that it fits."""
    pieces: int | None = None
    volumes: tuple[str, ...] | None = None

    def at(self, desk: Desk | None) -> Wish:
        """Give the same wish with its desk looked up."""
        return replace(self, desk=desk)
