"""Worklists: what is to be done with books, each row saying what, with the button that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.core.calendar import end_of_day, local_day
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.flows.act_on_request import see_at_desk
from hub.flows.manage_requests import clear_exception
from hub.store.digests import resend as resend_digest
from hub.store.notices import resend
from hub.store.pages.books import DeskView, desks
from hub.store.pages.cursor import Page
from hub.store.pages.work import DigestView, ExceptionView, NoticeView, exceptions, failed_digests, notices
from hub.store.pages.worklists import LISTS, MOST, Chore, Span, chores_of, tally, worklist
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection as Writer
from hub.web.asked import moments
from hub.web.inside import Hand, Inside
from hub.web.one_request import do_act, site_for
from hub.web.requests_shown import Look
from hub.web.shell import in_words, page
from hub.web.templating import render
from hub.web.visitor import Sharing, SharingChanges, Visitor, fields_of
from hub.web.words import PAGES, say
from hub.web.work_shown import DEEDS, ORDER, row_of

router = APIRouter(include_in_schema=False)

MOST_PLACES = 500
LONGEST_NOTE = 2000


@router.get("/worklists")
async def every(hand: Hand, visitor: Sharing) -> Response:
    """Show all worklists with how much there is on each."""
    counts = await hand.read(partial(tally, span=span_of(hand)))
    return page(hand, visitor, "work.html", "work", counts=counts, order=ORDER)


@router.get("/worklists/exceptions")
async def every_exception(hand: Hand, visitor: Sharing, request: Request) -> Response:
    """Show what scans left to be looked at."""
    cursor = request.query_params.get("cursor")
    words = site_for(hand, visitor).words

    def read(connection: Connection) -> tuple[Any, dict[str, str]]:
        return exceptions(connection, MOST, cursor, words=words), _names(desks(connection, MOST_PLACES).items)

    found, names = await hand.read(read)
    look = _look(hand, visitor)
    values: dict[str, Any] = {
        "found": found,
        "names": names,
        "look": look,
        "kinds": _kinds(visitor, found.items),
        "counts": await _counts(hand),
    }
    return page(hand, visitor, "work_exceptions.html", "work", name="exceptions", order=ORDER, **values)


@router.get("/worklists/notices")
async def failed_notices(hand: Hand, visitor: Sharing, request: Request) -> Response:
    """Show letters that could not be delivered, with the mail server's words."""
    cursor = request.query_params.get("cursor")

    def read(connection: Connection) -> tuple[Page[NoticeView], tuple[DigestView, ...]]:
        return notices(connection, MOST, cursor, state="failed"), failed_digests(connection)

    found, digests = await hand.read(read)
    values: dict[str, Any] = {
        "found": found,
        "digests": digests,
        "today": _today(hand),
        "look": _look(hand, visitor),
        "types": _types(visitor, found.items),
        "counts": await _counts(hand),
    }
    return page(hand, visitor, "work_notices.html", "work", name="notices", order=ORDER, **values)


