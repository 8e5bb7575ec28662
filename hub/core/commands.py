"""Command barcodes: a printed card at each desk. Most wait for the item they are meant for; one table says what they do to it.

``%HS-DECLINED`` first, then the book. The rows are read like those of ``lifecycle``; what fits no row is refused and changes nothing.
"""

from __future__ import annotations

from enum import StrEnum

from broker.answers import Outcome, Tone
from hub.core.barcode import COMMAND_PREFIX
from hub.core.desk import Desk, Role
from hub.core.lifecycle import Deed, Finding, Row, With
from hub.core.request import State


class Command(StrEnum):
    """What a command card says."""

    DECLINED = "DECLINED"
    """The patron does not want the book."""
    DAMAGED = "DAMAGED"
    RENEW = "RENEW"
    REPRINT = "REPRINT"
    CHECKOUT = "CHECKOUT"
    """Lend without a card."""
    UNDO = "UNDO"
    CLEAR = "CLEAR"

    @property
    def barcode(self) -> str:
        """Give the barcode on the card."""
        return f"{COMMAND_PREFIX}{self.value}"


USUAL = tuple(command for command in Command if command is not Command.CHECKOUT)
"""What every desk may use unless its settings say otherwise: lending without a card is for sites that want it."""
AT_ONCE = frozenset({Command.UNDO, Command.CLEAR})
"""What needs no item."""


def command_of(barcode: str) -> Command | None:
    """Give the command a barcode stands for, None for one that is none of ours."""
    name = barcode.removeprefix(COMMAND_PREFIX)
    return Command(name) if barcode.startswith(COMMAND_PREFIX) and name in Command.__members__ else None


def may_use(desk: Desk, command: Command) -> bool:
    """Say whether a desk may use a command."""
    return command in USUAL if desk.commands is None else command.value in desk.commands


F, D, RS, PK, OT, JT, JO = Finding, Deed, Role.RS, Role.PK, Role.OT, Role.JT, Role.JO
_IN_LIBRARY = frozenset({F.IN_TRANSIT_TO_PICKUP, F.ON_HOLD_SHELF, F.PULL_LENDABLE, F.PULL_BARRED})
_MISSING = frozenset({F.MISSING_HOLD_VALID, F.MISSING_HOLD_ENDED})
_OUT = frozenset({F.CHECKED_OUT, F.JUST_CHECKED_OUT})
_SHELF = frozenset({F.ON_HOLD_SHELF})
_BACK = frozenset({F.IN_TRANSIT_TO_RS})
_OPEN = frozenset(Finding) - {F.UNKNOWN, F.CLOSED_ONLY}
_ALL, _DESKS, _HOME = frozenset(Role), frozenset({PK, OT}), frozenset({RS, JT, JO})
_LENDING = frozenset({PK, OT, JT, JO})
_ALONE = frozenset({With.NONE})
_OWN = frozenset({With.NONE, With.REQUESTER})
_ANY = frozenset({With.NONE, With.REQUESTER, With.OTHER})
_DAMAGE = (D.DROP_NOTICES, D.MARK_DAMAGED, D.EXC_DAMAGED)
_CLOSED = ("temporary_item.deleted", "request.closed")
_TO_RS = State.IN_TRANSIT_TO_RS


def _moves(
    id: str, found: frozenset[Finding], roles: frozenset[Role], who: frozenset[With], to: State, alert: str, deeds: tuple[Deed, ...],
    events: tuple[str, ...], tone: Tone = Tone.OK,
) -> Row:  # fmt: skip
    return Row(id, found, roles, who, to, tone, deeds, events, alert, Outcome.ACCEPTED)


def _stays(
    id: str, found: frozenset[Finding], roles: frozenset[Role], who: frozenset[With], deeds: tuple[Deed, ...], events: tuple[str, ...],
    tone: Tone, outcome: Outcome, alert: str = "99",
) -> Row:  # fmt: skip
    return Row(id, found, roles, who, None, tone, deeds, events, alert, outcome)


_SENT = ("item.damaged", "item.in_transit")
_FOUND = ("item.found", *_SENT)
_LEND = (D.DROP_NOTICES, D.START_LOAN, D.CHECKOUT_RECEIPT)
_REFUSED_HOME = (D.DROP_NOTICES, D.DELETE_ITEM, D.RETURN_SLIP)
_CAME_BACK = (D.END_LOAN, D.RETURN_RECEIPT, *_DAMAGE)

COMMAND_RULES: dict[Command, tuple[Row, ...]] = {
    Command.DECLINED: (
        _moves("K1", _SHELF, frozenset({PK}), _OWN, _TO_RS, "04", (D.DROP_NOTICES, D.MARK_DECLINED, D.TRANSIT_SLIP),
               ("item.pulled", "item.in_transit"), Tone.ROUTE),
        _moves("K2", _SHELF, frozenset({JT}), _OWN, State.CLOSED, "03", _REFUSED_HOME, ("item.returned_uncirculated", *_CLOSED)),
    ),
    Command.DAMAGED: (
        _moves("K3", _IN_LIBRARY, _DESKS, _OWN, _TO_RS, "04", (*_DAMAGE, D.TRANSIT_SLIP), _SENT, Tone.ROUTE),
        _moves("K3", _MISSING, _DESKS, _OWN, _TO_RS, "04", (*_DAMAGE, D.CLEAR_MISSING, D.TRANSIT_SLIP), _FOUND, Tone.ROUTE),
        _moves("K3", _OUT, _DESKS, _OWN, _TO_RS, "04", (*_CAME_BACK, D.TRANSIT_SLIP), ("item.returned", *_SENT), Tone.ROUTE),
        _stays("K4", _BACK, _DESKS, _OWN, (*_DAMAGE, D.TRANSIT_SLIP), ("item.damaged",), Tone.ROUTE, Outcome.ACCEPTED, "04"),
        _moves("K5", _IN_LIBRARY, _HOME, _OWN, _TO_RS, "99", _DAMAGE, _SENT),
        _moves("K5", _MISSING, _HOME, _OWN, _TO_RS, "99", (*_DAMAGE, D.CLEAR_MISSING), _FOUND),
        _moves("K5", _OUT, _HOME, _OWN, _TO_RS, "99", _CAME_BACK, ("item.returned", *_SENT)),
        _stays("K6", _BACK, _HOME, _OWN, _DAMAGE, ("item.damaged",), Tone.OK, Outcome.ACCEPTED),
    ),
    Command.RENEW: (_stays("K7", _OUT, _LENDING, _OWN, (D.RENEW_LOAN,), ("loan.renewed",), Tone.OK, Outcome.ACCEPTED),),
    Command.REPRINT: (_stays("K8", _OPEN, _ALL, _ANY, (D.PRINT_AGAIN,), ("item.sighted",), Tone.INFO, Outcome.NO_CHANGE),),
    Command.CHECKOUT: (_moves("K9", _SHELF, frozenset({PK, JT}), _ALONE, State.CHECKED_OUT, "99", _LEND, ("item.checked_out",)),),
}  # fmt: skip
"""What each command does to an item; contexts without an armed slip, because a command puts that away."""


def command_rule(command: Command, found: Finding, role: Role, context: With) -> Row | None:
    """Give the row of a command for what was found, None when it does not fit there."""
    fitting = (row for row in COMMAND_RULES[command] if found in row.found and role in row.roles and context in row.contexts)
    return next(fitting, None)
