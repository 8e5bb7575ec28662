"""What the address of the list of requests asks for, and the addresses that ask for a little more or less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from hub.core.calendar import end_of_day, local_day
from hub.store.pages.request_list import STATES, Age, Flag, Moments, Sort, Sought
from hub.web.inside import Inside
from hub.web.searches import words_of

COLUMNS = (
    "request", "state", "shelf", "requester", "desk", "partner", "until", "partner_due", "source", "external_id", "created", "changed",
    "flags",
)  # fmt: skip
USUAL = ("request", "state", "shelf", "requester", "desk", "partner", "until", "flags")
CHOICES = ("state", "desk", "partner", "source", "age", "flag")
"""What narrows the list, each to one value."""
IN_CLOSED: tuple[Sort, ...] = ("newest", "oldest")
"""A million closed requests are in no other order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Sought):
    """What is looked for, and how it is shown; what makes no sense was left out."""

    patrons: bool = True
    """Whoever may see the list may know who asked."""
    find: str = ""
    """What stands for the words in addresses, where patrons must not stand."""
    lost: bool = False
    """Whether the words of an address are not known any more."""
    columns: tuple[str, ...] = USUAL
    cursor: str | None = None

    def query(self, **other: str | None) -> str:
        """Give what stands behind the question mark for the same with something else; None leaves something out."""
        told: dict[str, str | None] = {
            "find": self.find or None,
            "scope": "closed" if self.closed else None,
            **{name: getattr(self, name) for name in CHOICES},
            "sort": None if self.sort == "newest" else self.sort,
            "cols": None if self.columns == USUAL else ",".join(self.columns),
        }
        return urlencode({name: value for name, value in (told | other).items() if value is not None})

    def sought(self) -> Sought:
        """Give only what is looked for."""
        return Sought(**{field.name: getattr(self, field.name) for field in fields(Sought)})

    def chosen(self) -> dict[str, str]:
        """Give what narrows the list."""
        return {name: value for name in CHOICES if (value := getattr(self, name)) is not None}


LONGEST = 200
Text = Annotated[str, Query(max_length=LONGEST)]
Maybe = Annotated[str | None, Query(max_length=100)]


async def asked(
    request: Request, q: Text = "", find: Maybe = None, scope: Maybe = None, state: Maybe = None, desk: Maybe = None,
    partner: Maybe = None, source: Maybe = None, age: Maybe = None, flag: Maybe = None, sort: Maybe = None,
    cols: Annotated[Sequence[str], Query()] = (), cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Asked:  # fmt: skip
    """Read the address; words that somebody wrote into it are understood, but stand in none of ours."""
    known = words_of(request, find) if find else ""
    said = {"scope": scope, "state": state, "desk": desk, "partner": partner, "source": source, "age": age, "flag": flag, "sort": sort}
    return asked_for(" ".join(q.split()) or known or "", said, cols, find=find or "", lost=known is None, cursor=cursor)


def asked_for(
    words: str, said: Mapping[str, str | None], cols: Sequence[str], *, find: str = "", lost: bool = False, cursor: str | None = None
) -> Asked:
    """Give what an address or a form asks for; what makes no sense is left out."""
    scope, state, desk, partner, source, age, flag, sort = (
        said.get(name) for name in ("scope", "state", "desk", "partner", "source", "age", "flag", "sort")
    )
    closed = scope == "closed"
    sorts: Sequence[Sort] = IN_CLOSED if closed else get_args(Sort)
    wanted = {column for each in cols for column in each.split(",")}
    return Asked(
        typed=words,
        find=find,
        lost=lost,
        closed=closed,
        state=state if state in STATES and not closed else None,
        desk=desk or None,
        partner=partner or None,
        source=source or None,
        age=next((each for each in get_args(Age) if each == age), None),
        flag=None if closed else next((each for each in get_args(Flag) if each == flag), None),
        sort=next((each for each in sorts if each == sort), "newest"),
        columns=tuple(column for column in COLUMNS if column in wanted) or USUAL,
        cursor=cursor,
    )


Wanted = Annotated[Asked, Depends(asked)]


def moments(hand: Inside) -> Moments:
    """Give the moments the flags speak of, by the site's policy."""
    rules, now = hand.doors.rules, hand.doors.now()
    soon = end_of_day(local_day(now, rules.zone) + timedelta(days=rules.telling.usual.hold_reminder_days), rules.zone)
    return Moments(now=now, soon=soon, late=now - timedelta(days=rules.policy.transit_days))
