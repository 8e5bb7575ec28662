"""Patrons from a list: who is new is added, who is known by their card is changed, and nobody is doubled or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.core.patron_list import ListedPatron
from hub.flows.keep_books import FACTS, PatronFacts, add_patron, change_patron, facts_of
from hub.store.sql import Connection

TOGETHER = 50
"""Patrons that are looked up, and written, at a time."""
KNOWN = f"SELECT key, {FACTS} FROM patron WHERE card IN ({', '.join('?' * TOGETHER)})"  # noqa: S608 - marks


@dataclass(slots=True)
class Imported:
    """How many are, or would be, added, changed, and left as they are."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def add(self, what: str) -> None:
        """Count one."""
        setattr(self, what, getattr(self, what) + 1)


def compare_patrons(connection: Connection, rows: Sequence[ListedPatron]) -> list[str]:
    """Say of each row whether its patron is ``new``, ``changed`` or the ``same``; at most TOGETHER rows."""
    known = _known(connection, rows)
    return [_what(known, row)[0] for row in rows]


def put_patrons(connection: Connection, rows: Sequence[ListedPatron]) -> list[str]:
    """Add or change the patrons of these rows, at most TOGETHER, in the open transaction; says what was done with each."""
    known, done = _known(connection, rows), []
    for row in rows:
        what, facts = _what(known, row)
        if what == "new":
            add_patron(
                connection, card=row.card, alias=row.alias, name=row.name, email=row.email, language=row.language, phone=row.phone,
                channels=row.channels,
            )  # fmt: skip
        elif what == "changed":
            change_patron(connection, known[row.card][0], facts)
        done.append(what)
    return done


def _known(connection: Connection, rows: Sequence[ListedPatron]) -> dict[str, tuple[int, PatronFacts]]:
    if not rows:
        return {}
    # Always as many marks: a server prepares the statement once.
    cards = [*(row.card for row in rows), *[rows[-1].card] * (TOGETHER - len(rows))]
    found = connection.execute(KNOWN, cards).fetchall()
    patrons = [(key, facts_of(row)) for key, *row in found]
    return {facts.card: (key, facts) for key, facts in patrons}


def _what(known: dict[str, tuple[int, PatronFacts]], row: ListedPatron) -> tuple[str, PatronFacts]:
    """What a list does not say stays: an empty cell takes no alias, no address and no wish away."""
    if row.card not in known:
        return "new", PatronFacts(card=row.card, alias=row.alias or "", name=row.name, email=row.email)
    before = known[row.card][1]
    facts = replace(
        before, alias=row.alias or before.alias, name=row.name, email=row.email or before.email, phone=row.phone or before.phone,
        language=row.language or before.language, channels=row.channels or before.channels,
    )  # fmt: skip
    return ("same" if facts == before else "changed"), facts
