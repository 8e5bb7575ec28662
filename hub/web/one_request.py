"""One request: its page with all that happened to it, the panel beside the list, and what staff do to it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broker.messages import Reply
from hub.core.acts import ACTS, OF_STAFF, Act
from hub.core.request import Reason, State
from hub.core.seen import Site
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.flows.act_on_request import act_on_request, changed_meanwhile
from hub.store.pages.books import DeskView, StationView, desks, stations
from hub.store.pages.history import History, history_of
from hub.store.pages.request_list import Listed, exceptions_of
from hub.store.pages.requests import RequestView, one_request
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection as Writer
from hub.web.api.act_bodies import BODIES, ActBody
from hub.web.asked import moments
from hub.web.inside import Hand, Inside
from hub.web.receiving import ReceiveBody, receive_at
from hub.web.requests_shown import Look, cells
from hub.web.shell import in_words, page
from hub.web.slips_shown import request_slip
from hub.web.templating import render
from hub.web.time_line import Line, time_line
from hub.web.visitor import Sharing, SharingChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(include_in_schema=False)

MOST = 500
AT_ONCE = 50
"""Slips printed at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that is shown of one request."""

    listed: Listed
    history: History
    desks: tuple[DeskView, ...]
    stations: tuple[StationView, ...]

    @property
    def view(self) -> RequestView:
        """Give the request itself."""
        return self.listed.view


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of what was just tried; what was refused stays as it was typed."""

    done: str | None = None
    wrong: str | None = None
    reply: Reply | None = None
    tried: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Give how it is answered."""
        return 200 if self.wrong is None else 409

    def values(self) -> dict[str, Any]:
        """Give it as a template reads it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@router.get("/request/{request_id}")
async def look_at(hand: Hand, visitor: Sharing, request_id: str, request: Request) -> Response:
    """Show one request."""
    try:
        return await _page(hand, visitor, request_id, Told(done=_done(visitor, request.query_params.get("done"))))
    except NotFound:
        why = say(visitor.language, "not-there.request", request=request_id)
        return page(hand, visitor, "not_there.html", "requests", 404, why=why, back="/requests")


@router.get("/request/{request_id}/panel")
async def panel(hand: Hand, visitor: Sharing, request_id: str) -> Response:
    """Show what can be done to one request, beside the list."""
    return await _panel(hand, visitor, request_id, Told())


@router.get("/requests/slips")
async def slips(hand: Hand, visitor: Sharing, request: Request) -> Response:
    """Show request slips as they are printed, each with its bars."""
    named = request.query_params.getlist("id")[:AT_ONCE]
    look = Look(hand.doors.rules, visitor.language, moments(hand))
    found = [await hand.read(partial(one_request, request_id=each)) for each in named]
    return page(hand, visitor, "slips.html", "requests", slips=[request_slip(each, look) for each in found])


@router.post("/request/{request_id}/receive")
async def receive(hand: Hand, visitor: SharingChanges, request_id: str, request: Request) -> Response:
    """Receive its item: the slip, then the barcode, as if scanned at the station that was chosen."""
    given = await fields_of(request)
    refused = partial(Told, tried="receive", typed=given)
    try:
        check_version(hand, visitor, request_id, given)
        body = ReceiveBody(station=given.get("station", ""), barcode=given.get("barcode", "").strip(), scan_id=hand.doors.new_id())
        reply = receive_at(hand.doors, request_id, body)
    except ValidationError:
        return await _answer(hand, visitor, request_id, request, refused(wrong=say(visitor.language, "act.receive.unfit")))
    except HubError as error:
        return await _answer(hand, visitor, request_id, request, refused(wrong=in_words(error, visitor.language)))
    return await _answer(hand, visitor, request_id, request, Told(reply=reply))


@router.post("/request/{request_id}/{act}")
async def do(hand: Hand, visitor: SharingChanges, request_id: str, act: str, request: Request) -> Response:
    """Do it, unless somebody was faster: then say what they did."""
    given = await fields_of(request)
    try:
        do_act(hand, visitor, request_id, act, given)
    except HubError as error:
        return await _answer(hand, visitor, request_id, request, Told(wrong=in_words(error, visitor.language), tried=act, typed=given))
    return await _answer(hand, visitor, request_id, request, Told(done=_done(visitor, act), tried=act))


def do_act(hand: Inside, visitor: Visitor, request_id: str, act: str, given: dict[str, str]) -> None:
    """Do what the fields of a form say; a HubError says why not."""
    body = body_of(visitor, act, given)
    write = partial(
        act_on_request, site=site_for(hand, visitor), named=request_id, wish=body.wish(Act(act)), actor=body.actor, version=body.version,
        now=hand.doors.now(),
    )  # fmt: skip
    hand.doors.write(write)


