"""A set of three volumes, and what becomes of them."""

from __future__ import annotations

from typing import Any

from hub.core.words import ENGLISH
from hub.demo import item_barcode
from tests.support.desks import ADA, Library
from tests.support.roads import CLEAR

ONE, TWO, THREE, FOUR = (item_barcode(number) for number in range(1, 5))
BOOKS = (ONE, TWO, THREE)
NAMES = ("A-F", "G-M", "N-Z")
PLACES = [("rs-1", "main"), ("joint-1", "joint"), ("joint-1", "main")]
"""Resource sharing; a joint desk where the set is picked up (JT) and one where it is not (JO)."""


def a_set(library: Library, *, pickup_desk: str = "main", volumes: tuple[str, ...] = NAMES, **more: Any) -> str:
    """Ask for it and give its request."""
    return library.request("Encyclopedia", pickup_desk=pickup_desk, volumes=volumes, **more)


def received_set(library: Library, *, station: str = "rs-1", **more: Any) -> str:
    """Receive all of it."""
    named = a_set(library, **more)
    for barcode in (named, *BOOKS):
        library.scan(station, barcode)
    return named


def shelved_set(library: Library, **more: Any) -> str:
    """Bring all of it to the shelf of the main desk."""
    named = received_set(library, **more)
    for book in BOOKS:
        assert library.scan("main-1", book).rule == "T1"
    return named


def lend(library: Library, *books: str, station: str = "main-1") -> list[str]:
    """Lend some of it to Ada; gives the rows."""
    library.scan(station, ADA)
    rules = [library.scan(station, book).rule for book in books]
    library.scan(station, CLEAR)
    return rules


def pieces(library: Library, what: str = "state") -> dict[str, Any]:
    """Give its state, or another column, by barcode."""
    return {str(row[0]): row[1] for row in library.rows(f"SELECT barcode, {what} FROM item ORDER BY piece")}  # noqa: S608 - our own names


def holds(library: Library) -> set[int | None]:
    """Give the hold dates there are among its volumes."""
    return set(pieces(library, "hold_until").values())


def say(key: str, **places: object) -> str:
    """Give an English sentence."""
    return ENGLISH.say(key, **places)


def one_home(library: Library) -> str:
    """Lend a whole set and bring one volume back."""
    named = shelved_set(library)
    lend(library, *BOOKS)
    assert library.scan("rs-1", ONE, after_s=3600).rule == "C3"
    return named
