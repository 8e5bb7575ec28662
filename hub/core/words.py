"""Every sentence a desk is told, by rule; ``{pickup}``-like places are filled from the decision."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

ENGLISH: dict[str, str] = {
    "U1": "Unknown. Scan the request slip to receive this item.",
    "U2": "Received. Send to {pickup}.",
    "U2.here": "Received. Hold shelf {code}, until {date}.",
    "U3": "Not known here. Send to resource sharing.",
    "U4": "Closed {when}. Ship back to {partner}.",
    "U5": "Received. Send to {pickup}.",
    "U5.here": "Received. Hold shelf {code}, until {date}.",
    "U6": "This loan is closed. Send to resource sharing.",
    "X1": "This desk does not lend.",
    "X2": "This is {title}; already on {request}. Slip dropped - scan again to process it.",
    "T1": "Hold shelf {code}. Hold until {date}.",
    "T2": "Checked out. Due {due}.",
    "T3": "Reserved for someone else. Close the patron, then scan again.",
    "T4": "Wrong desk. Send to {pickup}.",
    "T5": "Already received {received}. Send to {pickup}.",
    "H1": "On hold shelf {code} until {date}. For pickup scan the patron card first.",
    "H2": "Checked out. Due {due}.",
    "H3": "Held for another patron. Do not lend.",
    "H4": "Belongs on the hold shelf at {pickup}. Send it there.",
    "H5": "Still on hold at {pickup} until {date}. Send back, or cancel the hold first.",
    "P1": "Take off shelf ({reason}). Send to resource sharing.",
    "P2": "Send to resource sharing.",
    "P3": "Not picked up. Ship back to {partner}.",
    "P4": "Hold had ended; checked out anyway. Due {due}.",
    "P5": "{Reason}. Cannot be lent.",
    "P6": "Not available.",
    "C1": "Checked out {seconds} s ago. Scan again later if it is a return.",
    "C2": "Returned. Send to resource sharing.",
    "C3": "Returned. Ship back to {partner}.",
    "C4": "Already on this card, due {due}. Close the patron to return it.",
    "C5": "On loan to someone else. Close the patron and scan to return it first.",
    "B1": "Done. Ship back to {partner}.",
    "B1.due": "Done. Ship back to {partner} by {partner_due}.",
    "B2": "On its way back. Send to resource sharing.",
    "B2.cancelled": "Cancelled - do not shelve. Send to resource sharing.",
    "B3": "Already returned. Resource sharing can reactivate it.",
    "M1": "Found. Hold shelf {code}.",
    "M2": "Found. Send to {pickup}.",
    "M3": "Found. Send to resource sharing.",
    "M4": "Found. Ship back to {partner}.",
    "M5": "Checked out. Due {due}.",
    "M6": "Hold ended. Close the patron and scan.",
    "M7": "Not available.",
    "L1": "Was lost, now found. Send to resource sharing.",
    "L2": "Was lost, now found. Ship back to {partner}.",
    "L3": "Recorded as lost. Close the patron and scan to return it.",
    # Barcodes that are no item.
    "slip.armed": "Receive {title}: now scan the item.",
    "slip.not_received": "Not received yet.",
    "slip.cancelled": "Cancelled. Return to {partner}.",
    "slip.look_up": "{title}: {state}.",
    "slip.unknown": "No request {barcode} is known. Check the slip.",
    "patron.open": "{alias}: {ready} ready on shelf {codes}.",
    "patron.open_none": "{alias}: nothing is ready on the shelf.",
    "patron.unknown": "This card is not known. Nothing can be lent on it.",
    "command.clear": "Cleared. Ready for the next scan.",
    "command.not_here": "{barcode} is not in use at this desk.",
    # Guards of receive.
    "guard.isbn": "This is the ISBN: scan the library barcode. Scan the same again to receive with it.",
    "guard.patron": "This looks like a patron card: scan the library barcode. Scan the same again to receive with it.",
    "guard.pattern": "This does not look like a library barcode. Scan the same again to receive with it.",
    "guard.desk_closed": "{pickup} takes no holds now. Change the pick-up desk first.",
    # What no row decides.
    "late": "Scanned before the book moved on; kept as a note for resource sharing.",
    "station.unknown": "This station belongs to no desk yet. Give it one under stations.",
    "poison": "This scan could not be worked on and was put aside for the system librarian. Scan again.",
}

STATES: dict[str, str] = {
    "REQUESTED": "not received yet",
    "IN_TRANSIT_TO_PICKUP": "on its way to the pick-up desk",
    "ON_HOLD_SHELF": "on the hold shelf",
    "PULL_FROM_SHELF": "to be taken off the shelf",
    "CHECKED_OUT": "checked out",
    "IN_TRANSIT_TO_RS": "on its way back to resource sharing",
    "MISSING": "missing",
    "LOST": "lost",
    "CLOSED": "closed",
}

REASONS: dict[str, str] = {
    "expired": "hold expired",
    "cancelled_by_patron": "cancelled by patron",
    "cancelled_by_staff": "cancelled by staff",
    "recalled": "recalled",
    "damaged": "damaged",
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(moment: datetime | date, today: date, zone: tzinfo) -> str:
    """Give a day as staff say it: ``4 December``, with the year when it is not this one."""
    local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    named = f"{local.day} {_MONTHS[local.month - 1]}"
    return named if local.year == today.year else f"{named} {local.year}"
