"""The slips that travel with a book: a shelf code or a desk, never a patron."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Literal

from hub.core.lifecycle import Deed
from hub.core.request import Item, Request, State
from hub.core.words import day


@dataclass(frozen=True, slots=True)
class SlipNote:
    """One slip: its lines from top to bottom, and the barcode beneath."""

    kind: Literal["request", "transit", "hold", "return"]
    lines: tuple[str, ...]
    barcode: str


def slip_for(deed: Deed, request: Request, item: Item, today: date, zone: tzinfo) -> SlipNote | None:
    """Give the slip a deed prints, None when it prints none."""
    match deed:
        case Deed.HOLD_SLIP:
            until = day(item.hold_until, today, zone) if item.hold_until is not None else "-"
            return SlipNote("hold", (f"Hold shelf {item.shelf_code}", f"until {until}", request.title), item.barcode)
        case Deed.TRANSIT_SLIP:
            where = request.pickup_name if item.state is State.IN_TRANSIT_TO_PICKUP else "resource sharing"
            return SlipNote("transit", (f"Send to {where}", request.title), item.barcode)
        case Deed.RETURN_SLIP:
            by = (f"by {day(request.partner_due, today, zone)}",) if request.partner_due is not None else ()
            return SlipNote("return", (f"Ship back to {request.partner_name}", *by, request.title), item.barcode)
        case _:
            return None
