"""The pages of desks, for admins: names, roles, shelves, hours, closed days. A desk of the settings file is shown and changed there."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.core.calendar import local_day
from hub.core.commands import USUAL, Command
from hub.core.desk import Desk
from hub.core.opening import ALWAYS, WEEKDAYS, Opening, read
from hub.core.patron_list import PHONE
from hub.errors import HubError, Invalid
from hub.file_desks import AHEAD, BEHIND
from hub.flows.keep_books import add_desk, change_what_is_said, close_desk_on
from hub.store.pages.books import DeskView, desks, one_desk
from hub.web.admin_partners import LONGEST, named
from hub.web.inside import Hand, Inside
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import NAMES, say

router = APIRouter(prefix="/admin", include_in_schema=False)

MOST = 500
CODE, PREFIX = re.compile(r"[a-z0-9-]{1,40}"), re.compile(r"[A-Za-z0-9-]{0,8}")
MOST_SLOTS = 100_000
EMPTY = dict.fromkeys(("name", "language", "shelf_prefix", "shelf_slots", "closed", "address", "phone", "opening_text"), "")
DONE = ("added", "changed", "closed")


@router.get("/desks")
async def every(hand: Hand, visitor: Admin) -> Response:
    """Show all desks."""
    return await _every(hand, visitor)


@router.post("/desks/add")
async def add(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Add a desk; everything else of it is said on its own page."""
    given = await fields_of(request)
    code = given.get("code", "").strip().lower()
    try:
        if CODE.fullmatch(code) is None:
            raise Invalid("A code has small letters, digits and dashes, at most 40.").keyed("desk.wrong.code")
        name = named(" ".join(given.get("name", "").split()))
        desk = Desk(code, name, "resource_sharing" in given, "pickup" in given)
        _check_role(desk.resource_sharing, desk.pickup)
        hand.doors.write(partial(add_desk, desk=desk))
    except HubError as error:
        return await _every(hand, visitor, 422, wrong=in_words(error, visitor.language), typed=given)
    return RedirectResponse(f"/admin/desks/{code}?done=added", 303)


@router.get("/desks/{desk}")
async def one(hand: Hand, visitor: Admin, desk: str, request: Request) -> Response:
    """Show one desk."""
    asked = request.query_params
    done = asked.get("done")
    counts = {name: _number(asked.get(name, "")) for name in ("days", "passed")}
    said = say(visitor.language, f"desk.done.{done}", **counts) if done in DONE else None
    return await _one(hand, visitor, desk, done=said)


@router.post("/desks/{desk}/set")
async def change(hand: Hand, visitor: AdminChanges, desk: str, request: Request) -> Response:
    """Change what is known of a desk; its stations hear a new name."""
    given = await fields_of(request)
    try:
        for station in hand.doors.write(partial(change_what_is_said, code=desk, said=_said(given, visitor.language))):
            hand.doors.place_station(station, desk)
    except HubError as error:
        return await _one(hand, visitor, desk, 422, wrong=in_words(error, visitor.language), typed=given)
    return RedirectResponse(f"/admin/desks/{desk}?done=changed", 303)


@router.post("/desks/{desk}/calendar")
async def close_on(hand: Hand, visitor: AdminChanges, desk: str, request: Request) -> Response:
    """Close a desk on the whole-day events of a calendar, from a month ago to two years ahead."""
    text = (await fields_of(request)).get("calendar", "")
    # Imported here: icalendar takes 8 MiB, and most hubs never read a calendar.
    from hub.ical.closed_days import closed_days

    today = local_day(hand.doors.now(), hand.doors.rules.zone)
    try:
        # A calendar of thousands of events takes seconds to read: in a thread, so that scans are taken meanwhile.
        found = await asyncio.to_thread(closed_days, text, today - BEHIND, today + AHEAD)
        days = tuple(each.day for each in found.days)
        if not days:
            raise Invalid("This calendar has no whole-day event in the next two years.").keyed("desk.wrong.calendar")
        hand.doors.write(partial(close_desk_on, code=desk, days=days))
    except HubError as error:
        return await _one(hand, visitor, desk, 422, wrong=in_words(error, visitor.language), calendar=text)
    return RedirectResponse(f"/admin/desks/{desk}?done=closed&days={len(days)}&passed={found.ignored}", 303)


