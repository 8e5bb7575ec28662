"""One act on several requests: ticked in the list, looked at before it is done, and done each by itself with its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from hub.core.acts import OF_STAFF, Act
from hub.core.decide_act import Change
from hub.core.request import Reason, State
from hub.errors import HubError, Invalid
from hub.flows.act_on_request import act_on_request, look_ahead
from hub.store.pages.books import DeskView, desks
from hub.store.pages.requests import one_request
from hub.store.sql import Connection as Writer
from hub.web.api.act_bodies import ActBody
from hub.web.asked import CHOICES, moments
from hub.web.inside import Hand, Inside
from hub.web.one_request import body_of, site_for
from hub.web.requests_shown import Look
from hub.web.shell import in_words, page
from hub.web.visitor import MOST_FIELDS, SharingChanges, Visitor
from hub.web.words import say

router = APIRouter(prefix="/requests/several", include_in_schema=False)

OF_SEVERAL = tuple(act for act in OF_STAFF if act not in (Act.FOUND, Act.PIECES))
"""Where something was found, and of how many pieces it is, is said of one request at a time."""
SLIPS = "slips"
OFFERED = (SLIPS, *OF_SEVERAL)
MOST = 50
"""A page of the list."""
MOST_DESKS = 500
AT_A_TIME = 5
"""Looked at between two scans."""
ASKED_FIRST = {Act.CHANGE_PICKUP.value: "pickup_desk", Act.REACTIVATE.value: "note"}
"""What must be said before anything can be looked at."""
REASONS = (Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A request as it was ticked."""

    request_id: str
    version: str


@dataclass(frozen=True, slots=True)
class Row:
    """A request, and what follows or why not."""

    ticked: Ticked
    title: str
    now: str
    follows: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form brought."""

    act: str
    ticked: tuple[Ticked, ...]
    fields: dict[str, str]
    back: str


@router.post("")
async def preview(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Show what would follow for each; slips are shown as they are printed."""
    sent = await _sent(request)
    if (wrong := _wrong(sent)) is not None:
        return await _page(hand, visitor, sent, (), 422, wrong=in_words(wrong, visitor.language))
    if sent.act == SLIPS:
        return RedirectResponse(f"/requests/slips?{urlencode([('id', each.request_id) for each in sent.ticked])}", 303)
    if not sent.fields.get(ASKED_FIRST.get(sent.act, "act"), "").strip():
        return await _page(hand, visitor, sent, ())
    try:
        rows = await _each(hand, visitor, sent, _look)
    except Invalid as error:
        return await _page(hand, visitor, sent, (), 422, wrong=in_words(error, visitor.language))
    return await _page(hand, visitor, sent, rows)


@router.post("/do")
async def do(hand: Hand, visitor: SharingChanges, request: Request) -> Response:
    """Do it to each that it fits, and say of each what was done."""
    sent = await _sent(request)
    try:
        if (wrong := _wrong(sent)) is not None or sent.act == SLIPS:
            raise wrong or Invalid("Slips are not done.").keyed("several.unknown")
        rows = await _each(hand, visitor, sent, _do)
    except Invalid as error:
        return await _page(hand, visitor, sent, (), 422, wrong=in_words(error, visitor.language))
    return await _page(hand, visitor, sent, rows, done=True)


async def _sent(request: Request) -> Sent:
    body = (await request.body()).decode("utf-8", "replace")
    found = parse_qs(body, keep_blank_values=True) if body.count("&") < MOST_FIELDS else {}
    fields = {name: values[0] for name, values in found.items()}
    ticked = [Ticked(*each.rpartition(":")[::2]) for each in found.get("id", ())]
    known = {"find", "scope", "sort", "cols", "cursor", *CHOICES}
    back = urlencode([(name, value) for name, value in parse_qsl(fields.get("back", "")) if name in known])
    return Sent(fields.get("act", ""), tuple(dict.fromkeys(ticked)), {"reason": Reason.CANCELLED_BY_STAFF} | fields, back)


def _wrong(sent: Sent) -> Invalid | None:
    if sent.act not in OFFERED:
        return Invalid("There is no such act for several requests.").keyed("several.unknown")
    if not 0 < len(sent.ticked) <= MOST:
        return Invalid(f"Tick at least one request, and at most {MOST} at once.").keyed("several.one", most=str(MOST))
    return None


