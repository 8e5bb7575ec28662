"""The list of borrowing requests, for whoever works on them: searched as they type, narrowed by facets, saved, as CSV."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import get_args
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.core.barcode import Kind
from hub.core.request import State
from hub.errors import HubError, Invalid, NotFound
from hub.flows.keep_views import drop_view, save_view
from hub.store.pages.books import desks, partners
from hub.store.pages.cursor import Page
from hub.store.pages.pickers import views_of
from hub.store.pages.request_list import STATES, Age, Counts, Flag, Sort, Sought, all_listed, counted, listed, patrons_meant
from hub.store.pages.requests import count_active
from hub.web.asked import CHOICES, COLUMNS, IN_CLOSED, LONGEST, Asked, Wanted, asked_for, moments
from hub.web.inside import Hand, Inside
from hub.web.lists import Follow, long_listing
from hub.web.requests_shown import SOURCES, Cells, Look, Row, cell_of, cells_from, cells_listed, row_of, source_words
from hub.web.searches import keep_words, name_for, words_of
from hub.web.several import OFFERED
from hub.web.shell import in_words, shell
from hub.web.shown import state_words
from hub.web.tables import Fetch, Table
from hub.web.templating import render
from hub.web.visitor import Sharing, SharingChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(include_in_schema=False)

ROWS = 50
MOST = 500
"""Desks and partners whose names are looked up."""
SHOWN_FACET = 12
"""Values of a facet that are shown at once; the others are behind a button."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows, read at one moment."""

    rows: Page[Row]
    total: int = 0
    views: tuple[tuple[str, str], ...] = ()


@router.get("/requests")
async def requests(hand: Hand, visitor: Sharing, wanted: Wanted, request: Request) -> Response:
    """Show the list; for somebody who types only its rows."""
    if request.query_params.get("q"):
        # Written by hand, or in an old bookmark: it does not stay in the address.
        return keep_words(request, RedirectResponse(f"/requests?{_named(visitor, wanted).query()}", 303), wanted.typed)
    return await _page(hand, visitor, wanted, only_rows=_by_script(request))


