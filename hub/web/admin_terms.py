"""Other terms for the notices of a desk, of a partner, or of both: for admins. The first that fits counts, so they have an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from hub.core.notices import NoticeType
from hub.errors import HubError, Invalid, NotFound
from hub.store.pages.books import DeskView, desks, one_partner
from hub.web.admin_settings import keep, look_at
from hub.web.inside import Hand, Inside
from hub.web.setting_fields import channels_of, days_of, delays_of, hours_of, kinds_of, number_of
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of

router = APIRouter(prefix="/admin/settings/terms", include_in_schema=False)

MOST = 500
NUMBERS = ("hold_reminder_days", "due_soon_days", "together_s")
YES_OR_NO = ("open_days_only", "calendar")
Terms = list[dict[str, Any]]


@router.get("/{number}")
async def one(hand: Hand, visitor: Admin, number: int) -> Response:
    """Show the terms at a place of their order; behind the last one the form for new ones."""
    return await _page(hand, visitor, number)


@router.post("/{number}/set")
async def change(hand: Hand, visitor: AdminChanges, number: int, request: Request) -> Response:
    """Keep terms as they were typed."""
    given = await fields_of(request)
    typed = terms_in(given)

    def put(terms: Terms) -> Terms:
        return [*terms[:number], typed, *terms[number + 1 :]]

    return await _keep(hand, visitor, number, given, put, typed)


@router.post("/{number}/drop")
async def drop(hand: Hand, visitor: AdminChanges, number: int, request: Request) -> Response:
    """Take terms away: what is usual at the site holds there again."""
    return await _keep(hand, visitor, number, await fields_of(request), lambda terms: [*terms[:number], *terms[number + 1 :]])


@router.post("/{number}/first")
async def put_first(hand: Hand, visitor: AdminChanges, number: int, request: Request) -> Response:
    """Put terms before all others: where two fit, these count."""
    given = await fields_of(request)
    return await _keep(hand, visitor, number, given, lambda terms: [*terms[number : number + 1], *terms[:number], *terms[number + 1 :]])


def terms_in(given: Mapping[str, str]) -> dict[str, Any]:
    """Give what the form says otherwise than the site; what is left as at the site is left out."""
    told: dict[str, Any] = {name: given[name].strip() for name in ("desk", "partner") if given.get(name, "").strip()}
    if given.get("send-how") == "own":
        told["send"] = kinds_of("send", given)
    if delays := delays_of("delay_s", given):
        told["delay_s"] = delays
    told |= {name: number_of(given[name]) for name in NUMBERS if given.get(name, "").strip()}
    match given.get("overdue-how"):
        case "own":
            told["overdue_days"] = days_of(given.get("overdue_days", ""))
        case "never":
            told["overdue_days"] = []
    match given.get("quiet-how"):
        case "own":
            told["quiet"] = hours_of(given.get("quiet", ""))
        case "none":
            told["quiet"] = ""
    told |= {name: given[name] == "yes" for name in YES_OR_NO if given.get(name) in ("yes", "no")}
    return told | ({"channels": channels} if (channels := channels_of("channels", given)) else {})


async def _keep(
    hand: Inside, visitor: Visitor, number: int, given: dict[str, str], change: Callable[[Terms], Terms],
    typed: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    try:
        if typed is not None:
            await hand.read(partial(_check, typed=typed))
        done = await keep(hand, visitor, {"notices.at": change(_of(hand))}, given)
    except HubError as error:
        return await _page(hand, visitor, number, 422, wrong=in_words(error, visitor.language), typed=typed)
    return RedirectResponse(f"/admin/settings?done={done}#section-terms", 303)


def _of(hand: Inside) -> Terms:
    return [scope.model_dump(mode="json", exclude_none=True) for scope in hand.doors.settings.notices.at]


def _check(connection: Connection, typed: Mapping[str, Any]) -> None:
    """Refuse what would never fit a request."""
    if "desk" not in typed and "partner" not in typed:
        raise Invalid("Say for which desk or partner this is.").keyed("terms.nobody")
    if "desk" in typed and typed["desk"] not in {desk.code for desk in desks(connection, MOST).items}:
        raise Invalid("There is no such desk.").keyed("desk.wrong.none", code=str(typed["desk"]))
    if "partner" in typed:
        try:
            one_partner(connection, typed["partner"])
        except NotFound as error:
            raise Invalid(str(error)).keyed("terms.partner", code=str(typed["partner"])) from error


async def _page(
    hand: Inside, visitor: Visitor, number: int, status: int = 200, *, wrong: str | None = None, typed: Mapping[str, Any] | None = None
) -> Response:
    look, terms = await look_at(hand, visitor), _of(hand)
    if not 0 <= number <= len(terms):
        raise NotFound("There are no such terms.").keyed("terms.none-here")
    here: tuple[DeskView, ...] = await hand.read(lambda connection: desks(connection, MOST).items)
    values = {
        "number": number, "new": number == len(terms), "typed": typed if typed is not None else ([*terms, {}][number]), "desks": here,
        "look": look, "every_kind": list(NoticeType), "wrong": wrong, "may_edit": look.base.pages.may_edit,
    }  # fmt: skip
    return page(hand, visitor, "setting_terms.html", "admin", status, at="settings", **values)