def _said(given: dict[str, str], language: str) -> dict[str, Any]:
    """Give what a form says of a desk; Invalid names the field that cannot be kept."""
    prefix, slots = given.get("shelf_prefix", ""), given.get("shelf_slots", "")
    if PREFIX.fullmatch(prefix) is None:
        raise Invalid("The letters of the shelf are at most 8 letters, digits or dashes.").keyed("desk.wrong.prefix")
    if not 1 <= _number(slots) <= MOST_SLOTS:
        raise Invalid("The places on the shelf are a number from 1 to 100,000.").keyed("desk.wrong.slots")
    spoken = given.get("language") or None
    if spoken is not None and spoken not in NAMES:
        raise Invalid("There is no such language.").keyed("desk.wrong.language")
    sharing, pickup = "resource_sharing" in given, "pickup" in given
    _check_role(sharing, pickup)
    commands = frozenset(command.value for command in Command if f"command-{command}" in given)
    return _for_letters(given) | {
        "name": named(" ".join(given.get("name", "").split())),
        "resource_sharing": sharing,
        "pickup": pickup,
        "active": "active" in given,
        "shelf_prefix": prefix,
        "shelf_slots": _number(slots),
        "language": spoken,
        "commands": None if commands == {command.value for command in USUAL} else commands,
        "opening": _opening(given, language),
    }


def _for_letters(given: dict[str, str]) -> dict[str, str | None]:
    address = given.get("address", "").replace("\r\n", "\n").strip()
    phone, opening = (" ".join(given.get(name, "").split()) for name in ("phone", "opening_text"))
    if phone and PHONE.fullmatch(phone) is None:
        raise Invalid("This is no phone number.").keyed("desk.wrong.phone")
    for name, text in (("address", address), ("opening-text", opening)):
        if len(text) > LONGEST or not all(sign.isprintable() or sign == "\n" for sign in text):
            raise Invalid("This has too many characters, or some that cannot be seen.").keyed(f"desk.wrong.{name}")
    return {"address": address or None, "phone": phone or None, "opening_text": opening or None}


def _check_role(sharing: bool, pickup: bool) -> None:
    if not sharing and not pickup:
        raise Invalid("A desk has a role: resource sharing, pick-up or both.").keyed("desk.wrong.role")


def _opening(given: dict[str, str], language: str) -> Opening:
    week = None if "always" in given else {day: _ranges(day, given.get(f"hours-{day}", ""), language) for day in WEEKDAYS}
    if week is not None and not any(week.values()):
        raise Invalid("The hours leave no weekday open.").keyed("desk.wrong.week")
    closed = [_closed(text) for text in re.split(r"[\s,;]+", given.get("closed", "")) if text]
    return read({"closed": closed} if week is None else {"hours": week, "closed": closed}) if week or closed else ALWAYS


def _ranges(day: str, text: str, language: str) -> list[str]:
    ranges = [each.strip().replace("\u2013", "-").replace(" ", "") for each in text.split(",") if each.strip()]
    try:
        read({"hours": {day: ranges or ["00:00-00:01"]}})
    except ValueError:
        places = {"day": say(language, f"desk.day.{day}"), "text": text}
        raise Invalid(f"The hours of {day} cannot be read.").keyed("desk.wrong.hours", **places) from None
    return ranges


def _closed(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no date.").keyed("desk.wrong.date", text=text) from None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _typed(view: DeskView) -> dict[str, str]:
    """Give a desk as the fields of its form."""
    told = {"name": view.name, "shelf_prefix": view.shelf_prefix, "shelf_slots": str(view.shelf_slots), "language": view.language or ""}
    told |= {name: getattr(view, name) or "" for name in ("address", "phone", "opening_text")}
    told |= {name: "on" for name in ("resource_sharing", "pickup", "active") if getattr(view, name)}
    commands = [command.value for command in USUAL] if view.commands is None else view.commands
    told |= {f"command-{command}": "on" for command in commands}
    opening = view.opening or {}
    if opening.get("hours") is None:
        told["always"] = "on"
    told |= {f"hours-{day}": ", ".join(ranges) for day, ranges in (opening.get("hours") or {}).items()}
    return told | {"closed": "\n".join(opening.get("closed", ()))}


async def _every(
    hand: Inside, visitor: Visitor, status: int = 200, *, wrong: str | None = None, typed: dict[str, str] | None = None
) -> Response:  # fmt: skip
    found = await hand.read(partial(desks, limit=MOST))
    shown = {"code": "", "name": ""} | (typed or {"pickup": "on"})
    return page(hand, visitor, "admin_desks.html", "admin", status, at="desks", found=found.items, wrong=wrong, typed=shown)


async def _one(
    hand: Inside,
    visitor: Visitor,
    code: str,
    status: int = 200,
    *,
    wrong: str | None = None,
    done: str | None = None,
    typed: dict[str, str] | None = None,
    calendar: str = "",
) -> Response:
    view = await hand.read(partial(one_desk, code=code))
    values = {"desk": view, "typed": EMPTY | (typed or _typed(view)), "days": WEEKDAYS, "commands": list(Command)}
    return page(hand, visitor, "admin_desk.html", "admin", status, at="desks", wrong=wrong, done=done, calendar=calendar, **values)