@router.post("/requests/find")
async def find(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Look for words. They come in the form's body, and the address that shows what is found has only a name for them."""
    given = await fields_of(request)
    wanted = _named(visitor, asked_for(" ".join(given.get("q", "").split())[:LONGEST], given, (given.get("cols", ""),)))
    address = f"/requests?{wanted.query()}"
    if not _by_script(request):
        return keep_words(request, RedirectResponse(address, 303), wanted.typed)
    return keep_words(request, await _page(hand, visitor, wanted, only_rows=True, address=address), wanted.typed)


@router.get("/requests/views/{id}")
async def view(hand: Hand, visitor: Sharing, id: str, request: Request) -> Response:
    """Show a list that was saved with words: they stand in the database, and not in its address."""
    views = await hand.read(partial(views_of, account=visitor.account or ""))
    query = next((query for name, query in views if name_for(visitor.token, name) == id), None)
    if query is None:
        raise NotFound("There is no such list.").keyed("views.none")
    said = dict(parse_qsl(query))
    wanted = asked_for(" ".join(said.get("q", "").split()), said, (said.get("cols", ""),))
    return keep_words(request, RedirectResponse(f"/requests?{_named(visitor, wanted).query()}", 303), wanted.typed)


@router.get("/requests/facets")
async def facets(hand: Hand, visitor: Sharing, wanted: Wanted) -> Response:
    """Show how many open requests there are of each kind: read after the list, which does not wait for it."""
    at = moments(hand)
    _check(wanted)

    def read(connection: Connection) -> tuple[Counts | None, dict[str, dict[str, str]]]:
        # A million closed ones are not counted.
        return None if wanted.closed else counted(connection, wanted, at), _names(connection)

    def draw(found: tuple[Counts | None, dict[str, dict[str, str]]]) -> str:
        return render("facets.html", t=partial(say, visitor.language), language=visitor.language, **_facets(wanted, visitor, *found))

    return HTMLResponse(await hand.make(read, draw))


@router.get("/requests.csv")
async def as_csv(hand: Hand, visitor: Sharing, wanted: Wanted) -> Response:
    """Give the whole list as a table, in its order: the columns that are shown."""
    look = _look(hand, visitor)
    _check(wanted)
    columns = (
        "request_id",
        *(column for shown in wanted.columns for column in (("request", "author") if shown == "request" else (shown,))),
    )
    table = Table("requests", Cells, {_head(visitor, name): partial(cell_of, name=name) for name in columns})
    return await long_listing(hand, table, await _follow(hand, wanted.sought(), look))


async def _follow(hand: Inside, sought: Sought, look: Look) -> Follow[Cells]:
    if sought.sort in IN_CLOSED:
        return lambda cursor, count: partial(cells_listed, sought=sought, look=look)
    # Open ones, some ten thousands: each part would have to put all of them in order anew.
    keys = await hand.apart.make(partial(all_listed, sought=sought, at=look.at))

    def follow(cursor: str | None, count: int) -> Fetch[Cells]:
        first = int(cursor or 0)
        return partial(cells_from, keys=keys[first : first + count], start=first, end=len(keys), look=look)

    return follow


@router.post("/requests/views/save")
async def save(hand: Hand, visitor: SharingChanges, request: Request, wanted: Wanted) -> Response:
    """Save the list that is shown under a name."""
    given = await fields_of(request)
    name, said = " ".join(given.get("name", "").split()), dict(parse_qsl(given.get("query", "")))
    words = words_of(request, said.get("find", "")) or ""
    query = _query_of(said, words)
    try:
        await _check_nobody(hand, words)
        hand.doors.write(partial(save_view, account=visitor.account or "", name=name, query=query))
    except HubError as error:
        shown = replace(_named(visitor, asked_for(words, said, (said.get("cols", ""),))), cursor=wanted.cursor)
        return await _page(hand, visitor, shown, 422, wrong=in_words(error, visitor.language))
    return RedirectResponse(f"/requests?{_named(visitor, asked_for(words, said, (said.get('cols', ''),))).query()}", 303)


@router.post("/requests/views/drop")
async def drop(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Drop a list that was saved."""
    given = await fields_of(request)
    hand.doors.write(partial(drop_view, account=visitor.account or "", name=given.get("name", "")))
    return RedirectResponse("/requests", 303)


def _by_script(request: Request) -> bool:
    """Say whether only a part of the page is asked for; a browser that goes back wants all of it."""
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _query_of(said: dict[str, str], words: str) -> str:
    """Keep of an address what the list understands, so that nothing else is ever led to, and its words themselves."""
    known = {"scope", "sort", "cols", *CHOICES}
    return urlencode(({"q": words} if words else {}) | {name: value for name, value in said.items() if name in known})


async def _check_nobody(hand: Inside, words: str) -> None:
    """Refuse words that may be a patron's: what is saved would outlive what the hub forgets of them."""
    if not words:
        return
    is_card = hand.doors.settings.patterns().classify(words) is Kind.PATRON
    meant: list[int] = await hand.read(partial(patrons_meant, typed=words))
    if is_card or meant:
        raise Invalid("These words are those of a patron.").keyed("views.person")


def _named(visitor: Visitor, wanted: Asked) -> Asked:
    """Give the same with a name for its words, by which this session finds them again."""
    return replace(wanted, find=name_for(visitor.token, wanted.typed) if wanted.typed else "")


def _check(wanted: Asked) -> None:
    """Refuse to give everything where the words of a search are not known any more."""
    if wanted.lost:
        raise NotFound("The words of this search are not kept any more. Type them again.").keyed("list.find.lost")


def _head(visitor: Visitor, name: str) -> str:
    return say(visitor.language, f"list.column.{name}")


def _look(hand: Inside, visitor: Visitor) -> Look:
    return Look(hand.doors.rules, visitor.language, moments(hand))


async def _page(
    hand: Inside, visitor: Visitor, wanted: Asked, status: int = 200, *, only_rows: bool = False, wrong: str | None = None,
    address: str | None = None,
) -> Response:  # fmt: skip
    look, at = _look(hand, visitor), moments(hand)

    def read(connection: Connection) -> Seen:
        found = Page(()) if wanted.lost else listed(connection, wanted, at, ROWS, wanted.cursor)
        rows = Page(tuple(row_of(each, look) for each in found.items), found.next)
        if only_rows:
            return Seen(rows)
        return Seen(rows, sum(count_active(connection).values()), _views(visitor, views_of(connection, visitor.account or "")))

    def draw(seen: Seen) -> str:
        values = {"asked": wanted, "rows": seen.rows, "sorts": IN_CLOSED if wanted.closed else get_args(Sort)}
        if only_rows:
            return render("request_rows.html", t=partial(say, visitor.language), language=visitor.language, **values)
        return render(
            "requests.html", **shell(hand, visitor.language, visitor, "requests", visitor.token), **values, wrong=wrong, views=seen.views,
            columns=COLUMNS, total=seen.total, several=OFFERED,
        )  # fmt: skip

    headers = {"HX-Trigger-After-Swap": "found"} | ({"HX-Push-Url": address} if address else {}) if only_rows else None
    return HTMLResponse(await hand.make(read, draw), status, headers)


def _views(visitor: Visitor, views: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Give the names of saved lists, and the address of each: words stand in none."""
    return tuple(
        (name, f"/requests/views/{name_for(visitor.token, name)}" if "q=" in query else f"/requests?{query}") for name, query in views
    )


def _names(connection: Connection) -> dict[str, dict[str, str]]:
    return {
        "desk": {each.code: each.name for each in desks(connection, MOST).items},
        "partner": {each.code: each.name for each in partners(connection, MOST).items},
    }


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what it is called, how many there are, and the address that chooses it or drops it again."""

    name: str
    count: int | None
    query: str
    chosen: bool


def _facets(wanted: Asked, visitor: Visitor, counts: Counts | None, names: dict[str, dict[str, str]]) -> dict[str, object]:
    language = visitor.language
    sources = sorted(set(SOURCES) | set(counts.of["source"] if counts else ()))
    named = names | {
        "state": {} if wanted.closed else {state: state_words(language, State(state)) for state in STATES},
        "source": {source: source_words(language, source) for source in sources},
        "age": {age: say(language, f"list.age.{age}") for age in get_args(Age)},
        "flag": {} if wanted.closed else {flag: say(language, f"list.flag.{flag}") for flag in get_args(Flag)},
    }
    found = {facet: _choices(wanted, facet, None if counts is None else counts.of.get(facet), named[facet]) for facet in CHOICES}
    return {"facets": found, "total": None if counts is None else counts.total, "most": SHOWN_FACET, "asked": wanted}


def _choices(wanted: Asked, facet: str, counts: dict[str, int] | None, names: dict[str, str]) -> list[Choice]:
    """Give the values of a facet: those there are, the most frequent first; what has an order of its own keeps it."""
    chosen = getattr(wanted, facet)
    values = list(names) if counts is None else list(counts)
    if chosen is not None and chosen not in values:
        values.append(chosen)
    if facet in ("state", "age", "flag"):
        order = [value for value in names if value in values]
    else:
        order = sorted(values, key=lambda value: (value != chosen, -(counts or {}).get(value, 0), names.get(value, value)))
    return [
        Choice(names.get(value, value), None if counts is None else counts.get(value, 0), _toggled(wanted, facet, value), value == chosen)
        for value in order
    ]


def _toggled(wanted: Asked, facet: str, value: str) -> str:
    return wanted.query(**{facet: None if getattr(wanted, facet) == value else value})
