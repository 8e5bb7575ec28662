"""Request slips and patron cards: what they mean is what the station then waits for."""

from __future__ import annotations

from dataclasses import replace

from broker.answers import Outcome, Tone
from hub.core.context import NOTHING, Context
from hub.core.decide import decide_item
from hub.core.desk import RECEIVING, Desk, role_for
from hub.core.request import ClosedAs, Item, Request, State
from hub.core.say import note
from hub.core.seen import Decision, PatronAtDesk, Read, Seen, Site


def decide_slip(
    site: Site, seen: Seen, desk: Desk, context: Context, request: Request | None, before: tuple[Seen, Read] | None = None,
    items: tuple[Item, ...] = (),
) -> Decision:  # fmt: skip
    """Say what a request slip means: it arms the station, completes the item scanned before it, or is looked up.

    ``before`` is that item (``context.item``) with what the store knows of it now; ``items`` are what came of a set.
    """
    words = site.words_at(desk)
    kept = context.without_command().in_use(seen.at + site.windows.patron_session)
    if request is None:
        return note(words, "slip.unknown", Outcome.UNKNOWN, Tone.NO, kept, places={"barcode": seen.barcode}, alert="00")
    receiving = role_for(desk, request.pickup_desk) in RECEIVING
    if request.state is State.REQUESTED and receiving:
        return _arm(site, seen, desk, request, before, items)
    if request.state is State.REQUESTED:
        return note(words, "slip.not_received", Outcome.NO_CHANGE, Tone.INFO, kept, request=request)
    if request.closed_as is ClosedAs.CANCELLED and receiving:
        noted = note(
            words,
            "slip.cancelled",
            Outcome.NO_CHANGE,
            Tone.INFO,
            kept,
            request=request,
            places={"partner": request.partner_name},
            alert="03",
        )
        return replace(noted, destination=request.partner)
    state = words.states[request.state]
    return note(words, "slip.look_up", Outcome.NO_CHANGE, Tone.INFO, kept, request=request, places={"title": request.title, "state": state})


def _arm(
    site: Site, seen: Seen, desk: Desk, request: Request, before: tuple[Seen, Read] | None, items: tuple[Item, ...]
) -> Decision:  # fmt: skip
    """The slip waits for its item; one scanned before it is taken as if it came now."""
    armed = NOTHING.with_request(request.key, seen.at + site.windows.armed_request)
    if before is not None:
        item, read = before
        return decide_item(site, item, desk, armed, replace(read, armed=request, armed_items=items))
    words = site.words_at(desk)
    key = "slip.armed.part" if items else "slip.armed"
    told = {"title": request.title, "here": len(items), "pieces": request.pieces}
    return note(words, key, Outcome.ACCEPTED, Tone.INFO, armed, request=request, alert="03", places=told)


def decide_patron(site: Site, seen: Seen, desk: Desk, context: Context, patron: PatronAtDesk | None) -> Decision:
    """Open a patron session at a desk that lends; an unknown card opens one that lends nothing."""
    words = site.words_at(desk)
    if not desk.pickup:
        return note(words, "X1", Outcome.REFUSED, Tone.NO, context)
    until = seen.at + site.windows.patron_session
    if patron is None:
        return note(words, "patron.unknown", Outcome.UNKNOWN, Tone.NO, context.with_session(None, until), alert="00")
    key = "patron.open" if patron.ready else "patron.open_none"
    told = {"alias": patron.alias, "ready": patron.ready, "codes": ", ".join(patron.codes)}
    return note(words, key, Outcome.ACCEPTED, Tone.INFO, context.with_session(patron.key, until), places=told)
