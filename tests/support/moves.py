"""Every kind of accepted move of a book, how it comes about, and all that it can change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from broker.answers import Outcome, Tone
from broker.messages import Reply
from hub.core.acts import Act
from hub.core.commands import COMMAND_RULES
from hub.core.lifecycle import RULES
from hub.core.notices import NoticeType
from tests.support.desks import ADA, BOOK, Library
from tests.support.roads import (
    UNDO,
    closed,
    given_up,
    lent,
    lost,
    missing,
    missing_and_given_up,
    received,
    returned,
    shelved,
)

OTHER_BOOK = "30000000000025"
EVERYTHING = {"send": [kind.value for kind in NoticeType]}
"""A site that sends receipts, too."""


def a_library_of_everything(folder: Path) -> Library:
    """Open a library that sends every notice and lends without a card at its main desk."""
    opened = Library.open(folder, notices=EVERYTHING)
    opened.connection.execute("UPDATE desk SET commands = 'DECLINED DAMAGED RENEW REPRINT CHECKOUT UNDO CLEAR' WHERE code = 'main'")
    return opened


def as_it_is(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that a move can change, but versions and when a request was touched; notices and work only where they are live."""
    return {
        "items": library.rows(
            "SELECT key, request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, "
            "checked_out_at, checked_out_by, circulated, reason, closed_at, outcome, renewals FROM item ORDER BY key"
        ),
        "requests": library.rows(
            "SELECT key, state, outcome, cancel_reason, requester, pickup_desk, pieces, volumes, partner_due_date, closed_at "
            "FROM request ORDER BY key"
        ),
        "notices": library.rows(
            "SELECT type, request, episode, patron, desk, state, queued_at, not_before, attempts, sent_at FROM notice "
            "WHERE state IN ('queued', 'sent', 'failed') ORDER BY key"
        ),
        "work": library.rows(
            "SELECT kind, desk, station, barcode, request, item, note, opened_at FROM exception WHERE cleared_at IS NULL ORDER BY key"
        ),
    }


def undo(library: Library, station: str, **more: Any) -> Reply:
    """Scan the UNDO card."""
    return library.scan(station, UNDO, **more)


@dataclass(frozen=True)
class Move:
    """One kind of accepted move: how the book comes there, and the scans at one station of which the last one moves it."""

    rule: str
    begin: Callable[[Library], object]
    station: str
    scans: tuple[str, ...] = (BOOK,)
    about: str = ""

    def __str__(self) -> str:
        return f"{self.rule} at {self.station}{' ' if self.about else ''}{self.about}"


def asked(pickup_desk: str) -> Callable[[Library], str]:
    """Begin with a request."""
    return lambda library: library.request(pickup_desk=pickup_desk)


def asked_again(pickup_desk: str) -> Callable[[Library], str]:
    """Begin with the second request that the same barcode comes for."""

    def begin(library: Library) -> str:
        closed(library)
        return library.request("Another book", pickup_desk=pickup_desk)

    return begin


def at_joint(road: Callable[..., str]) -> Callable[[Library], str]:
    """Begin so, for the joint desk."""
    return lambda library: road(library, pickup_desk="joint")


def renewable(library: Library) -> None:
    """A loan of two days."""
    lent(library)
    library.now += timedelta(days=2)


def strayed(library: Library) -> None:
    """On the shelf, seen at a wrong desk, and back: its letter is still to leave."""
    shelved(library)
    library.scan("east-1", BOOK)
    library.scan("east-1", BOOK)


def claimed(library: Library) -> None:
    """A loan whose patron says it is back."""
    lost(library, how=Act.CLAIMS_RETURNED)


