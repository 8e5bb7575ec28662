"""What stands in no row is refused with a sentence, and every sentence of refusal is one that can be met."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.core.acts import ACTS, OF_STAFF, Act, Wish
from hub.core.desk import Role
from hub.core.request import ClosedAs, Item, Reason, State
from hub.core.words import LANGUAGES
from tests.support.acting import EAST, end_of, refused
from tests.support.builders import SITE, a_desk, an_item

SHELF, PULL, LENT, CLOSED, REQUESTED = (
    State.ON_HOLD_SHELF, State.PULL_FROM_SHELF, State.CHECKED_OUT, State.CLOSED, State.REQUESTED,
)  # fmt: skip
SOON = end_of(2026, 11, 26)
RETURNED = an_item(CLOSED, closed_as=ClosedAs.RETURNED)
CREATING = {"no.desk", "no.create.requester", "no.create.holds", "no.create.partner", "no.create.duplicate"}
"""Each is met in both languages in test_manage_requests."""
IN_THE_FLOW = CREATING | {"no.piece", "no.changed", "no.changed.what", "no.reactivate.barcode"}
"""Said by act_on_request, which knows of other requests and of other people."""


class Refusal:
    """One thing asked for that is refused."""

    def __init__(self, wish: Act | Wish, *items: Item, **request: Any) -> None:
        """Keep what is asked for, of which pieces of what request."""
        self.wish, self.items, self.request = wish, items, request

    def sentence(self, language: str = "en") -> str:
        """Ask for it and give what is said."""
        return refused(self.wish, *self.items, site=replace(SITE, language=language), **self.request)


REFUSALS: dict[str, Refusal] = {
    "no.closed": Refusal(Act.CANCEL, RETURNED),
    "no.cancel": Refusal(Act.CANCEL, an_item(State.IN_TRANSIT_TO_RS)),
    "no.cancel.CHECKED_OUT": Refusal(Act.CANCEL, an_item(LENT)),
    "no.recall": Refusal(Act.RECALL, an_item(State.MISSING)),
    "no.recall.REQUESTED": Refusal(Act.RECALL),
    "no.recall.longer": Refusal(Wish(act=Act.RECALL, day=date(2026, 12, 1)), an_item(LENT, due_at=SOON)),
    "no.extend": Refusal(Act.EXTEND, an_item(LENT)),
    "no.extend.part": Refusal(Act.EXTEND, an_item(SHELF, hold_until=None), pieces=2),
    "no.extend.partner": Refusal(Wish(act=Act.EXTEND, day=date(2027, 2, 1)), an_item(SHELF)),
    "no.extend.earlier": Refusal(Wish(act=Act.EXTEND, day=date(2026, 11, 25)), an_item(SHELF)),
    "no.renew": Refusal(Act.RENEW, an_item(SHELF)),
    "no.renew.recalled": Refusal(Act.RENEW, an_item(LENT, reason=Reason.RECALLED)),
    "no.renew.often": Refusal(Act.RENEW, an_item(LENT, due_at=SOON, renewals=2)),
    "no.renew.partner": Refusal(Act.RENEW, an_item(LENT, due_at=SOON), partner_due=date(2026, 12, 1)),
    "no.renew.early": Refusal(Act.RENEW, an_item(LENT), partner_due=None),
    "no.change-pickup": Refusal(Wish(act=Act.CHANGE_PICKUP, desk=EAST), an_item(LENT)),
    "no.change-pickup.same": Refusal(Wish(act=Act.CHANGE_PICKUP, desk=a_desk()), an_item(SHELF)),
    "no.change-pickup.desk": Refusal(Wish(act=Act.CHANGE_PICKUP, desk=a_desk(Role.RS)), an_item(SHELF)),
    "no.missing": Refusal(Act.MISSING, an_item(LENT)),
    "no.found": Refusal(Act.FOUND, an_item(SHELF)),
    "no.lost": Refusal(Act.LOST, an_item(SHELF)),
    "no.claims-returned": Refusal(Act.CLAIMS_RETURNED, an_item(SHELF)),
    "no.not-received": Refusal(Act.NOT_RECEIVED, an_item(SHELF)),
    "no.close": Refusal(Act.CLOSE, an_item(SHELF)),
    "no.close.REQUESTED": Refusal(Act.CLOSE),
    "no.reactivate": Refusal(Act.REACTIVATE, an_item(SHELF)),
    "no.reactivate.CLOSED": Refusal(Act.REACTIVATE, state=CLOSED, closed_as=ClosedAs.CANCELLED),
    "no.reactivate.old": Refusal(Act.REACTIVATE, RETURNED, closed_at=end_of(2026, 1, 1)),
    "no.reactivate.requester": Refusal(Wish(act=Act.REACTIVATE, to=LENT), RETURNED, requester=None),
    "no.pieces": Refusal(Wish(act=Act.PIECES, pieces=2), RETURNED),
    "no.pieces.fewer": Refusal(Wish(act=Act.PIECES, pieces=1), an_item(SHELF), an_item(SHELF, key=2, piece=2)),
    "no.pieces.volumes": Refusal(Wish(act=Act.PIECES, pieces=3, volumes=("I", "II"))),
}


def says(key: str, sentence: str) -> bool:
    """Say whether a sentence is this one, with something in each of its places."""
    pattern = re.sub(r"\\\{\w+\\\}", "[^{}]+", re.escape(SITE.words.sentences[key]))
    return re.fullmatch(pattern, sentence) is not None


@pytest.mark.parametrize("key", REFUSALS)
def test_each_refusal_says_its_own_sentence_with_all_its_places_filled(key: str) -> None:
    assert says(key, REFUSALS[key].sentence())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_refusal_can_be_met(language: str) -> None:
    written = {key for key in LANGUAGES[language].sentences if key.startswith("no.")}
    assert written == set(REFUSALS) | IN_THE_FLOW


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", REFUSALS)
def test_a_refusal_can_be_said_in_every_language(language: str, key: str) -> None:
    assert "{" not in REFUSALS[key].sentence(language)


def sentence_of(what: Act, state: State) -> str:
    """Give the key of the sentence that refuses an act on one book in a state it has no row for."""
    if state is CLOSED and what is not Act.REACTIVATE:
        return "no.pieces" if what is Act.PIECES else "no.closed"
    special = f"no.{what}.{state}"
    return special if special in SITE.words.sentences else f"no.{what}"


NO_ROW = [(what, state) for what in OF_STAFF for state in State if not any(row.act is what and row.was is state for row in ACTS)]


@pytest.mark.parametrize(("what", "state"), NO_ROW)
def test_what_stands_in_no_row_is_refused(what: Act, state: State) -> None:
    items: tuple[Item, ...] = () if state is REQUESTED else (an_item(state),)
    assert says(sentence_of(what, state), refused(Wish(act=what, desk=EAST, day=date(2026, 11, 30), pieces=2), *items))