def body_of(visitor: Visitor, act: str, given: dict[str, str]) -> ActBody:
    """Give what the fields of a form say; a HubError says what is wrong with them."""
    if act not in OF_STAFF:
        raise NotFound(f"Nobody can do {act!r} to a request.").keyed("act.unknown")
    kind = BODIES[Act(act)]
    told: dict[str, Any] = {
        name: given[name] for name in kind.model_fields if given.get(name, "").strip() and name not in ("actor", "volumes")
    }
    if "volumes" in kind.model_fields and given.get("volumes", "").strip():
        told["volumes"] = tuple(line for line in given["volumes"].splitlines() if line.strip())
    try:
        body = kind(**told, actor=visitor.account or "")
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        raise Invalid("A field is not as it should be.").keyed("act.unfit", field=say(visitor.language, f"act.field.{place[0]}")) from None
    if body.version is None:
        raise Invalid("The page did not say which version was looked at.").keyed("act.version")
    return body


def site_for(hand: Inside, visitor: Visitor) -> Site:
    """Give the site's rules in the words of the page: what is refused is said in the language of who asked."""
    return replace(hand.doors.rules, language=visitor.language)


def check_version(hand: Inside, visitor: Visitor, request_id: str, given: dict[str, str]) -> None:
    """Raise Conflict where the request is another than the one that was looked at. What follows on the loop happens to the same one."""
    said = given.get("version", "")
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Invalid("The page did not say which version was looked at.").keyed("act.version")

    def check(connection: Writer) -> None:
        request = ScanStore(connection).request_by_id(request_id)
        if request is None:
            raise NotFound(f"There is no request {request_id}.")
        if request.version != int(said):
            raise Conflict(changed_meanwhile(connection, site_for(hand, visitor), request, hand.doors.now()))

    hand.doors.write(check)


def offered(view: RequestView) -> list[Act]:
    """Give the acts that may fit a request as it is; each is decided when it is done."""
    open_ = {piece.state for piece in view.pieces if piece.closed_at is None}
    states = open_ | ({State.REQUESTED} if view.state is State.REQUESTED else set())
    if view.state is State.CLOSED:
        states = {State.CLOSED} if view.pieces else set()
    fitting = {row.act for row in ACTS if row.was in states}
    return [act for act in OF_STAFF if act in fitting and not (act is Act.PIECES and view.state is State.CLOSED)]


async def _answer(hand: Inside, visitor: Visitor, request_id: str, request: Request, told: Told) -> Response:
    if "hx-request" in request.headers:
        return await _panel(hand, visitor, request_id, told, changed=told.wrong is None)
    if told.done is not None:
        return RedirectResponse(f"/request/{request_id}?done={told.tried}", 303)
    return await _page(hand, visitor, request_id, told)


def _done(visitor: Visitor, act: str | None) -> str | None:
    return say(visitor.language, f"act.done.{act}") if act in OF_STAFF or act == "create" else None


def _found(connection: Connection, request_id: str) -> Found:
    view = one_request(connection, request_id)
    return Found(
        Listed(view, exceptions_of(connection, request_id)), history_of(connection, request_id), desks(connection, MOST).items,
        stations(connection, MOST).items,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What the forms of a request offer."""

    acts: tuple[Act, ...]
    may_receive: bool
    stations: tuple[str, ...]
    pickups: tuple[DeskView, ...]
    places: tuple[DeskView, ...]
    reasons: tuple[Reason, ...] = (Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF)


def _form(found: Found) -> Form:
    receiving = {desk.code for desk in found.desks if desk.resource_sharing}
    at = sorted(
        (station for station in found.stations if station.desk in receiving), key=lambda station: (not station.online, station.name)
    )
    return Form(
        tuple(offered(found.view)), found.view.state is State.REQUESTED, tuple(station.name for station in at),
        tuple(desk for desk in found.desks if desk.pickup and desk.active and desk.code != found.view.pickup_desk), found.desks,
    )  # fmt: skip


def _values(found: Found, look: Look) -> dict[str, Any]:
    lines: tuple[Line, ...] = time_line(found.history, look, {desk.code: desk.name for desk in found.desks})
    words = look.site.languages[look.language]
    return {
        "view": found.view, "cells": cells(found.listed, look), "offers": _form(found), "lines": lines,
        "todo": [words.todo[kind] for kind in found.listed.todo if kind in words.todo], "look": look, "words": words,
    }  # fmt: skip


async def _panel(hand: Inside, visitor: Visitor, request_id: str, told: Told, *, changed: bool = False) -> Response:
    look = Look(hand.doors.rules, visitor.language, moments(hand))

    def draw(found: Found) -> str:
        shared = {"t": partial(say, visitor.language), "language": visitor.language, "token": visitor.token, "in_panel": True}
        return render("panel.html", **shared, **told.values(), **_values(found, look))

    headers = {"HX-Trigger": "changed"} if changed else None
    return HTMLResponse(await hand.make(partial(_found, request_id=request_id), draw), told.status, headers)


async def _page(hand: Inside, visitor: Visitor, request_id: str, told: Told) -> Response:
    look = Look(hand.doors.rules, visitor.language, moments(hand))
    found = await hand.read(partial(_found, request_id=request_id))
    return page(hand, visitor, "request.html", "requests", told.status, **_values(found, look), **told.values(), in_panel=False)
