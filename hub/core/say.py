"""What the desk is told: the sentence of a row, with the places in it filled as far as it names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from broker.answers import Outcome, Tone
from hub.core.context import Context
from hub.core.desk import Desk
from hub.core.lifecycle import Row
from hub.core.request import CANCELLED, Item, Reason, Request, State
from hub.core.seen import Decision, Seen, Site, new_decision
from hub.core.words import Words


def note(
    words: Words, rule: str, outcome: Outcome, tone: Tone, context: Context, *, request: Request | None = None, alert: str = "99",
    places: Mapping[str, object] | None = None,
) -> Decision:  # fmt: skip
    """Give a decision that changes nothing: its rule is the key of its sentence, ``places`` stand in it."""
    state = request.state if request is not None else None
    return new_decision(rule, outcome, tone, words.say(rule, **(places or {})), context, alert=alert, request=request, state=state)


def dated(what: str, before: datetime | None, after: datetime | None) -> str:
    """Give what the history keeps of a date that changed."""
    return f"{what}: {before.isoformat() if before else '-'} -> {after.isoformat() if after else '-'}"


def sentence(site: Site, desk: Desk, seen: Seen, row: Row, request: Request | None, item: Item | None, others: Sequence[Item] = ()) -> str:
    """Give what a row says about this book."""
    words = site.words_at(desk)
    text = words.sentences[_variant(words, row, request, item)]
    return text.format_map(Places(site, words, seen, request, item, others)) if "{" in text else text


def _variant(words: Words, row: Row, request: Request | None, item: Item | None) -> str:
    key = row.id
    if key in ("U2", "U5") and row.to is State.ON_HOLD_SHELF:
        key = f"{key}.here"
    if request is not None and request.pieces > 1 and item is not None and item.hold_until is None and f"{key}.part" in words.sentences:
        return f"{key}.part"
    if key == "B1" and item is not None and item.reason is Reason.DAMAGED:
        return "B1.damaged"
    if key == "B1" and request is not None and request.partner_due is not None:
        return "B1.due"
    if key == "B2" and item is not None and item.reason in CANCELLED:
        return "B2.cancelled"
    return key


class Places(dict[str, str]):
    """The ``{places}`` of a sentence, each worked out only when a sentence names it; what is not known is a dash."""

    def __init__(
        self, site: Site, words: Words, seen: Seen, request: Request | None, item: Item | None, others: Sequence[Item] = ()
    ) -> None:  # fmt: skip
        """Keep what the places are worked out from."""
        super().__init__()
        self.site, self.words, self.seen, self.request, self.item, self.others = site, words, seen, request, item, others

    def __missing__(self, place: str) -> str:
        """Give what stands in a place."""
        if place in _OF_REQUEST:
            return _OF_REQUEST[place](self, self.request) if self.request is not None else "-"
        if place in _OF_ITEM:
            return _OF_ITEM[place](self, self.item) if self.item is not None else "-"
        return self.seen.barcode if place == "barcode" else "-"

    def day(self, moment: datetime | date | None) -> str:
        """Give a day in words."""
        if moment is None:
            return "-"
        return self.words.day(moment, self.seen.now.astimezone(self.site.zone).date(), self.site.zone)

    def reason(self, item: Item) -> str:
        """Give why a book must go."""
        return self.words.reasons[item.reason if item.reason is not None else Reason.CANCELLED_BY_STAFF]

    def here(self) -> str:
        """Give how many pieces have come."""
        return str(len(self.others) + (self.item is not None))


def _seconds(places: Places, item: Item) -> str:
    if item.checked_out_at is None:
        return "-"
    return str(max(0, int((places.seen.at - item.checked_out_at).total_seconds())))


_OF_REQUEST: dict[str, Callable[[Places, Request], str]] = {
    "pickup": lambda places, request: request.pickup_name,
    "partner": lambda places, request: request.partner_name,
    "partner_due": lambda places, request: places.day(request.partner_due),
    "title": lambda places, request: request.title,
    "request": lambda places, request: request.request_id,
    "when": lambda places, request: places.day(request.closed_at),
    "pieces": lambda places, request: str(request.pieces),
    "here": lambda places, request: places.here(),
    "piece": lambda places, request: request.volume(places.item.piece) if places.item is not None else "-",
}
_OF_ITEM: dict[str, Callable[[Places, Item], str]] = {
    "code": lambda places, item: item.shelf_code or "-",
    "date": lambda places, item: places.day(item.hold_until),
    "due": lambda places, item: places.day(item.due_at),
    "received": lambda places, item: places.day(item.received_at),
    "reason": lambda places, item: places.reason(item),
    "Reason": lambda places, item: places.reason(item)[:1].upper() + places.reason(item)[1:],
    "seconds": _seconds,
}
