"""A borrowing request is created by hand: one book or several for the same patron; what looks like a duplicate is shown beside it first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.errors import HubError, Invalid
from hub.flows.manage_requests import NewRequest, PossibleDuplicates, create_request
from hub.store.pages.books import DeskView, PartnerView, PatronView, desks, partners
from hub.store.pages.pickers import MOST as MOST_PATRONS
from hub.store.pages.pickers import known_title, patrons_called
from hub.store.pages.requests import RequestView, requests_named
from hub.store.sql import Connection as Writer
from hub.web.api.requests import NewRequestBody
from hub.web.asked import moments
from hub.web.inside import Hand, Inside
from hub.web.one_request import site_for
from hub.web.requests_shown import SOURCES, Look, source_words
from hub.web.shell import in_words, page
from hub.web.shown import state_words
from hub.web.templating import render
from hub.web.visitor import Sharing, SharingChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(include_in_schema=False)

MOST = 500
MOST_BOOKS = 50
"""Books of one patron written down at once."""
FIELDS = (
    "title", "author", "isbn", "oclc_number", "volume", "requester", "pickup_desk", "partner", "source", "external_id", "partner_due_date",
    "needed_by", "pieces", "volumes", "internal_note", "patron_note", "more",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Twin:
    """A new request beside the open ones that look like it."""

    new: NewRequest
    open: tuple[RequestView, ...]


class Unclear(Invalid):
    """Several patrons are called so."""

    def __init__(self, patrons: Sequence[PatronView]) -> None:
        super().__init__("Several patrons are called so. Choose one.")
        self.patrons = tuple(patrons)


class Twins(Exception):
    """Some of the new requests look like open ones; nothing was written."""

    def __init__(self, found: list[tuple[NewRequest, tuple[str, ...]]]) -> None:
        super().__init__("possible duplicates")
        self.found = found


@router.get("/requests/new")
async def blank(hand: Hand, visitor: Sharing, request: Request) -> Response:
    """Show the form, and what was written down just before."""
    made = [each for each in request.query_params.getlist("made")[:MOST_BOOKS] if re.fullmatch(r"ILL-[0-9]{6,12}-[0-9]", each)]
    return await _page(hand, visitor, {}, made=made)


@router.post("/requests/patrons")
async def called(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Show the patrons who are called what is typed, to choose from. By POST: a name or a card never stands in an address."""
    typed = " ".join((await fields_of(request)).get("requester", "").split())[:100]
    found = await hand.read(partial(patrons_called, typed=typed)) if len(typed) > 1 else ()
    return HTMLResponse(render("patrons.html", t=partial(say, visitor.language), **_picks(found)))