@router.post("/worklists/exceptions/clear")
async def clear(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Mark an exception as dealt with."""
    given = await fields_of(request)
    key, note = given.get("exception", ""), " ".join(given.get("note", "").split())[:LONGEST_NOTE] or None
    wrong = None
    try:
        if not (key.isascii() and key.isdecimal() and len(key) < 18):
            raise NotFound("There is no such exception.").keyed("work.exception.none")
        hand.doors.write(partial(clear_exception, key=int(key), note=note, actor=visitor.account or "", now=hand.doors.now()))
    except Conflict:
        wrong = say(visitor.language, "work.exception.cleared")
    except HubError as error:
        wrong = in_words(error, visitor.language)
    if "hx-request" not in request.headers:
        return RedirectResponse("/worklists/exceptions", 303)
    id = f"chore-{key}" if wrong is None or key.isdecimal() else "chore"
    return _row(visitor, "work_done.html", id=id, said=wrong or say(visitor.language, "work.exception.done"), good=wrong is None)


@router.post("/worklists/notices/resend")
async def send_again(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Let a letter that failed leave once more."""
    given = await fields_of(request)
    key, wrong = given.get("notice", ""), None
    try:
        if not (key.isascii() and key.isdecimal() and len(key) < 18):
            raise NotFound("There is no such letter.").keyed("work.notices.none")
        hand.doors.write(partial(resend, key=int(key), now=hand.doors.now(), actor=visitor.account or "staff"))
    except NotFound:
        wrong = say(visitor.language, "work.notices.none")
    except Conflict:
        wrong = say(visitor.language, "work.notices.not-now")
    if "hx-request" not in request.headers:
        return RedirectResponse("/worklists/notices", 303)
    id = f"chore-{key}" if key.isdecimal() else "chore"
    return _row(visitor, "work_done.html", id=id, said=wrong or say(visitor.language, "work.notices.done"), good=wrong is None)


@router.post("/worklists/notices/digest")
async def send_digest_again(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Let today's mail to a desk or partner, which failed, leave once more; one of an earlier day is followed by the next at its time."""
    about, wrong = (await fields_of(request)).get("about", "")[:100], None
    try:
        hand.doors.write(partial(resend_digest, about=about, day=_today(hand), now=hand.doors.now()))
    except Conflict:
        wrong = say(visitor.language, "work.digest.not-now")
    if "hx-request" not in request.headers:
        return RedirectResponse("/worklists/notices", 303)
    return _row(visitor, "work_done.html", id="chore-digest", said=wrong or say(visitor.language, "work.digest.done"), good=wrong is None)


@router.get("/worklists/{worklist}")
async def one(hand: Hand, visitor: Sharing, worklist: str, request: Request) -> Response:
    """Show one worklist."""
    return await _page(hand, visitor, worklist, request.query_params.get("desk") or None)


@router.post("/worklists/{worklist}/do")
async def do(hand: Hand, visitor: SharingChanges, worklist: str, request: Request) -> Response:
    """Do what a row says, unless somebody was faster."""
    given = await fields_of(request)
    named, deed = given.get("request", ""), given.get("deed", "")
    said, wrong = "", None
    try:
        if worklist not in LISTS or deed not in DEEDS:
            raise NotFound(f"There is no such work: {worklist!r}, {deed!r}.").keyed("work.none")
        if deed in ("scan", "scan-rs"):
            said = await _see(hand, visitor, named, given)
        else:
            do_act(hand, visitor, named, deed, {key: given[key] for key in ("version", "piece", "note") if key in given})
            said = say(visitor.language, f"act.done.{deed}")
    except HubError as error:
        wrong = in_words(error, visitor.language)
    if "hx-request" not in request.headers:
        return await _page(hand, visitor, worklist, None, wrong=wrong, done=said or None)
    return await _row_after(hand, visitor, worklist, named, given, said, wrong)


def span_of(hand: Inside) -> Span:
    """Give the moments of the lists, by the site's policy."""
    rules, at = hand.doors.rules, moments(hand)
    today = local_day(at.now, rules.zone)
    due = end_of_day(today + timedelta(days=rules.telling.usual.due_soon_days), rules.zone)
    return Span(at.now, today.isoformat(), at.soon, due, at.late)


async def _see(hand: Inside, visitor: Visitor, named: str, given: dict[str, str]) -> str:
    """Take the book as seen at the desk where the row says it is, and give what a scan there would have said."""
    at = await hand.read(partial(_desk_at, named=named, resource_sharing=given.get("deed") == "scan-rs"))
    if at is None:
        raise Conflict("There is no resource-sharing desk.").keyed("work.no-desk")

    def see(connection: Writer) -> str:
        desk = ScanStore(connection).desk(at)
        assert desk is not None  # noqa: S101 - it was read a moment ago, and desks stay
        told = see_at_desk(
            connection, site_for(hand, visitor), named, piece=_number(given, "piece"), desk=replace(desk, language=None),
            actor=visitor.account or "", version=_number(given, "version"), now=hand.doors.now(),
        )  # fmt: skip
        return told.message

    return hand.doors.write(see)


def _number(given: dict[str, str], name: str) -> int:
    said = given.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Invalid("The page did not say which version was looked at.").keyed("act.version")
    return int(said)


def _desk_at(connection: Connection, named: str, *, resource_sharing: bool) -> str | None:
    found = chores_of(connection, named)
    if not found:
        raise NotFound(f"There is no request {named}.").keyed("not-there.request", request=named)
    places = [desk.code for desk in desks(connection, MOST_PLACES).items if desk.resource_sharing]
    here = found[0].pickup_desk
    return here if not resource_sharing or here in places else next(iter(places), None)


@dataclass(frozen=True, slots=True)
class Found:
    """What a list shows."""

    chores: tuple[Chore, ...]
    counts: dict[str, int]
    desks: tuple[DeskView, ...]


async def _page(
    hand: Inside, visitor: Visitor, name: str, desk: str | None, *, wrong: str | None = None, done: str | None = None
) -> Response:  # fmt: skip
    if name not in LISTS:
        return page(hand, visitor, "not_there.html", "work", 404, why=say(visitor.language, "not-there.work"), back="/worklists")
    span = span_of(hand)

    def read(connection: Connection) -> Found:
        return Found(worklist(connection, name, span, desk), tally(connection, span), desks(connection, MOST_PLACES).items)

    found = await hand.read(read)
    rows = [row_of(each, name, _look(hand, visitor), span) for each in found.chores[:MOST]]
    values = {"rows": rows, "counts": found.counts, "order": ORDER, "more": len(found.chores) > MOST, "most": MOST}
    places = [each for each in found.desks if each.pickup]
    return page(
        hand, visitor, "work_list.html", "work", 200 if wrong is None else 409, name=name, desk=desk, shelves=places, wrong=wrong,
        done=done, **values,
    )  # fmt: skip


async def _row_after(
    hand: Inside, visitor: Visitor, name: str, named: str, given: dict[str, str], said: str, wrong: str | None
) -> Response:  # fmt: skip
    """Give the row as it is now: done, or what somebody else did to it meanwhile."""
    piece = given.get("piece", "")
    id = f"chore-{named}-{piece}"
    if wrong is None:
        return _row(visitor, "work_done.html", id=id, said=said, good=True)
    found = await hand.read(partial(chores_of, request_id=named)) if name in LISTS else ()
    row = next((row_of(each, name, _look(hand, visitor), span_of(hand)) for each in found if str(each.piece or "") == piece), None)
    if row is None:
        return _row(visitor, "work_done.html", id=id, said=wrong, good=False)
    return _row(visitor, "work_row.html", row=row, name=name, wrong=wrong)


def _row(visitor: Visitor, template: str, **values: object) -> Response:
    return HTMLResponse(render(template, t=partial(say, visitor.language), language=visitor.language, token=visitor.token, **values))


def _today(hand: Inside) -> date:
    return local_day(hand.doors.now(), hand.doors.rules.zone)


def _look(hand: Inside, visitor: Visitor) -> Look:
    return Look(hand.doors.rules, visitor.language, moments(hand))


async def _counts(hand: Inside) -> dict[str, int]:
    return await hand.read(partial(tally, span=span_of(hand)))


def _names(places: Sequence[DeskView]) -> dict[str, str]:
    return {desk.code: desk.name for desk in places}


def _kinds(visitor: Visitor, found: Sequence[ExceptionView]) -> dict[str, str]:
    return {each.kind: PAGES[visitor.language].get(f"exception.{each.kind}", each.kind) for each in found}


def _types(visitor: Visitor, found: Sequence[NoticeView]) -> dict[str, str]:
    return {each.type: PAGES[visitor.language].get(f"notice.{each.type}", each.type) for each in found}
