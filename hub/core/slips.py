"""The slips that travel with a book: a shelf code or a desk, never a patron."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Literal

from hub.core.lifecycle import Deed
from hub.core.request import Item, Reason, Request, State
from hub.core.words import Words


@dataclass(frozen=True, slots=True)
class SlipNote:
    """One slip: its lines from top to bottom, and the barcode beneath."""

    kind: Literal["request", "transit", "hold", "return"]
    lines: tuple[str, ...]
    barcode: str


PRINTS = frozenset({Deed.HOLD_SLIP, Deed.TRANSIT_SLIP, Deed.RETURN_SLIP, Deed.PRINT_AGAIN})
SLIP_OF: dict[State, Deed] = {
    State.IN_TRANSIT_TO_PICKUP: Deed.TRANSIT_SLIP,
    State.IN_TRANSIT_TO_RS: Deed.TRANSIT_SLIP,
    State.ON_HOLD_SHELF: Deed.HOLD_SLIP,
    State.CLOSED: Deed.RETURN_SLIP,
}
"""The slip that lies in a book that is in this state."""


def slip_for(deed: Deed, request: Request, item: Item, today: date, zone: tzinfo, words: Words) -> SlipNote | None:
    """Give the slip a deed prints, None when it prints none; of a set it says which piece this is."""
    about = (request.title, *_piece(request, item, words))
    match deed:
        case Deed.HOLD_SLIP:
            until = (
                words.say("print.until", date=words.day(item.hold_until, today, zone))
                if item.hold_until is not None
                else words.say("print.waits")
            )
            return SlipNote("hold", (words.say("print.shelf", code=item.shelf_code), until, *about), item.barcode)
        case Deed.TRANSIT_SLIP:
            where = request.pickup_name if item.state is State.IN_TRANSIT_TO_PICKUP else words.say("print.rs")
            return SlipNote("transit", (words.say("print.send", where=where), *about, *_damage(item, words)), item.barcode)
        case Deed.RETURN_SLIP:
            by = (words.say("print.by", date=words.day(request.partner_due, today, zone)),) if request.partner_due is not None else ()
            home = words.say("print.home", partner=request.partner_name)
            return SlipNote("return", (home, *by, *about, *_damage(item, words)), item.barcode)
        case Deed.PRINT_AGAIN if item.state in SLIP_OF:
            return slip_for(SLIP_OF[item.state], request, item, today, zone, words)
        case _:
            return None


def _piece(request: Request, item: Item, words: Words) -> tuple[str, ...]:
    if request.pieces < 2:
        return ()
    return (words.say("print.piece", piece=request.volume(item.piece), pieces=request.pieces),)


def _damage(item: Item, words: Words) -> tuple[str, ...]:
    return (words.say("print.damaged"),) if item.reason is Reason.DAMAGED else ()
