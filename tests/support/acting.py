"""Acts decided straight in the core: what was asked of which pieces, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from hub.core.act_on_piece import Moved
from hub.core.acts import Act, Wish
from hub.core.calendar import end_of_day
from hub.core.decide_act import Change, decide_act
from hub.core.desk import Desk, Role
from hub.core.notices import NoticeType, QueuedNotice
from hub.core.request import Item, Request, State, request_outcome, shown_state
from hub.core.seen import Site
from tests.support.builders import BARCODE, NOW, SITE, ZONE, a_desk, a_request, an_item

EAST = a_desk(Role.OT)
"""Another pick-up desk than the request's."""


def the_request(items: Sequence[Item], **changes: Any) -> Request:
    """Give the request these pieces belong to, as it shows them; one for each piece unless ``pieces`` says more."""
    pieces = changes.pop("pieces", max(1, len(items)))
    shows = shown_state(pieces, items)
    closed = {"closed_as": request_outcome(items)} if shows is State.CLOSED else {}
    return a_request(**({"state": shows, "pieces": pieces} | closed | changes))


def act(wish: Act | Wish, *items: Item, only: Item | None = None, site: Site = SITE, pickup: Desk | None = None, now: datetime = NOW,
        **request: Any) -> Change | str:  # fmt: skip
    """Do something to a request with these pieces; ``request`` changes what it is."""
    asked = Wish(act=wish) if isinstance(wish, Act) else wish
    return decide_act(site, asked, the_request(items, **request), items, pickup or a_desk(), now, only=only)


def done(wish: Act | Wish, *items: Item, **told: Any) -> Change:
    """Do something that is not refused."""
    change = act(wish, *items, **told)
    assert isinstance(change, Change), change
    return change


def refused(wish: Act | Wish, *items: Item, **told: Any) -> str:
    """Ask for something that is refused; gives the sentence."""
    sentence = act(wish, *items, **told)
    assert isinstance(sentence, str), sentence
    return sentence


def no(key: str, request: Request | None = None, **places: object) -> str:
    """Give the sentence of a refusal, the request's own places filled in."""
    about = request or a_request()
    return SITE.words.say(key, **({"request": about.request_id, "title": about.title} | places))


def state_in_words(state: State) -> str:
    """Give a state as staff read it."""
    return SITE.words.states[state]


def day_in_words(moment: datetime | date) -> str:
    """Give a day as staff read it at NOW."""
    return SITE.words.day(moment, NOW.astimezone(ZONE).date(), ZONE)


def end_of(year: int, month: int, day: int) -> datetime:
    """Give the last second of a day where the library is."""
    return end_of_day(date(year, month, day), ZONE)


def a_piece(number: int, state: State, **changes: Any) -> Item:
    """Give the n-th piece of a set, with a barcode of its own."""
    return an_item(state, **({"key": number, "piece": number, "barcode": f"{BARCODE[:-1]}{number}"} | changes))


def the_one(change: Change) -> Moved:
    """Give the only piece that a change touched."""
    (one,) = change.moved
    return one


def states(change: Change) -> list[State]:
    """Give the states the touched pieces come to."""
    return [one.after.state for one in change.moved]


def told(change: Change) -> list[NoticeType]:
    """Give the notices a change queues."""
    return [queued.type for queued, _ in change.notices]


def notice_of(change: Change) -> tuple[QueuedNotice, Item | None]:
    """Give the only notice, and the piece it speaks of."""
    (one,) = change.notices
    return one


def work(change: Change) -> list[tuple[str, str | None]]:
    """Give the exceptions a change opens, each with its desk."""
    return [(one.kind, one.desk) for one in change.exceptions]