FIRST, SECOND = "ILL-000001-8", "ILL-000002-6"
CARD = (ADA, BOOK)
MOVES = (
    Move("U2", asked("main"), "rs-1", (FIRST, BOOK)),
    Move("U2", asked("main"), "rs-1", (BOOK, FIRST), "item first"),
    Move("U2", asked("main"), "joint-1", (FIRST, BOOK), "for another desk"),
    Move("U2", asked("joint"), "joint-1", (FIRST, BOOK)),
    Move("U5", asked_again("main"), "rs-1", (SECOND, BOOK)),
    Move("U5", asked_again("joint"), "joint-1", (SECOND, BOOK)),
    Move("T1", received, "main-1"),
    Move("T1", at_joint(received), "joint-1"),
    Move("T1", strayed, "main-1", about="after it strayed"),
    Move("T2", received, "main-1", CARD),
    Move("T2", received, "east-1", CARD),
    Move("T2", received, "joint-1", CARD),
    Move("H2", shelved, "main-1", CARD),
    Move("H2", shelved, "east-1", CARD),
    Move("H2", at_joint(shelved), "joint-1", CARD),
    Move("H4", shelved, "east-1"),
    Move("H5", shelved, "rs-1"),
    Move("H5", shelved, "joint-1"),
    Move("P1", given_up, "main-1"),
    Move("P2", given_up, "east-1"),
    Move("P3", given_up, "rs-1"),
    Move("P3", at_joint(given_up), "joint-1"),
    Move("P4", given_up, "main-1", CARD),
    Move("C2", lent, "main-1"),
    Move("C2", lent, "east-1"),
    Move("C3", lent, "rs-1"),
    Move("C3", at_joint(lent), "joint-1"),
    Move("B1", returned, "rs-1"),
    Move("B1", returned, "joint-1"),
    Move("M1", missing, "main-1"),
    Move("M2", missing, "east-1"),
    Move("M2", missing, "rs-1"),
    Move("M3", missing_and_given_up, "main-1"),
    Move("M4", missing_and_given_up, "rs-1"),
    Move("M5", missing, "main-1", CARD),
    Move("L1", lost, "main-1"),
    Move("L1", claimed, "main-1", about="claimed returned"),
    Move("L2", lost, "rs-1"),
    Move("K1", shelved, "main-1", ("%HS-DECLINED", BOOK)),
    Move("K2", at_joint(shelved), "joint-1", ("%HS-DECLINED", BOOK)),
    Move("K3", received, "main-1", ("%HS-DAMAGED", BOOK), "on its way"),
    Move("K3", shelved, "main-1", ("%HS-DAMAGED", BOOK), "on the shelf"),
    Move("K3", given_up, "main-1", ("%HS-DAMAGED", BOOK), "to be pulled"),
    Move("K3", missing, "main-1", ("%HS-DAMAGED", BOOK), "missing"),
    Move("K3", lent, "main-1", ("%HS-DAMAGED", BOOK), "on loan"),
    Move("K4", returned, "main-1", ("%HS-DAMAGED", BOOK)),
    Move("K5", shelved, "rs-1", ("%HS-DAMAGED", BOOK)),
    Move("K5", lent, "rs-1", ("%HS-DAMAGED", BOOK), "on loan"),
    Move("K6", returned, "rs-1", ("%HS-DAMAGED", BOOK)),
    Move("K7", renewable, "main-1", ("%HS-RENEW", BOOK)),
    Move("K9", shelved, "main-1", ("%HS-CHECKOUT", BOOK)),
)
KINDS = {row.id for row in RULES if row.to is not None} | {
    row.id for rows in COMMAND_RULES.values() for row in rows if row.outcome is Outcome.ACCEPTED
}


def make(library: Library, move: Move) -> dict[str, list[tuple[Any, ...]]]:
    """Come to the move and make it; gives how all was before its last scan."""
    move.begin(library)
    for barcode in move.scans[:-1]:
        library.scan(move.station, barcode)
    before = as_it_is(library)
    moved = library.scan(move.station, move.scans[-1])
    assert (moved.rule, moved.outcome) == (move.rule, Outcome.ACCEPTED)
    assert as_it_is(library) != before
    return before


def refused(told: Reply) -> str:
    """Give the rule of an answer that is a no."""
    assert (told.outcome, told.tone) == (Outcome.REFUSED, Tone.NO)
    return told.rule