async def _each(hand: Inside, visitor: Visitor, sent: Sent, work: Any) -> tuple[Row, ...]:
    """Work on each by itself; Invalid where the fields of the act are not as they should be. Scans are taken between them."""
    rows: list[Row] = []
    fields = sent.fields
    for number, ticked in enumerate(sent.ticked):
        body = body_of(visitor, sent.act, fields | {"version": ticked.version})
        row = (await _as_they_are(hand, visitor, replace(sent, ticked=(ticked,))))[0]
        try:
            change: Change = hand.doors.write(partial(work, hand=hand, visitor=visitor, ticked=ticked, act=Act(sent.act), body=body))
            rows.append(replace(row, follows=_follows(hand, visitor, change)))
        except HubError as error:
            rows.append(replace(row, why=in_words(error, visitor.language)))
        if number % AT_A_TIME == AT_A_TIME - 1:
            await asyncio.sleep(0)
    return tuple(rows)


def _look(connection: Writer, hand: Inside, visitor: Visitor, ticked: Ticked, act: Act, body: ActBody) -> Change:
    version = body.version or 0
    return look_ahead(connection, site_for(hand, visitor), ticked.request_id, body.wish(act), version=version, now=hand.doors.now())


def _do(connection: Writer, hand: Inside, visitor: Visitor, ticked: Ticked, act: Act, body: ActBody) -> Change:
    return act_on_request(
        connection, site_for(hand, visitor), ticked.request_id, body.wish(act), actor=body.actor, version=body.version, now=hand.doors.now()
    )


async def _as_they_are(hand: Inside, visitor: Visitor, sent: Sent) -> tuple[Row, ...]:
    words = hand.doors.rules.languages[visitor.language]

    def read(connection: Connection) -> tuple[Row, ...]:
        return tuple(_row(connection, each) for each in sent.ticked)

    def _row(connection: Connection, ticked: Ticked) -> Row:
        try:
            view = one_request(connection, ticked.request_id)
        except HubError as error:
            return Row(ticked, ticked.request_id, "", why=str(error))
        return Row(ticked, view.title, f"{words.states[view.state]} · {view.pickup_name}")

    return await hand.read(read)


def _follows(hand: Inside, visitor: Visitor, change: Change) -> str:
    """Say what follows: the state, the pick-up desk, the day that counts then, the letter."""
    look = Look(hand.doors.rules, visitor.language, moments(hand))
    state = f"{look.site.languages[visitor.language].states[change.request.state]} · {change.request.pickup_name}"
    items = [one.after for one in change.moved]
    days = [item.hold_until if item.state is State.ON_HOLD_SHELF else item.due_at for item in items if item.state in DATED]
    day = min((day for day in days if day is not None), default=None)
    parts = [state if day is None else say(visitor.language, "several.until", state=state, date=look.day(day))]
    parts += [say(visitor.language, "several.letter", kind=say(visitor.language, f"letters.kind.{one.type}")) for one, _ in change.notices]
    return "; ".join(dict.fromkeys(parts))


DATED = frozenset({State.ON_HOLD_SHELF, State.CHECKED_OUT})


async def _page(
    hand: Inside, visitor: Visitor, sent: Sent, rows: Sequence[Row], status: int = 200, *, wrong: str | None = None, done: bool = False
) -> Response:
    here: tuple[DeskView, ...] = await hand.read(lambda connection: desks(connection, MOST_DESKS).items)
    values = {
        "act": sent.act if sent.act in OF_SEVERAL else "", "rows": rows or (await _as_they_are(hand, visitor, sent)), "wrong": wrong,
        "done": done, "fits": sum(row.follows is not None for row in rows), "typed": sent.fields, "reasons": REASONS, "back": sent.back,
        "pickups": tuple(desk for desk in here if desk.pickup and desk.active), "words": hand.doors.rules.languages[visitor.language],
        "looked": bool(rows) and any(row.follows or row.why for row in rows),
    }  # fmt: skip
    return page(hand, visitor, "several.html", "requests", status, **values)