@router.post("/requests/create")
async def create(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Write the requests down, all or none."""
    given = {name: value.replace("\r\n", "\n") for name, value in (await fields_of(request)).items()}
    typed = {name: given.get(name, "") for name in FIELDS}
    try:
        requester = await _requester(hand, given)
        typed["partner"] = await hand.read(partial(_partner, typed=typed["partner"]))
        wanted = [_new(visitor, book, requester) for book in await _books(hand, typed)]
        made = hand.doors.write(partial(_create_all, hand=hand, visitor=visitor, wanted=wanted, confirm=given.get("confirm") == "yes"))
    except Twins as twins:
        return await _page(
            hand, visitor, typed, 409, twins=[await _twin(hand, *each) for each in twins.found], chosen=given.get("card", "")
        )
    except Unclear as unclear:
        return await _page(hand, visitor, typed, 422, wrong=say(visitor.language, "new.unclear"), patrons=unclear.patrons)
    except HubError as error:
        return await _page(hand, visitor, typed, 422, wrong=in_words(error, visitor.language), chosen=given.get("card", ""))
    one = f"/request/{made[0]}?done=create"
    return RedirectResponse(one if len(made) == 1 else "/requests/new?" + "&".join(f"made={each}" for each in made), 303)


def _create_all(connection: Writer, *, hand: Inside, visitor: Visitor, wanted: Sequence[NewRequest], confirm: bool) -> list[str]:
    """Create all; Twins where some look like open ones, so that nothing is written before each was looked at."""
    made, twins = [], []
    for new in wanted:
        try:
            made.append(
                create_request(connection, site_for(hand, visitor), new, confirm=confirm, actor=visitor.account or "", now=hand.doors.now())
            )
        except PossibleDuplicates as found:
            # One that was written a moment ago in this transaction goes with it.
            twins.append((new, tuple(each for each in found.request_ids if each not in made)))
    if twins:
        raise Twins(twins)
    return made


async def _requester(hand: Inside, given: dict[str, str]) -> str:
    """Give the card of the patron who was chosen or typed."""
    typed = " ".join(given.get("requester", "").split())
    if not typed:
        raise Invalid("Say who asks for it.").keyed("new.no-requester")
    found = await hand.read(partial(patrons_called, typed=typed))
    if (chosen := given.get("card", "")) and any(each.card == chosen for each in found):
        return chosen
    if not found:
        raise Invalid("Nobody has this card or name.").keyed("new.nobody")
    if len(found) > 1:
        raise Unclear(found)
    return found[0].card


async def _books(hand: Inside, typed: dict[str, str]) -> list[dict[str, str]]:
    """Give what was typed of each book: the first in its fields, the others a line each."""
    first = {name: value for name, value in typed.items() if name not in ("more", "requester") and value.strip()}
    shared = {name: value for name, value in first.items() if name in ("pickup_desk", "partner", "source", "partner_due_date", "needed_by")}
    lines = [line for line in typed["more"].splitlines() if line.strip()]
    if len(lines) >= MOST_BOOKS:
        raise Invalid(f"At most {MOST_BOOKS} books at once.").keyed("new.many", most=str(MOST_BOOKS))
    books = [first] if first.keys() & {"title", "isbn"} or not lines else []
    for line in lines:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 1 and _is_isbn(parts[0]):
            parts = ["", "", parts[0]]
        books.append(shared | {name: part for name, part in zip(("title", "author", "isbn", "volume"), parts, strict=False) if part})
    return [await _titled(hand, book) for book in books]


async def _titled(hand: Inside, book: dict[str, str]) -> dict[str, str]:
    """Give a book its title, where only its ISBN was typed: as it was called before, else by its ISBN."""
    isbn = _bare(book.get("isbn", ""))
    if isbn and not _is_isbn(isbn):
        raise Invalid("This is no ISBN.").keyed("new.isbn", isbn=book["isbn"])
    if "title" in book:
        return book
    if not isbn:
        raise Invalid("Say title or ISBN.").keyed("new.no-title")
    known = await hand.read(partial(known_title, isbn=isbn.lower()))
    title, author = known or (f"ISBN {isbn}", None)
    return {"title": title, **({"author": author} if author else {})} | book


def _new(visitor: Visitor, book: dict[str, str], requester: str) -> NewRequest:
    if "pickup_desk" not in book:
        raise Invalid("Choose the desk where it is to be picked up.").keyed("new.no-desk")
    volumes = tuple(line for line in book.get("volumes", "").splitlines() if line.strip())
    told: dict[str, Any] = {name: value for name, value in book.items() if value.strip()} | {"requester": requester, "volumes": volumes}
    try:
        body = NewRequestBody(**{"partner": ""} | told)
    except ValidationError as error:
        field = say(visitor.language, f"new.field.{error.errors()[0]['loc'][0]}")
        raise Invalid("A field is not as it should be.").keyed("act.unfit", field=field) from None
    return NewRequest(**body.model_dump(exclude={"confirm"}))


def _partner(connection: Connection, typed: str) -> str:
    """Give the code of the partner whose code or name was typed, or a part of the name that only one has."""
    said = " ".join(typed.split())
    known = partners(connection, MOST).items
    if not said or any(each.code == said for each in known):
        return said
    by_name = [each.code for each in known if each.name.casefold() == said.casefold()]
    by_part = [each.code for each in known if said.casefold() in each.name.casefold()]
    return next((found[0] for found in (by_name, by_part) if len(found) == 1), said)


def _bare(isbn: str) -> str:
    return "".join(sign for sign in isbn.upper() if sign.isalnum())


def _is_isbn(text: str) -> bool:
    """Say whether this is an ISBN of 10 or 13 signs whose check digit fits."""
    bare = _bare(text)
    if re.fullmatch(r"97[89][0-9]{10}", bare):
        return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(bare)) % 10 == 0
    if re.fullmatch(r"[0-9]{9}[0-9X]", bare):
        return sum((10 if digit == "X" else int(digit)) * (10 - place) for place, digit in enumerate(bare)) % 11 == 0
    return False


async def _twin(hand: Inside, new: NewRequest, named: tuple[str, ...]) -> Twin:
    return Twin(new, await hand.read(partial(requests_named, request_ids=named)))


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from."""

    desks: tuple[DeskView, ...]
    partners: tuple[PartnerView, ...]


def _offered(connection: Connection) -> Offered:
    places = tuple(desk for desk in desks(connection, MOST).items if desk.pickup and desk.active)
    return Offered(places, partners(connection, MOST).items)


def _picks(found: Sequence[PatronView], chosen: str = "") -> dict[str, Any]:
    return {"patrons": found[:MOST_PATRONS], "more": len(found) > MOST_PATRONS, "chosen": chosen}


async def _page(
    hand: Inside, visitor: Visitor, typed: dict[str, str], status: int = 200, *, wrong: str | None = None, twins: Sequence[Twin] = (),
    patrons: Sequence[PatronView] = (), chosen: str = "", made: Sequence[str] = (),
) -> Response:  # fmt: skip
    offered = await hand.read(_offered)
    found = patrons or (await hand.read(partial(patrons_called, typed=typed["requester"])) if chosen else ())
    look = Look(hand.doors.rules, visitor.language, moments(hand))
    return page(
        hand, visitor, "new_request.html", "requests", status, typed={name: "" for name in FIELDS} | typed, offered=offered, wrong=wrong,
        twins=twins, **_picks(found, chosen), sources=[(each, source_words(visitor.language, each)) for each in SOURCES],
        desk_names={each.code: each.name for each in offered.desks}, partner_names={each.code: each.name for each in offered.partners},
        made=made, look=look, state_words=partial(state_words, visitor.language), most=MOST_BOOKS,
    )  # fmt: skip
